"""An ssh-agent that holds a key of p1: as a plain key, as one in a FIDO2 security key, or a P-256 key as on a PIV token."""

import hashlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.seal.stf import private
from waarmerk.wire.sshkeys import ECDSA_P256, SK_APPLICATION, SK_ED25519, Strings, string

ASK_KEYS, KEYS, ASK_SIGNATURE, SIGNATURE, FAILURE = 11, 12, 13, 14, 5
Sign = Callable[[bytes], bytes]


def security_key(flags: int, counter: int = 7) -> tuple[bytes, Sign]:
    """Blob and signer of a FIDO2 key."""
    key = private("gsb0363-p1")
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def sign(data: bytes) -> bytes:
        tail = struct.pack(">BI", flags, counter)
        message = hashlib.sha256(SK_APPLICATION).digest() + tail + hashlib.sha256(data).digest()
        return string(SK_ED25519.encode()) + string(key.sign(message)) + tail

    return string(SK_ED25519.encode()) + string(raw) + string(SK_APPLICATION), sign


def token() -> tuple[bytes, Sign]:
    """Blob and signer of a P-256 key that nobody can read."""
    key = ec.generate_private_key(ec.SECP256R1())
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def sign(data: bytes) -> bytes:
        r, s = decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
        numbers = b"".join(string(n.to_bytes(n.bit_length() // 8 + 1, "big")) for n in (r, s))
        return string(ECDSA_P256.encode()) + string(numbers)

    return string(ECDSA_P256.encode()) + string(b"nistp256") + string(point), sign


@contextmanager
def agent(place: Path, blob: bytes, sign: Sign) -> Iterator[None]:
    """Answer at a socket for as long as the block lasts."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(place))
        listening.listen()
        thread = threading.Thread(target=_serve, args=(listening, blob, sign), daemon=True)
        thread.start()
        yield
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _serve(listening: socket.socket, blob: bytes, sign: Sign) -> None:
    while True:
        try:
            client, _ = listening.accept()
        except OSError:
            return
        with client, client.makefile("rwb") as stream:
            while head := stream.read(4):
                asked = stream.read(struct.unpack(">I", head)[0])
                answer = _answer(asked, blob, sign)
                stream.write(string(answer))
                stream.flush()


def _answer(asked: bytes, blob: bytes, sign: Sign) -> bytes:
    if asked[0] == ASK_KEYS:
        return struct.pack(">BI", KEYS, 1) + string(blob) + string(b"")
    if asked[0] == ASK_SIGNATURE:
        strings = Strings(asked[1:], "E-SIG-PARSE")
        if strings.string() == blob:
            return bytes([SIGNATURE]) + string(sign(strings.string()))
    return bytes([FAILURE])
