# SPDX-License-Identifier: Apache-2.0
"""Policies as a whole: reading, mistakes, what they say of themselves, slots, the market table."""

import importlib.metadata
import json
import pickle
import threading

import pytest

import pricepoint
from pricepoint import Policy, PolicyError, Slot

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
    with pytest.raises(PolicyError, match="none.json"):
        Policy.from_file(tmp_path / "none.json")
    with pytest.raises(PolicyError):
        Policy.from_file(tmp_path)
    with pytest.raises(TypeError):
        Policy.from_file(3)
    with pytest.raises(TypeError):
        Policy.from_text(None)


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
