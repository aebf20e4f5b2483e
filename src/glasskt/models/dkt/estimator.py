"""Deep knowledge tracing as an estimator."""

from glasskt.data.cohort import Combinations
from glasskt.models.dkt.network import Network
from glasskt.models.dkt.objective import Responses
from glasskt.models.dkt.settings import Settings
from glasskt.training.neural import NeuralEstimator


def estimator(settings: Settings, n_skills: int, combinations: Combinations = ()) -> NeuralEstimator:
    """The estimator of one variant."""
    return NeuralEstimator(
        settings=settings,
        network=lambda: Network(settings, n_skills, combinations),
        objective=lambda cohort, targets: Responses(),
    )
