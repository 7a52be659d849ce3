"""A function that is imported when it is first called.

The tables of types and sources are read before the first prompt; what they do is not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def deferred(place: str) -> Callable[[Any], Any]:
    """Return a function that stands for ``athena_shell.auth.<place>``, such as ``jwt:build``."""
    module, _, name = place.partition(":")

    def call(argument: Any) -> Any:
        from importlib import import_module

        return getattr(import_module(f"athena_shell.auth.{module}"), name)(argument)

    call.__name__ = place
    return call
