"""The environment variables that the program reads, for its manual page and its description."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from athena_shell.config.parameters import Parameter

_CHOICE: Final = (
    ("ATHENA_SHELL_CONFIG", "The configuration file, unless --config names one"),
    ("ATHENA_SHELL_PROFILE", "The profile, unless --profile names one"),
    (
        "ATHENA_SHELL_CONNECTION_STRING",
        "An ODBC connection string or a JDBC URL in the place of a profile",
    ),
    ("ATHENA_SHELL_FORMAT", "The setting format; each setting has one, its name in capitals"),
)
_SURROUNDINGS: Final = (
    ("ODBCINI", "The file in which --dsn looks first"),
    ("ODBCSYSINI", "The directory of the odbc.ini in which it looks next"),
    ("AWS_CA_BUNDLE", "A file of certificate authorities, unless TrustedCerts names one"),
    ("HTTPS_PROXY", "The proxy, unless the profile names one; also https_proxy"),
    ("ALL_PROXY", "The same where HTTPS_PROXY is not set; also all_proxy"),
    ("NO_PROXY", "Hosts that are reached without it, separated by commas; also no_proxy"),
    ("ACTIONS_ID_TOKEN_REQUEST_URL", "Where GitHub Actions gives a token; set by GitHub"),
    ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "What that is asked with; set by GitHub"),
    ("GCE_METADATA_HOST", "The metadata server of a machine of Google's"),
    ("IDENTITY_ENDPOINT", "The same of a machine of Azure's"),
    ("IDENTITY_HEADER", "What that is asked with; set by Azure"),
    ("GITHUB_STEP_SUMMARY", "Where --github-summary writes; set by GitHub"),
    ("HOME", "The directory above the program's own files"),
    ("XDG_CONFIG_HOME", "In the place of ~/.config"),
    ("XDG_STATE_HOME", "In the place of ~/.local/state"),
    ("XDG_CACHE_HOME", "In the place of ~/.cache"),
    ("TERM", "Empty or dumb: no progress line, no pager, no colours"),
    ("NO_COLOR", "Anything: no colours, unless the setting color says always"),
    ("PAGER", "The pager, unless the setting pager names one"),
    ("VISUAL", r"The editor of \edit, unless the setting editor names one"),
    ("EDITOR", "The same where VISUAL is not set"),
    ("SHELL", r"What \! runs its line with"),
)


def variables(parameters: Iterable[Parameter]) -> Iterator[tuple[str, str]]:
    """Yield each variable with what it is for.

    Args:
        parameters: the profile parameters; a variable may stand before or behind a profile's value.
    """
    yield from _CHOICE
    for parameter in parameters:
        for name in parameter.environment:
            yield name, f"{parameter.name}, before what the profile says"
        for name in parameter.fallback:
            yield name, f"{parameter.name}, when the profile is silent"
    yield from _SURROUNDINGS
