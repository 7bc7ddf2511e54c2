#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hold docs/guide-audit.md to what it shows: its commands are run in a copy of examples/audit.

usage: tests/golden/guide_audit.py [--program PATH] [--update]            (or the environment's PRICEPOINT_CLI)

_page.py says how blocks are held. Beside that, every number of the text stands in an output, in the offers or in the
policy; the example has forty offers; and every kind of finding, severity and remedy occurs in it. --update writes the
outputs.
"""

import csv
import json
import re
import subprocess

from _golden import ROOT, given, main
from _page import hold

FILES = ROOT / "examples" / "audit"
EFFECTS = {"gap", "floor", "ceiling", "margin", "price", "endings", "multiple_of", "avoid", "prefer", "withhold", "unit",
           "squeeze", "leak", "inverted", "unchecked", "invalid"}
SEVERITIES = {"breach", "warning", "notice", "unchecked", "invalid"}
# Numbers of the text that are no amounts: ordinals, and what time it is where.
PLAIN = {"2.0", "26", "25", "23", "1", "0", "40", "4", "8"}


def kinds(page):
    """Every kind of finding, severity, remedy and way to be measured occurs; the policy's law about resellers is seen."""
    done = subprocess.run([given.program, "audit", "--policy", str(FILES / "policy.json"), "--offers", str(FILES / "offers.csv"),
                           "--at", "2026-12-01T00:00:00Z", "--format", "ndjson"], capture_output=True, text=True, check=False)
    if done.returncode != 1:
        page.report(f"{page.name}: the example exits with {done.returncode}")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    findings = [one for one in found if "summary" not in one]
    for name, wanted in (("effect", EFFECTS), ("severity", SEVERITIES),
                         ("remedy", {"reprice", "separate", "complete"})):
        missing = wanted - {one.get(name) for one in findings}
        if missing:
            page.report(f"{page.name}: no finding of the example has the {name} {', '.join(sorted(missing))}")
    against = {one.get("against") for one in findings if one.get("effect") == "gap"}
    if not {"store", "dealer", "web", "list"} <= against:
        page.report(f"{page.name}: gaps are measured from {sorted(map(str, against))}")
    if not any("credit" in one for one in findings) or not any("against_seller" in one for one in findings):
        page.report(f"{page.name}: no credit, or no seller whose price was taken")
    by_map = {one["market"]: one.get("remedy") for one in findings if one.get("rule") == "map" and one["channel"] == "dealer"}
    if by_map != {"DE": None, "US": "reprice"}:
        page.report(f"{page.name}: a reseller's remedies are {by_map}")
    jug = [one for one in findings if one["sku"] == "jug" and one["channel"] == "web" and one.get("rule") == "eight"]
    if jug:
        page.report(f"{page.name}: the jug's missing 8 is a finding")


def numbers(page):
    """Every number of the text stands somewhere in what is shown."""
    shown, text, inside = "", [], False
    for line in page.lines:
        if line.startswith("```"):
            inside = not inside
        elif inside or line.startswith("|"):
            shown += line + "\n"
        else:
            text.append(line)
    shown += "\n".join((FILES / name).read_text(encoding="utf-8") for name in ("offers.csv", "policy.json"))
    known = set(re.findall(r"\d+(?:\.\d+)?", shown)) | PLAIN
    for number in re.findall(r"\d+(?:\.\d+)?", "\n".join(text)):
        if number not in known:
            page.report(f"{page.name}: {number} stands in the text and nowhere else")


def forty(page):
    with (FILES / "offers.csv").open(encoding="utf-8", newline="") as source:
        if sum(1 for _ in csv.DictReader(source)) != 40:
            page.report("examples/audit/offers.csv: not forty offers")


def run():
    return hold(ROOT / "docs" / "guide-audit.md", FILES, forty, kinds, numbers)


if __name__ == "__main__":
    main(run, __doc__, update=True)
