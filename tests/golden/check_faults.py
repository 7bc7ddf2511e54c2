#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Policies with a fault in each: `pricepoint check` finds it, and its witness shows what the finding says.

usage: tests/golden/check_faults.py [--program PATH] [TEXT...]        (faults and policies whose names contain one)

Each check/faults/*.json says at its top which finding it must give, `// expect CODE RULE...`, and perhaps with which
arguments, `// run --at T`. Every witness of every finding, expected or not, is run through `pricepoint price` and
`explain`, and what the finding claims is looked for there. Policies that are sound must give no error and no warning;
notes that they may give are listed.
"""

import json
import subprocess
import tempfile
from decimal import Decimal
from pathlib import Path

from _golden import HERE, ROOT, given, main

FAULTS = HERE / "check" / "faults"
SOUND = {
    "examples/demo/policy.json": {"PP-K020", "PP-K022"},
    "examples/policies/acme-online.json": {"PP-K020"},
    "examples/policies/worked-example.json": {"PP-K012", "PP-K013"},
    "examples/history/policy.json": {"PP-K018"},
    "examples/markets/policy.json": set(),
    "examples/markets/own.json": set(),
    "examples/markets/changed.json": {"PP-K020"},
}
for step in sorted((ROOT / "docs" / "guide").glob("step-*.json")):
    SOUND[str(step.relative_to(ROOT))] = {"PP-K012", "PP-K013", "PP-K016", "PP-K017"}
for step in ("policy", "draft", "draft-2"):
    SOUND[f"docs/guide-release/{step}.json"] = {"PP-K020", "PP-K022"}
for policy in sorted((HERE / "check" / "sound").glob("*.json")):
    SOUND[str(policy.relative_to(ROOT))] = set()


class Asked:
    """One witness, priced and explained."""

    def __init__(self, policy, line, channels=()):
        request = json.loads(line)
        with tempfile.TemporaryDirectory() as scratch:
            items = Path(scratch) / "witness.ndjson"
            items.write_text(line + "\n", encoding="utf-8")
            common = ["--policy", str(policy), "--items", str(items)]
            if "channel" not in request:
                common += ["--channel", ",".join(channels)]
            self.decisions = [json.loads(one) for one in run("price", *common, "--format", "ndjson")[1].splitlines()]
            self.decision = self.decisions[0]
            reasons = run("explain", *common, "--sku", request["sku"], "--format", "json")[1]
            self.reasons = json.loads(reasons.splitlines()[0])
        self.on = {one["id"]: one["on"] for one in self.reasons.get("rules", [])}

    def names(self, key):
        return set(self.decision.get(key, []))


def run(*arguments):
    done = subprocess.run([given.program, *arguments], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def in_bands(finding, decision):
    target = Decimal(decision["target"])
    return any(Decimal(band["first"]) <= target and ("last" not in band or target <= Decimal(band["last"]))
               for band in finding["targets"])


def claim(finding, asked):
    """What is not as the finding says, or nothing."""
    code, rules = finding["code"], set(finding.get("rules", []))
    first = asked[0]
    status = first.decision["status"]
    if code in ("PP-K001", "PP-K003"):
        return None if all(first.on[one] is False for one in rules) else "a rule is on"
    if code == "PP-K002":
        return None if first.reasons["base"]["rule"] == finding["rules"][0] else "the price starts elsewhere"
    if code in ("PP-K004", "PP-K005", "PP-K008"):
        if status != "conflict" or not rules <= first.names("conflict"):
            return "no conflict between the rules"
        return "outside of the targets" if code == "PP-K005" and not in_bands(finding, first.decision) else None
    if code in ("PP-K006", "PP-K007"):
        return None if status == "conflict" and rules & first.names("conflict") else "no conflict"
    if code == "PP-K009":
        if not in_bands(finding, first.decision) or not all(first.on[one] for one in rules):
            return "not both are on"
        return None if rules & first.names("relaxed") else "both have their look"
    if code == "PP-K010":
        if status not in ("priced", "compromised") or not in_bands(finding, first.decision):
            return "no price in the hole"
        return "a rule is on" if any(first.on[one] for one in rules) else None
    if code == "PP-K011":
        if not rules & first.names("discounts"):
            return "the promotion does not count"
        return None if rules & (first.names("limited_by") | first.names("conflict")) else "nothing cuts it off"
    if code in ("PP-K012", "PP-K013"):
        if not in_bands(finding, first.decision):
            return "outside of the zones"
        return None if rules & first.names("relaxed") else "nothing is relaxed"
    if code in ("PP-K014", "PP-K015"):
        return None if rules & first.names("relaxed") else "nothing is relaxed"
    if code == "PP-K016":
        same = asked[0].decision == asked[1].decision
        return None if same else "the attribute matters"
    if code == "PP-K017":
        if len({one.decision["currency"] for one in asked}) < 2:
            return "one currency"
        return None if all(one.on[rule] for one in asked for rule in rules) else "the rule is off"
    if code == "PP-K018":
        return None if "prior-price-missing" in first.names("advice") else "no such advice"
    if code == "PP-K019":
        return None if rules & first.names("limited_by") else "the floor does not bind"
    if code == "PP-K020":
        low, high = (Decimal(one.decision["target"]) for one in asked)
        if low >= high:
            return "the first target is not the lower one"
        prices = [Decimal(one.decision["price"]) for one in asked]
        return None if prices[0] > prices[1] else "the lower target has no higher price"
    if code in ("PP-K021", "PP-K022"):
        prices = [Decimal(one.decision["price"]) for one in asked]
        if code == "PP-K022" and not (rules & first.names("discounts") and not rules & asked[1].names("discounts")):
            return "the discount counts for both, or for neither"
        if code == "PP-K022" and Decimal(first.decision["target"]) >= Decimal(asked[1].decision["target"]):
            return "the discount takes nothing off"
        return None if (prices[0] > prices[1] if code == "PP-K021" else prices[0] == prices[1]) else "other prices"
    if code == "PP-K023":
        counted = first.names("discounts")
        return None if len(rules & counted) == 1 else "both count, or neither"
    if code == "PP-K024":
        if len({one.decision["market"] for one in asked}) < 2:
            return "one market"
        return None if all(one.on[rule] for one in asked for rule in rules) else "the rule is off"
    if code == "PP-K025":
        return None if rules & first.names("discounts") else "the discount does not count"
    if code == "PP-K026":
        return None if all(first.on[one] for one in rules) else "the rule is off"
    if code == "PP-K027":
        return "a rule of a culture is on" if any(on and "/" in one for one, on in first.on.items()) else None
    if code == "PP-K028":
        return None if first.on[finding["rules"][0]] else "the rule is off"
    if code == "PP-K029":
        old = [one for made in first.decisions for one in made.get("advice", []) if one.startswith("old-price-of-")]
        return None if old else "no price is old"
    return "unknown code " + code


def findings_of(policy, arguments):
    status, out, err = run("check", "--policy", str(policy), "--format", "ndjson", *arguments)
    if status == 2:
        return None, err
    lines = [json.loads(line, parse_float=str) for line in out.splitlines()]
    raw = out.splitlines()
    found = []
    for line, text in zip(lines, raw):
        if "code" not in line:
            continue
        # The witnesses as they were printed.
        line["lines"] = [json.dumps(one, ensure_ascii=False) for one in json.loads(text)["witnesses"]]
        found.append(line)
    serious = any(one["severity"] != "note" for one in found)
    if status != (1 if serious else 0):
        return None, f"exit status {status}"
    return found, None


def check_faults():
    wrong = []
    tried = witnesses = 0

    def wanted(name):
        return not given.names or any(text in name for text in given.names)

    def prove(name, policy, found):
        nonlocal witnesses
        for one in found:
            if not one["lines"]:
                wrong.append(f"{name}: {one['code']} has no witness")
                continue
            witnesses += len(one["lines"])
            why = claim(one, [Asked(policy, line, one.get("channels", ())) for line in one["lines"]])
            if why:
                wrong.append(f"{name}: {one['code']} {one['message']}: {why}; witness {one['lines'][0]}")

    for policy in sorted(FAULTS.glob("*.json")):
        if not wanted(policy.name):
            continue
        tried += 1
        expected, extra = [], []
        for line in policy.read_text(encoding="utf-8").splitlines():
            if line.startswith("// expect "):
                expected.append(line.split()[2:])
            elif line.startswith("// run "):
                extra = line.split()[2:]
        found, why = findings_of(policy, extra)
        if found is None:
            wrong.append(f"{policy.name}: {why}")
            continue
        for code, *rules in expected:
            if not any(one["code"] == code and one.get("rules", []) == rules for one in found):
                wrong.append(f"{policy.name}: no {code} of {rules}; found {[(one['code'], one.get('rules')) for one in found]}")
        more = [one for one in found if not any(one["code"] == code for code, *_ in expected) and one["severity"] != "note"]
        for one in more:
            wrong.append(f"{policy.name}: also {one['code']} {one['message']}")
        prove(policy.name, policy, found)
    for name, notes in SOUND.items():
        if not wanted(name):
            continue
        tried += 1
        found, why = findings_of(ROOT / name, [])
        if found is None:
            wrong.append(f"{name}: {why}")
            continue
        for one in found:
            if one["severity"] != "note" or one["code"] not in notes:
                wrong.append(f"{name}: {one['severity']} {one['code']} {one['message']}")
        prove(name, ROOT / name, found)
    print("\n".join(wrong), end="\n" if wrong else "")
    print(f"{tried} policies, {witnesses} witnesses, {len(wrong)} not as expected")
    return 1 if wrong else 0


if __name__ == "__main__":
    main(check_faults, __doc__, names="TEXT")
