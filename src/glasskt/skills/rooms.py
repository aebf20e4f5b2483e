"""Which families tell what they learned of each skill: those with a room in `families/`. Imports nothing heavy: the graph asks too."""

from pathlib import Path

FAMILIES = Path(__file__).parent / "families"


def tells_of_skills(variant: str) -> bool:
    """Whether a variant (`family.name`) is of such a family."""
    return (FAMILIES / f"{variant.partition('.')[0]}.py").is_file()
