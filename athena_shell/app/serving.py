"""Serving the embedded endpoint to other programs until somebody ends it."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

from athena_shell.core.errors import ConfigError, ExitCode

if TYPE_CHECKING:
    from athena_shell.app.embedded import Embedded
    from athena_shell.output.sink import Sink


def serve_embedded(embedded: Embedded, port: int, sink: Sink) -> int:
    """Serve on the loopback interface, show the profiles to use, wait for Ctrl-C or SIGTERM.

    Args:
        embedded: the endpoint; closed at the end.
        port: the port to listen on, 0 for any that is free.
        sink: where the profiles are shown.

    Raises:
        ConfigError: the port is taken, or the extra is missing.
    """
    local = embedded.endpoint()
    from athena_shell.local.serve import serve

    ended = threading.Event()

    def announce(text: str) -> None:
        sink.write_all([text])
        sink.flush()

    before = signal.signal(signal.SIGTERM, lambda *_: ended.set())
    try:
        serve(local, embedded.directory(), announce, ended, port=port)
    except KeyboardInterrupt:
        return int(ExitCode.OK)
    except OSError as error:
        raise ConfigError(
            f"The embedded endpoint cannot be served on port {port}: {error.strerror}.",
            "Name another port, or none to take one that is free.",
        ) from error
    finally:
        signal.signal(signal.SIGTERM, before)
    return int(ExitCode.OK)
