# SPDX-License-Identifier: Apache-2.0
"""What is raised."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning", "note"]
_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing that is wrong. What does not apply is empty or 0."""

    code: str
    """Stable: "PP-P012"."""
    severity: Severity
    message: str
    hint: str
    file: str
    pointer: str
    """A JSON pointer to the place."""
    offset: int
    """In bytes of the text."""
    line: int
    """From 1."""
    column: int
    """From 1, in code points."""
    excerpt: str
    """The line, cut to a readable length."""
    caret: int
    """Code points before the caret in the excerpt."""


class Error(Exception):
    """What this package raises; its text is for people, with carets where there is a place."""

    diagnostics: tuple[Diagnostic, ...]
    """Everything that is wrong at once."""

    def __init__(self, text: str, diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        super().__init__(text)
        self.diagnostics = diagnostics

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.args[0], self.diagnostics))


class PolicyError(Error):
    """The text of a policy, of exchange rates or of a request has mistakes, or its file cannot be read."""


class TableError(Error):
    """A table has columns of names or types that cannot be taken, or its stream failed."""


class ArgumentError(Error, ValueError):
    """A value that nothing knows, such as the code of a market that is not in the table."""


_ARGUMENT, _SCHEMA, _STREAM, _MEMORY, _INTERNAL = 1, 4, 5, 10, 11
_TYPES: dict[int, type[Error]] = {
    _ARGUMENT: ArgumentError,
    _SCHEMA: TableError,
    _STREAM: TableError,
    _INTERNAL: Error,
}


def fail(result: int, text: str, found: list[tuple[str, int, str, str, str, str, int, int, int, str, int]]) -> None:
    """Raises what a result of the C interface stands for."""
    if result == _MEMORY:
        raise MemoryError(text)
    diagnostics = tuple(Diagnostic(one[0], _SEVERITIES[one[1]], *one[2:]) for one in found)
    raise _TYPES.get(result, PolicyError)(text.rstrip("\n"), diagnostics)
