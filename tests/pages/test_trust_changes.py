"""A root holder reads every difference between two versions before signing: none goes unsaid."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.seal.envelopes import trust_list
from tests.seal.stf import RECIPIENT, TRUST
from tests.seal.test_attacks_browser import in_list
from waarmerk.errors import BadData
from waarmerk.pages.screens import LANGUAGES, words
from waarmerk.pages.trust_changes import changes
from waarmerk.seal.age import new_identity
from waarmerk.seal.trust import TrustList
from waarmerk.wire import canonical

OLD = TrustList.from_bytes(TRUST)
UNSAID = {"version", "previous", "format"}
"""The first two always change; another format is no list of this version."""


def places(value: Any) -> list[tuple[Any, Any]]:
    pairs = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    return [place for key, inner in pairs for place in [(value, key), *places(inner)]]


others = st.sampled_from([
    1, 3, "", "x", "p3", [], ["x"], ["result"], ["csb:kiesraad"], "active", "uv", "lost", "gsb:0363", "csb:kiesraad",
    "2025-11-11T00:00:00Z", "2025-09-01T00:00:00Z", [RECIPIENT], [new_identity()[1]], {"result": 2}, {"origin": "x", "rp_id": "y"},
])  # fmt: skip


@given(st.data())
@settings(max_examples=400, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
def test_no_difference_goes_unsaid(data: st.DataObject) -> None:
    value = json.loads(TRUST)
    in_list(value)
    old = TrustList.from_bytes(canonical.dump(value))
    holder, key = data.draw(st.sampled_from([place for place in places(value) if place[1] not in UNSAID]))
    if data.draw(st.booleans()):
        holder[key] = data.draw(others)
    else:
        del holder[key]
    try:
        new = TrustList.from_bytes(canonical.dump(value))
    except BadData:
        assume(False)
    for lang in LANGUAGES:
        none = [words(lang, "terminal")("trust.diff.none")]
        assert (changes(old, new, lang) == none) == (old.data == new.data), new.data


def said(change: Any, lang: str = "nl") -> list[str]:
    return changes(OLD, trust_list(change), lang)


def revoke(value: dict[str, Any]) -> None:
    key = value["orgs"]["gsb:0363"]["keys"][0]
    key.update(status="revoked", revoked_at="2025-10-20T08:00:00Z", reason="stolen")


def test_a_revoked_key_in_plain_words() -> None:
    (line,) = said(revoke)
    assert line.startswith("anders: sleutel van gsb:0363: 69f9 10b2 f090 1aee 46a9 8ccf addc 6103 ")
    assert line.endswith("ingetrokken op 2025-10-20T08:00:00Z; gestolen")
    assert said(revoke, "en")[0].endswith("revoked on 2025-10-20T08:00:00Z; stolen")


def test_a_longer_list_is_one_line_and_not_one_for_each_key() -> None:
    def longer(value: dict[str, Any]) -> None:
        for org in value["orgs"].values():
            for key in org["keys"]:
                key["until"] = "2026-01-15T23:00:00Z"
        value["expires"] = "2026-01-15T23:00:00Z"

    assert len(said(longer)) == 1


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda value: value["roots"].update(threshold=4), "anders: aantal wortelhouders dat moet tekenen: 3 → 4"),
        (lambda value: value.update(routes=[]), "weg: weg van gsb:0363 naar csb:kiesraad"),
        (lambda value: value.update(expected=[]), "weg: gsb:0363 moet inleveren"),
        (lambda value: value.update(logs=["x+1+y"]), "nieuw: logboek x+1+y"),
        (
            lambda value: value["orgs"]["gsb:0363"].update(recipients=[RECIPIENT]),
            f"nieuw: ontvangsleutel van gsb:0363: {RECIPIENT}",
        ),
    ],
)  # fmt: skip
def test_each_kind_of_change_in_words(change: Any, line: str) -> None:
    assert said(change) == [line]
