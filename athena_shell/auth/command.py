"""A command's answer: run without a shell, limited in time and size, its errors shown."""

from __future__ import annotations

import atexit
import os
import selectors
import shlex
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import IO, Final

from athena_shell.core.counting import counted
from athena_shell.core.errors import AuthError, ConfigError
from athena_shell.core.redact import redact

_LARGEST_OUTPUT: Final = 128 * 1024
_KEPT_ERRORS: Final = 16 * 1024
_SHOWN_ERROR_LINES: Final = 5
_SHOWN_WIDTH: Final = 300
_PIECE: Final = 64 * 1024
_PAUSE: Final = 0.05


def split_command(text: str, parameter: str) -> tuple[str, ...]:
    """Return the command's words as a shell would split them; nothing is expanded.

    Raises:
        ConfigError: the quotes do not match or there is no word.
    """
    try:
        words = tuple(shlex.split(text))
    except ValueError as error:
        raise ConfigError(
            f"{parameter} cannot be split into words: {str(error).lower()}.",
            "Quote as in a shell; pipes, variables and ~ are not expanded.",
        ) from error
    if not words:
        raise ConfigError(f"{parameter} names no command.", "Give a program and its arguments.")
    return words


def run_command(
    words: Sequence[str], *, environment: Mapping[str, str], seconds: float, parameter: str
) -> str:
    """Return what the command wrote to its standard output.

    It gets no shell, no input, and no terminal to ask on; it and its children are ended when the
    time or the size is over, or the program ends.

    Args:
        words: the program and its arguments.
        environment: the child's variables, already without secrets.
        seconds: the time it may take.
        parameter: the profile parameter that names it, for messages.

    Raises:
        AuthError: it could not start, failed, took too long or wrote too much. The message shows
            the end of its standard error, secrets cut out; never its standard output.
    """
    try:
        child = subprocess.Popen(  # noqa: S603 - no shell; the words are the profile's own
            list(words),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environment),
            start_new_session=True,
        )
    except OSError as error:
        raise AuthError(
            f"{parameter}: {words[0]!r} could not be started: {error.strerror}.",
            "Give the program's full path, and check that it may be executed.",
        ) from error
    end = partial(_end, child)
    atexit.register(end)  # nobody collects it when the program ends first
    try:
        output, errors, trouble = _collected(child, time.monotonic() + seconds)
    finally:
        atexit.unregister(end)
        end()
    if trouble == "time":
        raise _failure(parameter, words, f"gave no answer within {seconds:g} s", errors)
    if trouble == "size":
        raise _failure(parameter, words, f"wrote more than {_LARGEST_OUTPUT} bytes", errors)
    if child.returncode < 0:
        raise _failure(parameter, words, f"was ended by signal {-child.returncode}", errors)
    if child.returncode:
        raise _failure(parameter, words, f"ended with exit code {child.returncode}", errors)
    return output.decode("utf-8", "replace")


def only_line(output: str, parameter: str) -> str:
    """Return the one line of a command's output.

    Raises:
        AuthError: there is none, or there are several.
    """
    lines = output.strip().splitlines()
    if len(lines) != 1:
        amount = counted(len(lines), "line") if lines else "nothing"
        raise AuthError(
            f"{parameter}: the command wrote {amount} to its standard output.",
            "It must write exactly one line, the token; send everything else to standard error.",
        )
    return lines[0].strip()


def _collected(child: subprocess.Popen[bytes], ends: float) -> tuple[bytes, bytes, str]:
    output, errors = bytearray(), bytearray()
    with selectors.DefaultSelector() as selector:
        for stream, kept in ((child.stdout, output), (child.stderr, errors)):
            if stream is not None:
                selector.register(stream, selectors.EVENT_READ, kept)
        while selector.get_map():
            left = ends - time.monotonic()
            if left <= 0:
                return bytes(output), bytes(errors), "time"
            for key, _events in selector.select(left):
                _take(selector, key)
            del errors[:-_KEPT_ERRORS]
            if len(output) > _LARGEST_OUTPUT:
                return bytes(output), bytes(errors), "size"
    try:
        child.wait(max(_PAUSE, ends - time.monotonic()))
    except subprocess.TimeoutExpired:
        return bytes(output), bytes(errors), "time"
    return bytes(output), bytes(errors), ""


def _take(selector: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
    stream: IO[bytes] = key.fileobj  # type: ignore[assignment]  # what was registered
    piece = os.read(stream.fileno(), _PIECE)
    if not piece:
        selector.unregister(stream)
        return
    key.data.extend(piece)


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    for stream in (child.stdout, child.stderr):
        if stream is not None:
            stream.close()


def _failure(parameter: str, words: Sequence[str], what: str, errors: bytes) -> AuthError:
    text = redact(errors.decode("utf-8", "replace"))
    lines = [line for line in text.splitlines() if line.strip()][-_SHOWN_ERROR_LINES:]
    said = "".join(f"\n  {_visible(line)}" for line in lines)
    return AuthError(
        f"{parameter}: {words[0]!r} {what}{', saying:' if said else '.'}{said}",
        "Run the command by hand to see why; it has no terminal to ask on here.",
    )


def _visible(line: str) -> str:
    text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)
    return text if len(text) <= _SHOWN_WIDTH else f"{text[:_SHOWN_WIDTH]}…"
