from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from athena_shell.core.errors import ServiceError
from athena_shell.core.model import Intent, Statement, Target
from athena_shell.query.journal import Journal
from athena_shell.query.recovery import Fate, identify, recover
from athena_shell.query.runner import new_intent
from athena_shell.query.totals import look_again

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.query.conftest import FakeClock, FakeEngine


@pytest.fixture
def gone(tmp_path: Path, clock: FakeClock) -> Journal:
    """The journal of a shell that will have been killed."""
    return Journal(tmp_path / "journal.jsonl", clock, profile="work")


@pytest.fixture
def journal(tmp_path: Path, clock: FakeClock) -> Iterator[Journal]:
    made = Journal(tmp_path / "journal.jsonl", clock, profile="work")
    yield made
    made.close()


def begun(journal: Journal, text: str = "SELECT 1") -> Intent:
    intent = new_intent(Statement(text), Target(workgroup="team"))
    journal.intended(intent)
    return intent


def test_what_ended_and_what_still_runs(
    gone: Journal, journal: Journal, engine: FakeEngine, clock: FakeClock
) -> None:
    for text in ("SELECT 'early'", "SELECT 'late'"):
        intent = begun(gone, text)
        gone.started(intent.token, engine.start(intent))
        clock.time += 2.0
    gone.close()

    findings = recover(journal, engine)

    assert [(finding.query_id, finding.fate) for finding in findings] == [
        ("q-1", Fate.ENDED),
        ("q-2", Fate.RUNNING),
    ]
    assert [finding.query_id for finding in recover(journal, engine)] == ["q-2"]


def test_a_start_killed_before_its_reply_is_found_by_its_text(
    gone: Journal, journal: Journal, engine: FakeEngine
) -> None:
    engine.start(begun(gone, "SELECT 'mine'"))
    engine.start(new_intent(Statement("SELECT 'other'"), Target()))
    gone.close()

    (finding,) = recover(journal, engine)

    assert (finding.query_id, finding.fate) == ("q-1", Fate.RUNNING)
    assert journal.entries()[0].query_id == "q-1"
    assert engine.calls.count("start") == 2


def test_a_start_that_never_arrived_is_plainly_not_started(
    gone: Journal, journal: Journal, engine: FakeEngine
) -> None:
    begun(gone)
    gone.close()

    (finding,) = recover(journal, engine)

    assert finding.fate is Fate.NOT_STARTED
    assert recover(journal, engine) == ()
    assert "start" not in engine.calls


def test_an_equal_text_of_another_time_is_not_taken_for_it(
    gone: Journal, journal: Journal, engine: FakeEngine, clock: FakeClock
) -> None:
    engine.start(new_intent(Statement("SELECT 1"), Target()))
    clock.time += timedelta(hours=1).total_seconds()
    begun(gone)
    gone.close()

    (finding,) = recover(journal, engine)

    assert finding.fate is Fate.NOT_STARTED


def test_a_workgroup_that_may_not_be_listed_leaves_it_unknown(
    gone: Journal, journal: Journal, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(gone)
    gone.close()

    def denied(_workgroup: str, _limit: int) -> list[str]:
        raise ServiceError("Denied.", code="AccessDeniedException")

    monkeypatch.setattr(engine, "recent", denied)

    (finding,) = recover(journal, engine)

    assert finding.fate is Fate.UNKNOWN
    assert len(journal.unfinished()) == 1


def test_other_profiles_are_left_alone(gone: Journal, journal: Journal, engine: FakeEngine) -> None:
    begun(gone)
    gone.close()

    assert recover(journal, engine, profile="home") == ()
    assert engine.calls == []


def test_ids_are_found_for_a_run_that_is_resumed(
    gone: Journal, journal: Journal, engine: FakeEngine
) -> None:
    same = [begun(gone, "INSERT INTO t SELECT 1") for _ in range(2)]
    never = begun(gone, "SELECT 'never'")
    for intent in same:
        engine.start(intent)
    gone.close()

    identify(journal, engine)

    told = {entry.token: entry for entry in journal.entries()}
    assert {told[intent.token].query_id for intent in same} == {"q-1", "q-2"}
    assert all(told[intent.token].is_open for intent in same)
    assert (told[never.token].query_id, told[never.token].is_open) == ("", False)


def test_an_id_that_cannot_be_looked_for_stays_unknown(
    gone: Journal, journal: Journal, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> tuple[str, ...]:
        raise ServiceError("ListQueryExecutions is not allowed.")

    begun(gone)
    gone.close()
    monkeypatch.setattr(engine, "recent", refused)

    identify(journal, engine)

    (entry,) = journal.entries()
    assert (entry.query_id, entry.is_open) == ("", True)


def test_other_regions_are_left_to_shells_that_are_there(
    tmp_path: Path, clock: FakeClock, engine: FakeEngine
) -> None:
    path = tmp_path / "journal.jsonl"
    gone = Journal(path, clock, profile="work", region="eu-west-1")
    begun(gone)
    intent = begun(gone, "SELECT 2")
    gone.started(intent.token, engine.start(intent))
    gone.close()
    calls = list(engine.calls)
    here, there = (Journal(path, clock, profile="work", region=r) for r in ("us-east-1", ""))

    assert recover(here, engine) == ()
    identify(here, engine)
    look_again(here, engine)

    assert engine.calls == calls
    assert len(here.unfinished()) == 2
    assert len(recover(there, engine)) == 2
    here.close()
    there.close()
