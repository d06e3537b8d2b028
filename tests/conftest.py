"""What all tests share: where the collection of real election data is, and the city's file that ships with the project."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How fast a machine is, is measured in benchmarks/, never by a test.
settings.register_profile("waarmerk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("waarmerk")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real results, schemas and oracles; absent on most machines."""
    folder = Path(os.environ.get("WAARMERK_SHARED") or ROOT.parent / "shared")
    if not (folder / "data" / "README.md").is_file():
        pytest.skip("the collection of real election data is not on this machine (WAARMERK_SHARED names its folder)")
    return folder


@pytest.fixture(scope="session")
def data(shared: Path) -> Path:
    """The data folder of the collection."""
    return shared / "data"


@pytest.fixture(scope="session")
def rotterdam_zip() -> Path:
    """Rotterdam's count of the Tweede Kamer election of 2023, as it ships with the project."""
    return next((ROOT / "examples").glob("*.zip"))
