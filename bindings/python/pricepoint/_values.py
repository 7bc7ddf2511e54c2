# SPDX-License-Identifier: Apache-2.0
"""Values on their way in and out: amounts, instants, rates."""

import datetime
from decimal import Decimal
from typing import Literal, TypeAlias

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
        raise ValueError(f"{name} is {value}, which is no amount; None is for an amount that is not there")
    return format(value, "f")


def milliseconds(value: Instant) -> int:
    """Since 1970; what is finer than that is cut."""
    if isinstance(value, str):
        try:
            value = datetime.datetime.fromisoformat(value)
        except ValueError:
            raise ValueError(f"{value!r} is no instant; write 2026-11-11T00:00:00+08:00") from None
    if not isinstance(value, datetime.datetime):
        raise TypeError(f"an instant is a datetime or a str, not {type(value).__name__}")
    if value.tzinfo is None or value.utcoffset() is None:
        raise ValueError(
            f"{value.isoformat()} has no zone, and the same time of day is another instant elsewhere; "
            'give one: datetime(2026, 11, 11, tzinfo=ZoneInfo("Asia/Shanghai")), or text with an offset'
        )
    return (value - _EPOCH) // _MILLISECOND


def from_milliseconds(value: int) -> datetime.datetime:
    return _EPOCH + value * _MILLISECOND


def rate_e8(value: Rate) -> int:
    """A rate in units of 10^-8."""
    if isinstance(value, float):
        raise TypeError('a rate is a str ("19%" or "0.19") or a Decimal, not a float')
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        raise TypeError(f"a rate is a str, a Decimal or an int, not {type(value).__name__}")
    try:
        if isinstance(value, str):
            text = value.strip()
            exact = Decimal(text[:-1]).scaleb(-2) if text.endswith("%") else Decimal(text)
        else:
            exact = Decimal(value)
        scaled = exact.scaleb(8)
        whole = int(scaled)
    except (ArithmeticError, ValueError):
        raise ValueError(f'{value!r} is no rate; write "19%" or "0.19"') from None
    if whole != scaled:
        raise ValueError(f"the rate {value!r} has more than eight decimals")
    if not -(2**63) < whole < 2**63:
        raise ValueError(f"{value!r} is too large for a rate")
    return whole
