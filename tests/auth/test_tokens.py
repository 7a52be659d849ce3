from __future__ import annotations

import os
import stat
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from athena_shell.auth.tokens import (
    EnvironmentToken,
    FileToken,
    LiteralToken,
    ReplaceableToken,
    check_private,
)
from athena_shell.core.errors import AuthError, LoginRequired
from athena_shell.core.secret import Secret

if TYPE_CHECKING:
    from tests.auth.conftest import FakeClock, TokenMaker


def private(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o600)
    return path


def test_a_literal_token_is_given_until_it_is_too_old(
    make_token: TokenMaker, clock: FakeClock
) -> None:
    source = LiteralToken(Secret(make_token(life=60), "config.ini"), clock)
    assert source.obtain().origin == "config.ini"
    clock.pass_time(60 + 300)
    with pytest.raises(LoginRequired) as caught:
        source.obtain()
    assert caught.value.message == "The token from config.ini expired at 2026-11-23 12:01:00 UTC."
    assert r"\login" in caught.value.hint


def test_a_damaged_literal_token_is_no_reason_to_log_in(clock: FakeClock) -> None:
    with pytest.raises(AuthError) as caught:
        LiteralToken(Secret("nonsense", "config.ini"), clock).obtain()
    assert not isinstance(caught.value, LoginRequired)


def test_an_environment_token_is_read_at_each_call(
    make_token: TokenMaker, clock: FakeClock
) -> None:
    environment = {"T": f" {make_token()}\n"}
    source = EnvironmentToken("T", environment, clock)
    assert source.obtain().secret.reveal() == environment["T"].strip()
    environment["T"] = make_token()
    assert source.obtain().secret.reveal() == environment["T"]


def test_an_unset_variable_is_named(clock: FakeClock) -> None:
    with pytest.raises(AuthError) as caught:
        EnvironmentToken("T", {}, clock).obtain()
    assert caught.value.message == "The environment variable T is not set or empty."


def test_a_file_is_read_afresh_each_time(
    make_token: TokenMaker, clock: FakeClock, tmp_path: Path
) -> None:
    path = private(tmp_path / "token", make_token() + "\r\n")
    source = FileToken(path, clock)
    first = source.obtain().secret
    private(path, "\ufeff" + make_token())
    assert source.obtain().secret != first


def test_a_file_in_the_middle_of_being_replaced_is_read_again(
    make_token: TokenMaker, tmp_path: Path, clock: FakeClock
) -> None:
    path = private(tmp_path / "token", "")
    whole = make_token()
    contents = iter([whole[:40], whole])

    class Writer(type(clock)):  # type: ignore[misc]  # the fixture's own class
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds)
            private(path, next(contents))

    source = FileToken(path, Writer())
    assert source.obtain().secret.reveal() == whole


def test_a_file_that_stays_empty_is_an_error(clock: FakeClock, tmp_path: Path) -> None:
    path = private(tmp_path / "token", "")
    with pytest.raises(AuthError) as caught:
        FileToken(path, clock).obtain()
    assert caught.value.message == f"The token from file {path} is empty."
    assert clock.slept == [0.1, 0.3]


def test_a_missing_file_is_named(clock: FakeClock, tmp_path: Path) -> None:
    with pytest.raises(AuthError, match="cannot be read: No such file or directory"):
        FileToken(tmp_path / "token", clock).obtain()
    assert clock.slept == []


def status(mode: int, owner: int) -> os.stat_result:
    return os.stat_result((stat.S_IFREG | mode, 1, 1, 1, owner, owner, 9, 0, 0, 0))


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o602, 0o666])
def test_a_file_of_ones_own_that_others_can_read_is_refused_with_the_command_to_run(
    mode: int,
) -> None:
    with pytest.raises(AuthError) as caught:
        check_private(Path("/t"), status(mode, owner=1000), user=1000)
    assert caught.value.hint == "Run: chmod 600 /t"


def test_a_platforms_file_keeps_its_mode_and_another_users_is_refused() -> None:
    check_private(Path("/t"), status(0o644, owner=0), user=1000)
    with pytest.raises(AuthError, match="belongs to another user"):
        check_private(Path("/t"), status(0o600, owner=1001), user=1000)


@pytest.mark.parametrize("mode", [0o620, 0o602])
def test_a_file_that_others_can_change_is_refused_whoever_owns_it(
    make_token: TokenMaker, clock: FakeClock, tmp_path: Path, mode: int
) -> None:
    path = private(tmp_path / "token", make_token())
    path.chmod(mode)
    with pytest.raises(AuthError, match="can be read or changed by other users"):
        FileToken(path, clock).obtain()


def test_a_link_below_the_same_directory_is_followed_as_kubernetes_lays_it_out(
    make_token: TokenMaker, clock: FakeClock, tmp_path: Path
) -> None:
    (tmp_path / "..2026").mkdir()
    private(tmp_path / "..2026" / "token", make_token())
    (tmp_path / "..data").symlink_to("..2026")
    (tmp_path / "token").symlink_to("..data/token")
    token = FileToken(tmp_path / "token", clock).obtain()
    assert token.origin == f"file {tmp_path}/token"


def test_a_link_to_elsewhere_is_refused(
    make_token: TokenMaker, clock: FakeClock, tmp_path: Path
) -> None:
    (tmp_path / "here").mkdir()
    target = private(tmp_path / "token", make_token())
    (tmp_path / "here" / "token").symlink_to(target)
    with pytest.raises(AuthError, match="is a symbolic link to another directory"):
        FileToken(tmp_path / "here" / "token", clock).obtain()


def test_a_pipe_a_folder_or_a_huge_file_is_refused(clock: FakeClock, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(AuthError, match="is not a regular file"):
        FileToken(tmp_path / "pipe", clock).obtain()
    with pytest.raises(AuthError, match="is not a regular file"):
        FileToken(tmp_path, clock).obtain()
    huge = private(tmp_path / "huge", "x" * 70_000)
    with pytest.raises(AuthError, match="holds more than 65536 bytes"):
        FileToken(huge, clock).obtain()


def test_a_file_replaced_all_the_time_always_yields_a_whole_token(
    make_token: TokenMaker, clock: FakeClock, tmp_path: Path
) -> None:
    path = private(tmp_path / "token", make_token())
    tokens = {make_token() for _ in range(20)}
    stop = threading.Event()

    def rotate() -> None:
        while not stop.is_set():
            for token in tokens:
                private(tmp_path / "new", token).replace(path)

    thread = threading.Thread(target=rotate)
    thread.start()
    try:
        for _ in range(200):
            FileToken(path, clock).obtain()
    finally:
        stop.set()
        thread.join()


def test_a_replacement_serves_until_it_is_too_old_then_the_source_again(
    make_token: TokenMaker, clock: FakeClock, tmp_path: Path
) -> None:
    path = private(tmp_path / "token", make_token(life=9000))
    source = ReplaceableToken(FileToken(path, clock), clock)
    source.replace(f"  {make_token(life=60)} ")
    assert source.obtain().origin == r"\login"
    clock.pass_time(400)
    assert source.obtain().origin == f"file {path}"


def test_a_replacement_that_is_no_token_changes_nothing(
    make_token: TokenMaker, clock: FakeClock
) -> None:
    source = ReplaceableToken(LiteralToken(Secret(make_token(), "config.ini"), clock), clock)
    with pytest.raises(AuthError):
        source.replace("nonsense")
    assert source.obtain().origin == "config.ini"
