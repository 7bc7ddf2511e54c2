#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes one table of what the benchmarks measured, and puts it into docs/performance.md between its two markers.

usage: benchmarks/report.py --scenarios SCENARIOS.json... --peers PEERS.json [--save SAVED.json] [--page PAGE.md]
       benchmarks/report.py --from SAVED.json [--page PAGE.md]

SCENARIOS.json is what Google Benchmark writes, one for each process; their repetitions count alike. PEERS.json is what
benchmarks/peers/run.py writes, SAVED.json all of it with the machine. Order and descriptions come from
benchmarks/scenarios.json. `--page -` prints the table.
"""

import argparse
import json
import math
import platform
import re
import statistics
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"
# What Google Benchmark appends to a name and is not part of it.
SUFFIX = re.compile(r"/(?:real_time|process_time|manual_time|repeats:\d+|iterations:\d+|min_time:[\d.]+)(?=/|$)")


def read(path):
    return json.loads(Path(path).read_text("utf-8"))


def processor():
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.machine()


def collect(scenarios, peers):
    context = scenarios[0]["context"]
    return {
        "machine": {
            "date": context["date"][:10], "processor": processor(), "cores": context["num_cpus"],
            "system": platform.system(), "compiler": context.get("compiler", "not known"),
            "luajit": context.get("luajit", ""), "load": context.get("load_avg", [])[:1],
            "python": platform.python_version(), "pinned": context.get("cores_allowed") == "1",
        },
        "benchmarks": [{"name": SUFFIX.sub("", one["run_name"]), "items_per_second": one.get("items_per_second")}
                       for process in scenarios for one in process["benchmarks"] if one.get("run_type") == "iteration"],
        "processes": len(scenarios), "rounds": peers["rounds"], "peers": peers["peers"], "skipped": peers["skipped"],
    }


def by_name(saved):
    """Name to all that was measured of it, and name to what a contestant says of itself."""
    measured, notes = {}, {}
    for one in saved["benchmarks"]:
        if one["items_per_second"]:
            measured.setdefault(one["name"], []).append(one["items_per_second"])
    for one in saved["peers"]:
        measured[one["name"]] = one["items_per_second"]
        notes[one["name"]] = f"{one['with']}; {one['rows']:,} rows; expresses {one['expresses']}."
    return measured, notes


def three_digits(value):
    """12.3, 1.23, 0.00123: three significant digits and no exponent."""
    if value <= 0:
        return "0"
    size = math.floor(math.log10(value))
    digits = max(0, 2 - size)
    if round(value, digits) >= 10 ** (size + 1):
        digits = max(0, digits - 1)
    return f"{value:.{digits}f}"


def per_second(value):
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size * 0.9995:
            return f"{three_digits(value / size)} {unit}"
    return three_digits(value)


def spread(values):
    middle = statistics.median(values)
    return f"−{(1 - min(values) / middle) * 100:.0f}% +{(max(values) / middle - 1) * 100:.0f}%"


def row(*cells):
    return "| " + " | ".join(cells) + " |"


def machine_lines(saved):
    at = saved["machine"]
    counts = {len(values) for values in by_name({**saved, "peers": []})[0].values()}
    times = f"{min(counts)}" if len(counts) == 1 else f"{min(counts, default=0)} to {max(counts, default=0)}"
    tools = [at["compiler"]] + [tool for tool in (at["luajit"], f"Python {at['python']}") if tool]
    load = f" The load was {at['load'][0]:.1f} when it began." if at["load"] else ""
    pinned = "held to one core, but for the program and the two threads" if at["pinned"] else "not held to one core"
    return [
        f"{at['date']}, `./dev bench`: {at['processor']}, {at['cores']} cores, {at['system']}; {', '.join(tools)}.{load}",
        f"Medians of {times} repetitions, in random order by {saved['processes']} processes, of the peers of "
        f"{saved['rounds']} rounds, {pinned}.",
    ]


def table(saved, manifest):
    measured, notes = by_name(saved)
    reasons = {one["name"]: one["reason"] for one in saved["skipped"]}
    base = measured.get(manifest["baseline"])
    known = manifest["scenarios"]
    listed = {one["name"] for one in known}
    strangers = [{"name": name, "items": "", "what": "Not described in scenarios.json."}
                 for name in sorted(measured) if name not in listed]
    lines = machine_lines(saved) + ["", row("scenario", "a second", "of the expert", "spread", "what it is"),
                                    "|---|--:|--:|--:|---|"]
    for one in known + strangers:
        name, values = one["name"], measured.get(one["name"])
        what = " ".join([one["what"], *([notes[name]] if name in notes else [])])
        if not values:
            lines.append(row(f"`{name}`", f"not measured{': ' + reasons[name] if name in reasons else ''}", "", "", what))
            continue
        middle = statistics.median(values)
        compared = three_digits(middle / statistics.median(base)) if base and one["items"] == "rows" else ""
        lines.append(row(f"`{name}`", f"{per_second(middle)} {one['items']}".rstrip(), compared, spread(values), what))
    return "\n".join(lines)


def put(page, text):
    whole = page.read_text("utf-8")
    if whole.count(BEGIN) != 1 or whole.count(END) != 1 or whole.index(BEGIN) > whole.index(END):
        sys.exit(f"{page}: needs one {BEGIN} and one {END} behind it")
    before, _, rest = whole.partition(BEGIN)
    page.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--scenarios", nargs="+")
    parser.add_argument("--peers")
    parser.add_argument("--from", dest="saved")
    parser.add_argument("--save")
    parser.add_argument("--page", default=str(HERE.parent / "docs" / "performance.md"))
    parser.add_argument("--manifest", default=str(HERE / "scenarios.json"))
    given = parser.parse_args()
    if bool(given.saved) == bool(given.scenarios and given.peers):
        parser.error("either --from, or --scenarios and --peers")
    saved = read(given.saved) if given.saved else collect([read(one) for one in given.scenarios], read(given.peers))
    if given.save:
        Path(given.save).write_text(json.dumps(saved, indent=1) + "\n", encoding="utf-8")
    text = table(saved, read(given.manifest))
    if given.page == "-":
        print(text)
    else:
        put(Path(given.page), text)


if __name__ == "__main__":
    main()
