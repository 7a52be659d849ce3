"""A boto client that fits on a page: scripted replies, and the requests it got."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from athena_shell.athena.calls import Caller


class FakeClock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 23, tzinfo=UTC) + timedelta(seconds=self.time)

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


@dataclass
class FakeClient:
    """Answers each method with its next scripted reply; the last one is repeated."""

    replies: dict[str, list[Any]] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __getattr__(self, method: str) -> Callable[..., Any]:
        def call(**parameters: Any) -> Any:
            self.requests.append((method, parameters))
            script = self.replies[method]
            reply = script.pop(0) if len(script) > 1 else script[0]
            if isinstance(reply, Exception):
                raise reply
            return reply

        return call


def aws_error(code: str, message: str = "", **members: Any) -> Exception:
    """Return what botocore raises for an error reply."""
    from botocore.exceptions import ClientError

    response: Any = {"Error": {"Code": code, "Message": message}, **members}
    error: Exception = ClientError(response, "Operation")
    return error


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def client() -> FakeClient:
    return FakeClient()


@dataclass
class Renewals:
    count: int = 0

    def __call__(self) -> None:
        self.count += 1


@pytest.fixture
def renewals() -> Renewals:
    return Renewals()


@pytest.fixture
def caller(client: FakeClient, clock: FakeClock, renewals: Renewals) -> Caller:
    return Caller(lambda _service: client, clock=clock, renew=renewals)


@pytest.fixture
def failing() -> Callable[..., Exception]:
    return aws_error
