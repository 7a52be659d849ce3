r"""Scripts and data by somebody who knows the code: each is refused, or sent as the text it is.

A case is what the script says, the exit code, what is sent, and what standard output and the
talk must hold. ``EVIL`` is what a query returns and ``\gset`` stores.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from athena_shell.config.options import ScriptOptions, Source
from athena_shell.output.sanitize import sanitize

if TYPE_CHECKING:
    Script = Any  # the class lives in conftest.py, which has no importable name

ASKED = "SELECT evil AS x"
NAMES = ("timeout", "max_scan_per_query", "on_error", "read_only", "yes", "unrestricted", "PATH")
SETTINGS = "SELECT 1 AS timeout"


PLAIN = ScriptOptions()


@dataclass(frozen=True)
class Case:
    """A hostile script and all that may come of it."""

    text: str
    code: int
    sent: tuple[str, ...] = ()
    out: str = ""
    said: str = ""
    evil: str = ""
    options: ScriptOptions = PLAIN


def stored(evil: str, text: str, code: int, *sent: str, out: str = "", said: str = "") -> Case:
    """Return a case in which a query returns a hostile value."""
    return Case(f"{ASKED} \\gset\n{text}\n", code, (ASKED, *sent), out, said, evil)


N = '"n"\n"1"\n'
REFUSED = "this run is --read-only"
OUTSIDE = "is outside the script's own directory"
NO_SCRIPT = "is no .sql file by its name"
QUOTED = "/*\n\\quit 0\n*/ SELECT '\n\\quit 0\n', \"\n\\quit 0\n\""
READ_ONLY = ScriptOptions(read_only=True)
CASES = {
    # what a query returns is a value, never a text to be read again
    "a statement": stored("1; DROP TABLE t", "SELECT :'x';", 0, "SELECT '1; DROP TABLE t'", out=N),
    "a quote": stored(
        "'; DROP TABLE t; --", "SELECT :'x';", 0, "SELECT '''; DROP TABLE t; --'", out=N
    ),
    "a backslash before the quote": stored(
        "\\' OR 1=1 --", "SELECT :'x';", 0, "SELECT '\\'' OR 1=1 --'", out=N
    ),
    "a name's quote": stored('a"; DROP', 'SELECT 1 AS :"x";', 0, 'SELECT 1 AS "a""; DROP"', out=N),
    "a variable inside a value": stored(":'x' :y", "SELECT :'x';", 0, "SELECT ':''x'' :y'", out=N),
    "a command on a line of its own": stored(
        "a\n\\! touch hacked\n\\quit 0",
        "\\echo :x\nSELECT 2;",
        0,
        "SELECT 2",
        out="a\n\\! touch hacked\n\\quit 0\n" + N,
    ),
    "a command for a condition": stored(
        "true\n\\quit 0", "\\if :x\nDROP TABLE t;\n\\endif", 2, said="is neither true nor false"
    ),
    "a file to include": stored("../secret.sql", "\\i :x", 2, said=":x"),
    "a value pasted": stored(
        "1; DROP TABLE t", "SELECT :x;", 2, said="would paste its value unquoted"
    ),
    "a number of seconds": stored("100000", "\\set timeout :x", 2, said="timeout cannot be “:x”"),
    "an exit code": stored("0", "\\quit :x", 2, said="“:x” is no exit code"),
    "a statement to bind": stored("1", "\\bind ');DROP'\nSELECT ?;", 0, "SELECT ?", out=N),
    # settings and limits are not variables
    "columns named like settings": Case(
        f"{SETTINGS} \\gset\n\\set timeout\nSELECT 2;", 0, (SETTINGS, "SELECT 2"), N, "timeout = 5"
    ),
    "a directive that lifts the time": Case(
        "-- @timeout 10h\nSELECT 1;\n\\set timeout", 0, ("SELECT 1",), N, "timeout = 5"
    ),
    "a directive that is off": Case("-- @timeout off\n-- @scan 0\nSELECT 1;", 0, ("SELECT 1",), N),
    "a directive there is none of": Case(
        "-- @read_only off\nDROP TABLE t;", 2, said="is no directive", options=READ_ONLY
    ),
    "a limit under another spelling": Case(
        "\\set Time-Out 1h", 2, said="may lower timeout but not lift it"
    ),
    "a limit that is unset": Case(
        "\\unset max_scan_per_query", 2, said="may lower max_scan_per_query but not lift it"
    ),
    "a limit through the display settings": Case(
        "\\pset timeout off", 2, said="may lower timeout but not lift it"
    ),
    "read-only behind a name": Case(
        "WITH a AS (SELECT 1) DELETE FROM t;", 2, said=REFUSED, options=READ_ONLY
    ),
    "read-only behind a comment": Case(
        "/* SELECT */ -- SELECT\nDROP TABLE t;", 2, said=REFUSED, options=READ_ONLY
    ),
    "read-only behind a plan": Case(
        "explain/**/analyze INSERT INTO t SELECT 1;", 2, said=REFUSED, options=READ_ONLY
    ),
    "read-only behind a measuring command": Case(
        "INSERT INTO t SELECT 1 \\analyze\n", 2, said=REFUSED, options=READ_ONLY
    ),
    "read-only behind a prepared statement": Case(
        "EXECUTE evil;", 2, said=REFUSED, options=READ_ONLY
    ),
    "somebody else's query": Case("\\stop q-1\n", 2, said="\\stop is not allowed here"),
    # files
    "a file of secrets beside the script": Case("\\ir .aws/credentials\n", 2, said=NO_SCRIPT),
    "a script's name that leads to secrets": Case("\\ir credentials.sql\n", 2, said=NO_SCRIPT),
    "a folder that leads out": Case("\\ir out/secret.sql\n", 2, said=OUTSIDE),
    "the long way out": Case("\\ir ./.aws/../../secret.sql\n", 2, said=OUTSIDE),
    "the process itself": Case("\\i /proc/self/cwd/../secret.sql\n", 2, said=OUTSIDE),
    "an open file": Case("\\i /proc/self/fd/0\n", 2, said=OUTSIDE),
    "a device": Case("\\i /dev/zero\n", 2, said=OUTSIDE),
    "a name that climbs": Case("-- @name ..\nSELECT 1;", 2, said="“@name ..” is no directive"),
    "a name that hides": Case(
        "-- @name .bashrc\nSELECT 1;", 2, said="“@name .bashrc” is no directive"
    ),
    "a name with a folder": Case("-- @name a/../../hacked\nSELECT 1;", 2, said="is no directive"),
    # the environment
    "a variable of the environment": Case(
        "SELECT :'AWS_SECRET_ACCESS_KEY';", 2, said="the variable AWS_SECRET_ACCESS_KEY is not set"
    ),
    "whether there is one": Case("SELECT :{?AWS_SECRET_ACCESS_KEY};", 0, ("SELECT FALSE",), N),
    "one that is said": Case(
        "\\echo :AWS_SECRET_ACCESS_KEY ${AWS_SECRET_ACCESS_KEY}\n",
        0,
        out=":AWS_SECRET_ACCESS_KEY ${AWS_SECRET_ACCESS_KEY}\n",
    ),
    "all of them": Case("\\set\n", 0, out='"variable","value"\n'),
    # what looks like something else
    "a leaving that is no command": Case(f"{QUOTED};", 0, (QUOTED,), N),
    "a leaving that swallows a statement": Case(
        "DROP TABLE t\n\\quit 0\n", 2, said="stands on a line of its own"
    ),
    "a wide backslash": Case("\uff3c! touch hacked;", 0, ("\uff3c! touch hacked",), N),
    "a blank that is none": Case("\\\u200b! touch hacked\n", 2, said="is not a command"),
    "a letter that is another": Case("\\\uff49 secret.sql\n", 2, said="is not a command"),
    "a long s": Case("\\\u017fhell touch hacked\n", 2, said="is not a command"),
    "a line that only terminals end": Case(
        "\\echo a\u2028\\! touch hacked\n", 0, out="a \\! touch hacked\n"
    ),
    "a line that only old systems end": Case(
        "\\echo a\r\\! touch hacked\nSELECT 1;", 0, ("SELECT 1",), "a \\! touch hacked\n" + N
    ),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("streamed", [False, True])
def test_hostile(script: Script, deeds: list[str], name: str, *, streamed: bool) -> None:
    case = CASES[name]
    outside = script.directory.parent
    script.file("../secret.sql", "SELECT 'secret'")
    script.file(".aws/credentials", "[default]\naws_secret_access_key = secret\n")
    (script.directory / "credentials.sql").symlink_to(script.directory / ".aws" / "credentials")
    (script.directory / "out").symlink_to(outside)
    path = script.file("s.sql", case.text)
    script.answers[ASKED] = replace(script.any_answer, columns=("x",), rows=((case.evil,),))
    script.answers[SETTINGS] = replace(
        script.any_answer, columns=NAMES, rows=(("9" * 9,) * len(NAMES),)
    )
    script.environment["AWS_SECRET_ACCESS_KEY"] = "secret"
    script.settings = replace(script.settings, timeout=5.0, max_scan_per_query=1 << 30)
    script.options = case.options
    script.stdin = case.text.encode()
    del deeds[:]
    ran = script.run(Source("-" if streamed else path))
    assert [deed for deed in deeds if str(outside / "state") not in deed] == []
    assert (ran.code, tuple(ran.texts)) == (case.code, case.sent)
    assert case.said in ran.err
    assert "secret" not in "".join(ran.texts) + ran.out
    assert ran.out.replace('"x"\n', "") == case.out
    assert not any("hacked" in found.name for found in outside.rglob("*"))


@pytest.mark.parametrize("tty", [True, False])
def test_what_a_script_says_never_drives_a_terminal(script: Script, *, tty: bool) -> None:
    evil = "\x1b]52;c;aGk=\x07 \x9b31m \u202e\ta"
    script.answers[ASKED] = replace(script.any_answer, columns=("x",), rows=((evil,),))
    script.tty = tty
    ran = script.run(f"{ASKED} \\gset\n\\echo \x1b[31m :x\n\\warn :x\n")
    plain = f"\x1b[31m {evil}\n"
    shown = sanitize(plain, keep_newlines=True, keep_tabs=True)
    assert ran.out == (shown if tty else plain)
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(ran.err)


def test_a_script_in_the_root_reads_no_other_files(script: Script) -> None:
    script.file("etc/passwd", "root:x:0:0")
    script.stdin = b"\\i etc/passwd\n"
    ran = script.run(Source("-"))
    assert (ran.code, ran.texts) == (2, [])
    assert "root:" not in ran.err
