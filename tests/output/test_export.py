"""An export is whole under its name, or it is not there."""

from __future__ import annotations

import errno
import os
import random
import resource
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from athena_shell.core.errors import OutputError
from athena_shell.core.model import Transferred
from athena_shell.output import export
from athena_shell.output.export import whole_or_absent
from athena_shell.output.sink import write_error


@pytest.fixture(params=["nameless", "named"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run every test with and without the system's nameless files."""
    if request.param == "named":
        monkeypatch.setattr(export, "_NAMELESS", 0)
    return str(request.param)


def left_in(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir() if path.name != "home")


def test_the_file_appears_whole_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    with whole_or_absent(target) as file:
        file.write("id\n")
        file.write(b"\xff\n")
        assert not target.exists()
    assert target.read_bytes() == b"id\n\xff\n"
    assert left_in(tmp_path) == ["out.csv"]
    assert file.written == 5


@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_the_mode_is_what_the_umask_leaves(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        with whole_or_absent(tmp_path / "out"):
            pass
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o666 & ~umask


@pytest.mark.parametrize("kind", [RuntimeError, KeyboardInterrupt, GeneratorExit])
def test_nothing_is_left_after_a_failure(tmp_path: Path, kind: type[BaseException]) -> None:
    def write() -> None:
        with whole_or_absent(tmp_path / "out.csv") as file:
            file.write("x" * 1_000_000)
            raise kind

    with pytest.raises(kind):
        write()
    assert left_in(tmp_path) == []


def test_an_existing_file_needs_force_and_keeps_its_mode(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("old")
    target.chmod(0o640)
    with pytest.raises(OutputError) as raised, whole_or_absent(target) as file:
        file.write("new")
    assert raised.value.message == f"{target} exists already."
    assert raised.value.hint == "Add --force to replace it."
    assert target.read_text() == "old"
    with whole_or_absent(target, force=True) as file:
        file.write("new")
    assert target.read_text() == "new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert left_in(tmp_path) == ["out.csv"]


def test_the_old_file_survives_a_failed_replacement(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("old")

    def replace() -> None:
        with whole_or_absent(target, force=True) as file:
            file.write("new")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        replace()
    assert target.read_text() == "old"
    assert left_in(tmp_path) == ["out.csv"]


def test_what_appears_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"

    def write() -> None:
        with whole_or_absent(target) as file:
            file.write("ours")
            target.write_text("theirs")

    with pytest.raises(OutputError, match="exists already"):
        write()
    assert target.read_text() == "theirs"
    assert left_in(tmp_path) == ["out.csv"]


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with whole_or_absent(tmp_path / "link") as file:
        file.write("x")
    assert (tmp_path / "real").read_text() == "x"
    assert (tmp_path / "link").is_symlink()


@pytest.mark.parametrize(
    ("name", "reason", "hint"),
    [
        ("missing/out.csv", "No such file or directory", "Make the directory first."),
        ("file/out.csv", "Not a directory", "Part of the path is a file."),
        ("folder", "Is a directory", "Name a file, not a directory."),
        ("n" * 300, "File name too long", "Choose a shorter name."),
    ],
)
def test_a_place_that_cannot_be_written(tmp_path: Path, name: str, reason: str, hint: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    before = left_in(tmp_path)
    with pytest.raises(OutputError) as raised, whole_or_absent(tmp_path / name):
        pass
    assert raised.value.message == f"{tmp_path / name} cannot be written: {reason}."
    assert raised.value.hint == hint
    assert left_in(tmp_path) == before


def test_a_device_is_written_directly_and_a_full_one_is_told_of() -> None:
    with whole_or_absent(Path("/dev/null")) as file:
        file.write("x")
    with (
        pytest.raises(OutputError, match="No space left"),
        whole_or_absent(Path("/dev/full")) as file,
    ):
        file.write("x")
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)


def test_a_file_that_grows_too_large_is_not_kept(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
        with pytest.raises(OutputError) as raised, whole_or_absent(tmp_path / "out") as file:
            file.write("x" * 1_000_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert raised.value.message.endswith("cannot be written: File too large.")
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("step", ["fsync", "fchmod", "write"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
def test_every_step_may_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, number: int
) -> None:
    def refuse(*_arguments: object) -> None:
        raise OSError(number, os.strerror(number))

    if step == "write":
        monkeypatch.setattr(export._File, "write", _refused_write(number, tmp_path))
    else:
        monkeypatch.setattr(os, step, refuse)
    with (
        pytest.raises(OutputError, match="cannot be written"),
        whole_or_absent(tmp_path / "out") as file,
    ):
        file.write("x")
    assert left_in(tmp_path) == []


def _refused_write(number: int, path: Path) -> object:
    def write(_self: object, _data: object) -> int:
        raise write_error(str(path), OSError(number, os.strerror(number)))

    return write


def test_a_copy_may_fill_the_file_by_its_descriptor(tmp_path: Path) -> None:
    def copy(descriptor: int) -> Transferred:
        os.pwrite(descriptor, b"cd", 2)
        os.pwrite(descriptor, b"ab", 0)
        return Transferred(1, 4)

    def fail(descriptor: int) -> Transferred:
        os.pwrite(descriptor, b"xxxxxxxx", 0)
        raise RuntimeError

    with whole_or_absent(tmp_path / "out") as file:
        assert file.regular
        with pytest.raises(RuntimeError):
            file.fill(fail)
        assert file.fill(copy) == Transferred(1, 4)
        assert file.written == 4
        file.write("e")
    assert (tmp_path / "out").read_text() == "abcde"
    with whole_or_absent(Path("/dev/null")) as file:
        assert not file.regular


@pytest.mark.parametrize("taken", [False, True])
def test_a_file_system_without_hard_links(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    taken: bool,  # noqa: FBT001 - drawn
) -> None:
    def refuse(*_arguments: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    target = tmp_path / "out"

    def write() -> None:
        with whole_or_absent(target) as file:
            file.write("ours")
            if taken:
                target.write_text("theirs")

    monkeypatch.setattr(export, "_NAMELESS", 0)
    monkeypatch.setattr(Path, "hardlink_to", refuse)
    if taken:
        with pytest.raises(OutputError, match="exists already"):
            write()
    else:
        write()
    assert target.read_text() == ("theirs" if taken else "ours")
    assert left_in(tmp_path) == ["out"]


@pytest.mark.parametrize("number", [errno.EINVAL, errno.EIO])
def test_a_directory_that_cannot_be_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    real = os.fsync

    def fsync(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(number, os.strerror(number))
        real(descriptor)

    def write() -> None:
        with whole_or_absent(tmp_path / "out") as file:
            file.write("x")

    monkeypatch.setattr(os, "fsync", fsync)
    if number == errno.EINVAL:
        write()
    else:
        with pytest.raises(OutputError, match="cannot be written"):
            write()


WRITER = """
import sys
from pathlib import Path
from athena_shell.output import export
if sys.argv[2] == "named":
    export._NAMELESS = 0
with export.whole_or_absent(Path(sys.argv[1]), force=True) as file:
    print("started", flush=True)
    for number in range(200_000):
        file.write(f"{number}\\n")
"""


def test_a_kill_leaves_the_old_file_or_the_new_one(tmp_path: Path, way: str) -> None:
    target = tmp_path / "out.txt"
    target.write_text("old")
    whole = "".join(f"{number}\n" for number in range(200_000))
    chance = random.Random(5)  # noqa: S311 - moments, not secrets
    for _ in range(8):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(target), way],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        assert process.stdout is not None
        process.stdout.readline()
        try:
            process.wait(chance.uniform(0, 0.15))
        except subprocess.TimeoutExpired:
            process.kill()
        process.wait()
        process.stdout.close()
        text = target.read_text()
        assert text in {"old", whole}
    parts = [name for name in left_in(tmp_path) if name != "out.txt"]
    assert way == "named" or all((tmp_path / part).read_text() == whole for part in parts)
