"""Which variants the paper speaks of where: core forms, variations, points of a curve of lambda, faults; and their short names."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from glasskt.compare import note_003
from glasskt.compare.l23.signatures import TOGETHER
from glasskt.compare.l23.tables import AS_FOUND, OURS, REFERENCE

FORMS, VARIATIONS, FAULTS = "forms of l_23", "variations", f"faults of {note_003.SOURCE}"
GROUPS = ("reference", FORMS, VARIATIONS, FAULTS, note_003.SOURCE)
"""Headings under which rows stand in a table of forms, in order."""


@dataclass(frozen=True, kw_only=True)
class Variants:
    """The variants of a study that have an l_23, each in one of four parts.

    Attributes:
        core: Form of l_23 -> the study's first variant of that form.
        variations: Further variants of those forms.
        on_curve: Points of a curve of lambda, without the core variant that the curve is named after.
        faulty: Those with faults of note 003.
        together: Of `faulty` the first with all the faults, by form; only beside the note's figures.
    """

    core: dict[str, str]
    variations: tuple[str, ...]
    on_curve: tuple[str, ...]
    faulty: tuple[str, ...]
    together: dict[str, str]

    @classmethod
    def of(cls, read: dict[str, pd.DataFrame]) -> "Variants":
        """From the tables."""
        curves, found = read["l23_lambda"], read["l23_as_found"]
        on_curve = tuple(curves.loc[curves["variant"] != curves["curve"], "variant"])
        scale = read["l23_scale"]
        own = scale[(scale["source"] == OURS) & ~scale["variant"].isin(on_curve)].drop_duplicates("variant")
        sound = own[own["form"] != AS_FOUND]
        first = sound.drop_duplicates("form")
        together = found[found["kind"] == TOGETHER].drop_duplicates("form")
        return cls(
            core=dict(zip(first["form"], first["variant"], strict=True)),
            variations=tuple(sound.loc[~sound["variant"].isin(first["variant"]), "variant"]),
            on_curve=on_curve,
            faulty=tuple(own.loc[own["form"] == AS_FOUND, "variant"]),
            together=dict(zip(together["form"], together["variant"], strict=True)),
        )

    @cached_property
    def elsewhere(self) -> tuple[str, ...]:
        """Those that have a table of their own: points of curves, and faults."""
        return (*self.on_curve, *self.faulty)

    @cached_property
    def beyond_core(self) -> tuple[str, ...]:
        """All but the core forms: the tables of forms have them, and no other of the paper."""
        return (*self.elsewhere, *self.variations)

    @cached_property
    def family(self) -> str:
        """The family that all of them share, with its dot; nothing where there are several."""
        families = {variant.partition(".")[0] for variant in (*self.core.values(), *self.faulty)}
        return f"{families.pop()}." if len(families) == 1 else ""

    def short(self, name: str) -> str:
        """A name as a row of a table of forms is called under its heading."""
        return name.removeprefix(f"{note_003.SOURCE}, ").removeprefix(self.family)

    def group(self, name: str) -> str:
        """The heading that a row of a table of forms stands under: one of `GROUPS`."""
        parts = {FORMS: self.core.values(), VARIATIONS: self.variations, FAULTS: self.faulty}
        own = next((group for group, members in parts.items() if name in members), None)
        return own or (note_003.SOURCE if name.startswith(note_003.SOURCE) else "reference")


def reference_sd(scale: pd.DataFrame) -> float:
    """sd of the static targets over the rows that theta is judged on, in logits; NaN in a study without an l_23."""
    of_reference = scale[(scale["source"] == REFERENCE) & (scale["key"] == "theta_sd")]["value"]
    return float(of_reference.iloc[0]) if len(of_reference) else float("nan")
