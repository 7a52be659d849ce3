"""How often STS is called by a busy session of 900 s, beside botocore's own refresh rule."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from botocore.credentials import RefreshableCredentials

from athena_shell.auth.renewal import RenewingCredentials
from athena_shell.core.credentials import Credentials
from athena_shell.core.secret import Secret

if TYPE_CHECKING:
    from tests.auth.conftest import FakeClock

HOUR = 3600
EVERY = 5


class Provider:
    description = "fake"

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.calls = 0

    def obtain(self) -> Credentials:
        self.calls += 1
        ends = self.clock.now() + timedelta(seconds=900)
        return Credentials("ASIA", Secret("s"), Secret("t"), ends)

    def metadata(self) -> dict[str, str]:
        ends = self.obtain().expires
        assert ends is not None
        return {
            "access_key": "ASIA",
            "secret_key": "s",
            "token": "t",
            "expiry_time": ends.isoformat(),
        }


def test_a_busy_hour_costs_at_most_seven_calls(clock: FakeClock) -> None:
    ours, theirs = Provider(clock), Provider(clock)
    credentials = RenewingCredentials(ours, clock)
    built_in = RefreshableCredentials.create_from_metadata(
        theirs.metadata(), theirs.metadata, method="sts"
    )
    built_in._time_fetcher = clock.now
    for _ in range(HOUR // EVERY):
        credentials.current()
        built_in.get_frozen_credentials()
        clock.pass_time(EVERY)
    assert ours.calls <= 7
    assert theirs.calls > 100 * ours.calls
    print(f"STS calls in an hour: {ours.calls} here, {theirs.calls} by botocore's rule")
