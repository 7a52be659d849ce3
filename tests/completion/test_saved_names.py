"""Names of saved work: known at once, loaded behind."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from athena_shell.completion.saved_names import SavedNames
from athena_shell.core.errors import ServiceError
from athena_shell.core.saved import NamedQuery
from tests.commands.conftest import StoppedClock
from tests.commands.fake_saved import FakeSaved


class Counting(FakeSaved):
    asked = 0
    fails = False

    def named(self, workgroup: str) -> Sequence[NamedQuery]:
        self.asked += 1
        if self.fails:
            raise ServiceError("no")
        return super().named(workgroup)


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_names_are_loaded_once_and_again_when_something_changed() -> None:
    saved = Counting([NamedQuery("b", "", ""), NamedQuery("b", "", ""), NamedQuery("a", "", "")])
    names = SavedNames(saved, StoppedClock())
    assert names.named("primary") == ()
    until(lambda: names.named("primary") == ("b", "a"))
    assert saved.asked == 1
    saved.queries = []
    names.forget()
    until(lambda: names.named("primary") == ())
    assert saved.asked == 2


def test_a_failure_is_silent() -> None:
    saved = Counting()
    saved.fails = True
    names = SavedNames(saved, StoppedClock())
    names.named("primary")
    until(lambda: saved.asked)
    assert names.named("primary") == ()
    assert names.prepared("primary") == ()
