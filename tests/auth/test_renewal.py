from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from athena_shell.auth.renewal import RenewingCredentials
from athena_shell.core.credentials import Credentials
from athena_shell.core.errors import AthenaShellError, AuthError, LoginRequired, ServiceError
from athena_shell.core.secret import Secret

if TYPE_CHECKING:
    from tests.auth.conftest import FakeClock


@dataclass
class FakeProvider:
    """Hands out numbered sessions; ``failures`` are raised first."""

    clock: FakeClock
    life: float = 900.0
    failures: list[AthenaShellError] = field(default_factory=list)
    calls: int = 0
    description: str = "fake"
    during: Callable[[], None] = lambda: None
    forgotten: bool = False

    def obtain(self) -> Credentials:
        self.calls += 1
        self.during()
        if self.failures:
            raise self.failures.pop(0)
        return Credentials(
            f"ASIA{self.calls}",
            Secret("s"),
            Secret("t"),
            self.clock.now() + timedelta(seconds=self.life),
        )

    def forget(self) -> None:
        self.forgotten = True


@pytest.fixture
def provider(clock: FakeClock) -> FakeProvider:
    return FakeProvider(clock)


@pytest.fixture
def credentials(provider: FakeProvider, clock: FakeClock) -> RenewingCredentials:
    return RenewingCredentials(provider, clock)


def together(count: int, call: Callable[[], object]) -> list[object]:
    """Make the call on several threads at once; an exception counts as its result."""
    barrier = threading.Barrier(count)
    results: list[object] = []

    def run() -> None:
        barrier.wait()
        try:
            results.append(call())
        except AthenaShellError as error:
            results.append(error)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return results


def test_a_session_of_900_seconds_serves_its_first_ten_minutes(
    credentials: RenewingCredentials, provider: FakeProvider, clock: FakeClock
) -> None:
    for _ in range(600):
        credentials.current()
        clock.pass_time(1)
    assert provider.calls == 1


@pytest.mark.parametrize(("life", "fresh_until"), [(900, 675), (3600, 3300), (43200, 42900)])
def test_the_advisory_window_is_a_quarter_of_the_life_and_at_most_five_minutes(
    provider: FakeProvider, clock: FakeClock, life: float, fresh_until: float
) -> None:
    provider.life = life
    credentials = RenewingCredentials(provider, clock)
    credentials.current()
    clock.pass_time(fresh_until - 1)
    assert credentials.current().access_key == "ASIA1"
    clock.pass_time(1)
    assert credentials.current().access_key == "ASIA2"


def test_in_the_advisory_window_others_go_on_with_the_keys_they_have(
    credentials: RenewingCredentials, provider: FakeProvider, clock: FakeClock
) -> None:
    credentials.current()
    clock.pass_time(700)
    seen: list[str] = []

    def meanwhile() -> None:
        other = threading.Thread(target=lambda: seen.append(credentials.current().access_key))
        other.start()
        other.join(10)

    provider.during = meanwhile
    assert credentials.current().access_key == "ASIA2"
    assert seen == ["ASIA1"]
    assert provider.calls == 2


@pytest.mark.parametrize("passed", [700, 860, 900, 5000])
def test_eight_threads_at_once_make_one_renewal(
    credentials: RenewingCredentials, provider: FakeProvider, clock: FakeClock, passed: float
) -> None:
    credentials.current()
    clock.pass_time(passed)
    together(8, credentials.current)
    assert provider.calls == 2


@pytest.mark.parametrize("passed", [700, 860, 899])
def test_valid_keys_are_served_on_when_renewal_fails(
    credentials: RenewingCredentials, provider: FakeProvider, clock: FakeClock, passed: float
) -> None:
    credentials.current()
    clock.pass_time(passed)
    provider.failures = [ServiceError("down")]
    assert credentials.current().access_key == "ASIA1"
    assert credentials.last_failure is not None
    assert credentials.last_failure.message == "down"


def test_after_a_failure_the_next_attempt_waits(
    credentials: RenewingCredentials, provider: FakeProvider, clock: FakeClock
) -> None:
    credentials.current()
    clock.pass_time(680)
    provider.failures = [ServiceError("down")] * 99
    for _ in range(200):
        credentials.current()
        clock.pass_time(1)
    assert 5 <= provider.calls <= 25


def test_a_renewal_that_only_a_person_can_make_waits_for_the_end(
    credentials: RenewingCredentials, provider: FakeProvider, clock: FakeClock
) -> None:
    credentials.current()
    provider.failures = [LoginRequired("new token, please")] * 99
    clock.pass_time(899)
    credentials.current()
    clock.pass_time(1)
    with pytest.raises(LoginRequired):
        credentials.current()


def test_threads_that_waited_for_a_failed_attempt_share_its_answer(
    credentials: RenewingCredentials, provider: FakeProvider
) -> None:
    def linger() -> None:
        threading.Event().wait(0.3)

    provider.during = linger
    provider.failures = [AuthError("no", hint="do this")] * 8
    results = together(8, credentials.current)
    assert {(r.message, r.hint) for r in results if isinstance(r, AuthError)} == {("no", "do this")}
    assert len(results) == 8
    assert provider.calls < 8


def test_keys_that_a_service_refused_are_renewed_once_for_all_threads(
    credentials: RenewingCredentials, provider: FakeProvider
) -> None:
    def fail_once() -> None:
        credentials.current()
        everybody_signed.wait()
        credentials.renew_rejected()

    everybody_signed = threading.Barrier(8)
    together(8, fail_once)
    assert provider.calls == 2


def test_logging_in_renews_at_once(
    credentials: RenewingCredentials, provider: FakeProvider
) -> None:
    credentials.current()
    assert credentials.renew().access_key == "ASIA2"
    assert provider.calls == 2


def test_logging_out_forgets_everything_until_the_next_login(
    credentials: RenewingCredentials, provider: FakeProvider
) -> None:
    credentials.current()
    credentials.forget()
    assert credentials.status() is None
    assert provider.forgotten
    with pytest.raises(LoginRequired, match="signed out"):
        credentials.current()
    credentials.renew()
    assert credentials.current().access_key == "ASIA2"


def test_a_session_that_ended_before_it_began_tells_the_clock(
    credentials: RenewingCredentials, provider: FakeProvider
) -> None:
    provider.life = -600
    with pytest.raises(AuthError) as caught:
        credentials.current()
    assert caught.value.message == (
        "The new session ended 600 s ago by this machine's clock, which must be ahead."
    )
    assert provider.calls == 1


def test_keys_without_an_end_are_never_renewed(clock: FakeClock) -> None:
    class Fixed:
        description = "fixed"
        calls = 0

        def obtain(self) -> Credentials:
            self.calls += 1
            return Credentials("AKIA", Secret("s"))

    fixed = Fixed()
    credentials = RenewingCredentials(fixed, clock)
    for _ in range(10):
        credentials.current()
        clock.pass_time(1e6)
    assert fixed.calls == 1
    assert not credentials.can_replace_token
    with pytest.raises(AuthError, match="fixed takes no token"):
        credentials.replace_token("x")
