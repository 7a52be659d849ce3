"""The bottom line says who is logged in, as whom, and for how long."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from athena_shell.config.settings import Settings
from athena_shell.core.credentials import Credentials, Identity
from athena_shell.core.errors import ServiceError
from athena_shell.shell.labels import fitted
from tests.shell.conftest import FakeAuthentication

if TYPE_CHECKING:
    from tests.shell.conftest import Start


class As(FakeAuthentication):
    """A login of a role given by its ARN."""

    arn = ""

    def _credentials(self) -> Credentials:
        return replace(super()._credentials(), identity=Identity(self.arn, "ann", "athena"))


@pytest.mark.parametrize(
    ("arn", "name"),
    [
        ("arn:aws:iam::123456789012:role/team/analyst", "analyst"),
        ("arn:aws:iam::123456789012:role/analyst", "analyst"),
        ("arn:aws:sts::123456789012:assumed-role/analyst/jane", "analyst"),
    ],
)
def test_the_bottom_line(start: Start, arn: str, name: str) -> None:
    login = As()
    login.arn = arn
    shell = start(authentication=login)
    shell.enter("SELECT 1;")
    desk = shell.shell._desk.value
    assert desk is not None
    line = fitted(Settings().toolbar, {**desk.facts(), "expires": "14 min", "cost": "$0"}, 120)
    where = "AwsDataCatalog.shop  primary  us-east-1"
    assert line == f"test  {name}  {where}  14 min  $0  ann  athena"
    assert desk.facts()["expires"] in {"15 min", "14 min"}


def test_queries_that_run_in_the_background_are_counted(start: Start) -> None:
    shell = start()
    shell.answers("SELECT 9", looks=10**9)
    shell.enter("SELECT 9 ;>")
    desk = shell.shell._desk.value
    assert desk is not None
    assert "  1 running  $0" in fitted(Settings().toolbar, desk.facts(), 120)


def test_a_login_that_is_not_there_is_told(start: Start) -> None:
    shell = start()
    shell.enter("SELECT 1;")
    desk = shell.shell._desk.value
    assert desk is not None
    login = shell.authentication
    login.forgotten = True
    assert desk.facts()["expires"] == "not logged in"
    login.is_renewing = True
    assert (desk.facts()["expires"], desk.facts()["notice"]) == ("logging in", "logging in")


def test_a_connection_that_could_not_be_made_is_not_awaited(start: Start) -> None:
    shell = start(connect_error=ServiceError("The role is missing."))
    desk = shell.shell._desk
    shell.wait(lambda: desk.value is not None and desk.value.facts()["expires"] != "connecting")
    assert desk.value is not None
    assert desk.value.facts()["expires"] == "not connected"
