"""Which machine a token would be sent to under each configuration: not one byte off the policy."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError

from athena_shell.aws.client import ClientFactory, Limits, Network
from athena_shell.config.connection import CONNECTION
from athena_shell.config.profile import Profile
from athena_shell.core.errors import ConfigError

STS = "sts.eu-central-1.amazonaws.com"
REFUSED = "refused"
VPC = "vpce-1-abc.sts.us-east-1.vpce.amazonaws.com"
PROXY = {"HTTPS_PROXY": "http://proxy.corp:3128"}
USE = {"UseProxy": "1", "ProxyHost": "proxy.corp", "ProxyPort": "8080", "UseProxyForIdP": "1"}


def override(url: str) -> dict[str, str]:
    return {"StsEndpointOverride": url}


# Profile, environment, and the host that is asked for, or REFUSED.
CONFIGURATIONS: list[tuple[dict[str, str], dict[str, str], str]] = [
    ({}, {}, STS),
    ({"AwsRegion": "us-gov-west-1"}, {}, "sts.us-gov-west-1.amazonaws.com"),
    ({"AwsRegion": "cn-north-1"}, {}, "sts.cn-north-1.amazonaws.com.cn"),
    # Endpoint overrides, with and without a scheme, as in the driver's examples.
    (override("sts.us-east-1.amazonaws.com"), {}, "sts.us-east-1.amazonaws.com"),
    (override("sts.us-east-1.amazonaws.com:443"), {}, "sts.us-east-1.amazonaws.com"),
    (override("https://sts.us-east-1.amazonaws.com/"), {}, "sts.us-east-1.amazonaws.com"),
    (
        override("vpce-1-abc.sts.us-east-1.vpce.amazonaws.com"),
        {},
        "vpce-1-abc.sts.us-east-1.vpce.amazonaws.com",
    ),
    (override("https://sts.corp.example"), {}, "sts.corp.example"),
    (override("sts.corp.example:8443"), {}, "sts.corp.example"),
    (override("http://127.0.0.1:9"), {}, "127.0.0.1"),
    (override("http://localhost:9"), {}, "localhost"),
    (override("http://[::1]:9"), {}, "::1"),
    (override("https://[::1]:9"), {}, "::1"),
    # Plain http elsewhere, look-alikes, user information and other oddities.
    (override("http://sts.eu-central-1.amazonaws.com"), {}, REFUSED),
    (override("http://sts.corp.example"), {}, REFUSED),
    (override("http://127.0.0.1.evil.example"), {}, REFUSED),
    (override("http://localhost.evil.example"), {}, REFUSED),
    (override("http://2130706433/"), {}, REFUSED),
    (override("http://0x7f000001/"), {}, REFUSED),
    (override("http://[::ffff:8.8.8.8]/"), {}, REFUSED),
    (override("http://127.0.0.1@evil.example/"), {}, REFUSED),
    (override("https://me:pw@sts.eu-central-1.amazonaws.com"), {}, REFUSED),
    (override("https://sts.amazonaws.com@evil.example"), {}, REFUSED),
    (override("https://sts.amazonaws.com\\@evil.example"), {}, REFUSED),
    (override("https://evil.example?sts.amazonaws.com"), {}, REFUSED),
    (override("https://evil.example#sts.amazonaws.com"), {}, REFUSED),
    (override("https://sts.eu central-1.amazonaws.com"), {}, REFUSED),
    (override("https://ѕts.amazonaws.com"), {}, REFUSED),
    (override("ftp://sts.amazonaws.com"), {}, REFUSED),
    (override("file:///etc/passwd"), {}, REFUSED),
    (override("//evil.example"), {}, REFUSED),
    (override("https://"), {}, REFUSED),
    (override("https://%65vil.example"), {}, REFUSED),
    # A region cannot smuggle a host in.
    ({"AwsRegion": "eu-central-1.evil.example"}, {}, REFUSED),
    ({"AwsRegion": "x@evil.example"}, {}, REFUSED),
    ({"AwsRegion": "evil.example/"}, {}, REFUSED),
    ({"AwsRegion": "evil.example#"}, {}, REFUSED),
    # Ambient endpoint variables are not obeyed, unless the profile says so.
    ({}, {"AWS_ENDPOINT_URL": "https://evil.example"}, STS),
    ({}, {"AWS_ENDPOINT_URL_STS": "https://evil.example"}, STS),
    ({}, {"AWS_ENDPOINT_URL_STS": "http://127.0.0.1:9"}, STS),
    ({"UseEnvironmentEndpoints": "1"}, {"AWS_ENDPOINT_URL_STS": "http://127.0.0.1:9"}, "127.0.0.1"),
    (
        {"UseEnvironmentEndpoints": "1"},
        {"AWS_ENDPOINT_URL": "https://sts.corp.example"},
        "sts.corp.example",
    ),
    ({"UseEnvironmentEndpoints": "1"}, {"AWS_ENDPOINT_URL": "http://evil.example"}, REFUSED),
    (override("http://127.0.0.1:9"), {"AWS_ENDPOINT_URL_STS": "https://evil.example"}, "127.0.0.1"),
    # Another service's override is not this service's.
    ({"EndpointOverride": "https://athena.corp.example"}, {}, STS),
    ({"S3EndpointOverride": "https://s3.corp.example"}, {}, STS),
    # Proxies see a tunnel, and this machine is reached without one.
    ({}, PROXY, "proxy.corp"),
    ({}, {**PROXY, "NO_PROXY": "amazonaws.com"}, STS),
    ({}, {"HTTP_PROXY": "http://proxy.corp:3128"}, STS),
    (USE, {}, "proxy.corp"),
    ({**USE, "UseProxyForIdP": "0"}, {}, STS),
    ({**USE, "NonProxyHost": "*.amazonaws.com"}, {}, STS),
    (USE, PROXY | {"HTTPS_PROXY": "http://other.corp:1"}, "proxy.corp"),
    ({**USE, **override("http://127.0.0.1:9")}, PROXY, "127.0.0.1"),
    ({"UseProxy": "1", "ProxyHost": "socks5://proxy.corp:1"}, {}, REFUSED),
    # Other ambient settings of the AWS tools change nothing.
    ({}, {"AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true"}, STS),
    ({}, {"AWS_STS_REGIONAL_ENDPOINTS": "legacy"}, STS),
]


def test_there_are_fifty() -> None:
    assert len(CONFIGURATIONS) >= 50


@pytest.mark.parametrize(("values", "environment", "host"), CONFIGURATIONS)
def test_a_token_goes_where_the_policy_says_and_nowhere_else(
    monkeypatch: pytest.MonkeyPatch,
    values: dict[str, str],
    environment: dict[str, str],
    host: str,
) -> None:
    asked: list[str] = []

    def resolve(name: Any, *_arguments: Any, **_options: Any) -> Any:
        asked.append(str(name))
        raise socket.gaierror("no network in this test")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    try:
        exchange(values, environment)
    except ConfigError:
        assert host == REFUSED
        assert asked == []
        return
    except BotoCoreError:
        assert host != REFUSED  # nobody answers here
    assert set(asked) == {host}


def exchange(values: dict[str, str], environment: dict[str, str]) -> None:
    """Send a token under a configuration."""
    basic = {"AwsRegion": "eu-central-1", **values}
    profile = Profile("work", CONNECTION).with_values(basic, "config.ini")
    clients = ClientFactory(
        Network.of(profile, environment), limits=Limits(connect=1, read=1, total=5, attempts=1)
    )
    clients.client("sts", profile.get("AwsRegion")).assume_role_with_web_identity(
        RoleArn="arn:aws:iam::123456789012:role/x",
        RoleSessionName="jane",
        WebIdentityToken="the-token",
    )
