"""From what a public folder says to what its pages show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from waarmerk.election.count import Count, Figure, Votes
from waarmerk.election.finding import Severity
from waarmerk.ledger import base64
from waarmerk.pages import catalogue, public
from waarmerk.pages.board import Board, ListVotes, Row, Totals
from waarmerk.pages.cards import card, tally
from waarmerk.pages.layout import Frame
from waarmerk.publication import layout
from waarmerk.seal.manifest import PayloadFile
from waarmerk.site.addresses import FIRST, STYLE, Place
from waarmerk.site.counts import Counted
from waarmerk.site.published import Authority, Delivery, Published, codes_of

SHOWN = (Figure.ADMITTED, Figure.COUNTED, Figure.BLANK, Figure.INVALID)
VERIFY = "verify.html"


def overview(said: Published, counts: Mapping[str, Counted], place: Place, election: str) -> public.Overview:
    """Return the first page."""
    board = Board(
        _frame(said, place, election),
        rows=tuple(_row(authority, counts[authority.org], place) for authority in said.authorities),
        findings=(),
        findings_total=0,
        findings_url="",
        totals=_totals([c.count for c in counts.values() if c.count is not None]),
    )
    return public.Overview(board, _log(said, place), place.page(VERIFY))


def verify(said: Published, place: Place, election: str) -> public.VerifyPage:
    """Return the page that explains the command."""
    return public.VerifyPage(_frame(said, place, election), place.page(FIRST), _log(said, place))


def authority(said: Published, body: Authority, found: Counted, place: Place, election: str) -> public.AuthorityPage:
    """Return the page of one authority."""
    findings = found.examined.findings if found.examined else ()
    worst: dict[str, Severity] = {}
    for finding in findings:
        if finding.unit is not None:
            worst[finding.unit] = max(finding.severity, worst.get(finding.unit, Severity.NOTICE))
    return public.AuthorityPage(
        frame=_frame(said, place, election),
        org=body.org,
        name=body.name,
        state=body.newest.state if body.newest else "expected",
        back_url=place.page(FIRST),
        verify_url=place.page(VERIFY),
        deliveries=tuple(_delivery(d, place, said.removed) for d in body.deliveries.values()),
        stations=_stations(found.count, worst) if found.count else None,
        findings=tuple(
            card(finding, place.lang, anchor=f"finding-{n}", count=found.count) for n, finding in enumerate(findings, 1)
        ),
        tally=tally(findings),
        edition=_edition(found, place.lang),
        code=found.code or (codes_of(body.newest) if body.newest else None),
    )


def election_name(said: Published, counts: Iterable[Counted]) -> str:
    """Return the name of the election as the published counts have it; its id as long as there is none."""
    names = (found.count.election for found in counts if found.count is not None)
    return next((info.name for info in names if info.id == said.trust.election and info.name), said.trust.election)


def _frame(said: Published, place: Place, election: str) -> Frame:
    return Frame(
        style_url=place.to(STYLE),
        home_url=place.page(FIRST),
        other_language_url=place.to(place.other.path),
        election=election,
        environment=said.trust.environment,
    )


def _log(said: Published, place: Place) -> public.Log:
    return public.Log(
        origin=said.checkpoint.origin,
        size=said.checkpoint.size,
        root=base64.encode(said.checkpoint.root),
        checkpoint_url=place.to(layout.CHECKPOINT),
        policy_url=place.to(layout.POLICY),
        index_url=place.to(layout.INDEX),
        trust_url=place.to(layout.trust(said.trust.version)),
        trust_name=layout.trust(said.trust.version),
    )


def _row(body: Authority, found: Counted, place: Place) -> Row:
    newest = body.newest
    count = found.count
    return Row(
        org=body.org,
        name=body.name,
        state=newest.state if newest else "expected",
        received=newest.receipts[0].received if newest and newest.receipts else None,
        stations=len(count.units) if count else None,
        valid_votes=_figure(count.total, 0, Figure.COUNTED) if count else None,
        tally=tally(found.examined.findings) if found.examined else None,
        url=place.page(Place.of(place.lang, body.org).name),
        warning=found.code or (codes_of(newest) if newest else None),
        strength=newest.strength if newest else None,
    )


def _totals(counts: list[Count]) -> Totals | None:
    """The sum of all counts of one level; lists only where every count has the same ones."""
    if not counts or len({count.level for count in counts}) > 1:
        return None
    sums = [_sum(counts, figure) for figure in SHOWN]
    return Totals(
        authorities=len(counts),
        stations=sum(len(count.units) for count in counts),
        admitted=sums[0],
        valid=sums[1] or 0,
        blank=sums[2] or 0,
        invalid=sums[3] or 0,
        lists=_lists(counts),
    )


def _lists(counts: list[Count]) -> tuple[ListVotes, ...]:
    lists = counts[0].ballot.lists
    if any(
        [(lst.number, lst.name) for lst in c.ballot.lists] != [(lst.number, lst.name) for lst in lists] for c in counts
    ):
        return ()
    return tuple(
        ListVotes(lst.number, lst.name, sum(int(count.total.lists[0, column]) for count in counts))
        for column, lst in enumerate(lists)
    )


def _sum(counts: list[Count], figure: Figure) -> int | None:
    values = [_figure(count.total, 0, figure) for count in counts]
    return None if any(value is None for value in values) else sum(value or 0 for value in values)


def _figure(votes: Votes, row: int, figure: Figure) -> int | None:
    return int(votes.figures[row, figure]) if votes.figures_reported[row, figure] else None


def _stations(count: Count, worst: Mapping[str, Severity]) -> public.Stations:
    total = _station(count.total, 0, "", "", None)
    return public.Stations(
        rows=tuple(
            _station(count.votes, row, unit.name, unit.id, worst.get(unit.id)) for row, unit in enumerate(count.units)
        ),
        total=total,
        lists=tuple(
            public.ListColumn(lst.number, lst.name, total.lists[column])
            for column, lst in enumerate(count.ballot.lists)
        ),
        kind=count.level.value,
    )


def _station(votes: Votes, row: int, name: str, unit: str, severity: Severity | None) -> public.StationRow:
    admitted, valid, blank, invalid = (_figure(votes, row, figure) for figure in SHOWN)
    known = votes.figures_reported[row, list(SHOWN)].all()
    shown = (
        int(number) if reported else None
        for number, reported in zip(votes.lists[row], votes.lists_reported[row], strict=True)
    )
    return public.StationRow(
        name=name,
        id=unit,
        admitted=admitted,
        valid=valid,
        blank=blank,
        invalid=invalid,
        difference=int(votes.found()[row]) - int(votes.figures[row, Figure.ADMITTED]) if known else None,
        lists=tuple(shown),
        severity=severity,
    )


def _delivery(delivery: Delivery, place: Place, removed: frozenset[str]) -> public.PublicDelivery:
    manifest = delivery.manifest
    return public.PublicDelivery(
        manifest=delivery.sha256,
        state=delivery.state,
        kind=str(manifest.kind) if manifest else None,
        session=manifest.session if manifest else None,
        sequence=delivery.sequence,
        files=tuple(_file(file, place, removed) for file in manifest.public_files) if manifest else (),
        receipts=tuple(
            public.PublicReceipt(
                str(receipt.verdict), receipt.received, receipt.codes, place.to(layout.container(receipt.sha256))
            )
            for receipt in delivery.receipts
        ),
        url=place.to(layout.container(delivery.sha256)) if manifest else None,
        persons=delivery.persons,
        strength=delivery.strength,
    )


def _file(file: PayloadFile, place: Place, removed: frozenset[str]) -> public.PublicFile:
    return public.PublicFile(
        name=file.name,
        role=file.role,
        size=file.size,
        sha256=file.sha256,
        url=place.to(layout.document(file.sha256)),
        proof_url=place.to(layout.proof(file.sha256)),
        removed=file.sha256 in removed,
    )


def _edition(found: Counted, lang: str) -> str:
    if found.examined is None:
        return ""
    reason = catalogue.word("edition", found.examined.protocol.reason, lang)
    return f"{found.examined.protocol.edition.name} ({reason})"
