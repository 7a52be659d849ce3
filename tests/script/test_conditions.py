from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from athena_shell.config.options import ScriptOptions

if TYPE_CHECKING:
    Script = Any  # the class lives in conftest.py, which has no importable name

BRANCHES = "\\if {}\nSELECT 1;\n\\elif :b\nSELECT 2;\n\\else\nSELECT 3;\n\\endif\nSELECT 4;\n"


@pytest.mark.parametrize(
    ("condition", "b", "texts"),
    [
        ("true", "on", ["SELECT 1", "SELECT 4"]),
        ("false", "on", ["SELECT 2", "SELECT 4"]),
        ("off", "0", ["SELECT 3", "SELECT 4"]),
        ("not false", "0", ["SELECT 1", "SELECT 4"]),
        (":b", "yes", ["SELECT 1", "SELECT 4"]),
        (":{?b}", "no", ["SELECT 1", "SELECT 4"]),
        ("not :{?none}", "no", ["SELECT 1", "SELECT 4"]),
        (":{?none}", "no", ["SELECT 3", "SELECT 4"]),
    ],
)
def test_branches(script: Script, condition: str, b: str, texts: list[str]) -> None:
    script.options = ScriptOptions(variables={"b": b})
    ran = script.run(BRANCHES.format(condition))
    assert (ran.code, ran.texts, ran.err) == (0, texts, "")


def test_blocks_nest_and_skipped_ones_are_not_judged(script: Script) -> None:
    text = (
        "\\if false\n\\if :unset\nSELECT 1;\n\\else\nSELECT 2;\n\\endif\n\\nonsense\n"
        "\\else\n\\if true\nSELECT 3;\n\\endif\n\\endif\n"
    )
    ran = script.run(text)
    assert (ran.code, ran.texts) == (0, ["SELECT 3"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\\else\n", r"-c:1:1: \else stands without an \if."),
        ("\\endif\n", r"-c:1:1: \endif stands without an \if."),
        ("\\if true\nSELECT 1;\n", r"-c:1:1: This \if is never closed."),
        ("\\if true\n\\else\n\\else\n\\endif", r"-c:3:1: \else stands without an \if."),
        ("\\if true\n\\else\n\\elif true\n\\endif", r"-c:3:1: \elif stands without an \if."),
        ("\\if maybe\n\\endif", "-c:1:1: “maybe” is neither true nor false."),
        ("\\if\n\\endif", "-c:1:1: “” is neither true nor false."),
        ("\\if :none\n\\endif", "-c:1:1: The variable none is not set."),
    ],
)
def test_what_is_wrong_ends_the_run_in_any_case(script: Script, text: str, message: str) -> None:
    script.settings = script.settings.with_value("on_error", "continue")
    ran = script.run(text + "\nSELECT 9")
    assert ran.code == 2
    assert ran.err.startswith(message)


def test_assertions(script: Script) -> None:
    script.answer("SELECT (count > 0)", ("true",))
    script.answer("SELECT bad FROM t", ("false",))
    script.answer("SELECT (NULL)", (None,))
    script.answer("SELECT two", ("true",), ("true",))
    assert script.run("\\assert count > 0;\n\\assert SELECT x\n").code == 1
    good = script.run("\\assert count > 0\nSELECT 1")
    assert (good.code, good.out) == (0, '"n"\n"1"\n')
    bad = script.run("SELECT 1;\n  \\assert SELECT bad FROM t\nSELECT 2")
    assert (bad.code, bad.texts) == (1, ["SELECT 1", "SELECT bad FROM t"])
    assert bad.err.startswith(
        "-c:2:11: The assertion does not hold: SELECT bad FROM t gives false, not true.\n"
    )
    assert "gives NULL, not true" in script.run("\\assert NULL").err
    assert "gives something else than one value" in script.run("\\assert SELECT two").err
    assert script.run("\\assert").code == 2


def test_an_assertions_error_points_into_what_was_typed(script: Script) -> None:
    script.options = ScriptOptions(variables={"t": "it's"})
    script.fail("SELECT ('it''s' = totl)", "line 1:19: Column 'totl' cannot be resolved")
    assert script.run("\\assert :'t' = totl").err.splitlines()[:3] == [
        "-c:1:16: Column 'totl' cannot be resolved",
        "          :'t' = totl",
        "                 ^^^^",
    ]
