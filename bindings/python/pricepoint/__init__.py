# SPDX-License-Identifier: Apache-2.0
"""Pricepoint from Python: the price that a policy asks for, and why.

    from pricepoint import Policy

    policy = Policy.from_file("policy.json")
    decision = policy.price(sku="A1", channel="web", market="CN", prices={"store": "32.00"}, cost="12.00", role="traffic")
    decision.status, decision.price      # ("priced", Decimal("29.80"))
    print(decision.explain())

Amounts are exact from end to end: Decimal, str or int in, Decimal out, and a float is a TypeError. An int is whole units
of the currency, as Decimal(int) is; a column of integers is refused unless `integers` says what the integers are. Instants have a
zone. `None` is absent, which is not zero. Names that the policy does not know are errors, and all errors are
PricepointErrors with a `code` and `diagnostics`.

Whole tables go through `Policy.price_table` and `Policy.audit_table`, from anything that speaks Arrow's C interface.
Policies, rates and tables are immutable and may be shared by threads; tables are priced without the interpreter's lock.
"""

import json
import os
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Literal

from . import _core, _names, _values
from ._decision import Decision
from ._errors import (
    ArgumentError,
    ArgumentTypeError,
    Diagnostic,
    FileError,
    InternalError,
    PolicyError,
    PricepointError,
    PricepointWarning,
    RatesError,
    Severity,
    StreamError,
    TableError,
    UnknownChannel,
    UnknownField,
    fail,
    shown,
    together,
)
from ._tables import (
    ArrowArray,
    ArrowStream,
    Findings,
    Integers,
    Part,
    Table,
    TableLike,
    input_of,
    integers_of,
    parts_of,
    threads_of,
)
from ._values import Count, Instant, Money, Rate, Status

__all__ = [
    "ArgumentError",
    "ArgumentTypeError",
    "ArrowArray",
    "ArrowStream",
    "Count",
    "Decision",
    "Diagnostic",
    "FileError",
    "Findings",
    "Instant",
    "Integers",
    "InternalError",
    "Money",
    "Part",
    "Policy",
    "PolicyError",
    "PricepointError",
    "PricepointWarning",
    "Rate",
    "Rates",
    "RatesError",
    "Severity",
    "Slot",
    "Status",
    "StreamError",
    "Table",
    "TableError",
    "TableLike",
    "UnknownChannel",
    "UnknownField",
    "markets",
    "schema",
    "tables_version",
    "version",
    "zones_version",
]

version: str = _core.version()
"""Of the library that runs: "0.1.0"."""
__version__ = version
tables_version: str = _core.tables_version()
"""Of the built-in market table: "2026.11"."""
zones_version: str = _core.zones_version()
"""Of IANA's time zone database that the package brings along: "2026f"."""

def _objects(ndjson: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ndjson.splitlines() if line]


def _text(value: object, what: str) -> str:
    if not isinstance(value, str):
        raise ArgumentTypeError(f"{what} is a {type(value).__name__}; it must be a str")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ArgumentError(f"{what} is not valid Unicode: there is an unpaired surrogate at {error.start}") from None
    return value


def _path(value: object, what: str) -> str:
    if not isinstance(value, (str, os.PathLike)):
        raise ArgumentTypeError(f"{what} is a {type(value).__name__}; it must be a str or a path")
    return _text(os.fspath(value), what)


def _optional_path(value: object, what: str) -> str | None:
    return None if value is None else _path(value, what)


def _format(value: object) -> int:
    if not isinstance(value, str) or value not in ("text", "json"):
        raise ArgumentError(f'format is {shown(value)}; it must be "text" or "json"')
    return 1 if value == "json" else 0


class Rates(_core.Rates):
    """Exchange rates, for amounts in another currency than the market's."""

    __slots__ = ()

    @classmethod
    def from_csv(cls, text: str) -> "Rates":
        """Reads CSV with the columns from, to, rate, at. Raises RatesError with every mistake."""
        return cls._from_csv(text)

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> "Rates":
        """The same from a file. Raises FileError where it cannot be read."""
        name = _path(path, "the path of exchange rates")
        try:
            with open(name, encoding="utf-8", newline="") as file:
                text = file.read()
        except (OSError, ValueError) as error:
            raise FileError(f"{name}: {error}") from error
        return cls._from_csv(text)


class Policy(_core.Policy):
    """A policy that was read and compiled, ready to price.

    Immutable; threads may share it. One price holds the interpreter's lock (it takes microseconds), tables do not.
    """

    __slots__ = ()

    @classmethod
    def from_file(
        cls, path: str | os.PathLike[str], *, tables: bool = True, zones: str | os.PathLike[str] | None = None
    ) -> "Policy":
        """Reads a policy with the rule tables and files of markets in its directory; with `tables=False`, a policy that
        names any is a PolicyError and no other file is read. `zones` is a folder of TZif files, such as
        /usr/share/zoneinfo, to take time zones from; without it the package's own count. Raises PolicyError with every
        mistake at once, FileError where a file or that folder cannot be read."""
        return cls._from_file(_path(path, "the path of a policy"), _optional_path(zones, "zones"), bool(tables))

    @classmethod
    def from_text(
        cls,
        text: str,
        *,
        file: str = "policy",
        directory: str | os.PathLike[str] | None = None,
        zones: str | os.PathLike[str] | None = None,
    ) -> "Policy":
        """Reads a policy's text. `file` is what diagnostics call it, `directory` where its rule tables and files of
        markets lie; without one it may name none. `zones` is a folder of TZif files, such as /usr/share/zoneinfo, to
        take time zones from; without it the package's own count. Raises PolicyError with every mistake at once."""
        return cls._from_text(
            _text(text, "the text of a policy"),
            _text(file, "file"),
            _optional_path(directory, "directory"),
            _optional_path(zones, "zones"),
        )

    @property
    def channels(self) -> tuple[str, ...]:
        """The names of its channels, sorted."""
        return _names.of(self).channels

    @property
    def markets(self) -> tuple[str, ...]:
        """The codes of its markets, sorted."""
        return _names.of(self).markets

    @property
    def attributes(self) -> tuple[str, ...]:
        """The names of the attributes that it declares, sorted."""
        return _names.of(self).attributes

    def inputs(self) -> dict[str, Any]:
        """What the policy needs of requests, by channel: what `pricepoint inputs --format json` prints."""
        made: dict[str, Any] = json.loads(self._inputs())
        return made

    def check(self, at: Instant | None = None) -> list[dict[str, Any]]:
        """What is wrong with it though it reads well: the findings of `pricepoint check --format ndjson`. With `at`,
        what can still happen from then on. It may take seconds; other threads go on."""
        return _objects(self._check(at))

    def price_json(self, request: str) -> str:
        """Decides a request that is one JSON object, as a line of NDJSON for `pricepoint price`, and returns the
        decision as such a line of its output. With a text that is no such object the decision is invalid and says why."""
        return self._price_json(request)

    def explain_json(self, request: str, *, format: Literal["text", "json"] = "json") -> str:
        """Explains a request that is one JSON object."""
        return self._explain_json(_text(request, "a request in JSON"), _format(format))

    def price_table(
        self,
        table: TableLike,
        *,
        channel: str | None = None,
        market: str | None = None,
        at: Instant | None = None,
        threads: int = 0,
        parts: Iterable[Part] | None = None,
        rates: Rates | None = None,
        integers: Integers | None = None,
    ) -> Table:
        """Decides every row of a table: one row out for each row in, in their order.

        Columns in are those of CSV input: sku, channel, market, price.store (one for each channel), cost, at, ... and
        the attributes that the policy declares; others are ignored, with a PricepointWarning for a price.CHANNEL of an
        unknown channel. Money is decimal128 or text. Integers are money only if `integers` says in which units: "units"
        (50 is 50.00) or "minor" (50 is 0.50); otherwise they are a TableError, as are floating point and a column twice. Instants
        are timestamps with a zone, or text with an offset. Nulls are absent.

        `channel`, `market` and `at` are for rows that have none. `threads`: 0 is as many as the machine has. `parts`
        names the groups of columns wanted beside status; None is all.

        Columns out: status, price, net, tax, target, discounts, limited_by, was, saving, saving_rate, relaxed, conflict,
        missing, invalid, advice, credits, held, fallback_price, next_change_at, currency, policy. Money is
        decimal128(38, 4) in units of `currency`.

        All of the input is decided before this returns. Raises TableError for columns that cannot be used, StreamError
        for a stream that fails, ArgumentTypeError for something that does not speak Arrow, UnknownChannel for `channel`.
        """
        count, bits, meant = threads_of(threads), parts_of(parts), integers_of(integers)
        return self._price_table(Table, input_of(table), count, bits, meant, rates, channel, market, at, None)

    def audit_table(
        self,
        offers: TableLike,
        *,
        until: Instant | None = None,
        channel: str | None = None,
        market: str | None = None,
        at: Instant | None = None,
        threads: int = 0,
        rates: Rates | None = None,
        integers: Integers | None = None,
    ) -> Findings:
        """Holds observed prices against the policy: which rules they break, by how much, and what would mend it.

        Columns in are those of price_table, and seller and price (the observed one). Offers need no order. With `until`
        it looks ahead, at every instant until then at which a period begins or ends.

        `integers` is that of price_table.

        A row out is a finding: row (of the input, from 0), sku, channel, market, seller, rule, effect, severity, price,
        min, max, excess, excess_rate, against, against_seller, against_price, remedy, remedy_price, conflict, missing,
        credit, because, headroom, max_discount; with `until` also from and until; and quantity, segment, audience and at
        where the input has them. `summary` of the result has the figures: `offers` are all, `invalid` those of them that
        could not be read or cannot be, and shares are of the others.

        Raises what price_table raises.
        """
        count, meant = threads_of(threads), integers_of(integers)
        given = input_of(offers)
        findings, summary = self._audit_table(Findings, given, count, 0, meant, rates, channel, market, at, until)
        findings.summary = _objects(summary)
        return findings

    def __repr__(self) -> str:
        return f"<Policy {self.name} {self.fingerprint}>"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a Policy is not pickled; send its text or path and read it there")


class Slot:
    """A policy that is replaced while others price with it: `slot.policy.price(...)`, `slot.publish(another)`.

    Whoever took `slot.policy` finishes with that one. One reference changes at once for all threads, which is all that
    the C interface's slot adds where there is no interpreter.
    """

    __slots__ = ("_policy",)

    def __init__(self, policy: Policy) -> None:
        self.publish(policy)

    @classmethod
    def create(cls, policy: Policy) -> "Slot":
        """The same as Slot(policy)."""
        return cls(policy)

    def publish(self, policy: Policy) -> None:
        """Another policy from now on."""
        if not isinstance(policy, Policy):
            raise ArgumentTypeError(f"a Slot holds a Policy, not {type(policy).__name__}")
        self._policy = policy

    @property
    def policy(self) -> Policy:
        """The policy as it stands."""
        return self._policy


def markets(code: str | None = None) -> list[dict[str, Any]]:
    """The built-in market table, or one market of it (ISO 3166, "DE"): the `markets` that `pricepoint markets --format
    json` prints. Raises ArgumentError for an unknown code."""
    made: dict[str, list[dict[str, Any]]] = json.loads(_core.markets(code))
    return made["markets"]


def schema() -> dict[str, Any]:
    """The JSON Schema of a policy, for editors and validators."""
    made: dict[str, Any] = json.loads(_core.schema())
    return made


_core._register(
    Decimal,
    Decision,
    PricepointError,
    ArgumentTypeError,
    ArgumentError,
    fail,
    together,
    _values.plain,
    _values.milliseconds,
    _values.rate_e8,
    _values.from_milliseconds,
    _names.known,
    _names.unknown_field,
    _names.unknown_channel,
    _names.left_aside,
    _names.unknown_columns,
)
