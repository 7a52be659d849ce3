from __future__ import annotations

import os
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from athena_shell.auth.renewal import RenewingCredentials
from athena_shell.auth.session_cache import SessionCache
from athena_shell.core.credentials import Credentials, Identity
from athena_shell.core.secret import Secret

if TYPE_CHECKING:
    from tests.auth.conftest import Desk, FakeClock, FakeSts, TokenMaker

PARTS = ("JWT", "eu-central-1", "", "role", "jane", "900", "issuer", "subject", "audience")


@pytest.fixture
def cache(tmp_path: Path, clock: FakeClock) -> SessionCache:
    return SessionCache(tmp_path / "sessions", clock)


@pytest.fixture
def session(clock: FakeClock) -> Credentials:
    return Credentials(
        "ASIAKEPTKEPTKEPT0000",
        Secret("s"),
        Secret("t"),
        clock.now() + timedelta(minutes=15),
        identity=Identity(role="r", subject="jane"),
    )


def test_a_session_is_kept_whole(cache: SessionCache, session: Credentials) -> None:
    cache.save(PARTS, session)
    assert cache.load(PARTS) == replace(session, origin="session cache")


def test_every_file_and_the_directory_are_private_from_the_first_byte(
    cache: SessionCache, session: Credentials
) -> None:
    before = os.umask(0)
    try:
        cache.save(PARTS, session)
    finally:
        os.umask(before)
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in cache.directory.iterdir()}
    assert set(modes.values()) == {0o600}
    assert len(modes) == 2
    assert stat.S_IMODE(cache.directory.stat().st_mode) == 0o700


@pytest.mark.parametrize("place", range(len(PARTS)))
def test_a_session_of_anything_else_is_another(
    cache: SessionCache, session: Credentials, place: int
) -> None:
    cache.save(PARTS, session)
    other = (*PARTS[:place], PARTS[place] + "x", *PARTS[place + 1 :])
    assert cache.load(other) is None


def test_parts_that_read_alike_when_joined_are_different(
    cache: SessionCache, session: Credentials
) -> None:
    cache.save(("ab", "c"), session)
    assert cache.load(("a", "bc")) is None


def test_a_session_that_ends_soon_is_not_given(
    cache: SessionCache, session: Credentials, clock: FakeClock
) -> None:
    cache.save(PARTS, session)
    clock.pass_time(15 * 60 - 299)
    assert cache.load(PARTS) is None
    assert not list(cache.directory.glob("*.session"))


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", "null", '{"version": 2}', '{"version": 1}', "[" * 60_000]
)
def test_a_damaged_file_counts_as_absent(
    cache: SessionCache, session: Credentials, damage: str
) -> None:
    cache.save(PARTS, session)
    (path,) = cache.directory.glob("*.session")
    path.write_text(damage)
    assert cache.load(PARTS) is None
    cache.save(PARTS, session)
    assert cache.load(PARTS) is not None


def test_a_file_that_others_can_change_counts_as_absent(
    cache: SessionCache, session: Credentials
) -> None:
    cache.save(PARTS, session)
    (path,) = cache.directory.glob("*.session")
    path.chmod(0o666)
    assert cache.load(PARTS) is None


def test_a_directory_that_cannot_be_made_is_no_error(
    tmp_path: Path, clock: FakeClock, session: Credentials
) -> None:
    (tmp_path / "file").write_text("")
    cache = SessionCache(tmp_path / "file" / "sessions", clock)
    cache.save(PARTS, session)
    assert cache.load(PARTS) is None
    cache.clear()


def test_the_next_start_goes_on_with_the_kept_session(
    desk: Desk, sts: FakeSts, make_token: TokenMaker, tmp_path: Path
) -> None:
    environment = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    token = make_token()

    def start() -> RenewingCredentials:
        return desk.sign_in(
            "JWT",
            environment,
            preferred_role="arn:aws:iam::123456789012:role/analyst",
            role_session_name="jane",
            web_identity_token=token,
            session_cache="disk",
        )

    assert start().current().access_key == "ASIAEXAMPLE000000001"
    second = start()
    assert second.current().access_key == "ASIAEXAMPLE000000001"
    assert len(sts.calls) == 1
    kept = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    names = " ".join(p.name for p in tmp_path.rglob("*"))
    assert token.encode() not in kept
    assert token not in names
    second.renew_rejected()
    assert len(sts.calls) == 2
    second.forget()
    assert not list(tmp_path.rglob("*.session"))
