"""Results that fit are printed; the others are looked at, from their first row."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from athena_shell.core.errors import OutputError
from athena_shell.core.model import Column, Row
from athena_shell.output.options import Expanded, FormatOptions
from athena_shell.output.registry import FormatterRegistry
from athena_shell.output.screen import Screen
from athena_shell.output.sink import Sink
from athena_shell.shell.viewer_choice import Choice, abilities_of, wants_viewer
from athena_shell.shell.viewer_parts import Abilities

FORMATS = FormatterRegistry()
COLUMNS = (Column("id", "bigint"), Column("text"))
OPTIONS = FormatOptions(tty=True, width=80, height=24)


class Seen:
    """A viewer that only notes what it was given."""

    def __init__(self) -> None:
        self.first: list[Row] = []

    def __call__(
        self,
        _columns: Sequence[Column],
        rows: Iterator[Row],
        _options: FormatOptions,
        _abilities: Abilities,
    ) -> None:
        self.first = [next(rows) for _ in range(700)]


def shown(count: int) -> tuple[str, Seen, int]:
    taken = 0

    def rows() -> Iterator[Row]:
        nonlocal taken
        for number in range(count):
            taken += 1
            yield str(number), "x"

    seen, stream = Seen(), io.StringIO()
    choice = Choice(Sink(stream), Screen(80, 22), seen)
    choice.show(FORMATS.named("table"), COLUMNS, rows(), OPTIONS, Abilities())
    return stream.getvalue(), seen, taken


def test_what_fits_is_printed() -> None:
    text, seen, _ = shown(18)
    assert text.count("\n") == 22
    assert seen.first == []


def test_what_does_not_fit_is_viewed_from_its_first_row() -> None:
    text, seen, taken = shown(100_000)
    assert text == ""
    assert seen.first == [(str(number), "x") for number in range(700)]
    assert taken == 700


@pytest.mark.parametrize(
    ("setting", "name", "options", "term", "wanted"),
    [
        ("auto", "table", OPTIONS, "xterm", True),
        ("Builtin", "table", OPTIONS, "xterm", True),
        ("less", "table", OPTIONS, "xterm", False),
        ("off", "table", OPTIONS, "xterm", False),
        ("auto", "csv", OPTIONS, "xterm", False),
        ("auto", "vertical", OPTIONS, "xterm", False),
        ("auto", "table", FormatOptions(tty=True, expanded=Expanded.ON), "xterm", False),
        ("auto", "table", FormatOptions(), "xterm", False),
        ("auto", "table", OPTIONS, "dumb", False),
        ("auto", "table", OPTIONS, "", False),
    ],
)
def test_when_the_viewer_is_wanted(
    setting: str,
    name: str,
    options: FormatOptions,
    term: str,
    wanted: bool,  # noqa: FBT001 - the expected answer
) -> None:
    assert wants_viewer(setting, FORMATS.named(name), options, {"TERM": term}) is wanted


def test_abilities_export_by_ending(tmp_path: Path) -> None:
    abilities = abilities_of(FORMATS, tmp_path, FormatOptions())
    assert abilities.copy is None
    assert abilities.export is not None
    assert abilities.export(Path("out.jsonl"), COLUMNS, iter([("1", "x")])) == "1 row to out.jsonl"
    assert (tmp_path / "out.jsonl").read_text() == '{"id": 1, "text": "x"}\n'
    with pytest.raises(OutputError, match="exists already"):
        abilities.export(Path("out.jsonl"), COLUMNS, iter(()))
    assert abilities_of(FORMATS, tmp_path, FormatOptions(), copying=True).copy is not None
