"""No byte of anybody's data drives the terminal, whichever way it comes to be shown."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from athena_shell.core.errors import AthenaShellError, QueryFailed, ServiceError
from athena_shell.core.model import (
    Column,
    Intent,
    Position,
    Row,
    Statement,
    Table,
    TableColumn,
    Target,
)
from athena_shell.output.grid import Grid
from athena_shell.output.options import FormatOptions
from athena_shell.output.registry import FormatterRegistry
from athena_shell.output.rowstore import RowStore
from athena_shell.query.journal import Journal
from athena_shell.script.diagnostics import Place, draw
from athena_shell.script.record import Record
from athena_shell.script.reports import Reports
from athena_shell.script.talk import Talk
from athena_shell.shell.viewer_model import ViewerModel
from athena_shell.shell.viewer_parts import Abilities, Task
from tests.output.conftest import FORBIDDEN, PAYLOADS
from tests.shell.conftest import FakeEngine, Start, SteppingClock, Terminal

SEQUENCES = ("\x1b]52", "\x1b]8;", "\x1b]0;title", "\x1bP$q", "\x1b[31mred", "beep\x07", "\x08\x08")
OURS = frozenset("\x1b\r\n\t\x07\x08")
"""Controls that the shell itself sends; the sequences tell ours from theirs."""

HOSTILE = (
    "".join(each for each in PAYLOADS if "RECORD" not in each)
    + "\x1b[31mred"
    + "".join(sorted(FORBIDDEN - OURS)[:: len(FORBIDDEN) // 300])
    + "".join(map(chr, range(0x80, 0xA0)))
)
NAME = "u\x1b]52;c;AAAA\x07\u202ex\x9b31m\u200b"
QUERY = "SELECT hostile"


def unsafe(raw: str) -> list[str]:
    """Return what reached the terminal and must not."""
    found = [repr(sequence) for sequence in SEQUENCES if sequence in raw]
    return found + sorted({hex(ord(each)) for each in raw if each in FORBIDDEN - OURS})


def failing(shell: Terminal) -> None:
    message = f"SYNTAX_ERROR: line 1:8: Column '{HOSTILE}' cannot be resolved"
    shell.answers(QUERY, error=QueryFailed(message, HOSTILE))
    shell.enter(QUERY + ";")
    shell.enter(r"\errverbose")


def listing(shell: Terminal) -> None:
    shell.enter(f"SELECT '{NAME}';")
    shell.enter(r"\queries")
    shell.enter(r"\local")


def charting(shell: Terminal) -> None:
    rows: Sequence[Row] = ((NAME, "1"), ("b", "2"))
    shell.answers(QUERY, *rows, columns=(NAME, NAME + "2"), types=("varchar", "bigint"))
    shell.enter(QUERY + ";")
    shell.enter(r"\chart")
    shell.enter(r"\chart line")
    shell.enter(r"\chart nothing")


def computing(shell: Terminal) -> None:
    rows: Sequence[Row] = ((HOSTILE, "1"), ("b", "x"))
    shell.answers(QUERY, *rows, columns=(NAME, NAME + "2"), types=("varchar", "bigint"))
    shell.enter(QUERY + ";")
    shell.enter(r"\local FROM _1")
    shell.enter(rf"\local SELECT '{NAME}' FROM nowhere")


def describing(shell: Terminal) -> None:
    table = Table(
        NAME, NAME, "AwsDataCatalog", "EXTERNAL_TABLE",
        (TableColumn(NAME, HOSTILE, HOSTILE),), ((NAME, HOSTILE),),
    )  # fmt: skip
    shell.metadata.content["shop"] = (table,)
    shell.metadata.content[NAME] = ()
    shell.enter(r"\dt")
    shell.enter(r"\databases")
    shell.enter(rf"\d '{NAME}'")


def notifying(shell: Terminal) -> None:
    shell.answers(QUERY, error=None)
    shell.engine.errors.append(ServiceError(HOSTILE, HOSTILE))
    shell.enter(QUERY + ";")
    shell.enter(rf"\set {NAME}")
    shell.enter(rf"\nothing{NAME}")
    shell.enter(rf"\last {NAME}")
    shell.enter(rf"\last _{NAME}")
    shell.enter(rf"\export {NAME}/x.csv")
    shell.enter(rf"\cd {NAME}")
    shell.enter(rf"\pager {NAME}")


def recalling(shell: Terminal) -> None:
    shell.enter(f"SELECT '{NAME}';")

    def recalled() -> bool:
        shell.type("\x1b[A")  # the history is read behind the prompt
        return shell.text().count("SELECT 'u") > 1

    shell.wait(recalled)
    shell.type("\x15")


SCENES: Sequence[Callable[[Terminal], None]] = (
    failing, listing, charting, computing, describing, notifying, recalling,
)  # fmt: skip


@pytest.mark.parametrize("scene", SCENES, ids=lambda each: each.__name__)
def test_nothing_raw_is_shown_of(scene: Callable[[Terminal], None], start: Start) -> None:
    shell = start(columns=100, lines=40)
    scene(shell)
    assert unsafe(shell.stream.raw) == []


@pytest.mark.parametrize(
    "name", [each.name for each in FormatterRegistry().built_in() if not each.binary]
)
def test_nothing_raw_is_shown_in_the_format(name: str, start: Start) -> None:
    shell = start(columns=100, lines=40, settings={"format": name})
    kinds = ("varchar", "json", "array", "bigint", "timestamp", "boolean")
    names = [f"{NAME}{place}" for place in range(len(kinds))]
    shell.answers(QUERY, (HOSTILE,) * len(kinds), columns=names, types=kinds)
    shell.enter(QUERY + ";")
    shell.enter(QUERY + " \\gx")
    assert unsafe(shell.stream.raw) == []


def test_nothing_raw_is_shown_around_the_prompt(start: Start) -> None:
    words = "{profile} {database} {catalog} {workgroup}"
    shell = start(
        columns=200,
        settings={"prompt": words + ">", "prompt_right": words, "toolbar": words,
                  "window_title": words},
        database=NAME, workgroup=NAME, profile=NAME, catalog=NAME,
    )  # fmt: skip
    shell.enter("SELECT 1;")
    assert unsafe(shell.stream.raw) == []


def test_nothing_raw_is_shown_of_statements_of_a_killed_shell(start: Start, tmp_path: Any) -> None:
    journal = Journal(tmp_path / "journal", SteppingClock(), profile="test")
    journal.intended(Intent("token", Statement(f"SELECT '{HOSTILE}'"), Target()))
    journal.started("token", "query-1")
    journal.close()
    engine = FakeEngine()
    engine.started.append(Intent("token", Statement(f"SELECT '{HOSTILE}'"), Target()))
    shell = start(columns=100, lines=40, engine=engine)
    shell.enter("SELECT 1;")
    shell.enter(r"\queries")
    assert unsafe(shell.stream.raw) == []


def test_names_in_the_menu_are_neutral(start: Start) -> None:
    shell = start(columns=100, lines=40)
    table = Table(
        NAME, "shop", "AwsDataCatalog", "EXTERNAL_TABLE", (TableColumn(NAME, NAME, NAME),)
    )
    shell.metadata.content["shop"] = (table,)
    shell.enter("SELECT 1;")
    shell.enter("\\refresh")  # the names may have been read before the table was there
    desk = shell.shell._desk.value
    assert desk is not None
    desk.current.results.add_whole((), [], NAME)
    text = "SELECT * FROM u"

    def offered() -> list[Any]:
        found = desk._late.completer
        return (
            []
            if found is None
            else [*found.get_completions(Document(text, len(text)), CompleteEvent())]
        )

    shell.wait(lambda: any(each.text.startswith('"u') for each in offered()))
    for each in offered():
        assert unsafe("".join(part[1] for part in each.display)) == []
        assert unsafe(each.display_meta_text) == []


def test_an_error_of_any_kind_is_neutral(start: Start) -> None:
    for error in (AthenaShellError(HOSTILE, HOSTILE), RuntimeError(HOSTILE)):
        shell = start(connect_error=error)
        shell.enter("SELECT 1;")
        assert unsafe(shell.stream.raw) == []


def test_nothing_raw_is_shown_in_the_viewer() -> None:
    kinds = ("varchar", "json", "array", "bigint", "timestamp", "boolean")
    columns = [Column(f"{NAME}{place}", kind) for place, kind in enumerate(kinds)]
    store = RowStore(len(columns))
    model = ViewerModel(Grid(columns, store), FormatOptions(tty=True), Abilities())
    rows: list[Row] = [(HOSTILE,) * len(kinds), (NAME,) * len(kinds)]
    model.loading.append(rows, more=False)
    shown: list[str] = []

    def look(task: Task | None = None) -> None:
        if task is not None:
            task.done(task.work())
        shown.extend(text for line in model.lines(100, 40) for _style, text in line)

    look()
    for _column in kinds:
        for page in ("show_cell", "show_record", "show_statistics"):
            look(model.press(page))
            model.escape()
        look(model.press("right"))
    for question in ("ask_search", "ask_jump", "ask_filter", "ask_export"):
        look(model.press(question))
        model.type(HOSTILE[:200] + NAME)
        look()
        look(model.answer())
        look(model.press("sort"))
    model.loading.failed(HOSTILE)
    look()
    store.close()
    assert len(shown) > 100
    assert unsafe("".join(shown)) == []


def test_nothing_raw_is_said_at_the_end_of_a_script() -> None:
    said = io.StringIO()
    reports = Reports()
    for number in (1, 2):
        reports.add(Record(number, NAME, NAME, 1, 1, "query", NAME, NAME, NAME, error=HOSTILE))
    for width in (100, 0):
        reports.finish(Talk(said, width=lambda columns=width: columns))  # type: ignore[misc] # bound
    failure = QueryFailed(f"line 1:8: {HOSTILE}", HOSTILE, query_id=NAME)
    said.write(draw(failure, Place(NAME, Position(0, 1, 8), f"SELECT '{NAME}', x", 3)))
    assert "2 failed" in said.getvalue()
    assert unsafe(said.getvalue()) == []
