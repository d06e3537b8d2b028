"""The benchmark of detection judges rightly: who knows the truth finds all, who flags elsewhere nothing, and a budget is kept."""

from dataclasses import replace

import numpy as np
import pytest
from benchmarks import detect
from benchmarks.detect import Flag, Job, Looked, Truth, _seen, first, judge, look, official, ours, register

from waarmerk.checks import Context, examine
from waarmerk.checks.mistakes import KINDS, SIZES, plant
from waarmerk.election.count import ElectionInfo
from waarmerk.election.finding import Code, Finding, Severity
from waarmerk.formats import Contest
from waarmerk.simulate.municipality import municipality

ELECTION = ElectionInfo("TK2030", "Tweede Kamer der Staten-Generaal 2030", "TK", "TK", date="2030-03-20")
COUNT = municipality(1, "9987", "Voorbeelddam", election=ELECTION, contest=Contest("13"), stations=12)
MADE = [one for kind in KINDS if (one := plant(COUNT, kind, np.random.default_rng(1))) is not None]
TRUTHS = [Truth.of(one) for one in MADE]


def knowing(truth: Truth) -> Flag:
    return Flag(truth.units, truth.hypothesis, 1.0, truth.list, truth.candidates)


def test_who_knows_the_truth_finds_names_and_points_at_all() -> None:
    assert len(TRUTHS) > len(KINDS) - 3
    for truth in TRUTHS:
        (seen,) = judge([truth], [knowing(truth)])
        assert (seen.found, seen.named, seen.cells) == (True, True, True)


def test_a_flag_elsewhere_finds_nothing_and_another_word_or_row_is_not_right() -> None:
    for truth in TRUTHS:
        flag = knowing(truth)
        (elsewhere,) = judge([truth], [replace(flag, units=frozenset({"elsewhere"}))])
        (unnamed,) = judge([truth], [replace(flag, hypothesis="cell-wrong")])
        (other_row,) = judge([truth], [replace(flag, list=99)])
        assert not elsewhere.found
        assert (unnamed.found, unnamed.named, unnamed.cells) == (True, False, False)
        assert (other_row.named, other_row.cells) == (True, False)


def test_the_source_of_a_copied_page_is_right_itself() -> None:
    truth = next(t for t in TRUTHS if t.kind == "page-copied")
    (source,) = truth.units - truth.changed
    (seen,) = judge([truth], [Flag(frozenset({source}), "difference-large", 9.0, None, ())])
    assert not seen.found


def test_the_surest_flags_come_first_and_a_station_is_asked_once() -> None:
    asked = (("a", 1), ("b", 3), ("b", 2), ("cd", 2.5))
    flags = [Flag(frozenset(units), "list-off", score, None, ()) for units, score in asked]
    assert [flag.score for flag in first(flags, 9)] == [3, 2.5, 1]
    assert [flag.score for flag in first(flags, 2)] == [3, 2.5]


def test_counts_with_the_same_stations_are_ranked_together_and_kept_apart() -> None:
    truth = TRUTHS[0]
    here = Looked(Job("set", 0, 0), 50, (truth,), {"one": [knowing(truth)]}, {})
    there = Looked(Job("set", 0, 1), 50, (truth,), {"one": [replace(knowing(truth), score=0.5)]}, {})
    assert [seen.found for seen in _seen([here, there], "one", 1)] == [True, False]
    assert [seen.found for seen in _seen([here, there], "one", 2)] == [True, True]


def test_the_official_rules_see_a_station_without_votes() -> None:
    zero = next(one for one in MADE if one.kind == "station-zero")
    assert frozenset(zero.units) in [flag.units for flag in official(zero.count, Context(), register(COUNT))]


def test_a_station_that_is_left_out_is_flagged_by_the_list_of_stations() -> None:
    missing = next(one for one in MADE if one.kind == "station-missing")
    (seen,) = judge([Truth.of(missing)], ours(missing.count, Context(), register(COUNT)))
    assert (seen.found, seen.named) == (True, True)
    assert "station-missing" not in {flag.hypothesis for flag in ours(COUNT, Context(), register(COUNT))}


def test_what_the_program_flags_has_a_word_of_the_kinds() -> None:
    words = {kind.hypothesis for kind in KINDS} | {"cell-wrong", "list-off"}
    wrong = next(one for one in MADE if one.kind == "station-zero").count
    assert {flag.hypothesis for flag in ours(wrong, Context(), register(COUNT))} <= words


def test_the_same_job_plants_the_same_mistakes_at_the_stations_of_its_count() -> None:
    job = Job("national", 0, 3)
    one, other = look(None, None, job), look(None, None, job)
    assert one.planted == other.planted
    assert all(truth.moved >= SIZES[0].low for truth in one.planted)


def test_a_finding_that_names_a_mistake_becomes_one_flag_of_one_or_two_stations(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    two = Finding(
        Code.L01, Severity.NOTICE, "a", figures={"other_unit": "b"}, hypothesis="differences-cancel", score=2.5
    )
    other = Finding(Code.H03, Severity.NOTICE, "c", None, 3, (1, 2), hypothesis="row-moved", score=0.5)
    row = Finding(Code.H01, Severity.NOTICE, "c", None, 3, (1, 2), {"moved": 9}, (other,), "candidates-swapped", 1.0)
    examined = examine(COUNT)
    monkeypatch.setattr(detect, "examine_together", lambda *_: [replace(examined, findings=(two, row))])
    assert ours(COUNT, Context(), register(COUNT)) == [
        Flag(frozenset("ab"), "differences-cancel", 2.5, None, ()),
        Flag(frozenset("c"), "candidates-swapped", 1.0, 3, (1, 2), 9),
    ]
