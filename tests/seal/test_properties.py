"""Laws of an envelope: whatever byte is changed, wherever it is cut, it is refused with a code and nothing else happens."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sshsig import sshsig

from tests.seal.envelopes import good_container, open_plain, open_sealed, receiver, seal
from tests.seal.stf import M1, P1_OVER_M1, PAYLOAD_1, private
from waarmerk.errors import BadData
from waarmerk.seal.manifest import Manifest
from waarmerk.seal.sshsig import Signature, sign_with
from waarmerk.seal.trust import TrustList

PLAIN = good_container()
SEALED = seal(PLAIN)
WHO = receiver()


def code_of(sealed: bytes) -> str:
    """Open an envelope that must be refused; anything but ``BadData`` is a failure."""
    with pytest.raises(BadData) as caught:
        open_sealed(sealed, WHO)
    return caught.value.code


def test_every_single_flipped_byte_of_an_envelope_is_refused() -> None:
    for place in range(len(SEALED)):
        changed = bytearray(SEALED)
        changed[place] ^= 0x20
        # The grease stanza that age adds has no meaning, yet the header's own proof covers it.
        assert code_of(bytes(changed)).startswith("E-OUT-"), place


@given(st.integers(0, len(SEALED) - 1), st.integers(0, 7))
@settings(max_examples=150, deadline=None)
def test_every_flipped_bit_is_refused(place: int, bit: int) -> None:
    changed = bytearray(SEALED)
    changed[place] ^= 1 << bit
    assert code_of(bytes(changed)).startswith("E-OUT-")


@given(st.integers(0, len(SEALED) - 1))
@settings(max_examples=150, deadline=None)
def test_an_envelope_cut_anywhere_is_refused(length: int) -> None:
    assert code_of(SEALED[:length]).startswith("E-OUT-")


def test_every_single_flipped_byte_inside_the_container_is_refused() -> None:
    """As if somebody with the receiver's public key sealed it again: the signatures and the container's form hold."""
    for place in range(0, len(PLAIN), 3):
        changed = bytearray(PLAIN)
        changed[place] ^= 1
        with pytest.raises(BadData):
            open_plain(bytes(changed), WHO)


@given(st.binary(max_size=2_000))
@settings(max_examples=200, deadline=None)
def test_any_bytes_at_all_are_refused_with_a_code(data: bytes) -> None:
    code_of(data)
    for parse in (Manifest.from_bytes, TrustList.from_bytes, Signature.parse):
        with pytest.raises(BadData):
            parse(data)


@given(st.integers(0, len(P1_OVER_M1) - 1), st.binary(min_size=1, max_size=3))
@settings(max_examples=300, deadline=None)
def test_a_changed_signature_never_verifies(place: int, other: bytes) -> None:
    changed = P1_OVER_M1[:place] + other + P1_OVER_M1[place + len(other) :]
    if changed == P1_OVER_M1:
        return
    with pytest.raises(BadData):
        Signature.parse(changed).verify(M1, "stf-manifest-v1")


@given(st.binary(max_size=500))
@settings(deadline=None)
def test_an_independent_program_accepts_our_signatures(message: bytes) -> None:
    armored = sign_with(private("csb-service"), message, "stf-receipt-v1")
    found = sshsig.check_signature(message, armored.decode(), "stf-receipt-v1")
    assert found.openssh_str() == Signature.parse(armored).key.text
    Signature.parse(armored).verify(message, "stf-receipt-v1")


def test_sealing_again_changes_the_bytes_and_not_the_delivery() -> None:
    again = seal(PLAIN)
    assert again != SEALED
    assert open_sealed(again, WHO)[0].manifest.sha256 == open_sealed(SEALED, WHO)[0].manifest.sha256
    assert open_sealed(again, WHO)[1] == {"telling.eml.xml": PAYLOAD_1}
