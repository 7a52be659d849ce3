"""Role sessions kept on disk between two starts, when the profile asks for it.

A file's name is a keyed hash of everything that tells one session from another; the token is no
part of it, and none is ever written.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from athena_shell.auth.tokens import read_private_file
from athena_shell.core.credentials import Credentials, Identity
from athena_shell.core.errors import AuthError
from athena_shell.core.ports import Clock
from athena_shell.core.records import dataclass
from athena_shell.core.secret import Secret

_KEY_FILE: Final = "key"
_SUFFIX: Final = ".session"
_VERSION: Final = 1
_ORIGIN: Final = "session cache"
# A kept session must be good for a while, or its renewal would follow at once.
_LEAST_LEFT: Final = timedelta(minutes=5)


@dataclass(frozen=True)
class SessionCache:
    """Keeps sessions in a directory of files that only their owner can read.

    A damaged, foreign or shared file counts as absent; a full disk is no error: a cache never
    stops anybody.

    Args:
        directory: where; made with mode 0700 when first needed.
        clock: judges expiry.
    """

    directory: Path
    clock: Clock

    def load(self, parts: Iterable[str]) -> Credentials | None:
        """Return the session of these parts if it is good for a while longer."""
        path = self._path(parts)
        if path is None:
            return None
        try:
            found = _credentials(json.loads(read_private_file(path)))
        except (AuthError, ValueError, KeyError, TypeError, RecursionError):
            return None
        if found.expires is None or found.expires - self.clock.now() < _LEAST_LEFT:
            with suppress(OSError):
                path.unlink()
            return None
        return found

    def save(self, parts: Iterable[str], session: Credentials) -> None:
        """Keep a session; one without an end, or without a session token, is not kept."""
        path = self._path(parts)
        if path is None or session.expires is None or session.session_token is None:
            return
        document = {
            "version": _VERSION,
            "expires": session.expires.isoformat(),
            "access_key": session.access_key,
            "secret_key": session.secret_key.reveal(),
            "session_token": session.session_token.reveal(),
            "identity": asdict(session.identity),
        }
        _replace(path, json.dumps(document))

    def clear(self) -> None:
        """Delete every kept session."""
        with suppress(OSError):
            for path in self.directory.glob(f"*{_SUFFIX}"):
                path.unlink(missing_ok=True)

    def _path(self, parts: Iterable[str]) -> Path | None:
        key = self._key()
        if key is None:
            return None
        # Each part with its length: no two lists of parts read alike.
        text = "".join(f"{len(part)}:{part}" for part in parts)
        name = hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
        return self.directory / f"{name}{_SUFFIX}"

    def _key(self) -> bytes | None:
        path = self.directory / _KEY_FILE
        try:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not path.exists():
                _replace(path, secrets.token_hex(32))
            return bytes.fromhex(read_private_file(path))
        except (OSError, AuthError, ValueError):
            return None


def _replace(path: Path, text: str) -> None:
    """Write a file that is private from its first byte, whole or not at all."""
    temporary = path.with_name(f".{secrets.token_hex(8)}")
    try:
        descriptor = os.open(
            temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600
        )
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _credentials(document: Any) -> Credentials:
    if document["version"] != _VERSION:
        raise ValueError("another version")
    expires = datetime.fromisoformat(document["expires"])
    if expires.tzinfo is None:
        raise ValueError("a time without a zone")
    return Credentials(
        str(document["access_key"]),
        Secret(str(document["secret_key"]), _ORIGIN),
        Secret(str(document["session_token"]), _ORIGIN),
        expires,
        origin=_ORIGIN,
        identity=Identity(**{str(k): str(v) for k, v in document["identity"].items()}),
    )
