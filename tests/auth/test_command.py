from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from athena_shell.auth.command import run_command, split_command
from athena_shell.auth.tokens import CommandToken
from athena_shell.core.errors import AuthError, ConfigError

if TYPE_CHECKING:
    from tests.auth.conftest import FakeClock, TokenMaker


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def run(code: str, seconds: float = 20.0) -> str:
    return run_command(
        python(code), environment={"PATH": os.environ["PATH"]}, seconds=seconds, parameter="KEY"
    )


def refusal(code: str, seconds: float = 20.0) -> str:
    with pytest.raises(AuthError) as caught:
        run(code, seconds)
    return caught.value.message


def test_a_command_is_split_as_a_shell_would_but_nothing_is_expanded() -> None:
    assert split_command("a 'b c' \"d\" $HOME|x", "KEY") == ("a", "b c", "d", "$HOME|x")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a 'b", "KEY cannot be split into words: no closing quotation."),
        ("  ", "KEY names no command."),
    ],
)
def test_a_command_that_cannot_be_split_is_a_configuration_error(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        split_command(text, "KEY")
    assert caught.value.message == message


def test_the_one_line_of_a_command_is_the_token(
    make_token: TokenMaker, clock: FakeClock, tmp_path: Path
) -> None:
    token = make_token()
    (tmp_path / "t").write_text(token)
    words = python(f"print(open({str(tmp_path / 't')!r}).read())")
    source = CommandToken(words, {"PATH": os.environ["PATH"]}, clock)
    assert source.obtain().secret.reveal() == token
    assert source.description == f"command {Path(sys.executable).name}"


@pytest.mark.parametrize(("code", "amount"), [("print(1);print(2)", "2 lines"), ("", "nothing")])
def test_two_lines_or_none_are_refused(clock: FakeClock, code: str, amount: str) -> None:
    with pytest.raises(AuthError) as caught:
        CommandToken(python(code), {}, clock).obtain()
    assert caught.value.message == (
        f"web_identity_token_process: the command wrote {amount} to its standard output."
    )


def test_a_failing_command_shows_the_end_of_its_errors_and_never_its_output() -> None:
    message = refusal(
        "import sys; print('eyJhbGciOiJSUzI1NiJ9.secret.s');"
        "[print('line', n, '\\x1b[31m', file=sys.stderr) for n in range(9)];"
        "print('got eyJhbGciOiJSUzI1NiJ9.eyJz.abc', file=sys.stderr); sys.exit(3)"
    )
    assert message == (
        f"KEY: {sys.executable!r} ended with exit code 3, saying:\n"
        "  line 5 \\x1b[31m\n  line 6 \\x1b[31m\n  line 7 \\x1b[31m\n  line 8 \\x1b[31m\n"
        "  got [redacted]"
    )


def test_a_command_that_hangs_is_ended_with_its_children() -> None:
    message = refusal(
        "import subprocess, sys; print('working', file=sys.stderr, flush=True);"
        "subprocess.run(['sleep', '60'])",
        seconds=1.5,
    )
    assert message == f"KEY: {sys.executable!r} gave no answer within 1.5 s, saying:\n  working"


def test_a_command_whose_child_keeps_the_pipe_open_is_ended_too() -> None:
    assert "gave no answer within 1.5 s" in refusal(
        "import subprocess; subprocess.Popen(['sleep', '60'])", seconds=1.5
    )


def test_a_command_that_floods_its_output_is_ended() -> None:
    assert "wrote more than 131072 bytes" in refusal("while True: print('x' * 9999)")


def test_a_flood_of_errors_is_kept_short() -> None:
    message = refusal("import sys; sys.stderr.write('e' * 5_000_000); sys.exit(1)")
    assert len(message) < 500


def test_a_command_that_is_killed_says_so() -> None:
    assert "was ended by signal 9." in refusal("import os; os.kill(os.getpid(), 9)")


def test_a_command_that_does_not_exist_is_named() -> None:
    with pytest.raises(AuthError) as caught:
        run_command(("/nowhere/at/all",), environment={}, seconds=1, parameter="KEY")
    assert caught.value.message == (
        "KEY: '/nowhere/at/all' could not be started: No such file or directory."
    )


def test_a_command_has_no_input_and_sees_no_secret(clock: FakeClock) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "AWS_SECRET_ACCESS_KEY": "CANARY",
        "ATHENA_SHELL_CONNECTION_STRING": "CANARY",
        "OTHER": "eyJhbGciOiJSUzI1NiJ9.CANARY.s",
        "KEPT": "yes",
    }
    words = python(
        "import os, sys; sys.exit(sys.stdin.read() + str('CANARY' in str(os.environ))"
        " + os.environ['KEPT'])"
    )
    with pytest.raises(AuthError, match=r"saying:\n  Falseyes$"):
        CommandToken(words, environment, clock).obtain()
