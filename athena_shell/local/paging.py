"""Page tokens: opaque, bound to one listing, refused when they are somebody else's."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from typing import Final, TypeVar

from athena_shell.local.wire import ApiError

Item = TypeVar("Item")

_DIGEST: Final = 16


def page_token(scope: str, offset: int) -> str:
    """Return the token of the page that starts at ``offset`` of the listing ``scope``."""
    seal = hashlib.sha256(f"{scope}\0{offset}".encode()).hexdigest()[:_DIGEST]
    return base64.urlsafe_b64encode(f"{offset}:{seal}".encode()).decode()


def page_offset(scope: str, token: str | None) -> int:
    """Return where the token's page starts; ApiError for a token of anything else."""
    if token is None:
        return 0
    try:
        number = base64.urlsafe_b64decode(token.encode("ascii")).decode("ascii").partition(":")[0]
        offset = int(number)
    except ValueError:
        offset = -1
    if offset < 0 or page_token(scope, offset) != token:
        raise ApiError(
            "InvalidRequestException",
            "Invalid NextToken",
            fields={"AthenaErrorCode": "INVALID_INPUT"},
        )
    return offset


def page(
    items: Sequence[Item], scope: str, token: str | None, size: int
) -> tuple[list[Item], str | None]:
    """Return one page of ``items`` and the token of the next one, if there is one."""
    start = page_offset(scope, token)
    end = start + size
    return list(items[start:end]), page_token(scope, end) if end < len(items) else None
