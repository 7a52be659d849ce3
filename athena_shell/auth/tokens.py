"""The built-in token sources that need no network: literal, environment, file, command."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from athena_shell.auth.capabilities import Forgets, LogsIn, Rereads
from athena_shell.auth.claims import check_expiry, read_claims
from athena_shell.auth.command import only_line, run_command
from athena_shell.core.credentials import Token
from athena_shell.core.environment import child_environment
from athena_shell.core.errors import AuthError, LoginRequired
from athena_shell.core.ports import Clock, TokenSource
from athena_shell.core.records import dataclass
from athena_shell.core.secret import Secret

_LARGEST_FILE: Final = 64 * 1024
_FILE_PAUSES: Final = (0.1, 0.3)


def checked_token(text: str, origin: str, now: datetime) -> Token:
    """Return the text as a token after the checks that need no network.

    Raises:
        AuthError: the text is no token that STS could accept, or it is too old.
    """
    claims = read_claims(text, origin)
    check_expiry(claims, now, origin)
    return Token(Secret(text, origin), claims.expires)


@dataclass(frozen=True)
class LiteralToken:
    """A token written down: it cannot renew itself.

    Args:
        secret: the token with where it was written.
        clock: to tell whether it is too old.
    """

    secret: Secret
    clock: Clock
    renewable: bool = False

    @property
    def description(self) -> str:
        """Say where it was written."""
        return self.secret.origin or "literal token"

    def obtain(self) -> Token:
        """Return the token; LoginRequired once it is too old."""
        return _or_login(self.secret, self.clock)


@dataclass(frozen=True)
class EnvironmentToken:
    """A token in an environment variable: fixed when the program started."""

    variable: str
    environment: Mapping[str, str]
    clock: Clock
    renewable: bool = False

    @property
    def description(self) -> str:
        """Name the variable."""
        return f"environment variable {self.variable}"

    def obtain(self) -> Token:
        """Return the variable's token; LoginRequired when it is too old, AuthError when unset."""
        text = self.environment.get(self.variable, "").strip()
        if not text:
            raise AuthError(
                f"The environment variable {self.variable} is not set or empty.",
                "Set it before starting, or use web_identity_token_file.",
            )
        return _or_login(Secret(text, self.description), self.clock)


def _or_login(secret: Secret, clock: Clock) -> Token:
    try:
        return checked_token(secret.reveal(), secret.origin, clock.now())
    except AuthError as error:
        if error.code != "ExpiredToken":
            raise
        raise LoginRequired(
            error.message,
            r"Give a new one with \login, or use web_identity_token_file or"
            " web_identity_token_process, which renew themselves.",
            code=error.code,
        ) from error


@dataclass(frozen=True)
class FileToken:
    """A token file, read afresh each time: whatever writes it may replace it at any moment."""

    path: Path
    clock: Clock
    renewable: bool = True

    @property
    def description(self) -> str:
        """Name the file."""
        return f"file {self.path}"

    def obtain(self) -> Token:
        """Return the file's token.

        A file that is empty or holds half a token may be in the middle of being replaced, so it is
        read again after a short pause before that is reported.
        """
        for pause in _FILE_PAUSES:
            try:
                return self._read()
            except AuthError as error:
                if error.code == _UNREADABLE:
                    raise
                self.clock.sleep(pause)
        return self._read()

    def _read(self) -> Token:
        text = read_private_file(self.path).strip()
        return checked_token(text, self.description, self.clock.now())


_UNREADABLE: Final = "Unreadable"


def read_private_file(path: Path) -> str:
    """Return a secret file's text.

    A symbolic link is followed only to a place below its own directory, as Kubernetes lays out
    projected tokens. A file that others may change is refused, and so is one of the user's own that
    others may read; a platform's file, owned by root, keeps the mode the platform gave it.

    Raises:
        AuthError: with code ``Unreadable``; the hint is the command to run.
    """
    try:
        content = _read_checked(path)
    except OSError as error:
        raise _unreadable(path, f"cannot be read: {error.strerror}") from error
    if len(content) > _LARGEST_FILE:
        raise _unreadable(path, f"holds more than {_LARGEST_FILE} bytes, so it is no token")
    return content.decode("utf-8-sig", "replace")


def _read_checked(path: Path) -> bytes:
    descriptor = os.open(_followed(path), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        check_private(path, os.fstat(descriptor), os.geteuid())
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(_LARGEST_FILE + 1)
    finally:
        os.close(descriptor)


def _followed(path: Path) -> Path:
    home = path.parent.resolve(strict=True)
    real = path.resolve(strict=True)
    if path.is_symlink() and home not in real.parents:
        raise _unreadable(
            path, "is a symbolic link to another directory", "Name the real file instead."
        )
    return real


def check_private(path: Path, status: os.stat_result, user: int) -> None:
    """Refuse a secret file by its kind, owner and mode, as ``read_private_file`` describes.

    Args:
        path: for messages.
        status: of the open file.
        user: the number of the user who runs the program.
    """
    if not stat.S_ISREG(status.st_mode):
        raise _unreadable(path, "is not a regular file")
    own = status.st_uid == user
    if not own and status.st_uid != 0:
        raise _unreadable(path, "belongs to another user", "Use a file of your own.")
    forbidden = stat.S_IWGRP | stat.S_IWOTH
    if own and status.st_uid != 0:
        forbidden |= stat.S_IRGRP | stat.S_IROTH
    if status.st_mode & forbidden:
        raise _unreadable(path, "can be read or changed by other users", f"Run: chmod 600 {path}")


def _unreadable(path: Path, what: str, hint: str = "") -> AuthError:
    return AuthError(
        f"The token file {path} {what}.",
        hint or "Check web_identity_token_file (or AWS_WEB_IDENTITY_TOKEN_FILE).",
        code=_UNREADABLE,
    )


@dataclass(frozen=True)
class CommandToken:
    """A command that prints a token, run afresh each time.

    Args:
        words: the program and its arguments; no shell sees them.
        environment: the process's variables; the child gets them without secrets.
        clock: to tell whether the token is too old.
        seconds: the time it may take.
    """

    words: Sequence[str]
    environment: Mapping[str, str]
    clock: Clock
    seconds: float = 60.0
    renewable: bool = True

    @property
    def description(self) -> str:
        """Name the program; its arguments may be private."""
        return f"command {Path(self.words[0]).name}"

    def obtain(self) -> Token:
        """Run the command and return its one line as a token."""
        output = run_command(
            self.words,
            environment=child_environment(self.environment),
            seconds=self.seconds,
            parameter="web_identity_token_process",
        )
        line = only_line(output, "web_identity_token_process")
        return checked_token(line, self.description, self.clock.now())


@dataclass
class ReplaceableToken:
    """A source whose token a person can replace for the time it lasts.

    Args:
        source: what is asked as long as no replacement is held.
        clock: to tell whether the replacement is too old.
    """

    source: TokenSource
    clock: Clock
    _replacement: LiteralToken | None = None

    @property
    def description(self) -> str:
        """Say where the next token comes from."""
        return self._current.description

    @property
    def renewable(self) -> bool:
        """Whether a later call can yield another token without a person's help."""
        return self.source.renewable

    def replace(self, text: str) -> None:
        r"""Use this token from now on; AuthError when it cannot be one.

        The origin is told as ``\login``.
        """
        token = checked_token(text.strip(), r"\login", self.clock.now())
        self._replacement = LiteralToken(token.secret, self.clock)

    def discard(self) -> None:
        """Forget the replacement, and whatever token the source keeps."""
        self._replacement = None
        if isinstance(self.source, Rereads):
            self.source.reject()

    def log_in(self) -> None:
        """Let the person log in where the source sends them; AuthError when it has no such way."""
        if not isinstance(self.source, LogsIn):
            raise AuthError(f"There is no log-in for the {self.source.description}.")
        self.source.log_in()
        self._replacement = None

    def forget(self) -> None:
        """Forget the replacement and every secret that the source keeps."""
        self.discard()
        if isinstance(self.source, Forgets):
            self.source.forget()

    def obtain(self) -> Token:
        """Return the replacement; a renewable source takes over again when that is too old."""
        try:
            return self._current.obtain()
        except LoginRequired:
            if self._replacement is None or not self.source.renewable:
                raise
        self._replacement = None
        return self.source.obtain()

    @property
    def _current(self) -> TokenSource:
        return self._replacement or self.source
