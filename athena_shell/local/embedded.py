"""The embedded endpoint, whole: opened by one call, closed by one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from athena_shell.local.clock import Clock
from athena_shell.local.defaults import OUTPUT_LOCATION, REGION, ROLE
from athena_shell.local.endpoint import SKEW, Endpoint
from athena_shell.local.issuer import Issuer
from athena_shell.local.transport import attach

if TYPE_CHECKING:
    from botocore.session import Session

    from athena_shell.local.query_work import SqlEngine


@dataclass(frozen=True)
class LocalEndpoint:
    """An endpoint with everything a profile needs to reach it.

    Args:
        endpoint: answers requests.
        issuer: signs the demo tokens that the endpoint's STS accepts.
        engine: runs the SQL.
        region: the region to use.
        role_arn: the role that a demo token may take.
        output_location: where query results may go.
        warnings: a sentence about each file below ``data`` that became no table.
    """

    endpoint: Endpoint
    issuer: Issuer
    engine: SqlEngine
    region: str = REGION
    role_arn: str = ROLE
    output_location: str = OUTPUT_LOCATION
    warnings: tuple[str, ...] = ()

    @classmethod
    def open(
        cls,
        root: Path,
        *,
        clock: Clock,
        data: Path | None = None,
        samples: bool = True,
        skew: timedelta | None = SKEW,
    ) -> LocalEndpoint:
        """Open the endpoint on a directory of its own.

        Args:
            root: holds everything that is kept; made when missing, readable by its owner only.
            clock: judges expiry; the client's signatures are dated by the machine's clock, so a
                clock that differs from it needs ``skew=None``.
            data: a directory whose files become tables.
            samples: whether the sample database is there.
            skew: how far a request's date may be off.
        """
        from athena_shell.local.engine import LocalEngine

        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        engine = LocalEngine(root, data=data, samples=samples)
        opened = cls.over(engine, root, clock=clock, skew=skew)
        return replace(opened, warnings=engine.warnings)

    @classmethod
    def over(
        cls, engine: SqlEngine, root: Path, *, clock: Clock, skew: timedelta | None = SKEW
    ) -> LocalEndpoint:
        """Put the endpoint over an engine that is already there."""
        issuer = Issuer(clock)
        endpoint = Endpoint(
            engine, clock, root / "results", issuers=(issuer,), region=REGION, skew=skew
        )
        return cls(endpoint, issuer, engine)

    def token(self) -> str:
        """Return a fresh demo token."""
        return self.issuer.token()

    def attach(self, session: Session) -> None:
        """Let the clients of a botocore session talk to this endpoint, inside the process."""
        attach(session, self.endpoint)

    def close(self) -> None:
        """Stop every query and close the engine; a second call does nothing."""
        self.endpoint.close()
