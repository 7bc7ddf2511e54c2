#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The library exports what the header declares, which is what bindings/c/symbols.txt lists, and nothing else.

usage: symbols.py LIBRARY NM
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def main(library, nm):
    header = (ROOT / "include/pricepoint/pricepoint.h").read_text(encoding="utf-8")
    code = re.sub(r"/\*.*?\*/", "", header, flags=re.S)
    declared = set(re.findall(r"^PRICEPOINT_API [^;(]*?\b(pricepoint_\w+)\(", code, re.M))
    lines = (ROOT / "bindings/c/symbols.txt").read_text(encoding="utf-8").splitlines()
    listed = [line for line in lines if line and not line.startswith("#")]
    shown = subprocess.run([nm, "-D", "--defined-only", "-f", "posix", library], capture_output=True, check=True,
                           text=True)
    exported = {line.split()[0].split("@")[0] for line in shown.stdout.splitlines()}
    exported = {name for name in exported if not re.fullmatch(r"PRICEPOINT_\d+", name)}
    if not list(ROOT.glob("src/arrow/*.cpp")):
        exported |= {name for name in listed if re.match(r"pricepoint_(batch|audit)_", name)}
    found = [f"declared, not listed: {name}" for name in sorted(declared - set(listed))]
    found += [f"listed, not declared: {name}" for name in sorted(set(listed) - declared)]
    found += [f"listed, not exported: {name}" for name in sorted(set(listed) - exported)]
    found += [f"exported, not listed: {name}" for name in sorted(exported - set(listed))]
    if listed != sorted(set(listed)):
        found.append("bindings/c/symbols.txt is not sorted, or a name stands twice")
    print("\n".join(found) or f"{len(listed)} functions")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
