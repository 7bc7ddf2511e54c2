# SPDX-License-Identifier: Apache-2.0
"""What Policy.price() returns."""

import datetime
from decimal import Decimal
from typing import Any, Literal, final

from . import _core
from ._errors import ArgumentError, shown


def _text(value: datetime.datetime) -> str:
    return value.isoformat(timespec="milliseconds" if value.microsecond else "seconds").replace("+00:00", "Z")


@final
class Decision(_core.Decision):
    """One decision. Amounts are Decimals in units of `currency` with its decimals; what does not apply is None or empty.

    `status` says first what became of it: "priced" and "compromised" have a price, the others say why there is none
    (`conflict`, `missing`, `invalid`).
    """

    __slots__ = ()

    def explain(self, format: Literal["text", "json"] = "text") -> str:
        """Why that price: sentences, or a JSON object. It decides once more, with the same policy and request."""
        if not isinstance(format, str) or format not in ("text", "json"):
            raise ArgumentError(f'format is {shown(format)}; it must be "text" or "json"')
        return self._explain(1 if format == "json" else 0)

    def to_dict(self) -> dict[str, Any]:
        """The keys and values of a line of `pricepoint price --format ndjson`, without those of the request: money is
        text, what does not apply is left out."""
        made: dict[str, Any] = {"currency": self.currency, "status": self.status}
        for name in ("price", "net", "tax", "target"):
            made[name] = getattr(self, name)
        made["discounts"] = self.discounts
        made["limited_by"] = self.limited_by
        made["was"] = self.was
        made["saving"] = self.saving
        made["saving_rate"] = None if self.saving_rate is None else f"{self.saving_rate}%"
        for name in ("relaxed", "conflict", "missing", "invalid", "advice"):
            made[name] = getattr(self, name)
        made["credits"] = [{"to": to, "amount": str(amount)} for to, amount in self.credits.items()]
        made["held"] = self.held
        made["fallback_price"] = self.fallback_price
        made["next_change_at"] = None if self.next_change_at is None else _text(self.next_change_at)
        made["policy"] = self.policy
        plain = {key: str(value) if isinstance(value, Decimal) else value for key, value in made.items()}
        return {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in plain.items()
            if value is not None and value is not False and value != () and value != []
        }

    def __repr__(self) -> str:
        amount = "" if self.price is None else f" {self.price} {self.currency}"
        because = self.conflict or self.missing or self.invalid
        return f"<Decision {self.status}{amount}{': ' + ', '.join(because) if because else ''}>"
