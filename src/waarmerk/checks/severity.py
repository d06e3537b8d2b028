"""How much each code asks: the table of checks.md 5.1, once."""

from __future__ import annotations

from waarmerk.election.finding import Code, Severity

E, W, R, N = Severity.ERROR, Severity.WARNING, Severity.REMARKABLE, Severity.NOTICE

SEVERITY: dict[Code, Severity] = {
    Code.C04: E,
    Code.C05: E,
    Code.C06: E,
    Code.C07: N,
    Code.C09: W,
    Code.C10: E,
    Code.C11: W,
    Code.C12: W,
    Code.C13: W,
    Code.C14: W,
    Code.C19: N,
    Code.C20: W,
    Code.C21: W,
    Code.C22: N,
    Code.C26: W,
    Code.C27: E,
    Code.C28: N,
    Code.C29: N,
    Code.C30: N,
    Code.C31: E,
    Code.C32: W,
    Code.C33: W,
    Code.C34: W,
    Code.L01: W,
    Code.L02: E,
    Code.P01: R,
    Code.P02: R,
    Code.P03: R,
    Code.P04: R,
    Code.P05: R,
    Code.P06: R,
    Code.X01: E,
    Code.X02: E,
    Code.X03: E,
    Code.X04: W,
    Code.X05: E,
    Code.X06: E,
    Code.X07: E,
    Code.X08: W,
    Code.X09: W,
    Code.X10: W,
    Code.X11: E,
    Code.X12: E,
    Code.X13: E,
    Code.X14: N,
    Code.X15: W,
    Code.X16: W,
    Code.X17: E,
    Code.NO_DEFINITION: W,
} | {code: R for code in Code if code.value.startswith("H-")}
"""X-09 and X-10 are warnings between published files, where later corrections stand beside earlier ones (eml-nl.md 7.2).
H-codes below the threshold of the statistics are notices."""
