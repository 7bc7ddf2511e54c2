# SPDX-License-Identifier: Apache-2.0
"""mypy --strict: of the package, of a script as users write it, and of mistakes that it has to find."""

import subprocess
import sys
from pathlib import Path

import pricepoint
from conftest import ROOT

SCRIPT = '''\
import datetime
from decimal import Decimal

import polars
import pyarrow

from pricepoint import (
    Decision, FileError, Findings, Money, Policy, PolicyError, PricepointError, Rates, Slot, Table, UnknownField, markets,
    version,
)

policy: Policy = Policy.from_file("policy.json")
prices: dict[str, Money] = {"store": "32.00", "dealer": Decimal("30"), "web": 31}
decision: Decision = policy.price(
    sku="A1", channel="web", market="CN", prices=prices, cost="12.00", at=datetime.datetime.now(datetime.timezone.utc),
    tax="13%", role="traffic", attributes={"stock": 12},
)
if decision.price is not None:
    half: Decimal = decision.price / 2
if decision.status == "conflict":
    names: tuple[str, ...] = decision.conflict
why: str = decision.explain(format="json") + policy.explain(sku="A1", channel="web", format="text")
table: Table = policy.price_table(pyarrow.table({"sku": ["A1"]}), channel="web", parts=["price", "limited_by"],
                                  integers="units")
frame: polars.DataFrame = table.to_polars()
findings: Findings = policy.audit_table(frame, until="2026-12-31T00:00:00Z")
breaches = findings.summary[0]["breaches"]
try:
    Slot(policy).publish(Policy.from_text("{}", file="draft.json"))
except PolicyError as error:
    for one in error.diagnostics:
        print(one.code, one.severity, one.line + 1, one.message.upper())
except (FileError, UnknownField) as other:
    raise PricepointError(other.code + str(len(other.diagnostics))) from other
channels: tuple[str, ...] = policy.channels
rates = Rates.from_csv("from,to,rate,at")
print(version, markets("DE")[0]["currency"])
'''

EXAMPLES = ("quickstart.py", "sqlite_repricer.py")

MISTAKES = {
    "policy.price(cost=12.5)": "arg-type",
    "policy.price(prices={'store': 32.0})": "dict-item",
    "policy.price(sku=1)": "arg-type",
    "policy.explain(format='html')": "arg-type",
    "policy.price_table([1])": "arg-type",
    "policy.price_table(pyarrow.table({}), parts=['prise'])": "list-item",
    "policy.price_table(pyarrow.table({}), integers='cents')": "arg-type",
    "policy.price().price + 1": "operator",
    "policy.price().status == 'prised'": "comparison-overlap",
}


def mypy(*arguments: str | Path, cwd: Path) -> tuple[int, str]:
    done = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--no-incremental", *arguments], cwd=cwd,
                          capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_types(tmp_path):
    """In one run of mypy, since it takes longest to read the libraries."""
    (tmp_path / "script.py").write_text(SCRIPT)
    package = Path(pricepoint.__file__).parent
    # pyarrow has no types.
    (tmp_path / "mypy.ini").write_text("[mypy]\n[mypy-pyarrow.*]\nignore_missing_imports = True\n"
                                       "[mypy-pandas.*]\nignore_missing_imports = True\n")
    mistakes = "import pyarrow\nfrom pricepoint import Policy\npolicy = Policy.from_file('policy.json')\n"
    (tmp_path / "mistakes.py").write_text(mistakes + "\n".join(MISTAKES) + "\n")
    status, said = mypy("script.py", *(ROOT / "examples/python" / name for name in EXAMPLES), cwd=tmp_path)
    assert status == 0, said
    status, said = mypy("-p", "pricepoint", cwd=tmp_path)
    assert status == 0, said
    status, said = mypy("mistakes.py", cwd=tmp_path)
    assert status == 1, said
    first = len(mistakes.splitlines()) + 1
    for number, (line, kind) in enumerate(MISTAKES.items(), first):
        assert any(f"mistakes.py:{number}:" in found and f"[{kind}]" in found for found in said.splitlines()), (line, said)
    assert package.joinpath("py.typed").is_file()
