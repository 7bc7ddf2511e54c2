#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The library's time zones against those of Python's zoneinfo, which shares no code with it, over the package that they are
made of: every zone and link, every change of the clocks from 1970 on and those of its rule in later years, a second before
and after, and random instants and local times until 9999. [PER-7] [PER-8] [PER-9] [PER-10]

usage: tests/zones/oracle.py PROGRAM [--random N] [--seed S] [--folder DIR]      PROGRAM: zone_answers

  --random N   random instants and as many local times of each zone (default: 60)
  --seed S     of these (default: 1)
  --folder DIR the files of DIR, read by both, instead of the library's own zones

Exit status 77: the package is not here (tools/zones.py).
"""

import argparse
import random
import subprocess
import sys
import zoneinfo
from datetime import datetime, timedelta, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import zones as tool  # noqa: E402

EPOCH = datetime(1970, 1, 1)
EPOCH_UTC = datetime(1970, 1, 1, tzinfo=timezone.utc)
LAST = 253_402_300_800 - 3 * 86_400  # what is near the end of 9999 no datetime holds
YEARS = (2026, 2027, 2037, 2038, 2039, 2088, 2100, 2101, 2400, 9998)


def offset_at(zone, at):
    return int((EPOCH_UTC + timedelta(seconds=at)).astimezone(zone).utcoffset().total_seconds())


def from_local(zone, local):
    at = (EPOCH + timedelta(seconds=local)).replace(tzinfo=zone)
    return local - int(at.utcoffset().total_seconds())


def first_instant(zone, local):
    """The same by definition, from instants alone: the first whose clock shows it; where none does, the offset before the
    change counts. Python's own way goes wrong within an hour of America/Nuuk's last change before its rule."""
    steps = [offset_at(zone, local + step) for step in range(-2 * 86_400, 2 * 86_400, 900)]
    shown = [local - offset for offset in set(steps) if offset_at(zone, local - offset) == offset]
    if shown:
        return min(shown)
    left_out = [local - old for old, new in zip(steps, steps[1:])
                if old != new and offset_at(zone, local - old) == new and offset_at(zone, local - new) == old]
    return left_out[0]


def changes_of_year(zone, year):
    """The instants of a year at which the offset changes, found by halving."""
    begin = int((datetime(year, 1, 1) - EPOCH).total_seconds())
    found = []
    days = [begin + day * 86_400 for day in range(0, 367, 3)]
    for low, high in zip(days, days[1:]):
        old = offset_at(zone, low)
        if offset_at(zone, high) == old:
            continue
        while high - low > 1:
            middle = (low + high) // 2
            if offset_at(zone, middle) == old:
                low = middle
            else:
                high = middle
        found.append(high)
    return found


def questions(zone, known, luck, count):
    moments = list(known)
    for year in YEARS:
        moments += changes_of_year(zone, year)
    for at in moments:
        for near in (at - 1, at, at + 1):
            yield "u", near
        for offset in {offset_at(zone, at - 1), offset_at(zone, at)}:
            for delta in (-86_400, -7200, -3600, -1800, -1, 0, 1, 1800, 3600, 7200, 86_400):
                yield "l", at + offset + delta
    for local in (0, 1, LAST):
        yield "l", local
    for _ in range(count):
        # Half of them in the years that have changes of their own.
        end = LAST if luck.random() < 0.5 else 4_102_444_800
        yield "u", luck.randrange(0, end)
        yield "l", luck.randrange(0, end)


def main():
    given = argparse.ArgumentParser()
    given.add_argument("program")
    given.add_argument("--random", type=int, default=60)
    given.add_argument("--seed", type=int, default=1)
    given.add_argument("--folder", type=Path)
    given = given.parse_args()
    package = tool.package()
    names = (package / "zones").read_text("utf-8").split()
    folder = given.folder or package / "zoneinfo"
    asked, expected, clocks = [], [], {}
    absent = 0
    for name in sorted(names):
        path = folder / name
        if given.folder and not path.is_file():
            absent += 1
            continue
        with path.open("rb") as file:
            zone = zoneinfo.ZoneInfo.from_file(file, key=name)
        clocks[name] = zone
        _, changes, _ = tool.read_file(path.read_bytes(), name)
        asked.append(f"z {name}")
        expected.append("yes")
        luck = random.Random(f"{given.seed} {name}")
        for what, number in questions(zone, [at for at, _ in changes if 0 < at < LAST], luck, given.random):
            if what == "l" and not 0 <= number <= LAST:
                continue
            asked.append(f"{what} {number}")
            expected.append(str(offset_at(zone, number) if what == "u" else from_local(zone, number)))
    done = subprocess.run([given.program, *([str(given.folder)] if given.folder else [])],
                          input="\n".join(asked) + "\n", capture_output=True, encoding="utf-8", check=False)
    answers = done.stdout.splitlines()
    if done.returncode != 0 or len(answers) != len(asked):
        sys.exit(f"{given.program} ended with {done.returncode} after {len(answers)} of {len(asked)} answers")
    wrong, zone = 0, ""
    for question, answer, right in zip(asked, answers, expected):
        if question.startswith("z "):
            zone = question[2:]
        if answer != right and not (question.startswith("l ") and answer == str(
                first_instant(clocks[zone], int(question[2:])))):
            wrong += 1
            if wrong <= 20:
                print(f"{zone}: {question}: {answer}, not {right}")
    print(f"{len(names) - absent} zones, {len(asked)} questions, {wrong} differences"
          + (f"; {absent} zones are not in {given.folder}" if absent else ""))
    return 1 if wrong or len(names) - absent < 400 else 0


if __name__ == "__main__":
    sys.exit(main())
