from __future__ import annotations

import pytest

from athena_shell.aws.proxies import Proxies
from athena_shell.config.connection import CONNECTION
from athena_shell.config.profile import Profile
from athena_shell.core.errors import ConfigError

ATHENA = "https://athena.eu-central-1.amazonaws.com/"


def proxies(environment: dict[str, str] | None = None, **values: str) -> Proxies:
    profile = Profile("work", CONNECTION).with_values(values, "config.ini")
    return Proxies.of(profile, environment or {})


def chosen(found: Proxies, url: str = ATHENA, service: str = "athena") -> str | None:
    proxy = found.choose(service, url)
    return None if proxy is None else proxy.url


@pytest.mark.parametrize(
    ("values", "url"),
    [
        ({"ProxyHost": "proxy.corp", "ProxyPort": "8080"}, "http://proxy.corp:8080"),
        ({"ProxyHost": "http://proxy.corp", "ProxyPort": "8080"}, "http://proxy.corp:8080"),
        ({"ProxyHost": "https://proxy.corp"}, "https://proxy.corp:443"),
        ({"ProxyHost": "proxy.corp"}, "http://proxy.corp:80"),
        ({"ProxyHost": "[::1]:3128"}, "http://[::1]:3128"),
    ],
)
def test_the_profiles_proxy(values: dict[str, str], url: str) -> None:
    assert chosen(proxies(None, UseProxy="1", **values)) == url


def test_the_profiles_proxy_with_its_login() -> None:
    found = proxies(UseProxy="1", ProxyHost="p", ProxyPort="1", ProxyUID="me", ProxyPWD="s3cret")
    assert found.proxy is not None
    assert found.proxy.username == "me"
    assert found.proxy.password is not None
    assert found.proxy.password.reveal() == "s3cret"
    assert "s3cret" not in repr(found)


def test_without_use_proxy_the_profiles_proxy_is_off() -> None:
    assert chosen(proxies(ProxyHost="p", ProxyPort="1")) is None


def test_use_proxy_without_a_host_is_an_error() -> None:
    with pytest.raises(ConfigError) as caught:
        proxies(UseProxy="1")
    assert caught.value.message == "Profile work: UseProxy is on, but ProxyHost is missing."


@pytest.mark.parametrize("host", ["socks5://p:1", "http://", "p:port", "http://[::1", "pröxy"])
def test_what_is_no_proxy_is_refused(host: str) -> None:
    with pytest.raises(ConfigError, match="ProxyHost is not a proxy's address"):
        proxies(UseProxy="1", ProxyHost=host)


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_the_usual_variables(name: str) -> None:
    found = proxies({name: "http://me:p%40ss@proxy:3128"})
    assert chosen(found) == "http://proxy:3128"
    assert found.proxy is not None
    assert found.proxy.password is not None
    assert found.proxy.password.reveal() == "p@ss"


def test_http_proxy_is_not_for_https() -> None:
    assert chosen(proxies({"HTTP_PROXY": "http://proxy:3128"})) is None


@pytest.mark.parametrize(
    ("direct", "through"),
    [
        ("", True),
        ("*", False),
        ("amazonaws.com", False),
        (".amazonaws.com", False),
        ("*.amazonaws.com", False),
        ("athena.eu-central-1.amazonaws.com", False),
        ("athena.eu-central-1.amazonaws.com:443", False),
        ("athena.eu-central-1.amazonaws.com:8443", True),
        ("zonaws.com", True),
        ("other.corp, .amazonaws.com", False),
        ("sts.eu-central-1.amazonaws.com", True),
    ],
)
def test_no_proxy(direct: str, through: bool) -> None:  # noqa: FBT001 - a table's column
    found = proxies({"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": direct})
    assert (chosen(found) is not None) is through


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "https://localhost/", "https://[::1]:4/"])
def test_this_machine_is_reached_directly(url: str) -> None:
    assert chosen(proxies({"HTTPS_PROXY": "http://proxy:3128"}), url) is None


@pytest.mark.parametrize(("flag", "through"), [("0", False), ("1", True)])
def test_identity_services_use_the_profiles_proxy_only_when_told(
    flag: str,
    through: bool,  # noqa: FBT001 - a table's column
) -> None:
    found = proxies(UseProxy="1", ProxyHost="p", UseProxyForIdP=flag)
    sts = "https://sts.eu-central-1.amazonaws.com/"
    assert (chosen(found, sts, "sts") is not None) is through
    assert chosen(found) == "http://p:80"
