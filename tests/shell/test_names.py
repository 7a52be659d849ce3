r"""``\refresh`` and the names behind the prompt, as the user sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from athena_shell.core.errors import ServiceError
from athena_shell.core.model import Database

if TYPE_CHECKING:
    from tests.shell.conftest import Start


def test_a_failed_refresh_is_one_line_above_the_prompt(start: Start) -> None:
    shell = start(columns=120)
    answer = shell.metadata.databases

    def broken(_catalog: str) -> Sequence[Database]:
        raise ServiceError("Athena cannot be reached.")

    shell.metadata.databases = broken  # type: ignore[method-assign] # the service goes away
    notice = "Names for completion could not be refreshed: Athena cannot be reached."
    shell.enter("\\refresh", until=notice)
    assert shell.text().count(notice) == 1
    shell.metadata.databases = answer  # type: ignore[method-assign] # and comes back
    shell.enter("\\refresh")
    desk = shell.shell._desk.value
    assert desk is not None
    assert desk.tools.services.connect().names.wait(10)
    shell.type("\\use defa\t")
    shell.wait_for("\\use default")
    assert shell.text().count(notice) == 1
