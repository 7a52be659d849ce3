"""Workgroups: where results go, what is enforced, what is limited."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from athena_shell.local.defaults import ACCOUNT
from athena_shell.local.lake import RESULT_BUCKET
from athena_shell.local.wire import ApiError

ENGINE_VERSION: Final = "Athena engine version 3"
_RESULTS: Final = f"s3://{RESULT_BUCKET}"


@dataclass(frozen=True)
class WorkGroup:
    """One workgroup's rules.

    Args:
        name: its name.
        description: what it shows.
        output_location: where results go; empty leaves it to the client.
        enforced: whether the client's own settings are overridden.
        managed: whether results are kept by the service, without an object in S3.
        cutoff: bytes a query may scan, ``None`` for any number.
        requester_pays: whether requester-pays buckets may be read.
        enabled: whether queries may be started.
        concurrent: queries that may be queued or running at once.
        encryption: the encryption option of results, empty for none.
        owner: the expected owner of the result bucket, empty for any.
        created: when it was made.
    """

    name: str
    description: str = ""
    output_location: str = ""
    enforced: bool = False
    managed: bool = False
    cutoff: int | None = None
    requester_pays: bool = False
    enabled: bool = True
    concurrent: int = 200
    encryption: str = ""
    owner: str = ""
    created: datetime | None = None

    @property
    def configuration(self) -> dict[str, Any]:
        """The ``WorkGroupConfiguration`` of the API."""
        result: dict[str, Any] = {}
        if self.output_location:
            result["OutputLocation"] = self.output_location
        if self.encryption:
            result["EncryptionConfiguration"] = {"EncryptionOption": self.encryption}
        if self.owner:
            result["ExpectedBucketOwner"] = self.owner
        configuration: dict[str, Any] = {
            "ResultConfiguration": result,
            "ManagedQueryResultsConfiguration": {"Enabled": self.managed},
            "EnforceWorkGroupConfiguration": self.enforced,
            "PublishCloudWatchMetricsEnabled": False,
            "RequesterPaysEnabled": self.requester_pays,
            "EngineVersion": {
                "SelectedEngineVersion": "AUTO",
                "EffectiveEngineVersion": ENGINE_VERSION,
            },
        }
        if self.cutoff is not None:
            configuration["BytesScannedCutoffPerQuery"] = self.cutoff
        return configuration

    def settled(self, client: dict[str, Any]) -> dict[str, Any]:
        """Return the result configuration a query runs with.

        Args:
            client: the ``ResultConfiguration`` of the request, possibly empty.

        Raises:
            ApiError: there is no output location, or one where none may be.
        """
        own = self.configuration["ResultConfiguration"]
        if self.managed:
            if client.get("OutputLocation"):
                raise ApiError(
                    "InvalidRequestException",
                    "Managed query results are enabled for the workgroup, so that an output "
                    "location cannot be specified.",
                    fields={"AthenaErrorCode": "INVALID_INPUT"},
                )
            return {}
        merged = own if self.enforced and own.get("OutputLocation") else {**own, **client}
        location = merged.get("OutputLocation", "")
        if not location:
            raise ApiError(
                "InvalidRequestException",
                "No output location provided. An output location is required either through the "
                "Workgroup result configuration setting or as an API input.",
                fields={"AthenaErrorCode": "INVALID_INPUT"},
            )
        return dict(merged)


PRIMARY: Final = "primary"

DEMONSTRATION: Final = (
    WorkGroup(PRIMARY, "The client says where results go"),
    WorkGroup(
        "enforced",
        "Results go where the workgroup says",
        output_location=f"{_RESULTS}/enforced/",
        enforced=True,
    ),
    WorkGroup("managed", "Results are kept by the service", managed=True, enforced=True),
    WorkGroup(
        "limited",
        "A query may scan 10 MB",
        output_location=f"{_RESULTS}/limited/",
        enforced=True,
        cutoff=10_000_000,
    ),
    WorkGroup(
        "narrow",
        "One query at a time",
        output_location=f"{_RESULTS}/narrow/",
        concurrent=1,
    ),
    WorkGroup(
        "sealed",
        "Results are encrypted in a bucket of a known owner",
        output_location=f"{_RESULTS}/sealed/",
        encryption="SSE_S3",
        owner=ACCOUNT,
        requester_pays=True,
    ),
    WorkGroup("closed", "Starts nothing", output_location=f"{_RESULTS}/", enabled=False),
)
"""The workgroups a fresh endpoint has: one for each rule that a client must know."""


class WorkGroups:
    """The workgroups by name; safe for several threads.

    Args:
        groups: those that exist from the start.
        created: when they were made.
    """

    def __init__(self, groups: Iterable[WorkGroup], created: datetime) -> None:
        self._lock = threading.Lock()
        self._groups = {group.name: replace(group, created=created) for group in groups}

    def get(self, name: str) -> WorkGroup:
        """Return one; ApiError when there is none of that name."""
        with self._lock:
            group = self._groups.get(name)
        if group is None:
            raise ApiError(
                "InvalidRequestException",
                f"WorkGroup {name} is not found.",
                fields={"AthenaErrorCode": "INVALID_INPUT"},
            )
        return group

    def all(self) -> list[WorkGroup]:
        """Return all of them by name."""
        with self._lock:
            return [self._groups[name] for name in sorted(self._groups)]

    def put(self, group: WorkGroup) -> None:
        """Add one, or replace the one of the same name."""
        with self._lock:
            self._groups[group.name] = group

    def remove(self, name: str) -> None:
        """Forget one; ApiError when there is none of that name."""
        self.get(name)
        with self._lock:
            self._groups.pop(name, None)
