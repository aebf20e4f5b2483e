"""How long steps are going to take, from how long they took."""

from pathlib import Path
from statistics import median

from glasskt.graph import Graph, Step
from glasskt.provenance import record


class Forecast:
    """Seconds per step, as the hosts' facts of past runs have them.

    Arguments:
        graph: The study whose past runs count.
    """

    def __init__(self, graph: Graph) -> None:
        self._own: dict[str, float] = {}
        self._alike: dict[tuple[str, ...], list[float]] = {}
        for step in graph.steps:
            seconds = _seconds(step)
            if seconds is not None:
                self._own[step.name] = seconds
                for kind in _kinds(step):
                    self._alike.setdefault(kind, []).append(seconds)

    def seconds(self, step: Step) -> float | None:
        """Of the step's own last run; else the median of the variant's other runs, then of its family's, then of its stage's.

        None where no run of the stage has ended here.
        """
        if step.name in self._own:
            return self._own[step.name]
        return next((median(self._alike[kind]) for kind in _kinds(step) if kind in self._alike), None)


def _kinds(step: Step) -> list[tuple[str, ...]]:
    variant = step.where.get("variant", "")
    return [(step.stage.name, variant), (step.stage.name, variant.partition(".")[0], "family"), (step.stage.name,)]


def _seconds(step: Step) -> float | None:
    seconds = record.host(Path(step.outputs["record"])).get("seconds")
    return float(seconds) if isinstance(seconds, int | float) else None
