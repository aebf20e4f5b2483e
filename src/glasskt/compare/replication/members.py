"""Who is who in a study of gains: variants that learn gains, their controls, and the halves that they are fitted on."""

from glasskt.compare.study import Study

LEARNED = ("sd of gains over skills", "sd of the legacy scalar")
"""Quantities that only gains of a value stream have."""


def gain_variants(study: Study) -> list[str]:
    """Variants that learn gains from a value stream, without controls, halves and untrained networks; a filter's steps are none."""
    checked = set(study.checks.loc[study.checks["quantity"].isin(LEARNED), "variant"])
    apart = [control for controls in controls_of(study).values() for control in controls]
    own = [variant for variant in study.variants if variant in checked and variant not in apart]
    return [variant for variant in own if not study.settings(variant).get("half") and not study.settings(variant).get("null_of")]


def controls_of(study: Study) -> dict[str, list[str]]:
    """Variant -> its controls, where the study has both."""
    found: dict[str, list[str]] = {}
    for control in study.variants:
        variant = study.settings(control).get("control_of")
        if variant in study.variants:
            found.setdefault(variant, []).append(control)
    return found


def halves_of(study: Study) -> dict[str, tuple[str, str]]:
    """Variant -> the variants of its family and settings that learn from half 1 and from half 2, where the study has all three."""
    blocks = {variant: {"family": variant.partition(".")[0], **study.settings(variant)} for variant in study.variants}
    found = {}
    for whole, block in blocks.items():
        if block.get("half"):
            continue
        pair = [next((name for name, other in blocks.items() if other == {**block, "half": half}), None) for half in (1, 2)]
        if pair[0] is not None and pair[1] is not None:
            found[whole] = (pair[0], pair[1])
    return found
