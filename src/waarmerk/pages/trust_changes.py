"""What differs between two versions of a trust list, in plain words: what a root holder reads before signing (security.md 3.9)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from waarmerk.pages import screens
from waarmerk.pages.screens import Words
from waarmerk.seal.trust import TrustList
from waarmerk.wire.digests import printed_key

Fact = tuple[str, ...]
"""A kind of statement and the names that it is about."""


def changes(old: TrustList, new: TrustList, lang: str) -> list[str]:
    """Return one line for each statement of a list that is new, gone or changed; of no difference one line that says so."""
    words = screens.words(lang, "terminal")
    before, after = _facts(json.loads(old.data), words), _facts(json.loads(new.data), words)
    lines = []
    for fact in [*before, *(fact for fact in after if fact not in before)]:
        was, now = before.get(fact), after.get(fact)
        if was == now:
            continue
        how = "new" if was is None else "gone" if now is None else "changed"
        what = words(f"fact.{fact[0]}", **dict(zip("abc", fact[1:], strict=False)))
        lines.append(words(f"trust.diff.{how}", what=what, old=was or "", new=now or "").rstrip())
    return lines or [words("trust.diff.none")]


def _facts(value: Mapping[str, Any], words: Words) -> dict[Fact, str]:
    """Everything that a list says, in its order, each with its value in words (empty where being there is all)."""
    facts: dict[Fact, str] = {
        ("for",): f"{value['election']} ({value['environment']})",
        ("valid",): words("trust.from_until", **{"from": value["issued"], "until": value["expires"]}),
        ("root_threshold",): str(value["roots"]["threshold"]),
        ("policy",): " / ".join(value["policy"]),
    }
    facts |= {("root", key): "" for key in value["roots"]["keys"]}
    facts |= {("algorithm", use, name): "" for use, names in value["algorithms"].items() for name in names}
    for org, body in value["orgs"].items():
        needs = ", ".join(f"{role} {n}" for role, n in body["threshold"].items())
        facts["org", org] = words("trust.body", name=body["name"], epoch=body["epoch"], needs=needs)
        facts |= {("recipient", org, text): "" for text in body["recipients"]}
        facts |= {("key", org, printed_key(key["id"])): _key(key, value["expires"], words) for key in body["keys"]}
    facts |= {("route", route["from"], route["to"]): "" for route in value["routes"]}
    facts |= {("expected", org): "" for org in value["expected"]}
    facts |= {("log", key): "" for key in value["logs"]}
    return facts | {("origin", one["origin"], one["rp_id"]): "" for one in value.get("signing_origins", [])}


def _key(key: Mapping[str, Any], end: str, words: Words) -> str:
    state = words(f"trust.state.{key['status']}", at=key["revoked_at"])
    said = [
        key["person"],
        ", ".join(key["roles"]),
        words("trust.from_end" if key["until"] == end else "trust.from_until", **key),
        state,
    ]
    said += [words(f"trust.reason.{key['reason']}")] if key["reason"] else []
    said += [words(f"trust.check.{key['user_check']}")] if key["user_check"] else []
    return "; ".join(said)
