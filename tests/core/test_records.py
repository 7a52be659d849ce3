"""The late decorator gives what the standard one gives."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import re
import threading
from collections.abc import Callable
from dataclasses import FrozenInstanceError, field, replace
from functools import cached_property
from typing import Any, ClassVar

import pytest

from athena_shell.core.records import dataclass


@dataclass(frozen=True)
class Point:
    """A place."""

    x: int
    y: int = 2
    names: list[str] = field(default_factory=list)
    origin: ClassVar[int] = 0

    @cached_property
    def sum(self) -> int:
        return self.x + self.y


@dataclass(frozen=True)
class Solid(Point):
    """A place in space."""

    z: int = 3


class Plain(Point):
    """An heir that is no dataclass."""


@dataclass
class Mutable:
    """What changes."""

    x: int = 0

    def __post_init__(self) -> None:
        self.x += 1


def test_it_is_a_dataclass_once_it_is_used() -> None:
    point = Point(1)
    assert (point, repr(point)) == (Point(x=1, y=2), "Point(x=1, y=2, names=[])")
    assert point != Point(2)
    assert point.sum == 3
    with pytest.raises(FrozenInstanceError):
        point.x = 5  # type: ignore[misc]  # what is tried here
    with pytest.raises(TypeError, match="unexpected keyword argument 'w'"):
        Point(1, w=2)  # type: ignore[call-arg]  # what is tried here
    assert replace(point, y=7) == Point(1, 7)
    match point:
        case Point(x, y):
            assert (x, y) == (1, 2)


def test_heirs() -> None:
    assert dataclasses.asdict(Solid(1)) == {"x": 1, "y": 2, "names": [], "z": 3}
    assert isinstance(Plain(1), Point)
    assert Plain(4).sum == 6
    assert Mutable(2).x == 3


def test_tools_that_ask_first() -> None:
    @dataclass(frozen=True)
    class Asked:
        """A class nobody has called."""

        x: int
        y: str = ""

    assert dataclasses.is_dataclass(Asked)
    assert [each.name for each in dataclasses.fields(Asked)] == ["x", "y"]
    assert hash(Asked(1)) == hash(Asked(1))


def test_copies() -> None:
    solid = Solid(1, 2, ["a"])
    assert copy.deepcopy(solid) == solid
    assert pickle.loads(pickle.dumps(solid)) == solid  # noqa: S301 - our own


def _bodies() -> list[dict[str, Any]]:
    """Return what stands in classes, from the plainest to what only few write."""

    def same(self: object, other: object) -> bool:
        return type(self) is type(other)

    def text(self: object) -> str:
        return type(self).__name__.lower()

    def number(self: object) -> int:
        return len(type(self).__name__)

    def grow(self: Any) -> None:
        object.__setattr__(self, "x", (self.x, "grown"))

    x, y = {"x": "int"}, {"x": "int", "y": "int"}
    return [
        {},
        {"__annotations__": x},
        {"__annotations__": y, "y": 2},
        {"__annotations__": y, "y": field(default_factory=list)},
        {"__annotations__": y, "y": field(default=5, compare=False, repr=False)},
        {"__annotations__": y, "y": field(default=5, hash=False)},
        {"__annotations__": y, "y": field(default=5, init=False)},
        {"__annotations__": y, "y": field(default_factory=list, init=False)},
        {"__annotations__": y, "y": field(default=5, kw_only=True)},
        {"__annotations__": {"x": "int", "y": "InitVar[int]"}, "y": 3},
        {"__annotations__": {"x": "int", "y": "ClassVar[int]"}, "y": 3},
        {"__annotations__": x, "__eq__": same},
        {"__annotations__": x, "__eq__": same, "__hash__": number},
        {"__annotations__": x, "__hash__": None},
        {"__annotations__": x, "__repr__": text},
        {"__annotations__": x, "__post_init__": grow},
    ]


def _said(work: Callable[[], object]) -> object:
    """Return what came of it: a value, or the error's kind."""
    try:
        return work()
    except (TypeError, AttributeError) as error:
        return type(error)


def _shown(value: object) -> str:
    return re.sub(" at 0x[0-9a-f]+", "", repr(value))


def _behaviour(kind: Any) -> list[object]:
    """Tell what a class does with values, names and what is done to its instances."""
    told: list[object] = []
    for values, named in (((), {}), ((1,), {}), ((1, 2), {}), ((1,), {"y": 2}), ((1, 2, 3), {})):
        one, other = _said(lambda v=values, n=named: kind(*v, **n)), _said(lambda: kind(1))  # type: ignore[misc] # bound
        told += [
            _shown(one),
            _said(lambda a=one, b=other: (a == b, a == a, a == 5)),  # type: ignore[misc] # bound # noqa: PLR0124
            _said(lambda a=one: hash(a) == hash(copy.copy(a))),  # type: ignore[misc] # bound
            _said(lambda a=one: setattr(a, "x", 9)),  # type: ignore[misc] # bound
            _said(lambda a=one: setattr(a, "other", 9)),  # type: ignore[misc] # bound
            _said(lambda a=one: delattr(a, "other")),  # type: ignore[misc] # bound
            _said(lambda a=one: _shown(replace(a, x=4))),  # type: ignore[misc] # bound
            _said(lambda a=one: dataclasses.asdict(a)),  # type: ignore[misc] # bound
        ]
    told.append(getattr(kind, "__match_args__", None))
    told.append(kind.__hash__ is None)
    return told


@pytest.mark.parametrize("options", [{}, {"frozen": True}, {"eq": False}, {"repr": False}])
@pytest.mark.parametrize("number", range(len(_bodies())))
def test_a_class_does_what_the_standard_one_does(number: int, options: dict[str, bool]) -> None:
    decorators: list[Any] = [dataclass, dataclasses.dataclass]
    ours, standard = (
        _behaviour(
            decorator(**options)(type("Made", (), {"__doc__": "A class.", **_bodies()[number]}))
        )
        for decorator in decorators
    )
    assert ours == standard


def test_a_record_that_holds_itself_is_shown() -> None:
    @dataclass
    class Ring:
        """What may hold itself."""

        inside: list[object] = field(default_factory=list)

    ring = Ring()
    ring.inside.append(ring)
    assert repr(ring) == f"{Ring.__qualname__}(inside=[...])"


def test_threads_that_come_at_once_wait_for_the_whole_class() -> None:
    for _ in range(50):

        @dataclass(frozen=True)
        class Shared:
            """A class of this turn."""

            x: int
            y: int = 1

        made: list[Shared] = []
        gate = threading.Barrier(4)

        def work(
            kind: type[Shared] = Shared,
            made: list[Shared] = made,
            gate: threading.Barrier = gate,
        ) -> None:
            gate.wait()
            made.append(kind(7))

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert made == [Shared(7)] * 4
