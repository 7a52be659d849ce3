"""How long the program takes to say the least, beside a bare interpreter, in one run."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from statistics import median

import pytest

ROUNDS = 15
ALLOWED = 5.0

pytestmark = pytest.mark.benchmark


def seconds(*arguments: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def medians(lines: Sequence[Sequence[str]]) -> list[float]:
    """Run the lines in turn, so that a slow moment of the machine hits all of them."""
    rounds = [[seconds(*line) for line in lines] for _ in range(ROUNDS)]
    return [median(column) for column in zip(*rounds, strict=True)]


@pytest.mark.parametrize("flag", ["--help", "--version"])
def test_help_and_version_cost_little_more_than_the_interpreter(
    flag: str, record_property: Callable[[str, object], None]
) -> None:
    bare, program = medians([("-c", "pass"), ("-m", "athena_shell", flag)])
    record_property("bare_ms", round(bare * 1000, 1))
    record_property("program_ms", round(program * 1000, 1))
    print(f"{flag}: {program * 1000:.0f} ms, bare interpreter {bare * 1000:.0f} ms")
    assert program <= ALLOWED * bare
