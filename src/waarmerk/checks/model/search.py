"""All explanations of everything at every station of one count (checks.md 3.2): what is likely is decided afterwards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waarmerk.checks.model import differences as of_differences
from waarmerk.checks.model import figures, lists, rows, stations
from waarmerk.checks.model.audit import Audit, audit
from waarmerk.checks.model.density import Real
from waarmerk.checks.model.explanation import Explanation
from waarmerk.checks.model.observed import Observed
from waarmerk.checks.model.parameters import FEWEST_STATIONS, Parameters
from waarmerk.checks.model.reference import expected
from waarmerk.checks.model.shares import list_model


@dataclass(frozen=True, slots=True)
class Searched:
    """Everything that may be, and what the structure of it shows."""

    explanations: tuple[Explanation, ...]
    audit: Audit


def search(observed: Observed, category: str, parameters: Parameters, earlier: Real | None = None) -> Searched:
    """Put every hypothesis to every station; nothing where there are fewer than ``FEWEST_STATIONS``."""
    if observed.stations < FEWEST_STATIONS:
        return Searched((), Audit())
    reference = expected(observed, parameters)
    shares = list_model(observed, parameters, earlier)
    filled = np.maximum((observed.lists > 0).sum(axis=1), 1).astype(float)
    differences = of_differences.Differences.of(observed)
    found: list[Explanation] = []
    total = Audit()
    for page in rows.pages(observed, reference):
        found.extend(rows.explain(page, filled, parameters))
        total += audit(page, parameters)
    found.extend(of_differences.explain(differences, reference, shares, parameters))
    found.extend(lists.explain(observed, reference, shares, filled, parameters))
    found.extend(stations.exchanged(observed, reference, shares, parameters))
    found.extend(stations.copied(observed, reference, differences, filled, parameters))
    found.extend(figures.explain(observed, category, parameters))
    return Searched(tuple(found), total)
