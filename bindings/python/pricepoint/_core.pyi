# SPDX-License-Identifier: Apache-2.0
"""The extension module: a shim over the C interface. What begins with an underscore is for the package alone."""

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal as _Decimal
from typing import Literal, NoReturn, TypeAlias, TypeVar

from ._errors import ArgumentError, ArgumentTypeError, PricepointError
from ._values import Count, Instant, Money, Rate, Status

_Self = TypeVar("_Self")
_T = TypeVar("_T", bound="Table")
_Diagnostic: TypeAlias = tuple[str, int, str, str, str, str, int, int, int, str, int]

class Policy:
    @property
    def name(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...
    def price(
        self,
        *,
        sku: str | None = None,
        channel: str | None = None,
        market: str | None = None,
        prices: Mapping[str, Money | None] | None = None,
        cost: Money | None = None,
        list: Money | None = None,
        shipping: Money | None = None,
        at: Instant | None = None,
        category: str | None = None,
        segment: str | None = None,
        audience: str | None = None,
        currency: str | None = None,
        msrp: Money | None = None,
        map: Money | None = None,
        current: Money | None = None,
        lowest_prior: Money | None = None,
        quantity: Count | None = None,
        units: Count | None = None,
        tax: Rate | None = None,
        fee: Rate | None = None,
        current_since: Instant | None = None,
        attributes: Mapping[str, Money | None] | None = None,
        rates: Rates | None = None,
        **more: Money | None,
    ) -> _Decision: ...
    def explain(
        self,
        *,
        format: Literal["text", "json"] = "text",
        sku: str | None = None,
        channel: str | None = None,
        market: str | None = None,
        prices: Mapping[str, Money | None] | None = None,
        cost: Money | None = None,
        list: Money | None = None,
        shipping: Money | None = None,
        at: Instant | None = None,
        category: str | None = None,
        segment: str | None = None,
        audience: str | None = None,
        currency: str | None = None,
        msrp: Money | None = None,
        map: Money | None = None,
        current: Money | None = None,
        lowest_prior: Money | None = None,
        quantity: Count | None = None,
        units: Count | None = None,
        tax: Rate | None = None,
        fee: Rate | None = None,
        current_since: Instant | None = None,
        attributes: Mapping[str, Money | None] | None = None,
        rates: Rates | None = None,
        **more: Money | None,
    ) -> str: ...
    @classmethod
    def _from_text(cls: type[_Self], text: str, file: str, directory: str | None, zones: str | None, /) -> _Self: ...
    @classmethod
    def _from_file(cls: type[_Self], path: str, zones: str | None, tables: bool, /) -> _Self: ...
    def _inputs(self) -> str: ...
    def _names(self) -> str: ...
    def _check(self, at: Instant | None, /) -> str: ...
    def _price_json(self, request: str, /) -> str: ...
    def _explain_json(self, request: str, format: int, /) -> str: ...
    def _price_table(
        self,
        make: type[_T],
        table: object,
        threads: int,
        parts: int,
        integers: int,
        rates: Rates | None,
        channel: str | None,
        market: str | None,
        at: Instant | None,
        until: None,
        /,
    ) -> _T: ...
    def _audit_table(
        self,
        make: type[_T],
        table: object,
        threads: int,
        parts: int,
        integers: int,
        rates: Rates | None,
        channel: str | None,
        market: str | None,
        at: Instant | None,
        until: Instant | None,
        /,
    ) -> tuple[_T, str]: ...

class Rates:
    @classmethod
    def _from_csv(cls: type[_Self], csv: str, /) -> _Self: ...

class Decision:
    @property
    def status(self) -> Status: ...
    @property
    def price(self) -> _Decimal | None: ...
    @property
    def net(self) -> _Decimal | None: ...
    @property
    def tax(self) -> _Decimal | None: ...
    @property
    def target(self) -> _Decimal | None: ...
    @property
    def was(self) -> _Decimal | None: ...
    @property
    def saving(self) -> _Decimal | None: ...
    @property
    def saving_rate(self) -> int | None: ...
    @property
    def discounts(self) -> tuple[str, ...]: ...
    @property
    def limited_by(self) -> tuple[str, ...]: ...
    @property
    def relaxed(self) -> tuple[str, ...]: ...
    @property
    def conflict(self) -> tuple[str, ...]: ...
    @property
    def missing(self) -> tuple[str, ...]: ...
    @property
    def invalid(self) -> tuple[str, ...]: ...
    @property
    def advice(self) -> tuple[str, ...]: ...
    @property
    def credits(self) -> dict[str, _Decimal]: ...
    @property
    def held(self) -> bool: ...
    @property
    def fallback_price(self) -> _Decimal | None: ...
    @property
    def next_change_at(self) -> datetime.datetime | None: ...
    @property
    def currency(self) -> str | None: ...
    @property
    def policy(self) -> str: ...
    def _explain(self, format: int, /) -> str: ...

class Table:
    @property
    def num_rows(self) -> int: ...
    @property
    def column_names(self) -> tuple[str, ...]: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def __arrow_c_schema__(self) -> object: ...

# What Policy.price() returns is the package's Decision, which is registered below.
from ._decision import Decision as _Decision

def nothing(**anything: object) -> None: ...
def version() -> str: ...
def tables_version() -> str: ...
def zones_version() -> str: ...
def markets(code: str | None, /) -> str: ...
def schema() -> str: ...
def _register(
    decimal: type[_Decimal],
    decision: type[Decision],
    error: type[PricepointError],
    wrong_type: type[ArgumentTypeError],
    wrong_value: type[ArgumentError],
    fail: Callable[[int, str, list[_Diagnostic]], NoReturn],
    together: Callable[[list[PricepointError]], NoReturn],
    plain: Callable[[_Decimal, str], str],
    instant: Callable[[Instant, str], int],
    rate: Callable[[Rate, str], int],
    from_milliseconds: Callable[[int], datetime.datetime],
    known: Callable[[Policy], tuple[frozenset[str], frozenset[str]]],
    unknown_field: Callable[[Policy, str], NoReturn],
    unknown_channel: Callable[[Policy, str, str], NoReturn],
    left_aside: Callable[[Policy, str], None],
    unknown_columns: Callable[[Policy, list[str]], None],
    /,
) -> None: ...
