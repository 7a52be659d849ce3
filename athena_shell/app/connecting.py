"""Connections: from a resolved profile to everything that talks to AWS."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from athena_shell.app.embedded import Embedded
    from athena_shell.athena.service import ResultOptions
    from athena_shell.auth.checks import Step
    from athena_shell.auth.registry import AuthRegistry
    from athena_shell.auth.renewal import RenewingCredentials
    from athena_shell.aws.client import ClientFactory
    from athena_shell.commands.services import Connection
    from athena_shell.config.paths import Paths
    from athena_shell.config.resolve import Resolved
    from athena_shell.core.ports import Clock
    from athena_shell.query.cost import Price
    from athena_shell.query.journal import Journal


class Connector:
    """Makes connections and closes what they opened.

    Args:
        registry: the authentication types.
        paths: the program's files.
        clock: the time.
        environment: the environment variables.
        embedded: the embedded endpoint, when it takes the place of AWS.
        say: shows a person a line, such as where to log in.
    """

    def __init__(
        self,
        registry: AuthRegistry,
        paths: Paths,
        clock: Clock,
        environment: Mapping[str, str],
        embedded: Embedded | None = None,
        *,
        say: Callable[[str], None],
    ) -> None:
        self._registry = registry
        self._paths = paths
        self._clock = clock
        self._environment = environment
        self._embedded = embedded
        self._say = say
        self._closers: list[Callable[[], None]] = []

    def connect(self, resolved: Resolved) -> Connection:
        """Return a profile's connection; loads the AWS library, does no network.

        Raises ConfigError or PluginError for a profile that cannot work.
        """
        from athena_shell.athena.calls import Caller
        from athena_shell.athena.glue_metadata import GlueMetadata
        from athena_shell.athena.metadata import AthenaMetadata
        from athena_shell.athena.readers import ResultReader
        from athena_shell.athena.saved import AthenaSavedWork
        from athena_shell.athena.service import AthenaEngine
        from athena_shell.athena.sizes import TableSizes
        from athena_shell.commands.services import Connection
        from athena_shell.completion.names import Names
        from athena_shell.completion.saved_names import SavedNames
        from athena_shell.query.estimate import Estimator
        from athena_shell.query.overruled import Overruled
        from athena_shell.query.runner import QueryRunner, Terms
        from athena_shell.query.terms import Pace

        clock, region, settings = self._clock, resolved.session.region, resolved.settings
        clients = self._clients(resolved)
        credentials = self._credentials(resolved, clients)
        caller = Caller(
            lambda service: clients.client(service, region, credentials),
            clock=clock,
            renew=credentials.renew_rejected,
            region=region,
        )
        options = _result_options(resolved)
        engine = AthenaEngine(
            caller,
            clock,
            options=options,
            reader=ResultReader(settings.result_reader),
        )
        metadata, listed = AthenaMetadata(caller, clock), GlueMetadata(caller, clock)
        saved = AthenaSavedWork(caller, clock)
        name = resolved.profile.name
        journal = self._journal(name, region)
        price = self.price(resolved)
        pace = Pace(settings.min_poll_interval / 1000, settings.max_poll_interval / 1000)
        terms = Terms(price=price, pace=pace)
        runner = QueryRunner(engine, clock, journal, terms, credentials.current)
        return Connection(
            engine=engine,
            metadata=metadata,
            runner=runner,
            names=Names(listed, self._paths.cache / quote(name, safe=""), clock),
            authentication=credentials,
            journal=journal,
            price=price,
            list_price=self._list_price(resolved),
            estimator=Estimator(runner, metadata, TableSizes(caller)),
            statistics=engine.statistics,
            parts=engine.parts,
            way_of=engine.way_of,
            saved=saved,
            saved_names=SavedNames(saved, clock),
            overruled=Overruled(options.encryption),
        )

    def _journal(self, profile: str, region: str) -> Journal:
        from athena_shell.output.sanitize import sanitize
        from athena_shell.query.journal import Journal

        journal = Journal(self._paths.journal, self._clock, profile=profile, region=region)
        journal.alarm = lambda text: self._say(sanitize(text, keep_newlines=True))
        self._closers.append(journal.close)
        return journal

    def price(self, resolved: Resolved) -> Price | None:
        """Return what scanning costs under a profile; ``None`` where nothing is billed."""
        from athena_shell.query.cost import Price

        return Price.chosen(resolved.settings.price_per_tb, self._list_price(resolved))

    def _list_price(self, resolved: Resolved) -> Price | None:
        from athena_shell.query.cost import Price

        return None if self._embedded is not None else Price.of_region(resolved.session.region)

    def check(self, resolved: Resolved) -> Iterator[Step]:
        """Walk a profile step by step; free of charge."""
        from athena_shell.auth.checks import walk

        return walk(
            resolved.profile,
            registry=self._registry,
            clients=self._clients(resolved),
            clock=self._clock,
            environment=self._environment,
            say=self._say,
        )

    def close(self) -> None:
        """Close what the connections opened, the last one first."""
        while self._closers:
            self._closers.pop()()

    def _clients(self, resolved: Resolved) -> ClientFactory:
        from athena_shell.aws.client import ClientFactory, Network

        attach = self._embedded.endpoint().attach if self._embedded is not None else None
        network = Network.of(resolved.profile, self._environment)
        clients = ClientFactory(network, attach=attach)
        self._closers.append(clients.close)
        clients.preload()
        return clients

    def _credentials(self, resolved: Resolved, clients: ClientFactory) -> RenewingCredentials:
        from athena_shell.auth.sign_in import sign_in

        return sign_in(
            resolved.profile,
            registry=self._registry,
            clients=clients,
            clock=self._clock,
            environment=self._environment,
            say=self._say,
        )


def _result_options(resolved: Resolved) -> ResultOptions:
    from athena_shell.athena.service import ResultOptions

    profile = resolved.profile
    option = profile.get("S3OutputEncOption")
    return ResultOptions(
        encryption="" if option == "NOT_SET" else option,
        kms_key=profile.get("S3OutputEncKMSKey"),
        bucket_owner=profile.get("ExpectedBucketOwner"),
        acl=profile.get("AclOption"),
    )
