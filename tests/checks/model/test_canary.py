"""The canary (checks.md 7, trap 18): in a copy of every real file an exchange of two rows is made, and must be found.

A detector that went silent would look like a clean election.
"""

from pathlib import Path

import numpy as np
import pytest

from waarmerk.checks.mistakes import KINDS, Planted, Size, plant
from waarmerk.checks.model.observed import Observed
from waarmerk.checks.model.parameters import FEWEST_STATIONS
from waarmerk.checks.model.statistics import statistics
from waarmerk.election.count import Count
from waarmerk.election.finding import Code
from waarmerk.formats import read

ADJACENT = next(kind for kind in KINDS if kind.name == "adjacent-rows")
LARGE = 20
VILLAGES = "real/eml/gr2022_westmaasenwaal/"
FILES = (
    VILLAGES + "Telling_GR2022_WestMaasenWaal.eml.xml",
    VILLAGES + "osv4-3_telling_gr2022_westmaasenwaal.csv",
)
TOO_SMALL = {
    "real/eml/ab2023_scheldestromen/Telling_AB2023_Scheldestromen_gemeente_Borsele.eml.xml": 1,
    "real/eml/ps2023_drenthe/Telling_PS2023_Drenthe_gemeente_Aa_en_Hunze.eml.xml": 1,
    "fixtures/HCP/test-data/FAKE_TEST_DATA_TK2023_DORDRECHT/Fake_test_data_Telling_TK2023_gemeente_Dordrecht.eml.xml": 1,
    "fixtures/HCP/test-data/e2e/Fake_test_data_Telling_EP2024_gemeente_Steenwijkerland.eml.xml": 3,
}
"""Files with fewer stations than can be compared, and how many."""


def count_of(path: Path) -> Count:
    if not path.is_file():
        pytest.skip(f"{path.name} is not in the collection")
    with path.open("rb") as stream:
        count = read(stream, path.name)
    assert isinstance(count, Count)
    return count


def exchanged(count: Count, seed: int) -> Planted:
    """Exchange neighbours with at least 20 votes between them, or else the most that there are."""
    rng = np.random.default_rng(seed)
    made = next(filter(None, (plant(count, ADJACENT, rng, Size(low)) for low in range(LARGE, 0, -1))), None)
    assert made is not None
    return made


def found(one: Planted) -> bool:
    """Whether a finding or one of its alternatives says that these two rows were exchanged."""
    said = statistics(one.count, one.count.election.category or "")
    every = [inner for finding in said.findings for inner in (finding, *finding.also)]
    return any(
        (f.code, f.unit, f.list, set(f.candidates)) == (Code.H01, one.units[0], one.list, set(one.candidates))
        for f in every
    )


@pytest.mark.parametrize("file", FILES)
def test_an_exchange_of_two_rows_in_a_real_file_is_found(data: Path, file: str) -> None:
    one = exchanged(count_of(data / file), 0)
    assert one.moved >= LARGE
    assert found(one)


def test_where_every_village_votes_for_its_own_a_part_of_the_exchanges_is_found(data: Path) -> None:
    """Of 40 copies it is 15: two stations a village cannot tell a local hero from a mistake (checks.md 4.4)."""
    count = count_of(data / FILES[0])
    assert sum(found(exchanged(count, seed)) for seed in range(12)) >= 3


def test_an_exchange_in_the_citys_real_file_is_found(city: Count) -> None:
    assert found(exchanged(city, 1))


@pytest.mark.parametrize("file", TOO_SMALL)
def test_these_files_are_too_small_for_a_canary(data: Path, file: str) -> None:
    stations = Observed.of(count_of(data / file)).stations
    assert stations == TOO_SMALL[file] < FEWEST_STATIONS
