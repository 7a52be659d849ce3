"""What is wrong with a whole script is found before anything of it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from athena_shell.config.options import ScriptOptions, Source

if TYPE_CHECKING:
    Script = Any  # the class lives in conftest.py, which has no importable name

CLOSE = "  All that stands behind it would belong to it; close it."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "SELECT 1;\n\tSELECT 'never\nends;\n",
            f":2:9: The ' here is never closed.\n      SELECT 'never\n             ^\n{CLOSE}",
        ),
        (
            'SELECT 1 AS "a;\nSELECT 2;',
            f':1:13: The " here is never closed.\n  SELECT 1 AS "a;\n              ^\n{CLOSE}',
        ),
        (
            "SELECT 1;\r\n  /* never\r\nends; SELECT 2;\r\n",
            f":2:3: The /* here is never closed.\n    /* never\n    ^\n{CLOSE}",
        ),
        (
            "\\if true\nSELECT 1;\n\\if :nope\n\\endif\n",
            ":1:1: This \\if is never closed.\n  \\if true\n  ^\n  Write \\endif behind it.",
        ),
        (
            "SELECT 1;\n \\else\n",
            ":2:2: \\else stands without an \\if.\n   \\else\n   ^\n  Begin with \\if CONDITION.",
        ),
        (
            "SELECT 1\n\\quit 0\n",
            (
                ":2:1: \\quit stands on a line of its own.\n  \\quit 0\n  ^\n"
                "  End the statement before it with ;"
            ),
        ),
        (
            "\\if false\nSELECT 1\n\\endif\n",
            (
                ":3:1: \\endif stands on a line of its own.\n  \\endif\n  ^\n"
                "  End the statement before it with ;"
            ),
        ),
    ],
)
@pytest.mark.parametrize("options", [ScriptOptions(), ScriptOptions(dry_run=True)])
def test_a_script_that_is_not_whole_runs_nothing(
    script: Script, text: str, said: str, options: ScriptOptions
) -> None:
    good, path = script.file("good.sql", "INSERT INTO t SELECT 1;"), script.file("r.sql", text)
    script.options = options
    ran = script.run(Source(good), Source(path))
    assert (ran.code, ran.out, ran.texts) == (2, "", [])
    assert ran.err == f"{path}{said} Nothing was run.\n"


def test_an_include_that_is_not_whole_is_told_with_its_own_place(script: Script) -> None:
    path = script.file("r.sql", "SELECT 1;\n\\ir half.sql\n")
    half = script.file("half.sql", "SELECT 2;\nSELECT 'x;\n")
    ran = script.run(Source(path))
    assert (ran.code, ran.texts) == (2, ["SELECT 1"])
    assert ran.err == f"{half}:2:8: The ' here is never closed.\n{CLOSE}\n"


def test_a_stream_drops_no_statement_that_is_not_ended(script: Script) -> None:
    script.stdin = b"INSERT INTO t SELECT 1\n\\q\n"
    ran = script.run(Source("-"))
    assert (ran.code, ran.texts) == (2, [])
    assert ran.err == (
        "stdin:2:1: \\q stands on a line of its own.\n  \\q\n  ^\n"
        "  End the statement before it with ;\n"
    )


def test_a_stream_is_judged_at_its_end(script: Script) -> None:
    script.stdin = b"SELECT 1;\n/* SELECT 2;\n"
    ran = script.run(Source("-"))
    assert (ran.code, ran.texts) == (2, ["SELECT 1"])
    assert ran.err == f"stdin:2:1: The /* here is never closed.\n{CLOSE}\n"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 1;\n\\quit\nit's all; /* over",
        "SELECT 1;\n-- it's fine",
        "SELECT 1;\n\\echo it''s fine /* too",
        "\\if true\nSELECT 1;\n\\endif",
        "SELECT 1;\n\\echo it''s",
        "SELECT 1 -- it's",
        "\\if true\n\\elif maybe\n\\quit\n\\endif\nSELECT 1",
    ],
)
def test_what_is_whole_is_left_alone(script: Script, text: str) -> None:
    for source in (text, Source("-")):
        script.stdin = text.encode()
        ran = script.run(source)
        assert (ran.code, ran.texts) == (0, ["SELECT 1"])


def test_a_backslash_may_close_what_looks_open_in_ddl(script: Script) -> None:
    text = "ALTER TABLE t SET TBLPROPERTIES ('x' = '\\'')"
    assert script.run(text).texts == [text]
