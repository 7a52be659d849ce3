"""Record sessions anew when what they show has changed: ``python -m tests.terminal.record``.

Arguments name sessions, none means all. Read the difference: it is what users will see.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Collection
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.terminal.conftest import TmuxTerminal, User
from tests.terminal.sessions import BORDER, FOLDER, Recorded, masked, play, recorded


def main(names: Collection[str]) -> None:
    """Play the named sessions, or all, and keep the screens they end in."""
    for session in recorded():
        if names and session.name not in names:
            continue
        with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            home = Path(folder) / "user"
            home.mkdir()
            screen = _screen(session, home)
        path = FOLDER / f"{session.name}.txt"
        typed = path.read_text(encoding="utf-8").partition(BORDER)[0]
        path.write_text(f"{typed}{BORDER}\n{screen}\n", encoding="utf-8")


def _screen(session: Recorded, home: Path) -> str:
    terminal = TmuxTerminal(home, *session.size)
    try:
        play(User(terminal, home), session)
        before, shown = "", masked(terminal.text(), home)
        while shown != before or "connecting" in shown:
            time.sleep(0.5)  # long enough for the login behind the prompt
            before, shown = shown, masked(terminal.text(), home)
        return shown
    finally:
        terminal.end()


if __name__ == "__main__":
    main(sys.argv[1:])
