"""``@dataclass`` whose methods are made when the class is first used.

The standard decorator compiles half a dozen methods for each class as its module is loaded. That is
a seventh of what a short run of this program takes, and most of the classes are never used in it.
Here the standard decorator does its work when the class is first called or asked for its fields.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(cls: type | None = None, /, **options: bool) -> Any:
        """Be ``dataclasses.dataclass``, later; a class with slots is made now."""
        if cls is None:
            return lambda wanted: dataclass(wanted, **options)
        if options.get("slots") or "__new__" in vars(cls):
            return _made(cls, options)
        return _put_off(cls, options)


_LOCK = threading.RLock()


def _put_off(cls: type, options: dict[str, bool]) -> type:
    waiting = True

    def make() -> None:
        nonlocal waiting
        # Another thread that calls the class meanwhile waits here until all its methods are there.
        with _LOCK:
            if waiting:
                waiting = False
                _made(cls, options)
                cls.__new__ = staticmethod(_new)  # type: ignore[assignment]  # as it was before

    def first(wanted: type, *_values: object, **_named: object) -> object:
        make()
        return object.__new__(wanted)

    cls.__new__ = staticmethod(first)  # type: ignore[assignment]  # every instance begins there
    cls.__dataclass_fields__ = _Fields(make)  # type: ignore[attr-defined]  # for heirs and tools
    return cls


def _new(wanted: type, *_values: object, **_named: object) -> object:
    return object.__new__(wanted)


def _made(cls: type, options: dict[str, bool]) -> type:
    import dataclasses

    made: type = dataclasses.dataclass(**options)(cls)
    return made


class _Fields:
    """Stands for a class's fields until somebody asks for them."""

    def __init__(self, make: Callable[[], None]) -> None:
        self._make = make

    def __get__(self, instance: object, owner: type) -> Any:
        self._make()
        return owner.__dataclass_fields__  # type: ignore[attr-defined]  # made just above
