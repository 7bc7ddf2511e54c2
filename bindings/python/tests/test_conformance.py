# SPDX-License-Identifier: Apache-2.0
"""The cases that every way in has to answer alike: tests/conformance/cases, lines of policy, request, decision and
explanation."""

import json
from pathlib import Path

import pytest

from conftest import ROOT
from pricepoint import Policy, UnknownChannel

CASES = ROOT / "tests" / "conformance" / "cases"
FIELDS = ("sku category segment audience channel market currency at current_since quantity units list msrp map current "
          "lowest_prior cost shipping tax fee prices attributes").split()
FILES = sorted(CASES.glob("**/*.ndjson")) if CASES.is_dir() else []


def policy_of(case: dict, file: Path, cache: dict[str, Policy] = {}) -> Policy:
    given = case["policy"]
    key = json.dumps(given)
    if key not in cache:
        cache[key] = (Policy.from_text(json.dumps(given)) if isinstance(given, dict)
                      else Policy.from_file(next(path for path in (file.parent / given, ROOT / given) if path.exists())))
    return cache[key]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(CASES)))
def test_cases(file):
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        case = json.loads(line)
        policy = policy_of(case, file)
        request = case["request"]
        place = f"{file.name}:{number}"
        text = request if isinstance(request, str) else json.dumps(request)
        # As JSON, and then with keywords.
        assert json.loads(policy.price_json(text)) == case["decision"], place
        if "explanation" in case:
            assert policy.explain_json(text, format="text") == case["explanation"], place
        if not isinstance(request, dict) or not all(isinstance(value, (str, int, dict)) for value in request.values()):
            continue
        declared = {*FIELDS, *policy.attributes}
        known = {key: value for key, value in request.items() if key in declared or key.startswith("price.")}
        others = {key: value for key, value in request.items() if key not in known}
        attributes = {**request.get("attributes", {}), **others}
        try:
            decision = policy.price(**known | {"attributes": attributes})
        except UnknownChannel:
            # Of a file it is a row without a price.
            assert "channel" in case["decision"].get("invalid", []) or set(request["prices"]) - set(policy.channels), place
            continue
        given = ("sku", "channel", "market", "quantity", "segment", "audience", "at")
        expected = {key: value for key, value in case["decision"].items() if key not in given}
        assert decision.to_dict() == expected, place
        if "explanation" in case:
            assert decision.explain() == case["explanation"], place


def test_there_are_cases():
    assert FILES, CASES
