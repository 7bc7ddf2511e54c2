# SPDX-License-Identifier: Apache-2.0
"""One price at a time: what goes in, what comes out, what is refused."""

import datetime
import gc
import json
import pickle
import threading
import warnings
from decimal import Decimal
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest

import pricepoint
from pricepoint import ArgumentError, ArgumentTypeError, Decision, Policy, UnknownChannel, UnknownField

ASKED = {"sku": "A1", "channel": "web", "market": "CN", "prices": {"store": "32.00"}, "cost": "12.00", "shipping": "1",
         "role": "traffic"}
TWO = ('{"pricepoint": 1, "markets": {"US": {}, "DE": {}}, "attributes": {"role": ["a", "b"], "unused": "text"},'
       ' "channels": {"web": {"kind": "online", "reference": "store"}, "store": {"kind": "traditional"}},'
       ' "rules": [{"id": "off", "when": {"role": "a"}, "discount": "5%"}]}')


def test_worked_example(worked):
    decision = worked.price(**ASKED)
    assert isinstance(decision, Decision)
    assert decision.status == "priced"
    assert decision.price == Decimal("29.80") and str(decision.price) == "29.80"
    assert str(decision.net) == "26.37" and str(decision.tax) == "3.43"
    assert str(decision.target) == "29.440000"
    assert decision.currency == "CNY"
    assert decision.discounts == ("traffic",)
    assert decision.limited_by == ()
    assert decision.relaxed == decision.conflict == decision.missing == decision.invalid == decision.advice == ()
    assert decision.was is decision.saving is decision.saving_rate is decision.fallback_price is None
    assert decision.next_change_at is None
    assert decision.held is False
    assert decision.credits == {}
    assert decision.policy == worked.fingerprint
    assert repr(decision) == "<Decision priced 29.80 CNY>"


def test_explanation_is_that_of_the_program(worked, root):
    expected = (root / "examples/quickstart.out").read_text("utf-8")
    assert worked.explain(**ASKED) == expected
    assert worked.price(**ASKED).explain() == expected
    assert json.loads(worked.explain(format="json", **ASKED))["price"] == "29.80"
    assert json.loads(worked.price(**ASKED).explain("json"))["price"] == "29.80"
    with pytest.raises(ValueError, match="format"):
        worked.explain(format="html", **ASKED)
    with pytest.raises(ValueError, match="format"):
        worked.price(**ASKED).explain("html")


def test_conflict(worked):
    decision = worked.price(**ASKED | {"cost": 29})
    assert decision.status == "conflict"
    assert decision.price is None
    assert decision.conflict == ("gap", "margin")
    assert repr(decision) == "<Decision conflict: gap, margin>"


@pytest.mark.parametrize(
    "cost",
    ["12.00", "12", 12, Decimal(12), Decimal("12.00"), Decimal("1.2E+1"), Decimal("1200E-2")],
    ids=repr,
)
def test_money_in(worked, cost):
    """An int is whole units of the currency, and a Decimal may be written with an exponent."""
    assert worked.price(**ASKED | {"cost": cost}).to_dict() == worked.price(**ASKED).to_dict()


def test_ints_in_attributes():
    """They mean what they mean in JSON: whole units of money, numbers, and words that are written in digits."""
    policy = Policy.from_text(
        '{"pricepoint": 1, "markets": {"US": {}}, "channels": {"web": {"kind": "online"}},'
        ' "attributes": {"deposit": {"money": "net"}, "stock": "number", "size": ["1", "2"], "colour": "text"},'
        ' "rules": [{"id": "start", "base": "list"}, {"id": "least", "floor": "deposit"},'
        ' {"id": "five", "when": {"stock": {"from": 5}}, "advise": "many"},'
        ' {"id": "one", "when": {"size": "1"}, "advise": "small"}, {"id": "six", "when": {"colour": "6"}, "advise": "six"}]}')
    asked = {"channel": "web", "market": "US", "list": 1, "deposit": 7, "stock": 5, "size": 1, "colour": 6}
    expected = json.loads(policy.price_json(json.dumps(asked)))
    for of in (int, str, Decimal):
        given = asked | {name: of(asked[name]) for name in ("list", "deposit", "stock", "size", "colour")}
        decision = policy.price(**given)
        assert decision.price == 7 and decision.advice == ("many", "six", "small"), of
        assert decision.to_dict() == {key: value for key, value in expected.items() if key not in ("channel", "market")}


def test_money_of_large_ints(worked):
    assert worked.price(**ASKED | {"cost": 10**30}).invalid == ("cost",)


@pytest.mark.parametrize("name", ["cost", "list", "quantity", "price.store", "shipping"])
def test_floats_are_refused(worked, name):
    with pytest.raises(TypeError, match=rf"^{name} is a float.*Decimal"):
        worked.price(**ASKED | {name: 12.0})


def test_floats_are_refused_in_mappings(worked):
    with pytest.raises(TypeError, match="price.store is a float"):
        worked.price(**ASKED | {"prices": {"store": 32.0}})
    with pytest.raises(TypeError, match="weight is a float"):
        worked.price(**ASKED | {"attributes": {"weight": 32.0}})
    with pytest.raises(TypeError, match="tax|rate"):
        worked.price(**ASKED | {"tax": 0.13})


def test_numbers_that_are_none(worked):
    for value in (True, b"12", [12], object()):
        with pytest.raises(TypeError, match="cost is a"):
            worked.price(**ASKED | {"cost": value})
    for value in ("NaN", "Infinity", "sNaN"):
        with pytest.raises(ValueError, match="cost is"):
            worked.price(**ASKED | {"cost": Decimal(value)})


def test_absent(worked):
    full = {name: None for name in ("category", "segment", "audience", "currency", "at", "current_since", "quantity",
                                    "units", "list", "msrp", "map", "current", "lowest_prior", "tax", "fee", "rates",
                                    "attributes")}
    assert worked.price(**ASKED | full).to_dict() == worked.price(**ASKED).to_dict()
    assert worked.price(sku="A1").status == "incomplete"
    assert worked.price().status == "incomplete"
    assert worked.price(**ASKED | {"prices": None}).missing == ("price.store",)
    assert worked.price(**ASKED | {"prices": {"store": None}}).missing == ("price.store",)


def test_other_ways_to_say_the_same(worked):
    """Rows of a CSV file name their prices price.CHANNEL; attributes may come in a mapping of any kind."""
    same = worked.price(**ASKED).to_dict()
    row = {key: value for key, value in ASKED.items() if key != "prices"} | {"price.store": "32.00"}
    assert worked.price(**row).to_dict() == same
    row = {key: value for key, value in ASKED.items() if key != "role"} | {"attributes": {"role": "traffic"}}
    assert worked.price(**row).to_dict() == same
    assert worked.price(**ASKED | {"prices": MappingProxyType({"store": "32.00"})}).to_dict() == same


def test_the_request_is_copied(worked):
    """A decision explains what was asked, whatever becomes of the mapping."""
    prices = {"store": "32.00"}
    decision = worked.price(**ASKED | {"prices": prices})
    prices["store"] = "99.00"
    assert decision.explain().startswith("A1 on web in CN: 29.80 CNY")


def test_rates_in(worked):
    net = worked.price(**ASKED).net
    for tax in ("13%", "0.13", Decimal("0.13")):
        assert worked.price(**ASKED | {"tax": tax}).net == net
    assert worked.price(**ASKED | {"tax": 0}).net == Decimal("29.80")
    for tax in ("lots", "", "13%%", "0.123456789", Decimal("1E+30")):
        with pytest.raises(ValueError):
            worked.price(**ASKED | {"tax": tax})


def test_instants():
    policy = Policy.from_text(
        '{"pricepoint": 1, "name": "eleven", "markets": {"CN": {}}, "channels": {"web": {"kind": "online"}},'
        ' "periods": {"eleven": {"from": "2026-11-11", "until": "2026-11-11", "zone": "Asia/Shanghai"}},'
        ' "rules": [{"id": "day", "during": "eleven", "discount": "50%"}, {"id": "base", "base": "list"}]}'
    )
    zone = ZoneInfo("Asia/Shanghai")
    for at in ("2026-11-11T00:00:00+08:00", "2026-11-10T16:00:00Z", datetime.datetime(2026, 11, 11, tzinfo=zone)):
        decision = policy.price(channel="web", market="CN", list=10, at=at)
        assert decision.price == 5, at
    assert decision.next_change_at == datetime.datetime(2026, 11, 12, tzinfo=zone)
    assert decision.next_change_at.tzinfo is datetime.timezone.utc
    before = policy.price(channel="web", market="CN", list=10, at="2026-11-11T00:00:00+09:00")
    assert before.price == 10
    assert policy.price(channel="web", market="CN", list=10).missing == ("at",)


@pytest.mark.parametrize("at", [datetime.datetime(2026, 11, 11), "2026-11-11T00:00:00", "2026-11-11"])
def test_a_time_without_a_zone_is_refused(worked, at):
    with pytest.raises(ValueError, match="has no zone.*ZoneInfo"):
        worked.price(**ASKED, at=at)


def test_what_is_no_instant(worked):
    with pytest.raises(ValueError, match="not an instant"):
        worked.price(**ASKED, at="tomorrow")
    for at in (datetime.date(2026, 11, 11), 1700000000):
        with pytest.raises(TypeError, match="instant"):
            worked.price(**ASKED, at=at)


@pytest.mark.parametrize("name, near", [("cots", "cost"), ("chanel", "channel"), ("rolle", "role"), ("channels", "channel")])
def test_unknown_keywords(worked, name, near):
    """What nothing declares would be ignored, so a slip of the pen would be, too."""
    for call in (worked.price, worked.explain):
        with pytest.raises(UnknownField, match=rf"^'{name}' is neither a field .*did you mean '{near}'\?") as caught:
            call(**ASKED, **{name: None})
        assert isinstance(caught.value, TypeError)
        assert caught.value.code == "PP-A018"
    with pytest.raises(UnknownField, match="'colour' is neither a field"):
        worked.price(**ASKED, colour="red")
    with pytest.raises(UnknownField, match="'format'"):
        worked.price(**ASKED, format="json")


def test_attributes_of_other_policies(worked):
    """The mapping may hold what a policy does not declare; what is nearly a name that it knows is warned of, once."""
    same = worked.price(**ASKED).to_dict()
    row = {key: value for key, value in ASKED.items() if key != "role"}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert worked.price(**row, attributes={"role": "traffic", "colour": "red"}).to_dict() == same
    policy = Policy.from_text(TWO)
    with pytest.warns(pricepoint.PricepointWarning, match="attribute 'rolle' and ignores it; did you mean 'role'") as caught:
        for _ in range(3):
            policy.price(attributes={"rolle": "x"})
    assert len(caught) == 1 and caught[0].filename == __file__


def test_unknown_channels(worked):
    for given in ({"channel": "shop"}, {"prices": {"shop": "1"}}, {"prices": {"shop": None}}, {"price.shop": "1"}):
        with pytest.raises(UnknownChannel, match=r"no channel 'shop'; it has .*'store'.*'web'") as caught:
            worked.price(**{**ASKED, **given})
        assert isinstance(caught.value, ValueError)
        assert caught.value.code == "PP-A019"
        assert str(caught.value).startswith(next(iter(given)))
    with pytest.raises(UnknownChannel, match="did you mean 'store'"):
        worked.explain(**ASKED | {"channel": "stores"})
    assert worked.price(**ASKED | {"channel": ""}).missing == ("channel",)
    # As a line of a file it is a decision, as on the command line.
    assert json.loads(worked.price_json('{"channel": "shop"}'))["invalid"] == ["channel"]


def test_names(worked):
    policy = Policy.from_text(TWO)
    assert policy.channels == ("store", "web")
    assert policy.markets == ("DE", "US")
    assert policy.attributes == ("role", "unused")
    assert "CN" in worked.markets


def test_all_that_is_wrong_is_said_at_once(worked):
    """One value that cannot be read hides no other."""
    with pytest.raises(ArgumentTypeError) as caught:
        worked.price(**ASKED | {"cost": 12.0, "tax": "lots", "prices": {"store": 1.5, "shop": 2}, "at": "2026-01-01",
                                "colour": "red", "attributes": {"weight": 1.5}})
    error = caught.value
    assert [one.message.split()[0] for one in error.diagnostics] == [
        "price.store", "prices:", "cost", "tax", "at", "'colour'", "weight"]
    assert [one.code for one in error.diagnostics] == [
        "PP-A020", "PP-A019", "PP-A020", "PP-A001", "PP-A001", "PP-A018", "PP-A020"]
    assert error.code == "PP-A020"
    assert all(one.message in str(error) for one in error.diagnostics)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error) and again.diagnostics == error.diagnostics


def test_all_unreadable_texts_are_named(worked):
    bad = ASKED | {"prices": {"store": "much"}, "cost": "-", "role": "nobody", "market": "XX", "currency": "XYZ"}
    expected = ("cost", "currency", "market", "price.store", "role")
    assert tuple(sorted(worked.price(**bad).invalid)) == expected
    assert worked.price(**bad).invalid == tuple(sorted(set(worked.price(**bad).invalid)))


def test_texts_that_are_none(worked):
    with pytest.raises(TypeError, match="sku is a int"):
        worked.price(**ASKED | {"sku": 1})
    with pytest.raises(TypeError, match="keywords"):
        worked.price("A1")
    with pytest.raises(TypeError, match="mapping"):
        worked.price(**ASKED | {"prices": "32.00"})
    with pytest.raises(TypeError, match="str"):
        worked.price(**ASKED | {"prices": {1: "32.00"}})
    with pytest.raises(ArgumentError, match="surrogate"):
        worked.price(**ASKED | {"sku": "\ud800"})
    assert worked.explain(**ASKED | {"sku": "壺"}).startswith("壺 on web")


def test_exchange_rates(worked):
    rates = pricepoint.Rates.from_csv("from,to,rate,at\nUSD,CNY,8,2026-01-01T00:00:00Z\n")
    asked = ASKED | {"currency": "USD", "prices": {"store": "4.00"}, "cost": "1.50", "shipping": "0.125",
                     "at": "2026-06-01T00:00:00Z"}
    decision = worked.price(**asked, rates=rates)
    assert decision.price == Decimal("29.80")
    assert worked.price(**asked).price is None
    assert "29.80 CNY" in decision.explain()
    with pytest.raises(TypeError, match="Rates"):
        worked.price(**asked, rates="USD")
    with pytest.raises(pricepoint.RatesError) as caught:
        pricepoint.Rates.from_csv("from,to\nUSD,CNY\n")
    assert caught.value.diagnostics


def test_json(worked):
    line = worked.price_json('{"sku": "A1", "channel": "web", "market": "CN", "prices": {"store": "32.00"}, "cost": "12",'
                             ' "shipping": "1", "role": "traffic"}')
    made = json.loads(line)
    assert made["price"] == "29.80"
    assert {key: value for key, value in made.items() if key not in ("sku", "channel", "market")} == worked.price(
        **ASKED).to_dict()
    assert json.loads(worked.price_json("[]"))["status"] == "invalid"
    assert json.loads(worked.explain_json('{"sku": "A1"}'))["status"] == "incomplete"


def test_every_row_as_the_program_has_it(shop, program, root, tmp_path, catalogue):
    """Some 1,300 products, one by one, against the command line."""
    items = tmp_path / "items.ndjson"
    with items.open("w", encoding="utf-8") as file:
        for row in catalogue:
            given = {key: value for key, value in row.items() if value != "" and not key.startswith("price.")}
            given["prices"] = {key[6:]: value for key, value in row.items() if key.startswith("price.") and value}
            file.write(json.dumps(given) + "\n")
    lines = program("price", "--policy", root / "examples/demo/policy.json", "--items", items, "--channel", "web",
                    "--at", "2026-11-20T12:00:00Z", "--format", "ndjson").splitlines()
    assert len(lines) == len(catalogue)
    at = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.timezone.utc)
    for row, line in zip(catalogue, lines):
        expected = {key: value for key, value in json.loads(line).items()
                    if key not in ("sku", "channel", "market", "description")}
        given = {key: value or None for key, value in row.items() if key != "description"}
        assert shop.price(**given | {"channel": "web", "at": at}).to_dict() == expected


def test_threads_share_a_policy(shop, catalogue):
    rows = [{key: value or None for key, value in row.items() if key != "description"} for row in catalogue[:200]]
    expected = [shop.price(**row, channel="web", at="2026-11-20T12:00:00Z").to_dict() for row in rows]
    wrong: list[object] = []

    def work(start: int) -> None:
        try:
            for i in range(start, len(rows)):
                decision = shop.price(**rows[i], channel="web", at="2026-11-20T12:00:00Z")
                if decision.to_dict() != expected[i] or not decision.explain():
                    wrong.append(i)
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(start,)) for start in range(0, 40, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_pricing_inside_a_conversion(worked):
    """A Decimal whose text prices again uses the same policy in the middle of a call."""

    class Odd(Decimal):
        def __str__(self) -> str:
            assert worked.price(**ASKED).price == Decimal("29.80")
            return "12.00"

    assert worked.price(**ASKED | {"cost": Odd(12)}).price == Decimal("29.80")


def test_pricing_inside_the_garbage_collector(worked):
    class Cycle:
        def __init__(self) -> None:
            self.me = self

        def __del__(self) -> None:
            worked.price(sku="other", channel="store", market="CN", list="10")

    before = gc.get_threshold()
    gc.set_threshold(1)
    try:
        for _ in range(300):
            Cycle()
            assert worked.price(**ASKED | {"cost": 29}).conflict == ("gap", "margin")
    finally:
        gc.set_threshold(*before)


def test_types_cannot_be_made_by_hand(worked):
    for made in (Policy, Decision, pricepoint.Rates, pricepoint.Table, pricepoint.Findings):
        with pytest.raises(TypeError):
            made()
        with pytest.raises(TypeError):
            object.__new__(made)
    with pytest.raises(TypeError, match="pickled"):
        pickle.dumps(worked)


def test_a_decision_outlives_its_policy(root):
    decision = Policy.from_file(root / "examples/policies/worked-example.json").price(**ASKED)
    gc.collect()
    assert decision.explain().startswith("A1 on web in CN: 29.80 CNY")
