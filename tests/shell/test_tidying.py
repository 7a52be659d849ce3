r"""``\fmt`` on a statement and on a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.shell.conftest import Start


def test_a_statement_comes_back_tidied(start: Start) -> None:
    shell = start()
    assert "> SELECT a, sum(b) FROM t" in shell.enter(
        "select  a,sum(b)from t \\fmt", until="> SELECT"
    )
    assert shell.engine.started == []


def test_a_file_is_shown_tidied_and_left_alone(start: Start) -> None:
    shell = start()
    path = shell.folder / "messy.sql"
    path.write_text("-- why\nselect  1;\nselect 2 ;\n")
    assert "-- why\nSELECT 1;\nSELECT 2 ;\n" in shell.enter("\\fmt messy.sql")
    assert path.read_text() == "-- why\nselect  1;\nselect 2 ;\n"


def test_what_cannot_be_tidied(start: Start) -> None:
    shell = start()
    (shell.folder / "open.sql").write_text("select 'a")
    assert "something in it is not closed" in shell.enter("\\fmt open.sql")
    assert "No such file" in shell.enter("\\fmt nowhere.sql")
    assert "a statement before it and a file" in shell.enter("SELECT 1 \\fmt open.sql")
