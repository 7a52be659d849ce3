"""What was asked of Athena, written down before it is sent; shared by all shells of a user.

Each line is ``CHECKSUM JSON``: a torn or damaged line is passed over, the others still count. A
line is appended under an exclusive lock and synced before the call returns.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from athena_shell.core.model import Intent, QueryExecution, QueryState
from athena_shell.core.redact import redact
from athena_shell.query.log_file import LogFile
from athena_shell.query.presence import Presence

if TYPE_CHECKING:
    from athena_shell.core.ports import Clock
    from athena_shell.query.run import Run


@dataclass(frozen=True)
class Entry:
    """What the journal knows of one intent.

    Args:
        token: the client request token.
        text: the statement, private values cut out.
        fingerprint: tells whether an execution's text is the statement's.
        arguments: tells whether values are those of its ``?``; empty when it has none, ``None``
            when that was not written down.
        source: the script as it was named, or an empty text for a typed statement.
        file: where that script lies.
        script: where the script lies that the run was given, which may include the other.
        run: tells the runs of a script apart.
        region: where it was sent; empty when that was not written down.
        query_id: empty while Athena has not told it.
        state: the end that was seen; empty while none was.
        refused: why it was certainly not started, or an empty text.
    """

    token: str
    time: datetime
    text: str = ""
    fingerprint: str = ""
    arguments: str | None = None
    source: str = ""
    line: int = 0
    file: str = ""
    script: str = ""
    run: str = ""
    shell: str = ""
    profile: str = ""
    region: str = ""
    catalog: str = ""
    database: str = ""
    workgroup: str = ""
    query_id: str = ""
    state: str = ""
    scanned_bytes: int | None = None
    statement_type: str = ""
    substatement_type: str = ""
    reused: bool = False
    refused: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the end was not seen yet."""
        return not self.state and not self.refused

    def is_text(self, text: str) -> bool:
        """Whether ``text`` is the statement's."""
        return fingerprint(self.token, text) == self.fingerprint

    def has_arguments(self, values: Sequence[str]) -> bool:
        """Whether the statement's ``?`` stand for these values, as far as that was written down."""
        return self.arguments in {None, _arguments(self.token, values)}

    def execution(self) -> QueryExecution | None:
        """Return what was seen of the query's end, enough to say what it cost."""
        if not self.state:
            return None
        from athena_shell.core.model import QueryStatistics

        return QueryExecution(
            id=self.query_id,
            state=QueryState(self.state),
            text=self.text,
            statement_type=self.statement_type,
            substatement_type=self.substatement_type,
            statistics=QueryStatistics(scanned_bytes=self.scanned_bytes, reused=self.reused),
            submitted=self.time,
            workgroup=self.workgroup,
        )


class Journal:
    """The journal of all shells of a user, as one shell writes it; safe for many threads.

    A journal that cannot be written never keeps a statement from running, and each is started at
    most once all the same; what is lost is the memory of a shell that is killed. ``alarm`` says so.

    Args:
        path: the journal's file; created with mode 0600 in a directory of mode 0700.
        clock: time.
        profile: the profile statements run under.
        region: where they are sent.
        largest: bytes after which the file is written anew without the older half of its ended
            entries.

    Attributes:
        run: which run of a script they belong to; ``None`` for a shell.
        billed: told of each end that is seen of a query this journal saw started; on any thread.
        trouble: why the journal cannot be written; empty while it can.
        alarm: told the trouble once; on any thread.
    """

    billed: Callable[[QueryExecution], None]
    alarm: Callable[[str], None]

    def __init__(
        self,
        path: Path,
        clock: Clock,
        *,
        profile: str = "",
        region: str = "",
        largest: int = 4 * 1024**2,
    ) -> None:
        self._log = LogFile(path)
        self._clock = clock
        self._largest = largest
        self._presence = Presence(path.with_suffix(".shells"))
        self.profile = profile
        self.region = region
        self.run: Run | None = None
        self.trouble = ""
        self.billed = lambda _: None
        self.alarm = lambda _: None
        self._alarmed = False
        self._intents: set[str] = set()
        self._started: set[str] = set()

    @property
    def path(self) -> Path:
        """The journal's file."""
        return self._log.path

    @property
    def shell(self) -> str:
        """The name this shell goes by in the journal."""
        return self._presence.name

    def intended(self, intent: Intent) -> None:
        """Write an intent down, synced, before it is sent for the first time."""
        statement = intent.statement
        self._intents.add(intent.token)
        self._append(
            "intended",
            intent.token,
            {
                "text": redact(statement.text),
                "fingerprint": fingerprint(intent.token, statement.text),
                "arguments": _arguments(intent.token, intent.parameters),
                "source": statement.source,
                "line": statement.start.line,
                **(self.run.members(statement.source, self.shell) if self.run else {}),
                "shell": self.shell,
                "profile": self.profile,
                "region": self.region,
                "catalog": intent.target.catalog,
                "database": intent.target.database,
                "workgroup": intent.target.workgroup,
            },
        )

    def started(self, token: str, query_id: str) -> None:
        """Write down the id that Athena gave to an intent."""
        if token in self._intents:  # not one that an earlier shell left behind
            self._intents.discard(token)
            self._started.add(query_id)
        self._append("started", token, {"query_id": query_id})

    def refused(self, token: str, reason: str) -> None:
        """Write down that an intent was certainly not started."""
        self._intents.discard(token)
        self._append("refused", token, {"refused": redact(reason) or "not started"})

    def ended(self, execution: QueryExecution) -> None:
        """Write down that a query's end was seen; of queries of other origin too."""
        self._append(
            "ended",
            "",
            {
                "query_id": execution.id,
                "state": execution.state.value,
                "scanned_bytes": execution.statistics.scanned_bytes,
                "statement_type": execution.statement_type,
                "substatement_type": execution.substatement_type,
                "reused": execution.statistics.reused,
            },
        )
        if execution.id in self._started:
            self._started.discard(execution.id)
            self.billed(execution)

    def dismissed(self, entry: Entry, reason: str) -> None:
        """Write down that an open entry needs no more attention."""
        self.refused(entry.token, reason)

    def entries(self) -> tuple[Entry, ...]:
        """Return what is known of every intent, oldest first."""
        return tuple(_fold(self._log.read()).values())

    def unfinished(self) -> tuple[Entry, ...]:
        """Return the intents of shells that are gone whose end nobody saw, oldest first."""
        alive: dict[str, bool] = {}
        found = []
        for entry in self.entries():
            if not entry.is_open or entry.shell == self.shell:
                continue
            if entry.shell not in alive:
                alive[entry.shell] = self._presence.is_alive(entry.shell)
            if not alive[entry.shell]:
                found.append(entry)
        return tuple(found)

    def is_here(self, entry: Entry) -> bool:
        """Whether an entry is of this profile and not known to be of another region."""
        return entry.profile == self.profile and not self.is_elsewhere(entry)

    def is_elsewhere(self, entry: Entry) -> bool:
        """Whether a query is in another region, where this shell's service does not know it."""
        return bool(entry.region and self.region and entry.region != self.region)

    def own(self) -> tuple[Entry, ...]:
        """Return this shell's intents, oldest first."""
        return tuple(entry for entry in self.entries() if entry.shell == self.shell)

    def close(self) -> None:
        """Leave; open entries of this shell count as unfinished from now on."""
        self._presence.close()

    def _append(self, event: str, token: str, members: Mapping[str, Any]) -> None:
        record = {"event": event, "at": self._clock.now().isoformat(), **members}
        if token:
            record["token"] = token
        try:
            self._presence.announce()
            size = self._log.append(record)
            if size > self._largest:
                self._log.rewrite(_newer_and_open)
        except OSError as error:
            self._complain(error)
        else:
            self.trouble = ""

    def _complain(self, error: OSError) -> None:
        self.trouble = (
            f"The query journal {self._log.path} cannot be written: {error.strerror or error}.\n"
            "Queries run all the same; should this shell be killed, the next one cannot tell what"
            " became of them."
        )
        if not self._alarmed:
            self._alarmed = True
            self.alarm(self.trouble)


def fingerprint(token: str, text: str) -> str:
    """Return what tells equal texts of one intent without keeping the text itself."""
    return hashlib.sha256(f"{token}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _arguments(token: str, values: Sequence[str]) -> str:
    """Return what tells equal values of a statement's ``?``; an empty text when there are none."""
    return fingerprint(token, "\0".join(values)) if values else ""


_MEMBERS: Final = frozenset(Entry.__dataclass_fields__) - {"token", "time"}


def _fold(records: Iterable[Mapping[str, Any]]) -> dict[str, Entry]:
    """Return the entries that the records tell of, by token."""
    entries: dict[str, Entry] = {}
    by_id: dict[str, str] = {}
    for record in records:
        query_id = str(record.get("query_id", ""))
        token = str(record.get("token") or by_id.get(query_id, ""))
        members = {name: value for name, value in record.items() if name in _MEMBERS}
        if record.get("event") == "intended" and token:
            entries[token] = Entry(token=token, time=_time(record), **members)
        elif token in entries:
            entries[token] = replace(entries[token], **members)
        if token and query_id:
            by_id[query_id] = token
    return entries


def _time(record: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(str(record["at"]))


def _newer_and_open(read: Callable[[], Iterator[Mapping[str, Any]]]) -> Iterator[Mapping[str, Any]]:
    """Yield the newer half of the records, and of the older ones those of open entries.

    Only open entries are remembered on the way: a shell that is open for days trims often.
    """
    is_open: set[str] = set()
    by_id: dict[str, str] = {}
    count = 0
    for record in read():
        count += 1
        token, query_id = str(record.get("token", "")), str(record.get("query_id", ""))
        if record.get("event") == "intended":
            is_open.add(token)
        elif record.get("state") or record.get("refused"):
            is_open.discard(token or by_id.pop(query_id, ""))
        elif token in is_open:
            by_id[query_id] = token
    for number, record in enumerate(read(), start=1):
        if number > count // 2 or record.get("token") in is_open:
            yield record
