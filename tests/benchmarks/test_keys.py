"""From a key to its echo in long texts, and a long paste, on a real terminal; rivals in turn.

Wall-clock time as a user has it: the key is written to the terminal, the echo is read from it.
athenacli and litecli are measured when ``ATHENA_SHELL_RIVALS`` names the ``bin`` directory that
holds them; pgcli and mycli ask for a server first and are not.
"""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.benchmarks.test_prompt import WHERE, Terminal, terminal

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]

RIVALS = os.environ.get("ATHENA_SHELL_RIVALS", "")
KEYS = 100
PAUSE = 0.05  # seconds between a key's echo and the next key: a fast typist
ALPHABET = "абвгдежзиклмнопрстуфхцчшщыэюя"  # letters that no escape sequence holds
BARE = "from prompt_toolkit import PromptSession; PromptSession(multiline=True).prompt('bare> ')"
CASES = "SELECT " + ",\n".join(
    f"CASE WHEN col_{n} > {n} THEN 'a{n}' ELSE 'b' END AS c{n}" for n in range(150)
)
OLD = (
    "SELECT a, 'x;y' AS b, count(*) -- note; here\nFROM db.t /* c ; */ WHERE a > 10\n"
    "GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 100;\n\n"
)
TEXTS = {
    "short": "SELECT * FROM orders WHERE ",
    "150 CASE": CASES + "\nFROM orders WHERE ",
    "5,000 lines": OLD * 1250 + "SELECT * FROM orders WHERE ",
}
LONGEST = 40.0  # seconds that a paste may take
PASTED_LINES = 10_000
PASTE = "\n".join(f"  t.column_{n} + coalesce(t.other_{n}, 0)," for n in range(PASTED_LINES))


@pytest.fixture
def programs(tmp_path: Path) -> Iterator[dict[str, Callable[[], Terminal]]]:
    """Return what starts each program and waits for its prompt."""
    config = tmp_path / "athenaclirc"
    config.write_text("[main]\nprompt = 'rival> '\nless_chatty = True\n", encoding="utf-8")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "TERM": "xterm-256color",
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    lines: dict[str, tuple[list[str], bytes]] = {
        "bare": ([sys.executable, "-c", BARE], b"bare>"),
        "program": ([sys.executable, "-m", "athena_shell", "--local"], b"14 min"),
    }
    if RIVALS:
        athenacli = ["--athenaclirc", str(config), "--s3-staging-dir", "s3://x/"]
        lines["athenacli"] = ([str(Path(RIVALS) / "athenacli"), *athenacli], b"rival>")
        lines["litecli"] = ([str(Path(RIVALS) / "litecli"), str(tmp_path / "a.db")], b"a.db")
    with ExitStack() as stack:

        def start(name: str) -> Terminal:
            arguments, marker = lines[name]
            screen, _ = stack.enter_context(terminal(arguments, environment))
            screen.until(marker)
            return screen

        yield {name: lambda name=name: start(name) for name in lines}  # type: ignore[misc] # bound


def paste(screen: Terminal, text: str, marker: str) -> float:
    """Paste a text that ends with a marker; return the seconds until the marker is shown."""
    data = b"\x1b[200~" + (text + marker).encode() + b"\x1b[201~"
    wanted, screen.seen = marker.encode(), b""
    began = time.perf_counter()
    while wanted not in screen.seen:
        ready, writable, _ = select.select(
            [screen.descriptor], [screen.descriptor] if data else [], [], 0.5
        )
        if writable:
            data = data[os.write(screen.descriptor, data[:4096]) :]
        if ready:
            found = os.read(screen.descriptor, 65536)
            screen.seen += found
            for _ in range(found.count(WHERE)):
                os.write(screen.descriptor, b"\x1b[1;1R")
        if time.perf_counter() - began > LONGEST:
            raise TimeoutError
    return time.perf_counter() - began


def drain(screen: Terminal, seconds: float) -> None:
    """Read what still comes for a while."""
    end = time.perf_counter() + seconds
    while (left := end - time.perf_counter()) > 0:
        ready, _, _ = select.select([screen.descriptor], [], [], left)
        if ready:
            os.read(screen.descriptor, 65536)


def echoes(screen: Terminal, count: int) -> list[float]:
    """Type letters and return the seconds from each to its echo, sorted."""
    times = []
    for number in range(count):
        letter = ALPHABET[number % len(ALPHABET)].encode()
        began = screen.type(letter)
        times.append(screen.until(letter) - began)
        drain(screen, PAUSE)
    return sorted(times)


def at(times: list[float], share: float) -> float:
    """Return a percentile in milliseconds."""
    return times[min(int(len(times) * share), len(times) - 1)] * 1000


@pytest.mark.parametrize("label", TEXTS)
def test_a_key_is_echoed(label: str, programs: dict[str, Callable[[], Terminal]]) -> None:
    found = {}
    for name, start in programs.items():
        screen = start()
        try:
            paste(screen, TEXTS[label], "я")
        except TimeoutError:
            print(f"{label:>12} {name:>10}: the text was not shown within {LONGEST:.0f} s")
            continue
        drain(screen, 2.0)
        slow = name in {"athenacli", "litecli"} and label != "short"
        found[name] = echoes(screen, 5 if slow else KEYS)
        print(f"{label:>12} {name:>10}: median {at(found[name], 0.5):8.1f} ms, "
              f"p99 {at(found[name], 0.99):8.1f} ms")  # fmt: skip
    assert at(found["program"], 0.99) <= 20


def test_a_paste_of_ten_thousand_lines(programs: dict[str, Callable[[], Terminal]]) -> None:
    times = {}
    for name, start in programs.items():
        screen = start()
        try:
            times[name] = paste(screen, PASTE, "я")
        except TimeoutError:
            times[name] = float("inf")
        print(f"paste of {PASTED_LINES} lines, {len(PASTE) / 1000:.0f} kB, {name:>10}: "
              f"{times[name]:7.2f} s")  # fmt: skip
    assert times["program"] <= 3 * times["bare"]
