#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The bill of materials, docs/bill-of-materials.json (CycloneDX 1.5): what is linked in, what is needed to run, and what
builds and tests.

usage: tools/materials.py [--headers DIRECTORY]... [--built FILE]... [--update]

  --headers   where the compiled headers of Boost and Abseil are (/usr/include)
  --built     a program or library that was built: what it needs to run must be in the bill

What is linked in has the version of the headers that are compiled; the rest of the sources are the lists of packages in
./dev, for Debian 12, and the pinned versions of bindings/python/tests/requirements*.txt, pyproject.toml and
benchmarks/peers/*. Exit status 1: a component is missing in the bill or there without being used, or has another version
than it has. The bill is of a release, which is built on Debian 12; elsewhere its versions of what is linked in are not
compared. Debian's packages that build and test are not pinned beyond the release, so that security updates come by
themselves; the bill has the versions that it was written with. --update writes it anew. [REL-90]
"""

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BILL = ROOT / "docs" / "bill-of-materials.json"
RELEASE = "debian-12"
# What is linked in: the first directory of its headers, licence, what for, header and pattern of the version.
LINKED_IN = {
    "boost": ("boost", "BSL-1.0", "linked into the program, both libraries and the Python module: the reader of JSON, integers"
              " without a limit, flat tables, small vectors", "boost/version.hpp", r'BOOST_LIB_VERSION "(\w+)"'),
    "abseil": ("absl", "Apache-2.0", "linked into the program: tables with a salt", "absl/base/config.h",
               r"ABSL_LTS_RELEASE_VERSION (\d+)"),
}
# Needed to run, in whatever version is there from that which the compiler asks for.
NEEDED = {
    "glibc": ("LGPL-2.1-or-later", "needed to run", r"lib(c|m)\.so\.6|ld-linux.*"),
    "gcc-runtime": ("GPL-3.0-or-later WITH GCC-exception-3.1", "needed to run: libstdc++ and libgcc",
                    r"libstdc\+\+\.so\.6|libgcc_s\.so\.1"),
}


def linked_in(directories):
    """Name, version, licence and purpose of what sources include; nothing else may be included."""
    used = {}
    for path in [*ROOT.glob("src/**/*.[ch]pp"), *ROOT.glob("include/**/*.h*"), *ROOT.glob("bindings/python/src/*.[ch]pp")]:
        for name in re.findall(r"^#\s*include <(\w+)/", path.read_text("utf-8"), re.MULTILINE):
            used.setdefault(name, path)
    known = {folder: name for name, (folder, *_) in LINKED_IN.items()}
    for folder, path in sorted(used.items()):
        if folder in known:
            name = known[folder]
            _, licence, what, header, pattern = LINKED_IN[name]
            texts = [Path(one, header).read_text("utf-8") for one in directories if Path(one, header).is_file()]
            found = re.search(pattern, texts[0]) if texts else None
            yield name, found.group(1).replace("_", ".") if found else "", licence, what
        elif folder not in ("pricepoint", "sys", "linux"):
            sys.exit(f"{path}: includes <{folder}/...>, which LINKED_IN of tools/materials.py does not name")


def debian_version(name):
    shown = subprocess.run(["dpkg-query", "-W", "-f=${db:Status-Status} ${Version}", name], capture_output=True,
                           encoding="utf-8", check=False).stdout.split()
    if len(shown) == 2 and shown[0] == "installed":
        return shown[1]
    policy = subprocess.run(["apt-cache", "policy", name], capture_output=True, encoding="utf-8", check=False).stdout
    found = re.search(r"Candidate: (\S+)", policy)
    return found.group(1) if found and found.group(1) != "(none)" else ""


def debian():
    listed = subprocess.run([ROOT / "dev", "packages"], capture_output=True, encoding="utf-8", check=True,
                            env={**os.environ, "PRICEPOINT_RELEASE": RELEASE}).stdout
    for line in listed.splitlines():
        group, name = line.split()
        yield name, group


def pinned():
    """(purl type, name, version, what for) of everything that is not Debian's."""
    for path in sorted((ROOT / "bindings" / "python" / "tests").glob("requirements*.txt")):
        for name, version in re.findall(r"^([\w.-]+)==(\S+)$", path.read_text("utf-8"), re.MULTILINE):
            yield "pypi", name, version, "tests of the Python package"
    build = (ROOT / "pyproject.toml").read_text("utf-8")
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


def component(kind, name, version, scope, what, licence="", application=False):
    one = {"type": "application" if application else "library", "name": name, "version": version, "scope": scope,
           "description": what, "purl": purl(kind, name, version)}
    if kind == "deb/debian":
        one["purl"] += f"?distro={RELEASE}"
    if licence:
        one["licenses"] = [{"expression": licence} if " " in licence else {"license": {"id": licence}}]
    return one


def zones():
    """The time zones that are compiled in, and the package that they were generated from."""
    generated = (ROOT / "src" / "text" / "zones.inc").read_text("utf-8")
    version = re.search(r'version_of_zones\[\] = "(.*)"', generated).group(1)
    yield {"type": "data", "name": "tz-database", "version": version, "scope": "required",
           "description": "compiled into the program, both libraries and the Python module: the time zones of IANA",
           "purl": purl("generic", "tz-database", version),
           "licenses": [{"license": {"name": "public domain", "url": "https://www.iana.org/time-zones"}}]}
    made_from = re.search(r'^VERSION = "([\w.]+)"$', (ROOT / "tools" / "zones.py").read_text("utf-8"), re.MULTILINE).group(1)
    yield component("pypi", "tzdata", made_from, "excluded", "src/text/zones.inc is generated from it (tools/zones.py)")


def components(directories):
    made = {("1", one["name"]): one for one in zones()}
    for name, version, licence, what in linked_in(directories):
        made["0", name] = component("generic", name, version, "required", what, licence)
    for name, (licence, what, _) in NEEDED.items():
        made["0", name] = component("generic", name, "", "required", what, licence)
    for name, group in debian():
        # ./dev takes a peer's language in whatever version is there.
        version = "" if group == "peer" else debian_version(name)
        made["deb", name] = component("deb/debian", name, version, "excluded", f"{group} package of ./dev", application=True)
    for kind, name, version, what in pinned():
        made[kind, name] = component(kind, name, version, "excluded", what)
    return made


def unnamed(path):
    """What the file needs to run and no component of the bill is."""
    shown = subprocess.run(["readelf", "-d", "-W", path], capture_output=True, encoding="utf-8", check=True,
                           env={**os.environ, "LC_ALL": "C"}).stdout
    return [name for name in re.findall(r"\(NEEDED\).*\[(.*)\]", shown)
            if not any(re.fullmatch(pattern, name) for *_, pattern in NEEDED.values())]


def bill(made):
    header = (ROOT / "include" / "pricepoint" / "version.hpp").read_text("utf-8")
    version = ".".join(re.search(rf"PRICEPOINT_VERSION_{part} (\d+)", header).group(1) for part in ("MAJOR", "MINOR", "PATCH"))
    return {"$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json", "bomFormat": "CycloneDX", "specVersion": "1.5",
            "version": 1,
            "metadata": {"component": {"type": "library", "name": "pricepoint", "version": version,
                                       "licenses": [{"license": {"id": "Apache-2.0"}}]}},
            "components": [made[key] for key in sorted(made)]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--headers", action="append", default=[])
    parser.add_argument("--built", action="append", default=[])
    parser.add_argument("--update", action="store_true")
    given = parser.parse_args()
    made = components([*filter(None, given.headers), "/usr/include"])
    if given.update:
        BILL.write_text(json.dumps(bill(made), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    system = Path("/etc/os-release")
    of_release = system.is_file() and re.search(r'^VERSION_CODENAME="?bookworm"?$', system.read_text("utf-8"), re.MULTILINE)
    written = {one["purl"].split(":", 1)[1].split("@", 1)[0].split("?", 1)[0]: one
               for one in json.loads(BILL.read_text("utf-8"))["components"]}
    used = {one["purl"].split(":", 1)[1].split("@", 1)[0].split("?", 1)[0]: one for one in made.values()}
    wrong = [f"{name}: used, but not in the bill" for name in sorted(used.keys() - written.keys())]
    wrong += [f"{name}: in the bill, but not used" for name in sorted(written.keys() - used.keys())]
    for name in sorted(used.keys() & written.keys()):
        compared = of_release if name.startswith("generic/") else not name.startswith("deb/")
        if compared and used[name]["version"] != written[name]["version"]:
            wrong.append(f"{name}: {used[name]['version']} is used, {written[name]['version']} in the bill")
        if written[name]["scope"] != used[name]["scope"]:
            wrong.append(f"{name}: another scope in the bill")
    for path in given.built:
        wrong += [f"{path}: needs {name}, which is not in the bill" for name in unnamed(path)]
    if json.loads(BILL.read_text("utf-8"))["metadata"] != bill(made)["metadata"]:
        wrong.append("the bill is of another version")
    for one in wrong:
        print(one)
    print(f"{len(written)} components, {len(wrong)} differences{'' if not wrong else ' (./dev materials --update)'}")
    return 1 if wrong or not used else 0


if __name__ == "__main__":
    sys.exit(main())
