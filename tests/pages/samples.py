"""View models with invented values, hostile ones among them, for every page."""

from dataclasses import replace
from datetime import UTC, datetime

from waarmerk.checks import examine
from waarmerk.election.count import ElectionInfo
from waarmerk.election.finding import Severity
from waarmerk.errors import Rejection
from waarmerk.formats import Reading
from waarmerk.pages.board import (
    STATES,
    Alarm,
    Board,
    FindingsPage,
    ListVotes,
    Row,
    Totals,
    render_board,
    render_findings,
)
from waarmerk.pages.cards import Advice, Also, Card, FigureRow, tally
from waarmerk.pages.check_page import render_check
from waarmerk.pages.decisions import Choice, Decided, DecisionsPage, Key, Pending, Waits, render_decisions
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
    render_delivery,
)
from waarmerk.pages.entry import STATUSES, Entry, render_entry, render_error
from waarmerk.pages.layout import Frame, Hidden, Problem, SignWith
from waarmerk.pages.public import (
    AuthorityPage,
    ListColumn,
    Log,
    Overview,
    PublicDelivery,
    PublicFile,
    PublicReceipt,
    StationRow,
    Stations,
    VerifyPage,
    render_authority,
    render_overview,
    render_verify,
)
from waarmerk.pages.report import Checked
from waarmerk.seal.decision import Decision
from waarmerk.simulate.municipality import Contest, municipality
from waarmerk.wire import canonical
from waarmerk.wire.digests import transfer_code

NIGHT = datetime(2026, 11, 24, 1, 14, 5, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script></title>\u202egnp\u0007"
FRAME = Frame("/static/style.css", "/", "?lang=en", "Tweede Kamer 2025", "Kiesraad (csb:kiesraad)", "exercise")
SIGN_WITH = SignWith("/d/1/accept.draft", "accept.draft", 2, ("https://tekenen.example",))
CSRF = Hidden("csrfmiddlewaretoken", "t0ken")
DIGEST = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
CSV_DIGEST = DIGEST[32:] + DIGEST[:32]
GROUPS = tuple(DIGEST[start : start + 4].upper() for start in range(0, 64, 4))


def card(
    number: int, severity: Severity = Severity.WARNING, unit_name: str = "Stembureau De Brug", **more: object
) -> Card:
    values: dict[str, object] = {
        "anchor": f"finding-{number}",
        "code": "L-01",
        "severity": severity,
        "title": "Verschil tussen kiezers en stembiljetten is niet verklaard",
        "sentences": (
            "Er zijn 27 stembiljetten minder geteld dan er kiezers zijn toegelaten.",
            "Voor 26 daarvan is geen verklaring gegeven.",
        ),
        "unit_name": unit_name,
        "figures": (
            FigureRow("Toegelaten kiezers", "1.204"),
            FigureRow("Getelde stembiljetten", "1.177"),
            FigureRow("Verschil", "−27"),
        ),
        "also": (Also("P-04", "Verschil van 15 of meer"),),
        "look": "Rubriek 3 van het proces-verbaal: is het verschil goed overgenomen?",
        "advice": (
            Advice("gemeente", ("Tel dit stembureau opnieuw.", "Verstuur een gecorrigeerde telling.")),
            Advice("kiesraad", ("Vraag de gemeente om onderzoek.",)),
        ),
        "place": "Rotterdam",
        "url": "/deliveries/1",
    }
    return Card(**{**values, **more})  # type: ignore[arg-type]


def findings(number: int = 24) -> tuple[Card, ...]:
    kinds = [Severity.ERROR, *[Severity.WARNING] * (number - 4), *[Severity.REMARKABLE] * 2, Severity.NOTICE]
    return tuple(card(n, kind) for n, kind in enumerate(kinds, 1))


def board(frame: Frame = FRAME, name: str = "Eiland in de Maas") -> Board:
    found = findings()
    return Board(
        frame,
        rows=(
            Row("gsb:0599", "Rotterdam", "accepted", NIGHT, 378, 300125, tally(found), "/deliveries/1"),
            Row("gsb:9901", name, "received", NIGHT, 23, 8123, (), "/deliveries/2"),
            Row("gsb:9902", "Hoogdorp", "rejected", NIGHT, url="/deliveries/3", warning="E-OUT-AUTH"),
            Row("gsb:9903", "Laagdorp", "expected"),
        ),
        findings=found,
        findings_total=213,
        findings_url="/findings/",
        totals=Totals(
            1,
            378,
            302311,
            300125,
            1034,
            1130,
            (ListVotes(1, "VVD", 41023), ListVotes(2, "Partij voor " + HOSTILE, 9120)),
        ),
        now=NIGHT,
        alarms=(Alarm(name, "E-SIG-BAD", NIGHT),),
        waits=("fork", "clock"),
        pending=True,
    )


def fields(**typed: str) -> tuple[TotalField, ...]:
    names = ["admitted", "valid", "blank", "invalid"]
    lists = [TotalField(f"list-{n}", f"Partij {n}") for n in range(1, 7)]
    made = [*(TotalField(name) for name in names), *lists]
    return tuple(
        TotalField(f.name, f.list_name, typed.get(f.name, ""), "differs" if f.name in typed else None) for f in made
    )


STAGES = ("digest", "wrong", "totals", "both", "sign", "done", "blocked")


def acceptance(stage: str) -> Acceptance:
    done = Done("A. Jansen", NIGHT)
    stages = {
        "digest": Acceptance(DigestForm("/d/1/digest")),
        "wrong": Acceptance(DigestForm("/d/1/digest", ("AAAA", *GROUPS[1:]), (1,), 5, person="A. Jansen")),
        "totals": Acceptance(done, TotalsForm("/d/1/totals", fields(valid="12a"), 1, person="B. de Wit")),
        "both": Acceptance(DigestForm("/d/1/digest"), TotalsForm("/d/1/totals", fields())),
        "sign": Acceptance(done, Done("B. de Wit", NIGHT), SignForm(SIGN_WITH, "/d/1/sign")),
        "done": Acceptance(done, Done("B. de Wit", NIGHT), Done("A. Jansen en B. de Wit", NIGHT)),
        "blocked": Acceptance(None, blocked_by=("no-definition",)),
    }
    return stages[stage]


def delivery(
    stage: str = "digest", state: str = "received", name: str = "Rotterdam", frame: Frame = FRAME
) -> DeliveryPage:
    found = findings()
    problems = {
        "wrong": (Problem("problem.group", "group-1", "1"),),
        "totals": (Problem("problem.total", "valid"), Problem("problem.person", "person")),
    }
    return DeliveryPage(
        frame=frame,
        org="gsb:0599",
        name=name,
        manifest=DIGEST[::-1],
        transfer_code="4F1G-M3Q1-YKZ0-0R2T-4F1G-M3Q1-YKZ0-0R2T",
        kind="result",
        session=1,
        sequence=1,
        state=state,
        history=(
            Step("received", NIGHT, "csb:kiesraad", "ontvangstbewijs 1"),
            Step("examined", NIGHT),
            Step("paper-digest", NIGHT, "A. Jansen", ok=False),
            Step("rejected", NIGHT, code="E-EML-CSV"),
        ),
        signers=(
            Signer("gsb:0599/p1", "0123456789abcdef0123456789abcdef", "hardware"),
            Signer("gsb:0599/p2", "fedcba9876543210fedcba9876543210", "file", counts=False),
        ),
        files=(
            File(
                "telling.eml.xml",
                "eml-510b",
                21_432_000,
                "/d/1/files/telling.eml.xml",
                DIGEST if stage == "done" else None,
            ),
            File(
                "telling.csv", "csv-osv4-3", 912_000, "/d/1/files/telling.csv", CSV_DIGEST if stage == "done" else None
            ),
        ),
        findings=found,
        findings_total=213,
        tally=tally(found),
        findings_url="/d/1/findings",
        back_url="/",
        csrf=CSRF,
        acceptance=acceptance(stage) if stage else None,
        problems=problems.get(stage, ()),
        code="E-EML-CSV" if state == "rejected" else None,
    )


def findings_page() -> FindingsPage:
    return FindingsPage(FRAME, "Tweede Kamer 2025", findings(), "/")


def entry(state: str) -> Entry:
    return Entry(
        FRAME, state, "waarmerk serve --as csb:kiesraad --new-link", "/enter/abc", CSRF if state == "ready" else None
    )


LOG = Log("uitslag.example/tk2025", 1234, "5N8v6Q/ZcWRPotcyDodZvd538utc3s3kgCkjGsdgjR0=", "checkpoint", "policy.txt", "index.json",
          "trust/1.tar", "trust/1.tar")  # fmt: skip


def overview() -> Overview:
    return Overview(board(replace(FRAME, authority="")), LOG, "verify.html")


def stations(name: str) -> Stations:
    rows = tuple(
        StationRow(f"{name} {n}", f"0599::SB{n}", 1000 + n, 900, 50, 50 + n, None if n == 3 else -n, (500, 400, None),
                   Severity.WARNING if n == 2 else None)
        for n in range(1, 6)
    )  # fmt: skip
    total = StationRow("", "", 5015, 4500, 250, 265, 0, (2500, 2000, None))
    lists = (ListColumn(1, "VVD", 2500), ListColumn(2, name, 2000), ListColumn(3, "Partij 3", None))
    return Stations(rows, total, lists, "station")


def authority(name: str = "Rotterdam") -> AuthorityPage:
    receipts = (
        PublicReceipt("received", NIGHT, (), "../../objects/1.tar"),
        PublicReceipt("rejected", NIGHT, ("E-EML-CSV",), "../../objects/2.tar"),
    )
    files = (
        PublicFile("telling.eml.xml", "eml-510b", 47_600_000, DIGEST, "../../objects/3", "../../proofs/3.tlog-proof"),
        PublicFile("telling.csv", "csv-osv4-3", 912_000, CSV_DIGEST, "../../objects/4", removed=True),
    )
    deliveries = (
        PublicDelivery(DIGEST, "rejected", None, None, 1, (), receipts, None),
        PublicDelivery(
            CSV_DIGEST, "published", "corrigendum", 2, 2, files, receipts[:1], "../../objects/5.tar", ("p1", name)
        ),
    )
    found = findings()
    return AuthorityPage(
        FRAME, "gsb:0599", name, "published", "../../index.html", "../../verify.html", deliveries, stations(name), found,
        tally(found), "tk2025",
    )  # fmt: skip


def checked(lang: str) -> str:
    good = municipality(7, "9901", "Eiland", election=ElectionInfo("TK2025", "Tweede Kamer", "TK", "TK", date="2025-10-29"),
                        contest=Contest("1", "Groningen"))  # fmt: skip
    reading = Reading("/home/someone/eiland.eml.xml", good, 1, DIGEST, DIGEST)
    refused = Reading("stuk.xml", Rejection("E-XML-DTD", "a document type"), 1, DIGEST, None)
    return render_check(
        [Checked("/home/someone/eiland.eml.xml", reading, examine(good), (1, 16)), Checked("stuk.xml", refused)], lang
    )


def decisions(*, pending: bool = False, name: str = "Rotterdam") -> DecisionsPage:
    """Everything that can wait at once; or a decision that one person signed, with a second file that does not fit."""
    value = {
        "format": "stf-decision/1",
        "environment": "exercise",
        "election": "TK2025",
        "receiver": "csb:kiesraad",
        "sequence": 1,
        "previous": "0" * 64,
        "what": "block",
        "object": DIGEST[:32],
        "until": "",
        "reason": "gebeld om 1 uur: sleutel gestolen",
        "taken": "2026-11-24T01:10:00Z",
        "trust_list": {"version": 2, "sha256": DIGEST},
    }
    block = Decision.from_bytes(canonical.dump(value))
    clear = Decision.from_bytes(canonical.dump({**value, "what": "clear", "object": CSV_DIGEST}))
    choices = tuple(
        Choice(
            digest, transfer_code(digest), state, "result", 1, NIGHT, ("gsb:0599/p1", "gsb:0599/p2"), "/deliveries/1"
        )
        for digest, state in ((DIGEST, "received"), (CSV_DIGEST, "rejected"))
    )
    keys = tuple(Key(DIGEST[n : n + 32], "gsb:0599", name, f"p{n}") for n in (1, 2, 3))
    waits = tuple(
        Waits(why, "x" if why != "awaited" else "", name, 3) for why in ("awaited", "restored", "clock", "expired")
    )
    return DecisionsPage(
        FRAME, CSRF, NIGHT, NIGHT, NIGHT,
        waits=(Waits("fork", "clear", name, 3, choices), *waits),
        keys=keys,
        blocked=(replace(keys[0], since=NIGHT), replace(keys[1], since=NIGHT, may_return=True)),
        allowed=NIGHT,
        pending=Pending(block, "gsb:0599/p2", ("p1",), ("p2", "p3"), 1, SIGN_WITH) if pending else None,
        decided=(Decided(clear, "", NIGHT, ("p1", "p2")), Decided(block, "gsb:0599/p2", NIGHT, ("p1", "p2"))),
        done=not pending,
        problems=(Problem("problem.same-signer", "signature"),) if pending else (),
    )  # fmt: skip


def every_page(lang: str) -> dict[str, str]:
    """Every page there is, in every state that looks different, by name."""
    pages = {f"delivery-{stage}": render_delivery(delivery(stage), lang) for stage in STAGES}
    pages |= {f"state-{state}": render_delivery(delivery("", state), lang) for state in STATES}
    pages |= {f"entry-{state}": render_entry(entry(state), lang) for state in ("ready", "used", "invalid", "none")}
    pages |= {f"error-{status}": render_error(FRAME, status, lang, "E-OUT-SIZE") for status in (*STATUSES, 405, 507)}
    return pages | {
        "board": render_board(board(), lang),
        "board-empty": render_board(Board(FRAME, (), (), 0, "/findings"), lang),
        "board-hostile": render_board(board(name=HOSTILE), lang),
        "findings": render_findings(findings_page(), lang),
        "delivery-hostile": render_delivery(delivery(name=HOSTILE), lang),
        "overview": render_overview(overview(), lang),
        "authority": render_authority(authority(), lang),
        "authority-hostile": render_authority(authority(HOSTILE), lang),
        "authority-expected": render_authority(
            AuthorityPage(FRAME, "gsb:1", "Laagdorp", "expected", "/", "/v", ()), lang
        ),
        "verify": render_verify(VerifyPage(FRAME, "index.html", LOG), lang),
        "check": checked(lang),
        "decisions": render_decisions(decisions(), lang),
        "decisions-pending": render_decisions(decisions(pending=True), lang),
        "decisions-hostile": render_decisions(decisions(name=HOSTILE), lang),
    }
