"""The ids of the ledger that come nearest to what somebody wrote: thousands are too many to list."""

import difflib
from collections.abc import Mapping
from typing import Any


def nearest(name: str, ledger: Mapping[str, Mapping[str, Any]]) -> str:
    """The nearest id as a hint; of a number the nearest in value.

    Example:
        >>> ledger = {"models/split/test_auc": {"value": 0.7272, "text": "0.7272"}, "irt/theta_sd/value": {"value": 0.74, "text": "0.74"}}
        >>> nearest("models/splt/test_auc", ledger)
        'Did you mean "models/split/test_auc"?'
        >>> nearest("0.738", ledger)
        'The nearest is "irt/theta_sd/value", 0.74'
    """
    try:
        value = float(name.replace(",", "").replace("−", "-"))
    except ValueError:
        return "".join(f'Did you mean "{near}"?' for near in difflib.get_close_matches(name, ledger, n=1, cutoff=0))
    near = min(ledger, key=lambda other: (abs(ledger[other]["value"] - value), len(other)), default=None)
    return "" if near is None else f'The nearest is "{near}", {ledger[near]["text"]}'
