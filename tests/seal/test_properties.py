"""Laws of an envelope: whatever byte is changed, wherever it is cut, it is refused with a code and nothing else happens."""

import io
import json
from contextlib import suppress
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sshsig import sshsig

from tests.seal.envelopes import Sink, good_container, open_plain, open_sealed, receiver, seal
from tests.seal.stf import M1, P1_OVER_M1, PAYLOAD_1, TRUST, private, signed, trust
from tests.seal.stf import RECEIPT as RECEIPT_1
from waarmerk.errors import BadData
from waarmerk.seal import draft, opening
from waarmerk.seal.container import MANIFEST, RECEIPT, TRUST_LIST, Signed
from waarmerk.seal.contents import Contents
from waarmerk.seal.manifest import Manifest
from waarmerk.seal.receipt import Receipt, check
from waarmerk.seal.sshsig import Signature, armor, normalise, sign_with
from waarmerk.seal.trust import RootCard, TrustList, accept_next, allowed_signers
from waarmerk.wire import canonical
from waarmerk.wire.sshkeys import PublicKey

PLAIN = good_container()
SEALED = seal(PLAIN)
WHO = receiver()


def code_of(sealed: bytes) -> str:
    """Open an envelope that must be refused; anything but ``BadData`` is a failure."""
    with pytest.raises(BadData) as caught:
        open_sealed(sealed, WHO)
    return caught.value.code


def judged_in(blocks: list[bytes]) -> tuple[str, dict[str, bytes]]:
    """The code (empty when good) and the files of a container that comes in these blocks, without encryption around it."""
    sink = Sink()
    opened = opening._Opening(WHO, sink)
    try:
        for block in blocks:
            opened.write(block)
        opened._contents.close()
    except BadData as error:
        return error.code, {}
    return "", sink.files


def test_every_single_flipped_byte_of_an_envelope_is_refused() -> None:
    for place in range(len(SEALED)):
        changed = bytearray(SEALED)
        # Another bit for every place. The grease stanza has no meaning, yet the header's own proof covers it.
        changed[place] ^= 1 << place % 8
        assert code_of(bytes(changed)).startswith("E-OUT-"), place


@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
@settings(max_examples=150, deadline=None)
def test_every_other_byte_is_refused(place: int, change: int) -> None:
    changed = bytearray(SEALED)
    changed[place] ^= change
    assert code_of(bytes(changed)).startswith("E-OUT-")


def test_an_envelope_cut_anywhere_is_refused() -> None:
    for length in range(len(SEALED)):
        assert code_of(SEALED[:length]).startswith("E-OUT-"), length


@given(st.binary(min_size=1, max_size=70_000))
@settings(max_examples=30, deadline=None)
def test_whatever_is_appended_is_refused(tail: bytes) -> None:
    assert code_of(SEALED + tail) == "E-OUT-AUTH"


def test_every_single_flipped_byte_inside_the_container_is_refused() -> None:
    """As if somebody with the receiver's public key sealed it again: the signatures and the container's form hold."""
    assert judged_in([PLAIN]) == ("", {"telling.eml.xml": PAYLOAD_1})
    for place in range(len(PLAIN)):
        changed = bytearray(PLAIN)
        changed[place] ^= 1 << place % 8
        assert judged_in([bytes(changed)])[0].startswith("E-"), place


def test_a_container_cut_anywhere_is_refused() -> None:
    for length in range(len(PLAIN)):
        assert judged_in([PLAIN[:length]])[0].startswith("E-"), length


@given(st.integers(0, len(PLAIN) - 1), st.integers(0, 255), st.integers(1, 3_000), st.integers(0, len(PLAIN)))
@settings(max_examples=200, deadline=None)
def test_the_answer_does_not_depend_on_the_blocks(place: int, change: int, size: int, length: int) -> None:
    changed = bytearray(PLAIN)
    changed[place] ^= change
    data = bytes(changed) if length % 2 else bytes(changed)[:length]
    in_blocks = [data[start : start + size] for start in range(0, len(data), size)]
    assert judged_in(in_blocks) == judged_in([data])


def test_the_answer_does_not_depend_on_single_bytes() -> None:
    assert judged_in([bytes([byte]) for byte in PLAIN]) == ("", {"telling.eml.xml": PAYLOAD_1})


@given(st.binary(max_size=2_000))
@settings(max_examples=200, deadline=None)
def test_any_bytes_at_all_are_refused_with_a_code(data: bytes) -> None:
    code_of(data)
    parsers = (
        Manifest.from_bytes, TrustList.from_bytes, RootCard.from_bytes, Receipt.from_bytes, Signature.parse, normalise,
        PublicKey.from_blob, lambda data: PublicKey.parse(data.decode("latin-1")), lambda data: Signature.parse(armor(data)),
        *(lambda data, name=name: Signed.from_bytes(data, name) for name in (MANIFEST, RECEIPT, TRUST_LIST)),
        lambda data: draft.read(io.BytesIO(data), Sink()),
    )  # fmt: skip
    for parse in parsers:
        with pytest.raises(BadData):
            parse(data)


@pytest.mark.parametrize("document", [M1, TRUST])
@given(place=st.integers(0, 5_000), other=st.sampled_from([b"", b'"', b"{", b"0", b"-", b"[", b"\\", b"null", b"\xff"]))
@settings(max_examples=200, deadline=None)
def test_a_document_with_a_changed_byte_is_refused_or_another_document(
    document: bytes, place: int, other: bytes
) -> None:
    place %= len(document)
    changed = document[:place] + other + document[place + 1 :]
    parse = Manifest.from_bytes if document == M1 else TrustList.from_bytes
    try:
        read = parse(changed)
    except BadData:
        return
    assert read.data == changed
    assert (changed == document) == (read == parse(document))


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every container of a JSON value with each key or index of it."""
    pairs = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    return [place for key, inner in pairs for place in [(value, key), *_places(inner)]]


odd = st.sampled_from(
    [
        0,
        1,
        2**53 - 1,
        "",
        "x",
        "*",
        "root:x",
        "csb:kiesraad",
        "2025-02-30T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00Z",
        "é",
        [],
        [[]],
        {},
        ["x"],
        {"x": 1},
    ]
)


@pytest.mark.parametrize("document", [M1, TRUST, RECEIPT_1], ids=["manifest", "trust list", "receipt"])
@given(data=st.data())
@settings(max_examples=400, deadline=None)
def test_a_well_signed_document_with_any_odd_value_is_judged_or_refused(document: bytes, data: st.DataObject) -> None:
    """The signers themselves, or a vendor's program, made it wrong: a code, and never an exception of another kind."""
    value = json.loads(document)
    for _ in range(data.draw(st.integers(1, 3))):
        holder, key = data.draw(st.sampled_from(_places(value)))
        if data.draw(st.booleans()):
            holder[key] = deepcopy(data.draw(odd))
        else:
            del holder[key]
    with suppress(BadData):
        changed = canonical.dump(value)
        if document == M1:
            Manifest.from_bytes(changed).count_file  # noqa: B018 (must not fail)
            open_plain(good_container(changed), WHO)
        elif document == TRUST:
            listed = signed(changed, "root1", "root2", "root3", namespace="stf-trustlist-v1", name=TRUST_LIST)
            allowed_signers(TrustList.from_bytes(changed))
            accept_next(trust(), listed)
        else:
            check(signed(changed, "csb-service", namespace="stf-receipt-v1", name=RECEIPT), trust())


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
def test_a_signature_file_has_one_spelling(message: bytes) -> None:
    armored = sign_with(private("csb-service"), message, "stf-receipt-v1")
    lines = armored.split(b"\n")
    blob = b"".join(lines[1:-2])
    rewrapped = b"\r\n".join(
        [lines[0], *(blob[start : start + 76] for start in range(0, len(blob), 76)), lines[-2], b""]
    )
    assert normalise(rewrapped) == normalise(armored) == armored
    with pytest.raises(BadData, match="E-SIG-ARMOR"):
        Signature.parse(rewrapped)


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


def test_a_draft_is_written_again_as_it_was_read() -> None:
    sink = Sink()
    read = draft.read(io.BytesIO(PLAIN), sink)
    out = io.BytesIO()
    read.write(out, lambda file: io.BytesIO(sink.files[file.name]))
    assert out.getvalue() == PLAIN
    assert open_plain(out.getvalue(), WHO)[0].manifest.data == M1


def test_without_a_place_for_files_no_file_is_begun() -> None:
    """``judge`` stops at the first file entry, however large it is."""
    from waarmerk.seal.contents import HeadIsEnough

    contents = Contents(lambda document, _: Manifest.from_bytes(document), None)
    with pytest.raises(HeadIsEnough):
        contents.write(PLAIN)
