#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The summary of an audit, computed again from the offers and the findings, in a plain way and exactly: clauses AUD-2 to
AUD-4 and AUD-22 to AUD-24 of docs/policy-reference.md. It must agree to the last digit, as CSV and as NDJSON.

usage: tests/golden/audit_figures.py [--program PATH]          (or the environment's PRICEPOINT_CLI)

Offers are made here, from fixed seeds. Each has a column `offer`, its number, by which its findings are known again.
"""

import csv
import io
import json
import random
import subprocess
import tempfile
import unittest
from collections import Counter, defaultdict
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from _golden import given, main_of_tests

AT = "2026-06-01T00:00:00Z"
DIGITS = {"EUR": 2, "USD": 2, "CHF": 2, "JPY": 0, "KWD": 3}
DISPLAYED = ("list", "msrp", "map", "current", "lowest_prior")
SEVERITIES = {"breach": "breaches", "warning": "warnings", "notice": "notices", "unchecked": "unchecked"}  # "invalid" apart

MIXED = {
    "pricepoint": 1,
    "markets": {"DE": {"currency": "EUR", "display": "gross", "tax": "19%"},
                "JP": {"currency": "JPY", "display": "gross", "tax": "10%"},
                "KW": {"currency": "KWD", "display": "net", "tax": "5%"},
                "CH": {"currency": "CHF", "display": "gross", "tax": "8.1%", "unit": "0.05"},
                "US": {"currency": "USD", "display": "net", "tax": "7.25%"}},
    "channels": {"store": {"kind": "traditional"}, "outlet": {"kind": "traditional"},
                 "dealer": {"kind": "traditional", "owner": "reseller"},
                 "web": {"kind": "online", "reference": "store"},
                 "app": {"kind": "online", "reference": ["web", "store"]},
                 "bazaar": {"kind": "online", "owner": "reseller", "reference": "lowest traditional"}},
    "rules": [
        {"id": "near", "gap": {"to": "traditional", "min": "0%", "max": "10%"}},
        {"id": "near-the-list", "gap": {"to": "reference", "max": "25%"}, "strength": "medium", "skip_if_missing": True},
        {"id": "earn", "floor": "cost * 105%", "skip_if_missing": True},
        {"id": "map", "when": {"channel": ["web", "bazaar"]}, "floor": "map", "skip_if_missing": True},
        {"id": "high", "ceiling": "list", "strength": "strong"},
        {"id": "nines", "endings": ["9"], "strength": "weak"},
        {"id": "nines-too", "when": {"market": ["DE", "US"]}, "endings": [".99"], "strength": "medium"},
        {"id": "members", "inverted": {"to": "web"}, "skip_if_missing": True},
        {"id": "leaks", "leak": {"from": "club"}},
        {"id": "not-there", "when": {"market": "JP", "channel": "outlet"}, "withhold": "not-sold"},
    ],
}

TIES = {
    "pricepoint": 1,
    "markets": {"DE": {"currency": "EUR", "display": "gross", "tax": "19%"}, "CH": {}},
    "channels": {"store": {"kind": "traditional"}, "kiosk": {"kind": "traditional"},
                 "web": {"kind": "online", "reference": "store"}, "app": {"kind": "online", "reference": "store"}},
    "rules": [{"id": "near", "gap": {"to": "store", "min": "0%", "max": "5%"}},
              {"id": "by-five", "multiple_of": "0.05"},
              {"id": "leaks", "leak": {"from": "vip"}},
              {"id": "members", "inverted": {"to": "web"}, "skip_if_missing": True}],
}

# Channels of either display in one market, and one market whose tax only some offers say.
DISPLAYS = {
    "pricepoint": 1,
    "markets": {"DE": {"currency": "EUR", "display": "gross", "tax": "19%"},
                "KW": {"currency": "KWD", "display": "net", "tax": "7.5%"},
                "XX": {"currency": "EUR", "display": "gross"}},
    "channels": {"store": {"kind": "traditional"}, "depot": {"kind": "traditional", "display": "net"},
                 "counter": {"kind": "traditional", "display": "gross"},
                 "web": {"kind": "online", "reference": "store"},
                 "trade": {"kind": "online", "reference": "depot", "display": "net"},
                 "shown": {"kind": "online", "reference": ["store", "depot"], "display": "gross"}},
    "rules": [{"id": "near", "gap": {"to": "traditional", "min": "0%", "max": "15%"}},
              {"id": "near-the-store", "gap": {"to": "store", "max": "12%"}, "strength": "strong", "skip_if_missing": True},
              {"id": "map", "floor": "map", "skip_if_missing": True}],
}

RATES = ("from,to,rate,at\nUSD,EUR,0.912345678,2026-01-01T00:00:00Z\nUSD,EUR,0.9,2026-05-20T00:00:00Z\n"
         "USD,EUR,0.5,2026-07-01T00:00:00Z\nEUR,JPY,161.05,2026-01-01T00:00:00Z\nEUR,KWD,0.333333333,2026-01-01T00:00:00Z\n")


def half_up(value):
    """To a whole number, halves away from zero."""
    value = Fraction(value)
    whole = (abs(value) * 2 + 1) // 2
    return -int(whole) if value < 0 else int(whole)


def scaled(whole, digits):
    """A whole number of the smallest units, as text."""
    return f"{Decimal(int(whole)).scaleb(-digits):.{digits}f}" if digits else str(int(whole))


def percent(hundredths):
    return "" if hundredths is None else scaled(hundredths, 2) + "%"


def share(part, whole):
    return percent(half_up(Fraction(part * 10_000, whole))) if whole else ""


def mean(values):
    return percent(half_up(Fraction(sum(values), len(values)))) if values else ""


def median(values):
    if not values:
        return ""
    ordered, middle = sorted(values), len(values) // 2
    return percent(ordered[middle] if len(values) % 2 else half_up(Fraction(ordered[middle - 1] + ordered[middle], 2)))


def rate_of(text):
    return Fraction(text.removesuffix("%")) / 100


# ---- the plain computation

class Plain:
    def __init__(self, policy, rows, rates, findings):
        self.policy = policy
        self.rates = list(csv.DictReader(io.StringIO(rates)))
        self.offers = [row for row in rows if self.readable(row)]
        self.unreadable = len(rows) - len(self.offers)
        self.findings = findings  # as NDJSON gives them
        self.severities = defaultdict(Counter)  # by the number of an offer
        for finding in findings:
            self.severities[finding["offer"]][finding["severity"]] += 1
        self.groups = defaultdict(list)
        for offer in self.offers:
            self.groups[offer["sku"], offer["market"]].append(offer)
        self.carried = {key: self.carried_of(group) for key, group in self.groups.items()}

    @staticmethod
    def readable(row):
        try:
            for name in ("price", "quantity", "units", "map", "list", "cost"):
                if row.get(name):
                    Fraction(row[name])
        except ValueError:
            return False
        return True

    def market(self, offer):
        table = {"CH": {"currency": "CHF", "display": "gross", "tax": None, "unit": "0.05"}}
        return {**table.get(offer["market"], {}), **self.policy["markets"][offer["market"]]}

    def valid(self, offer):
        channels, markets = self.policy["channels"], self.policy["markets"]
        if offer["channel"] not in channels or offer["market"] not in markets or not offer["price"]:
            return False
        digits = DIGITS[self.market(offer)["currency"]]
        if not 0 < Fraction(offer["price"]) <= Fraction(10**15, 10**digits):
            return False
        displayed = [*DISPLAYED, *(f"price.{channel}" for channel in channels)]
        if any(offer.get(name) and Fraction(offer[name]) <= 0 for name in displayed):
            return False
        if offer.get("quantity") and Fraction(offer["quantity"]) <= 0:
            return False
        if offer.get("units") and Fraction(offer["units"]) < 0:
            return False
        return not (offer.get("cost") and Fraction(offer["cost"]) < 0)

    def display(self, offer, channel=None):
        own = self.policy["channels"].get(channel or offer["channel"], {})
        return own.get("display", self.market(offer)["display"])

    def tax(self, offer):
        said = offer.get("tax") or self.market(offer).get("tax")
        return rate_of(said) if said else None

    def public(self, offer):
        return not offer.get("audience") and not offer.get("segment")

    def carried_of(self, group):
        """By channel the price that others get from it."""
        best = {}
        for offer in group:
            if not self.valid(offer) or not self.public(offer):
                continue
            key = Fraction(offer.get("quantity") or 1), Fraction(offer["price"])
            if offer["channel"] not in best or key < best[offer["channel"]]:
                best[offer["channel"]] = key
        return {channel: price for channel, (_, price) in best.items()}

    def carried_to(self, offer, amount, source, target):
        """What the display `target` shows for it, by the tax of the offer; None without it, and for what comes to 0."""
        if source == target:
            return amount
        tax = self.tax(offer)
        if tax is None:
            return None
        exact = amount * (1 + tax) if target == "gross" else amount / (1 + tax)
        market = self.market(offer)
        unit = Fraction(market.get("unit") or Fraction(1, 10 ** DIGITS[market["currency"]]))
        return half_up(exact / unit) * unit or None

    def field(self, offer, name):
        """An amount of the offer's own in the market's currency; None where it is absent or has no rate."""
        if not offer.get(name):
            return None
        amount, source, target = Fraction(offer[name]), offer.get("currency"), self.market(offer)["currency"]
        if not source or source == target:
            return amount
        fitting = [one for one in self.rates if one["from"] == source and one["to"] == target and one["at"] <= AT]
        return amount * Fraction(max(fitting, key=lambda one: one["at"])["rate"]) if fitting else None

    def compared(self, offer, channel):
        """The offer's price and that of the channel as they are compared; None where they are not."""
        own = Fraction(offer["price"])
        if offer.get(f"price.{channel}"):
            other = self.field(offer, f"price.{channel}")
            return None if other is None else (own, other)
        carried = self.carried[offer["sku"], offer["market"]]
        if channel not in carried:
            return None
        there, here = self.display(offer, channel), self.display(offer)
        if self.carried_to(offer, carried[channel], there, here) is None:
            return None
        if there == here:
            return own, carried[channel]
        prices = self.carried_to(offer, own, here, "gross"), self.carried_to(offer, carried[channel], there, "gross")
        return None if None in prices else prices

    def in_breach(self, offer):
        return self.severities[offer["offer"]]["breach"] > 0

    def counts(self, findings):
        found = Counter(SEVERITIES[one["severity"]] for one in findings if one["severity"] != "invalid")
        return {name: str(found[name]) for name in SEVERITIES.values()}

    def map_figures(self, offers):
        known = [(Fraction(one["price"]), self.field(one, "map")) for one in offers if self.valid(one)]
        known = [(price, least) for price, least in known if least is not None]
        depths = [half_up((least - price) / least * 10_000) for price, least in known if price < least]
        return {"map_offers": str(len(known)), "map_violations": str(len(depths)),
                "map_violation_rate": share(len(depths), len(known)), "map_mean_depth": mean(depths),
                "map_median_depth": median(depths), "map_largest_depth": percent(max(depths, default=None))}

    # ---- the sections

    def audit(self):
        read = [one for one in self.offers if self.valid(one)]
        offers = len(self.offers) + self.unreadable
        yield {"about": "audit", "products": str(len({(one["sku"], one["market"]) for one in read})), "offers": str(offers),
               "invalid": str(offers - len(read)), "in_breach": share(sum(map(self.in_breach, read)), len(read)),
               **self.counts(self.findings)}

    def pair(self):
        channels = self.policy["channels"]
        for market in sorted(self.policy["markets"]):
            for online in sorted(one for one in channels if channels[one]["kind"] == "online"):
                for other in sorted(one for one in channels if channels[one]["kind"] == "traditional"):
                    yield from self.one_pair(market, online, other)

    def one_pair(self, market, online, other):
        seen = [(one, self.compared(one, other)) for one in self.offers
                if one["market"] == market and one["channel"] == online and self.valid(one)]
        seen = [(one, *prices) for one, prices in seen if prices is not None]
        if not seen:
            return
        gaps = [half_up((r - p) / r * 10_000) for _, p, r in seen]
        weighted = [(Fraction(one["units"]), p, r) for one, p, r in seen if one.get("units")]
        over = sum(units * r for units, _, r in weighted)
        index = percent(half_up(sum(units * p for units, p, _ in weighted) / over * 10_000)) if over else ""
        yield {"about": "pair", "market": market, "channel": online, "against": other, "offers": str(len(seen)),
               "identical": share(sum(p == r for _, p, r in seen), len(seen)),
               "lower": share(sum(p < r for _, p, r in seen), len(seen)),
               "higher": share(sum(p > r for _, p, r in seen), len(seen)), "mean_gap": mean(gaps), "median_gap": median(gaps),
               **{f"within_{size}": share(sum(abs(gap) <= size * 100 for gap in gaps), len(seen)) for size in (5, 10, 15)},
               "in_breach": share(sum(self.in_breach(one) for one, _, _ in seen), len(seen)), "price_index": index,
               "weighted_offers": str(len(weighted))}

    def dispersion(self):
        ranges = defaultdict(list)
        for (_, market), group in self.groups.items():
            prices = [self.carried_to(one, Fraction(one["price"]), self.display(one), self.market(one)["display"])
                      for one in group if self.valid(one) and self.public(one)]
            prices = [one for one in prices if one is not None]
            if len(prices) > 1:
                ranges[market].append(half_up((max(prices) - min(prices)) / min(prices) * 10_000))
        for market, values in sorted(ranges.items()):
            yield {"about": "dispersion", "market": market, "products": str(len(values)), "mean_range": mean(values),
                   "median_range": median(values), "largest_range": percent(max(values))}

    def map(self):
        for market in sorted(self.policy["markets"]):
            for channel in sorted(self.policy["channels"]):
                figures = self.map_figures([one for one in self.offers if (one["market"], one["channel"]) == (market, channel)])
                if figures["map_offers"] != "0":
                    yield {"about": "map", "market": market, "channel": channel, **figures}

    def rule(self):
        for rule in sorted({one["rule"] for one in self.findings if "rule" in one}):
            yield {"about": "rule", "rule": rule, **self.counts([one for one in self.findings if one.get("rule") == rule])}

    def seller(self):
        names = sorted({one["seller"] for one in self.offers})
        if not any(names):
            return
        for name in names:
            offers = [one for one in self.offers if one["seller"] == name]
            numbers = {one["offer"] for one in offers}
            read = [one for one in offers if self.valid(one)]
            yield {"about": "seller", "seller": name, "offers": str(len(offers)), "invalid": str(len(offers) - len(read)),
                   "in_breach": share(sum(map(self.in_breach, read)), len(read)),
                   **self.counts([one for one in self.findings if one["offer"] in numbers]), **self.map_figures(offers)}

    def summary(self):
        made = [*self.audit(), *self.pair(), *self.dispersion(), *self.map(), *self.rule(), *self.seller()]
        return [bare(one) for one in made]


def bare(figures):
    """Without what does not apply; the empty seller is the offers without one."""
    return {key: value for key, value in figures.items()
            if value != "" or (key == "seller" and figures["about"] == "seller")}


# ---- the offers

def amount(made, low, high, digits, finer=0):
    """A price between two whole amounts; one in `finer` has more digits than the currency."""
    more = 2 if finer and made.randrange(finer) == 0 else 0
    return scaled(made.randrange(low * 10**(digits + more), high * 10**(digits + more)), digits + more)


def mixed_offers():
    """Several markets, currencies, channels and sellers; units with decimals; now and then something that cannot be."""
    made = random.Random(20260601)
    sellers = ("", "Alpha", "beta GmbH", "Žito, d.o.o.", "delta \"2\"")
    for product in range(260):
        for market in made.sample(sorted(MIXED["markets"]), made.randrange(1, 4)):
            digits = DIGITS[MIXED["markets"][market]["currency"]]
            near = made.randrange(20, 400) * (100 if market == "JP" else 1)
            low, high = near * 9 // 10, near * 11 // 10 + 1
            for _ in range(made.randrange(1, 12)):
                channel = made.choice(list(MIXED["channels"]))
                offer = {"sku": f"P{product:03d}", "market": market, "channel": channel, "seller": made.choice(sellers),
                         "price": amount(made, low, high, digits, 25)}
                if made.randrange(3) == 0:
                    offer["units"] = scaled(made.randrange(0, 10**6), made.randrange(0, 5))
                if made.randrange(3) == 0:
                    offer["map"] = amount(made, low, high, digits, 25)
                if made.randrange(2) == 0:
                    offer["list"] = amount(made, low, high + 5, digits)
                if made.randrange(3) == 0:
                    offer["cost"] = amount(made, low // 2, high, digits, 3)
                if made.randrange(8) == 0:
                    offer["currency"] = made.choice(("EUR", "USD", "JPY"))
                if made.randrange(8) == 0:
                    offer["audience"] = made.choice(("club", "staff"))
                if made.randrange(10) == 0:
                    offer["price.store"] = amount(made, low, high, digits, 4)
                if made.randrange(10) == 0:
                    offer["quantity"] = made.choice(("1", "2", "6", "0.5"))
                odd = made.randrange(60)
                if odd < 8:
                    offer.update(({"price": "0"}, {"price": ""}, {"price": "-1"}, {"channel": "nowhere"}, {"list": "0"},
                                  {"units": "-1"}, {"quantity": "0"}, {"cost": "abc"})[odd])
                yield offer


def tied_offers():
    """Few distinct prices, so that ties, even counts and equal carried prices are everywhere."""
    made = random.Random(7)
    for product in range(150):
        for market in ("CH", "DE"):
            for _ in range(2 * made.randrange(1, 5)):
                offer = {"sku": f"T{product:03d}", "market": market, "channel": made.choice(list(TIES["channels"])),
                         "seller": made.choice(("a", "b")), "price": made.choice(("10.00", "10.5", "9.50", "9.99", "8.00")),
                         "quantity": made.choice(("", "", "1", "3")), "units": made.choice(("", "1", "2", "0"))}
                offer[made.choice(("audience", "segment", "x-note"))] = made.choice(("", "vip", "b2b"))
                offer["map"] = made.choice(("", "10.00", "9.995"))
                yield offer


def single_offers():
    """Mostly one offer a product, prices of other channels in the row, displays that differ."""
    made = random.Random(41)
    for product in range(700):
        market = made.choice(("DE", "KW", "XX"))
        digits = DIGITS[DISPLAYS["markets"][market]["currency"]]
        for _ in range(made.choice((1, 1, 1, 2, 3, 5))):
            offer = {"sku": f"S{product:03d}", "market": market, "channel": made.choice(list(DISPLAYS["channels"])),
                     "seller": "", "price": amount(made, 80, 120, digits, 10)}
            # Without a tax a net channel of the market XX would leave open what 0% means there.
            if made.randrange(4) == 0 or (market == "XX" and (offer["channel"] in ("depot", "trade") or made.randrange(2))):
                offer["tax"] = made.choice(("19%", "7%", "0%", "7.125%"))
            for channel in ("store", "depot", "counter", "web"):
                if made.randrange(6) == 0:
                    offer[f"price.{channel}"] = amount(made, 80, 120, digits, 5)
            for name, often in (("map", 3), ("units", 2), ("list", 3)):
                if made.randrange(often) == 0:
                    offer[name] = amount(made, 80, 120, digits, 5)
            if made.randrange(6) == 0:
                offer["currency"] = made.choice(("USD", "EUR"))
            if made.randrange(9) == 0:
                offer["segment"] = "trade"
            yield offer


def with_every_column(policy, offers):
    names = ["sku", "market", "channel", "seller", "price", "quantity", "audience", "segment", "units", "map", "list", "cost",
             "currency", "tax", *(f"price.{one}" for one in policy["channels"]), "offer"]
    return names, [{**{name: "" for name in names}, **{key: value for key, value in one.items() if key in names},
                    "offer": str(number)} for number, one in enumerate(offers)]


class Figures(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)

    def run_audit(self, *flags):
        command = [given.program, "audit", "--policy", "policy.json", "--offers", "offers.csv", "--rates", "rates.csv", "--at", AT,
                   "--quiet", *flags]
        done = subprocess.run(command, capture_output=True, cwd=self.folder, check=False)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        self.assertRegex(done.stderr, rb"^([^\n]*PP-I020[^\n]* could not be read[^\n]*\n)?$")
        return done.stdout.decode("utf-8")

    def write(self, policy, offers):
        names, rows = with_every_column(policy, offers)
        (self.folder / "policy.json").write_text(json.dumps(policy), encoding="utf-8")
        (self.folder / "rates.csv").write_text(RATES, encoding="utf-8")
        with open(self.folder / "offers.csv", "w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, names)
            table.writeheader()
            table.writerows(rows)
        return rows

    def hold(self, policy, offers, sections, least):
        """The sections that must not be empty, and how many offers there are at least."""
        rows = self.write(policy, offers)
        self.assertGreaterEqual(len(rows), least)
        objects = [json.loads(line) for line in self.run_audit("--format", "ndjson").splitlines()]
        findings = [one for one in objects if "summary" not in one]
        plain = Plain(policy, rows, RATES, findings)
        invalid = {one["offer"] for one in rows if one not in plain.offers or not plain.valid(one)}
        self.assertEqual({one["offer"] for one in findings if one["effect"] == "invalid"}, invalid)
        expected = plain.summary()
        self.assertEqual({one["about"] for one in expected}, set(sections))
        in_json = [{key: str(value) for key, value in one.items() if key != "summary"} for one in objects if "summary" in one]
        self.assert_same(in_json, expected)
        for threads in ("1", "3"):
            self.run_audit("--format", "csv", "--out", "findings.csv", "--summary", "summary.csv", "--threads", threads)
            with open(self.folder / "summary.csv", encoding="utf-8", newline="") as file:
                self.assert_same([bare(one) for one in csv.DictReader(file)], expected)
        with open(self.folder / "findings.csv", encoding="utf-8", newline="") as file:
            in_csv = [one["offer"] + one["rule"] + one["severity"] for one in csv.DictReader(file)]
        self.assertEqual(in_csv, [one["offer"] + one.get("rule", "") + one["severity"] for one in findings])
        return expected

    def assert_same(self, found, expected):
        for one, other in zip(found, expected):
            self.assertEqual(one, other)
        self.assertEqual(len(found), len(expected))

    def test_markets_currencies_and_sellers(self):
        self.hold(MIXED, mixed_offers(), ("audit", "pair", "dispersion", "map", "rule", "seller"), 3000)

    def test_ties_and_even_counts(self):
        self.hold(TIES, tied_offers(), ("audit", "pair", "dispersion", "map", "rule", "seller"), 1000)

    def test_single_offers_and_displays_that_differ(self):
        self.hold(DISPLAYS, single_offers(), ("audit", "pair", "dispersion", "map", "rule"), 1000)

    def test_the_summary_of_an_audit_ahead_is_that_of_today(self):
        policy = {**TIES, "periods": {"later": {"from": "2026-06-10T00:00:00Z", "until": "2026-06-20T00:00:00Z"}}}
        policy["rules"] = [*TIES["rules"], {"id": "low", "during": "later", "ceiling": "9"}]
        expected = self.hold(policy, tied_offers(), ("audit", "pair", "dispersion", "map", "rule", "seller"), 1000)
        objects = [json.loads(line) for line in
                   self.run_audit("--format", "ndjson", "--until", "2026-07-01T00:00:00Z").splitlines()]
        found = [{key: str(value) for key, value in one.items() if key != "summary"} for one in objects if "summary" in one]
        self.assertTrue(any(one.get("rule") == "low" for one in objects if "summary" not in one))
        self.assert_same(found, expected)


if __name__ == "__main__":
    main_of_tests(__doc__)
