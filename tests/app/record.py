"""Record nights anew when what they show has changed: ``python -m tests.app.record``.

Arguments name nights, none means all. Read the difference: it is what users will see.
"""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path
from tempfile import TemporaryDirectory

from athena_shell.app.surroundings import SystemClock
from athena_shell.local.embedded import LocalEndpoint
from athena_shell.local.serve import served
from tests.app.nights import BORDER, FOLDER, nights, play


def main(names: Collection[str]) -> None:
    """Play the named nights, or all, and keep what comes of them."""
    with TemporaryDirectory() as folder:
        local = LocalEndpoint.open(Path(folder) / "aws", clock=SystemClock())
        with served(local, Path(folder) / "token") as endpoint:
            config = Path(folder) / "config.ini"
            config.touch(0o600)
            profile = endpoint.profile.replace("[profile local]", "[profile default]")
            config.write_text(f"{profile}Schema = sampledb\n", encoding="utf-8")
            for night in nights():
                if names and night.name not in names:
                    continue
                home = Path(folder) / night.name
                home.mkdir()
                steps = "\n".join(night.steps)
                outcome = play(night, config, home)
                path = FOLDER / f"{night.name}.txt"
                path.write_text(f"{steps}\n{BORDER}\n{outcome}", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
