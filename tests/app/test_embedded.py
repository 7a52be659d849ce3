"""The embedded endpoint of a process, from the first call to the end."""

from __future__ import annotations

import pytest

from athena_shell.app.embedded import Embedded
from athena_shell.app.surroundings import SystemClock
from athena_shell.core.errors import ConfigError


def test_a_thread_that_comes_late_opens_no_other_endpoint() -> None:
    embedded = Embedded(SystemClock(), None)
    root = embedded.directory()
    embedded.close()
    embedded.close()
    with pytest.raises(ConfigError, match=r"The embedded endpoint is closed\."):
        embedded.endpoint()
    assert not root.exists()
