from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.auth.claims import check_expiry, read_claims
from athena_shell.core.errors import AuthError

if TYPE_CHECKING:
    from tests.auth.conftest import FakeClock, TokenMaker

HEAD = "eyJhbGciOiJSUzI1NiJ9"  # {"alg":"RS256"}
BODY = "eyJzdWIiOiJqYW5lIn0"  # {"sub":"jane"}


def test_the_claims_that_explain_a_refusal_are_read(make_token: TokenMaker) -> None:
    claims = read_claims(make_token(azp="client-1", aud=["a", "b"]))
    assert claims.issuer == "https://idp.example.com"
    assert claims.audience == ("a", "b")
    assert claims.effective_audience == "client-1"
    assert claims.subject == "jane"
    assert claims.expires == make_token.clock.now() + timedelta(hours=1)


@pytest.mark.parametrize("roles", [["r1", "r2"], "r1, r2"])
def test_cognito_roles_come_as_array_or_as_text(
    make_token: TokenMaker, roles: list[str] | str
) -> None:
    assert read_claims(make_token(others={"cognito:roles": roles})).roles == ("r1", "r2")


@pytest.mark.parametrize(
    ("token", "message"),
    [
        ("", "The token from here is empty."),
        ("abc", "The token from here has 1 segment instead of three."),
        ("a.b.c.d", "The token from here has 4 segments instead of three."),
        (
            f"{HEAD}.a.b.c.d",
            "The token from here is encrypted (five segments); STS cannot read it.",
        ),
        (
            f"{HEAD}.{BODY}." + "s" * (20_001 - len(HEAD) - len(BODY) - 2),
            "The token from here has 20001 characters; STS takes at most 20000.",
        ),
        (f"{HEAD}.{BODY}.sé", "The token from here has characters that no JSON web token has."),
        (f"{HEAD}.{BODY}.a b", "The token from here has characters that no JSON web token has."),
        (f"{HEAD}.{BODY}\n.a", "The token from here has characters that no JSON web token has."),
        (
            f"!!.{BODY}.s",
            "The header of the token from here is not base64url-encoded JSON.",
        ),
        (f"{HEAD}.W10.s", "The payload of the token from here is not base64url-encoded JSON."),
        (f"eyJhbGciOiJub25lIn0.{BODY}.", "The token from here is not signed."),
        (f"e30.{BODY}.s", "The token from here is not signed."),
        (
            f"eyJhbGciOiJIUzI1NiJ9.{BODY}.s",
            "The token from here is signed with 'HS256', which STS does not accept.",
        ),
    ],
)
def test_what_cannot_be_a_token_is_refused_by_its_shape(token: str, message: str) -> None:
    with pytest.raises(AuthError) as caught:
        read_claims(token, "here")
    assert caught.value.message == message
    assert caught.value.hint


def test_a_token_of_exactly_the_longest_length_passes() -> None:
    signature = "s" * (20_000 - len(HEAD) - len(BODY) - 2)
    assert read_claims(f"{HEAD}.{BODY}.{signature}").subject == "jane"


def test_expiry_has_five_minutes_of_grace(make_token: TokenMaker, clock: FakeClock) -> None:
    claims = read_claims(make_token(life=60))
    clock.pass_time(60 + 299)
    check_expiry(claims, clock.now())
    clock.pass_time(1)
    with pytest.raises(AuthError, match="expired at 2026-11-23 12:01:00 UTC") as caught:
        check_expiry(claims, clock.now(), "file /t")
    assert caught.value.code == "ExpiredToken"


@pytest.mark.parametrize("odd", [None, "soon", True, 1e300, [], float(2**62)])
def test_an_odd_expiry_is_no_expiry(make_token: TokenMaker, odd: object) -> None:
    assert read_claims(make_token(exp=odd)).expires is None


@given(st.text(max_size=200))
def test_any_text_is_claims_or_a_clear_refusal_without_the_text(text: str) -> None:
    try:
        read_claims(text)
    except AuthError as refused:
        error = refused
    else:
        return
    assert error.hint
    assert len(text) <= 12 or text not in error.message
