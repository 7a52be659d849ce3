r"""Queries that nobody waits for: started by ``;>``, let go, taken up, stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.shell.conftest import Start

ENDLESS = 10**6


def test_a_query_is_let_go_and_named_no_more(start: Start) -> None:
    shell = start()
    shell.answers("SELECT 1", ("1",), looks=ENDLESS)
    shell.enter("SELECT 1;>")
    shown = shell.enter("\\detach")
    assert "Query query-1 was left running." in shown
    assert "\\attach query-1 watches it again, \\stop query-1 stops it." in shown
    shell.type("\\q\r")
    shell.wait(lambda: shell.code is not None)
    assert shell.end() == 0
    assert "Still running" not in shell.text()
    assert shell.engine.stopped == []


def test_only_what_is_in_the_background_is_let_go(start: Start) -> None:
    shell = start()
    assert "No query is in the background of this shell." in shell.enter("\\detach")
    shell.answers("SELECT 1", ("1",), looks=ENDLESS)
    shell.enter("SELECT 1;>")
    shell.enter("SELECT 1;>")
    shown = shell.enter("\\detach query-9")
    assert "Query query-9 is not in the background of this shell." in shown
    assert "Query query-1 was left running." in shell.enter("\\detach query-1")
    assert "Query query-2 was left running." in shell.enter("\\detach")


def test_a_stop_tells_how_the_query_ended_and_what_it_scanned(start: Start) -> None:
    shell = start()
    shell.answers("SELECT 1", ("1",), looks=ENDLESS, scanned=3 * 1024**3)
    shell.enter("SELECT 1;>")
    assert "Stopped query-1 after scanning 3.00 GB, $0.015." in shell.enter("\\stop query-1")
    desk = shell.shell._desk.value
    assert desk is not None
    assert desk.facts()["running"] == ""
    assert "Query query-1 has ended already: CANCELLED." in shell.enter("\\stop query-1")


def test_what_is_taken_up_is_billed_once_and_gives_no_notice(start: Start) -> None:
    shell = start()
    shell.answers("SELECT 1", ("1",), looks=4)
    shell.enter("SELECT 1;>")
    shown = shell.enter("\\attach query-1")
    assert "1 row" in shown
    desk = shell.shell._desk.value
    assert desk is not None
    assert f"{desk.current.bill.cost:.6f}" == "0.000048"
    assert "SUCCEEDED" not in shell.enter("\\conninfo")


def test_a_result_that_is_shown_again_costs_nothing(start: Start) -> None:
    shell = start()
    shell.enter("SELECT 1;")
    desk = shell.shell._desk.value
    assert desk is not None
    cost = desk.current.bill.cost
    assert cost
    shell.enter("\\result query-1")
    shell.enter("\\attach query-1")
    assert desk.current.bill.cost == cost


@pytest.mark.parametrize("let_go", [False, True])
def test_a_query_that_was_stopped_counts_once_in_the_running_total(
    start: Start, *, let_go: bool
) -> None:
    shell = start(settings={"max_cost_per_session": "0.01"})
    shell.answers("SELECT 1", ("1",), looks=ENDLESS, scanned=3 * 1024**3)
    shell.enter("SELECT 1;>")
    if let_go:
        shell.enter("\\detach")
    shell.enter("\\stop query-1")
    shell.enter("\\stop query-1")
    desk = shell.shell._desk.value
    assert desk is not None
    assert f"{desk.current.bill.cost:.6f}" == "0.014648"
    assert desk.current.bill.scanned_bytes == 3 * 1024**3
    shown = shell.enter("SELECT 2;")
    assert "This shell has cost $0.015, and the limit is $0.010." in shown


def test_a_query_stopped_at_its_time_limit_counts_in_the_running_total(start: Start) -> None:
    shell = start(settings={"timeout": "5"})
    shell.answers("SELECT 1", ("1",), looks=ENDLESS, scanned=3 * 1024**3)
    assert "Stopped at the time limit of 5 s" in shell.enter("SELECT 1;")
    desk = shell.shell._desk.value
    assert desk is not None
    assert f"{desk.current.bill.cost:.6f}" == "0.014648"


def test_queries_are_listed_by_state_and_a_miss_says_where_to_look(start: Start) -> None:
    shell = start()
    assert "No query of this shell is known." in shell.enter("\\queries")
    shell.enter("SELECT 1;")
    shell.answers("SELECT 2", looks=ENDLESS)
    shell.enter("SELECT 2;>")
    listed = shell.enter("\\queries state=running").rpartition("state=running")[2]
    assert "query-2" in listed
    assert "query-1" not in listed
    listed = shell.enter("\\queries --succeeded").rpartition("--succeeded")[2]
    assert "query-1" in listed
    assert "query-2" not in listed
    shown = shell.enter("\\queries state failed")
    assert "No such query among the last 2 of this shell." in shown
    assert "\\queries profile looks at all shells, \\queries workgroup at all clients." in shown


def test_what_queries_may_be_asked_for_is_offered(start: Start) -> None:
    shell = start()
    shell.type("\\queries fa\t")
    shell.wait(lambda: "\\queries failed" in shell.text())


def test_a_query_is_named_by_the_beginning_of_its_id(start: Start) -> None:
    shell = start()
    shell.enter("SELECT 1;")
    assert "1 row" in shell.enter("\\result quer").rpartition("\\result quer")[2]
    shell.enter("SELECT 2;")
    shown = shell.enter("\\stop quer")
    assert "2 queries have ids that begin with quer." in shown
    assert "Type more of it: query-1 or query-2" in shown
