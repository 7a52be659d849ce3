"""TAB typed into the real shells offers flags, formats, profiles, settings and files."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from athena_shell.auth.registry import AuthRegistry
from athena_shell.config.options import Mode, Options
from athena_shell.script.about import about

COMMANDS = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "fish": ["fish", "--no-config", "-i"],
}
SETUP = {
    "bash": "bind 'set show-all-if-ambiguous on'; source completion",
    "zsh": "autoload -U compinit; compinit -D; setopt menu_complete; source completion",
    "fish": "source completion",
}
HERE = [shell for shell in COMMANDS if shutil.which(shell)]
"""The shells of this machine; the check installs them all."""
CONTROL = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\a]*\a|\(B|[=>])")


class Typist:
    """Types into a shell on a pseudo-terminal and reads what it shows."""

    def __init__(self, shell: str, directory: Path) -> None:
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            os.chdir(directory)
            path = os.pathsep.join(("/usr/bin", "/bin", str(Path(sys.executable).parent)))
            config = str(directory / "c.ini")
            os.execvpe(  # noqa: S606 - the shell under test, by its own name
                COMMANDS[shell][0],
                COMMANDS[shell],
                {
                    "PATH": path,
                    "HOME": str(directory),
                    "TERM": "xterm",
                    "PS1": "$ ",
                    "ATHENA_SHELL_CONFIG": config,
                },
            )
        self.send(f"{SETUP[shell]}; echo rea''dy\n")
        self.wait_for("ready")

    def send(self, text: str) -> None:
        """Type."""
        os.write(self._terminal, text.encode())

    def wait_for(self, text: str) -> str:
        """Return what was shown once it holds a text; fails after some seconds."""
        shown, end = "", time.monotonic() + 15
        while text not in CONTROL.sub("", shown):
            assert time.monotonic() < end, f"{text!r} is not in {shown!r}"
            if select.select([self._terminal], [], [], 0.1)[0]:
                shown += os.read(self._terminal, 4096).decode(errors="replace")
        return shown

    def close(self) -> None:
        """End the shell."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._terminal)


@pytest.fixture(scope="module", params=HERE)
def typist(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Typist]:
    directory = tmp_path_factory.mktemp(request.param)
    options = Options(mode=Mode.COMPLETION, completion=request.param)
    (directory / "completion").write_text(about(options, AuthRegistry().all_parameters()))
    (directory / "c.ini").write_text("[profile nightly]\n")
    (directory / "report.sql").touch()
    made = Typist(request.param, directory)
    yield made
    made.close()


@pytest.mark.terminal
@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("athena-shell --form", "--format"),
        ("athena-shell --format markd", "markdown"),
        ("athena-shell --format=markd", "markdown"),
        ("athena-shell -p nigh", "nightly"),
        ("athena-shell --set table_st", "table_style="),
        ("athena-shell --completion fi", "fish"),
        ("athena-shell repo", "report.sql"),
    ],
)
def test_tab_offers(typist: Typist, typed: str, shown: str) -> None:
    typist.send(f"{typed}\t")
    typist.wait_for(shown)
    typist.send("\x15\x03\n")
