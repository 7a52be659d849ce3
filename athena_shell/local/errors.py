"""The embedded engine's one error, named as Trino names it."""

from __future__ import annotations

from typing import Final

SYSTEM: Final = 1
USER: Final = 2
OTHER: Final = 3

KINDS: Final = {
    "INTERNAL_ERROR": (SYSTEM, 0),
    "SYNTAX_ERROR": (USER, 1006),
    "SCHEMA_NOT_FOUND": (USER, 1300),
    "TABLE_NOT_FOUND": (USER, 1301),
    "COLUMN_NOT_FOUND": (USER, 1302),
    "USER_CANCELED": (USER, 1201),
}
"""``AthenaError``'s ``ErrorCategory`` and ``ErrorType`` for the names whose type AWS documents."""

_DEFAULT: Final = (USER, 1000)


class EngineError(Exception):
    """A statement the engine refuses or that failed while it ran.

    Args:
        name: Trino's error name, such as ``COLUMN_NOT_FOUND``.
        message: the text without the name, such as ``line 1:8: Column 'x' cannot be resolved``.
    """

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name
        self.message = message
        self.category, self.kind = KINDS.get(name, _DEFAULT)

    @property
    def reason(self) -> str:
        """The text of ``StateChangeReason``: the name, then the message."""
        return f"{self.name}: {self.message}"


def unsupported(what: str, position: str = "") -> EngineError:
    """Return the error for something Athena does that the local engine does not."""
    return EngineError("NOT_SUPPORTED", f"{position}{what} is not supported by the local engine")


class ScanLimitExceeded(EngineError):
    """A statement would read more than its workgroup allows; it has changed nothing.

    Args:
        scanned: the bytes it would have read.
    """

    def __init__(self, scanned: int) -> None:
        super().__init__("EXCEEDED_SCAN_LIMIT", "Bytes scanned limit was exceeded")
        self.scanned = scanned
