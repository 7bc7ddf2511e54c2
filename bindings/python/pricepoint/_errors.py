# SPDX-License-Identifier: Apache-2.0
"""What is raised, and what is warned of.

    PricepointError
    ├── PolicyError            the text of a policy has mistakes
    ├── RatesError             exchange rates have mistakes
    ├── FileError              a file cannot be read (also an OSError)
    ├── TableError             a table's columns cannot be used
    │   └── StreamError        a table's stream failed
    ├── ArgumentError          an impossible value (also a ValueError)
    │   └── UnknownChannel     a channel that the policy does not have
    ├── ArgumentTypeError      a value of the wrong type (also a TypeError)
    │   └── UnknownField       a keyword that is neither a field nor an attribute of the policy
    └── InternalError          a bug in the library

Running out of memory is Python's own MemoryError. What the caller's own mappings, Decimals and tables raise is passed on
unchanged.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal, NoReturn, TypeAlias

Severity: TypeAlias = Literal["error", "warning", "note"]
_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing that is wrong. What does not apply is empty or 0."""

    code: str
    """Stable: "PP-P012"."""
    severity: Severity
    message: str
    hint: str = ""
    file: str = ""
    pointer: str = ""
    """A JSON pointer to the place."""
    offset: int = 0
    """In bytes of the text."""
    line: int = 0
    """From 1."""
    column: int = 0
    """From 1, in code points."""
    excerpt: str = ""
    """The line, cut to a readable length."""
    caret: int = 0
    """Code points before the caret in the excerpt."""


class PricepointWarning(UserWarning):
    """Something was ignored that was probably meant: a price column of an unknown channel, an attribute that is nearly a
    known name."""


class PricepointError(Exception):
    """What this package raises; its text is for people, with carets where there is a place."""

    code: str
    """Of the first diagnostic; stable. docs/embedding.md lists those that do not come from a policy."""
    diagnostics: tuple[Diagnostic, ...]
    """Everything that is wrong at once; at least one."""

    _CODE: ClassVar[str] = "PP-A003"

    def __init__(self, text: str, diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        super().__init__(text)
        self.diagnostics = diagnostics or (Diagnostic(self._CODE, "error", text),)
        self.code = self.diagnostics[0].code

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.args[0], self.diagnostics))


class PolicyError(PricepointError):
    """The text of a policy, or of a rule table that it names, has mistakes."""


class RatesError(PricepointError):
    """Exchange rates have mistakes."""


class FileError(PricepointError, OSError):
    """A file cannot be read. `errno` is None: what the system said is in the text."""

    _CODE = "PP-F001"


class TableError(PricepointError):
    """A table's columns cannot be used: floating point for money (PP-A011), integers for money without saying which units
    they are in (PP-A017), a column that is there twice (PP-A012)."""

    _CODE = "PP-A011"


class StreamError(TableError):
    """A table's stream failed; the text is the stream's own."""

    _CODE = "PP-A014"


class ArgumentError(PricepointError, ValueError):
    """An impossible value: NaN for an amount, an instant without a zone, a market that is not in the table."""

    _CODE = "PP-A001"


class UnknownChannel(ArgumentError):
    """A channel that the policy does not have."""

    _CODE = "PP-A019"


class ArgumentTypeError(PricepointError, TypeError):
    """A value of the wrong type: a float for an amount, something that is not a table."""

    _CODE = "PP-A020"


class UnknownField(ArgumentTypeError):
    """A keyword that is neither a field of requests nor an attribute that the policy declares."""

    _CODE = "PP-A018"


class InternalError(PricepointError):
    """A bug in the library: please report it."""


_MEMORY = 10
# Results of pricepoint.h. POLICY_OF_RATES is the package's own.
_TYPES: dict[int, type[PricepointError]] = {
    1: ArgumentError,
    2: PolicyError,
    3: FileError,
    4: TableError,
    5: StreamError,
    102: RatesError,
}


def shown(value: object) -> str:
    """A value that is refused, for a message."""
    try:
        text = repr(value)
    except ValueError:  # Python writes no int of more than 4300 digits
        return f"a {type(value).__name__} of thousands of digits"
    return text if len(text) <= 100 else f"{text[:100]}..."


def fail(result: int, text: str, found: list[tuple[str, int, str, str, str, str, int, int, int, str, int]]) -> NoReturn:
    """Raises what a result of the C interface stands for."""
    if result == _MEMORY:
        raise MemoryError(text)
    diagnostics = tuple(Diagnostic(one[0], _SEVERITIES[one[1]], *one[2:]) for one in found)
    raise _TYPES.get(result, InternalError)(text.rstrip("\n"), diagnostics)


def together(found: list[PricepointError]) -> NoReturn:
    """Raises one error for several bad values of a request: of the first one's type, with the texts of all."""
    if len(found) == 1:
        raise found[0]
    diagnostics = tuple(one for error in found for one in error.diagnostics)
    raise type(found[0])("\n".join(str(error) for error in found), diagnostics)
