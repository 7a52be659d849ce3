"""The token sources that ask somebody over the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from athena_shell.auth.surroundings import Surroundings
from athena_shell.auth.token_registry import TokenSourceRegistry
from athena_shell.core.errors import AuthError, ConfigError, LoginRequired, ServiceError
from athena_shell.core.ports import TokenSource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.auth.conftest import Desk, FakeWeb, TokenMaker

WELL_KNOWN = "/.well-known/openid-configuration"


def source(desk: Desk, name: str, environment: Mapping[str, str], **values: str) -> TokenSource:
    registry = TokenSourceRegistry()
    profile = desk.make_profile("JWT", web_identity_token_source=name, **values)
    surroundings = Surroundings(
        profile, desk.clients, desk.clock, environment, registry, desk.said.append
    )
    return registry.choose(profile).build(surroundings)


def provider(web: FakeWeb, **more: Any) -> dict[str, list[Any]]:
    return {
        WELL_KNOWN: [
            {
                "issuer": web.url,
                "token_endpoint": f"{web.url}/token",
                "device_authorization_endpoint": f"{web.url}/device",
            }
        ],
        "/device": [
            {
                "device_code": "the-device-code",
                "user_code": "WDJB-MJHT",
                "verification_uri": "https://idp.example.com/device",
                "expires_in": 300,
                "interval": 2,
            }
        ],
        **more,
    }


def github(web: FakeWeb) -> dict[str, str]:
    return {
        "ACTIONS_ID_TOKEN_REQUEST_URL": f"{web.url}/oidc?api=1",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "bearer-canary",
    }


def test_github_gives_a_new_token_at_each_call(
    desk: Desk, web: FakeWeb, make_token: TokenMaker
) -> None:
    web.plan = {"/oidc": [{"value": make_token()}, {"value": make_token()}]}
    actions = source(desk, "github", github(web))
    assert actions.obtain().secret != actions.obtain().secret
    method, path, _form, headers = web.requests[0]
    assert (method, path) == ("GET", "/oidc?api=1&audience=sts.amazonaws.com")
    assert headers["Authorization"] == "Bearer bearer-canary"


def test_outside_a_job_github_names_the_permission(desk: Desk) -> None:
    with pytest.raises(AuthError) as caught:
        source(desk, "github", {}).obtain()
    assert caught.value.hint == "Give the job the permission `id-token: write`."


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("https://evil.example.com/x", "names evil.example.com, which is not GitHub's"),
        ("https://github.com.evil.example/x", "names github.com.evil.example, which is not"),
        ("http://token.actions.githubusercontent.com/x", "is not a URL that a secret may be sent"),
        ("https://me@token.actions.githubusercontent.com/x", "is not a URL that a secret may be"),
    ],
)
def test_githubs_bearer_goes_to_github_only(desk: Desk, url: str, message: str) -> None:
    environment = {
        "ACTIONS_ID_TOKEN_REQUEST_URL": url,
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "bearer-canary",
    }
    with pytest.raises(ConfigError, match=message):
        source(desk, "github", environment).obtain()


@pytest.mark.parametrize(
    ("answer", "kind", "message"),
    [
        ((403, {"message": "no"}), AuthError, r"GitHub Actions refused a token \(HTTP 403\)"),
        ({"other": 1}, AuthError, "answered without a value"),
        (b"<html>x</html>", ServiceError, r"answered with an HTML page \(HTTP 200\)"),
        (b"", ServiceError, "answered with no JSON object"),
        (b"x" * 2_000_000, ServiceError, "wrote more than 1048576 bytes"),
        ({"value": "opaque"}, AuthError, "has 1 segment instead of three"),
    ],
)
def test_odd_answers_of_github(
    desk: Desk, web: FakeWeb, answer: object, kind: type[Exception], message: str
) -> None:
    web.plan = {"/oidc": [answer]}
    with pytest.raises(kind, match=message):
        source(desk, "github", github(web)).obtain()


def test_google_gives_its_machines_token(desk: Desk, web: FakeWeb, make_token: TokenMaker) -> None:
    path = "/computeMetadata/v1/instance/service-accounts/default/identity"
    web.plan = {path: [make_token().encode()]}
    host = {"GCE_METADATA_HOST": web.url.removeprefix("http://")}
    source(desk, "gcp", host, token_audience="my audience").obtain()
    _method, asked, _form, headers = web.requests[0]
    assert asked == f"{path}?audience=my%20audience&format=full"
    assert headers["Metadata-Flavor"] == "Google"


def test_a_google_metadata_host_elsewhere_is_refused(desk: Desk) -> None:
    with pytest.raises(ConfigError, match="GCE_METADATA_HOST is not a URL that a secret"):
        source(desk, "gcp", {"GCE_METADATA_HOST": "evil.example.com"}).obtain()


def test_azure_gives_its_apps_token(desk: Desk, web: FakeWeb, make_token: TokenMaker) -> None:
    web.plan = {"/msi": [{"access_token": make_token()}]}
    environment = {"IDENTITY_ENDPOINT": f"{web.url}/msi", "IDENTITY_HEADER": "header-canary"}
    source(desk, "azure", environment, token_audience="api://x", azure_client_id="c").obtain()
    _method, asked, _form, headers = web.requests[0]
    assert asked == "/msi?api-version=2019-08-01&resource=api%3A%2F%2Fx&client_id=c"
    assert {name.lower(): text for name, text in headers.items()}["x-identity-header"] == (
        "header-canary"
    )


def test_an_azure_endpoint_elsewhere_is_refused(desk: Desk) -> None:
    environment = {"IDENTITY_ENDPOINT": "https://evil.example.com/msi", "IDENTITY_HEADER": "x"}
    with pytest.raises(ConfigError, match=r"names evil\.example\.com, not this machine"):
        source(desk, "azure", environment).obtain()


def client(web: FakeWeb) -> dict[str, str]:
    return {
        "oidc_issuer": web.url,
        "oidc_client_id": "athena",
        "oidc_client_secret": "client-canary",
    }


def test_client_credentials_give_the_clients_token(
    desk: Desk, web: FakeWeb, make_token: TokenMaker
) -> None:
    web.plan = provider(web) | {"/token": [{"access_token": make_token()}]}
    source(desk, "client_credentials", {}, oidc_audience="a", **client(web)).obtain()
    assert web.requests[-1][2] == {
        "grant_type": "client_credentials",
        "audience": "a",
        "client_id": "athena",
        "client_secret": "client-canary",
    }


def test_an_opaque_access_token_is_refused_by_its_shape(desk: Desk, web: FakeWeb) -> None:
    web.plan = provider(web) | {"/token": [{"access_token": "opaque"}]}
    with pytest.raises(AuthError, match="has 1 segment instead of three"):
        source(desk, "client_credentials", {}, **client(web)).obtain()


def test_client_credentials_refused_name_the_reason_without_the_secret(
    desk: Desk, web: FakeWeb
) -> None:
    refusal = {"error": "invalid_client", "error_description": "client_secret=client-canary bad"}
    web.plan = provider(web) | {"/token": [(401, refusal)]}
    with pytest.raises(AuthError) as caught:
        source(desk, "client_credentials", {}, **client(web)).obtain()
    assert caught.value.message == (
        "127.0.0.1 refused the request (invalid_client: client_secret=[redacted] bad)."
    )


def test_an_endpoint_on_another_host_must_be_named_in_the_profile(
    desk: Desk, web: FakeWeb, make_token: TokenMaker
) -> None:
    other = "https://tokens.example.com/token"
    web.plan = {WELL_KNOWN: [{"token_endpoint": other}]}
    with pytest.raises(ConfigError) as caught:
        source(desk, "client_credentials", {}, **client(web)).obtain()
    assert caught.value.message == (
        "The token_endpoint of 127.0.0.1 is on another host, tokens.example.com."
    )
    assert f"oidc_token_endpoint = {other}" in caught.value.hint
    web.plan = {"/elsewhere": [{"access_token": make_token()}]}
    named = {"oidc_token_endpoint": f"{web.url}/elsewhere"}
    source(desk, "client_credentials", {}, **client(web), **named).obtain()


@pytest.mark.parametrize(
    ("issuer", "message"),
    [
        ("http://idp.example.com", "oidc_issuer is not a URL that a secret may be sent to"),
        ("https://me:pw@idp.example.com", "oidc_issuer is not a URL that a secret may be sent to"),
        ("idp.example.com", "oidc_issuer is not a URL that a secret may be sent to"),
        ("https://[", "oidc_issuer is not a URL"),
        ("", "oidc_issuer is missing"),
    ],
)
def test_an_issuer_that_is_no_https_url_is_refused(desk: Desk, issuer: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        source(desk, "device", {}, oidc_issuer=issuer, oidc_client_id="x")


def device(desk: Desk, web: FakeWeb, **values: str) -> Any:
    return source(desk, "device", {}, oidc_issuer=web.url, oidc_client_id="athena", **values)


def test_a_device_login_shows_the_code_and_waits_as_it_is_told(
    desk: Desk, web: FakeWeb, make_token: TokenMaker
) -> None:
    web.plan = provider(web) | {
        "/token": [
            (400, {"error": "authorization_pending"}),
            (400, {"error": "slow_down"}),
            (400, {"error": "authorization_pending"}),
            {"id_token": make_token(), "access_token": "opaque", "refresh_token": "refresh-1"},
        ]
    }
    login = device(desk, web)
    with pytest.raises(LoginRequired, match=r"A log-in at 127\.0\.0\.1 is needed"):
        login.obtain()
    assert web.requests == []
    login.log_in()
    assert desk.said == [
        "To log in, open https://idp.example.com/device and enter the code WDJB-MJHT"
    ]
    assert desk.clock.slept == [2, 2, 7, 7]
    assert login.obtain().origin == "log-in at 127.0.0.1"
    assert web.requests[1][2] == {"client_id": "athena", "scope": "openid"}


def logged_in(desk: Desk, web: FakeWeb, make_token: TokenMaker) -> Any:
    first = {"id_token": make_token(life=600), "refresh_token": "refresh-1"}
    web.plan = provider(web) | {"/token": [first]}
    login = device(desk, web)
    login.log_in()
    return login


def test_a_device_login_is_refreshed_without_a_person(
    desk: Desk, web: FakeWeb, make_token: TokenMaker
) -> None:
    login = logged_in(desk, web, make_token)
    kept = login.obtain().secret
    assert login.obtain().secret == kept
    desk.clock.pass_time(590)
    web.plan["/token"] = [
        {"id_token": make_token(life=600), "refresh_token": "refresh-2"},
        {"id_token": make_token(life=1200)},
    ]
    assert login.obtain().secret != kept
    assert web.requests[-1][2] == {
        "grant_type": "refresh_token",
        "refresh_token": "refresh-1",
        "client_id": "athena",
    }
    login.reject()
    login.obtain()
    assert web.requests[-1][2]["refresh_token"] == "refresh-2"


def test_a_refresh_token_that_has_ended_needs_a_person(
    desk: Desk, web: FakeWeb, make_token: TokenMaker
) -> None:
    login = logged_in(desk, web, make_token)
    desk.clock.pass_time(590)
    web.plan["/token"] = [(400, {"error": "invalid_grant", "error_description": "ended"})]
    with pytest.raises(LoginRequired, match="no longer accepts the log-in"):
        login.obtain()
    count = len(web.requests)
    with pytest.raises(LoginRequired, match=r"A log-in at 127\.0\.0\.1 is needed"):
        login.obtain()
    assert len(web.requests) == count


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((400, {"error": "access_denied"}), "The log-in was refused."),
        ((400, {"error": "expired_token"}), "Nobody logged in before the code's time was over."),
        ({"access_token": "opaque"}, "127.0.0.1 answered without an ID token."),
    ],
)
def test_a_device_login_that_fails_says_why(
    desk: Desk, web: FakeWeb, answer: object, message: str
) -> None:
    web.plan = provider(web) | {"/token": [answer]}
    with pytest.raises(AuthError) as caught:
        device(desk, web).log_in()
    assert caught.value.message == message


def test_a_device_login_that_nobody_makes_ends(desk: Desk, web: FakeWeb) -> None:
    web.plan = provider(web) | {"/token": [(400, {"error": "slow_down"})]}
    with pytest.raises(AuthError, match="Nobody logged in"):
        device(desk, web).log_in()
    assert sum(desk.clock.slept) <= 300


def test_a_fault_of_the_server_while_waiting_is_outwaited(
    desk: Desk, web: FakeWeb, make_token: TokenMaker
) -> None:
    web.plan = provider(web) | {
        "/token": [(503, {"error": "unavailable"}), {"id_token": make_token()}]
    }
    device(desk, web).log_in()
    assert desk.clock.slept == [2, 4]


def test_what_a_provider_shows_cannot_drive_the_terminal(
    desk: Desk, web: FakeWeb, make_token: TokenMaker
) -> None:
    plan = provider(web) | {"/token": [{"id_token": make_token()}]}
    plan["/device"][0]["user_code"] = "A\x1b]52;c;eHg=\x07\u202e"
    web.plan = plan
    device(desk, web).log_in()
    assert desk.said[0].endswith("enter the code A?]52;c;eHg=??")


def test_a_login_address_that_is_not_https_is_refused(desk: Desk, web: FakeWeb) -> None:
    web.plan = provider(web)
    web.plan["/device"][0]["verification_uri"] = "http://evil.example.com/"
    with pytest.raises(ConfigError, match=r"The log-in address of 127\.0\.0\.1 is not a URL"):
        device(desk, web).log_in()
    assert desk.said == []


def test_the_keyring_keeps_the_refresh_token_for_the_next_start(
    desk: Desk, web: FakeWeb, make_token: TokenMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keyring
    from keyring.backend import KeyringBackend

    kept: dict[tuple[str, str], str] = {}

    class Memory(KeyringBackend):
        priority = 1

        def get_password(self, service: str, username: str) -> str | None:
            return kept.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            kept[service, username] = password

        def delete_password(self, service: str, username: str) -> None:
            del kept[service, username]

    before = keyring.get_keyring()
    monkeypatch.setattr("keyring.core._keyring_backend", before)
    keyring.set_keyring(Memory())  # type: ignore[no-untyped-call]  # keyring is untyped
    web.plan = provider(web) | {
        "/token": [
            {"id_token": make_token(life=600), "refresh_token": "refresh-1"},
            {"id_token": make_token()},
        ]
    }
    device(desk, web, oidc_refresh_store="keyring").log_in()
    assert kept == {("athena-shell", f"{web.url} athena"): "refresh-1"}
    again = device(desk, web, oidc_refresh_store="keyring")
    again.obtain()
    again.forget()
    assert kept == {}


def test_a_locked_keyring_is_told(
    desk: Desk, web: FakeWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keyring
    from keyring.backends.fail import Keyring

    monkeypatch.setattr("keyring.core._keyring_backend", keyring.get_keyring())
    keyring.set_keyring(Keyring())  # type: ignore[no-untyped-call]  # keyring is untyped
    web.plan = provider(web)
    with pytest.raises(AuthError, match="The keyring cannot be used"):
        device(desk, web, oidc_refresh_store="keyring").obtain()


def test_a_device_login_serves_the_whole_jwt_type(
    desk: Desk, web: FakeWeb, make_token: TokenMaker
) -> None:
    web.plan = provider(web) | {
        "/token": [{"id_token": make_token(), "refresh_token": "refresh-1"}]
    }
    credentials = desk.sign_in(
        "JWT",
        preferred_role="arn:aws:iam::123456789012:role/analyst",
        role_session_name="jane",
        web_identity_token_source="device",
        oidc_issuer=web.url,
        oidc_client_id="athena",
    )
    assert credentials.can_log_in
    with pytest.raises(LoginRequired):
        credentials.current()
    credentials.login()
    assert credentials.current().origin == "JWT from log-in at 127.0.0.1"
    credentials.forget()
    with pytest.raises(LoginRequired):
        credentials.current()
