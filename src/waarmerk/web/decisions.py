"""The pages at which two persons decide (``dossier.decisions``): drafted here, signed elsewhere, handed in here, carried out."""

from __future__ import annotations

import re
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from waarmerk.dossier import decisions
from waarmerk.dossier.acts import Action
from waarmerk.dossier.decisions import Matter, Situation
from waarmerk.errors import BadData
from waarmerk.machine import clock
from waarmerk.office.sealing import persons_of
from waarmerk.pages import catalogue
from waarmerk.pages import decisions as page
from waarmerk.pages.decisions import Choice, Decided, DecisionsPage, Key, Pending, Waits, render_decisions
from waarmerk.pages.delivery import read_number
from waarmerk.pages.layout import Problem
from waarmerk.seal.container import Signed
from waarmerk.seal.decision import MAX_REASON, Decision, What
from waarmerk.seal.trust import ACCEPT_ROLE
from waarmerk.web import present
from waarmerk.web.access import inside
from waarmerk.web.frame import frame, language, remember, token
from waarmerk.web.service import house
from waarmerk.wire.digests import transfer_code

URL = "/decisions"
DRAFT_NAME = "besluit.draft"
NOT_COUNTED = ("E-SIG-THRESHOLD", "E-SIG-BLOCKED")
FORM_CODES = ("E-DEC-", "E-SIG-", "E-TAR-", "E-MAN-")
"""Refusals that the person at the form can do something about."""


@require_safe
@inside
def overview(request: HttpRequest) -> HttpResponse:
    """What waits for two persons, the decision that is being signed, and what holds."""
    return _page(request)


@inside
def draft(request: HttpRequest) -> HttpResponse:
    """Somebody drafted a decision; nothing holds before two persons signed it."""
    if request.method != "POST":
        return HttpResponseRedirect(URL)
    typed = {name: request.POST.get(name, "")[:MAX_REASON] for name in ("form", "what", "object", "hours", "reason")}
    typed["form"] = typed["form"] if re.fullmatch(r"[a-z0-9-]{1,40}", typed["form"]) else "waits"
    reason, hours, now = " ".join(typed["reason"].split()), read_number(typed["hours"]), clock.now()
    what = next((one for one in What if one.value == typed["what"]), None)
    problem = None
    if not reason:
        problem = Problem("problem.reason", f"{typed['form']}-reason")
    elif what is What.ALLOW and not 1 <= (hours or 0) <= page.MAX_HOURS:
        problem = Problem("problem.hours", f"{typed['form']}-hours", str(page.MAX_HOURS))
    if problem or what is None:
        return _page(request, typed, (problem or Problem("problem.again", "waits"),))
    until = now + timedelta(hours=hours or 0) if what is What.ALLOW else None
    try:
        house().propose(what, typed["object"], reason=reason, until=until, now=now)
    except BadData as error:
        return _page(request, typed, (_problem(request, error, "waits"),))
    return HttpResponseRedirect(f"{URL}#draft")


@require_safe
@inside
def download(request: HttpRequest) -> HttpResponse:
    """The decision that is being signed, as a draft."""
    drafted = house().drafted()
    if drafted is None:
        return HttpResponseRedirect(URL)
    name = {"Content-Disposition": f'attachment; filename="{DRAFT_NAME}"'}
    return HttpResponse(drafted.to_bytes(), content_type="application/octet-stream", headers=name)


@inside
def sign(request: HttpRequest) -> HttpResponse:
    """One person handed in a signature; the second one carries the decision out."""
    if request.method != "POST":
        return HttpResponseRedirect(URL)
    upload = request.FILES.get(page.SIGNATURE)
    if upload is None:
        return _page(request, problems=(Problem("problem.no-file", page.SIGNATURE),))
    try:
        done = house().sign_decision(upload.read(), clock.now())
    except BadData as error:
        return _page(request, problems=(_problem(request, error, page.SIGNATURE),))
    if done is None:
        return HttpResponseRedirect(f"{URL}#draft")
    house().soon()
    return HttpResponseRedirect(f"{URL}?done=1")


@inside
def withdraw(request: HttpRequest) -> HttpResponse:
    """The decision that was being signed is put away."""
    if request.method == "POST":
        house().withdraw()
    return HttpResponseRedirect(URL)


def _problem(request: HttpRequest, error: BadData, field: str) -> Problem:
    if not error.code.startswith(FORM_CODES):
        raise error
    if error.code == "E-SIG-SAMEPERSON":
        return Problem("problem.same-signer", field)
    if error.code in NOT_COUNTED:
        return Problem("problem.not-counted", field)
    target = field if house().drafted() is not None or field == "waits" else "waits"
    return Problem("problem.code", target, f"{catalogue.text(error.code, language(request)).title} ({error.code})")


def _page(
    request: HttpRequest, typed: dict[str, str] | None = None, problems: tuple[Problem, ...] = ()
) -> HttpResponse:
    situation = house().situation(clock.now())
    trust, standing, drafted = situation.trust, situation.dossier.standing, house().drafted()
    until = standing.allowed.get(trust.sha256)
    org = request.GET.get("org", "")
    listed = [
        Key(key_id, body.id, body.name, key.person)
        for body in trust.orgs.values()
        if org in ("", body.id)
        for key_id, key in body.keys.items()
        if key.active and key_id not in standing.blocked
    ]
    view = DecisionsPage(
        frame=frame(request),
        csrf=token(request),
        now=situation.now,
        issued=trust.issued,
        expires=trust.expires,
        waits=tuple(_waits(matter, situation) for matter in decisions.waiting(situation)),
        keys=tuple(sorted(listed, key=lambda key: (key.name, key.person, key.id))),
        blocked=tuple(_blocked(key, situation) for key in standing.blocked),
        allowed=until if until is not None and until >= situation.now else None,
        pending=_pending(drafted, situation) if drafted is not None else None,
        decided=tuple(_decided(situation)),
        done="done" in request.GET,
        typed=tuple((typed or {}).items()),
        problems=problems,
    )
    text = render_decisions(view, language(request))
    return remember(request, HttpResponse(text, status=422 if problems else 200))


def _waits(matter: Matter, situation: Situation) -> Waits:
    deliveries = situation.dossier.deliveries
    known = [deliveries[manifest] for manifest in matter.objects if manifest in deliveries]
    choices = []
    for state in known if matter.what is What.CLEAR else ():
        made = state.arrival.manifest
        persons = tuple(f"{made.sender}/{person}" for _, person, _ in state.arrival.signers)
        code, address = transfer_code(made.sha256), present.url(made.sha256)
        choices.append(
            Choice(made.sha256, code, state.word, made.kind.value, made.session, state.arrival.time, persons, address)
        )
    number = known[0].arrival.manifest.sequence if known else 0
    name = present.name_of(situation.trust, matter.sender)
    return Waits(matter.why, matter.what.value if matter.what else "", name, number, tuple(choices))


def _blocked(key_id: str, situation: Situation) -> Key:
    org, person = _owner(key_id, situation)
    since = situation.dossier.standing.blocked[key_id]
    name = present.name_of(situation.trust, org)
    return Key(key_id, org, name, person, since, decisions.can_unblock(situation, key_id))


def _owner(key_id: str, situation: Situation) -> tuple[str, str]:
    owners = ((body.id, body.keys[key_id].person) for body in situation.trust.orgs.values() if key_id in body.keys)
    return next(owners, ("", ""))


def _whose(made: Decision, situation: Situation) -> str:
    return "/".join(_owner(made.object, situation)) if made.what in (What.BLOCK, What.UNBLOCK) else ""


def _pending(drafted: Signed, situation: Situation) -> Pending:
    made, body = Decision.from_bytes(drafted.document), situation.trust.orgs[settings.ORG]
    signed = persons_of(drafted.signatures, body)
    blocked = situation.dossier.standing.blocked
    may = {k.person for i, k in body.keys.items() if k.active and ACCEPT_ROLE in k.roles and i not in blocked}
    return Pending(
        decision=made,
        whose=_whose(made, situation),
        signed=tuple(signed),
        may=tuple(sorted(may - set(signed))),
        missing=decisions.missing(situation, len(signed)),
        with_=present.sign_with(f"{URL}/{DRAFT_NAME}", DRAFT_NAME, made.trust_version),
    )


def _decided(situation: Situation) -> list[Decided]:
    acts = [act for known in situation.dossier.history.values() for act in known if act.action is Action.DECIDED]
    found = []
    for act in sorted(acts, key=lambda act: act.sequence, reverse=True):
        made = Decision.from_bytes(act.details["decision"].encode("utf-8"))
        found.append(Decided(made, _whose(made, situation), act.time, tuple(act.details["persons"])))
    return found
