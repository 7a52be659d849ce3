"""The late decorator gives what the standard one gives."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import threading
from dataclasses import FrozenInstanceError, field, replace
from functools import cached_property
from typing import ClassVar

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
