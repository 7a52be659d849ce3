"""The program from outside: exit codes, streams, what it imports, what it never says."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from athena_shell import __version__, app
from athena_shell.cli import main
from athena_shell.config.manual import help_text
from athena_shell.config.options import Options
from athena_shell.core.errors import AuthError, ConfigError

HEAVY = ("boto3", "botocore", "prompt_toolkit", "duckdb", "sqlglot", "pygments", "tabulate", "jwt")
TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlLWNhbmFyeQ"


def run(*arguments: str, stdin: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the program without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "athena_shell", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
        env={**os.environ, **variables},
    )


@pytest.mark.parametrize(
    ("arguments", "out"),
    [
        (["--help"], help_text()),
        (["-c", "x", "-h"], help_text()),
        (["--version"], f"athena-shell {__version__}\n"),
        (["-V"], f"athena-shell {__version__}\n"),
    ],
)
def test_help_and_version(
    arguments: Sequence[str], out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 0
    assert capsys.readouterr() == (out, "")


def test_the_end_is_silent_while_a_thread_still_uses_the_engine() -> None:
    code = (
        "import sys, threading, time, duckdb; from athena_shell.cli import end_process\n"
        "connection = duckdb.connect()\n"
        "def work(held): held.execute('SELECT 1'); time.sleep(60)\n"
        "threading.Thread(target=work, args=(connection,), daemon=True).start()\n"
        "time.sleep(0.05); print('the last line', end=''); end_process(3)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=100
    )
    assert (done.stdout, done.stderr, done.returncode) == ("the last line", "", 3)


@pytest.mark.parametrize("flag", ["--help", "--version"])
def test_help_and_version_load_nothing_heavy(flag: str) -> None:
    code = (
        "import sys; from athena_shell.cli import main; main([sys.argv[1]]);"
        f"print(sorted(set(sys.modules) & set({HEAVY})), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, flag], capture_output=True, text=True, check=True
    )
    assert done.stderr == "[]\n"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--frmat", "csv"], 2, "There is no flag --frmat.\nDid you mean --format?"),
        (["-c", "SELECT 1"], 2, "There is no configuration file "),
        (["--config", "/none.ini", "-c", "x"], 2, "There is no configuration file /none.ini.\n"),
        (["--local", "-c", "x", "--format", "nonsense"], 2, "flag --format: format cannot be"),
        (["--local", "none.sql"], 2, "none.sql"),
        (["--local", "--set", "timing=maybe", "-c", "x"], 2, "flag --set: timing cannot be"),
        (["--local", "-c", "SELECT :'x'"], 2, "-c:1:8: the variable x is not set"),
        (["--local", "-c", "SELECT 1", "-o", "/none/x.csv"], 6, "/none/x.csv cannot be written"),
    ],
)
def test_what_is_wrong_is_one_message_and_an_exit_code(
    arguments: Sequence[str], code: int, message: str
) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_latin_1_script_is_named_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "latin.sql"
    path.write_bytes("SELECT 1;\nSELECT 'é'".encode("latin-1"))
    done = run("--local", str(path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"{path}:2:9: The script is not UTF-8: it holds the byte 0xE9.\n"
        f"If it is Latin-1: iconv -f LATIN1 -t UTF-8 {path}\n"
    )


def test_a_dry_run_estimates_what_a_query_scans() -> None:
    done = run("--local", "--dry-run", "-c", "SELECT count(*) FROM orders; DROP TABLE orders")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert re.fullmatch(r"-c:1: SELECT · reads · valid · scans at most \d+ KB", lines[0])
    why = "not checked: Athena validates queries only"
    assert lines[1:] == [f"-c:1: DROP TABLE · drops table orders · {why}"]


def test_a_secret_typed_as_an_unknown_flag_is_not_repeated() -> None:
    done = run(f"--web_identity_token={TOKEN}")
    assert done.returncode == 2
    assert TOKEN not in done.stderr


def test_an_expected_error_is_its_message_its_hint_and_its_code(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_options: Options) -> int:
        raise AuthError(f"The token {TOKEN} is \x1b[31mdead.", "Get another.")

    monkeypatch.setattr(app, "run", refuse)
    assert main([]) == 3
    out, err = capsys.readouterr()
    assert (out, err) == ("", "The token [redacted] is ^[[31mdead.\nGet another.\n")


def test_an_unexpected_error_is_one_line_and_a_private_log(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def crash(_options: Options) -> int:
        raise RuntimeError(f"surprise with {TOKEN}")

    monkeypatch.setattr(app, "run", crash)
    log = tmp_path / "home" / ".local" / "state" / "athena-shell" / "log"
    assert main([]) == 1
    out, err = capsys.readouterr()
    assert (out, err) == (
        "",
        f"athena-shell failed in an unexpected way (RuntimeError). Details: {log}\n",
    )
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    text = log.read_text(encoding="utf-8")
    assert "RuntimeError: surprise with [redacted]" in text
    assert main(["--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_an_unexpected_error_without_a_place_for_the_log(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(_options: Options) -> int:
        raise RuntimeError

    monkeypatch.setattr(app, "run", crash)
    monkeypatch.setenv("HOME", "/proc/nowhere")
    assert main([]) == 1
    assert capsys.readouterr().err == (
        "athena-shell failed in an unexpected way (RuntimeError)."
        " Repeat with --debug to see where.\n"
    )


def test_an_interrupt_is_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_options: Options) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(app, "run", interrupt)
    assert main([]) == 130


def test_a_closed_stderr_changes_no_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_options: Options) -> int:
        raise ConfigError("no")

    monkeypatch.setattr(app, "run", refuse)
    with Path(os.devnull).open("w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
    assert main([]) == 2


def test_help_into_a_closed_pipe_is_quiet() -> None:
    line = f'"{sys.executable}" -m athena_shell --help | true; echo "${{PIPESTATUS[0]}}"'
    done = subprocess.run(
        ["bash", "-c", line], capture_output=True, text=True, check=True, timeout=100
    )
    assert done.stderr == ""
    assert done.stdout.strip() in {"0", "6"}


def test_a_dry_run_judges_a_long_statement_by_its_own_size(tmp_path: Path) -> None:
    frame = "SELECT length('')"
    for size in (262_144, 262_145):
        text = frame.replace("''", f"'{'x' * (size - len(frame))}'")
        (tmp_path / f"{size}.sql").write_text(f"{text};\n")
    fits = run("--local", "--dry-run", str(tmp_path / "262144.sql"))
    said = "SELECT · reads · not checked: it is too long to be explained"
    assert (fits.returncode, fits.stdout) == (0, f"{tmp_path}/262144.sql:1: {said}\n")
    large = run("--local", "--dry-run", str(tmp_path / "262145.sql"))
    assert (large.returncode, large.stdout) == (1, "")
    assert "The statement has 262,145 bytes; Athena takes at most 262,144." in large.stderr
