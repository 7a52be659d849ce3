"""A botocore session that sees neither the environment nor any configuration file."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any, Final

import botocore.loaders
import botocore.session
from botocore.configprovider import (
    BOTOCORE_DEFAUT_SESSION_VARIABLES,
    ConfigChainFactory,
    ConfigValueStore,
    ConstantProvider,
)

_LIBRARIES: Final = ("botocore", "boto3", "s3transfer", "urllib3")


def silence_libraries() -> None:
    """Keep the AWS libraries' records from every handler: at DEBUG they print secrets in full."""
    for name in _LIBRARIES:
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
        logger.propagate = False
        if not any(isinstance(handler, logging.NullHandler) for handler in logger.handlers):
            logger.addHandler(logging.NullHandler())


class FixedCredentials:
    """botocore's credential and token chain replaced by one answer."""

    def __init__(self, credentials: object | None) -> None:
        self._credentials = credentials

    def load_credentials(self) -> object | None:
        """Return the one answer; there is no chain to fall back to."""
        return self._credentials

    def load_token(self, **_kwargs: Any) -> None:
        """Return no bearer token: none of our services takes one from the environment."""


class ServiceModels(botocore.loaders.Loader):  # type: ignore[misc]  # botocore has no types
    """A loader that looks into the directory of the service wanted, not into those of all."""

    def list_available_services(self, type_name: str) -> list[str]:
        """Return the name of each service, of which botocore asks whether it is there.

        Which of them hold the type is not looked up: that would open four hundred directories.
        """
        del type_name
        return sorted(path.name for path in Path(self.BUILTIN_DATA_PATH).iterdir())


def shared_loader() -> botocore.loaders.Loader:
    """Return a loader of botocore's own service models only, never of ``~/.aws/models``."""
    return ServiceModels(
        extra_search_paths=[botocore.loaders.Loader.BUILTIN_DATA_PATH],
        include_default_search_paths=False,
    )


def bare_session(
    credentials: object | None, loader: botocore.loaders.Loader
) -> botocore.session.Session:
    """Return a session with these credentials and botocore's built-in defaults, nothing ambient.

    Every configuration variable is answered by its default: no variable of the environment, no
    shared file, no custom endpoint, no other certificate bundle can change where a secret goes.
    """
    silence_libraries()
    session = botocore.session.Session()
    chains = ConfigChainFactory(session=session, environ={})
    mapping = {
        name: chains.create_config_chain(
            instance_name=name, default=default, conversion_func=convert
        )
        for name, (_file, _environment, default, convert) in (
            BOTOCORE_DEFAUT_SESSION_VARIABLES.items()
        )
    }
    for section in ("s3", "proxies_config"):
        mapping[section] = ConstantProvider(None)
    session.register_component("config_store", ConfigValueStore(mapping=mapping))
    session.register_component("data_loader", loader)
    answer = FixedCredentials(credentials)
    session.register_component("credential_provider", answer)
    session.register_component("token_provider", answer)
    for variable in ("config_file", "credentials_file"):
        session.set_config_variable(variable, os.devnull)
    return session
