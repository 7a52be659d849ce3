from __future__ import annotations

import subprocess
import sys
from ast import literal_eval
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING

import pytest

from athena_shell.auth.registry import GROUP, AuthRegistry
from athena_shell.auth.token_registry import TokenSourceRegistry
from athena_shell.auth.types import BUILT_IN, REFUSED
from athena_shell.core.errors import ConfigError, PluginError
from athena_shell.core.redact import redact

if TYPE_CHECKING:
    from tests.auth.conftest import ProfileMaker


def offered(name: str, value: str) -> dict[str, EntryPoint]:
    return {name: EntryPoint(name, value, GROUP)}


@pytest.mark.parametrize("name", ["JWT", "jwt", " Jwt "])
def test_a_type_is_found_however_it_is_written(name: str) -> None:
    assert AuthRegistry().load(name).name == "JWT"


def test_the_jwt_type_has_the_drivers_parameters_and_defaults() -> None:
    parameters = {p.name: p for p in AuthRegistry().parameters_of("JWT")}
    assert parameters["duration"].default == "900"
    assert parameters["duration"].jdbc_default == "3600"
    assert parameters["web_identity_token"].secret
    assert {"preferred_role", "role_session_name", "web_identity_token_file"} <= set(parameters)


def test_names_are_listed_without_importing() -> None:
    registry = AuthRegistry(offered=offered("corp", "no.such.module:PLUGIN"))
    assert registry.names()[0] == "JWT"
    assert registry.names()[-1] == "corp"


def test_a_broken_plugin_is_an_error_when_named_and_a_warning_otherwise() -> None:
    registry = AuthRegistry(offered=offered("corp", "no_such_module:PLUGIN"))
    with pytest.raises(PluginError) as caught:
        registry.load("corp")
    message = (
        "The plugin corp (no_such_module:PLUGIN) cannot be loaded:"
        " ModuleNotFoundError: No module named 'no_such_module'"
    )
    assert caught.value.message == message
    assert registry.broken() == (message,)
    assert registry.load("JWT").name == "JWT"


def test_an_entry_point_that_names_no_plugin_is_an_error() -> None:
    with pytest.raises(PluginError, match="is a str, not a AuthPlugin"):
        AuthRegistry(offered=offered("corp", "string:digits")).load("corp")


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_type_that_needs_a_login_form_is_answered_with_what_to_use(name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        AuthRegistry().load(name.upper())
    assert caught.value.message.startswith(f"AuthenticationType {name} needs a browser")
    assert "web_identity_token_file" in caught.value.hint


def test_an_unknown_type_names_the_nearest() -> None:
    with pytest.raises(ConfigError) as caught:
        AuthRegistry().load("JTW")
    assert caught.value.message == "AuthenticationType 'JTW' is unknown."
    assert caught.value.hint.startswith("Did you mean JWT? Known: JWT")


def test_a_source_named_outright_outranks_the_parameters(make_profile: ProfileMaker) -> None:
    profile = make_profile(web_identity_token_source="FILE", web_identity_token_env="T")
    assert TokenSourceRegistry().choose(profile).name == "file"


def test_the_ambient_token_file_yields_to_what_the_profile_names(
    make_profile: ProfileMaker,
) -> None:
    profile = make_profile(web_identity_token_env="T").with_values(
        {"web_identity_token_file": "/t"}, "environment AWS_WEB_IDENTITY_TOKEN_FILE"
    )
    assert TokenSourceRegistry().choose(profile).name == "environment"


def test_an_unknown_source_lists_the_known(make_profile: ProfileMaker) -> None:
    with pytest.raises(ConfigError, match="'gihub' is unknown"):
        TokenSourceRegistry().choose(make_profile(web_identity_token_source="gihub"))


def test_the_tables_name_functions_that_exist() -> None:
    named: list[Callable[..., object]] = [p.build for p in TokenSourceRegistry().built_in]
    for plugin in AuthRegistry().built_in:
        named += [plugin.build, plugin.check]
    places = [function.__name__ for function in named if ":" in function.__name__]
    assert len(places) > 15
    for place in places:
        module, _, function = place.partition(":")
        assert callable(getattr(import_module(f"athena_shell.{module}"), function))


LOADED = """
import sys
import athena_shell.auth.registry as registry
registry.AuthRegistry.installed().parameters_of("JWT")
heavy = ("botocore", "urllib3", "importlib.metadata", "subprocess", "json")
print([m for m in sys.modules if m.startswith("athena_shell.a") or m in heavy])
"""


def test_the_tables_are_read_without_what_they_name() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, timeout=60
    )
    light = [
        "offers",
        "plugin",
        "registry",
        "shapes",
        "sources",
        "token_registry",
        "types",
    ]
    assert sorted(literal_eval(done.stdout)) == [
        "athena_shell.auth",
        *(f"athena_shell.auth.{name}" for name in light),
    ]


def test_the_hint_for_an_access_key_id_is_not_redacted() -> None:
    plugin = next(each for each in BUILT_IN if each.name == "IAM Credentials")
    uid = next(each for each in plugin.parameters if each.name == "UID")
    assert uid.check is not None
    with pytest.raises(ValueError, match="an access key id") as caught:
        uid.check("AKIAEXAMPLE")
    assert redact(str(caught.value)) == str(caught.value)
