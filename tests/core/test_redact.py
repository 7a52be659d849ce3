from __future__ import annotations

import io
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.core.debug_log import debug_handler
from athena_shell.core.environment import child_environment
from athena_shell.core.redact import redact

TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqYW5lIn0.c2lnbmF0dXJl"
SESSION = "IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJGMEQCIHs="
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".replace("MI/", "M9/")


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (f"token {TOKEN} end", "token [redacted] end"),
        (f"cut {TOKEN[:24]}", "cut [redacted]"),
        ("key ASIAIOSFODNN7EXAMPLE.", "key [redacted]."),
        (f"secret {SECRET}", "secret [redacted]"),
        (f"x {SESSION} y", "x [redacted] y"),
        (f"<Token-0>{SESSION}</Token-0>", "<Token-0>[redacted]</Token-0>"),
        ("Token-0: short", "Token-0: [redacted]"),
        ("'Token-0': 'short'", "'Token-0': '[redacted]'"),
        ("X-Amz-Security-Token: abc", "X-Amz-Security-Token: [redacted]"),
        ("Authorization: Bearer abc def", "Authorization: [redacted] def"),
        ('{"id_token": "abc", "x": 1}', '{"id_token": "[redacted]", "x": 1}'),
        ("web_identity_token=abc;duration=900", "web_identity_token=[redacted];duration=900"),
        ("PWD={a;}}b};UID=me", "PWD=[redacted];UID=me"),
        ("JwtWebIdentityToken=abc;x=y", "JwtWebIdentityToken=[redacted];x=y"),
        ("http://me:pass@proxy:8080/x", "http://[redacted]@proxy:8080/x"),
        ("?client_secret=abc&x=y", "?client_secret=[redacted]&x=y"),
    ],
)
def test_what_looks_like_a_secret_is_cut_out(text: str, clean: str) -> None:
    assert redact(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM orders WHERE id = 'x' -- eyJ",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "s3://bucket/path/3fa85f64-5717-4562-b3fc-2c963f66afa6.csv",
        "arn:aws:iam::123456789012:role/analyst",
        "https://sts.eu-central-1.amazonaws.com/",
        "web_identity_token_file is missing",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.timeout(20)  # quadratic work would take minutes
@pytest.mark.parametrize(
    "piece",
    ["a", "A", "0", "=", "a1B", " ", "token", "pwd={", "pwd=}", "eyJ", "ASIA", "a://a:", "a:", "/"],
)
def test_a_long_run_takes_time_in_proportion_to_its_length(piece: str) -> None:
    assert redact(piece * (600_000 // len(piece)))


@given(st.text(max_size=300))
def test_redaction_is_idempotent(text: str) -> None:
    assert redact(redact(text)) == redact(text)


def test_the_debug_log_holds_our_records_redacted_and_nobody_elses() -> None:
    stream = io.StringIO()
    handler = debug_handler(stream)

    def record(name: str, message: str, error: BaseException | None = None) -> None:
        info = None if error is None else (type(error), error, None)
        handler.handle(logging.LogRecord(name, logging.DEBUG, "f", 1, message, (), info))

    record("botocore.endpoint", f"Making request {TOKEN}")
    record("athena_shellfish", "no")
    record("athena_shell.auth", f"token {TOKEN}", ValueError(f"bad {SECRET}"))
    (first, second, *rest) = stream.getvalue().splitlines()
    assert first.endswith("Z DEBUG auth token [redacted]")
    assert second == "ValueError: bad [redacted]"
    assert rest == []


def test_a_child_gets_the_users_environment_without_secrets() -> None:
    kept = {"PATH": "/bin", "LESS": "-R", "AWS_REGION": "eu-central-1", "ATHENA_SHELL_PROFILE": "a"}
    secret = {
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_SESSION_TOKEN": "x",
        "ATHENA_SHELL_CONNECTION_STRING": "x",
        "ATHENA_SHELL_PROXYPWD": "x",
        "athena_shell_web_identity_token": "x",
        "MINE": "short",
        "SOMEWHERE": TOKEN,
    }
    assert child_environment({**kept, **secret}, ["MINE"]) == kept
