"""The files that UNLOAD has written, as its data manifest lists them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from athena_shell.athena.download import Download
from athena_shell.athena.s3_object import S3Object
from athena_shell.core.model import Part, QueryExecution, Report, Transferred

if TYPE_CHECKING:
    from collections.abc import Sequence

    from athena_shell.athena.calls import Caller
    from athena_shell.athena.patience import Patience


class Parts:
    """Reads the data manifest and copies the files it names.

    Args:
        caller: makes the requests.
        patience: for how long one is repeated.
        owner: the account that must own the result bucket, or an empty text.
    """

    def __init__(self, caller: Caller, patience: Patience, owner: str = "") -> None:
        self._caller = caller
        self._patience = patience
        self._owner = owner

    def of(self, execution: QueryExecution) -> Sequence[Part]:
        """Return the files of a succeeded UNLOAD, none when it had no rows.

        The manifest is a text with one address a line (Athena user guide, result files).

        Raises:
            ServiceError: the manifest cannot be read.
            ResultError: it is not there any more.
        """
        location = execution.statistics.manifest_location
        if not location:
            return ()
        source = self._object(location)
        head, first = source.open()
        text = b"".join(source.blocks(head, first)).decode("utf-8")
        return [Part(line, partial(self._copy, line)) for line in text.splitlines() if line]

    def _copy(self, address: str, descriptor: int, report: Report) -> Transferred:
        source = self._object(address)
        head, first = source.open()
        download = Download(source, descriptor, self._patience.clock, counted=False)
        return download.run(head, first, report)

    def _object(self, address: str) -> S3Object:
        return S3Object(self._caller, address, self._patience, self._owner)
