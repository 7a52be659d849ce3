"""Serving the endpoint to other programs, with profiles that are ready to use."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from athena_shell.local.server import LoopbackServer

if TYPE_CHECKING:
    from athena_shell.local.embedded import LocalEndpoint

_SERVICES: Final = ("athena", "glue", "s3", "sts")
_TOKEN_FILE: Final = "demo-token"  # noqa: S105 - a file's name
_PRIVATE: Final = 0o600


@dataclass(frozen=True)
class Served:
    """A served endpoint as clients need to know it.

    Args:
        url: where it is.
        region: the region to use.
        role_arn: the role to take.
        output_location: where results may go.
        token_file: holds a demo token that is always fresh.
    """

    url: str
    region: str
    role_arn: str
    output_location: str
    token_file: Path

    @property
    def profile(self) -> str:
        """A profile section for this shell's configuration file."""
        return (
            "[profile local]\n"
            "AuthenticationType = JWT\n"
            f"AwsRegion = {self.region}\n"
            f"S3OutputLocation = {self.output_location}\n"
            f"preferred_role = {self.role_arn}\n"
            "role_session_name = local\n"
            f"web_identity_token_file = {self.token_file}\n"
            f"EndpointOverride = {self.url}\n"
            f"StsEndpointOverride = {self.url}\n"
            f"S3EndpointOverride = {self.url}\n"
            f"GlueEndpointOverride = {self.url}\n"
        )

    @property
    def aws_profile(self) -> str:
        """Sections of an AWS configuration file, for boto3, awscli and what is built on them."""
        services = "".join(f"{name} =\n  endpoint_url = {self.url}\n" for name in _SERVICES)
        return (
            "[profile athena-local]\n"
            f"region = {self.region}\n"
            f"role_arn = {self.role_arn}\n"
            "role_session_name = local\n"
            f"web_identity_token_file = {self.token_file}\n"
            "services = athena-local\n\n"
            f"[services athena-local]\n{services}"
        )


@contextmanager
def served(local: LocalEndpoint, directory: Path, *, port: int = 0) -> Iterator[Served]:
    """Serve the endpoint on the loopback interface while the context lasts.

    A file in ``directory`` holds a demo token, written again long before it ends. Leaving the
    context stops every query, joins every thread and closes the endpoint.

    Args:
        local: the endpoint; closed at the end.
        directory: where the token file goes; made when missing, for its owner only.
        port: the port to listen on, 0 for any that is free.

    Raises:
        OSError: the port is taken, or the directory cannot be written.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    token_file = (directory / _TOKEN_FILE).resolve()
    _write_private(token_file, local.token())
    ended = threading.Event()
    with LoopbackServer(local.endpoint, port) as server:
        renewal = threading.Thread(
            target=_renew, args=(local, token_file, ended), name="athena-local-token"
        )
        renewal.start()
        try:
            yield Served(
                server.url, local.region, local.role_arn, local.output_location, token_file
            )
        finally:
            ended.set()
            renewal.join()


def serve(
    local: LocalEndpoint,
    directory: Path,
    announce: Callable[[str], None],
    until: threading.Event,
    *,
    port: int = 0,
) -> None:
    """Serve until ``until`` is set, after telling ``announce`` the profiles to use.

    Args:
        local: the endpoint; closed at the end.
        directory: where the token file goes.
        announce: takes the text to show.
        until: ends the serving.
        port: the port to listen on, 0 for any that is free.

    Raises:
        OSError: the port is taken, or the directory cannot be written.
    """
    with served(local, directory, port=port) as there:
        announce(
            f"Serving Athena, Glue, S3 and STS at {there.url} (Ctrl-C ends it)\n\n"
            f"For athena-shell, in its configuration file:\n\n{there.profile}\n"
            f"For boto3 and the AWS CLI, in ~/.aws/config:\n\n{there.aws_profile}"
        )
        until.wait()


def _renew(local: LocalEndpoint, token_file: Path, ended: threading.Event) -> None:
    while not ended.wait(local.issuer.lifetime.total_seconds() / 2):
        _write_private(token_file, local.token())


def _write_private(path: Path, text: str) -> None:
    """Replace a file whole; nobody else can read it at any moment."""
    temporary = path.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(text)
    temporary.replace(path)
