"""The fit that the settings name: one function per backend and model, all from counts to a calibration."""

from collections.abc import Callable

from glasskt.irt import rasch, two_pl
from glasskt.irt.calibration import Calibration
from glasskt.irt.counts import Counts
from glasskt.irt.settings import StaticSettings


def calibrate(counts: Counts, settings: StaticSettings) -> Calibration:
    """Calibrate the items on the counts of the training students.

    Raises:
        UserError: The responses allow no fit.
    """
    return FITS[settings.backend, settings.model](counts, settings)


def _rasch(counts: Counts, settings: StaticSettings) -> Calibration:
    return rasch.fit(counts)


def _two_pl(counts: Counts, settings: StaticSettings) -> Calibration:
    prior = settings.discrimination_prior
    return two_pl.fit(counts, prior_sd=None if prior == "none" else prior)


FITS: dict[tuple[str, str], Callable[[Counts, StaticSettings], Calibration]] = {("mml", "rasch"): _rasch, ("mml", "2pl"): _two_pl}
"""By `irt.static.backend` and `irt.static.model`."""
