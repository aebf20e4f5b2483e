"""The fit that the settings name: one function per backend and model, all from counts to a calibration."""

from collections.abc import Callable

from glasskt.irt import py_irt_backend, rasch, two_pl
from glasskt.irt.calibration import Calibration
from glasskt.irt.counts import Counts
from glasskt.irt.settings import StaticSettings


def calibrate(counts: Counts, settings: StaticSettings) -> Calibration:
    """Calibrate the items on the counts of the training students.

    Raises:
        UserError: The responses allow no fit, or the backend is not installed.
    """
    return FITS[settings.backend, settings.model](counts, settings)


def _rasch(counts: Counts, settings: StaticSettings) -> Calibration:
    return rasch.fit(counts)


def _two_pl(counts: Counts, settings: StaticSettings) -> Calibration:
    prior = settings.discrimination_prior
    return two_pl.fit(counts, prior_sd=None if prior == "none" else prior)


def _py_irt(counts: Counts, settings: StaticSettings) -> Calibration:
    return py_irt_backend.fit(counts, settings.py_irt)


FITS: dict[tuple[str, str], Callable[[Counts, StaticSettings], Calibration]] = {
    ("mml", "rasch"): _rasch,
    ("mml", "2pl"): _two_pl,
    ("py-irt", "rasch"): _py_irt,
}
"""By `irt.static.backend` and `irt.static.model`."""
