"""GetQueryResults replies decoded by ``json`` alone, their page token told before that.

botocore walks every cell of a page through its generic, model-driven parser, which takes several
times as long as decoding the JSON. Here the rows are taken out of the reply before that parser
sees it, and put into its outcome as they are: for this shape both give the same.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from athena_shell.core.records import dataclass

_ARRIVED: Final = "before-parse.athena.GetQueryResults"
_LEAVES: Final = "before-send.athena.GetQueryResults"
# inside a JSON text a quote is escaped, so this is no part of a cell
_TOKEN: Final = re.compile(rb'"NextToken"\s*:\s*("(?:[^"\\]|\\.)*")')
_IDENTITY: Final = "athena-shell-quick-rows"
_HTTP_OK: Final = 200


def decode_quickly(client: Any) -> None:
    """Let a botocore Athena client decode result pages so; any other object is left alone."""
    from botocore.client import BaseClient

    if isinstance(client, BaseClient):
        events = client.meta.events
        events.register_last(_ARRIVED, _take_rows, unique_id=_IDENTITY)
        events.register_first(_LEAVES, _tell_leaving, unique_id=_IDENTITY + "-leaving")


@dataclass(frozen=True)
class Milestones:
    """What wants to know of a call under way, on the thread that makes it.

    Args:
        leaves: the request is about to be sent.
        token: the reply has come; gets its page token, before any row is decoded.
    """

    leaves: Callable[[], None]
    token: Callable[[str], None]


_calling = threading.local()


@contextmanager
def told(milestones: Milestones | None) -> Iterator[None]:
    """Tell of the calls that this thread makes inside the block."""
    _calling.milestones = milestones
    try:
        yield
    finally:
        _calling.milestones = None


def _tell_leaving(**_: Any) -> None:
    milestones: Milestones | None = getattr(_calling, "milestones", None)
    if milestones is not None:
        milestones.leaves()


def _tell_token(body: bytes) -> None:
    milestones: Milestones | None = getattr(_calling, "milestones", None)
    found = _TOKEN.search(body) if milestones is not None else None
    if milestones is not None and found is not None:
        milestones.token(json.loads(found[1]))


def _take_rows(
    response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any
) -> None:
    if response_dict["status_code"] != _HTTP_OK:
        return
    _tell_token(response_dict["body"])
    try:
        reply = json.loads(response_dict["body"])
    except ValueError:
        return  # botocore's own parser says what is wrong with it
    if not isinstance(reply, dict) or not isinstance(reply.get("ResultSet"), dict):
        return
    customized_response_dict["ResultSet"] = reply.pop("ResultSet")
    response_dict["body"] = json.dumps(reply).encode()
