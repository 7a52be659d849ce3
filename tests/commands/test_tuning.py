"""A setting of the connection counts from the next look and the next result on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from athena_shell.athena.readers import ResultReader
from athena_shell.commands.services import Connection
from athena_shell.commands.tuning import tuned
from athena_shell.config.settings import Settings
from athena_shell.query.runner import QueryRunner
from athena_shell.query.terms import Pace


@dataclass
class Engine:
    result_reader: ResultReader = ResultReader.AUTO


def test_the_connection_takes_the_settings_over() -> None:
    part = cast("Any", None)
    engine = cast("Any", Engine())
    connection = Connection(engine, part, QueryRunner(engine, part, part), part, part, part)
    settings = Settings(result_reader="s3", min_poll_interval=300, max_poll_interval=2000)

    assert tuned(connection, settings) is connection
    assert engine.result_reader is ResultReader.S3
    assert connection.runner.pace == Pace(0.3, 2.0)
    tuned(connection, Settings(min_poll_interval=5000))
    assert connection.runner.pace == Pace(5.0, 5.0)
