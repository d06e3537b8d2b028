"""Sums that must hold in every document: C-04, C-05, C-06, C-07, C-10."""

from dataclasses import replace

from tests.checks.counts import Station, found_by, municipality, station, with_total
from waarmerk.checks import examine
from waarmerk.election.finding import Code, Severity

A = station([[5, 3], [2, 0]])
B = station([[1, 1], [4, 6]])


def test_a_good_count_has_no_findings():
    assert examine(municipality(A, A)).findings == ()


def test_list_is_the_sum_of_its_candidates():
    (finding,) = [f for f in found_by(municipality(A, Station([[1, 1], [4, 6]], lists=[9, 10])), Code.C04) if f.unit]
    assert (finding.unit, finding.list) == ("9987::SB2", 1)
    assert (finding.figures["sum"], finding.figures["total"]) == (2, 9)
    assert finding.severity is Severity.ERROR


def test_list_of_the_total_is_the_sum_of_its_candidates():
    count = municipality(A, B)
    lists = count.total.lists.copy()
    lists[0, 0] += 1
    broken = replace(count, total=replace(count.total, lists=lists))
    (finding,) = found_by(broken, Code.C04)
    assert (finding.unit, finding.list) == (None, 1)


def test_list_without_reported_candidates_is_not_judged():
    count = municipality(Station([[0, 0], [4, 6]], lists=[9, 10]), B)
    votes, total = count.votes, count.total
    votes.candidates_reported[:, :2] = False
    total.candidates_reported[:, :2] = False
    assert found_by(count, Code.C04) == []


def test_valid_is_the_sum_of_the_lists():
    (unit, total) = found_by(municipality(A, station([[1, 1], [4, 6]], counted=13)), Code.C05)
    assert {unit.unit, total.unit} == {"9987::SB2", None}
    assert (unit.figures["sum"], unit.figures["valid"]) in {(12, 13), (22, 23)}


def test_total_is_the_sum_of_the_units():
    (finding,) = found_by(with_total(municipality(A, B), blank=7), Code.C06)
    assert finding.figures["counter"] == "blank"
    assert (finding.figures["sum"], finding.figures["total"]) == (0, 7)


def test_one_missing_station_is_one_finding_that_names_every_counter():
    both, one = municipality(A, B), municipality(A)
    findings = [f for f in examine(replace(one, total=both.total)).findings if f.code is Code.C06]
    (finding,) = findings
    # five candidates and lists with votes at B, valid votes, poll cards and admitted voters
    assert finding.figures["counters"] == 1 + len(finding.also) == 9
    assert finding.list is None
    assert finding.figures["sum"] == 10


def test_counter_that_a_station_does_not_report_is_not_summed():
    count = municipality(A, station([[1, 1], [4, 6]], proxies=None))
    count.total.figures_reported[:] = True
    assert found_by(with_total(count, proxies=99), Code.C06) == []


def test_called_is_the_sum_of_the_units():
    (finding,) = found_by(with_total(municipality(A, B), cast=9000), Code.C07)
    assert finding.severity is Severity.NOTICE
    assert (finding.figures["sum"], finding.figures["total"]) == (6000, 9000)


def test_found_is_valid_blank_and_invalid():
    count = municipality(station([[5, 3], [2, 0]], blank=1, found=12, admitted=11), station([[1, 0], [0, 0]], found=1))
    found = found_by(count, Code.C10)
    assert {finding.unit for finding in found} == {"9987::SB1", None}


def test_sums_larger_than_32_bits_are_exact():
    huge = 999_999_999
    count = municipality(*(Station([[huge, huge], [0, 0]], lists=[0, 0], figures={"counted": 0}) for _ in range(3)))
    finding = next(f for f in found_by(count, Code.C04) if f.unit == "9987::SB1")
    assert finding.figures["sum"] == 2 * huge
