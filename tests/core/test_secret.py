"""A secret never shows itself, whatever Python is asked to do with it."""

from __future__ import annotations

import pickle
import traceback

import pytest

from athena_shell.core.secret import Secret

TEXT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl"


@pytest.fixture
def secret() -> Secret:
    return Secret(TEXT, "file /run/token")


def test_every_text_form_shows_origin_and_last_four_characters(secret: Secret) -> None:
    expected = "<secret …dXJl from file /run/token>"
    assert [repr(secret), str(secret), f"{secret}", f"{secret:}"] == [expected] * 4
    assert f"{secret:>40}" == expected.rjust(40)


def test_a_short_secret_shows_nothing() -> None:
    assert repr(Secret("hunter2")) == "<secret …>"


def test_reveal_gives_the_text(secret: Secret) -> None:
    assert secret.reveal() == TEXT


def test_a_traceback_with_locals_does_not_hold_it(secret: Secret) -> None:
    with pytest.raises(TypeError) as caught:
        int(secret)  # type: ignore[call-overload]  # the failure is the point
    report = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    drawn = "".join(report.format())
    assert TEXT not in drawn
    assert "…dXJl" in drawn


def test_it_is_never_pickled(secret: Secret) -> None:
    with pytest.raises(TypeError, match="never pickled"):
        pickle.dumps(secret)


def test_equality_is_by_value() -> None:
    assert Secret(TEXT, "a") == Secret(TEXT, "b")
    assert Secret(TEXT) != TEXT
    assert hash(Secret(TEXT, "a")) == hash(Secret(TEXT, "b"))
    assert not Secret("")
