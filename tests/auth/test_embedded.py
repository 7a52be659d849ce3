"""The JWT type against the embedded endpoint, whose STS really verifies tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from athena_shell.auth.registry import AuthRegistry
from athena_shell.auth.renewal import RenewingCredentials
from athena_shell.auth.sign_in import sign_in
from athena_shell.aws.client import ClientFactory, Network
from athena_shell.config.endpoints import EndpointPolicy
from athena_shell.core.errors import AuthError, ConfigError, LoginRequired
from athena_shell.local.clock import ManualClock
from athena_shell.local.embedded import LocalEndpoint
from athena_shell.local.issuer import Issuer

if TYPE_CHECKING:
    from tests.auth.conftest import ProfileMaker


@pytest.fixture
def manual() -> ManualClock:
    return ManualClock()


@pytest.fixture
def local(tmp_path: Path, manual: ManualClock) -> Iterator[LocalEndpoint]:
    endpoint = LocalEndpoint.open(tmp_path / "local", clock=manual, samples=False, skew=None)
    yield endpoint
    endpoint.close()


@pytest.fixture
def clients(local: LocalEndpoint) -> ClientFactory:
    return ClientFactory(Network(EndpointPolicy()), attach=local.attach)


@pytest.fixture
def start(
    clients: ClientFactory,
    local: LocalEndpoint,
    manual: ManualClock,
    make_profile: ProfileMaker,
) -> Callable[..., RenewingCredentials]:
    def signed_in(token: str, **values: str) -> RenewingCredentials:
        usual = {
            "AwsRegion": local.region,
            "preferred_role": local.role_arn,
            "role_session_name": "jane",
            "web_identity_token": token,
        }
        return sign_in(
            make_profile(**{**usual, **values}),
            registry=AuthRegistry(),
            clients=clients,
            clock=manual,
            environment={},
        )

    return signed_in


def test_a_signed_token_becomes_a_session_that_the_services_accept(
    start: Callable[..., RenewingCredentials], clients: ClientFactory, local: LocalEndpoint
) -> None:
    credentials = start(local.token())
    identity = clients.client("sts", local.region, credentials).get_caller_identity()
    assert identity["Arn"].endswith("/jane")
    status = credentials.status()
    assert status is not None
    assert status.identity.subject == "demo-user"


def test_the_session_expires_and_is_renewed_behind_an_existing_client(
    start: Callable[..., RenewingCredentials],
    clients: ClientFactory,
    local: LocalEndpoint,
    manual: ManualClock,
) -> None:
    credentials = start(local.issuer.token(lifetime=timedelta(hours=12)))
    sts = clients.client("sts", local.region, credentials)
    for _ in range(10):
        sts.get_caller_identity()
        manual.advance(900)
    assert local.endpoint.sessions.issued == 10


def test_a_revoked_session_is_renewed_when_the_service_refuses_it(
    start: Callable[..., RenewingCredentials], clients: ClientFactory, local: LocalEndpoint
) -> None:
    credentials = start(local.token())
    sts = clients.client("sts", local.region, credentials)
    sts.get_caller_identity()
    local.endpoint.sessions.expire_all()
    with pytest.raises(Exception, match="Expired"):
        sts.get_caller_identity()
    credentials.renew_rejected()
    sts.get_caller_identity()


def test_an_issuer_that_the_account_does_not_know_is_explained(
    start: Callable[..., RenewingCredentials], manual: ManualClock
) -> None:
    with pytest.raises(AuthError, match="issuer https://evil"):
        start(Issuer(manual, url="https://evil").token()).current()


def test_an_audience_that_the_role_does_not_trust_is_explained(
    start: Callable[..., RenewingCredentials], local: LocalEndpoint
) -> None:
    with pytest.raises(AuthError, match="audience other"):
        start(local.issuer.token(aud="other")).current()


def test_a_duration_above_the_roles_maximum_is_explained(
    start: Callable[..., RenewingCredentials], local: LocalEndpoint
) -> None:
    with pytest.raises(ConfigError, match="A session of 43200 s is longer than the role"):
        start(local.token(), duration="43200").current()


def test_a_role_that_does_not_trust_the_subject_is_explained(
    start: Callable[..., RenewingCredentials], local: LocalEndpoint
) -> None:
    other = local.role_arn.replace("Demo", "Other")
    with pytest.raises(AuthError, match=f"The role {other} .* may not be assumed"):
        start(local.token(), preferred_role=other).current()


def test_a_dead_literal_token_asks_for_a_new_one_and_goes_on(
    start: Callable[..., RenewingCredentials],
    clients: ClientFactory,
    local: LocalEndpoint,
    manual: ManualClock,
) -> None:
    credentials = start(local.issuer.token(lifetime=timedelta(minutes=10)))
    sts = clients.client("sts", local.region, credentials)
    sts.get_caller_identity()
    manual.advance(901 + 300)
    with pytest.raises(LoginRequired):
        sts.get_caller_identity()
    credentials.replace_token(local.token())
    sts.get_caller_identity()
