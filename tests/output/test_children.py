"""A child of ours inherits no secret."""

from __future__ import annotations

from athena_shell.output.children import child_environment


def test_only_harmless_variables_are_left() -> None:
    environment = {
        "PATH": "/bin",
        "TERM": "xterm",
        "LANG": "C.UTF-8",
        "AWS_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "AKIA",
        "AWS_SECRET_ACCESS_KEY": "s",
        "AWS_SESSION_TOKEN": "t",
        "AWS_WEB_IDENTITY_TOKEN_FILE": "/run/token",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "x",
        "DB_PASSWORD": "p",
        "MY_LOGIN": "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln",
        "named_by_profile": "q",
        "LESSOPEN": "|evil %s",
        "LESSCLOSE": "evil",
    }
    assert child_environment(environment, ["named_by_profile"]) == {
        "PATH": "/bin",
        "TERM": "xterm",
        "LANG": "C.UTF-8",
        "AWS_REGION": "eu-west-1",
    }
