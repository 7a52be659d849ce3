"""The models of the services we speak to, found without a look at those of all others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from botocore.exceptions import DataNotFoundError, UnknownServiceError

from athena_shell.aws.bare import shared_loader


@pytest.mark.parametrize("service", ["athena", "glue", "s3", "sso", "sso-oidc", "sts"])
def test_a_service_is_loaded_from_its_own_directory(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: set[str] = set()
    listed = os.listdir

    def listdir(path: str) -> list[str]:
        looked.add(Path(path).name)
        return listed(path)

    monkeypatch.setattr(os, "listdir", listdir)
    model = shared_loader().load_service_model(service, "service-2")
    assert model["metadata"]["endpointPrefix"]
    assert looked <= {"data", service}


def test_unknown_services_are_refused() -> None:
    with pytest.raises((UnknownServiceError, DataNotFoundError)):
        shared_loader().load_service_model("athenaa", "service-2")
