# SPDX-License-Identifier: Apache-2.0
"""Values on their way in and out: amounts, instants, rates."""

import datetime
from decimal import Decimal
from typing import Literal, TypeAlias

from ._errors import ArgumentError, ArgumentTypeError, shown

Money: TypeAlias = Decimal | str | int
"""An amount: Decimal, text as people write it ("29.80"), or an int, which is whole units of the currency, as Decimal(int)
is. Never a float: binary floating point cannot hold most amounts."""
Count: TypeAlias = Decimal | str | int
Rate: TypeAlias = Decimal | str | int
"""A share: Decimal("0.19"), "0.19" or "19%"; at most eight decimals."""
Instant: TypeAlias = datetime.datetime | str
"""A datetime with a zone, or text with an offset: "2026-11-11T00:00:00+08:00"."""
Status: TypeAlias = Literal["priced", "compromised", "withheld", "incomplete", "invalid", "conflict"]

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
_MILLISECOND = datetime.timedelta(milliseconds=1)


def plain(value: Decimal, name: str) -> str:
    """A Decimal without an exponent."""
    if not value.is_finite():
        raise ArgumentError(f"{name} is {value}, which is not an amount; None is for an amount that is not there")
    return format(value, "f")


def milliseconds(value: Instant, name: str) -> int:
    """Since 1970; what is finer than that is cut."""
    given = value
    if isinstance(value, str):
        try:
            value = datetime.datetime.fromisoformat(value)
        except ValueError:
            raise ArgumentError(f"{name} is {shown(given)}, which is not an instant; write 2026-11-11T00:00:00+08:00") from None
    if not isinstance(value, datetime.datetime):
        raise ArgumentTypeError(f"{name} is a {type(value).__name__}; an instant is a datetime or a str")
    if value.tzinfo is None or value.utcoffset() is None:
        raise ArgumentError(
            f"{name} is {value.isoformat()}, which has no zone, and the same time of day is another instant elsewhere; "
            'give one: datetime(2026, 11, 11, tzinfo=ZoneInfo("Asia/Shanghai")), or text with an offset'
        )
    return (value - _EPOCH) // _MILLISECOND


def from_milliseconds(value: int) -> datetime.datetime:
    return _EPOCH + value * _MILLISECOND


def rate_e8(value: Rate, name: str) -> int:
    """A rate in units of 10^-8."""
    if isinstance(value, float):
        raise ArgumentTypeError(f'{name} is a float; a rate is a str ("19%" or "0.19") or a Decimal')
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        raise ArgumentTypeError(f"{name} is a {type(value).__name__}; a rate is a str, a Decimal or an int")
    try:
        if isinstance(value, str):
            text = value.strip()
            exact = Decimal(text[:-1]).scaleb(-2) if text.endswith("%") else Decimal(text)
        else:
            exact = Decimal(value)
        scaled = exact.scaleb(8)
        whole = int(scaled)
    except (ArithmeticError, ValueError):
        raise ArgumentError(f'{name} is {shown(value)}, which is not a rate; write "19%" or "0.19"') from None
    if whole != scaled:
        raise ArgumentError(f"{name} is {shown(value)}, which has more than eight decimals")
    if not -(2**63) < whole < 2**63:
        raise ArgumentError(f"{name} is {shown(value)}, which is too large for a rate")
    return whole
