"""File names for completion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from athena_shell.shell.paths import files_like

if TYPE_CHECKING:
    from pathlib import Path


def test_names_come_as_typed_with_a_slash_behind_folders(tmp_path: Path) -> None:
    home, here = tmp_path / "home", tmp_path / "here"
    for path in (home / "my dir", here / "sub"):
        path.mkdir(parents=True)
        (path / "a b.sql").touch()
    assert files_like("su", here, str(home)) == ["sub/"]
    assert files_like("sub/", here, str(home)) == ["sub/a b.sql"]
    assert files_like("~/m", here, str(home)) == ["~/my dir/"]
    assert files_like("~/my dir/", here, str(home)) == ["~/my dir/a b.sql"]
    assert not files_like("~/", here)
    assert files_like("", here, folders_only=True) == ["sub/"]
