"""The one exception that a user is meant to read."""

import difflib
from collections.abc import Iterable


class UserError(Exception):
    """What is wrong and how to fix it, in one line that names the file, row or key.

    The command line prints it without a traceback and exits with code 2.
    """


FEW = 30
"""Names that still make a line which is read."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The nearest known name as a hint, then all of them, if they are few.

    Example:
        >>> did_you_mean("form_", ["form", "weight"])
        'Did you mean "form"? (one of: form, weight)'
        >>> did_you_mean("zzz", ["form", "weight"])
        '(one of: form, weight)'
        >>> did_you_mean("77", map(str, range(90)))
        'Did you mean "77"?'
    """
    names = sorted(known)
    nearest = difflib.get_close_matches(name, names, n=1)
    listed = f"(one of: {', '.join(names)})" if len(names) <= FEW or not nearest else ""
    return " ".join([*(f'Did you mean "{near}"?' for near in nearest), *([listed] if listed else [])])
