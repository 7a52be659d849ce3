"""The debug log: an allow-list of our own records, secrets cut out.

Libraries' records never get here: botocore's DEBUG output prints tokens and keys in full.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Final, TextIO

from athena_shell.core.redact import redact

ROOT: Final = "athena_shell"


class AllowedRecords(logging.Filter):
    """Lets only this program's own records pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether the record comes from one of the program's loggers."""
        return record.name == ROOT or record.name.startswith(f"{ROOT}.")


class RedactingFormatter(logging.Formatter):
    """One record to text: UTC time, room, message, traceback; secrets cut out.

    2026-11-23T19:20:01Z DEBUG aws.transport POST sts.us-east-1.amazonaws.com 200 in 0.121 s
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's text with secrets cut out."""
        moment = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        room = record.name.removeprefix(f"{ROOT}.")
        lines = [f"{moment} {record.levelname} {room} {record.getMessage()}"]
        if record.exc_info:
            lines.append(self.formatException(record.exc_info))
        return redact("\n".join(lines))


def debug_handler(stream: TextIO) -> logging.Handler:
    """Return a handler that writes the allowed records to the stream, redacted."""
    handler = logging.StreamHandler(stream)
    handler.addFilter(AllowedRecords())
    handler.setFormatter(RedactingFormatter())
    return handler
