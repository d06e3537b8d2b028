"""What somebody can do to a sealed file on the way (security.md part 6, attacks 1 to 13 and 118)."""

import errno
import io
import tracemalloc
from collections.abc import Callable
from time import perf_counter
from typing import BinaryIO

import pytest

from tests.seal.envelopes import Sink, good_container, manifest, open_plain, open_sealed, receiver, seal, sha256
from tests.seal.stf import M1, PAYLOAD_1
from waarmerk.errors import BadData, WrongUse
from waarmerk.seal import age, opening
from waarmerk.seal.limits import MAX_AGE_HEADER, MAX_MANIFEST, MAX_UNJUDGED
from waarmerk.seal.manifest import PayloadFile
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


def refused(sealed: bytes, code: str) -> None:
    with pytest.raises(BadData) as caught:
        open_sealed(sealed)
    assert caught.value.code == code, caught.value


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ("share", "E-OUT-NOKEY"),
        ("stanza", "E-OUT-NOKEY"),
        ("mac", "E-OUT-AUTH"),
        ("nonce", "E-OUT-AUTH"),
        ("first", "E-OUT-AUTH"),
        ("middle", "E-OUT-AUTH"),
        ("last", "E-OUT-AUTH"),
    ],
)
def test_attack_1_one_bit_flipped(where: str, code: str) -> None:
    sealed = bytearray(long())
    header = sealed.index(b"\n---") + 1
    body = sealed.index(b"\n", header) + 1
    place = {
        "share": sealed.index(b"-> X25519") + 30,
        "stanza": sealed.index(b"\n", sealed.index(b"-> X25519")) + 5,
        "mac": header + 10,
        "nonce": body + 3,
        "first": body + 16 + 100,
        "middle": body + 16 + CHUNK + 100,
        "last": len(sealed) - 3,
    }[where]
    # Still a letter or digit of base64 where it was one: nothing but the cryptography can see it.
    sealed[place] = ord("A" if sealed[place] != ord("A") else "B") if place < body else sealed[place] ^ 1
    refused(bytes(sealed), code)


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


def fastest(times: int, action: Callable[[], object]) -> float:
    """The shortest of a few runs, so that a busy machine does not fail a test."""
    taken = []
    for _ in range(times):
        start = perf_counter()
        action()
        taken.append(perf_counter() - start)
    return min(taken)


def test_attack_5_six_thousand_stanzas_cost_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    header = age.VERSION + b"-> x-grease\n\n" * 6_000 + END
    assert len(header) > 78_000
    assert fastest(5, lambda: header_refused(header, monkeypatch=monkeypatch)) < 0.05


@pytest.mark.parametrize("stanzas", [b"-> a-grease\n\n-> b-grease\n\n" + STANZA, b"-> a-grease\n\n", STANZA * 17])
def test_attack_5_stanzas_beyond_the_profile(stanzas: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    header_refused(age.VERSION + stanzas + END, monkeypatch=monkeypatch)


def test_attack_6_a_line_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    tracemalloc.start()
    header_refused(age.VERSION + b"-> X25519 " + b"A" * 10_000_000, monkeypatch=monkeypatch)
    assert tracemalloc.get_traced_memory()[1] < 64 << 20
    tracemalloc.stop()


def test_attack_7_lines_that_end_in_crlf(monkeypatch: pytest.MonkeyPatch) -> None:
    header_refused(age.VERSION + (STANZA + END).replace(b"\n", b"\r\n"), monkeypatch=monkeypatch)
    # The first line too: then it does not even begin as an age file.
    header_refused((age.VERSION + STANZA + END).replace(b"\n", b"\r\n"), "E-OUT-TYPE", monkeypatch=monkeypatch)


@pytest.mark.parametrize("line", range(4))
def test_attack_7_one_line_that_ends_in_crlf(line: int, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (age.VERSION + STANZA + END).split(b"\n")
    assert len(lines) == 5
    lines[line] += b"\r"
    code = "E-OUT-HEADER" if line else "E-OUT-TYPE"
    header_refused(b"\n".join(lines), code, monkeypatch=monkeypatch)


@pytest.mark.parametrize("beside", [b"", STANZA])
@pytest.mark.parametrize("kind", [b"scrypt bBjlhJVYZeE4aqUdmtRHfw 18", b"ssh-ed25519 abc def", b"piv-p256 abc def"])
def test_attack_8_a_passphrase_or_another_kind_of_key(
    kind: bytes, beside: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = STANZA.split(b"\n")[1]
    header_refused(age.VERSION + beside + b"-> " + kind + b"\n" + body + b"\n" + END, monkeypatch=monkeypatch)


def test_attack_9_two_profiles_mixed(monkeypatch: pytest.MonkeyPatch) -> None:
    header_refused(age.VERSION + STANZA + b"-> mlkem768x25519 abc\n\n" + END, monkeypatch=monkeypatch)


def test_attack_10_a_stanza_without_its_short_line(monkeypatch: pytest.MonkeyPatch) -> None:
    header_refused(age.VERSION + b"-> X25519 abc\n" + b"A" * 64 + b"\n" + END, monkeypatch=monkeypatch)


@pytest.mark.parametrize("body", [b"****", b"A" * 65, b"A=", b"A" * 64 + b"\n-> X25519 abc"])
def test_attack_10_a_stanza_body_of_other_signs(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    header_refused(age.VERSION + b"-> X25519 abc\n" + body + b"\n" + END, monkeypatch=monkeypatch)


def test_a_full_disk_is_ours_and_not_an_altered_envelope() -> None:
    class Full(Sink):
        def create(self, file: PayloadFile) -> BinaryIO:
            raise OSError(errno.ENOSPC, "no space left")

    with pytest.raises(OSError, match="no space left"):
        opening.extract(io.BytesIO(seal(good_container())), receiver(), Full())


def test_nothing_is_sealed_to_nobody_or_to_something_that_is_no_recipient() -> None:
    with pytest.raises(WrongUse):
        age.encrypt(io.BytesIO(b"x"), io.BytesIO(), [])
    with pytest.raises(BadData, match="E-TRU-RECIPIENT"):
        age.encrypt(io.BytesIO(b"x"), io.BytesIO(), ["age1x"])


@pytest.mark.parametrize("text", ["", "# only a comment\n", "AGE-SECRET-KEY-1X", "age1abc"])
def test_a_file_without_identities_is_wrong_use(text: str) -> None:
    with pytest.raises(WrongUse):
        age.parse_identities(text)


@pytest.mark.parametrize("end", [END[:-5] + b"\n", END[:-1], b"", END.replace(b"---", b"--"), END.replace(b"e", b"*")])
def test_a_header_without_its_own_proof_is_refused(end: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    header_refused(age.VERSION + STANZA + end, monkeypatch=monkeypatch)


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
    size = 32 << 20
    refused(seal(bytes(size)), "E-TAR-TRAILING")

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
    sink = Sink()
    tracemalloc.start()
    with pytest.raises(BadData, match="E-SIG-THRESHOLD"):
        opening.extract(sealed, receiver(), sink)
    assert (sealed.taken < MAX_UNJUDGED + MAX_AGE_HEADER + CHUNK, sink.files) == (True, {})
    assert tracemalloc.get_traced_memory()[1] < 4 << 20
    tracemalloc.stop()


def test_attack_118_a_container_without_judged_manifest_is_given_up_after_the_limit() -> None:
    """The longest head that is allowed stays under it, so it is met by the open end of an entry only: here, of nothing."""
    opened = opening._Opening(receiver(), None)
    opened.write(ustar.header("manifest.json", MAX_MANIFEST))
    with pytest.raises(BadData, match="E-TAR-SIZE"):
        opened.write(bytes(MAX_UNJUDGED))
