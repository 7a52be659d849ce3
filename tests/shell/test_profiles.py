"""The profile of a shell: its login, its warnings, another in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from athena_shell.core.errors import AuthError, LoginRequired, ServiceError
from tests.shell.conftest import FakeAuthentication

if TYPE_CHECKING:
    from tests.shell.conftest import Start


def test_a_dead_token_is_asked_for_and_the_statement_goes_on(start: Start) -> None:
    shell = start()
    shell.engine.errors.append(LoginRequired("The token has expired.", "Get a new one."))
    shell.type("SELECT 1;\r")
    shell.wait_for("New token (hidden):")
    shown = shell.enter("canary-new-token")
    assert shell.authentication.tokens == ["canary-new-token"]
    assert len(shell.engine.started) == 1
    assert "canary" not in shell.stream.raw
    assert "1 row" in shown


def test_no_new_token_is_an_answer_too(start: Start) -> None:
    shell = start()
    shell.engine.errors.append(LoginRequired("The token has expired."))
    shell.type("SELECT 1;\r")
    shell.wait_for("New token (hidden):")
    shown = shell.enter("")
    assert shown.count("The token has expired.") == 1
    assert "No new token was given." in shown
    assert shell.engine.started == []


def test_what_went_wrong_behind_the_prompt_is_one_notice(start: Start) -> None:
    shell = start(connect_error=ServiceError("The role is missing.", "Set preferred_role."))
    shell.wait_for("Set preferred_role.")
    assert shell.text().count("The role is missing.") == 1
    assert shell.enter("SELECT 1;").count("The role is missing.") == 2


def test_a_login_that_breaks_is_one_notice_too(start: Start) -> None:
    login = FakeAuthentication(error=RecursionError("a plugin's own fault"))
    shell = start(authentication=login)
    shell.wait_for("unexpected: RecursionError")
    assert "Traceback" not in shell.text()


def test_production_asks_before_any_write(start: Start) -> None:
    shell = start(production=True)
    shell.wait_for("shop!>")
    shell.enter("SELECT 1;")
    shell.type("INSERT INTO t VALUES (1);\r")
    shell.wait_for("test is a production profile. Run this INSERT INTO? [y/N]")
    shell.enter("")
    assert len(shell.engine.started) == 1


def test_a_profile_is_tried_inside_the_shell(start: Start) -> None:
    shell = start()
    for command in ("\\check profile", "\\check"):
        shell.stream.screen.reset()
        assert "\nparameters of test\nsession\n" in shell.enter(command)
    for command in ("SELECT 1 \\check profile", "SELECT 1 \\check SELECT 2"):
        assert "a statement before it and something behind it" in shell.enter(command)
        shell.stream.screen.reset()
    assert shell.engine.started == []


def test_a_profile_that_cannot_log_in_leaves_all_as_it_was(start: Start) -> None:
    shell = start()
    shell.enter("SELECT 1;")
    shell.authentication.error = AuthError("The role may not be assumed.", "Check preferred_role.")
    shown = shell.enter("\\c other")
    assert "The role may not be assumed." in shown
    assert "Check preferred_role. The profile is still test." in shown
    desk = shell.shell._desk.value
    assert desk is not None
    assert desk.current.session.profile == "test"
    shell.authentication.error = LoginRequired("The token has expired.")
    assert "Profile other." in shell.enter("\\c other")


def test_queries_in_the_background_are_named_when_their_profile_is_left(start: Start) -> None:
    shell = start(columns=100)
    shell.answers("SELECT 9", looks=10**9)
    shell.enter("SELECT 9 ;>")
    shown = shell.enter("\\c other")
    assert "query-1 runs on under profile test; \\attach takes it up there." in shown
    desk = shell.shell._desk.value
    assert desk is not None
    assert desk.facts()["running"] == ""


def test_what_to_know_about_the_profile_is_said_once(start: Start) -> None:
    warning = "These parameters have no effect here: LogLevel."
    shell = start(warnings=(warning,))
    shell.wait_for(warning)
    shell.enter("SELECT 1;")
    shell.enter("\\c other")
    shell.enter("\\c test")
    assert shell.text().count(warning) == 1


def test_a_profile_brings_its_settings_and_what_was_set_here_stays(start: Start) -> None:
    of_other = {"format": "csv", "max_scan_per_query": "10GB"}
    shell = start(profile_settings={"other": of_other})
    shell.enter("\\set null -")
    shell.enter("\\set format json")
    shell.enter("\\c other")
    desk = shell.shell._desk.value
    assert desk is not None
    settings = desk.current.settings
    assert (settings.format, settings.null) == ("csv", "-")
    assert settings.max_scan_per_query == 10 * 1024**3
    shell.enter("\\set digit_groups on")
    shell.enter("\\c test")
    settings = desk.current.settings
    assert (settings.format, settings.null, settings.digit_groups) == ("table", "-", True)
    assert settings.max_scan_per_query == 0
