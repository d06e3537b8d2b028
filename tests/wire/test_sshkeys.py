"""SSH public keys: one spelling each, and none with which anybody could sign (security.md 3.5.3, 3.5.4)."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_ssh_public_key
from hypothesis import given, settings
from hypothesis import strategies as st

from waarmerk.errors import BadData
from waarmerk.wire.sshkeys import FIELD_PRIME, SMALL_ORDER, PublicKey, Strings, guard_ed25519, string

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
seeds = st.binary(min_size=32, max_size=32)


def openssh(public: object) -> str:
    return public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()  # type: ignore[attr-defined]


def text_of(*parts: bytes) -> str:
    return f"{parts[0].decode()} {base64.b64encode(b''.join(map(string, parts))).decode()}"


@given(seeds)
@settings(deadline=None)
def test_an_ed25519_key_is_read_as_another_program_writes_it(seed: bytes) -> None:
    text = openssh(Ed25519PrivateKey.from_private_bytes(seed).public_key())
    key = PublicKey.parse(text)
    assert (key.text, key.hardware, len(key.id)) == (text, False, 32)
    assert openssh(load_ssh_public_key(key.text.encode())) == text
    assert PublicKey.from_blob(key.blob) == key


@given(st.integers(1, P256_ORDER - 1))
@settings(deadline=None)
def test_a_p256_key_is_read_as_another_program_writes_it(secret: int) -> None:
    text = openssh(ec.derive_private_key(secret, ec.SECP256R1()).public_key())
    assert PublicKey.parse(text).text == text


def test_a_security_key_is_known_as_hardware() -> None:
    good = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    assert PublicKey.parse(text_of(b"sk-ssh-ed25519@openssh.com", good, b"ssh:")).hardware


GOOD = openssh(Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key())
P256 = openssh(ec.derive_private_key(7, ec.SECP256R1()).public_key())
POINT = PublicKey.parse(P256).material


@pytest.mark.parametrize(
    "text",
    [
        "",
        GOOD + " comment",
        GOOD + "\n",
        " " + GOOD,
        GOOD.replace(" ", "  "),
        GOOD.replace("ssh-ed25519 ", "ecdsa-sha2-nistp256 "),
        GOOD[:-4],
        GOOD + "====",
        "ssh-ed25519 é",
        text_of(b"ssh-ed25519", bytes(31)),
        text_of(b"ssh-ed25519", bytes(32), b"x"),
        text_of(b"ecdsa-sha2-nistp256", b"nistp384", POINT),
        text_of(b"ecdsa-sha2-nistp256", b"nistp256", b"\x02" + POINT[1:33]),
        text_of(b"ecdsa-sha2-nistp256", b"nistp256", b"\0"),
        text_of(b"sk-ssh-ed25519@openssh.com", bytes(31) + b"\x02", b"ssh:evil"),
    ],
)
def test_other_spellings_and_other_parts_are_refused(text: str) -> None:
    with pytest.raises(BadData, match="E-SIG-PARSE"):
        PublicKey.parse(text)


@pytest.mark.parametrize("kind", [b"ssh-rsa", b"ssh-dss", b"ecdsa-sha2-nistp521", b"\xff", b""])
def test_other_types_are_refused(kind: bytes) -> None:
    with pytest.raises(BadData, match="E-SIG-KEYTYPE"):
        PublicKey.from_blob(string(kind) + string(bytes(32)))


@given(st.sampled_from(sorted(SMALL_ORDER)), st.booleans())
def test_keys_of_small_order_are_weak_with_either_sign(key: bytes, sign: bool) -> None:
    with pytest.raises(BadData, match="E-TRU-WEAKKEY"):
        guard_ed25519(key[:31] + bytes([key[31] | (0x80 if sign else 0)]))


@given(st.integers(FIELD_PRIME, 2**255 - 1), st.booleans())
def test_another_spelling_of_a_point_is_weak(y: int, sign: bool) -> None:
    with pytest.raises(BadData, match="E-TRU-WEAKKEY"):
        guard_ed25519((y | sign << 255).to_bytes(32, "little"))


def _double(point: tuple[int, int]) -> tuple[int, int]:
    """Double a point of the Ed25519 curve: its own arithmetic, so that the list of weak keys has a second source."""
    p, d = FIELD_PRIME, -121665 * pow(121666, -1, FIELD_PRIME) % FIELD_PRIME
    x, y = point
    product = d * x * x * y * y % p
    return 2 * x * y * pow(1 + product, -1, p) % p, (y * y + x * x) * pow(1 - product, -1, p) % p


def _point(key: bytes) -> tuple[int, int]:
    p, d = FIELD_PRIME, -121665 * pow(121666, -1, FIELD_PRIME) % FIELD_PRIME
    y = int.from_bytes(key, "little")
    square = (y * y - 1) * pow(d * y * y + 1, -1, p) % p
    x = pow(square, (p + 3) // 8, p)
    if x * x % p != square:
        x = x * pow(2, (p - 1) // 4, p) % p
    assert x * x % p == square
    return x, y


def test_the_listed_weak_keys_are_all_points_whose_eighth_multiple_is_nothing() -> None:
    for key in SMALL_ORDER:
        point = _point(key)
        for _ in range(3):
            point = _double(point)
        assert point == (0, 1), key.hex()
    # y = 1, y = -1, y = 0 (both signs) and two y of order eight (both signs): the eight points of the torsion group.
    points = {(sign * x % FIELD_PRIME, y) for key in SMALL_ORDER for x, y in [_point(key)] for sign in (1, -1)}
    assert len(points) == 8


@given(st.lists(st.binary(max_size=50), max_size=5))
def test_strings_are_read_back_and_lengths_are_believed_no_further_than_the_data(parts: list[bytes]) -> None:
    data = b"".join(map(string, parts))
    strings = Strings(data, "E-SIG-PARSE")
    assert [strings.string() for _ in parts] == parts
    strings.end()
    with pytest.raises(BadData, match="E-SIG-PARSE"):
        strings.take(1)
    with pytest.raises(BadData, match="E-SIG-PARSE"):
        Strings(b"\xff\xff\xff\xff" + data, "E-SIG-PARSE").string()
