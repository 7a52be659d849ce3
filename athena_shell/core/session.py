"""The session: where statements run now; frozen and replaced on change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from athena_shell.core.records import dataclass

if TYPE_CHECKING:
    from athena_shell.core.model import Target


@dataclass(frozen=True)
class Session:
    """The current profile, catalog, database and workgroup.

    A command never changes a session; it returns a new one (``dataclasses.replace``).
    """

    profile: str = "default"
    region: str = "us-east-1"
    catalog: str = "AwsDataCatalog"
    database: str = "default"
    workgroup: str = "primary"
    output_location: str = ""
    production: bool = False

    @property
    def target(self) -> Target:
        """The part of the session that goes with each statement."""
        # The first prompt needs a session, not the model.
        from athena_shell.core.model import Target

        return Target(self.catalog, self.database, self.workgroup, self.output_location)
