# SPDX-License-Identifier: Apache-2.0
"""Policies as a whole: reading, mistakes, what they say of themselves, slots, the market table."""

import datetime
import importlib.metadata
import json
import pickle
import threading
from decimal import Decimal

import pandas
import pytest

import pricepoint
from pricepoint import (
    ArgumentError,
    ArgumentTypeError,
    FileError,
    Policy,
    PolicyError,
    PricepointError,
    Rates,
    RatesError,
    Slot,
)

TEXT = ('{"pricepoint": 1, "name": "%s", "markets": {"DE": {}}, "channels": {"web": {"kind": "online"}},'
        ' "rules": [{"id": "base", "base": "list"}, {"id": "off", "discount": "%s"}]}')


def test_reading(worked, root):
    path = root / "examples/policies/worked-example.json"
    assert worked.name == "worked-example"
    assert worked.fingerprint.startswith("pp1-")
    assert Policy.from_text(path.read_text("utf-8")).fingerprint == worked.fingerprint
    assert Policy.from_file(str(path)).fingerprint == worked.fingerprint
    assert repr(worked) == f"<Policy worked-example {worked.fingerprint}>"


def test_mistakes():
    text = TEXT % ("broken", "5%")
    text = text.replace('"discount"', '"discuont"').replace('"list"', '"lisst"')
    with pytest.raises(PolicyError) as caught:
        Policy.from_text(text, file="broken.json")
    error = caught.value
    assert len(error.diagnostics) >= 2, "every mistake at once"
    one = next(one for one in error.diagnostics if "discuont" in one.message)
    assert one.code.startswith("PP-")
    assert one.severity == "error"
    assert one.file == "broken.json"
    assert one.line == 1
    assert text.encode()[one.offset:].startswith(b'"discuont"')
    assert one.column == text.index('"discuont"') + 1
    assert one.excerpt[one.caret:].startswith('"discuont"')
    assert "discount" in one.hint + one.message
    assert "\n" in str(error) and "^" in str(error) and one.code in str(error)
    again = pickle.loads(pickle.dumps(error))
    assert again.diagnostics == error.diagnostics and str(again) == str(error)


def test_files_that_are_not_there(tmp_path):
    with pytest.raises(FileError, match="none.json") as caught:
        Policy.from_file(tmp_path / "none.json")
    assert isinstance(caught.value, OSError) and caught.value.code.startswith("PP-F")
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value) and again.diagnostics == caught.value.diagnostics
    with pytest.raises(FileError):
        Policy.from_file(tmp_path)
    with pytest.raises(FileError, match="rates.csv"):
        Rates.from_file(tmp_path / "rates.csv")
    (tmp_path / "rates.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(FileError, match="rates.csv"):
        Rates.from_file(tmp_path / "rates.csv")
    (tmp_path / "rates.csv").write_text("from,to,rate,at\nUSD,CNY,x,2026-01-01T00:00:00Z\n")
    with pytest.raises(RatesError) as wrong:
        Rates.from_file(tmp_path / "rates.csv")
    assert wrong.value.diagnostics[0].line == 2 and wrong.value.code == wrong.value.diagnostics[0].code


LONE = "\ud800"


@pytest.mark.parametrize("call, kind, code", [
    (lambda: Policy.from_file(3), ArgumentTypeError, "PP-A020"),
    (lambda: Policy.from_file("a\0b"), ArgumentError, "PP-A001"),
    (lambda: Policy.from_text(None), ArgumentTypeError, "PP-A020"),
    (lambda: Policy.from_text("{}", file=1), ArgumentTypeError, "PP-A020"),
    (lambda: Policy.from_text("{}", directory=1), ArgumentTypeError, "PP-A020"),
    (lambda: Policy.from_text(LONE), ArgumentError, "PP-A001"),
    (lambda: Policy.from_text("{"), PolicyError, "PP-J002"),
    (lambda: Rates.from_file(3), ArgumentTypeError, "PP-A020"),
    (lambda: Rates.from_csv(None), ArgumentTypeError, "PP-A020"),
    (lambda: Rates.from_csv(LONE), ArgumentError, "PP-A001"),
    (lambda: pricepoint.markets("XX"), ArgumentError, "PP-A001"),
    (lambda: pricepoint.markets(49), ArgumentTypeError, "PP-A020"),
    (lambda: Slot(None), ArgumentTypeError, "PP-A020"),
    (lambda: policy().check(at="now"), ArgumentError, "PP-A001"),
    (lambda: policy().price_json(1), ArgumentTypeError, "PP-A020"),
    (lambda: policy().explain_json(1), ArgumentTypeError, "PP-A020"),
    (lambda: policy().explain_json("{}", format="html"), ArgumentError, "PP-A001"),
    (lambda: policy().explain_json(LONE), ArgumentError, "PP-A001"),
    (lambda: policy().explain(format=1), ArgumentTypeError, "PP-A020"),
    (lambda: policy().price("A1"), ArgumentTypeError, "PP-A020"),
    (lambda: policy().price().explain("html"), ArgumentError, "PP-A001"),
    (lambda: policy().price_table([]), ArgumentTypeError, "PP-A020"),
    (lambda: policy().price_table([], threads="2"), ArgumentTypeError, "PP-A020"),
    (lambda: policy().price_table([], threads=-1), ArgumentError, "PP-A001"),
    (lambda: policy().price_table([], parts=3), ArgumentTypeError, "PP-A020"),
    (lambda: policy().price_table([], parts=[[]]), ArgumentError, "PP-A001"),
    (lambda: policy().price_table([], integers="cents"), ArgumentError, "PP-A001"),
    (lambda: policy().audit_table([], integers=2), ArgumentTypeError, "PP-A020"),
], ids=str)
def test_every_error_has_a_type_and_a_code(call, kind, code):
    with pytest.raises(PricepointError) as caught:
        call()
    error = caught.value
    assert type(error) is kind and error.code == code == error.diagnostics[0].code
    assert error.diagnostics[0].severity == "error" and error.diagnostics[0].message
    assert type(pickle.loads(pickle.dumps(error))) is kind


def test_the_hierarchy():
    """One root, and beside it what Python calls such a thing."""
    beside = {ArgumentError: ValueError, ArgumentTypeError: TypeError, FileError: OSError,
              pricepoint.UnknownField: ArgumentTypeError, pricepoint.UnknownChannel: ArgumentError,
              pricepoint.StreamError: pricepoint.TableError}
    kinds = [one for one in vars(pricepoint).values() if isinstance(one, type) and issubclass(one, Exception)]
    assert {one.__name__ for one in kinds} == {
        "PricepointError", "PolicyError", "RatesError", "FileError", "TableError", "StreamError", "ArgumentError",
        "UnknownChannel", "ArgumentTypeError", "UnknownField", "InternalError", "PricepointWarning"}
    for one in kinds:
        assert one.__name__ in pricepoint.__all__ and one.__doc__
        assert issubclass(one, UserWarning if one is pricepoint.PricepointWarning else PricepointError)
        assert issubclass(one, beside.get(one, Exception))


def policy() -> Policy:
    return Policy.from_text(TEXT % ("any", "5%"))


def test_rule_tables_of_a_text(tmp_path):
    (tmp_path / "overrides.csv").write_text("id,when.sku,set\nfixed,A1,9.90\n")
    text = TEXT % ("tables", "5%")
    text = text.replace('"rules": [', '"rules": [{"table": "overrides.csv"}, ')
    with pytest.raises(PolicyError):
        Policy.from_text(text)
    try:
        policy = Policy.from_text(text, directory=tmp_path)
    except PolicyError as error:
        # The table is read; what it says is another matter.
        assert any(one.file.endswith("overrides.csv") for one in error.diagnostics)
    else:
        assert policy.name == "tables"


def test_no_tables_of_a_file(tmp_path):
    # [TAB-12]
    (tmp_path / "overrides.csv").write_text("id,when.sku,price\nfixed,A1,9.90\n")
    text = TEXT % ("tables", "5%")
    path = tmp_path / "policy.json"
    path.write_text(text)
    assert Policy.from_file(path, tables=False).name == "tables"
    path.write_text(text.replace('"rules": [', '"rules": [{"table": "overrides.csv"}, '))
    assert Policy.from_file(path).name == "tables"
    with pytest.raises(PolicyError, match="may not name files"):
        Policy.from_file(path, tables=False)


def test_inputs(worked, program, root):
    printed = program("inputs", "--policy", root / "examples/policies/worked-example.json", "--format", "json")
    assert worked.inputs() == json.loads(printed)


def test_check(shop, worked, program, root):
    printed = program("check", "--policy", root / "examples/demo/policy.json", "--format", "ndjson")
    assert shop.check() == [json.loads(line) for line in printed.splitlines() if '"summary"' not in line]
    assert isinstance(worked.check(at="2030-01-01T00:00:00Z"), list)
    with pytest.raises(ValueError, match="zone"):
        worked.check(at="2030-01-01")


def test_markets(program):
    table = pricepoint.markets()
    assert len(table) >= 48
    assert table == json.loads(program("markets", "--format", "json"))["markets"]
    (germany,) = pricepoint.markets("DE")
    assert germany["code"] == "DE"
    assert germany["currency"]["value"] == "EUR"
    with pytest.raises(ValueError) as caught:
        pricepoint.markets("XX")
    assert isinstance(caught.value, pricepoint.ArgumentError)
    with pytest.raises(TypeError):
        pricepoint.markets(49)


def test_schema(program):
    assert pricepoint.schema() == json.loads(program("schema"))


def test_version(program, root):
    assert pricepoint.version in program("--version")
    assert pricepoint.__version__ == pricepoint.version
    assert importlib.metadata.version("pricepoint") == pricepoint.version
    assert pricepoint.tables_version[:2] == "20"
    assert pricepoint.zones_version in program("--version")


def test_zones(tmp_path):
    """[FPR-4] The package's own time zones, or those of a folder."""
    text = (
        '{"pricepoint": 1, "name": "z", "markets": {"DE": {"tax": "19%"}}, "channels": {"web": {"kind": "online"}}, '
        '"periods": {"p": {"from": "2026-01-01", "zone": "Europe/Rome"}}, '
        '"rules": [{"id": "a", "during": "p", "discount": "8%"}]}'
    )
    (tmp_path / "policy.json").write_text(text, encoding="utf-8")
    folder = tmp_path / "zones"
    (folder / "Europe").mkdir(parents=True)
    with pytest.raises(pricepoint.PolicyError, match='the folder of time zones has no "Europe/Rome"'):
        pricepoint.Policy.from_text(text, zones=folder)
    head = b"TZif2" + bytes(15)
    one = bytes(12) + bytes(4) + (1).to_bytes(4, "big") + (4).to_bytes(4, "big")
    at = (3600).to_bytes(4, "big") + bytes(2) + b"CET\0"
    (folder / "Europe" / "Rome").write_bytes(head + one + at + head + one + at + b"\nCET-1\n")
    (folder / "+VERSION").write_text("2025a\n", encoding="utf-8")
    own = pricepoint.Policy.from_text(text)
    for read in (
        pricepoint.Policy.from_text(text, zones=folder),
        pricepoint.Policy.from_file(tmp_path / "policy.json", zones=str(folder)),
    ):
        assert read.fingerprint == own.fingerprint
        assert read.inputs()["zones"] == "2025a"
    assert own.inputs()["zones"] == pricepoint.zones_version
    with pytest.raises(pricepoint.FileError, match="cannot read this folder of time zones"):
        pricepoint.Policy.from_text(text, zones=tmp_path / "none")
    with pytest.raises(pricepoint.ArgumentTypeError, match="zones is a int"):
        pricepoint.Policy.from_text(text, zones=7)


def test_slot():
    first = Policy.from_text(TEXT % ("first", "10%"))
    second = Policy.from_text(TEXT % ("second", "20%"))
    slot = Slot.create(first)
    assert slot.policy is first
    held = slot.policy
    slot.publish(second)
    assert slot.policy is second
    assert held.price(channel="web", market="DE", list=10).price == 9
    assert slot.policy.price(channel="web", market="DE", list=10).price == 8
    with pytest.raises(TypeError):
        slot.publish(None)
    with pytest.raises(TypeError):
        Slot("policy.json")
    assert slot.policy is second


def test_slot_while_others_price():
    policies = {policy.fingerprint: (policy, price) for policy, price in
                ((Policy.from_text(TEXT % ("first", "10%")), 9), (Policy.from_text(TEXT % ("second", "20%")), 8))}
    slot = Slot(next(iter(policies.values()))[0])
    stop = threading.Event()
    wrong = []

    def price() -> None:
        while not stop.is_set():
            decision = slot.policy.price(channel="web", market="DE", list=10)
            if decision.price != policies[decision.policy][1]:
                wrong.append(decision)

    threads = [threading.Thread(target=price) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(200):
        for policy, _ in policies.values():
            slot.publish(policy)
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []


ODD = [
    None, True, 1, -1, 10**400, 10**5000, 2**63, 1.5, float("nan"), "", "x", LONE, "1e5", "１２", "a\0b", "x" * 10_000, b"x", [],
    (), {}, {"store": 1.5}, {1: 2}, {"store": {}}, object(), complex(1), Decimal("NaN"), Decimal("1E+400"), Decimal("-0"),
    Decimal("1E-400"), datetime.datetime.now(), datetime.date.today(), "9999-12-31T23:59:59-23:00", pandas.NaT, pandas.NA,
    pandas.Timestamp("2026-01-01", tz="UTC"),
]


def test_nothing_else_is_raised(worked):
    """Whatever is given where, what is wrong with it is said in one way."""
    table = pandas.DataFrame({"sku": ["A1"]})
    calls = [lambda value, name=name, call=call: call(**{name: value})
             for call in (worked.price, worked.explain)
             for name in ("sku", "channel", "market", "currency", "at", "quantity", "cost", "tax", "prices", "attributes",
                          "rates", "format", "role", "price.store", "price.", "price.x")]
    calls += [lambda value, name=name, call=call: call(table, **{name: value})
              for call in (worked.price_table, worked.audit_table)
              for name in ("channel", "market", "at", "threads", "rates", "integers")]
    calls += [lambda value: worked.price_table(table, parts=value), lambda value: worked.audit_table(table, until=value)]
    calls += [worked.check, worked.price_json, worked.explain_json, worked.price_table, worked.audit_table, Slot,
              Policy.from_file, Policy.from_text, Rates.from_file, Rates.from_csv, pricepoint.markets]
    calls += [lambda value: worked.explain_json("{}", format=value), lambda value: worked.price().explain(value),
              lambda value: Policy.from_text("{}", file=value), lambda value: Policy.from_text("{}", directory=value)]
    refused = 0
    for call in calls:
        for value in ODD:
            try:
                call(value)
            except PricepointError as error:
                refused += 1
                assert error.code == error.diagnostics[0].code and str(error)
    assert refused > 1000
