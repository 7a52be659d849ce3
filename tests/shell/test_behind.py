"""The value that is made behind the prompt."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest

from athena_shell.shell import behind as module
from athena_shell.shell.behind import Behind


def test_the_user_may_leave_while_the_thread_is_being_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failures: list[BaseException] = []

    def leave() -> None:
        try:
            made.close()
        except RuntimeError as error:
            failures.append(error)

    leaver = threading.Thread(target=leave)

    class Starting(threading.Thread):
        def start(self) -> None:
            leaver.start()
            leaver.join(0.1)  # it comes back in time only when it does not wait
            super().start()

    monkeypatch.setattr(module, "threading", SimpleNamespace(Thread=Starting, Lock=threading.Lock))
    made = Behind(lambda: 1)
    made.start()
    leaver.join()
    assert failures == []
    assert made.get() == 1


def test_nothing_is_started_after_the_end() -> None:
    made = Behind(lambda: 1)
    made.close()
    made.start()
    assert made.value is None


def test_a_failure_behind_the_value_is_handed_on_like_its_own() -> None:
    failures: list[BaseException] = []

    def fail(_: int) -> None:
        raise ValueError("afterwards")

    made = Behind(lambda: 1, ready=fail, failed=failures.append)
    made.start()
    made.close()
    assert [str(error) for error in failures] == ["afterwards"]
    assert made.value == 1
    assert not made.in_vain
