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
COMPLAINTS = ("rror", "not found", "No such", "bad ", "unbound", "usage")
HERE = [shell for shell in COMMANDS if shutil.which(shell)]
"""The shells of this machine; the check installs them all."""
CONFIGURATION = """\
[profile nightly]
[ProFile\tjane@work  ]
[profile évening]
[profile $(touch${IFS}expanded)]
[profile `touch\texpanded`]
[settings]
format = csv
"""
CONTROL = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\a]*\a|\(B|[=>])")


class Typist:
    """Types into a shell on a pseudo-terminal and reads what it shows."""

    def __init__(self, shell: str, directory: Path) -> None:
        self.directory = directory
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
                    "LC_ALL": "C.UTF-8",
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

    def clear(self) -> None:
        """Take the line away."""
        self.send("\x05\x15")

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
    (directory / "c.ini").write_text(CONFIGURATION)
    (directory / "other.ini").write_text("[profile elsewhere]\n")
    (directory / "a blank.ini").write_text("[profile behind_a_blank]\n")
    for name in ("report.sql", "two words.sql", "--odd.sql", "(1) it's.sql"):
        (directory / name).touch()
    (directory / "reports of a day").mkdir()
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
        ("athena-shell -c 'SELECT 1' report.sql --junit x.xml --form", "--format"),
        ("athena-shell -p nigh", "nightly"),
        ("athena-shell -p jane@w", "jane@work"),
        ("athena-shell --profile=jane@w", "jane@work"),
        ("athena-shell -p éve", "évening"),
        ("athena-shell --config other.ini -p else", "elsewhere"),
        ("athena-shell --config=other.ini --profile=else", "elsewhere"),
        ("athena-shell --config ~/other.ini -p else", "elsewhere"),
        ("athena-shell --config 'a blank.ini' -p behi", "behind_a_blank"),
        ("athena-shell --config a\\ blank.ini -p behi", "behind_a_blank"),
        ("athena-shell --set table_st", "table_style="),
        ("athena-shell --set=table_st", "table_style="),
        ("athena-shell --set table_style=fancy_o", "fancy_outline"),
        ("athena-shell --set=table_style=fancy_o", "fancy_outline"),
        ("athena-shell --set format=markd", "markdown"),
        ("athena-shell --on-error con", "continue"),
        ("athena-shell --as prof", "profile"),
        ("athena-shell --completion fi", "fish"),
        ("athena-shell repo", "report"),
        ("athena-shell -f two", "two\\ words.sql"),
        ("athena-shell --file=two", "two\\ words.sql"),
        ("athena-shell -f 'two", "two words.sql"),
        ("athena-shell -o reports", "reports\\ of\\ a\\ day/"),
        ("athena-shell --stats=reports", "reports\\ of\\ a\\ day/"),
        ("athena-shell --junit ~/reports", "reports\\ of\\ a\\ day/"),
        ("athena-shell --local=reports", "reports\\ of\\ a\\ day/"),
        ("athena-shell --local reports", "reports\\ of\\ a\\ day/"),
        ("athena-shell -- --od", "--odd.sql"),
    ],
)
def test_tab_offers(typist: Typist, typed: str, shown: str) -> None:
    typist.send(f"{typed}\t")
    typist.wait_for(shown)
    typist.clear()


@pytest.mark.terminal
def test_tab_completes_in_the_middle_of_a_line(typist: Typist) -> None:
    back, home = "\x02" * 3, "\x01"
    typist.send(f"athena-shell --format markd -q{back}\t{home}printf '<%s>' \n")
    typist.wait_for("<athena-shell><--format><markdown><-q>")


@pytest.mark.terminal
@pytest.mark.parametrize(
    "typed",
    [
        "athena-shell -p ",
        "athena-shell --profile=",
        "athena-shell -c ",
        "athena-shell --timeout ",
        "athena-shell --config nowhere.ini -p ",
        "athena-shell 'un",
    ],
)
def test_tab_runs_nothing_and_complains_of_nothing(typist: Typist, typed: str) -> None:
    typist.send(f"{typed}\t\t")
    typist.clear()
    typist.send("echo st''ill\n")
    shown = typist.wait_for("still")
    assert not typist.directory.joinpath("expanded").exists()
    assert [word for word in COMPLAINTS if word in shown] == []
