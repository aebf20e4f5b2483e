"""What a reader says of a bad file: one printable line, whatever the file holds."""

from glasskt.errors import UserError


def refusal(message: str) -> UserError:
    """The error with characters that do not print, line breaks among them, written as escapes.

    Example:
        >>> str(refusal("a.csv: student 1\\x1b2"))
        'a.csv: student 1\\\\x1b2'
    """
    return UserError("".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in message))
