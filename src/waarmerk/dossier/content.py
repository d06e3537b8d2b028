"""Steps 14 to 16 of the reception pipeline: does the content fit the manifest, can it be read, is it the sender's own.

Run on proven files only, in a process that holds no keys. What cannot be right is refused with a code; what must be looked
at is a finding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from waarmerk import formats
from waarmerk.checks import Context, Examined, examine
from waarmerk.checks.elsewhere import Elsewhere
from waarmerk.dossier.stream import Stream
from waarmerk.election.count import Count, Figure
from waarmerk.election.finding import Code, Finding, Severity
from waarmerk.election.ids import OrgId
from waarmerk.errors import BadData, Rejection
from waarmerk.seal.manifest import COUNT_ROLES, REPLACING, Kind, Manifest, PayloadFile
from waarmerk.tabulation.difference import difference

Open = Callable[[PayloadFile], BinaryIO]
RESULT_ROLES = frozenset({"csv-osv4-3", "pv-scan-public", "pv-scan-signed", "remarks", "note"})
HYBRID_ONLY = "pv-scan-signed"
"""Names and signatures of people stay theirs for longer than X25519 may last (security.md 3.16)."""
ROLES_OF_KIND: Mapping[Kind, tuple[frozenset[str], frozenset[str]]] = {
    # kind: exactly one of each of these, any of those
    Kind.RESULT: (frozenset(), RESULT_ROLES),
    Kind.CORRIGENDUM: (frozenset(), RESULT_ROLES | {"answer"}),
    Kind.REQUEST: (frozenset({"case"}), frozenset({"note"})),
    Kind.ANSWER: (frozenset({"answer"}), frozenset({"pv-scan-public", "pv-scan-signed", "note"})),
}
TOTALS = {
    "admitted": Figure.ADMITTED,
    "valid": Figure.COUNTED,
    "blank": Figure.BLANK,
    "invalid": Figure.INVALID,
}
"""The totals block that is typed from paper (security.md 3.19)."""


@dataclass(frozen=True, slots=True)
class Content:
    """The content of a delivery as examined; ``count`` is ``None`` for kinds without one."""

    count: Count | None
    examined: Examined | None


def check_meaning(manifest: Manifest, stream: Stream) -> None:
    """Step 14: kind, session, what it replaces and why, roles; raises ``E-SEM-*``, ``E-FIL-*``, ``E-TRU-ALGORITHM``."""
    if (manifest.reason != "") != (manifest.kind in REPLACING):
        raise BadData("E-SEM-REASON", f"a {manifest.kind} with reason {manifest.reason!r}")
    if manifest.kind is Kind.RESULT and stream.current:
        raise BadData("E-SEM-EXISTS", "there is a current result; a correction must be sent as one")
    if manifest.kind in REPLACING:
        if not stream.current or manifest.supersedes != stream.current:
            raise BadData("E-SEM-SUPERSEDES", "it does not name the current result")
        if manifest.session < stream.session:
            raise BadData("E-SEM-SESSION", f"session {manifest.session} is earlier than session {stream.session}")
    elif manifest.supersedes:
        raise BadData("E-SEM-SUPERSEDES", f"a {manifest.kind} replaces nothing")
    _check_roles(manifest)


def _check_roles(manifest: Manifest) -> None:
    if manifest.kind not in ROLES_OF_KIND:
        return
    required, optional = ROLES_OF_KIND[manifest.kind]
    if manifest.kind in (Kind.RESULT, Kind.CORRIGENDUM):
        required = frozenset({COUNT_ROLES[OrgId.parse(manifest.sender).kind]})
    roles = [file.role for file in manifest.files]
    if HYBRID_ONLY in roles:
        raise BadData("E-TRU-ALGORITHM", f"{HYBRID_ONLY} travels under hybrid encryption only: this version has none")
    for role in sorted(required):
        if roles.count(role) != 1:
            raise BadData("E-FIL-REQUIRED", f"a {manifest.kind} has exactly one {role}")
    for role in roles:
        if role not in required | optional:
            raise BadData("E-FIL-ROLE", f"a {manifest.kind} has no {role}")


def read(
    manifest: Manifest,
    open_file: Open,
    context: Context,
    others: Callable[[Count], Elsewhere | None] = lambda count: None,
) -> Content:
    """Steps 15 to 17: read every file, bind it to the manifest, examine it; raises ``BadData`` where it must be refused.

    Thin in this version: nothing is compared with a pinned definition (110a, 230b, 110b); every result says so with the
    finding ``no-definition``. ``others`` gives what other authorities have of the same lists so far.
    """
    counts = {
        file.role: _count(file, open_file) for file in manifest.files if file.role.startswith(("eml-510", "csv-"))
    }
    count = counts.get(manifest.count_file.role) if manifest.count_file is not None else None
    if count is None:
        return Content(None, None)
    _bind(manifest, count)
    csv = counts.get("csv-osv4-3")
    if csv is not None:
        _same_figures(count, csv)
    examined = examine(count, replace(context, elsewhere=others(count)))
    undefined = Finding(Code.NO_DEFINITION, Severity.NOTICE)
    return Content(count, replace(examined, findings=(*examined.findings, undefined)))


def _count(file: PayloadFile, open_file: Open) -> Count:
    # 15 files read: safety and structure in one pass
    with open_file(file) as stream:
        result = formats.read(stream, file.name)
    if isinstance(result, Rejection):
        raise BadData(result.code, f"{file.name}: {result.reason}", result.place)
    if not isinstance(result, Count):
        raise BadData("E-EML-TYPE", f"{file.name} is not a count")
    role = f"eml-{result.message}" if result.source == "eml" else "csv-osv4-3"
    if role != file.role:
        raise BadData("E-EML-TYPE", f"{file.name} is {role} under role {file.role}")
    if any("comment" in note.text for note in result.notes):
        raise BadData("E-XML-COMMENT", f"{file.name} has a comment; such a file can be checked, not sealed")
    return result


def _bind(manifest: Manifest, count: Count) -> None:
    # 16 binding: the content is what the manifest says, and the sender's own
    if count.election.id != manifest.election:
        raise BadData("E-EML-ELECTION", f"the count is of {count.election.id}, the delivery of {manifest.election}")
    own = OrgId.parse(manifest.sender).eml_authority
    if count.authority_id != own:
        raise BadData("E-EML-AUTHORITY", f"the count is of {count.authority_id}, the sender is {own}")


def _same_figures(eml: Count, csv: Count) -> None:
    if not difference(eml, csv).same:
        raise BadData("E-EML-CSV", "CSV and EML of this delivery differ in a cell")


def totals(count: Count) -> dict[str, int]:
    """Return the totals block of a count, and of each list, by name: what is compared with paper."""
    block = {name: int(count.total.figures[0, figure]) for name, figure in TOTALS.items()}
    lists = {f"list-{lst.number}": int(count.total.lists[0, i]) for i, lst in enumerate(count.ballot.lists)}
    return block | lists


def summary(count: Count) -> dict[str, Any]:
    """Return what board and signers see of a count: who, how many stations, totals, lists with names."""
    return {
        "authority": count.authority_name,
        "election": count.election.name or "",
        "units": len(count.units),
        "lists": [
            {"number": lst.number, "name": lst.name, "votes": int(count.total.lists[0, i])}
            for i, lst in enumerate(count.ballot.lists)
        ],
        "totals": totals(count),
    }
