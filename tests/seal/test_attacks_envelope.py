"""What somebody can do to a sealed file on the way (security.md part 6, attacks 1 to 13 and 118)."""

import io
import tracemalloc

import pytest

from tests.seal.envelopes import good_container, manifest, open_plain, open_sealed, receiver, seal, sha256
from tests.seal.stf import M1, PAYLOAD_1
from waarmerk.errors import BadData
from waarmerk.seal import age, opening
from waarmerk.seal.limits import MAX_AGE_HEADER, MAX_UNJUDGED
from waarmerk.wire import ustar

CHUNK = 65_536 + 16
"""One chunk of an age payload with its tag."""
STANZA = b"-> X25519 fHCciX6qidarKSIccJ/w34f8VhwiQSa4iP591HN25yw\nyTE5jdK927DsIErxagbfxHw+0TjZ3jv51o9vCMuhEXs\n"
END = b"--- ejBd3mpcQfM8Q/texF4t5gg7zrlBjMH2JrUIqBGlN9E\n"


def test_a_good_envelope_is_opened() -> None:
    judged, files = open_plain(good_container())
    assert (judged.manifest.data, files) == (M1, {"telling.eml.xml": PAYLOAD_1})
    assert {signer.person for signer in judged.signers} == {"p1", "p2"}


def long() -> bytes:
    """An envelope of several chunks."""
    payload = bytes(range(256)) * 1_000
    files = [{"name": "note.txt", "role": "note", "size": len(payload), "sha256": sha256(payload)}]
    return seal(good_container(manifest(files=files), files={"note.txt": payload}))


def refused(sealed: bytes, *codes: str) -> None:
    with pytest.raises(BadData) as caught:
        open_sealed(sealed)
    assert caught.value.code in codes


@pytest.mark.parametrize("where", ["stanza", "mac", "nonce", "first", "middle", "last"])
def test_attack_1_one_bit_flipped(where: str) -> None:
    sealed = bytearray(long())
    header = sealed.index(b"\n---") + 1
    body = sealed.index(b"\n", header) + 1
    place = {
        "stanza": sealed.index(b"-> X25519") + 30,
        "mac": header + 10,
        "nonce": body + 3,
        "first": body + 16 + 100,
        "middle": body + 16 + CHUNK + 100,
        "last": len(sealed) - 3,
    }[where]
    sealed[place] ^= 1
    refused(bytes(sealed), "E-OUT-NOKEY", "E-OUT-AUTH", "E-OUT-HEADER")


def test_attack_2_cut_at_a_chunk_boundary() -> None:
    sealed = long()
    body = sealed.index(b"\n", sealed.index(b"\n---") + 1) + 1 + 16
    refused(sealed[: body + CHUNK], "E-OUT-AUTH")


def test_attack_3_one_byte_appended() -> None:
    refused(long() + b"x", "E-OUT-AUTH")


def test_attack_4_two_chunks_swapped() -> None:
    sealed = long()
    body = sealed.index(b"\n", sealed.index(b"\n---") + 1) + 1 + 16
    one, two = sealed[body : body + CHUNK], sealed[body + CHUNK : body + 2 * CHUNK]
    refused(sealed[:body] + two + one + sealed[body + 2 * CHUNK :], "E-OUT-AUTH")


def header_refused(header: bytes, code: str = "E-OUT-HEADER", monkeypatch: pytest.MonkeyPatch | None = None) -> None:
    if monkeypatch is not None:
        monkeypatch.setattr(age.pyrage, "decrypt_io", lambda *_: pytest.fail("the header must be refused before this"))
    with pytest.raises(BadData, match=code):
        opening.judge(io.BytesIO(header), receiver())


def test_attack_5_thousands_of_stanzas(monkeypatch: pytest.MonkeyPatch) -> None:
    header_refused(age.VERSION + b"-> x-grease\n\n" * 6_000 + END, monkeypatch=monkeypatch)


def test_attack_6_a_line_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    tracemalloc.start()
    header_refused(age.VERSION + b"-> X25519 " + b"A" * 10_000_000, monkeypatch=monkeypatch)
    assert tracemalloc.get_traced_memory()[1] < 64 << 20
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("number", "header"),
    [
        (7, (age.VERSION + STANZA + END).replace(b"\n", b"\r\n").replace(b"v1\r\n", b"v1\n")),
        (8, age.VERSION + b"-> scrypt bBjlhJVYZeE4aqUdmtRHfw 18\n" + STANZA.split(b"\n")[1] + b"\n" + END),
        (9, age.VERSION + STANZA + b"-> mlkem768x25519 abc\n\n" + END),
        (10, age.VERSION + b"-> X25519 abc\n" + b"A" * 64 + b"\n" + END),
        (10, age.VERSION + STANZA.rstrip(b"\n") + b"\n" + END[:-5] + b"\n"),
        (8, age.VERSION + b"-> ssh-ed25519 abc def\n\n" + END),
        (5, age.VERSION + b"-> a-grease\n\n-> b-grease\n\n" + STANZA + END),
        (5, age.VERSION + b"-> a-grease\n\n" + END),
    ],
)
def test_attack_7_to_10_headers_outside_the_profile(
    number: int, header: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    header_refused(header, monkeypatch=monkeypatch)


def test_attack_7_crlf_in_the_first_line_is_no_age_file() -> None:
    header_refused((age.VERSION + STANZA + END).replace(b"\n", b"\r\n"), "E-OUT-TYPE")


def test_a_header_that_is_longer_than_the_limit_is_refused() -> None:
    header_refused(age.VERSION + b"-> X25519 " + b"A" * MAX_AGE_HEADER + b"\n\n" + END)


def test_attack_11_sealed_to_another_organisation() -> None:
    other = age.new_identity()[1]
    with pytest.raises(BadData, match="E-OUT-NOKEY"):
        open_sealed(seal(good_container(), other))


@pytest.mark.parametrize(
    "start",
    [b"-----BEGIN AGE ENCRYPTED FILE-----\n", b"PK\x03\x04", b"%PDF-1.7\n", b"", b"a", b"receipt.json" + bytes(600)],
)
def test_attack_12_other_kinds_of_files(start: bytes) -> None:
    header_refused(start, "E-OUT-TYPE")


def test_attack_118_junk_is_judged_within_the_first_plaintext() -> None:
    size = 8 << 20
    zeros = seal(bytes(size))
    with pytest.raises(BadData, match="E-TAR"):
        open_sealed(zeros)

    class Counting(io.BytesIO):
        taken = 0

        def read(self, size: int | None = -1) -> bytes:
            block = super().read(size)
            self.taken += len(block)
            return block

    # A good manifest with one signature, then a large file: refused before the file is read, whatever its size.
    files = [{"name": "note.txt", "role": "note", "size": size, "sha256": "0" * 64}]
    document = manifest(kind="result", files=files)
    sealed = Counting(seal(good_container(document, "gsb0363-p1", files={"note.txt": bytes(size)})))
    with pytest.raises(BadData, match="E-SIG-THRESHOLD"):
        opening.judge(sealed, receiver())
    assert sealed.taken < MAX_UNJUDGED * 2


def test_a_container_without_judged_manifest_is_given_up_after_the_limit() -> None:
    out = io.BytesIO()
    ustar.write_entry(out, "manifest.json", M1)
    out.write(ustar.header("sig/" + "0" * 32 + ".sshsig", 16_000))
    with pytest.raises(BadData, match=r"E-TAR|E-SIG"):
        open_plain(out.getvalue() + bytes(MAX_UNJUDGED * 2))
