"""A person's own directory of files becomes tables; what does not is said."""

from __future__ import annotations

import gzip
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from athena_shell.local.datadir import clean_name
from athena_shell.local.engine import LocalEngine
from athena_shell.local.errors import EngineError


def open_data(tmp_path: Path, data: Path) -> LocalEngine:
    return LocalEngine(tmp_path / "lake", data=data, samples=False)


def rows(engine: LocalEngine, sql: str) -> list[tuple[str | None, ...]]:
    return list(engine.execute(sql).rows)


def package_folder(name: str) -> Path:
    spec = find_spec(name)
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Orders", "orders"),
        ("2024 Orders (EU)", "t_2024_orders_eu"),
        ("a.b-c", "a_b_c"),
        ("_x", "x"),
        ("žluť", "lu"),
        ("---", "t"),
    ],
)
def test_names_are_cleaned(given: str, expected: str) -> None:
    assert clean_name(given) == expected


def test_files_of_every_kind(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "logs" / "day=1").mkdir(parents=True)
    (data / "logs" / "day=2").mkdir()
    (data / "logs" / "day=1" / "a.csv").write_text("x,y\n1,2020-01-01\n")
    (data / "logs" / "day=2" / "b.csv").write_text("x,y\n2,2020-01-02\n")
    (data / "My File.csv").write_text("Id,Full Name,id \n1,Ann,9\n2,,\n")
    (data / "events.jsonl").write_text('{"a": 1, "t": ["x"], "o": {"k": "v"}}\n{"a": 2}\n')
    (data / "list.json").write_text('[{"n": 1.5}, {"n": 2}]')
    (data / "tab.tsv").write_text("a\tb\n1\t2\n")
    with gzip.open(data / "packed.csv.gz", "wt") as stream:
        stream.write("z\n7\n")
    (data / "mixed").mkdir()
    (data / "mixed" / "one.csv").write_text("a\n1\n")
    (data / "mixed" / "two.ndjson").write_text('{"b": 2}\n')
    (data / "notes.md").write_text("not data")
    (data / ".hidden.csv").write_text("a\n1\n")
    engine = open_data(tmp_path, data)
    assert [table.name for table in engine.tables("default")] == [
        "events", "list", "logs", "mixed_one", "mixed_two", "my_file", "packed", "tab",
    ]  # fmt: skip
    assert engine.warnings == ()
    assert rows(engine, "select * from logs where day = '2'") == [("2", "2020-01-02", "2")]
    assert rows(engine, "show partitions logs") == [("day=1",), ("day=2",)]
    assert rows(engine, 'select id, "full name", id_1 from my_file') == [
        ("1", "Ann", "9"),
        ("2", None, None),
    ]
    assert rows(engine, "select a, t[1], o.k from events order by a") == [
        ("1", "x", "v"),
        ("2", None, None),
    ]
    assert rows(engine, "select sum(n) from list") == [("3.5",)]
    assert rows(engine, "select z from packed") == [("7",)]
    assert rows(engine, "select a + b from tab") == [("3",)]
    engine.close()


def test_a_typed_cast_of_text_fails_as_athena_does(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "t.csv").write_text("a,b\nx,1\n5,2\n")
    engine = open_data(tmp_path, data)
    assert rows(engine, "select try_cast(a as integer) from t order by b") == [(None,), ("5",)]
    with pytest.raises(EngineError, match="INVALID_CAST_ARGUMENT: Cannot cast 'x' to INT"):
        rows(engine, "select cast(a as integer) from t")
    engine.close()


def test_what_cannot_be_read_is_said_and_the_rest_works(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "pictures").mkdir(parents=True)
    (data / "pictures" / "a.png").write_bytes(b"\x89PNG")
    (data / "bad.parquet").write_bytes(b"nonsense")
    (data / "a b.csv").write_text("x\n1\n")
    (data / "a_b.csv").write_text("x\n2\n")
    engine = open_data(tmp_path, data)
    assert rows(engine, "select x from a_b") == [("1",)]
    assert [warning.removeprefix(f"{data}/").split(":")[0] for warning in engine.warnings] == [
        "a_b.csv",
        "bad.parquet",
        "pictures",
    ]
    assert "taken by" in engine.warnings[0]
    assert "cannot be read as parquet" in engine.warnings[1]
    engine.close()


def test_an_empty_or_missing_directory_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    engine = open_data(tmp_path, tmp_path / "empty")
    assert "holds no CSV, JSON or Parquet file" in engine.warnings[0]
    engine.close()
    engine = open_data(tmp_path, tmp_path / "missing")
    assert "not a directory" in engine.warnings[0]
    engine.close()


def test_data_is_read_only(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "t.csv").write_text("a\n1\n")
    engine = open_data(tmp_path, data)
    for statement in ("insert into t values (2)", "drop table t", "delete from t"):
        with pytest.raises(EngineError, match="read-only"):
            engine.execute(statement)
    engine.execute("create table copy as select * from t")
    assert rows(engine, "select * from copy") == [("1",)]
    assert (data / "t.csv").read_text() == "a\n1\n"
    engine.close()


def test_airports_of_the_world(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(package_folder("airportsdata") / "airports.csv", data)
    engine = open_data(tmp_path, data)
    assert engine.warnings == ()
    assert rows(
        engine,
        "select name, city, country, tz, round(lat, 2) from airports where iata = 'HEL'",
    ) == [("Helsinki Vantaa Airport", "Helsinki", "FI", "Europe/Helsinki", "60.32")]
    ((total, countries),) = rows(engine, "select count(*), count(distinct country) from airports")
    assert int(total or 0) > 25_000
    assert int(countries or 0) > 200
    assert (
        rows(
            engine,
            "select country, count(*) n from airports where iata <> '' group by 1 "
            "order by n desc, country limit 1",
        )[0][0]
        == "US"
    )
    engine.close()


def test_penguins_of_antarctica(tmp_path: Path) -> None:
    engine = open_data(tmp_path, package_folder("palmerpenguins") / "data")
    assert [table.name for table in engine.tables("default")] == ["penguins", "penguins_raw"]
    found = rows(
        engine,
        "select species, count(*), round(avg(try_cast(body_mass_g as double)), 2) "
        "from penguins group by species order by species",
    )
    assert found == [
        ("Adelie", "152", "3700.66"),
        ("Chinstrap", "68", "3733.09"),
        ("Gentoo", "124", "5076.02"),
    ]
    engine.close()
