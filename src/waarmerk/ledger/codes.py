"""The codes with which the log refuses; the first group says *not of the form*, the second *of the form, but not true*.

The difference is the exit code of ``waarmerk verify`` (security.md 4.5): 2 for what cannot be read, 1 for what is not verified.
"""

from __future__ import annotations

ENTRY = "E-LOG-ENTRY"
NOTE = "E-LOG-NOTE"
CHECKPOINT = "E-LOG-CHECKPOINT"
POLICY = "E-LOG-POLICY"
PROOF = "E-LOG-PROOF"
TILE = "E-LOG-TILE"

UNKNOWN = "E-LOG-UNKNOWN"
"""No known key signed the note."""
SIGNATURE = "E-LOG-SIGNATURE"
"""A known key signed falsely, or twice."""
QUORUM = "E-LOG-QUORUM"
"""Not yet witnessed by as many as the policy asks."""
INCLUSION = "E-LOG-INCLUSION"
CONSISTENCY = "E-LOG-CONSISTENCY"
STATE = "E-LOG-STATE"
"""What the log operator remembers and what the public folder holds do not belong together."""

MALFORMED = frozenset({ENTRY, NOTE, CHECKPOINT, POLICY, PROOF, TILE})
