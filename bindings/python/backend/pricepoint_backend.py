# SPDX-License-Identifier: Apache-2.0
"""scikit-build-core, and a wheel that says on which Linux it runs.

A wheel for `linux_x86_64` is refused by package indexes and promises nothing. The platform is therefore read from the
module itself, as PEP 600 defines it: manylinux_2_N for the oldest glibc 2.N whose systems have all symbol versions that the
module asks for, and only if it needs no other libraries than such systems have. Where that cannot be said the tag stays.
"""

import base64
import hashlib
import re
import struct
import zipfile
from pathlib import Path

from scikit_build_core import build as _build
from scikit_build_core.build import *  # noqa: F403  (the other hooks)

LIBRARIES = re.compile(rb"lib(c|m|gcc_s|stdc\+\+|pthread)\.so\.\d+|ld-linux-(x86-64|aarch64)\.so\.\d+")
# glibc 2.N: the newest GLIBCXX_3.4.N, CXXABI_1.3.N and GCC_N of the systems that have it.
SYSTEMS = [(17, 19, 7, 4), (24, 22, 10, 4), (27, 24, 11, 7), (31, 28, 12, 7), (34, 29, 13, 7), (35, 30, 13, 12), (36, 30, 13, 12),
           (38, 30, 13, 12), (39, 33, 15, 14), (40, 33, 15, 14), (41, 33, 15, 14)]


def _dynamic(elf):
    """The needed libraries and symbol versions of a 64-bit little-endian ELF file."""
    if elf[:6] != b"\x7fELF\x02\x01":
        return None
    at, size, count = struct.unpack_from("<Q", elf, 40)[0], *struct.unpack_from("<HH", elf, 58)
    sections = [struct.unpack_from("<IIQQQQIIQQ", elf, at + i * size) for i in range(count)]
    libraries, versions = set(), set()
    for _, kind, _, _, offset, length, link, info, _, _ in sections:
        if kind not in (6, 0x6FFFFFFE):  # SHT_DYNAMIC, SHT_GNU_verneed
            continue
        strings = sections[link][4]

        def text(index, strings=strings):
            return elf[strings + index:elf.index(b"\0", strings + index)]

        if kind == 6:
            for i in range(offset, offset + length, 16):
                tag, value = struct.unpack_from("<QQ", elf, i)
                if tag == 1:  # DT_NEEDED
                    libraries.add(text(value))
            continue
        for _ in range(info):
            _, names, _, first, following = struct.unpack_from("<HHIII", elf, offset)
            name = offset + first
            for _ in range(names):
                _, _, _, index, after = struct.unpack_from("<IHHII", elf, name)
                versions.add(text(index))
                name += after
            offset += following
    return libraries, versions


def platform_of(elf):
    """`manylinux_2_N`, or nothing where the module needs more than such systems have."""
    found = _dynamic(elf)
    if found is None or not found[0] or not all(LIBRARIES.fullmatch(name) for name in found[0]):
        return None
    asked = {b"GLIBC_2.": 0, b"GLIBCXX_3.4.": 0, b"CXXABI_1.3.": 0, b"GCC_": 0}
    for version in found[1]:
        family = next((one for one in asked if version.startswith(one)), None)
        if family is not None:
            asked[family] = max(asked[family], int(re.match(rb"\d+", version[len(family):]).group()))
        elif version not in (b"GLIBCXX_3.4", b"CXXABI_1.3", b"GLIBC_ABI_DT_RELR"):
            return None
        elif version == b"GLIBC_ABI_DT_RELR":
            asked[b"GLIBC_2."] = max(asked[b"GLIBC_2."], 36)
    for system in SYSTEMS:
        if all(need <= has for need, has in zip(asked.values(), system)):
            return f"manylinux_2_{system[0]}"
    return None


def retag(wheel):
    """Renames a wheel, within too, to the platform of its module; the new path."""
    match = re.fullmatch(r"(.*-)linux_(x86_64|aarch64)\.whl", wheel.name)
    if match is None:
        return wheel
    with zipfile.ZipFile(wheel) as old:
        files = [(info, old.read(info)) for info in old.infolist()]
    platforms = {platform_of(data) for info, data in files if info.filename.endswith(".so")}
    if len(platforms) != 1 or None in platforms:
        return wheel
    tag = f"{platforms.pop()}_{match[2]}"
    renamed = wheel.with_name(f"{match[1]}{tag}.whl")
    changed = {}
    for info, data in files:
        if info.filename.endswith(".dist-info/WHEEL"):
            changed[info.filename] = re.sub(rb"(?m)^(Tag: .*-)linux_\w+$", rb"\1" + tag.encode(), data)
    with zipfile.ZipFile(renamed, "w", zipfile.ZIP_DEFLATED) as new:
        for info, data in files:
            if info.filename.endswith(".dist-info/RECORD"):
                lines = data.decode().splitlines()
                for name, text in changed.items():
                    digest = base64.urlsafe_b64encode(hashlib.sha256(text).digest()).rstrip(b"=").decode()
                    lines = [f"{name},sha256={digest},{len(text)}" if line.startswith(name + ",") else line for line in lines]
                data = ("\n".join(lines) + "\n").encode()
            new.writestr(info, changed.get(info.filename, data))
    wheel.unlink()
    return renamed


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    name = _build.build_wheel(wheel_directory, config_settings, metadata_directory)
    return retag(Path(wheel_directory) / name).name
