"""What is offered where: the table of cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

CASES = Path(__file__).parent / "cases"


def cases() -> Iterator[tuple[str, str, str]]:
    """Yield (identity, marked text, names) of every line ``text => names``; ``⏎`` is a newline."""
    for path in sorted(CASES.glob("*.txt")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if "=>" in line and not line.startswith("#"):
                text, _, names = line.rpartition("=>")
                yield f"{path.stem}:{number}", text.strip(" ").replace("⏎", "\n"), names


@pytest.mark.parametrize(("identity", "marked", "names"), list(cases()))
def test_case(identity: str, marked: str, names: str, texts: Callable[[str], list[str]]) -> None:
    """Of the names, ``!name`` must not come, ``^name`` must come first, ``0`` is none at all."""
    offered = [text.strip() for text in texts(marked)]
    for name in (part.strip() for part in names.split(" ; ")):
        if name == "0":
            assert offered == [], (identity, marked)
        elif name.startswith("!"):
            assert name[1:] not in offered, (identity, marked, offered[:30])
        elif name.startswith("^"):
            assert offered[:1] == [name[1:]], (identity, marked, offered[:30])
        else:
            assert name in offered, (identity, marked, offered[:30])


def test_there_are_enough_cases() -> None:
    assert len(list(cases())) >= 550
