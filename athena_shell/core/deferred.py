"""A function that is imported when it is first called.

Tables are read by every run of the program; of what they name, a run needs little.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def deferred(place: str) -> Callable[..., Any]:
    """Return a function that stands for ``athena_shell.<place>``, such as ``auth.jwt:build``."""
    module, _, name = place.partition(":")

    def call(*arguments: Any) -> Any:
        from importlib import import_module

        return getattr(import_module(f"athena_shell.{module}"), name)(*arguments)

    call.__name__ = place
    return call
