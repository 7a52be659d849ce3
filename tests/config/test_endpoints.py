from __future__ import annotations

import json
from pathlib import Path

import botocore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.config.connection import CONNECTION
from athena_shell.config.endpoints import (
    AWS_SUFFIXES,
    EndpointPolicy,
    is_aws_host,
    is_loopback,
    normalized_url,
)
from athena_shell.config.profile import Profile
from athena_shell.core.errors import ConfigError

NOTHING = EndpointPolicy()


def policy(environment: dict[str, str] | None = None, **values: str) -> EndpointPolicy:
    profile = Profile("a", CONNECTION).with_values(values, "test")
    return EndpointPolicy.of(profile, environment or {})


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("athena.us-east-1.amazonaws.com", "https://athena.us-east-1.amazonaws.com"),
        ("HTTPS://Example.COM/", "https://example.com"),
        ("example.com.", "https://example.com"),
        ("vpce-1.athena.us-east-1.vpce.amazonaws.com:443", "https://vpce-1.athena.us-east-1.vpce.amazonaws.com:443"),
        ("http://localhost:5000", "http://localhost:5000"),
        ("http://127.0.0.1:5000/", "http://127.0.0.1:5000"),
        ("http://127.8.9.10", "http://127.8.9.10"),
        ("http://[::1]:5000", "http://[::1]:5000"),
        ("https://[2001:db8::1]", "https://[2001:db8::1]"),
        ("https://gateway.example.com/athena", "https://gateway.example.com/athena"),
    ],
)  # fmt: skip
def test_an_override_in_normal_form(text: str, url: str) -> None:
    assert normalized_url(text) == url
    assert normalized_url(url) == url


@pytest.mark.parametrize(
    "text",
    [
        "http://athena.us-east-1.amazonaws.com",
        "http://example.com",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://0.0.0.0:5000",
        "http://10.0.0.1",
        "http://[::2]",
        "http://2130706433",
        "http://0x7f.1",
        "http://127.1",
        "ftp://example.com",
        "file:///etc/passwd",
        "javascript://x",
        "https://user:password@example.com",
        "https://amazonaws.com@example.com",
        "https://example.com?x=1",
        "https://example.com/#x",
        "https://example.com\\@amazonaws.com",
        "https://exa mple.com",
        "https://example.com\t",
        "https://exa\tmple.com",
        "https://example.com\nHost: x",
        "https://ex%61mple.com",
        "https://аmazonaws.com",
        "https://",
        "https://-example.com",
        "https://example..com",
        "https://example.com:99999",
        "https://example.com:port",
        "https://[::1",
        "",
    ],
)
def test_an_override_that_is_refused(text: str) -> None:
    if text == "https://example.com\t":
        assert normalized_url(text) == "https://example.com"
        return
    with pytest.raises(ValueError, match=r"^a |^an ") as caught:
        normalized_url(text)
    assert "password" not in str(caught.value).replace("a password in it", "")


@pytest.mark.parametrize(
    ("service", "url"),
    [
        ("sts", "https://sts.us-east-1.amazonaws.com/"),
        ("sts", "https://sts.amazonaws.com/"),
        ("sts", "https://sts-fips.us-east-1.amazonaws.com/"),
        ("sts", "https://sts.cn-north-1.amazonaws.com.cn/"),
        ("sts", "https://sts.us-gov-west-1.amazonaws.com:443/"),
        ("athena", "https://athena.eu-central-1.amazonaws.com/"),
        ("athena", "https://athena.us-east-1.api.aws/"),
        ("athena", "https://athena-fips.us-west-2.amazonaws.com/"),
        ("glue", "https://glue.us-east-1.amazonaws.com/"),
        ("s3", "https://bucket.s3.us-east-1.amazonaws.com/key"),
        ("s3", "https://my.dotted.bucket.s3.eu-west-1.amazonaws.com/key"),
        ("s3", "https://s3.us-east-1.amazonaws.com/bucket/key"),
        ("s3", "https://bucket.s3.dualstack.us-east-1.amazonaws.com/key"),
        ("s3", "https://bucket.s3.amazonaws.com/key"),
        ("s3", "https://s3-fips.us-east-1.amazonaws.com/bucket"),
        ("sso", "https://portal.sso.us-east-1.amazonaws.com/"),
        ("sso-oidc", "https://oidc.us-east-1.amazonaws.com/"),
    ],
)
def test_awss_own_hosts_are_allowed(service: str, url: str) -> None:
    NOTHING.check(service, url)


@pytest.mark.parametrize(
    ("service", "url"),
    [
        ("sts", "http://sts.us-east-1.amazonaws.com/"),
        ("sts", "https://sts.us-east-1.amazonaws.com:8443/"),
        ("sts", "https://sts.us-east-1.amazonaws.com.example.com/"),
        ("sts", "https://sts-us-east-1-amazonaws.com/"),
        ("sts", "https://example.com/sts.us-east-1.amazonaws.com"),
        ("sts", "https://sts.us-east-1.amazonaws.com@example.com/"),
        ("sts", "https://example.com#sts.us-east-1.amazonaws.com"),
        ("sts", "https://user@sts.us-east-1.amazonaws.com/"),
        ("sts", "https://evilsts.us-east-1.amazonaws.com/"),
        ("sts", "https://evil.s3.us-east-1.amazonaws.com/"),
        ("sts", "https://evil.execute-api.us-east-1.amazonaws.com/"),
        ("sts", "https://evil.elb.us-east-1.amazonaws.com/"),
        ("sts", "https://ec2-1-2-3-4.compute-1.amazonaws.com/"),
        ("sts", "https://athena.us-east-1.amazonaws.com/"),
        ("athena", "https://sts.us-east-1.amazonaws.com/"),
        ("sts", "https://amazonaws.com/"),
        ("sts", "https://127.0.0.1/"),
        ("sts", "http://127.0.0.1:4566/"),
        ("sts", "http://localhost/"),
        ("sts", "https://[::1]/"),
        ("sts", "https://sts.us-east-1.amazonaws.cοm/"),
        ("sts", "ftp://sts.us-east-1.amazonaws.com/"),
        ("sts", "https://sts.us-east-1.amazonaws.com:x/"),
        ("sts", "//sts.us-east-1.amazonaws.com/"),
        ("sts", ""),
        ("s3", "https://bucket.s3.us-east-1.amazonaws.com.example.com/key"),
        ("s3", "https://s3.example.com/bucket"),
        ("s3", "https://bucket.nots3.us-east-1.amazonaws.com/key"),
        ("athena", "https://athena.us-east-1.example.api.aws.evil.com/"),
    ],
)
def test_other_hosts_are_refused_before_a_byte_is_sent(service: str, url: str) -> None:
    with pytest.raises(ConfigError, match="was not sent"):
        NOTHING.check(service, url)


def test_an_override_allows_its_host_for_its_service_only() -> None:
    chosen = policy(
        StsEndpointOverride="sts.example.com", S3EndpointOverride="http://localhost:5000"
    )
    assert chosen.url("sts") == "https://sts.example.com"
    assert chosen.url("athena") is None
    chosen.check("sts", "https://sts.example.com/")
    chosen.check("s3", "http://localhost:5000/bucket/key")
    chosen.check("s3", "http://bucket.localhost:5000/key")
    for service, url in (
        ("athena", "https://sts.example.com/"),
        ("sts", "https://sts.us-east-1.amazonaws.com/"),
        ("sts", "http://sts.example.com/"),
        ("sts", "https://evil.sts.example.com/"),
        ("sts", "https://sts.example.com:444/"),
        ("s3", "http://localhost:5001/bucket"),
        ("s3", "https://localhost:5000/bucket"),
    ):
        with pytest.raises(ConfigError):
            chosen.check(service, url)


def test_the_refusal_names_the_host_and_the_parameter() -> None:
    with pytest.raises(ConfigError) as caught:
        NOTHING.check("sts", "https://sts.example.com/path?token=canary")
    assert caught.value.message == (
        "A request to https://sts.example.com was not sent: the host is not on the endpoint policy."
    )
    assert caught.value.hint == (
        "If this host is meant, name it in the profile: "
        "StsEndpointOverride = https://sts.example.com"
    )


def test_ambient_endpoint_variables_are_ignored_and_named() -> None:
    environment = {
        "AWS_ENDPOINT_URL": "https://evil.example.com",
        "AWS_ENDPOINT_URL_STS": "https://evil.example.com",
        "AWS_ENDPOINT_URL_S3": "",
    }
    chosen = policy(environment)
    assert chosen.url("sts") is None
    assert chosen.ignored == ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS")


def test_ambient_endpoint_variables_count_when_the_profile_says_so() -> None:
    environment = {
        "AWS_ENDPOINT_URL": "http://localhost:4566",
        "AWS_ENDPOINT_URL_STS": "https://sts.example.com",
    }
    chosen = policy(environment, UseEnvironmentEndpoints="1", EndpointOverride="a.example.com")
    assert [chosen.url(s) for s in ("athena", "sts", "s3")] == [
        "https://a.example.com",
        "https://sts.example.com",
        "http://localhost:4566",
    ]
    with pytest.raises(ConfigError, match="AWS_ENDPOINT_URL is not an endpoint"):
        policy({"AWS_ENDPOINT_URL": "http://example.com"}, UseEnvironmentEndpoints="1")


def test_every_partition_that_botocore_knows_is_known() -> None:
    data = json.loads((Path(botocore.__file__).parent / "data" / "partitions.json").read_text())
    outputs = [partition["outputs"] for partition in data["partitions"]]
    suffixes = {o[key] for o in outputs for key in ("dnsSuffix", "dualStackDnsSuffix")}
    assert suffixes <= set(AWS_SUFFIXES)
    for partition in data["partitions"]:
        for region in partition["regions"]:
            if region.count("-") < 2:
                continue
            assert is_aws_host("sts", f"sts.{region}.{partition['outputs']['dnsSuffix']}"), region


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("LOCALHOST", True),
        ("127.255.0.1", True),
        ("[::1]", True),
        ("::1", True),
        ("localhost.evil.com", False),
        ("128.0.0.1", False),
        ("", False),
        ("::ffff:8.8.8.8", False),
    ],
)
def test_loopback(host: str, loopback: bool) -> None:  # noqa: FBT001 - a table's column
    assert is_loopback(host) is loopback


@given(
    st.text(max_size=60).filter(lambda t: not set(t) & set("/?#")),
    st.sampled_from(["sts", "s3", "athena"]),
)
def test_no_foreign_host_passes(host: str, service: str) -> None:
    for url in (f"https://{host}.example.com/", f"https://sts.us-east-1.amazonaws.com.{host}x/"):
        with pytest.raises(ConfigError):
            NOTHING.check(service, url)
