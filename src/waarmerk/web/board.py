"""The pages of the service: board, findings, one delivery, and the three steps of its acceptance."""

from __future__ import annotations

from dataclasses import replace

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from waarmerk.dossier import acceptance
from waarmerk.dossier.acts import plain
from waarmerk.dossier.delivery import Delivery, Received
from waarmerk.dossier.receive import silent
from waarmerk.errors import BadData
from waarmerk.machine import clock
from waarmerk.pages import delivery as form
from waarmerk.pages import layout
from waarmerk.pages.board import FindingsPage, render_board, render_findings
from waarmerk.pages.delivery import DigestForm, TotalField, render_delivery
from waarmerk.pages.layout import Problem
from waarmerk.seal.trust import TrustList
from waarmerk.web import present
from waarmerk.web.access import inside
from waarmerk.web.frame import frame, language, remember
from waarmerk.web.service import house

PROBLEMS = {"E-PAP-TRIES": "problem.another-person", "E-SIG-SAMEPERSON": "problem.same-person"}
"""What it is called in the summary above the page when this person may not type."""
MAX_NAME = 60
"""Letters of a name typed in a form."""


def _trust() -> TrustList:
    trust = house().trust()
    if trust is None:
        raise BadData("E-TRU-NONE", "no trust list is loaded")
    return trust


def _page(request: HttpRequest, text: str, status: int = 200) -> HttpResponse:
    return remember(request, HttpResponse(text, status=status))


@require_safe
def style(request: HttpRequest) -> HttpResponse:
    """The one style sheet."""
    return HttpResponse(
        layout.style(), content_type="text/css; charset=utf-8", headers={"Cache-Control": "max-age=300"}
    )


@require_safe
@inside
def board(request: HttpRequest) -> HttpResponse:
    """Every expected authority, the totals with coverage, the findings in order."""
    return _page(request, render_board(present.board(request, _trust(), house().dossier()), language(request)))


@require_safe
@inside
def findings(request: HttpRequest, manifest: str | None = None) -> HttpResponse:
    """All findings, of everything or of one delivery."""
    trust, dossier, lang = _trust(), house().dossier(), language(request)
    found = [_state(manifest)] if manifest else [present.newest(dossier, sender) for sender in trust.expected]
    states = [state for state in found if state is not None]
    title = present.name_of(trust, states[0].arrival.manifest.sender) if manifest else trust.election
    cards = present.cards(trust, states, lang, None)
    page = FindingsPage(frame(request), title, cards, present.url(manifest) if manifest else "/")
    return _page(request, render_findings(page, lang))


@require_safe
@inside
def delivery(request: HttpRequest, manifest: str) -> HttpResponse:
    """One delivery."""
    return _delivery(request, _state(manifest))


def _delivery(request: HttpRequest, state: Delivery, status: int = 200, **forms: object) -> HttpResponse:
    page = present.delivery(request, _trust(), house().dossier(), state, **forms)  # type: ignore[arg-type]
    return _page(request, render_delivery(page, language(request)), status)


def _state(manifest: str) -> Delivery:
    state = house().dossier().deliveries.get(manifest)
    if state is None:
        raise Http404
    return state


@require_safe
@inside
def file(request: HttpRequest, manifest: str, name: str) -> HttpResponse:
    """One file of a delivery, to be saved and never rendered."""
    for entry in _state(manifest).arrival.manifest.files:
        if entry.name == name:
            stream = house().store.file(entry.sha256).open("rb")
            return FileResponse(stream, as_attachment=True, filename=name, content_type="application/octet-stream")  # type: ignore[return-value]
    raise Http404


@inside
def digest(request: HttpRequest, manifest: str) -> HttpResponse:
    """The first person typed the 64 digits from paper."""
    if request.method != "POST":
        return HttpResponseRedirect(present.url(manifest))
    state, person = _state(manifest), _person(request)
    groups = form.read_digest(request.POST.dict())
    filled = DigestForm(f"{present.url(manifest)}/digest", typed=groups, person=person)
    if not person:
        return _delivery(request, state, 422, digest=filled, problems=(Problem("problem.person", form.PERSON),))
    try:
        with house().alone():
            # What others did until now counts: tries, and who typed the totals.
            compared, act = acceptance.type_digest(house().dossier(), manifest, "".join(groups), person)
            house().record([act], clock.now())
    except BadData as error:
        if error.code not in ("E-PAP-DIGITS", *PROBLEMS):
            raise
        filled = replace(filled, tries=present.tries(house().dossier(), manifest, person))
        found = form.digest_unfinished(filled)
        if error.code in PROBLEMS:
            found = (Problem(PROBLEMS[error.code], form.group_field(1)),)
        return _delivery(request, state, 422, digest=filled, problems=found)
    if compared.equal:
        return _next(manifest)
    wrong = tuple(int(group) for group in compared.differs)
    filled = replace(filled, wrong=wrong, tries=present.tries(house().dossier(), manifest, person))
    return _delivery(request, _state(manifest), 422, digest=filled, problems=form.digest_problems(filled))


@inside
def totals(request: HttpRequest, manifest: str) -> HttpResponse:
    """The second person typed the totals from paper."""
    if request.method != "POST":
        return HttpResponseRedirect(present.url(manifest))
    state, person = _state(manifest), _person(request)
    if not isinstance(state, Received) or state.examination is None:
        raise BadData("E-SEM-KIND", "this delivery is not waiting for acceptance")
    empty = present.totals_form(state)
    typed = {field.name: request.POST.get(field.name, "")[: form.MAX_TYPED] for field in empty.fields}
    numbers = {name: form.read_number(text) for name, text in typed.items()}
    filled = replace(empty, fields=tuple(_field(field, typed, numbers) for field in empty.fields), person=person)
    if not person or person == state.paper.digest_by:
        key = PROBLEMS["E-SIG-SAMEPERSON"] if person else "problem.person"
        return _delivery(request, state, 422, totals=filled, problems=(Problem(key, form.PERSON),))
    if None in numbers.values():
        missing = [Problem("problem.number", f.name, f.list_name or "") for f in filled.fields if f.problem]
        return _delivery(request, state, 422, totals=filled, problems=tuple(missing))
    whole = {name: number for name, number in numbers.items() if number is not None}
    expected = present.report(state)["summary"]["totals"]
    with house().alone():
        compared, act = acceptance.type_totals(house().dossier(), manifest, whole, expected, person)
        house().record([act], clock.now())
    if compared.equal:
        return _next(manifest)
    fields = tuple(replace(f, problem="differs") if f.name in compared.differs else f for f in filled.fields)
    wrong = tuple(Problem("problem.total", f.name, f.list_name or "") for f in fields if f.problem)
    return _delivery(request, _state(manifest), 422, totals=replace(filled, fields=fields), problems=wrong)


def _field(field: TotalField, typed: dict[str, str], numbers: dict[str, int | None]) -> TotalField:
    problem = "not-a-number" if numbers[field.name] is None else None
    return replace(field, typed=typed[field.name], problem=problem)


def _next(manifest: str) -> HttpResponse:
    """Once digest and totals are both right, fix the acceptance that two persons will sign."""
    state = _state(manifest)
    if isinstance(state, Received) and state.paper.complete and not state.paper.draft:
        _draft(manifest)
    return HttpResponseRedirect(present.url(manifest))


def _draft(manifest: str) -> None:
    now, ours = clock.now(), house()
    with ours.alone():
        _may_speak(manifest)
        act = acceptance.draft(ours.dossier(), manifest, org=ours.org, trust=_trust(), software=ours.software, now=now)
        ours.record([act], now)


@require_safe
@inside
def accept_draft(request: HttpRequest, manifest: str) -> HttpResponse:
    """The acceptance as a draft, to be signed with ``waarmerk sign``; made again when something was said meanwhile."""
    if acceptance.stale(house().dossier(), manifest):
        _draft(manifest)
    draft = acceptance.draft_of(house().dossier(), manifest)
    name = {"Content-Disposition": 'attachment; filename="accept.draft"'}
    return HttpResponse(draft.to_bytes(), content_type="application/octet-stream", headers=name)


@inside
def accept(request: HttpRequest, manifest: str) -> HttpResponse:
    """Two signatures were handed in."""
    if request.method != "POST":
        return HttpResponseRedirect(present.url(manifest))
    handed = [request.FILES[name] for name in form.SIGNATURES if name in request.FILES]
    data = [upload.read() for upload in handed if upload is not None]  # type: ignore[union-attr]
    now, trust = clock.now(), _trust()
    try:
        with house().alone():
            _may_speak(manifest)
            act, signed = acceptance.accept(house().dossier(), manifest, data, org=house().org, trust=trust, now=now)
            house().accepted(act, signed, now)
    except BadData as error:
        if not error.code.startswith(("E-SIG-", "E-TAR-")):
            raise
        key = "problem.same-signer" if error.code == "E-SIG-SAMEPERSON" else "problem.signature"
        problem = Problem(key, form.SIGNATURES[0], str(max(1, len(data))))
        return _delivery(request, _state(manifest), 422, problems=(problem,))
    return HttpResponseRedirect(present.url(manifest))


def _may_speak(manifest: str) -> None:
    """Refuse while nothing may be signed for this sender: a clock that is behind, or an old backup that was put back."""
    code = silent(_state(manifest).arrival.manifest.sender, house(), _trust(), clock.now())
    if code:
        raise BadData(code, "nothing is signed until two persons decided")


def _person(request: HttpRequest) -> str:
    """A name as typed: until there are accounts it is only a label; what counts are the two signatures."""
    return plain(request.POST.get(form.PERSON, "").strip())[:MAX_NAME]
