"""The other settings of the static fit beside the study's: two parameters a skill, and first attempts only (`irt.static` takes either).

A discrimination of its own lets every skill speak of ability as strongly as it does; first attempts leave out what a student learned from
repeating, and most of the responses with it. Which of them measures students best is what the reliability says.
"""

from collections.abc import Iterator

from glasskt.data.cohort import Cohort
from glasskt.irt import rasch, two_pl
from glasskt.irt.as_found import Fit
from glasskt.irt.counts import every_response, first_responses


def fits(cohort: Cohort) -> Iterator[Fit]:
    """The two-parameter model on every response, then both models on first responses.

    Raises:
        UserError: The responses allow no fit.
    """
    for responses, counted in {"all": every_response, "first": first_responses}.items():
        counts = counted(cohort)
        for name, fitted in {"mml": rasch.fit, "2pl": two_pl.fit}.items():
            if (name, responses) != ("mml", "all"):  # the study's own, which the others are set beside
                fit = fitted(counts)
                yield Fit(fit=name, responses=responses, epochs=None, beta=fit.beta, theta_sd=fit.sigma, counts=counts, calibration=fit)
