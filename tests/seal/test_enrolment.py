"""Enrolment: who asks holds the key, for this list and this round, and the paper shows the same number (security.md 3.9)."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.seal import agent
from tests.seal.sshsigs import sshsig
from tests.seal.stf import private, signed
from waarmerk.errors import BadData
from waarmerk.seal import enrolment
from waarmerk.seal.container import ENROLMENT, Signed
from waarmerk.seal.enrolment import NAMESPACE, Enrolment
from waarmerk.seal.sshsig import Signature, sign_with, to_be_signed
from waarmerk.wire import canonical
from waarmerk.wire.digests import parse_printed_key, printed_key
from waarmerk.wire.sshkeys import PublicKey

ABOUT = {"environment": "exercise", "election": "TK2025", "org": "gsb:0363", "challenge": "0123-4567-89AB-CDEF"}
KEY = Signature.parse(sign_with(private("gsb0363-p1"), b"", NAMESPACE)).key
MADE = enrolment.compose(person="p1", key=KEY, **ABOUT)
GOOD = signed(MADE.data, "gsb0363-p1", namespace=NAMESPACE, name=ENROLMENT)


def refused(request: Signed, code: str, **about: str) -> None:
    with pytest.raises(BadData) as caught:
        enrolment.check(request, **{**ABOUT, **about})
    assert caught.value.code == code, caught.value


def test_a_request_is_read_back_from_its_container() -> None:
    assert enrolment.check(Signed.from_bytes(GOOD.to_bytes(), ENROLMENT), **ABOUT) == MADE


@pytest.mark.parametrize(
    ("name", "other"),
    [("environment", "test"), ("election", "PS2027"), ("org", "gsb:0599"), ("challenge", "0123-4567-89AB-CDEG")],
)
def test_a_request_for_something_else_is_refused(name: str, other: str) -> None:
    refused(GOOD, "E-TRU-ENROL", **{name: other})


def test_only_who_holds_the_key_can_ask_for_it() -> None:
    refused(signed(MADE.data, "gsb0363-p2", namespace=NAMESPACE, name=ENROLMENT), "E-TRU-ENROL")
    refused(Signed(ENROLMENT, MADE.data, {}), "E-TRU-ENROL")
    both = signed(MADE.data, "gsb0363-p1", "gsb0363-p2", namespace=NAMESPACE, name=ENROLMENT)
    refused(both, "E-TRU-ENROL")
    other = signed(MADE.data, "gsb0363-p2", namespace=NAMESPACE, name=ENROLMENT)
    refused(Signed(ENROLMENT, MADE.data, {KEY.id: next(iter(other.signatures.values()))}), "E-TRU-ENROL")
    refused(signed(MADE.data, "gsb0363-p1", namespace="stf-manifest-v1", name=ENROLMENT), "E-SIG-NAMESPACE")
    changed = canonical.dump({**json.loads(MADE.data), "person": "p2"})
    refused(Signed(ENROLMENT, changed, GOOD.signatures), "E-SIG-BAD")


@pytest.mark.parametrize(("flags", "code"), [(5, ""), (1, "E-SIG-UV"), (0, "E-SIG-UP")])
def test_a_security_key_is_enrolled_with_touch_and_pin(flags: int, code: str) -> None:
    blob, sign = agent.security_key(flags)
    made = enrolment.compose(person="p1", key=PublicKey.from_blob(blob), **ABOUT)
    armored = sshsig(blob, sign(to_be_signed(made.data, NAMESPACE)), namespace=NAMESPACE.encode())
    request = Signed(ENROLMENT, made.data, {made.key.id: armored})
    if code:
        refused(request, code)
    else:
        assert enrolment.check(request, **ABOUT) == made


@pytest.mark.parametrize(
    "change", [{"person": "Jan Jansen"}, {"challenge": "0123"}, {"challenge": "0123-4567-89AB-CDEI"}, {"extra": ""}]
)
def test_another_form_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadData, match="E-MAN-SCHEMA"):
        Enrolment.from_bytes(canonical.dump({**json.loads(MADE.data), **change}))


ids = st.binary(min_size=16, max_size=16).map(bytes.hex)


@given(ids)
def test_a_number_from_paper_is_typed_back(key_id: str) -> None:
    assert parse_printed_key(printed_key(key_id)) == key_id
    assert parse_printed_key(printed_key(key_id).replace(" ", "").upper()) == key_id


@given(ids, st.integers(0, 33), st.sampled_from("0123456789abcdef"))
def test_one_wrong_sign_is_always_noticed(key_id: str, place: int, sign: str) -> None:
    right = printed_key(key_id).replace(" ", "")
    typed = right[:place] + sign + right[place + 1 :]
    if typed != right:
        with pytest.raises(BadData, match="E-TRU-ENROL"):
            parse_printed_key(typed)


@given(ids, st.integers(0, 32))
def test_two_neighbours_that_changed_places_are_always_noticed(key_id: str, place: int) -> None:
    right = printed_key(key_id).replace(" ", "")
    typed = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
    if typed != right:
        with pytest.raises(BadData, match="E-TRU-ENROL"):
            parse_printed_key(typed)


@given(ids)
def test_the_check_digits_leave_one_modulo_97(key_id: str) -> None:
    """Sign by sign, instead of one large number."""
    remainder = 0
    for place, sign in enumerate(printed_key(key_id).replace(" ", "")):
        remainder = (remainder * (16 if place < 32 else 10) + int(sign, 16)) % 97
    assert remainder == 1
