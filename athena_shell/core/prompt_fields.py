"""The fields of the texts that the shell makes of its facts: prompt, toolbar, window title."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FIELDS: Final[Mapping[str, str]] = {
    "profile": "the profile's name",
    "role": "the role's name, without account and path",
    "subject": "the token's subject",
    "audience": "the token's audience",
    "account": "the account's number",
    "region": "the region",
    "catalog": "the data catalog",
    "database": "the database",
    "workgroup": "the workgroup",
    "expires": "time until the login ends, or why there is none; it renews itself where it can",
    "running": "queries left running in the background",
    "cost": "what this shell's queries have cost so far",
    "scanned": "what this shell's queries have scanned so far",
    "format": "the output format",
    "production": "an exclamation mark in a production profile",
    "notice": "what goes on behind the prompt: connecting, logging in, reading names",
}
