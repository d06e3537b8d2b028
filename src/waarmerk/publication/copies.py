"""Files that follow from the log and stand there for convenience: ``policy.txt`` and ``index.json``. Nobody needs to trust them."""

from __future__ import annotations

from collections.abc import Sequence

from waarmerk.errors import BadData
from waarmerk.ledger import codes
from waarmerk.ledger.checkpoint import Checkpoint
from waarmerk.ledger.entry import Entry
from waarmerk.ledger.note import VerifierKey
from waarmerk.ledger.policy import Policy
from waarmerk.seal.trust import TrustList
from waarmerk.wire import canonical

INDEX_FORMAT = "waarmerk-index/1"


def policy(trust: TrustList) -> bytes:
    """Return the policy of a trust list as a file: its lines, after a ``log`` line for each log key that they leave out."""
    named = {word for line in trust.policy for word in line.split()}
    lines = [f"log {key}" for key in trust.logs if key not in named]
    return "".join(f"{line}\n" for line in [*lines, *trust.policy]).encode()


def check_names_log(trust: TrustList, key: VerifierKey) -> None:
    """Refuse to keep a log that the trust list does not name: nobody could verify it (``E-LOG-STATE``)."""
    if key not in Policy.parse(policy(trust)).logs:
        raise BadData(codes.STATE, f"trust list {trust.version} does not name the key of this log in 'logs': {key}")


def index(checkpoint: Checkpoint, entries: Sequence[Entry]) -> bytes:
    """Return the whole log in one JSON file, entries in their order: for pages and programs that do not read tiles."""
    return canonical.dump(
        {
            "format": INDEX_FORMAT,
            "origin": checkpoint.origin,
            "size": checkpoint.size,
            "root": checkpoint.root.hex(),
            "entries": [dict(entry.document) for entry in entries],
        }
    )
