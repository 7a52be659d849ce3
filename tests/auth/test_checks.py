"""The walk through a profile, against the embedded endpoint."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from athena_shell.auth.checks import Step, Verdict, as_json, as_text, succeeded, walk
from athena_shell.auth.registry import AuthRegistry
from athena_shell.aws.client import ClientFactory, Limits, Network
from athena_shell.config.endpoints import EndpointPolicy
from athena_shell.local.clock import ManualClock
from athena_shell.local.embedded import LocalEndpoint

if TYPE_CHECKING:
    from tests.auth.conftest import ProfileMaker

Walk = Callable[..., list[Step]]


@pytest.fixture
def local(tmp_path: Path) -> Iterator[LocalEndpoint]:
    endpoint = LocalEndpoint.open(tmp_path / "l", clock=ManualClock(), samples=False, skew=None)
    yield endpoint
    endpoint.close()


@pytest.fixture
def check(local: LocalEndpoint, make_profile: ProfileMaker) -> Walk:
    """Walk a profile that is good but for these parameters."""

    def checked(
        clients: ClientFactory | None = None,
        environment: Mapping[str, str] | None = None,
        registry: AuthRegistry | None = None,
        **values: str,
    ) -> list[Step]:
        good = {
            "AwsRegion": local.region,
            "preferred_role": local.role_arn,
            "role_session_name": "jane",
            "web_identity_token": local.token(),
            "S3OutputLocation": local.output_location,
        }
        given = {name: text for name, text in {**good, **values}.items() if text}
        return list(
            walk(
                make_profile(**given),
                registry=registry or AuthRegistry(),
                clients=clients or ClientFactory(Network(EndpointPolicy()), attach=local.attach),
                clock=local.endpoint.clock,
                environment=environment or {},
                say=lambda _line: None,
            )
        )

    return checked


def verdicts(steps: list[Step]) -> dict[str, str]:
    return {step.name: step.verdict.value for step in steps}


def test_a_good_profile_passes_every_step(check: Walk, local: LocalEndpoint) -> None:
    steps = check()
    assert verdicts(steps) == dict.fromkeys(
        (
            "parameters",
            "token source",
            "claims",
            "session",
            "caller identity",
            "workgroup",
            "result location",
            "result writing",
            "metadata",
        ),
        "passed",
    )
    assert succeeded(steps)
    details = {step.name: step.detail for step in steps}
    assert details["claims"].endswith("subject demo-user, 1 h 0 min left")
    assert details["session"].endswith("/jane, 15 min 0 s left")
    assert details["result writing"] == f"{local.output_location} can be written"


def test_a_broken_plugin_that_nobody_named_is_a_warning(check: Walk) -> None:
    point = EntryPoint("corp", "no_such_module:PLUGIN", "athena_shell.auth.v1")
    step, *others = check(registry=AuthRegistry(offered={"corp": point}))
    assert (step.name, step.verdict) == ("plugins", Verdict.WARNED)
    assert "The plugin corp (no_such_module:PLUGIN) cannot be loaded" in step.detail
    assert succeeded([step, *others])


def test_the_walk_shows_no_secret(check: Walk, local: LocalEndpoint) -> None:
    token = local.token()
    text = "\n".join(as_text(step) for step in check(web_identity_token=token))
    assert token not in text
    assert token.split(".")[2] not in text
    assert "…" + token[-4:] in text


def test_a_missing_token_file_fails_where_it_is_read_and_skips_the_rest(
    check: Walk, tmp_path: Path
) -> None:
    steps = check(web_identity_token="", web_identity_token_file=str(tmp_path / "no"))
    assert verdicts(steps)["parameters"] == "passed"
    assert steps[1] == Step(
        "token source",
        Verdict.FAILED,
        f"The token file {tmp_path}/no cannot be read: No such file or directory.",
        "Check web_identity_token_file (or AWS_WEB_IDENTITY_TOKEN_FILE).",
        "Unreadable",
    )
    assert {step.verdict for step in steps[2:]} == {Verdict.SKIPPED}
    assert not succeeded(steps)


def test_a_role_that_refuses_the_token_fails_at_the_session(
    check: Walk, local: LocalEndpoint
) -> None:
    steps = check(preferred_role=local.role_arn.replace("Demo", "Other"))
    assert verdicts(steps)["claims"] == "passed"
    assert verdicts(steps)["session"] == "failed"
    assert steps[3].code == "AccessDenied"
    assert verdicts(steps)["workgroup"] == "skipped"


def test_an_expired_token_fails_before_any_network(check: Walk, local: LocalEndpoint) -> None:
    steps = check(web_identity_token=local.issuer.token(lifetime=timedelta(minutes=-6)))
    assert verdicts(steps)["token source"] == "failed"
    assert "expired at" in steps[1].detail
    assert local.endpoint.sessions.issued == 0


def test_a_missing_parameter_fails_at_once(check: Walk) -> None:
    steps = check(role_session_name="")
    assert verdicts(steps)["parameters"] == "failed"
    assert {step.verdict for step in steps[1:]} == {Verdict.SKIPPED}


def test_an_unknown_workgroup_and_bucket_fail_by_themselves(check: Walk) -> None:
    steps = check(Workgroup="nowhere", S3OutputLocation="s3://no-such-bucket-at-all/x/")
    found = verdicts(steps)
    assert (found["session"], found["metadata"]) == ("passed", "passed")
    assert (found["workgroup"], found["result location"]) == ("failed", "failed")


def test_a_missing_database_is_a_warning(check: Walk) -> None:
    steps = check(Schema="nowhere")
    assert verdicts(steps)["metadata"] == "warned"
    assert steps[-1].detail.endswith("and nowhere is not among them")
    assert succeeded(steps)


def test_an_endpoint_that_is_down_is_named(check: Walk) -> None:
    policy = EndpointPolicy(overrides={"sts": "http://127.0.0.1:9"})
    dead = ClientFactory(Network(policy), limits=Limits(connect=1, read=1, total=3))
    steps = check(dead)
    assert steps[3].detail == (
        "127.0.0.1:9 cannot be reached while calling sts AssumeRoleWithWebIdentity."
    )


def test_a_type_without_a_token_skips_its_steps(
    local: LocalEndpoint, make_profile: ProfileMaker
) -> None:
    user = local.endpoint.sessions.add_user()
    profile = make_profile(
        "IAM Credentials",
        AwsRegion=local.region,
        UID=user.access_key,
        PWD=user.secret_key,
        S3OutputLocation=local.output_location,
    )
    steps = list(
        walk(
            profile,
            registry=AuthRegistry(),
            clients=ClientFactory(Network(EndpointPolicy()), attach=local.attach),
            clock=local.endpoint.clock,
            environment={},
            say=lambda _line: None,
        )
    )
    assert verdicts(steps)["token source"] == "skipped"
    assert verdicts(steps)["metadata"] == "passed"
    assert succeeded(steps)


def test_a_step_reads_well() -> None:
    step = Step("session", Verdict.FAILED, "The role …", "Do this.", "AccessDenied")
    assert as_text(step) == "✗ session           The role …\n                    → Do this."
    step = replace(step, detail="The role may not be assumed with this token at all.")
    assert as_text(step, width=60).split("\n") == [
        "✗ session           The role may not be assumed with this",
        "                    token at all.",
        "                    → Do this.",
    ]
    assert as_text(step, width=40).split("\n") == [
        "✗ session           The role may not be",
        "    assumed with this token at all.",
        "    → Do this.",
    ]
    step = replace(step, detail="The role …")
    assert as_text(step, unicode=False) == (
        "FAILED   session           The role …\n                           -> Do this."
    )


def test_the_walk_as_one_document() -> None:
    steps = [
        Step("parameters", Verdict.PASSED, "JWT"),
        Step("session", Verdict.FAILED, "no", "hint", "AccessDenied"),
    ]
    assert json.loads(as_json("work", steps)) == {
        "profile": "work",
        "ok": False,
        "steps": [
            {"name": "parameters", "verdict": "passed", "detail": "JWT"},
            {
                "name": "session",
                "verdict": "failed",
                "detail": "no",
                "hint": "hint",
                "code": "AccessDenied",
            },
        ],
    }
