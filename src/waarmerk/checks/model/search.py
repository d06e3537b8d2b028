"""All explanations of everything at every station of one count (checks.md 3.2): what is likely is decided afterwards."""

from __future__ import annotations

import numpy as np

from waarmerk.checks.model import differences as of_differences
from waarmerk.checks.model import figures, lists, rows, stations
from waarmerk.checks.model.explanation import Explanation
from waarmerk.checks.model.observed import Observed
from waarmerk.checks.model.parameters import Parameters
from waarmerk.checks.model.reference import expected
from waarmerk.checks.model.shares import list_model


def explanations(observed: Observed, category: str, parameters: Parameters) -> list[Explanation]:
    found: list[Explanation] = []
    if observed.stations < 4:
        return found
    reference = expected(observed, parameters)
    shares = list_model(observed, parameters)
    filled = np.maximum((observed.lists > 0).sum(axis=1), 1).astype(float)
    differences = of_differences.Differences.of(observed)
    for page in rows.pages(observed, reference):
        found.extend(rows.explain(page, filled, parameters))
    found.extend(of_differences.explain(differences, reference, shares, parameters))
    found.extend(lists.explain(observed, reference, shares, filled, parameters))
    found.extend(stations.exchanged(observed, shares, parameters))
    found.extend(stations.copied(observed, reference, differences, filled, parameters))
    found.extend(figures.explain(observed, category, parameters))
    return found
