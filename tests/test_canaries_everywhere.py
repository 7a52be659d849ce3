"""The watch over every test: what gives a canary away is seen."""

from __future__ import annotations

import pytest

from tests.conftest import CANARIES, leaks_below


@pytest.mark.parametrize("canary", CANARIES)
def test_a_canary_in_a_file_is_found(tmp_path_factory: pytest.TempPathFactory, canary: str) -> None:
    folder = tmp_path_factory.mktemp("leaky")
    assert leaks_below(folder) == []
    path = folder / "deep" / "history"
    path.parent.mkdir()
    path.write_bytes(b"\xff" + canary.encode())
    assert leaks_below(folder) == [f"{path} holds {canary}"]
