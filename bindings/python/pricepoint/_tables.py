# SPDX-License-Identifier: Apache-2.0
"""Tables: Arrow in from whoever speaks its C interface, Arrow out."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, runtime_checkable

from . import _core
from ._errors import ArgumentError, ArgumentTypeError, shown

if TYPE_CHECKING:
    import pandas  # type: ignore[import-untyped,import-not-found,unused-ignore]
    import polars  # type: ignore[import-untyped,import-not-found,unused-ignore]
    import pyarrow  # type: ignore[import-untyped,import-not-found,unused-ignore]


@runtime_checkable
class ArrowStream(Protocol):
    """pyarrow.Table and RecordBatchReader, polars.DataFrame, pandas.DataFrame (2.2 and later), results of DuckDB."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...


@runtime_checkable
class ArrowArray(Protocol):
    """pyarrow.RecordBatch and StructArray, for example."""

    def __arrow_c_array__(self, requested_schema: Any = None) -> Any: ...


TableLike: TypeAlias = ArrowStream | ArrowArray
Part: TypeAlias = Literal[
    "price", "limited_by", "relaxed", "net", "target", "discounts", "was", "reasons", "advice", "credits", "rest"
]
Integers: TypeAlias = Literal["minor", "units"]
"""The units of money in columns of integers: "minor" units (50 is 0.50 where there are cents) or whole "units" (50 is
50.00)."""
_INTEGERS: dict[object, int] = {None: 0, "minor": 1, "units": 2}
_PARTS: dict[str, int] = {
    "price": 1,
    "limited_by": 2,
    "relaxed": 4,
    "net": 8,
    "target": 16,
    "discounts": 32,
    "was": 64,
    "reasons": 128,
    "advice": 256,
    "credits": 512,
    "rest": 1024,
}


class Table(_core.Table):
    """Rows in Arrow's columns. It speaks `__arrow_c_stream__`, as often as one asks, so that `pyarrow.table(t)`,
    `polars.DataFrame(t)` and DuckDB take it; nothing of them is needed to have one.
    """

    __slots__ = ()

    def to_pyarrow(self) -> "pyarrow.Table":
        """A pyarrow.Table, without a copy. Money is decimal128(38, 4)."""
        import pyarrow

        return pyarrow.table(self)

    def to_polars(self) -> "polars.DataFrame":
        """A polars.DataFrame."""
        import polars

        return polars.DataFrame(self)

    def to_pandas(self) -> "pandas.DataFrame":
        """A pandas.DataFrame, by way of pyarrow. Money is an object column of Decimals."""
        return self.to_pyarrow().to_pandas()

    def __len__(self) -> int:
        return self.num_rows

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.num_rows} rows: {', '.join(self.column_names)}>"


class Findings(Table):
    """What an audit finds, a row a finding, and beside it the figures of the audit."""

    __slots__ = ("summary",)

    summary: list[dict[str, Any]]
    """The objects that `pricepoint audit --format ndjson` writes behind the findings; docs/command-line.md lists them."""


def input_of(table: object) -> object:
    """The capsule that a table gives, or the pair of them."""
    if hasattr(table, "__arrow_c_stream__"):
        return table.__arrow_c_stream__()
    if hasattr(table, "__arrow_c_array__"):
        return table.__arrow_c_array__()
    raise ArgumentTypeError(
        f"{type(table).__name__} speaks no Arrow (__arrow_c_stream__ or __arrow_c_array__); pyarrow.Table, polars.DataFrame, "
        "pandas.DataFrame from 2.2 on and results of DuckDB do"
    )


def parts_of(parts: Iterable[Part] | None) -> int:
    if parts is None:
        return 0
    if isinstance(parts, str):
        raise ArgumentTypeError("parts is a collection of names, not one str")
    bits = 0
    if not isinstance(parts, Iterable):
        raise ArgumentTypeError(f"parts is a {type(parts).__name__}; it must be a collection of names")
    for name in parts:
        if not isinstance(name, str) or name not in _PARTS:
            raise ArgumentError(f"no part is called {shown(name)}; there are {', '.join(_PARTS)}")
        bits |= _PARTS[name]
    if bits == 0:
        raise ArgumentError("no part is asked for; None stands for all")
    return bits


def integers_of(integers: Integers | None) -> int:
    if integers is not None and not isinstance(integers, str):
        raise ArgumentTypeError(f'integers is a {type(integers).__name__}; it must be "minor", "units" or None')
    if integers not in _INTEGERS:
        raise ArgumentError(f'integers is {shown(integers)}; it must be "minor" (50 is 0.50) or "units" (50 is 50.00)')
    return _INTEGERS[integers]


def threads_of(threads: int) -> int:
    if not isinstance(threads, int) or isinstance(threads, bool):
        raise ArgumentTypeError(f"threads is a number, not {type(threads).__name__}")
    if not 0 <= threads <= 1024:
        raise ArgumentError(f"threads is {shown(threads)}; 0 stands for as many as the machine has")
    return threads
