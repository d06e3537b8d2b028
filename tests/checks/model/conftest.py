"""The city that ships with the project, read once."""

from pathlib import Path

import pytest

from waarmerk.election.count import Count
from waarmerk.formats import read, zips


@pytest.fixture(scope="session")
def city(rotterdam_zip: Path) -> Count:
    with rotterdam_zip.open("rb") as stream:
        ((name, member),) = zips.members(stream)
        count = read(member, name)
    assert isinstance(count, Count)
    return count
