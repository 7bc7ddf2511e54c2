#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Time zones that the library brings along: src/text/zones.inc, made of the compiled files of IANA's time zone database.

usage: tools/zones.py [--check | --update | --data]

The files come from the package tzdata of the Python Package Index, of the version below: the installed one where it has
this version, else the wheel that pip downloads, held to its digest. For a newer version change VERSION and SHA256 and
run --update; what other answers that gives is the difference of zones.inc, a change of the clocks a line.

  --check   (the default) exit status 1: zones.inc is not what the package gives
  --update  writes it
  --data    prints the folder of the zone files: for tests that compare with them

Exit status 77: the package is not here and pip cannot get it.
"""

import hashlib
import importlib.metadata
import struct
import subprocess
import sys
import tempfile
import zipfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "src" / "text" / "zones.inc"
CACHE = ROOT / "build" / "tzdata"

VERSION = "2026.6"
SHA256 = "0a10eec6e13ef16b627fabed9a5f2ba61a62b1c67f327305f4e7e412a70b4aec"

# Policies know the years from 1970 on; local times of the first day may be instants of the day before.
BEGIN = -2 * 86_400
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def unavailable(why):
    print(f"the package tzdata {VERSION} is not here: {why}")
    sys.exit(77)


def installed():
    """The folder `tzdata` of the installed package, if it has the pinned version and is whole."""
    try:
        found = importlib.metadata.distribution("tzdata")
    except importlib.metadata.PackageNotFoundError:
        return None
    folder = Path(found.locate_file("tzdata"))
    return folder if found.version == VERSION and (folder / "zones").is_file() else None


def downloaded():
    folder = CACHE / VERSION
    if (folder / "tzdata" / "zones").is_file():
        return folder / "tzdata"
    with tempfile.TemporaryDirectory() as scratch:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
               "--only-binary=:all:", "--retries=1", "--timeout=15", "--dest", scratch, f"tzdata=={VERSION}"]
        try:
            done = subprocess.run(pip, capture_output=True, encoding="utf-8", timeout=120, check=False)
        except subprocess.TimeoutExpired:
            unavailable("pip does not answer")
        wheels = list(Path(scratch).glob("*.whl"))
        if done.returncode != 0 or len(wheels) != 1:
            unavailable((done.stderr.strip().splitlines() or ["pip gave no wheel"])[-1])
        digest = hashlib.sha256(wheels[0].read_bytes()).hexdigest()
        if digest != SHA256:
            sys.exit(f"the wheel of tzdata {VERSION} has the digest {digest}, not {SHA256}")
        with zipfile.ZipFile(wheels[0]) as wheel:
            wheel.extractall(folder)
    return folder / "tzdata"


def package():
    return installed() or downloaded()


def read_file(data, name):
    """Changes of the offset, the offset before them, and the rule for all years after them."""
    def header(at):
        if data[at:at + 4] != b"TZif" or data[at + 4:at + 5] < b"2":
            sys.exit(f"{name}: no TZif file of version 2 or later")
        return struct.unpack(">6l", data[at + 20:at + 44])

    in_ut, standard, leaps, times, types, letters = header(0)
    at = 44 + times * 5 + types * 6 + letters + leaps * 8 + standard + in_ut
    in_ut, standard, leaps, times, types, letters = header(at)
    if leaps:
        sys.exit(f"{name} counts leap seconds")
    at += 44
    moments = struct.unpack(f">{times}q", data[at:at + 8 * times])
    at += 8 * times
    which = data[at:at + times]
    at += times
    offsets = [struct.unpack(">l", data[at + 6 * i:at + 6 * i + 4])[0] for i in range(types)]
    at += 6 * types + letters + standard + in_ut
    footer = data[at:]
    if footer[:1] != b"\n" or footer[-1:] != b"\n":
        sys.exit(f"{name} has no footer")
    before, changes = offsets[0], []
    for moment, index in zip(moments, which):
        offset = offsets[index]
        if moment <= BEGIN:
            before = offset
        # The last is kept in any case: the rule counts from there, not before.
        elif offset != (changes[-1][1] if changes else before) or moment == moments[-1]:
            changes.append((moment, offset))
    return before, tuple(changes), footer[1:-1].decode("ascii")


def written(moment):
    at = EPOCH + timedelta(seconds=moment)
    return at.strftime("%Y'%m'%d'%H'%M'%S")


def generated(folder):
    text = (folder / "__init__.py").read_text("utf-8")
    version = text.split('IANA_VERSION = "')[1].split('"')[0]
    names = {}
    for name in (folder / "zones").read_text("utf-8").split():
        names[name] = read_file((folder / "zoneinfo" / name).read_bytes(), name)
    histories = {}
    for name in sorted(names):
        histories.setdefault(names[name], []).append(name)
    number = {history: i for i, history in enumerate(histories)}

    out = [
        "// SPDX-License-Identifier: Apache-2.0",
        f"// Time zones of IANA's database, {version}, which is in the public domain: made by tools/zones.py, not by hand.",
        "// Included by built_in_zones.cpp alone. Offsets are seconds east of UTC.",
        "// clang-format off",
        "",
        f'[[maybe_unused]] constexpr char version_of_zones[] = "{version}";',
        "",
        "// When the offset changes, in UTC, and what it is from then on; zone after zone. What comes later follows from the",
        "// zone's rule.",
        "constexpr zone_change zone_changes[] = {",
    ]
    first, begins = 0, []
    for history, of in histories.items():
        before, changes, _ = history
        begins.append(first)
        first += len(changes)
        if changes:
            out.append(f"  // {of[0]}, at first {before}")
        out += [f"  {{{written(moment)}, {offset}}}," for moment, offset in changes]
    out += ["};", "",
            "// The offset at the beginning, the zone's first change, and the rule for all years after its last, as POSIX",
            "// writes it.",
            "constexpr zone_history zone_histories[] = {"]
    for begin, (before, _, rule) in zip(begins, histories):
        out.append(f'  {{{before}, {begin}, "{rule}"}},')
    out += ["};", "", "// Every zone and link, in the order of bytes, and its history.", "constexpr zone_name zone_names_of_iana[] = {"]
    out += [f'  {{"{name}", {number[names[name]]}}},' for name in sorted(names)]
    out += ["};", ""]
    return "\n".join(out)


def main():
    what = sys.argv[1:] or ["--check"]
    if what not in (["--check"], ["--update"], ["--data"]):
        sys.exit(__doc__)
    folder = package()
    if what == ["--data"]:
        print(folder / "zoneinfo")
        return 0
    made = generated(folder)
    if what == ["--update"]:
        OUT.write_text(made, encoding="utf-8")
    elif OUT.read_text("utf-8") != made:
        print(f"{OUT.relative_to(ROOT)} is not what the package tzdata {VERSION} gives: tools/zones.py --update")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
