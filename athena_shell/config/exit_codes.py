"""The exit codes as a table: help, the manual page, --spec and documentation read it."""

from __future__ import annotations

from typing import Final

EXIT_CODES: Final = (
    (0, "everything succeeded"),
    (1, "a query failed"),
    (2, "the command line, the configuration or a script is wrong"),
    (3, "authentication failed or AWS could not be reached"),
    (4, "a statement ran into the time limit"),
    (5, "a cost limit forbade a statement"),
    (6, "a result or an export could not be read or written whole"),
    (129, "the terminal went away (HUP); the running query was stopped"),
    (130, "interrupted (Ctrl-C); the running query was stopped or detached"),
    (143, "terminated (TERM); the running query was stopped"),
)
"""What the process tells its caller."""
