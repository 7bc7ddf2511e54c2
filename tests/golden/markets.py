#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hold the market table that is compiled to src/market/markets.jsonc, and the pages on markets to what they show.

usage: tests/golden/markets.py [--program PATH] [--update]          (or the environment's PRICEPOINT_CLI)

  the table   `pricepoint markets --format json` says of every market what the file says, fact by fact. The file is read
              here, and the strengths are reckoned here, without the library.
  the pages   docs/culture.md, docs/market-table.md and examples/markets/README.md: their commands are run in a copy of
              examples/markets (_page.py says how blocks are held), endings.py among them, which checks the prices of
              3,791 products in 48 markets and the table of docs/culture.md. Every file of examples/markets is named on
              one of them.

--update writes the outputs, and the table of docs/culture.md.
"""

import json
import shutil
import subprocess
import sys
from collections import Counter
from decimal import Decimal

import market_table
from _golden import ROOT, given, main
from _page import Page, place_for_commands, verdict

FILES = ROOT / "examples" / "markets"
PAGES = [ROOT / "docs" / "culture.md", ROOT / "docs" / "market-table.md", FILES / "README.md"]
STRENGTHS = ["strong", "medium", "weak"]


def strength(entry):
    """How strong an entry is, by the rule of the policy reference [CUL-8]."""
    if entry.get("wider"):
        return "weak"
    step = {"law": 0, "paper": 0, "computed": 0, "reputable": 1, "weak": 2, "common": 2}[entry["confidence"]]
    return STRENGTHS[min(2, step + 1 if "prefer" in entry else step)]


def evidence(fact, sources):
    keys = fact.get("source", [])
    said = {"confidence": fact["confidence"]}
    if keys:
        said["sources"] = [sources[key] for key in ([keys] if isinstance(keys, str) else keys)]
    if "note" in fact:
        said["note"] = fact["note"]
    return said


def expected(code, market, sources):
    """A market of the file, in the words of `pricepoint markets --format json`."""
    said = {"code": code, "name": market["name"]}
    for key in market_table.FACTS:
        fact = market[key]
        said[key] = {name: value for name, value in fact.items() if name not in market_table.EVIDENCE}
        said[key].update(evidence(fact, sources))
    said["culture"] = []
    for entry in market["culture"]:
        made = {name: value for name, value in entry.items() if name not in market_table.EVIDENCE}
        made["strength"] = strength(entry)
        made.update(evidence(entry, sources))
        said["culture"].append(made)
    return said


def differences(where, wanted, found):
    if isinstance(wanted, dict) and isinstance(found, dict):
        for key in sorted(wanted.keys() | found.keys()):
            if key not in found:
                yield f"{where}/{key}: the program does not say it: {wanted[key]!r}"
            elif key not in wanted:
                yield f"{where}/{key}: only the program says it: {found[key]!r}"
            else:
                yield from differences(f"{where}/{key}", wanted[key], found[key])
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        for number, (one, other) in enumerate(zip(wanted, found)):
            name = one.get("id", number) if isinstance(one, dict) else number
            yield from differences(f"{where}/{name}", one, other)
    elif wanted != found or type(wanted) is not type(found):
        yield f"{where}: {wanted!r} in the file, {found!r} in the program"


def check_table():
    """What is compiled is what the file says."""
    table = market_table.read(market_table.FILE)
    codes = list(table["markets"])
    ran = subprocess.run([given.program, "markets", "--format", "json", *codes], capture_output=True, check=False)
    if ran.returncode != 0:
        return [f"pricepoint markets --format json: exit status {ran.returncode}\n{ran.stderr.decode()}"]
    said = json.loads(ran.stdout, parse_float=Decimal)
    found = {market["code"]: market for market in said["markets"]}
    wanted = {code: expected(code, market, table["sources"]) for code, market in table["markets"].items()}
    problems = list(differences("markets", wanted, found))
    if said["version"] != table["version"]:
        problems.append(f"version {table['version']} in the file, {said['version']} in the program")
    whole = json.loads(subprocess.run([given.program, "markets", "--format", "json"], capture_output=True, check=True).stdout)
    if sorted(market["code"] for market in whole["markets"]) != sorted(codes):
        problems.append("pricepoint markets does not list the markets of the file")
    if not problems:
        facts = sum(len(market_table.FACTS) + len(market["culture"]) for market in table["markets"].values())
        print(f"src/market/markets.jsonc: {len(codes)} markets, {facts} facts, all as compiled")
    return problems


def check_count():
    """docs/culture.md says how many entries are how strong."""
    counted = Counter()
    for market in market_table.read(market_table.FILE)["markets"].values():
        for entry in market["culture"]:
            counted["avoid" if "avoid" in entry else "prefer" if "prefer" in entry else "endings", strength(entry)] += 1
    page = " ".join(PAGES[0].read_text(encoding="utf-8").split())
    problems = []
    for kind, words in (("avoid", "entries to avoid"), ("prefer", "entries to prefer"), ("endings", "endings")):
        strong, medium, weak = (counted[kind, name] for name in STRENGTHS)
        are = "is" if strong == 1 else "are"
        wanted = f"f {strong + medium + weak} {words} {strong} {are} strong, {medium} {'are ' if strong == 1 else ''}medium and {weak} weak."
        if wanted not in page:
            problems.append(f'docs/culture.md does not say "O{wanted}"')
    return problems


def run():
    problems = check_table() + check_count()
    if given.update:
        subprocess.run([sys.executable, str(FILES / "endings.py"), "--program", given.program, "--update"], check=True,
                       stdout=subprocess.DEVNULL)
    pages = [Page(path, FILES) for path in PAGES]
    # As they lie in the repository, for endings.py looks for the products and the page.
    with place_for_commands("examples/markets") as (folder, programs):
        (programs / "python3").symlink_to(sys.executable)
        shutil.copytree(FILES, folder, ignore=shutil.ignore_patterns("__pycache__"))
        pages_beside, demo = folder.parents[1] / "docs", folder.parent / "demo"
        pages_beside.mkdir()
        demo.mkdir()
        shutil.copy(PAGES[0], pages_beside)
        shutil.copy(ROOT / "examples" / "demo" / "online-retail.csv", demo)
        for page in pages:
            page.check(folder, programs)
    text = "\n".join(line for page in pages for line in page.lines)
    for path in sorted(FILES.iterdir()):
        if path.is_file() and path.name not in text:
            problems.append(f"examples/markets/{path.name} is on none of the pages")
    held = [page.finish() for page in pages]
    if problems:
        print("\n".join(problems))
    return verdict(not problems and all(held))


if __name__ == "__main__":
    main(run, __doc__, update=True)
