# SPDX-License-Identifier: Apache-2.0
"""The names that a policy knows, and what is said about others."""

import difflib
import json
import warnings
from collections.abc import Iterable
from typing import NamedTuple, NoReturn

from . import _core
from ._errors import PricepointWarning, UnknownChannel, UnknownField, shown

_FIELDS = (
    "sku category segment audience channel market currency at current_since quantity units list msrp map current "
    "lowest_prior cost shipping tax fee prices attributes rates format"
).split()


class Names(NamedTuple):
    channels: tuple[str, ...]
    markets: tuple[str, ...]
    attributes: tuple[str, ...]


def of(policy: _core.Policy) -> Names:
    made = json.loads(policy._names())
    return Names(tuple(made["channels"]), tuple(made["markets"]), tuple(made["attributes"]))


def known(policy: _core.Policy) -> tuple[frozenset[str], frozenset[str]]:
    """Channels and attributes, asked for once a policy."""
    names = of(policy)
    return frozenset(names.channels), frozenset(names.attributes)


def _nearest(name: str, among: Iterable[str], least: float = 0.6) -> str | None:
    near = difflib.get_close_matches(name, list(among), 1, least)
    return near[0] if near else None


def _did_you_mean(near: str | None) -> str:
    return "" if near is None else f"; did you mean {near!r}?"


def unknown_field(policy: _core.Policy, name: str) -> NoReturn:
    near = _nearest(name, [*_FIELDS, *of(policy).attributes])
    raise UnknownField(
        f"{shown(name)} is neither a field of a request nor an attribute of the policy{_did_you_mean(near)} "
        "(Attributes that only other policies declare go into attributes={...}.)"
    )


def _channels_of(policy: _core.Policy, asked: Iterable[str]) -> str:
    names = of(policy).channels
    near = next((one for one in (_nearest(name, names) for name in asked) if one is not None), None)
    return f"it has {', '.join(map(repr, names))}{_did_you_mean(near)}"


def unknown_channel(policy: _core.Policy, name: str, where: str) -> NoReturn:
    raise UnknownChannel(f"{where}: the policy has no channel {shown(name)}; {_channels_of(policy, [name])}")


def left_aside(policy: _core.Policy, name: str) -> None:
    """An attribute in a mapping, which may hold more than a policy declares. Asked once a name."""
    near = _nearest(name, [*_FIELDS, *of(policy).attributes], 0.75)
    if near is not None:
        warnings.warn(
            f"the policy does not declare the attribute {shown(name)} and ignores it{_did_you_mean(near)}",
            PricepointWarning,
            stacklevel=2,
        )


def unknown_columns(policy: _core.Policy, names: list[str]) -> None:
    """Channels of columns price.CHANNEL that the policy does not have."""
    columns = ", ".join(f'"price.{name}"' for name in names)
    many = len(names) > 1
    warnings.warn(
        f"the column{'s' if many else ''} {columns} {'are' if many else 'is'} ignored: the policy has no such "
        f"channel; {_channels_of(policy, names)}",
        PricepointWarning,
        stacklevel=3,
    )
