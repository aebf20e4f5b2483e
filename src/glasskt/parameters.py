"""The parameters of a step, and no others: what a stage reads and does not declare would change without a rerun."""

from typing import Any, NoReturn

from glasskt.errors import UserError


class Parameters(dict[str, Any]):
    """Key of params.yaml -> value, of the keys that a stage declares.

    Example:
        >>> parameters = Parameters("train", {"irt.static": {}})
        >>> parameters["irt.static"]
        {}
        >>> parameters["irt.dynamic"]
        Traceback (most recent call last):
            ...
        glasskt.errors.UserError: stage train reads irt.dynamic, which it does not declare: add it to its parameters in
        src/glasskt/pipeline.py, so that a change of it reruns the stage
    """

    def __init__(self, stage: str, declared: dict[str, Any]) -> None:
        super().__init__(declared)
        self.stage = stage

    def __missing__(self, key: str) -> NoReturn:
        raise UserError(
            f"stage {self.stage} reads {key}, which it does not declare: add it to its parameters in src/glasskt/pipeline.py, "
            "so that a change of it reruns the stage"
        )

    def get(self, key: str, default: Any = None) -> Any:
        """As `[]`: a default would hide an undeclared key."""
        return self[key]
