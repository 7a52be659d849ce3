"""GetQueryResults replies decoded by ``json`` alone.

botocore walks every cell of a page through its generic, model-driven parser, which takes several
times as long as decoding the JSON. Here the rows are taken out of the reply before that parser
sees it, and put into its outcome as they are: for this shape both give the same.
"""

from __future__ import annotations

import json
from typing import Any, Final

_EVENT: Final = "before-parse.athena.GetQueryResults"
_IDENTITY: Final = "athena-shell-quick-rows"
_HTTP_OK: Final = 200


def decode_quickly(client: Any) -> None:
    """Let a botocore Athena client decode result pages so; any other object is left alone."""
    from botocore.client import BaseClient

    if isinstance(client, BaseClient):
        client.meta.events.register_last(_EVENT, _take_rows, unique_id=_IDENTITY)


def _take_rows(
    response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any
) -> None:
    if response_dict["status_code"] != _HTTP_OK:
        return
    try:
        reply = json.loads(response_dict["body"])
    except ValueError:
        return  # botocore's own parser says what is wrong with it
    if not isinstance(reply, dict) or not isinstance(reply.get("ResultSet"), dict):
        return
    customized_response_dict["ResultSet"] = reply.pop("ResultSet")
    response_dict["body"] = json.dumps(reply).encode()
