#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The JSON Schema of policies against the program: what one accepts the other accepts, what one refuses the other
refuses, as far as a schema can see.

usage: tests/golden/schema.py [--program PATH]          (or the environment's PRICEPOINT_CLI)

Needs the Python package jsonschema (Debian: python3-jsonschema). Where the Python that runs this has none, the
system's own takes over.
"""

import copy
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from decimal import Decimal
from pathlib import Path

from _golden import ROOT, given, main_of_tests

try:
    from jsonschema import Draft202012Validator
except ImportError:
    SYSTEM = "/usr/bin/python3"
    if os.path.exists(SYSTEM) and "PRICEPOINT_OTHER_PYTHON" not in os.environ:
        os.execve(SYSTEM, [SYSTEM, *sys.argv], {**os.environ, "PRICEPOINT_OTHER_PYTHON": "1"})
    sys.exit("the Python package jsonschema, 4.0 or later, is missing: ./dev setup installs it (Debian: "
             "python3-jsonschema)")

FILE = ROOT / "src" / "policy" / "policy.schema.json"
DROP = object()


def read(text):
    """JSON with comments and trailing commas. No amount becomes binary floating point."""
    text = re.sub(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', lambda found: found.group(1) or " ", text, flags=re.S)
    text = re.sub(r'("(?:\\.|[^"\\])*")|,(?=\s*[\]}])', lambda found: found.group(1) or "", text)
    return json.loads(text, parse_float=Decimal)


SCHEMA = read(FILE.read_text(encoding="utf-8"))


def complaints(document, schema=None):
    return [f"{'/'.join(map(str, one.absolute_path)) or 'the policy'}: {one.message[:200]}"
            for one in Draft202012Validator(schema or SCHEMA).iter_errors(document)]


def program_says(text, beside=None):
    """The exit status of `price` with this policy and no rows, and the codes of what is wrong with it."""
    with tempfile.TemporaryDirectory() as directory:
        policy, items = Path(directory) / "policy.json", Path(directory) / "items.csv"
        policy.write_text(text, encoding="utf-8")
        for table in ("overrides.csv", "below/overrides.csv"):
            path = Path(directory) / table
            path.parent.mkdir(exist_ok=True)
            path.write_text("id,when.sku,price\nby-hand,A1,19.90\n", encoding="utf-8")
        (Path(directory) / "markets.json").write_text(
            '{"pricepoint_markets": 1, "markets": {"MOON": {"currency": "EUR"}}}', encoding="utf-8")
        for file in beside.glob("*.json") if beside else ():  # a policy may name a file of markets
            if not (Path(directory) / file.name).exists():
                (Path(directory) / file.name).write_bytes(file.read_bytes())
        items.write_text("sku\n", encoding="utf-8")
        done = subprocess.run([given.program, "price", "--policy", policy, "--items", items, "--format", "csv", "--quiet"],
                              capture_output=True, check=False, encoding="utf-8")
    return done.returncode, re.findall(r"\berror (PP-\w+): ", done.stderr), done.stderr


def changed(document, change):
    """A copy with some keys set; "a/b" is b in a, DROP takes the key away."""
    made = copy.deepcopy(document)
    for path, value in change.items():
        *outer, last = path.split("/")
        inside = made
        for key in outer:
            inside = inside[key]
        if value is DROP:
            del inside[last]
        else:
            inside[last] = value
    return made


SHOP = {
    "pricepoint": 1,
    "name": "shop",
    "markets": {
        "DE": {"currency": "EUR", "unit": "0.05", "display": "gross", "tax": "19%"},
        "outlet": {"currency": "CHF", "display": "gross", "tax": "8.1%", "net": "stored", "x-where": "Basel"},
    },
    "channels": {
        "store": {"kind": "traditional"},
        "dealer": {"kind": "traditional", "owner": "reseller"},
        "web": {"kind": "online", "reference": ["store", "dealer"], "fee": "2.5%"},
        "members": {"kind": "online", "reference": "web"},
        "mall": {"kind": "online", "reference": "lowest traditional", "fee": "8%", "display": "gross"},
    },
    "attributes": {"role": ["traffic", "volume"], "season": "text", "stock-level": "number",
                   "wholesale": {"money": "net"}, "competitor": {"money": "display", "x-source": "crawler"}},
    "periods": {
        "sale": {"from": "2026-11-01", "until": "2026-11-11", "zone": "Asia/Shanghai"},
        "season": [{"until": "2026-08-08T12:00", "zone": "Europe/Berlin"},
                   {"from": "2027-01-25T00:00:00+01:00", "until": "2027-02-06T23:59:59.999Z"}],
    },
    "within": {"strong": ["5%", {"EUR": "0.50"}], "weak": "0.5%"},
    "rules": [],
}


def with_rule(rule):
    return SHOP | {"rules": [{"id": "r"} | rule]}


# --- what is good

GOOD_RULES = [
    {"base": "min(reference, msrp?)"},
    {"base": {"EUR": "list", "CHF": 12, "x-note": "per piece"}, "skip_if_missing": True},
    {"discount": "8%", "when": {"role": "traffic"}},
    {"discount": "-3%", "group": "surcharge"},
    {"discount": "100%", "exclusive": True},
    {"discount": "000099.999999%", "when": {"role": ["traffic", "volume"]}},
    {"discount": {"EUR": "5", "CHF": 5}, "group": "coupon", "exclusive": False},
    {"discount": -2, "when": {"quantity": 1}},
    {"discount": "5", "exclusive": True, "when": {"quantity": {"from": 12, "below": "100"}}},
    {"price": "19.90", "during": {"until": "2026-10-31", "zone": "Europe/Paris"}, "when": {"sku": "A1"}},
    {"price": 20, "strength": "required", "when": {"sku": ["A1", "A2"]}},
    {"gap": {"to": "traditional", "min": "0%", "max": "10%"}},
    {"gap": {"to": "reference", "min": "-5%"}, "strength": "weak"},
    {"gap": {"to": "online", "max": "10%"}},
    {"gap": {"to": ["store", "dealer"], "max": "10%"}},
    {"gap": {"to": "store", "max": {"EUR": "15", "CHF": "16"}}},
    {"gap": {"to": "web", "min": "1.50", "x-note": "never equal"}},
    {"floor": "map", "skip_if_missing": True},
    {"floor": "target * 90%", "strength": "strong"},
    {"floor": "max(map?, cost * 105% + shipping, wholesale?)"},
    {"floor": " max ( map? , price.store ? ) "},
    {"floor": "(price.store + price.dealer) / 2 - -1"},
    {"floor": "(105%) * cost"},
    {"floor": "cost * -5% + 1"},
    {"floor": "-(1 - cost) / (2) / 1.5"},
    {"floor": {"EUR": "competitor - 0.01", "CHF": "5"}},
    {"ceiling": "min(price.web, lowest_prior, current, competitor)"},
    {"ceiling": "target", "strength": "medium"},
    {"margin": "5%"},
    {"margin": "-5%", "strength": "strong"},
    {"margin": {"min": "5%", "max": "60%", "x-why": "looks"}},
    {"margin": {"max": "60%"}},
    {"change": "10%", "strength": "required"},
    {"endings": [".99", "9.90", ".?9", "88", "9.", "?", "123456789012345.123456789"]},
    {"multiple_of": "10"},
    {"multiple_of": {"EUR": "2.5", "CHF": 5}},
    {"multiple_of": "0.0500"},
    {"multiple_of": 25, "strength": "weak"},
    {"avoid": {"digits": "4", "in": "last", "amounts": ["250", "0"]}},
    {"avoid": {"sequences": ["13", "0000000000000666"], "in": "integer"}, "strength": "required"},
    {"prefer": {"digits": "68", "sequences": ["168"], "amounts": ["88"], "in": "any"}},
    {"prefer": {"sequences": ["99"], "in": "fraction"}, "strength": "strong"},
    {"hold": "3%"},
    {"culture": ["avoid", "endings"], "without": ["avoid-13"]},
    {"was": "reference", "when": {"channel": "web", "market": ["DE", "outlet"]}},
    {"was": "min(reference, lowest_prior)", "skip_if_missing": True, "because": ""},
    {"credit": {"to": "dealer", "rate": "3%"}, "when": {"category": "home/clocks", "segment": "s", "audience": "a"}},
    {"advise": "offer-store-appointment", "when": {"target": {"from": {"EUR": "200", "x-as": "of 2026"}}}},
    {"withhold": "laden-geschäft", "when": {"target": {"from": "10", "below": 100}}},
    {"discount": "1%", "when": {"stock-level": [1, "2.50"], "season": ["a", "b"]}},
    {"discount": "1%", "when": {"stock-level": {"below": 5}, "period": "sale", "x-when": "always"}},
    {"discount": "1%", "except": {"period": ["sale", "season"]}, "during": "sale"},
    {"floor": "cost", "except": [{"period": "sale"}, {"role": "traffic", "target": {"below": "5"}}]},
    {"change": "5%", "during": ["sale", "season"], "x-owner": {"any": ["thing", None]}},
    {"change": "0%", "during": [{"from": "2028-02-29", "zone": "UTC"}, {"until": "2026-05-01T00:00Z"}]},
]

GOOD = {
    "nothing but the version": {"pricepoint": 1},
    "empty sections": {"pricepoint": 1, "name": "", "markets": {}, "channels": {}, "attributes": {}, "periods": {},
                       "rules": []},
    "notes everywhere": changed(SHOP, {"x-a": None, "markets/x-b": 1, "channels/x-c": [], "channels/web/x-d": "",
                                       "attributes/x-e": {}, "periods/x-f": 0, "periods/sale/x-g": 0, "within/x-h": 0}),
    "every word": changed(SHOP, {"fallback": "current", "discounts": "compound"}),
    "the other words": changed(SHOP, {"fallback": "none", "discounts": "add", "channels/mall/display": "net"}),
    "one reach": changed(SHOP, {"within": "100%"}),
    "reach in money": changed(SHOP, {"within": "0.50"}),
    "reach by currency": changed(SHOP, {"within": {"EUR": "0.50", "JPY": 50}}),
    "reach as a list": changed(SHOP, {"within": ["5%", "0.50", {"EUR": 1}]}),
    "amounts as numbers": changed(SHOP, {"markets/DE/unit": 1, "within": 2}),
    "a market from the table": changed(SHOP, {"markets/CN": {"tax": "13%"}, "markets/US": {}}),
    "a market of one's own without display": changed(SHOP, {"markets/outlet/display": DROP}),
    "a version of the market table": changed(SHOP, {"tables": "2026.11"}),
    "a version in an object": changed(SHOP, {"tables": {"version": "2026.11", "x-why": "prices stay"}}),
    "a file of markets": changed(SHOP, {"tables": {"markets": "markets.json"}, "markets/MOON": {}}),
    "all of a culture": with_rule({"culture": "all", "when": {"market": "DE"}, "because": "as they read it"}),
    "parts of a culture": with_rule({"culture": ["avoid", "prefer", "endings"], "without": ["avoid-13", "avoid-88"]}),
    "a market by country, spelt out": changed(SHOP, {"markets/US": {"currency": "USD", "display": "net"}}),
    "highest traditional": changed(SHOP, {"channels/mall/reference": "highest traditional"}),
    "a table of rules": SHOP | {"rules": [{"table": "overrides.csv", "x-from": "the category managers"}]},
    "a table of rules in a folder": SHOP | {"rules": [{"table": "below/overrides.csv"}, {"id": "r", "floor": "cost"}]},
    "names in other scripts": changed(SHOP, {"markets/中国": {"currency": "CNY", "display": "gross"},
                                             "attributes/größe": "text", "attributes/成本": {"money": "net"},
                                             "rules": [{"id": "r", "when": {"größe": "L"}, "floor": "成本 * 2"}]}),
}

GOOD_TEXTS = {
    "comments and trailing commas": '{ // one\n "pricepoint": 1, /* two */ "name": "// no, comment,]", "rules": [ ], }',
    "a number with decimals": '{ "pricepoint": 1, "within": 0.50, "rules": [{ "id": "r", "multiple_of": 0.25 }] }',
    "long amounts": '{ "pricepoint": 1, "rules": [{ "id": "r", "floor": 999999999999999.999999999 },'
                    ' { "id": "s", "ceiling": "999999999999999.999999999" }] }',
}

# What speaks in audits alone.
GOOD_OF_AUDITS = {
    "squeeze": with_rule({"squeeze": {"dealer": "dealer", "wholesale": "wholesale", "cost": "cost", "margin": "15%"}}),
    "leak": with_rule({"leak": {"from": "newsletter"}, "when": {"market": "DE"}}),
    "inverted": with_rule({"inverted": {"to": "web"}, "when": {"channel": "members"}}),
}

# --- what is wrong: a good policy, then what makes it wrong

WRONG_DOCUMENTS = [
    ("no version", {"pricepoint": DROP}),
    ("another version", {"pricepoint": 2}),
    ("a version in quotes", {"pricepoint": "1"}),
    ("a key that is not known", {"rulez": []}),
    ("a name that is no text", {"name": 5}),
    ("an unknown fallback", {"fallback": "list"}),
    ("an unknown combination", {"discounts": "max"}),
    ("markets as a list", {"markets": []}),
    ("a market's unknown key", {"markets/DE/vat": "19%"}),
    ("no currency", {"markets/DE/currency": "DEM"}),
    ("a currency in small letters", {"markets/DE/currency": "eur"}),
    ("a unit of zero", {"markets/DE/unit": "0.00"}),
    ("a unit below zero", {"markets/DE/unit": -1}),
    ("a unit by currency", {"markets/DE/unit": {"EUR": "0.05"}}),
    ("an unknown display", {"markets/DE/display": "with-tax"}),
    ("a tax below zero", {"markets/DE/tax": "-1%"}),
    ("a tax without percent", {"markets/DE/tax": "19"}),
    ("a tax as a number", {"markets/DE/tax": 19}),
    ("net that is not stored", {"markets/DE/net": True}),
    ("tables as a number", {"tables": 2026}),
    ("tables by an unknown key", {"tables": {"edition": "2026.11"}}),
    ("a market of one's own without currency", {"markets/outlet/currency": DROP}),
    ("a market without a name", {"markets/": {"currency": "EUR", "display": "net"}}),
    ("a channel without kind", {"channels/web": {}}),
    ("an unknown kind", {"channels/web/kind": "offline"}),
    ("an unknown owner", {"channels/dealer/owner": "other"}),
    ("a channel of a name that is taken", {"channels/traditional": {"kind": "online"}}),
    ("a channel with a blank in its name", {"channels/my web": {"kind": "online"}}),
    ("a reference that is a number", {"channels/web/reference": 1}),
    ("a reference to an empty list", {"channels/web/reference": []}),
    ("lowest in a list", {"channels/web/reference": ["lowest traditional"]}),
    ("a fee above 100%", {"channels/web/fee": "100.01%"}),
    ("a fee below zero", {"channels/web/fee": "-1%"}),
    ("a channel's unknown key", {"channels/web/market": "DE"}),
    ("an attribute of an unknown kind", {"attributes/season": "word"}),
    ("an attribute with an empty list", {"attributes/role": []}),
    ("an attribute with a word twice", {"attributes/role": ["a", "b", "a"]}),
    ("an attribute with an empty word", {"attributes/role": ["a", ""]}),
    ("money that is neither net nor display", {"attributes/wholesale/money": "gross"}),
    ("an attribute object without money", {"attributes/wholesale": {}}),
    ("an attribute of a name that is taken", {"attributes/quantity": "number"}),
    ("an attribute that begins with a digit", {"attributes/2nd": "text"}),
    ("a money attribute with a hyphen", {"attributes/whole-sale": {"money": "net"}}),
    ("a period without ends", {"periods/sale": {"zone": "UTC"}}),
    ("a date without a zone", {"periods/sale/zone": DROP}),
    ("a local time without a zone", {"periods/season": {"from": "2026-01-01T00:00Z", "until": "2026-02-01T00:00"}}),
    ("a date that never is", {"periods/sale/until": "2026-11-31"}),
    ("a year before 1970", {"periods/sale/from": "1969-12-31"}),
    ("the hour 24", {"periods/sale/until": "2026-11-11T24:00"}),
    ("an offset beyond bounds", {"periods/sale/until": "2026-11-12T00:00+19:00"}),
    ("a zone that is no IANA name", {"periods/sale/zone": "/etc/localtime"}),
    ("a period that is an empty list", {"periods/sale": []}),
    ("a period's unknown key", {"periods/sale/to": "2026-11-12"}),
    ("reach by an unknown strength", {"within": {"required": "1%"}}),
    ("a reach below zero", {"within": {"strong": "-1%"}}),
    ("a reach in money below zero", {"within": ["5%", {"EUR": "-0.50"}]}),
    ("an empty reach", {"within": {}}),
    ("an empty list of reaches", {"within": {"weak": []}}),
    ("reach by strength and currency", {"within": {"strong": "5%", "EUR": "1"}}),
    ("rules as an object", {"rules": {}}),
    ("a rule that is a text", {"rules": ["discount 8%"]}),
    ("a table of rules with an id", {"rules": [{"table": "overrides.csv", "id": "r"}]}),
    ("a table of rules with an effect", {"rules": [{"table": "overrides.csv", "discount": "5%"}]}),
    ("a table of rules without a name", {"rules": [{"table": ""}]}),
    ("a table of rules that is a list", {"rules": [{"table": ["overrides.csv"]}]}),
    ("a table of rules above the policy", {"rules": [{"table": "below/../overrides.csv"}]}),
    ("a table of rules anywhere", {"rules": [{"table": "/tmp/overrides.csv"}]}),
]

WRONG_RULES = [
    ({"discount": "8%", "when": {"role": "traffic"}}, [
        ("no id", {"id": DROP}),
        ("an id with a blank", {"id": "my rule"}),
        ("an id that is a number", {"id": 7}),
        ("no effect", {"discount": DROP}),
        ("two effects", {"floor": "cost"}),
        ("an unknown effect", {"discont": "8%"}),
        ("a discount above 100%", {"discount": "101%"}),
        ("a discount without percent behind a letter", {"discount": "8 percent"}),
        ("a rate with seven decimals", {"discount": "8.0000001%"}),
        ("a rate with seven digits", {"discount": "0000008%"}),
        ("a rate with a blank", {"discount": "8 %"}),
        ("a plus", {"discount": "+8"}),
        ("a decimal comma", {"discount": "8,5"}),
        ("an exponent in a text", {"discount": "8e1"}),
        ("sixteen digits", {"discount": "1234567890123456"}),
        ("sixteen digits as a number", {"discount": 1234567890123456}),
        ("ten decimals", {"discount": "0.1234567891"}),
        ("a point without a digit behind it", {"discount": "5."}),
        ("a discount that is a list", {"discount": ["8%"]}),
        ("a discount in an unknown currency", {"discount": {"EURO": "5"}}),
        ("a rate by currency", {"discount": {"EUR": "5%"}}),
        ("no currency at all", {"discount": {}}),
        ("only a note by currency", {"discount": {"x-note": "5"}}),
        ("an empty group", {"group": ""}),
        ("exclusive in a group", {"group": "g", "exclusive": True}),
        ("exclusive in quotes", {"exclusive": "true"}),
        ("an exclusive surcharge", {"discount": "-1%", "exclusive": True}),
        ("an exclusive surcharge in money", {"discount": {"EUR": "-1"}, "exclusive": True}),
        ("a discount with a strength", {"strength": "strong"}),
        ("a discount with without", {"without": ["a"]}),
        ("a discount that asks about target", {"when": {"target": {"from": "5"}}}),
        ("a discount whose exception asks about target", {"except": {"target": {"from": "5"}}}),
        ("a discount whose exceptions ask about target", {"except": [{"sku": "A"}, {"target": {"from": "5"}}]}),
        ("because is no sentence", {"because": True}),
        ("skip_if_missing is no answer", {"skip_if_missing": "yes"}),
        ("empty conditions", {"when": {}}),
        ("only a note as condition", {"when": {"x-note": "web"}}),
        ("conditions as a list", {"when": [{"role": "traffic"}]}),
        ("a condition on a money field", {"when": {"cost": "5"}}),
        ("a condition on a field of requests", {"when": {"currency": "EUR"}}),
        ("a condition with an empty text", {"when": {"sku": ""}}),
        ("a condition with an empty list", {"when": {"role": []}}),
        ("a condition that is true", {"when": {"season": True}}),
        ("a list of texts and numbers", {"when": {"season": ["a", 1]}}),
        ("a number for a text", {"when": {"sku": 5}}),
        ("a range of a text", {"when": {"sku": {"from": "A"}}}),
        ("a range without ends", {"when": {"quantity": {}}}),
        ("a range with an unknown key", {"when": {"quantity": {"from": 1, "to": 5}}}),
        ("a range by currency of a number", {"when": {"stock-level": {"from": {"EUR": 1}}}}),
        ("a quantity that is a word", {"when": {"quantity": "many"}}),
        ("a channel that can be none", {"when": {"channel": "reference"}}),
        ("a period that is a note", {"when": {"period": "x-sale"}}),
        ("an empty list of exceptions", {"except": []}),
        ("an empty exception", {"except": [{}]}),
        ("during no time", {"during": []}),
        ("during a number", {"during": 2026}),
        ("during a period without a zone", {"during": {"until": "2026-10-31"}}),
    ]),
    ({"base": "reference", "when": {"sku": "A"}}, [
        ("a base that asks about target", {"when": {"target": {"below": "5"}}}),
        ("a base of target", {"base": "target - 1"}),
        ("a base of target by currency", {"base": {"EUR": "min(reference, target)"}}),
        ("a base with a strength", {"strength": "required"}),
        ("a base with a group", {"group": "g"}),
        ("a base that is exclusive", {"exclusive": True}),
        ("a base that is null", {"base": None}),
    ]),
    ({"price": "19.90"}, [
        ("a soft override", {"strength": "strong"}),
        ("an override by target", {"price": "target"}),
        ("an override that is true", {"price": True}),
    ]),
    ({"gap": {"to": "store", "min": "1%", "max": "10%"}}, [
        ("a gap to nothing", {"gap/to": DROP}),
        ("a gap without ends", {"gap": {"to": "store"}}),
        ("a gap to a list of nothing", {"gap/to": []}),
        ("a gap to a list of more than channels", {"gap/to": ["store", "online"]}),
        ("a gap to no name", {"gap/to": "the store"}),
        ("a gap with an unknown key", {"gap/from": "1%"}),
        ("an end that is no amount", {"gap/max": "a lot"}),
        ("an unknown strength", {"strength": "hard"}),
        ("a strength that is a number", {"strength": 1}),
    ]),
    ({"floor": "max(map?, cost * 105%)"}, [
        ("an empty expression", {"floor": " "}),
        ("two names side by side", {"floor": "cost shipping"}),
        ("an expression that stops", {"floor": "cost +"}),
        ("an expression that begins with *", {"floor": "* 105%"}),
        ("two operators", {"floor": "cost * / 2"}),
        ("a rate alone", {"floor": "105%"}),
        ("a rate beside +", {"floor": "cost * 2 + 5%"}),
        ("a rate behind /", {"floor": "cost * 2 / 5%"}),
        ("a division by a field", {"floor": "cost / list"}),
        ("a division by zero", {"floor": "cost / 0.00"}),
        ("another function", {"floor": "avg(cost, list)"}),
        ("min of nothing", {"floor": "min()"}),
        ("max without parentheses", {"floor": "max + 1"}),
        ("an optional name alone", {"floor": "map?"}),
        ("an optional name in a sum", {"floor": "max(map? + 1, cost)"}),
        ("an optional name in parentheses", {"floor": "max((map?), cost)"}),
        ("an optional number", {"floor": "max(5?, cost)"}),
        ("price without a channel", {"floor": "price"}),
        ("another name with a point", {"floor": "cost.web"}),
        ("a sign that means nothing", {"floor": "cost & 5"}),
        ("a currency sign", {"floor": "$5"}),
        ("an exponent in an expression", {"floor": "cost + 1e5"}),
        ("a factor without its *", {"floor": "2(cost)"}),
        ("a point first", {"floor": "cost * .5"}),
        ("a value behind a parenthesis", {"floor": "(cost) 5"}),
        ("a floor that is a list", {"floor": ["cost", "map"]}),
    ]),
    ({"margin": {"min": "5%", "max": "60%"}}, [
        ("a margin in money", {"margin": "5"}),
        ("a margin without ends", {"margin": {}}),
        ("a margin with an unknown key", {"margin/target": "5%"}),
        ("a margin's end as a number", {"margin/min": 5}),
    ]),
    ({"change": "10%"}, [("a change below zero", {"change": "-1%"}), ("a change in money", {"change": "5.00"})]),
    ({"hold": "3%"}, [("a hold below zero", {"hold": "-3%"}), ("a hold with a strength", {"strength": "weak"})]),
    ({"endings": [".99"]}, [
        ("an ending that is no list", {"endings": ".99"}),
        ("no endings", {"endings": []}),
        ("an empty ending", {"endings": [""]}),
        ("an ending that is a point", {"endings": ["."]}),
        ("an ending with two points", {"endings": ["9.9.9"]}),
        ("an ending with a letter", {"endings": ["x9"]}),
        ("an ending that is a number", {"endings": [99]}),
        ("an ending with ten decimals", {"endings": [".1234567890"]}),
        ("an ending with sixteen digits", {"endings": ["1234567890123456"]}),
    ]),
    ({"multiple_of": {"EUR": "10"}}, [
        ("a multiple of three", {"multiple_of": "3"}),
        ("a multiple of three as a number", {"multiple_of": 30}),
        ("a multiple of zero", {"multiple_of": "0"}),
        ("a multiple below zero", {"multiple_of": "-5"}),
        ("a multiple of 2.05", {"multiple_of/EUR": "2.05"}),
        ("a multiple of a rate", {"multiple_of": "5%"}),
    ]),
    ({"avoid": {"digits": "4", "in": "last"}}, [
        ("digits that are a number", {"avoid/digits": 4}),
        ("no digits", {"avoid/digits": ""}),
        ("a letter among digits", {"avoid/digits": "4a"}),
        ("nothing to avoid", {"avoid/digits": DROP}),
        ("sequences at the last digit", {"avoid/sequences": ["13"]}),
        ("an unknown place", {"avoid/in": "first"}),
        ("an unknown key of avoid", {"avoid/endings": ["4"]}),
        ("digits without an object", {"avoid": "4"}),
    ]),
    ({"prefer": {"sequences": ["168"], "amounts": ["88"]}}, [
        ("a sequence that is a text", {"prefer/sequences": "168"}),
        ("no sequences", {"prefer/sequences": []}),
        ("a sequence of 17 digits", {"prefer/sequences": ["12345678901234567"]}),
        ("an amount with a leading zero", {"prefer/amounts": ["088"]}),
        ("an amount with decimals", {"prefer/amounts": ["88.00"]}),
    ]),
    ({"culture": ["avoid", "prefer"]}, [
        ("an unknown part of a culture", {"culture": ["colours"]}),
        ("no part of a culture", {"culture": []}),
        ("a culture by another word", {"culture": "none"}),
        ("a culture with a strength", {"strength": "weak"}),
        ("a culture and a discount", {"discount": "5%"}),
        ("without as a text", {"without": "avoid-13"}),
    ]),
    ({"was": "reference"}, [("was by target", {"was": "target"}), ("was with a strength", {"strength": "weak"})]),
    ({"credit": {"to": "dealer", "rate": "3%"}}, [
        ("a credit to nobody", {"credit/to": DROP}),
        ("a credit of nothing", {"credit/rate": DROP}),
        ("a credit above 100%", {"credit/rate": "150%"}),
        ("a credit below zero", {"credit/rate": "-3%"}),
        ("a credit to traditional", {"credit/to": "traditional"}),
        ("a credit with an unknown key", {"credit/min": "1"}),
    ]),
    ({"advise": "call"}, [("advice with a blank", {"advise": "call them"}), ("no advice", {"advise": ""})]),
    ({"withhold": "store-only"}, [
        ("withholding without a code", {"withhold": True}),
        ("withholding with a strength", {"strength": "required"}),
    ]),
]

WRONG_OF_AUDITS = [
    ("squeeze without a margin", with_rule({"squeeze": {"dealer": "dealer", "wholesale": "wholesale", "cost": "cost"}})),
    ("squeeze of a displayed field", with_rule({"squeeze": {"dealer": "dealer", "wholesale": "list", "cost": "cost",
                                                            "margin": "1%"}})),
    ("leak from nobody", with_rule({"leak": {}})),
    ("inverted to traditional", with_rule({"inverted": {"to": "traditional"}})),
    ("inverted with a strength", with_rule({"inverted": {"to": "web"}, "strength": "strong"})),
]

# Right by the schema, wrong by the program: what the pages say that only the program finds.
BEYOND = [
    ("an id twice", SHOP | {"rules": [{"id": "r", "floor": "cost"}, {"id": "r", "floor": "map"}]}),
    ("a channel that is not declared", with_rule({"gap": {"to": "kiosk", "max": "5%"}})),
    ("a market that is not declared", with_rule({"floor": "cost", "when": {"market": "FR"}})),
    ("a word that is not declared", with_rule({"floor": "cost", "when": {"role": "profit"}})),
    ("an attribute that is not declared", with_rule({"floor": "cost", "when": {"colour": "red"}})),
    ("a period that is not declared", with_rule({"floor": "cost", "during": "winter"})),
    ("a name that expressions do not know", with_rule({"floor": "costs"})),
    ("an open parenthesis", with_rule({"floor": "(cost + 1"})),
    ("money times money", with_rule({"floor": "cost * list"})),
    ("ends the wrong way round", with_rule({"gap": {"to": "store", "min": "10%", "max": "5%"}})),
    ("a period the wrong way round", changed(SHOP, {"periods/sale/until": "2026-10-01"})),
    ("references in a circle", changed(SHOP, {"channels/store/reference": "web"})),
    ("a unit that is no whole coin", changed(SHOP, {"markets/DE/unit": "0.001"})),
    ("a zone that is nowhere", changed(SHOP, {"periods/sale/zone": "Europe/Atlantis"})),
    ("a table that is not there", SHOP | {"rules": [{"table": "lost.csv"}]}),
    ("the 29th of a short February", changed(SHOP, {"periods/sale/from": "2026-02-29"})),
]


def in_repository():
    """Every policy of the repository: files, and whole policies on its pages, by where they stand."""
    names = subprocess.run(["git", "ls-files", "-z", "--", "*.json", "*.md"], cwd=ROOT, capture_output=True,
                           encoding="utf-8", check=True).stdout.split("\0") if (ROOT / ".git").exists() else \
        [str(path.relative_to(ROOT)) for part in ("examples", "tests", "docs") for path in (ROOT / part).rglob("*")
         if path.suffix in (".json", ".md")] + ["README.md"]
    for name in sorted(filter(None, names)):
        if not (ROOT / name).is_file():
            continue
        text = (ROOT / name).read_text(encoding="utf-8")
        blocks = re.findall(r"^```jsonc?\n(.*?)^```$", text, re.M | re.S) if name.endswith(".md") else [text]
        for block in blocks:
            if re.search(r'^\s*(?://[^\n]*\n\s*)*\{\s*"pricepoint"', block):
                yield name, block


def fragments():
    """The parts of policies that the reference shows, made whole for the schema."""
    page = (ROOT / "docs" / "policy-reference.md").read_text(encoding="utf-8")
    for block in re.findall(r"^```json\n(.*?)^```$", page, re.M | re.S):
        if block.startswith('{ "id"'):
            yield '{ "pricepoint": 1, "rules": [' + block + "] }"
        elif block.startswith('"when"'):
            yield '{ "pricepoint": 1, "rules": [{ "id": "r", "floor": "cost", ' + block + "}] }"
        else:
            yield '{ "pricepoint": 1, ' + block + "}"


def subschemas(schema, place="#"):
    """Every schema inside this one, with its place."""
    if not isinstance(schema, dict):
        return
    yield place, schema
    for key in ("properties", "patternProperties", "$defs"):
        for name, inner in schema.get(key, {}).items():
            yield from subschemas(inner, f"{place}/{key}/{name}")
    for key in ("oneOf", "anyOf", "allOf"):
        for i, inner in enumerate(schema.get(key, [])):
            yield from subschemas(inner, f"{place}/{key}/{i}")
    for key in ("additionalProperties", "propertyNames", "items", "if", "then", "else", "not"):
        yield from subschemas(schema.get(key), f"{place}/{key}")


class Schema(unittest.TestCase):
    def accepted(self, document, text=None, beside=None):
        self.assertEqual(complaints(document), [])
        status, _, told = program_says(json.dumps(document) if text is None else text, beside)
        self.assertEqual(status, 0, told)

    def refused(self, document):
        self.assertNotEqual(complaints(document), [], "the schema accepts it")
        self.refused_by_program(document)

    def refused_by_program(self, document):
        status, codes, told = program_says(json.dumps(document))
        self.assertEqual(status, 2, f"the program accepts it {told}")
        self.assertTrue(codes and all(code[:4] in ("PP-P", "PP-T", "PP-X") or code == "PP-J007" for code in codes), told)

    def test_program_prints_the_file(self):
        self.assertEqual(subprocess.run([given.program, "schema"], capture_output=True, check=True).stdout, FILE.read_bytes())
        with tempfile.TemporaryDirectory() as directory:
            out = Path(directory) / "schema.json"
            done = subprocess.run([given.program, "schema", "--out", out], capture_output=True, check=True)
            self.assertEqual((done.stdout, done.stderr, out.read_bytes()), (b"", b"", FILE.read_bytes()))
            lost = subprocess.run([given.program, "schema", "--out", directory], capture_output=True, check=False)
            self.assertEqual((lost.returncode, lost.stdout), (2, b""))
            self.assertIn(b"error PP-F003", lost.stderr)

    def test_is_a_schema(self):
        self.assertEqual(SCHEMA["$schema"], Draft202012Validator.META_SCHEMA["$id"])
        Draft202012Validator.check_schema(SCHEMA)

    def test_every_reference_leads_somewhere_and_every_definition_is_used(self):
        used = set(re.findall(r'"\$ref": "([^"]*)"', FILE.read_text(encoding="utf-8")))
        self.assertEqual(used, {f"#/$defs/{name}" for name in SCHEMA["$defs"]})

    def test_every_key_is_described(self):
        for place, schema in subschemas(SCHEMA):
            if place != "#" and not re.fullmatch(r"#/\$defs/(\w+|margin/then)", place):
                continue
            for name, key in schema.get("properties", {}).items():
                inner = SCHEMA["$defs"][key["$ref"].rsplit("/", 1)[1]] if "$ref" in key else {}
                self.assertTrue(key.get("description") or inner.get("description"), f"{place}/properties/{name}")

    def test_examples_and_defaults_are_valid(self):
        count = 0
        for place, schema in subschemas(SCHEMA):
            for example in schema.get("examples", []) + [schema[key] for key in ("default",) if key in schema]:
                alone = {key: value for key, value in schema.items() if key != "$id"} | {"$defs": SCHEMA["$defs"]}
                with self.subTest(place=place, example=example):
                    self.assertEqual(complaints(example, alone), [])
                count += 1
        self.assertGreater(count, 100)

    def test_policies_of_the_repository(self):
        count = 0
        for name, text in in_repository():
            with self.subTest(name):
                if "/bad-" in name:
                    self.refused(read(text))
                else:
                    count += 1
                    self.accepted(read(text), text, (ROOT / name).parent)
        self.assertGreaterEqual(count, 6)

    def test_fragments_of_the_reference(self):
        count = 0
        for text in fragments():
            with self.subTest(text):
                self.assertEqual(complaints(read(text)), [])
                count += 1
        self.assertGreaterEqual(count, 7)

    def test_good_documents(self):
        for name, document in GOOD.items():
            with self.subTest(name):
                self.accepted(document)
        for name, text in GOOD_TEXTS.items():
            with self.subTest(name):
                self.accepted(read(text), text)

    def test_good_rules(self):
        for rule in GOOD_RULES:
            with self.subTest(rule):
                self.accepted(with_rule(rule))
        together = SHOP | {"rules": [{"id": f"r{i}"} | rule for i, rule in enumerate(GOOD_RULES)]}
        self.accepted(together)

    def test_good_rules_use_every_key(self):
        rules = GOOD_RULES + [rule for document in GOOD_OF_AUDITS.values() for rule in document["rules"]]
        used = {key for rule in rules for key in rule} | {"id"}
        self.assertEqual(set(SCHEMA["$defs"]["rule"]["properties"]) - used, set())

    def test_good_rules_of_audits(self):
        for name, document in GOOD_OF_AUDITS.items():
            with self.subTest(name):
                self.accepted(document)

    def test_wrong_documents(self):
        self.accepted(SHOP)
        for name, change in WRONG_DOCUMENTS:
            with self.subTest(name):
                self.refused(changed(SHOP, change))

    def test_wrong_rules(self):
        for good, changes in WRONG_RULES:
            with self.subTest(good):
                self.accepted(with_rule(good))
            for name, change in changes:
                with self.subTest(name):
                    self.refused(SHOP | {"rules": [changed({"id": "r"} | good, change)]})

    def test_wrong_rules_of_audits(self):
        for name, document in WRONG_OF_AUDITS:
            with self.subTest(name):
                self.refused(document)

    def test_what_only_the_program_finds(self):
        for name, document in BEYOND:
            with self.subTest(name):
                self.assertEqual(complaints(document), [])
                self.refused_by_program(document)


if __name__ == "__main__":
    main_of_tests(__doc__)
