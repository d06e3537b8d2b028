"""One office for all tests of the service: its keys are made once, each module gets a copy and a service of its own."""

import copy
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.office import Office, Service
from tests.web.post import Post


@pytest.fixture(scope="session")
def first_office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    if shutil.which("ssh-keygen") is None:
        pytest.skip("ssh-keygen (OpenSSH) is not installed")
    return Office(tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def office(first_office: Office, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office in which nothing happened yet."""
    return fresh(first_office, tmp_path_factory.mktemp("office") / "copy")


def fresh(first: Office, folder: Path) -> Office:
    shutil.copytree(first.folder, folder)
    made = copy.copy(first)
    made.folder = folder
    return made


@pytest.fixture(scope="module")
def service(office: Office) -> Iterator[Service]:
    """The real program, as long as the module lasts."""
    with office.service() as running:
        yield running


@pytest.fixture(scope="module")
def post(office: Office) -> Post:
    """What makes envelopes of the city."""
    return Post(office)
