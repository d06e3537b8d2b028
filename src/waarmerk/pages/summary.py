"""What a signer sees before signing: the figures read from the files, not from their label (security.md 3.10)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from waarmerk.dossier import content
from waarmerk.dossier.content import Content
from waarmerk.election.finding import Severity
from waarmerk.pages import screens
from waarmerk.seal.manifest import Manifest
from waarmerk.wire.digests import printed, transfer_code


def summary(manifest: Manifest, read: Content, *, title: str, sender: str, signed_by: Sequence[str], lang: str) -> str:
    """Return the summary of a delivery as text for a terminal. ``title`` is ``title`` or ``sign``."""
    words = screens.words(lang, "terminal")
    lines = [words(f"summary.{title}"), ""]
    lines.append(words("summary.from", sender=manifest.sender, name=sender))
    lines.append(words("summary.to", recipient=manifest.recipient))
    what = {"kind": words(f"kind.{manifest.kind}"), "sequence": manifest.sequence, "session": manifest.session}
    lines.append(words("summary.what", election=manifest.election, environment=manifest.environment, **what))
    for file in manifest.files:
        lines.append(words("summary.file", name=file.name, role=file.role, size=words.number(file.size)))
        lines.append(words("summary.digest", digest=printed(file.sha256)))
    lines += _figures(read, lang)
    lines.append(words("summary.signers", persons=", ".join(signed_by) or words("summary.nobody")))
    lines.append(words("summary.code", code=transfer_code(manifest.sha256)))
    return "\n".join(lines) + "\n"


def _figures(read: Content, lang: str) -> list[str]:
    if read.count is None or read.examined is None:
        return []
    words = screens.words(lang, "terminal")
    seen = content.summary(read.count)
    lines = [words("summary.stations", n=words.number(seen["units"]))]
    for name in content.TOTALS:
        lines.append(words("summary.total", label=words(f"totals.{name}"), n=words.number(seen["totals"][name])))
    lines.append(words("summary.lists"))
    for lst in seen["lists"]:
        lines.append(words("summary.list", number=lst["number"], name=lst["name"][:44], n=words.number(lst["votes"])))
    counted = Counter(finding.severity for finding in read.examined.findings)
    lines.append(words("summary.findings", **{severity.word: counted[severity] for severity in Severity}))
    return lines
