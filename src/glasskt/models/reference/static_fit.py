"""The static fit as the predictors of this family read it."""

import numpy as np
from numpy.typing import NDArray

from glasskt.errors import UserError
from glasskt.irt.difficulties import difficulties, discriminations
from glasskt.models.family import Targets


def static_fit(targets: Targets, n_skills: int, predictor: str) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Difficulties and discriminations, `(C,)` each, and the spread sigma of the abilities.

    Raises:
        UserError: The outputs of fit-irt were not given.
    """
    if targets.items is None or targets.irt_fit is None:
        raise UserError(f"reference predictor {predictor} needs the static fit: pass --items and --irt-fit, the outputs of fit-irt")
    return difficulties(targets.items, n_skills), discriminations(targets.items, n_skills), float(targets.irt_fit["sigma"])
