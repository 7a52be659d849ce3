"""Athena's operations on workgroups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from athena_shell.local.clock import Clock
from athena_shell.local.executions import invalid
from athena_shell.local.paging import page
from athena_shell.local.workgroups import ENGINE_VERSION, PRIMARY, WorkGroup, WorkGroups

Structure = dict[str, Any]
Operation = Callable[[Structure], Structure]

_PAGE: Final = 50


class GroupOperations:
    """The operations on workgroups.

    Args:
        groups: the workgroups.
        clock: dates new ones.
    """

    def __init__(self, groups: WorkGroups, clock: Clock) -> None:
        self._groups = groups
        self._clock = clock

    def operations(self) -> dict[str, Operation]:
        """Return the operations by their API names."""
        return {
            "GetWorkGroup": self._get,
            "ListWorkGroups": self._list,
            "CreateWorkGroup": self._create,
            "DeleteWorkGroup": self._delete,
            "ListEngineVersions": self._list_engine_versions,
        }

    def _get(self, asked: Structure) -> Structure:
        group = self._groups.get(asked["WorkGroup"])
        return {
            "WorkGroup": {
                "Name": group.name,
                "State": _state(group),
                "Configuration": group.configuration,
                "Description": group.description,
                "CreationTime": group.created,
            }
        }

    def _list(self, asked: Structure) -> Structure:
        summaries = [
            {
                "Name": group.name,
                "State": _state(group),
                "Description": group.description,
                "CreationTime": group.created,
                "EngineVersion": group.configuration["EngineVersion"],
            }
            for group in self._groups.all()
        ]
        some, token = page(
            summaries, "ListWorkGroups", asked.get("NextToken"), asked.get("MaxResults", _PAGE)
        )
        return {"WorkGroups": some, **({"NextToken": token} if token is not None else {})}

    def _create(self, asked: Structure) -> Structure:
        if any(group.name == asked["Name"] for group in self._groups.all()):
            raise invalid(f"WorkGroup {asked['Name']} is already created")
        rules = asked.get("Configuration", {})
        result = rules.get("ResultConfiguration", {})
        group = WorkGroup(
            name=asked["Name"],
            description=asked.get("Description", ""),
            output_location=result.get("OutputLocation", ""),
            enforced=rules.get("EnforceWorkGroupConfiguration", True),
            managed=rules.get("ManagedQueryResultsConfiguration", {}).get("Enabled", False),
            cutoff=rules.get("BytesScannedCutoffPerQuery"),
            requester_pays=rules.get("RequesterPaysEnabled", False),
            encryption=result.get("EncryptionConfiguration", {}).get("EncryptionOption", ""),
            owner=result.get("ExpectedBucketOwner", ""),
        )
        self._groups.put(replace(group, created=self._clock.now()))
        return {}

    def _delete(self, asked: Structure) -> Structure:
        if asked["WorkGroup"] == PRIMARY:
            raise invalid("Cannot delete the primary workgroup")
        self._groups.remove(asked["WorkGroup"])
        return {}

    def _list_engine_versions(self, asked: Structure) -> Structure:
        page([], "ListEngineVersions", asked.get("NextToken"), _PAGE)
        return {
            "EngineVersions": [
                {"SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": ENGINE_VERSION}
            ]
        }


def _state(group: WorkGroup) -> str:
    return "ENABLED" if group.enabled else "DISABLED"
