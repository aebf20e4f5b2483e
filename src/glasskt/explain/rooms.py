"""Which families can be explained: those with a room in `families/`. Imports nothing heavy: the graph asks too."""

from pathlib import Path

FAMILIES = Path(__file__).parent / "families"


def explained_families() -> tuple[str, ...]:
    """Names of the families that can be explained."""
    return tuple(sorted(path.stem for path in FAMILIES.glob("*.py") if path.stem != "__init__"))


def can_be_explained(variant: str) -> bool:
    """Whether a variant (`family.name`) is of such a family."""
    return variant.partition(".")[0] in explained_families()
