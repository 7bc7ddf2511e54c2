# SPDX-License-Identifier: Apache-2.0
"""Pricepoint from Python: the price that a policy asks for, and why.

    from pricepoint import Policy

    policy = Policy.from_file("policy.json")
    decision = policy.price(sku="A1", channel="web", market="CN", prices={"store": "32.00"}, cost="12.00", role="traffic")
    decision.status, decision.price      # ("priced", Decimal("29.80"))
    print(decision.explain())

Amounts are exact from end to end: Decimal, str or int in, Decimal out, and a float is a TypeError. An int is whole units
of the currency, as Decimal(int) is. Instants have a zone. `None` is absent, which is not zero.

Whole tables go through `Policy.price_table` and `Policy.audit_table`, from anything that speaks Arrow's C interface.
Policies, rates and tables are immutable and may be shared by threads; tables are priced without the interpreter's lock.
"""

import difflib
import json
import os
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Literal

from . import _core, _values
from ._decision import Decision
from ._errors import ArgumentError, Diagnostic, Error, PolicyError, Severity, TableError, fail
from ._tables import ArrowArray, ArrowStream, Findings, Part, Table, TableLike, input_of, parts_of, threads_of
from ._values import Count, Instant, Money, Rate, Status

__all__ = [
    "ArgumentError",
    "ArrowArray",
    "ArrowStream",
    "Count",
    "Decision",
    "Diagnostic",
    "Error",
    "Findings",
    "Instant",
    "Money",
    "Part",
    "Policy",
    "PolicyError",
    "Rate",
    "Rates",
    "Severity",
    "Slot",
    "Status",
    "Table",
    "TableError",
    "TableLike",
    "markets",
    "schema",
    "tables_version",
    "version",
]

version: str = _core.version()
"""Of the library that runs: "0.1.0"."""
__version__ = version
tables_version: str = _core.tables_version()
"""Of the built-in market table: "2026.11"."""

_FIELDS = (
    "sku category segment audience channel market currency at current_since quantity units list msrp map current "
    "lowest_prior cost shipping tax fee prices attributes rates format"
).split()


def _objects(ndjson: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ndjson.splitlines() if line]


class Rates(_core.Rates):
    """Exchange rates, for amounts in another currency than the market's."""

    __slots__ = ()

    @classmethod
    def from_csv(cls, text: str) -> "Rates":
        """Reads CSV with the columns from, to, rate, at. Raises PolicyError with every mistake."""
        return cls._from_csv(text)

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> "Rates":
        """The same from a file. Raises OSError where it cannot be read."""
        with open(path, encoding="utf-8") as file:
            return cls._from_csv(file.read())


class Policy(_core.Policy):
    """A policy that was read and compiled, ready to price.

    Immutable; threads may share it. One price holds the interpreter's lock (it takes microseconds), tables do not.
    """

    __slots__ = ()

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> "Policy":
        """Reads a policy with the rule tables beside it. Raises PolicyError with every mistake at once."""
        return cls._from_file(os.fspath(path))

    @classmethod
    def from_text(cls, text: str, *, file: str = "policy", directory: str | os.PathLike[str] | None = None) -> "Policy":
        """Reads a policy's text. `file` is what diagnostics call it, `directory` where its rule tables and files of
        markets lie; without one it may name none. Raises PolicyError with every mistake at once."""
        return cls._from_text(text, file, None if directory is None else os.fspath(directory))

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
        if format not in ("text", "json"):
            raise ValueError('format must be "text" or "json"')
        return self._explain_json(request, 1 if format == "json" else 0)

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
    ) -> Table:
        """Decides every row of a table: one row out for each row in, in their order.

        Columns in are those of CSV input: sku, channel, market, price.store (one for each channel), cost, at, ... and
        the attributes that the policy declares; others are left aside. Money is decimal128, text, or integers, which
        are minor units (cents) here; floating point is a TableError, as is a column twice. Instants are timestamps with
        a zone, or text with an offset. Nulls are absent.

        `channel`, `market` and `at` are for rows that have none. `threads`: 0 is as many as the machine has. `parts`
        names the groups of columns wanted beside status; None is all.

        Columns out: status, price, net, tax, target, discounts, limited_by, was, saving, saving_rate, relaxed, conflict,
        missing, invalid, advice, credits, held, fallback_price, next_change_at, currency, policy. Money is
        decimal128(38, 4) in units of `currency`.

        All of the input is decided before this returns. Raises TableError for columns that cannot be taken and for a
        stream that fails, TypeError for a table that speaks no Arrow.
        """
        count, bits = threads_of(threads), parts_of(parts)
        return self._price_table(Table, input_of(table), count, bits, rates, channel, market, at, None)

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
    ) -> Findings:
        """Holds observed prices against the policy: which rules they break, by how much, and what would mend it.

        Columns in are those of price_table, and seller and price (the observed one). Offers need no order. With `until`
        it looks ahead, at every instant until then at which a period begins or ends.

        A row out is a finding: row (of the input, from 0), sku, channel, market, seller, rule, effect, severity, price,
        min, max, excess, excess_rate, against, against_seller, against_price, remedy, remedy_price, conflict, missing,
        credit, because; with `until` also from and until. `summary` of the result has the figures.

        Raises what price_table raises.
        """
        count = threads_of(threads)
        findings, summary = self._audit_table(Findings, input_of(offers), count, 0, rates, channel, market, at, until)
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
            raise TypeError(f"a Slot holds a Policy, not {type(policy).__name__}")
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


def _check_name(policy: _core.Policy, name: str) -> None:
    """Attributes that a policy does not declare are ignored, so a slip of the pen would be, too. Asked once a name."""
    channels = json.loads(policy._inputs())["channels"]
    known = {attribute["name"] for channel in channels for attribute in channel.get("attributes", ())}
    near = [] if name in known or name in _FIELDS else difflib.get_close_matches(name, _FIELDS, 1, 0.75)
    if near:
        raise TypeError(
            f"no field is called {name!r}; is it {near[0]!r}? (An attribute of that name goes into attributes={{...}}.)"
        )


_core._register(
    Decimal,
    Decision,
    fail,
    _values.plain,
    _values.milliseconds,
    _values.rate_e8,
    _values.from_milliseconds,
    _check_name,
)
