"""Forks the program, its modules loaded already, so that many real processes cost little.

A line of JSON asks for a process (its number comes back) or for a process's exit code.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from typing import Any

import boto3
import botocore.session

import athena_shell.app.connecting
import athena_shell.athena.service
import athena_shell.auth.jwt
import athena_shell.auth.sign_in
import athena_shell.output.table
import athena_shell.query.estimate
import athena_shell.script.start
import athena_shell.shell.completer
import athena_shell.shell.desk
import athena_shell.shell.start
from athena_shell.cli import main as program

LOADED = (athena_shell, boto3, botocore)


def main() -> None:
    gc.freeze()
    for line in sys.stdin:
        asked = json.loads(line)
        answer = _code(asked["code"]) if "code" in asked else _forked(asked)
        print(json.dumps(answer), flush=True)


def _code(pid: int) -> int | None:
    """Return how a child has ended, ``None`` while it runs."""
    ended, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if ended else None


def _forked(asked: dict[str, Any]) -> int:
    pid = os.fork()
    if not pid:
        _become(asked)
    return pid


def _become(asked: dict[str, Any]) -> None:
    """Be the program on the terminal that is named; does not return."""
    os.setsid()
    terminal = os.open(asked["terminal"], os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(terminal, descriptor)
    os.close(terminal)
    if asked["stdin"]:
        given = os.open(asked["stdin"], os.O_RDONLY)
        os.dup2(given, 0)
        os.close(given)
    os.chdir(asked["directory"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    time.tzset()
    sys.stdin = os.fdopen(0, "r", encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)
    code = 1
    try:
        code = program(asked["arguments"])
        sys.stdout.flush()
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
