# SPDX-License-Identifier: Apache-2.0
"""Whole tables: of every library that speaks Arrow, in every layout, and what is refused."""

import gc
import json
import threading
import warnings
from decimal import ROUND_HALF_UP, Decimal

import duckdb
import pandas
import polars
import pyarrow
import pyarrow.compute
import pytest

import pricepoint
from conftest import AT
from pricepoint import ArgumentError, ArgumentTypeError, Findings, Policy, StreamError, Table, TableError

LISTS = ("discounts", "limited_by", "relaxed", "conflict", "missing", "invalid", "advice")


def as_text(rows):
    """Rows of a catalogue as a pyarrow table of text."""
    names = rows[0].keys()
    return pyarrow.table({name: pyarrow.array([row[name] or None for row in rows], pyarrow.utf8()) for name in names})


@pytest.fixture(scope="module")
def table(catalogue):
    return as_text(catalogue)


@pytest.fixture(scope="module")
def expected(shop, catalogue):
    return [shop.price(**{key: value or None for key, value in row.items() if key != "description"} |
                       {"channel": "web", "at": AT}) for row in catalogue]


def check(table, expected):
    """A table of results against decisions made one by one."""
    got = (table if isinstance(table, pyarrow.Table) else pyarrow.table(table)).to_pylist()
    assert len(got) == len(expected)
    for row, decision in zip(got, expected):
        assert row["status"] == decision.status
        assert row["currency"] == decision.currency
        for name in ("price", "net", "tax", "was", "saving", "fallback_price"):
            assert row[name] == getattr(decision, name), (name, decision)
        # Of a currency with cents it has six decimals, of which a column may hold fewer.
        want = decision.target
        assert row["target"] == (None if want is None else want.quantize(row["target"], ROUND_HALF_UP)), decision
        for name in LISTS:
            assert tuple(row[name] or ()) == getattr(decision, name), (name, decision)
        assert bool(row["held"]) == decision.held
        assert row["next_change_at"] == decision.next_change_at
        assert row["policy"] == decision.policy


def test_pyarrow(shop, table, expected):
    priced = shop.price_table(table, channel="web", at=AT)
    assert isinstance(priced, Table)
    assert len(priced) == priced.num_rows == len(expected)
    assert priced.column_names[:2] == ("status", "price")
    check(priced, expected)
    check(priced, expected)  # as often as one likes
    check(priced.to_pyarrow(), expected)
    assert pyarrow.schema(priced).field("price").type == pyarrow.decimal128(38, 4)
    assert "Table of" in repr(priced)


def test_a_batch_and_a_reader(shop, table, expected):
    check(shop.price_table(table.combine_chunks().to_batches()[0], channel="web", at=AT), expected)
    reader = pyarrow.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=100))
    check(shop.price_table(reader, channel="web", at=AT), expected)
    # Read to its end: no rows are left.
    assert len(shop.price_table(reader, channel="web", at=AT)) == 0


def test_a_struct_array(shop, table, expected):
    batch = table.combine_chunks().to_batches()[0]
    check(shop.price_table(batch.to_struct_array(), channel="web", at=AT), expected)


def test_only_an_array(shop, table, expected):
    class Only:
        def __arrow_c_array__(self, requested_schema=None):
            return table.combine_chunks().to_batches()[0].__arrow_c_array__()

    check(shop.price_table(Only(), channel="web", at=AT), expected)


def test_polars(shop, table, expected):
    frame = polars.DataFrame(table)
    priced = shop.price_table(frame, channel="web", at=AT)
    check(priced, expected)
    assert priced.to_polars()["price"].to_list() == [decision.price for decision in expected]
    assert isinstance(priced.to_polars(), polars.DataFrame)


def test_polars_categories(shop, table, expected):
    frame = polars.DataFrame(table).with_columns(polars.col("market", "role", "category").cast(polars.Categorical))
    check(shop.price_table(frame, channel="web", at=AT), expected)


def test_pandas(shop, table, expected):
    frame = table.to_pandas()
    priced = shop.price_table(frame, channel="web", at=AT)
    check(priced, expected)
    assert priced.to_pandas()["price"].tolist() == [decision.price for decision in expected]
    # An index of another order is no order of rows.
    shuffled = frame.sample(frac=1, random_state=1)
    check(shop.price_table(shuffled, channel="web", at=AT), [expected[i] for i in shuffled.index])


def test_pandas_decimals(shop, table, expected):
    frame = table.to_pandas()
    for name in ("cost", "price.store", "list"):
        frame[name] = [None if value is None or value != value else Decimal(value) for value in frame[name]]
    check(shop.price_table(frame, channel="web", at=AT), expected)


def test_duckdb(shop, table, expected):
    with duckdb.connect() as connection:
        connection.register("catalogue", table)
        relation = connection.sql('select * replace (cast("cost" as decimal(18, 4)) as "cost") from catalogue')
        check(shop.price_table(relation.to_arrow_table(), channel="web", at=AT), expected)
        if hasattr(relation, "__arrow_c_stream__"):
            check(shop.price_table(relation, channel="web", at=AT), expected)
        priced = shop.price_table(table, channel="web", at=AT)
        arrow = priced.to_pyarrow()
        (count,) = connection.execute("select count(*) from arrow where status = 'priced'").fetchone()
        assert count == sum(decision.status == "priced" for decision in expected)


@pytest.mark.parametrize("size", [1, 7, 64, 1000])
def test_chunks(shop, table, expected, size):
    """Chunks of any size, with empty ones between them."""
    pieces = []
    for start in range(0, len(table), size):
        pieces += [table.slice(start, size), table.slice(0, 0)]
    check(shop.price_table(pyarrow.concat_tables(pieces), channel="web", at=AT), expected)


def test_slices(shop, table, expected):
    for start, length in ((0, 10), (3, 8), (13, 100), (len(table) - 1, 1), (5, 0)):
        check(shop.price_table(table.slice(start, length), channel="web", at=AT), expected[start:start + length])
        batch = table.combine_chunks().to_batches()[0].slice(start, length)
        check(shop.price_table(batch, channel="web", at=AT), expected[start:start + length])


def test_dictionaries(shop, table, expected):
    for index in (pyarrow.int8(), pyarrow.uint16(), pyarrow.int64()):
        encoded = table
        for name in ("market", "role", "category"):
            place = encoded.schema.get_field_index(name)
            values = encoded.column(name).combine_chunks().dictionary_encode()
            values = values.cast(pyarrow.dictionary(index, pyarrow.utf8()))
            encoded = encoded.set_column(place, name, values)
        check(shop.price_table(encoded, channel="web", at=AT), expected)


def test_types(shop, table, expected):
    """Money as decimal128 of other scales, texts with long offsets."""
    typed = table
    for name in ("list", "price.store", "price.web", "cost", "shipping"):
        values = pyarrow.array([None if value is None else Decimal(value) for value in table.column(name).to_pylist()],
                               pyarrow.decimal128(20, 6))
        typed = typed.set_column(typed.schema.get_field_index(name), name, values)
    for name in ("sku", "market"):
        typed = typed.set_column(typed.schema.get_field_index(name), name, table.column(name).cast(pyarrow.large_utf8()))
    check(shop.price_table(typed, channel="web", at=AT), expected)


def test_minor_units_and_instants(shop):
    """Integers that are said to be minor units, and timestamps, which need a zone."""
    columns = {"market": ["DE", "JP"], "cost": pyarrow.array([113, 100]), "price.store": pyarrow.array([259, 300]),
               "at": pyarrow.array([1795176000000, None], pyarrow.timestamp("ms", "UTC"))}
    priced = shop.price_table(pyarrow.table(columns), channel="web", at=AT, integers="minor").to_pyarrow().to_pylist()
    for row, market, cost, store in zip(priced, ("DE", "JP"), ("1.13", "100"), ("2.59", "300")):
        one = shop.price(market=market, cost=cost, prices={"store": store}, channel="web", at=AT)
        assert (row["status"], row["price"]) == (one.status, one.price)


OUTLET = ('{"pricepoint": 1, "name": "outlet", "markets": {"US": {}, "JP": {}},'
          ' "channels": {"floor": {"kind": "traditional"}, "web": {"kind": "online", "reference": "floor"}},'
          ' "attributes": {"stock": "number", "deposit": {"money": "net"}},'
          ' "rules": [{"id": "online", "discount": "8%"}, {"id": "end", "endings": [".45", ".95"]}]}')


def test_a_file_has_one_meaning(program, tmp_path):
    """The same file through the program, as single prices, and as tables of pandas and polars, which read integers."""
    (tmp_path / "policy.json").write_text(OUTLET)
    (tmp_path / "items.csv").write_text("sku,price.floor,stock\nscarf,25,3\ncoat,120,1\n")
    policy = Policy.from_file(tmp_path / "policy.json")
    lines = program("price", "--policy", tmp_path / "policy.json", "--items", tmp_path / "items.csv", "--channel", "web",
                    "--market", "US", "--format", "ndjson").splitlines()
    expected = [Decimal(json.loads(line)["price"]) for line in lines]
    assert expected == [Decimal("22.95"), Decimal("110.45")]
    frame = pandas.read_csv(tmp_path / "items.csv")
    assert [policy.price(channel="web", market="US", sku=row["sku"], prices={"floor": row["price.floor"]}, stock=row["stock"])
            .price for row in frame.to_dict("records")] == expected
    for table in (frame, polars.read_csv(tmp_path / "items.csv"), pyarrow.table(frame)):
        priced = policy.price_table(table, channel="web", market="US", integers="units")
        assert priced.to_pyarrow()["price"].to_pylist() == expected
        with pytest.raises(TableError, match='"price.floor" is money in a column of integers') as caught:
            policy.price_table(table, channel="web", market="US")
        assert caught.value.code == "PP-A017"
        assert '"units" (50 is 50.00) or "minor" (50 is 0.50' in caught.value.diagnostics[0].hint


def test_what_integers_mean():
    policy = Policy.from_text(OUTLET)
    table = pyarrow.table({"market": ["US", "JP"], "list": [1, None], "price.floor": [2500, 2500], "deposit": [1, 1],
                           "stock": [1, 2], "quantity": [1, 1], "units": [3, 4], "sku": [1, 2]})

    def priced(integers):
        return policy.price_table(table, channel="web", integers=integers).to_pyarrow()["price"].to_pylist()

    assert priced("minor") == [Decimal("22.95"), 2300]  # yen have no smaller unit
    assert priced("units") == [Decimal("2299.95"), 2300]
    with pytest.raises(TableError) as caught:
        priced(None)
    assert [one.message.split('"')[1] for one in caught.value.diagnostics] == ["list", "price.floor", "deposit"]
    offers = table.append_column("price", pyarrow.array([2300, 2300]))
    with pytest.raises(TableError, match='"price" is money'):
        policy.audit_table(offers, channel="web")
    seen = policy.audit_table(offers, channel="web", integers="units").to_pyarrow()["price"].to_pylist()
    assert set(seen) == {Decimal(2300)}
    assert Decimal("23.00") in policy.audit_table(offers, channel="web", integers="minor").to_pyarrow()["price"].to_pylist()


def test_columns_of_unknown_channels():
    policy = Policy.from_text(OUTLET)
    table = pyarrow.table({"price.floor": ["25"], "price.flor": ["1"], "price.shop": ["1"], "note": ["x"]})
    said = r'"price.flor", "price.shop" are ignored: .* it has \'floor\', \'web\'; did you mean \'floor\''
    for call in (policy.price_table, policy.audit_table):
        given = table if call == policy.price_table else table.append_column("price", pyarrow.array(["22.95"]))
        with pytest.warns(pricepoint.PricepointWarning, match=said) as caught:
            call(given, channel="web", market="US")
        assert len(caught) == 1 and caught[0].filename == __file__
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(pricepoint.PricepointWarning):
                call(given, channel="web", market="US")
            call(given.drop_columns(["price.flor", "price.shop"]), channel="web", market="US")
    nested = pyarrow.table({"prices": [{"floor": "25", "shop": "1"}]})
    with pytest.warns(pricepoint.PricepointWarning, match='"price.shop" is ignored'):
        assert policy.price_table(nested, channel="web", market="US").to_pyarrow()["price"].to_pylist() == [Decimal("22.95")]
    with pytest.raises(pricepoint.UnknownChannel, match="channel: the policy has no channel 'shop'"):
        policy.price_table(table, channel="shop", market="US")


def test_a_row_names_all_that_cannot_be_read():
    policy = Policy.from_text(OUTLET)
    rows = pyarrow.table({"market": ["US", "XX"], "price.floor": ["much", "much"], "cost": ["x", "1"], "tax": ["lots", None],
                          "at": ["never", None], "stock": ["many", "1"], "channel": ["web", "moon"]})
    priced = policy.price_table(rows).to_pyarrow()["invalid"].to_pylist()
    assert priced == [["at", "cost", "price.floor", "stock", "tax"], ["channel", "market", "price.floor"]]


def test_parts(shop, table, expected):
    priced = shop.price_table(table, channel="web", at=AT, parts=["price", "limited_by"])
    assert priced.column_names == ("status", "price", "limited_by")
    assert priced.to_pyarrow()["price"].to_pylist() == [decision.price for decision in expected]
    with pytest.raises(ValueError, match="'prise'"):
        shop.price_table(table, parts=["prise"])
    with pytest.raises(TypeError):
        shop.price_table(table, parts="price")
    with pytest.raises(ValueError):
        shop.price_table(table, parts=[])


def test_empty(shop, table):
    assert len(shop.price_table(table.slice(0, 0))) == 0
    assert shop.price_table(table.slice(0, 0)).to_pyarrow().num_rows == 0
    assert shop.price_table(table.slice(0, 0)).to_polars().height == 0
    assert len(shop.price_table(pyarrow.table({"sku": pyarrow.array([], pyarrow.utf8())}))) == 0


@pytest.mark.parametrize("threads", [0, 1, 2, 5])
def test_threads(shop, table, expected, threads):
    check(shop.price_table(table, channel="web", at=AT, threads=threads), expected)


def test_as_the_program(shop, catalogue, program, root, tmp_path):
    """The same rows, as CSV through the command line."""
    table = as_text(catalogue)
    items = tmp_path / "items.ndjson"
    with items.open("w", encoding="utf-8") as file:
        for row in catalogue:
            given = {key: value for key, value in row.items() if value and not key.startswith("price.")}
            given["prices"] = {key[6:]: value for key, value in row.items() if key.startswith("price.") and value}
            file.write(json.dumps(given) + "\n")
    lines = program("price", "--policy", root / "examples/demo/policy.json", "--items", items, "--channel", "members",
                    "--at", AT, "--format", "ndjson").splitlines()
    priced = shop.price_table(table, channel="members", at=AT).to_pyarrow().to_pylist()
    for line, row in zip(lines, priced, strict=True):
        want = json.loads(line)
        assert row["status"] == want["status"]
        assert row["price"] == (Decimal(want["price"]) if "price" in want else None)
        for name in LISTS:
            assert list(row[name] or ()) == want.get(name, [])


# ---- Misuse


@pytest.mark.parametrize("name", ["cost", "price.store", "list"])
@pytest.mark.parametrize("type", [pyarrow.float64(), pyarrow.float32()], ids=str)
def test_floats_are_refused(shop, table, name, type):
    place = table.schema.get_field_index(name)
    wrong = table.set_column(place, name, table.column(name).cast(pyarrow.float64()).cast(type))
    with pytest.raises(TableError, match=name):
        shop.price_table(wrong, channel="web")
    with pytest.raises(TableError, match=name):
        shop.price_table(polars.DataFrame(wrong), channel="web")


def test_wrong_schemas(shop):
    for wrong in (
        pyarrow.table({"market": pyarrow.array([[1]], pyarrow.list_(pyarrow.int64()))}),
        pyarrow.table({"cost": pyarrow.array([b"12"], pyarrow.binary())}),
        pyarrow.table({"at": pyarrow.array([0], pyarrow.timestamp("ms"))}),
        pyarrow.table([pyarrow.array(["a"]), pyarrow.array(["b"])], names=["sku", "sku"]),
    ):
        with pytest.raises(TableError) as caught:
            shop.price_table(wrong)
        assert str(caught.value)
    with pytest.raises(TableError):
        shop.price_table(pyarrow.chunked_array([[1, 2]]))


def test_what_is_no_table(shop):
    for wrong in (None, [], {"sku": ["A1"]}, "items.csv", 3):
        with pytest.raises(TypeError, match="Arrow"):
            shop.price_table(wrong)


class Says:
    """An object whose Arrow stream is whatever a test wants."""

    def __init__(self, made):
        self.made = made

    def __arrow_c_stream__(self, requested_schema=None):
        return self.made


def test_wrong_capsules(shop, table):
    for wrong in (None, 1, "stream", table.schema.__arrow_c_schema__(), (1, 2, 3), (1, 2)):
        with pytest.raises(ArgumentTypeError):
            shop.price_table(Says(wrong))
    used = table.__arrow_c_stream__()
    assert len(shop.price_table(Says(used), channel="web")) == len(table)
    with pytest.raises(ArgumentError, match="already"):
        shop.price_table(Says(used), channel="web")


def test_a_stream_that_fails(shop, table):
    def batches():
        yield table.combine_chunks().to_batches()[0].slice(0, 10)
        raise RuntimeError("the cable was pulled")

    reader = pyarrow.RecordBatchReader.from_batches(table.schema, batches())
    with pytest.raises(StreamError, match="the cable was pulled") as caught:
        shop.price_table(reader, channel="web", at=AT)
    assert caught.value.code == "PP-A014" and isinstance(caught.value, TableError)


def test_a_stream_of_python_while_others_wait(shop, table, expected):
    """The stream takes the interpreter's lock for each chunk; pricing must not hold it."""
    def batches():
        yield from table.to_batches(max_chunksize=50)

    reader = pyarrow.RecordBatchReader.from_batches(table.schema, batches())
    check(shop.price_table(reader, channel="web", at=AT, threads=2), expected)


def test_options(shop, table):
    with pytest.raises(ValueError, match="zone"):
        shop.price_table(table, at="2026-11-20T12:00:00")
    with pytest.raises(TypeError):
        shop.price_table(table, channel=3)
    with pytest.raises(TypeError):
        shop.price_table(table, rates="rates.csv")
    with pytest.raises((OverflowError, ValueError)):
        shop.price_table(table, threads=2**40)


def test_unread_and_half_read(shop, table, expected):
    """Capsules that nobody reads, readers that stop early, results that outlive everything."""
    priced = shop.price_table(table, channel="web", at=AT)
    priced.__arrow_c_stream__()
    priced.__arrow_c_schema__()
    reader = pyarrow.RecordBatchReader.from_stream(priced)
    first = reader.read_next_batch()
    del reader, priced
    gc.collect()
    assert first.column("status")[0].as_py() == expected[0].status
    second = Policy.from_text(
        '{"pricepoint": 1, "name": "x", "markets": {"DE": {}}, "channels": {"web": {"kind": "online"}},'
        ' "rules": [{"id": "base", "base": "list"}]}'
    ).price_table(pyarrow.table({"list": ["9.90"]}), channel="web", market="DE").to_pyarrow()
    gc.collect()
    assert second["price"].to_pylist() == [Decimal("9.90")]


def test_many_threads_share_a_policy(shop, table, expected):
    wrong = []

    def work():
        try:
            for _ in range(3):
                check(shop.price_table(table, channel="web", at=AT, threads=1), expected)
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


# ---- Audits


@pytest.fixture(scope="module")
def audit_policy(root):
    return Policy.from_file(root / "examples/audit/policy.json")


@pytest.fixture(scope="module")
def offers(root):
    import csv
    with open(root / "examples/audit/offers.csv", encoding="utf-8", newline="") as file:
        return as_text(list(csv.DictReader(file)))


def test_audit(audit_policy, offers, program, root):
    findings = audit_policy.audit_table(offers, at=AT)
    assert isinstance(findings, Findings)
    lines = [json.loads(line) for line in program(
        "audit", "--policy", root / "examples/audit/policy.json", "--offers", root / "examples/audit/offers.csv",
        "--at", AT, "--format", "ndjson").splitlines()]
    expected = [line for line in lines if "summary" not in line]
    assert findings.summary == [line for line in lines if "summary" in line]
    got = findings.to_pyarrow().to_pylist()
    assert len(got) == len(expected) > 10
    for row, want in zip(got, expected):
        for name in ("sku", "channel", "market", "seller", "rule", "effect", "severity", "against", "against_seller",
                     "remedy"):
            assert row[name] == want.get(name), (name, want)
        for name in ("price", "min", "max", "against_price", "remedy_price"):
            assert row[name] == (Decimal(want[name]) if name in want else None), (name, want)
        for name in ("excess", "credit", "headroom"):
            assert row[name] == (Decimal(want[name]) if name in want else None), (name, want)
        for name in ("excess_rate", "max_discount"):
            assert row[name] == (Decimal(want[name].rstrip("%")) / 100 if name in want else None), (name, want)
        assert row["quantity"] == (Decimal(want["quantity"]) if "quantity" in want else None)
        assert row["audience"] == want.get("audience"), want
        if row["effect"] != "invalid":  # of which the program knows the line, too
            assert row["because"] == want.get("because"), want
        assert offers.column("sku")[row["row"]].as_py() == row["sku"]
    assert any(row["headroom"] for row in got) and any(row["max_discount"] for row in got)


def test_audit_has_the_columns_of_the_program(audit_policy, offers, program, root):
    header = program("audit", "--policy", root / "examples/audit/policy.json", "--offers", root / "examples/audit/offers.csv",
                     "--at", AT, "--format", "csv").splitlines()[0].split(",")
    assert set(audit_policy.audit_table(offers, at=AT).column_names) == {"row", *header}


def test_audit_of_other_tables(audit_policy, offers):
    expected = audit_policy.audit_table(offers, at=AT).to_pyarrow()
    for other in (polars.DataFrame(offers), offers.to_pandas(), pyarrow.concat_tables([offers.slice(0, 7), offers.slice(7)])):
        findings = audit_policy.audit_table(other, at=AT)
        assert findings.to_pyarrow().equals(expected)


def test_audit_ahead(audit_policy, offers):
    findings = audit_policy.audit_table(offers, at=AT, until="2026-12-31T00:00:00+01:00")
    assert {"from", "until"} <= set(findings.column_names)


def test_audit_misuse(audit_policy, offers):
    place = offers.schema.get_field_index("price")
    with pytest.raises(TableError):
        audit_policy.audit_table(offers.set_column(place, "price", offers.column("price").cast(pyarrow.float64())))
    with pytest.raises(TableError):
        audit_policy.audit_table(offers.drop_columns(["price"]))
    with pytest.raises(TypeError):
        audit_policy.audit_table([])
