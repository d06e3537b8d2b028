"""The rules of Abacus that can be judged from a file, as other names of ours (checks.md 1.6, 5.1): never a second finding.

What Abacus asks at entry only (boxes ticked twice, questions without an answer: F.101 … F.122, F.301 … F.304, F.310, F.403,
W.001, W.002, W.205) no file can show.
"""

from __future__ import annotations

from collections.abc import Mapping

from waarmerk.election.finding import Code

ABACUS: Mapping[Code, tuple[str, ...]] = {
    Code.C04: ("F.401", "F.402"),
    Code.C05: ("F.202", "F.204"),
    Code.C09: ("F.201",),
    Code.C10: ("F.203",),
    Code.C11: ("F.305", "F.306", "F.307", "F.308", "F.309"),
    Code.C12: ("F.307", "F.309"),
    Code.C13: ("F.312",),
    Code.C20: ("W.206",),
    Code.P01: ("W.204",),
    Code.P02: ("W.202",),
    Code.P03: ("W.201",),
    Code.P04: ("W.203",),
}
LISTS: Mapping[Code, str] = {
    Code.L01: "A",
    Code.P01: "B",
    Code.P02: "B",
    Code.P03: "B",
    Code.P04: "B",
    Code.P05: "B",
    Code.P06: "B",
}
"""The list of the control protocol that a finding stands in; list C shows every station."""
