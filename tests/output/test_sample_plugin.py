"""Another package's format: built and installed as people would, then named on the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parent / "sample_plugin"
QUERY = "SELECT 1 AS n, CAST(NULL AS varchar) AS absent, 'long enough' AS word"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the sample into a directory of its own; nothing is downloaded."""
    target = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"),
            *("--no-build-isolation", "--no-index", "--disable-pip-version-check"),
            *("--target", str(target), str(SAMPLE)),
        ],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return target


def run(site: Path, *arguments: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "athena_shell", "--local", "-c", QUERY, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": f"{site}{os.pathsep}{Path.cwd()}"},
    )
    return done.returncode, done.stdout, done.stderr


def test_an_installed_format_is_named_like_a_built_in_one(installed: Path, tmp_path: Path) -> None:
    drawn = "n       |absent  |word    \n1       |NULL    |long eno\n"
    assert run(installed, "--format", "fixed")[:2] == (0, drawn)
    path = tmp_path / "result.dat"
    assert run(installed, "--format", "FIXED", "-o", str(path))[:2] == (0, "")
    assert path.read_text() == drawn


def test_a_broken_format_is_an_error_for_who_names_it(installed: Path) -> None:
    code, out, err = run(installed, "--format", "broken")
    assert (code, out) == (2, "")
    assert "The format plugin broken cannot be loaded" in err
    assert "Reinstall or remove the package that provides athena_fixed.nowhere:FORMATTER." in err
    assert "Traceback" not in err


def test_a_broken_format_that_nobody_names_does_not_matter(installed: Path) -> None:
    code, out, err = run(installed, "--format", "csv")
    assert (code, out) == (0, '"n","absent","word"\n"1",,"long enough"\n')
    assert "broken" not in err


def test_without_the_package_its_format_is_unknown(tmp_path: Path) -> None:
    code, out, err = run(tmp_path, "--format", "fixed")
    assert (code, out) == (2, "")
    assert "format cannot be “fixed”." in err
