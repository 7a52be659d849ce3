"""Files below ``--local DIR`` that become no table are told of."""

from __future__ import annotations

from pathlib import Path

from tests.app.conftest import Run


def test_unreadable_files_are_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text("a\n1\n")
    for place in range(7):
        (tmp_path / f"bad{place}.parquet").write_text("no such thing")
    ended = run(f"--local={tmp_path}", "-c", "select a from good", "--format", "csv")
    assert (ended.code, ended.out) == (0, '"a"\n"1"\n')
    for place in range(5):
        assert f"{tmp_path}/bad{place}.parquet: cannot be read as parquet" in ended.talk
    assert "bad5" not in ended.talk
    assert "2 more files became no table" in ended.talk
