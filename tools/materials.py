#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The bill of materials, docs/bill-of-materials.json (CycloneDX 1.5): what is compiled in, what is needed to run, and what
builds and tests.

usage: tools/materials.py [--update]

The sources are the lists of packages in ./dev, and the pinned versions of bindings/python/tests/requirements*.txt,
bindings/python/pyproject.toml and benchmarks/peers/*. Exit status 1: a component is missing in the bill or there without
being used, or has another version than it is pinned to. Debian's packages are not pinned beyond the release, so that
security updates come by themselves; the bill has the versions that it was written with. --update writes it anew. [REL-90]
"""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BILL = ROOT / "docs" / "bill-of-materials.json"
# What a program that is built holds or needs; all else only builds and tests.
COMPILED_IN = {
    "libboost1.81-dev": ("BSL-1.0", "headers: integers without a limit, flat tables, small vectors"),
    "libboost-json1.81-dev": ("BSL-1.0", "the reader of JSON; libboost-json1.81.0 to run"),
    "libabsl-dev": ("Apache-2.0", "time zones, tables with a salt; libabsl20220623 to run"),
}


def debian_version(name):
    shown = subprocess.run(["dpkg-query", "-W", "-f=${db:Status-Status} ${Version}", name], capture_output=True,
                           encoding="utf-8", check=False).stdout.split()
    if len(shown) == 2 and shown[0] == "installed":
        return shown[1]
    policy = subprocess.run(["apt-cache", "policy", name], capture_output=True, encoding="utf-8", check=False).stdout
    found = re.search(r"Candidate: (\S+)", policy)
    return found.group(1) if found and found.group(1) != "(none)" else ""


def debian():
    text = (ROOT / "dev").read_text("utf-8")
    for group, names in re.findall(r"^(\w+)_packages=\(([^)]*)\)", text, re.MULTILINE):
        for name in names.split():
            yield name, group


def pinned():
    """(purl type, name, version, what for) of everything that is not Debian's."""
    for path in sorted((ROOT / "bindings" / "python" / "tests").glob("requirements*.txt")):
        for name, version in re.findall(r"^([\w.-]+)==(\S+)$", path.read_text("utf-8"), re.MULTILINE):
            yield "pypi", name, version, "tests of the Python package"
    build = (ROOT / "bindings" / "python" / "pyproject.toml").read_text("utf-8")
    for name, version in re.findall(r'"([\w.-]+)>=([\w.]+)"', re.search(r"^requires = \[(.*)\]", build, re.MULTILINE).group(1)):
        yield "pypi", name, version, "builds the Python package; at least this version"
    for path in sorted((ROOT / "benchmarks" / "peers").glob("*/package.json")):
        for name, version in json.loads(path.read_text("utf-8"))["dependencies"].items():
            yield "npm", name, version, "a peer of the benchmarks"
    for path in sorted((ROOT / "benchmarks" / "peers").glob("*/go.mod")):
        for name, version in re.findall(r"^(?:require )?\s*([\w./-]+) (v\S+)", path.read_text("utf-8"), re.MULTILINE):
            yield "golang", name, version, "a peer of the benchmarks"


def purl(kind, name, version):
    encoded = name.replace("@", "%40")
    return f"pkg:{kind}/{encoded}@{version}" if version else f"pkg:{kind}/{encoded}"


def components():
    made = {}
    for name, group in debian():
        licence, what = COMPILED_IN.get(name, ("", f"{group} package of ./dev"))
        # ./dev takes a peer's language in whatever version is there.
        version = "" if group == "peer" else debian_version(name)
        one = {"type": "library" if name in COMPILED_IN else "application", "name": name, "version": version,
               "scope": "required" if name in COMPILED_IN else "excluded", "description": what,
               "purl": purl("deb/debian", name, version) + "?distro=debian-12"}
        if licence:
            one["licenses"] = [{"license": {"id": licence}}]
        made["deb", name] = one
    for kind, name, version, what in pinned():
        made[kind, name] = {"type": "library", "name": name, "version": version, "scope": "excluded", "description": what,
                            "purl": purl(kind, name, version)}
    return made


def bill(made):
    header = (ROOT / "include" / "pricepoint" / "version.hpp").read_text("utf-8")
    version = ".".join(re.search(rf"PRICEPOINT_VERSION_{part} (\d+)", header).group(1) for part in ("MAJOR", "MINOR", "PATCH"))
    return {"$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json", "bomFormat": "CycloneDX", "specVersion": "1.5",
            "version": 1,
            "metadata": {"component": {"type": "library", "name": "pricepoint", "version": version,
                                       "licenses": [{"license": {"id": "Apache-2.0"}}]}},
            "components": [made[key] for key in sorted(made)]}


def main():
    made = components()
    if "--update" in sys.argv[1:]:
        BILL.write_text(json.dumps(bill(made), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    written = {one["purl"].split(":", 1)[1].split("@", 1)[0]: one
               for one in json.loads(BILL.read_text("utf-8"))["components"]}
    used = {one["purl"].split(":", 1)[1].split("@", 1)[0]: one for one in made.values()}
    wrong = [f"{name}: used, but not in the bill" for name in sorted(used.keys() - written.keys())]
    wrong += [f"{name}: in the bill, but not used" for name in sorted(written.keys() - used.keys())]
    for name in sorted(used.keys() & written.keys()):
        if not name.startswith("deb/") and used[name]["version"] != written[name]["version"]:
            wrong.append(f"{name}: {used[name]['version']} is used, {written[name]['version']} in the bill")
        if written[name]["scope"] != used[name]["scope"]:
            wrong.append(f"{name}: another scope in the bill")
    if json.loads(BILL.read_text("utf-8"))["metadata"] != bill(made)["metadata"]:
        wrong.append("the bill is of another version")
    for one in wrong:
        print(one)
    print(f"{len(written)} components, {len(wrong)} differences{'' if not wrong else ' (./dev materials --update)'}")
    return 1 if wrong or not used else 0


if __name__ == "__main__":
    sys.exit(main())
