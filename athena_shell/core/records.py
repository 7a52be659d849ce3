"""``@dataclass`` whose methods are made when the class is first used, and made cheaply.

The standard decorator writes and compiles half a dozen functions for each class as its module is
loaded. That is a seventh of what a short run of this program takes. Here a class waits until it is
first called or asked for its fields; then only its ``__init__`` is compiled, and the other methods
are the same few functions for every class.

The fields are the standard library's own, so ``fields``, ``replace``, ``asdict``, ``match`` and
pickling work. What nothing here uses is left to the standard decorator whole: ``slots``, ``order``,
``unsafe_hash``, keyword-only fields and ``InitVar``.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from dataclasses import Field, dataclass

    Values = Callable[[object], tuple[object, ...]]
else:

    def dataclass(cls: type | None = None, /, **options: bool) -> Any:
        """Be ``dataclasses.dataclass``, later; a class with slots is made now."""
        if cls is None:
            return lambda wanted: dataclass(wanted, **options)
        if options.get("slots") or "__new__" in vars(cls):
            return _made(cls, options)
        return _put_off(cls, options)


__all__ = ["dataclass"]

_LOCK = threading.RLock()
_OPTIONS: Final = frozenset({"frozen", "eq", "repr"})
_RARE: Final = re.compile("InitVar|KW_ONLY")
_LATER: Final = object()
"""Stands for the value of a field that a factory makes."""


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


class _Fields:
    """Stands for a class's fields until somebody asks for them."""

    def __init__(self, make: Callable[[], None]) -> None:
        self._make = make

    def __get__(self, instance: object, owner: type) -> Any:
        self._make()
        return owner.__dataclass_fields__  # type: ignore[attr-defined]  # made just above


def _made(cls: type, options: dict[str, bool]) -> type:
    import dataclasses

    if not _is_plain(cls, options):
        whole: type = dataclasses.dataclass(**options)(cls)
        return whole
    made: type = dataclasses.dataclass(init=False, repr=False, eq=False)(cls)
    held = dict(vars(made))
    for name, method in _methods(made, dataclasses.fields(made), options).items():
        # A class with an __eq__ of its own has None for __hash__: that is Python's, not its own.
        if name not in held or (name == "__hash__" and held[name] is None and "__eq__" in held):
            setattr(made, name, method)
    return made


def _is_plain(cls: type, options: dict[str, bool]) -> bool:
    """Return whether a class uses only what is made here."""
    kinds = " ".join(str(kind) for kind in vars(cls).get("__annotations__", {}).values())
    by_name = any(getattr(value, "kw_only", False) is True for value in vars(cls).values())
    return options.keys() <= _OPTIONS and not by_name and not _RARE.search(kinds)


def _methods(cls: type, fields: tuple[Field[Any], ...], options: dict[str, bool]) -> dict[str, Any]:
    """Return what the class gets unless it has such a method of its own."""
    frozen = options.get("frozen", False)
    methods: dict[str, Any] = {"__init__": _initializer(cls, fields, frozen=frozen)}
    if frozen:
        methods.update(_guards(cls))
    if options.get("repr", True):
        methods["__repr__"] = _representation([each.name for each in fields if each.repr])
    if options.get("eq", True):
        methods["__eq__"] = _equality(_values([each.name for each in fields if each.compare]))
        hashed = [
            each.name for each in fields if (each.compare if each.hash is None else each.hash)
        ]
        methods["__hash__"] = _hashing(_values(hashed)) if frozen else None
    return methods


def _initializer(cls: type, fields: tuple[Field[Any], ...], *, frozen: bool) -> Any:
    """Compile ``__init__``: it writes past the guards of a frozen class, which are for others.

    Never through ``__dict__``: a dictionary that somebody has asked for takes half as much again.
    Sample, for a frozen class of two fields::

        def __init__(self, x, y=_later_):
            _put_(self, 'x', x)
            _put_(self, 'y', _make_y() if y is _later_ else y)
    """
    from dataclasses import MISSING

    space: dict[str, Any] = {"_later_": _LATER, "_put_": object.__setattr__}
    write = "_put_(self, {name!r}, {value})" if frozen else "self.{name} = {value}"
    parameters, body = ["self"], ["pass"]
    for each in fields:
        name, value = each.name, each.name
        default = ""
        if each.default_factory is not MISSING:
            space[f"_make_{name}"] = each.default_factory
            default = "_later_"
            value = f"_make_{name}() if {name} is _later_ else {name}"
        elif each.default is not MISSING:
            space[f"_default_{name}"] = each.default
            default = f"_default_{name}"
        if each.init:
            parameters.append(f"{name}={default}" if default else name)
            body.append(write.format(name=name, value=value))
        elif default == "_later_":
            body.append(write.format(name=name, value=f"_make_{name}()"))
    if hasattr(cls, "__post_init__"):
        body.append("self.__post_init__()")
    exec(f"def __init__({', '.join(parameters)}):\n " + "\n ".join(body), space)  # noqa: S102 - names of fields alone
    method = space["__init__"]
    method.__qualname__ = f"{cls.__qualname__}.__init__"
    return method


def _guards(cls: type) -> dict[str, Any]:
    from dataclasses import FrozenInstanceError

    kind: Any = cls  # for super(), which the type checker lets take names of classes alone
    names = frozenset(kind.__dataclass_fields__)

    def __setattr__(self: object, name: str, value: object) -> None:  # noqa: N807 - it becomes a method
        if type(self) is cls or name in names:
            raise FrozenInstanceError(f"cannot assign to field {name!r}")
        super(kind, self).__setattr__(name, value)

    def __delattr__(self: object, name: str) -> None:  # noqa: N807 - it becomes a method
        if type(self) is cls or name in names:
            raise FrozenInstanceError(f"cannot delete field {name!r}")
        super(kind, self).__delattr__(name)

    return {"__setattr__": __setattr__, "__delattr__": __delattr__}


def _values(names: list[str]) -> Values:
    from operator import attrgetter

    if len(names) > 1:
        return attrgetter(*names)
    return lambda each: tuple(getattr(each, name) for name in names)


def _equality(values: Values) -> Any:
    def __eq__(self: object, other: object) -> bool:  # noqa: N807 - it becomes a method
        return values(self) == values(other) if type(other) is type(self) else NotImplemented

    return __eq__


def _hashing(values: Values) -> Any:
    def __hash__(self: object) -> int:  # noqa: N807 - it becomes a method
        return hash(values(self))

    return __hash__


def _representation(names: list[str]) -> Any:
    from reprlib import recursive_repr

    @recursive_repr()
    def __repr__(self: object) -> str:  # noqa: N807 - it becomes a method
        held = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__qualname__}({held})"

    return __repr__
