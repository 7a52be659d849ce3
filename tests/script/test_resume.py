"""Runs that are taken up where they broke off: nothing starts twice, nothing is left out."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from athena_shell.config.options import ScriptOptions, Source
from athena_shell.core.errors import ServiceError
from athena_shell.core.model import Position, Statement
from athena_shell.query.journal import Journal, fingerprint
from athena_shell.query.log_file import LogFile
from athena_shell.query.runner import new_intent

if TYPE_CHECKING:
    Script = Any  # the class lives in conftest.py, which has no importable name


def test_resume_skips_what_succeeded_and_takes_up_what_ran(script: Script) -> None:
    path = script.file(
        "r.sql",
        "INSERT INTO t SELECT 1;\nSELECT 'a';\nINSERT INTO t SELECT 2;\nINSERT INTO t SELECT 3;\n",
    )
    script.settings = replace(script.settings, timing=True)
    script.answers["SELECT 'a'"] = replace(script.any_answer, scanned=2**40)
    script.fail("INSERT INTO t SELECT 2", "broken")
    broken = script.run(Source(path))
    assert (broken.code, len(broken.texts)) == (1, 3)
    del script.answers["INSERT INTO t SELECT 2"]
    script.options = ScriptOptions(resume=True)
    script.earlier_texts = broken.texts
    again = script.run(Source(path))
    assert again.code == 0
    assert again.texts == ["INSERT INTO t SELECT 2", "INSERT INTO t SELECT 3"]
    assert again.out == '"n"\n"1"\n' * 3
    assert again.err.splitlines()[:3] == [
        f"{path}:1: done by the earlier run · q-1",
        f"{path}:2: taken up from the earlier run · q-2",
        "[2/4] 1 row · 0.0 s · 1.00 TB scanned · q-2",
    ]
    assert again.err.splitlines()[-1].endswith(
        "3 succeeded, 1 skipped · 0.0 s · 1.00 TB scanned · free"
    )
    script.earlier_texts = [*broken.texts, *again.texts]
    done = script.run(Source(path))
    assert (done.code, done.texts) == (0, [])
    script.file("r.sql", "INSERT INTO t SELECT 9;\nSELECT 'a';\n")
    changed = script.run(Source(path))
    assert changed.texts == ["INSERT INTO t SELECT 9"]


def killed(
    script: Script,
    path: str,
    text: str,
    *,
    profile: str = "test",
    region: str = "",
    query_id: str = "",
) -> None:
    """Leave the journal as a killed run leaves it; without an id: between a send and its reply."""
    clock = script.engine().clock
    journal = Journal(
        script.directory.parent / "state" / "journal", clock, profile=profile, region=region
    )
    statement = Statement(text, path, Position(0, 1, 1))
    intent = new_intent(statement, script.session.target)
    journal.intended(intent)
    if query_id:
        journal.started(intent.token, query_id)
    journal.close()


def test_resume_takes_up_what_was_started_when_its_reply_was_lost(script: Script) -> None:
    text = "INSERT INTO t SELECT 1"
    path = script.file("r.sql", f"{text};\nSELECT 2;\n")
    killed(script, path, text)
    script.options = ScriptOptions(resume=True)
    script.earlier_texts = [text]
    ran = script.run(Source(path))
    assert (ran.code, ran.texts) == (0, ["SELECT 2"])
    assert ran.err.startswith(f"{path}:1: taken up from the earlier run · q-1\n")


def test_resume_leaves_the_runs_of_other_profiles_alone(script: Script) -> None:
    text = "INSERT INTO t SELECT 1"
    path = script.file("r.sql", f"{text};\n")
    killed(script, path, text, profile="other")
    killed(script, path, text, profile="other", query_id="q-9")
    script.options = ScriptOptions(resume=True)
    assert script.run(Source(path)).texts == [text]
    log = (script.directory.parent / "state" / "journal").read_text()
    assert log.count('"refused"') == 0


def test_resume_runs_what_never_arrived(script: Script) -> None:
    text = "INSERT INTO t SELECT 1"
    path = script.file("r.sql", f"{text};\n")
    killed(script, path, text)
    script.options = ScriptOptions(resume=True)
    assert script.run(Source(path)).texts == [text]


def test_resume_starts_nothing_that_may_have_been_started(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "INSERT INTO t SELECT 1"
    path = script.file("r.sql", f"{text};\nSELECT 2;\n")
    killed(script, path, text)
    script.options = ScriptOptions(resume=True)

    def denied(*_: object) -> list[str]:
        raise ServiceError("Denied.", code="AccessDeniedException")

    monkeypatch.setattr(type(script.engine()), "recent", denied)
    ran = script.run(Source(path))
    assert (ran.code, ran.texts) == (1, [])
    assert ran.err.startswith(
        f"{path}:1:1: It is not known whether the broken run has started this statement"
    )


def test_without_resume_everything_runs_again(script: Script) -> None:
    path = script.file("r.sql", "INSERT INTO t SELECT 1;")
    assert len(script.run(Source(path)).texts) == 1
    assert len(script.run(Source(path)).texts) == 1


def again(script: Script, *sources: Source | str, **options: Any) -> Any:
    """Resume; what earlier runs have sent stays known to the engine."""
    before, script.options = script.options, ScriptOptions(resume=True, **options)
    ran = ran_on(script, *sources)
    script.options = before
    return ran


def ran_on(script: Script, *sources: Source | str) -> Any:
    """Run with an engine that remembers what it was sent before."""
    script.earlier_texts = list(script.sent)
    return script.run(*sources)


def test_a_run_that_was_whole_yesterday_does_not_count_tonight(script: Script) -> None:
    text = (
        "\\if :full\nDELETE FROM t;\n\\endif\n"
        "INSERT INTO t SELECT 1;\nSELECT :'day';\nINSERT INTO t SELECT 2;\n"
    )
    path = script.file("r.sql", text)
    script.options = ScriptOptions(variables={"full": "false", "day": "mon"})
    assert ran_on(script, Source(path)).code == 0
    script.fail("SELECT 'tue'", "broken")
    tonight = {"full": "false", "day": "tue"}
    script.options = ScriptOptions(variables=tonight)
    assert ran_on(script, Source(path)).code == 1
    del script.answers["SELECT 'tue'"]
    resumed = again(script, Source(path), variables=tonight)
    assert (resumed.code, resumed.texts) == (0, ["SELECT 'tue'", "INSERT INTO t SELECT 2"])


@pytest.mark.parametrize("name", ["r.sql", "./r.sql", "../work/r.sql"])
def test_a_script_is_known_by_its_place_however_it_is_named(
    script: Script, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    path = script.file("r.sql", "INSERT INTO t SELECT 1;\nSELECT bad;\n")
    script.fail("SELECT bad", "bad")
    ran_on(script, Source(path))
    monkeypatch.chdir(script.directory)
    assert again(script, Source(name)).texts == ["SELECT bad"]


def test_scripts_of_one_name_are_not_taken_for_each_other(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    script.file("one/r.sql", "INSERT INTO t SELECT 1;\nSELECT bad;\n")
    shutil.copytree(script.directory / "one", script.directory / "two")
    script.fail("SELECT bad", "bad")
    monkeypatch.chdir(script.directory / "one")
    ran_on(script, Source("r.sql"))
    monkeypatch.chdir(script.directory / "two")
    assert again(script, Source("r.sql")).texts == ["INSERT INTO t SELECT 1", "SELECT bad"]


def test_a_script_without_an_earlier_run_says_so(script: Script) -> None:
    one = script.file("one.sql", "INSERT INTO t SELECT 1;\n")
    two = script.file("two.sql", "INSERT INTO t SELECT 2;\n")
    ran_on(script, Source(one))
    resumed = again(script, Source(one), Source(two))
    assert (resumed.code, resumed.texts) == (0, ["INSERT INTO t SELECT 2"])
    assert resumed.err == (
        f"{two}: no earlier run is known here; all of it runs.\n"
        f"{one}:1: done by the earlier run · q-1\n"
    )


def test_a_script_that_only_includes_is_resumed(script: Script) -> None:
    path = script.file("main.sql", "\\ir a.sql\n\\ir b.sql\n")
    script.file("a.sql", "INSERT INTO t SELECT 1;\n")
    script.file("b.sql", "SELECT bad;\n")
    other = script.file("other.sql", "\\ir b.sql\n\\ir a.sql\n")
    script.fail("SELECT bad", "bad")
    ran_on(script, Source(path))
    ran_on(script, Source(other))
    assert again(script, Source(path)).texts == ["SELECT bad"]
    assert again(script, Source(other)).texts == ["SELECT bad"]


def test_each_script_goes_on_where_it_was_whatever_ran_beside_it(script: Script) -> None:
    one = script.file("one.sql", "INSERT INTO t SELECT 1;\nSELECT bad;\n")
    two = script.file("two.sql", "INSERT INTO t SELECT 1;\n")
    script.fail("SELECT bad", "bad")
    ran_on(script, Source(one))
    ran_on(script, Source(two))
    assert again(script, Source(two), Source(one)).texts == ["SELECT bad"]
    assert again(script, Source(one)).texts == ["SELECT bad"]


def test_a_dry_run_in_between_is_no_run(script: Script) -> None:
    path = script.file("r.sql", "INSERT INTO t SELECT 1;\nSELECT 2;\nSELECT bad;\n")
    script.fail("SELECT bad", "bad")
    ran_on(script, Source(path))
    script.options = ScriptOptions(dry_run=True)
    ran_on(script, Source(path))
    assert again(script, Source(path)).texts == ["SELECT bad"]


def test_a_run_is_resumed_again_and_again(script: Script) -> None:
    text = "INSERT INTO t SELECT 1;\nSELECT 2;\nINSERT INTO t SELECT 3;\nSELECT 4;\n"
    path = script.file("r.sql", text)
    for bad in ("SELECT 2", "INSERT INTO t SELECT 3", "SELECT 4"):
        script.fail(bad, "bad")
    assert ran_on(script, Source(path)).texts == ["INSERT INTO t SELECT 1", "SELECT 2"]
    for bad, behind in (
        ("SELECT 2", ["INSERT INTO t SELECT 3"]),
        ("INSERT INTO t SELECT 3", ["SELECT 4"]),
        ("SELECT 4", []),
    ):
        del script.answers[bad]
        assert again(script, Source(path)).texts == [bad, *behind]


def test_what_the_marks_stand_for_belongs_to_the_statement(script: Script) -> None:
    path = script.file(
        "r.sql", "\\bind 5\nINSERT INTO t VALUES (?);\nINSERT INTO t SELECT 1;\nSELECT bad;\n"
    )
    script.fail("SELECT bad", "bad")
    ran_on(script, Source(path))
    assert again(script, Source(path)).texts == ["SELECT bad"]
    assert [intent.parameters for intent in script.intents] == [()]
    script.file(
        "r.sql", "\\bind 6\nINSERT INTO t VALUES (?);\nINSERT INTO t SELECT 1;\nSELECT bad;\n"
    )
    assert again(script, Source(path)).texts == ["INSERT INTO t VALUES (?)", "SELECT bad"]
    assert [intent.parameters for intent in script.intents] == [("6",), ()]


def test_a_statement_that_only_moved_is_not_started_again(script: Script) -> None:
    text = "INSERT INTO t SELECT 1;\nSELECT bad;\nINSERT INTO t SELECT 3;\nSELECT 4;\n"
    path = script.file("r.sql", text)
    script.fail("SELECT bad", "bad")
    script.settings = replace(script.settings, on_error="continue")
    ran_on(script, Source(path))
    script.file("r.sql", text.replace("SELECT bad", "\nSELECT\ngood"))
    resumed = again(script, Source(path))
    assert (resumed.code, resumed.texts) == (0, ["SELECT\ngood"])
    assert resumed.err == (
        f"{path}:1: done by the earlier run · q-1\n"
        f"{path}:5: done by the earlier run, where it stood in line 3 · q-3\n"
        f"{path}:6: taken up from the earlier run, where it stood in line 4 · q-4\n"
    )


def test_each_earlier_start_stands_for_one_statement(script: Script) -> None:
    path = script.file("r.sql", "INSERT INTO t SELECT 1;\nINSERT INTO t SELECT 1;\nSELECT bad;\n")
    script.fail("SELECT bad", "bad")
    ran_on(script, Source(path))
    script.file("r.sql", "\n" + "INSERT INTO t SELECT 1;\n" * 3 + "SELECT bad;\n")
    assert again(script, Source(path)).texts == ["INSERT INTO t SELECT 1", "SELECT bad"]


def test_an_include_that_runs_twice_is_done_twice(script: Script) -> None:
    path = script.file("r.sql", "\\ir a.sql\n\\ir a.sql\nSELECT bad;\n")
    script.file("a.sql", "INSERT INTO t SELECT 1;\n")
    script.fail("SELECT bad", "bad")
    assert len(ran_on(script, Source(path)).texts) == 3
    assert again(script, Source(path)).texts == ["SELECT bad"]
    assert again(script, Source(path)).texts == ["SELECT bad"]


def test_several_at_once_are_resumed(script: Script) -> None:
    text = "INSERT INTO t SELECT 1;\nSELECT 'a';\nSELECT bad;\n\\barrier\nSELECT 4;\n"
    path = script.file("r.sql", text)
    script.answer("SELECT 'a'", ("a",))
    script.answer("SELECT 4", ("4",))
    script.fail("SELECT bad", "bad")
    script.options = ScriptOptions(parallel=3)
    script.settings = replace(script.settings, on_error="continue")
    assert ran_on(script, Source(path)).code == 1
    del script.answers["SELECT bad"]
    script.settings = replace(script.settings, on_error="stop")
    resumed = again(script, Source(path), parallel=3)
    assert (resumed.code, resumed.texts) == (0, ["SELECT bad"])
    assert resumed.out == '"n"\n"a"\n"n"\n"1"\n"n"\n"4"\n'


def test_an_assertion_that_held_is_read_again_and_one_that_did_not_is_asked_again(
    script: Script,
) -> None:
    path = script.file("r.sql", "\\assert SELECT true\n\\assert SELECT late\nSELECT 3;\n")
    script.answer("SELECT true", ("true",))
    script.answer("SELECT late", ("false",))
    assert ran_on(script, Source(path)).code == 1
    resumed = again(script, Source(path))
    assert (resumed.code, resumed.texts) == (1, ["SELECT late"])
    script.answer("SELECT late", ("true",))
    resumed = again(script, Source(path))
    assert (resumed.code, resumed.texts) == (0, ["SELECT 3"])


def test_resume_leaves_the_runs_in_other_regions_alone(script: Script) -> None:
    text = "INSERT INTO t SELECT 1"
    path = script.file("r.sql", f"{text};\n")
    killed(script, path, text, region="eu-west-1")
    killed(script, path, text, region="eu-west-1", query_id="q-9")
    script.region = "us-east-1"
    script.options = ScriptOptions(resume=True)
    assert script.run(Source(path)).texts == [text]
    log = (script.directory.parent / "state" / "journal").read_text()
    assert log.count('"refused"') == 0
    script.region = "eu-west-1"
    script.earlier_texts = [""] * 8 + [text]
    assert script.run(Source(path)).texts == []


def test_what_earlier_versions_wrote_is_read(script: Script) -> None:
    text = "INSERT INTO t SELECT 1"
    path = script.file("r.sql", f"{text};\nSELECT 2;\n")
    at = script.engine().clock.now().isoformat()
    intended = {
        "event": "intended",
        "at": at,
        "token": "one",
        "text": text,
        "fingerprint": fingerprint("one", text),
        "source": path,
        "line": 1,
        "shell": "gone",
        "profile": "test",
        "catalog": script.session.target.catalog,
        "database": script.session.target.database,
        "workgroup": script.session.target.workgroup,
    }
    log = LogFile(script.directory.parent / "state" / "journal")
    log.append(intended)
    log.append({"event": "started", "at": at, "token": "one", "query_id": "q-1"})
    log.append({"event": "ended", "at": at, "query_id": "q-1", "state": "SUCCEEDED"})
    script.region, script.sent = "us-east-1", [text]
    assert again(script, Source(path)).texts == ["SELECT 2"]
