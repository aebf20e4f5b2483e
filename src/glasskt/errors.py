"""The one exception that a user is meant to read."""

import difflib
from collections.abc import Iterable


class UserError(Exception):
    """What is wrong and how to fix it, in one line that names the file, row or key.

    The command line prints it without a traceback and exits with code 2.
    """


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The nearest known name as a hint, then all of them.

    Example:
        >>> did_you_mean("form_", ["form", "weight"])
        'Did you mean "form"? (one of: form, weight)'
        >>> did_you_mean("zzz", ["form", "weight"])
        '(one of: form, weight)'
    """
    names = sorted(known)
    nearest = difflib.get_close_matches(name, names, n=1)
    hint = f'Did you mean "{nearest[0]}"? ' if nearest else ""
    return f"{hint}(one of: {', '.join(names)})"
