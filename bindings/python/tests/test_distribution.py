# SPDX-License-Identifier: Apache-2.0
"""What pip installs and what a source distribution holds: licences, the platform of the wheel, sources that configure."""

import base64
import hashlib
import importlib.metadata
import importlib.util
import os
import platform
import re
import subprocess
import sys
import tarfile
from pathlib import Path
from types import ModuleType

import pytest

import pricepoint

ROOT = Path(os.environ["PRICEPOINT_SOURCE_DIR"])
INSTALLED = importlib.metadata.distribution("pricepoint")


def backend() -> ModuleType:
    path = ROOT / "bindings" / "python" / "backend" / "pricepoint_backend.py"
    spec = importlib.util.spec_from_file_location("pricepoint_backend", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def installed(name: str) -> Path:
    return Path(str(INSTALLED.locate_file(next(file for file in INSTALLED.files or () if str(file).endswith(name)))))


def test_metadata() -> None:
    metadata = INSTALLED.metadata
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata.get_all("License-File") == ["LICENSE", "NOTICE"]
    assert metadata["Author"] == "The Pricepoint authors"
    assert metadata.get_all("Requires-Dist") is None
    assert "# Pricepoint from Python" in metadata.get_payload()  # type: ignore[operator]
    for name in ("LICENSE", "NOTICE"):
        assert installed(f"licenses/{name}").read_bytes() == (ROOT / name).read_bytes()


def test_platform_of_the_wheel() -> None:
    """The tag is that of the module's symbols as readelf reads them, and what WHEEL says is what RECORD has the digest of."""
    module = installed(".abi3.so")
    shown = subprocess.run(["readelf", "-V", "-d", "-W", module], capture_output=True, text=True, check=True,
                           env={**os.environ, "LC_ALL": "C"}).stdout
    libraries = set(re.findall(r"\(NEEDED\).*\[(.*)\]", shown))
    assert libraries <= {"libc.so.6", "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1", "ld-linux-x86-64.so.2",
                         "ld-linux-aarch64.so.1"}, libraries
    wheel = installed("/WHEEL")
    tags = re.findall(r"^Tag: (.*)$", wheel.read_text("utf-8"), re.MULTILINE)
    assert len(tags) == 1
    tag = re.fullmatch(rf"cp311-abi3-manylinux_2_(\d+)_{platform.machine()}", tags[0])
    assert tag is not None, tags
    glibc = max(int(minor) for minor in re.findall(r"Name: GLIBC_2\.(\d+)", shown))
    assert glibc <= int(tag[1])
    # The first systems with each libstdc++.
    stdcxx = max(int(minor) for minor in re.findall(r"Name: GLIBCXX_3\.4\.(\d+)", shown))
    assert int(tag[1]) >= {28: 31, 29: 34, 30: 35, 31: 39, 32: 39, 33: 39}.get(stdcxx, 0)
    digest = base64.urlsafe_b64encode(hashlib.sha256(wheel.read_bytes()).digest()).rstrip(b"=").decode()
    assert f"WHEEL,sha256={digest},{wheel.stat().st_size}" in installed("/RECORD").read_text("utf-8")


def test_platform_is_not_promised_where_it_cannot_be() -> None:
    platform_of = backend().platform_of
    assert platform_of(b"no module") is None
    module = installed(".abi3.so").read_bytes()
    assert platform_of(module.replace(b"libstdc++.so.6", b"libabsl_ti.so.")) is None
    assert platform_of(module.replace(b"GLIBCXX_3.4.2", b"GLIBCXX_3.4.9")) is None


def test_source_distribution(tmp_path: Path) -> None:
    """It holds the sources and no tests, and its configuration says what is missing in words."""
    name = subprocess.run([sys.executable, "-c", "import sys; sys.path.insert(0, 'bindings/python/backend'); "
                           f"import pricepoint_backend as b; print(b.build_sdist({str(tmp_path)!r}))"],
                          cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()[-1]
    assert name == f"pricepoint-{pricepoint.__version__}.tar.gz"
    with tarfile.open(tmp_path / name) as archive:
        archive.extractall(tmp_path, filter="data")
    tree = tmp_path / name.removesuffix(".tar.gz")
    held = {path.relative_to(tree) for path in tree.rglob("*") if path.is_file()}
    for folder in ("include", "src", "cmake", "bindings/python/src", "bindings/python/pricepoint"):
        wanted = subprocess.run(["git", "ls-files", "-z", folder], cwd=ROOT, capture_output=True, text=True).stdout
        assert {Path(one) for one in wanted.split("\0") if one} <= held, folder
    assert {Path("LICENSE"), Path("NOTICE"), Path("pyproject.toml"), Path("PKG-INFO")} <= held
    assert not any(path.parts[0] in ("tests", "docs", "build", ".git", "benchmarks") for path in held)
    for missing, status in ((False, 0), (True, 1)):
        done = subprocess.run(["cmake", "-S", tree / "bindings/python", "-B", tmp_path / f"build{missing}",
                               f"-DPython3_EXECUTABLE={sys.executable}", f"-DCMAKE_DISABLE_FIND_PACKAGE_Boost={missing}"],
                              capture_output=True, text=True)
        if status == 0 and "Could NOT find Python3" in done.stderr:
            pytest.skip("no headers of this Python")
        assert done.returncode == status, done.stderr
        assert ("apt-get install libboost" in done.stderr) == missing
