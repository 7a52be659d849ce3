"""The endpoint's small parts, each on its own."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from athena_shell.local.clock import ManualClock
from athena_shell.local.embedded import LocalEndpoint
from athena_shell.local.issuer import Issuer
from athena_shell.local.pace import Pace
from athena_shell.local.paging import page, page_offset, page_token
from athena_shell.local.prepared import Invocation, Preparation, Removal, parse
from athena_shell.local.rowfile import encode, write_rows
from athena_shell.local.wire import ApiError, FileSlice, Request

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
CELL = st.one_of(st.none(), TEXT, st.sampled_from(["", '"', '""', "\n", "a,b", '",\n"', "\r\n"]))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    width=st.integers(1, 4),
    data=st.data(),
    header=st.booleans(),
    start=st.integers(0, 12),
    amount=st.integers(1, 12),
)
def test_rows_come_back_as_they_were_written(
    tmp_path: Path, width: int, data: st.DataObject, *, header: bool, start: int, amount: int
) -> None:
    rows = data.draw(st.lists(st.tuples(*[CELL] * width), max_size=12))
    names = tuple(f"c{n}\n" for n in range(width)) if header else None
    kept = write_rows(tmp_path / "rows", names, iter(rows))
    assert kept.count == len(rows)
    assert kept.rows(start, amount) == rows[start : start + amount]


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=6))
def test_the_file_is_csv_to_everybody_else(rows: list[tuple[str | None, str | None]]) -> None:
    text = b"".join(map(encode, rows)).decode()
    seen = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert seen == [["" if cell is None else cell for cell in row] for row in rows]


def test_marks_find_rows_deep_in_a_file(tmp_path: Path) -> None:
    kept = write_rows(tmp_path / "rows", ("n",), ((f"{n}\n",) for n in range(1234)))
    assert kept.rows(1150, 100) == [(f"{n}\n",) for n in range(1150, 1234)]
    assert kept.rows(99, 2) == [("99\n",), ("100\n",)]
    assert kept.rows(1234, 1) == []


def test_a_manual_clock_moves_only_when_told() -> None:
    clock = ManualClock(datetime(2026, 5, 1, tzinfo=UTC))
    clock.sleep(60)
    clock.advance(0.5)
    assert clock.now() == datetime(2026, 5, 1, 0, 1, 0, 500000, tzinfo=UTC)
    assert clock.monotonic() == 60.5
    with pytest.raises(ValueError, match="never goes back"):
        clock.advance(-1)


@pytest.mark.parametrize(
    ("sql", "pace"),
    [
        ("SELECT 1", Pace(1, 2, 3)),
        ("/* LOCAL: queue 500ms, run 2 min */ SELECT 1", Pace(0.5, 120, 3)),
        ("SELECT 1 /* local: scan 1.5 TB */", Pace(1, 2, 1_500_000_000_000)),
        ("/* local: scan 7, run 3 parsecs, sleep 9s */", Pace(1, 2, 7)),
    ],
)
def test_a_comment_sets_the_pace(sql: str, pace: Pace) -> None:
    assert Pace(1, 2, 3).hinted(sql) == pace


@pytest.mark.parametrize(
    ("sql", "parsed"),
    [
        ("SELECT 1", None),
        ("prepare p from\nselect ?", Preparation("p", "select ?")),
        (
            "/* c */ EXECUTE p USING 'it''s, (', ARRAY[1, 2], \"q,\" ;",
            Invocation("p", ("'it''s, ('", "ARRAY[1, 2]", '"q,"')),
        ),
        ("EXECUTE p", Invocation("p", ())),
        ("-- c\nDEALLOCATE PREPARE p;", Removal("p")),
        ("EXECUTED p", None),
    ],
)
def test_statements_on_prepared_statements_are_recognised(sql: str, parsed: Any) -> None:
    assert parse(sql) == parsed


def test_a_page_token_belongs_to_its_listing() -> None:
    some, token = page(list(range(5)), "a", None, 2)
    assert (some, page_offset("a", token)) == ([0, 1], 2)
    assert page(list(range(5)), "a", page_token("a", 4), 2) == ([4], None)
    for wrong in ("", "é", page_token("b", 2), page_token("a", -1)):
        with pytest.raises(ApiError, match="Invalid NextToken"):
            page_offset("a", wrong)


def test_a_slice_of_a_file_survives_its_replacement(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"0123456789")
    part = FileSlice(path, 2, 6)
    assert part.read(4) == b"2345"
    (tmp_path / "new").write_bytes(b"x")
    (tmp_path / "new").replace(path)
    assert (part.read(), part.read(), len(part)) == (b"67", b"", 6)


def test_a_request_knows_its_parts() -> None:
    request = Request("GET", "https://u:p@Host.example:8/a%20b?x=1&y=&x=2#f", {})
    assert (request.host, request.path, request.key_path) == ("host.example", "/a%20b", "/a b")
    assert request.query == {"x": "2", "y": ""}


def test_an_issuer_has_no_other_key_than_its_own() -> None:
    with pytest.raises(KeyError):
        Issuer(ManualClock()).verification_key("other")


def test_opening_twice_finds_the_same_lake(tmp_path: Path) -> None:
    root = tmp_path / "root"
    for _ in range(2):
        local = LocalEndpoint.open(root, clock=ManualClock(), samples=False)
        assert [one.name for one in local.engine.databases()] == ["default"]
        assert local.output_location == "s3://athena-local-results/"
        assert local.issuer.lifetime == timedelta(hours=1)
        local.close()
        local.close()
    assert root.stat().st_mode & 0o777 == 0o700
