"""From dossier and reports to what the pages show: view models, nothing decided here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from waarmerk.checks import rank_key
from waarmerk.dossier import decisions
from waarmerk.dossier.acceptance import ACCEPTED_KINDS, tries_of
from waarmerk.dossier.acts import Act, Action
from waarmerk.dossier.delivery import Accepted, Delivery, Held, Published, Received, Rejected
from waarmerk.dossier.fold import Dossier
from waarmerk.election.finding import Finding, from_value
from waarmerk.machine import clock
from waarmerk.pages.board import FIRST, Alarm, Board, ListVotes, Row, Totals
from waarmerk.pages.cards import Card, card, tally
from waarmerk.pages.delivery import (
    Acceptance,
    DeliveryPage,
    DigestForm,
    Done,
    File,
    Signer,
    SignForm,
    Step,
    TotalField,
    TotalsForm,
)
from waarmerk.pages.layout import Problem, SignWith
from waarmerk.seal.receipt import Receipt
from waarmerk.seal.signatures import strength
from waarmerk.seal.trust import TrustList
from waarmerk.web.frame import frame, language, token
from waarmerk.web.service import house
from waarmerk.wire.digests import transfer_code


def url(manifest: str) -> str:
    """Return the address of a delivery's page."""
    return f"/deliveries/{manifest}"


def report(state: Delivery) -> dict[str, Any]:
    """Return what the examination of a delivery gave; empty for one that was not examined."""
    if isinstance(state, Held | Rejected) or state.examination is None:
        return {"summary": None, "findings": [], "not_judged": []}
    return house().examined(state.arrival.manifest)


def findings(state: Delivery) -> list[Finding]:
    """Return the findings of a delivery in their order."""
    return [from_value(value) for value in report(state)["findings"]]


def cards(trust: TrustList, states: Iterable[Delivery], lang: str, most: int | None) -> tuple[Card, ...]:
    """Return the cards of the first findings of some deliveries, in the one order of a report (checks.md 5.1)."""
    found = [(finding, state) for state in states for finding in findings(state)]
    found.sort(key=lambda pair: rank_key(pair[0]))
    made = []
    for number, (finding, state) in enumerate(found[:most], start=1):
        manifest = state.arrival.manifest
        place = name_of(trust, manifest.sender)
        made.append(card(finding, lang, anchor=f"b{number}", place=place, url=url(manifest.sha256)))
    return tuple(made)


def name_of(trust: TrustList, org: str) -> str:
    """Return the name of an organisation, or its id where the list has none."""
    return trust.orgs[org].name if org in trust.orgs else org


def newest(dossier: Dossier, sender: str) -> Delivery | None:
    """Return the delivery that stands for a sender on the board: the newest that counts or may come to count, else the newest.

    So a correction that waits for acceptance is seen; what counts until then is in the totals.
    """
    deliveries = dossier.of_sender(sender)
    living = (state for state in deliveries if isinstance(state, Received | Accepted | Published))
    return next(living, deliveries[0] if deliveries else None)


def board(request: HttpRequest, trust: TrustList, dossier: Dossier) -> Board:
    """Return the first page."""
    lang = language(request)
    rows: list[Row] = []
    shown: list[Delivery] = []
    for sender in trust.expected:
        state = newest(dossier, sender)
        frozen = state is not None and dossier.stream(state.arrival.stream).frozen
        rows.append(_row(sender, name_of(trust, sender), state, frozen=frozen))
        if state is not None:
            shown.append(state)
    return Board(
        frame=frame(request),
        rows=tuple(rows),
        findings=cards(trust, shown, lang, FIRST),
        findings_total=sum(len(findings(state)) for state in shown),
        findings_url="/findings",
        totals=_totals(dossier, trust),
        now=clock.now(),
        alarms=tuple(
            Alarm(name_of(trust, act.details["sender"]), act.result, act.time)
            for act in list(reversed(dossier.alarms.values()))[:FIRST]
        ),
        waits=tuple(dict.fromkeys(matter.why for matter in decisions.waiting(house().situation(clock.now())))),
        pending=house().drafted() is not None,
    )


def _row(sender: str, name: str, state: Delivery | None, *, frozen: bool) -> Row:
    if state is None:
        return Row(sender, name, "expected")
    summary = report(state)["summary"] or {}
    code = state.code if isinstance(state, Held | Rejected) else None
    return Row(
        org=sender,
        name=name,
        state=state.word,
        received=state.arrival.time,
        stations=summary.get("units"),
        valid_votes=summary.get("totals", {}).get("valid"),
        tally=tally(findings(state)) if summary else None,
        url=url(state.arrival.manifest.sha256),
        warning="E-CHN-FROZEN" if frozen else code,
        strength=strength((person, kind == "hardware") for _, person, kind in state.arrival.signers),
        stood=report(state).get("stations"),
    )


def _totals(dossier: Dossier, trust: TrustList) -> Totals | None:
    counted = [state.arrival.manifest for state in dossier.counted()]
    if not counted:
        return None
    found = house().tabulated(counted, {sender: trust.orgs[sender].name for sender in trust.expected})
    if found is None:
        return None
    lists = tuple(ListVotes(lst["number"], lst["name"], lst["votes"]) for lst in found["lists"])
    return Totals(
        authorities=found["authorities"],
        stations=found["stations"],
        admitted=found["admitted"],
        valid=found["valid"],
        blank=found["blank"],
        invalid=found["invalid"],
        lists=lists,
    )


def delivery(
    request: HttpRequest,
    trust: TrustList,
    dossier: Dossier,
    state: Delivery,
    *,
    digest: DigestForm | None = None,
    totals: TotalsForm | None = None,
    problems: tuple[Problem, ...] = (),
) -> DeliveryPage:
    """Return the page of one delivery; ``digest`` and ``totals`` are forms as they were handed in with something wrong."""
    lang, manifest = language(request), state.arrival.manifest
    name = name_of(trust, manifest.sender)
    found = findings(state)
    acts = dossier.history[manifest.sha256]
    return DeliveryPage(
        frame=frame(request),
        org=manifest.sender,
        name=name,
        manifest=manifest.sha256,
        transfer_code=transfer_code(manifest.sha256),
        kind=manifest.kind.value,
        session=manifest.session,
        sequence=manifest.sequence,
        state=state.word,
        history=tuple(_step(act) for act in acts),
        signers=tuple(Signer(f"{manifest.sender}/{person}", key, kind) for key, person, kind in state.arrival.signers),
        files=tuple(_files(state)),
        findings=cards(trust, [state], lang, FIRST),
        findings_total=len(found),
        tally=tally(found),
        stood=report(state).get("stations"),
        findings_url=f"{url(manifest.sha256)}/findings",
        back_url="/",
        csrf=token(request),
        acceptance=_acceptance(state, acts, dossier, digest, totals),
        problems=problems,
        code=state.code if isinstance(state, Held | Rejected) else None,
        decide_url="/decisions" if _waits_for_people(state, dossier) else "",
        lost_url=f"/decisions?org={manifest.sender}#block",
    )


def _waits_for_people(state: Delivery, dossier: Dossier) -> bool:
    stream = dossier.stream(state.arrival.stream)
    forked = any(state.arrival.manifest.sha256 in fork for fork in stream.forks)
    return forked or stream.frozen or (isinstance(state, Held) and state.code == "E-TRU-EXPIRED")


def sign_with(draft_url: str, draft_name: str, version: int) -> SignWith:
    """Return what a person needs to sign a draft of ours."""
    trust = house().trust()
    body = trust.orgs.get(settings.ORG) if trust is not None else None
    return SignWith(draft_url, draft_name, version, tuple(body.origins) if body else ())


def _step(act: Act) -> Step:
    by = None if act.actor == "waarmerk" else act.actor
    if act.action in (Action.ACCEPTED, Action.DECIDED):
        by = ", ".join(act.details["persons"])
    ok = act.result == "ok"
    return Step(act.action.value, act.time, by=by, code=None if ok else act.result, ok=ok)


def _files(state: Delivery) -> Iterable[File]:
    """The files; a digest is shown only once the paper was compared, and no address has one in it."""
    compared = not isinstance(state, Received) or bool(state.paper.digest_by)
    manifest = state.arrival.manifest
    for file in manifest.files:
        address = f"{url(manifest.sha256)}/files/{file.name}"
        yield File(file.name, file.role, file.size, address, file.sha256 if compared else None)


def _acceptance(
    state: Delivery, acts: Sequence[Act], dossier: Dossier, digest: DigestForm | None, totals: TotalsForm | None
) -> Acceptance | None:
    if not isinstance(state, Received | Accepted | Published) or state.arrival.manifest.kind not in ACCEPTED_KINDS:
        return None
    base = url(state.arrival.manifest.sha256)
    done = {act.action: Done(act.actor, act.time) for act in acts if act.result == "ok"}
    if not isinstance(state, Received):
        signed = Done(", ".join(state.by), state.time)
        return Acceptance(done.get(Action.PAPER_DIGEST), done.get(Action.PAPER_TOTALS), signed)
    if state.examination is None:
        return None
    frozen = dossier.stream(state.arrival.stream).frozen
    sign = None
    if state.paper.draft:
        version = Receipt.from_bytes(state.paper.draft.encode("utf-8")).trust_version
        sign = SignForm(sign_with(f"{base}/accept.draft", "accept.draft", version), f"{base}/accept")
    if state.arrival.manifest.count_file is None:
        return Acceptance(None, None, sign, ("E-CHN-FROZEN",) if frozen else ())
    first = done[Action.PAPER_DIGEST] if state.paper.digest_by else digest or DigestForm(f"{base}/digest")
    second = done[Action.PAPER_TOTALS] if state.paper.totals_by else totals or totals_form(state)
    return Acceptance(first, second, sign, ("E-CHN-FROZEN",) if frozen else ())


def totals_form(state: Delivery) -> TotalsForm:
    """Return the empty form for the totals of a delivery."""
    base = url(state.arrival.manifest.sha256)
    summary = report(state)["summary"]
    names = {f"list-{lst['number']}": lst["name"] for lst in summary["lists"]}
    return TotalsForm(f"{base}/totals", tuple(TotalField(name, names.get(name)) for name in summary["totals"]))


def tries(dossier: Dossier, manifest: str, person: str) -> int:
    """Return how often a person typed a wrong digest."""
    return tries_of(dossier, manifest, person)
