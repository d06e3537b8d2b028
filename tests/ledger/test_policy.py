"""Policies: what they refuse to be, and how many witnesses they ask."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from waarmerk.errors import BadData
from waarmerk.ledger import cosignature, note
from waarmerk.ledger.checkpoint import Checkpoint
from waarmerk.ledger.note import Kind, Note, VerifierKey
from waarmerk.ledger.policy import Policy

NOW = datetime(2026, 3, 18, 23, 0, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
ORIGIN = "log.example"
PRIVATE = [Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in range(6)]
LOG = VerifierKey.of(ORIGIN, Kind.LOG, PRIVATE[5])
W = [VerifierKey.of(f"w{number}.example", Kind.WITNESS, key) for number, key in enumerate(PRIVATE[:5])]
TEXT = Checkpoint(ORIGIN, 1, bytes(32)).text
HEAD = f"# witnesses of five houses\nlog {LOG} https://log.example\n\n" + "".join(
    f"\twitness w{number} {key}\n" for number, key in enumerate(W)
)
THREE_OF_FIVE = HEAD + "group all5 3 w0 w1 w2 w3 w4\nquorum all5\n"


def seen_by(*numbers: int, at: int = SECONDS) -> Note:
    lines = [cosignature.cosign(TEXT, f"w{number}.example", PRIVATE[number], at) for number in numbers]
    return Note(TEXT, (note.sign(TEXT, ORIGIN, PRIVATE[5]), *lines))


def test_a_quorum_of_three_accepts_three() -> None:
    judged = Policy.parse(THREE_OF_FIVE.encode()).judge(seen_by(0, 2, 4), now=NOW)
    assert sorted(judged.witnesses) == ["w0", "w2", "w4"]


def test_a_quorum_of_three_refuses_two() -> None:
    with pytest.raises(BadData, match="E-LOG-QUORUM"):
        Policy.parse(THREE_OF_FIVE.encode()).judge(seen_by(0, 2), now=NOW)


def test_a_witness_counts_once_however_often_it_signs() -> None:
    with pytest.raises(BadData, match="E-LOG-SIGNATURE"):
        Policy.parse(THREE_OF_FIVE.encode()).judge(seen_by(0, 0, 0), now=NOW)


def test_one_key_under_two_names_counts_once() -> None:
    twin = cosignature.cosign(TEXT, "twin.example", PRIVATE[0], SECONDS)
    signed = seen_by(0, 1)
    with pytest.raises(BadData, match="E-LOG-QUORUM"):
        Policy.parse(THREE_OF_FIVE.encode()).judge(Note(TEXT, (*signed.signatures, twin)), now=NOW)


@pytest.mark.parametrize("at", [SECONDS + 86_400, SECONDS - 7_200])
def test_a_cosignature_of_tomorrow_or_too_old_does_not_count(at: int) -> None:
    policy = Policy.parse(THREE_OF_FIVE.encode())
    with pytest.raises(BadData, match="E-LOG-QUORUM"):
        policy.judge(seen_by(0, 1, 2, at=at), now=NOW, max_age=timedelta(hours=1))


def test_archives_have_no_age_limit() -> None:
    Policy.parse(THREE_OF_FIVE.encode()).judge(seen_by(0, 1, 2, at=1_000), now=NOW)


def test_groups_of_groups() -> None:
    lines = "group a any w0 w1\ngroup b 2 w2 w3 w4\ngroup both all a b\nquorum both\n"
    policy = Policy.parse((HEAD + lines).encode())
    assert policy.meets_quorum(["w1", "w2", "w4"])
    assert not policy.meets_quorum(["w0", "w1", "w2"])
    assert not policy.meets_quorum(["w2", "w3", "w4"])


def test_a_log_of_another_name_is_not_a_known_log() -> None:
    text = Checkpoint("other.example", 1, bytes(32)).text
    signed = Note(text, (note.sign(text, ORIGIN, PRIVATE[5]),))
    with pytest.raises(BadData, match="E-LOG-UNKNOWN"):
        Policy.parse((HEAD + "quorum none\n").encode()).judge(signed, now=NOW)


@pytest.mark.parametrize(
    "lines",
    [
        "",
        "quorum w9\n",
        "quorum none\nquorum none\n",
        "group g 6 w0 w1 w2 w3 w4\nquorum g\n",
        "group g 0 w0\nquorum g\n",
        "group g 01 w0\nquorum g\n",
        "group g any\nquorum g\n",
        "group g any g\nquorum g\n",
        "group g any h\ngroup h any w0\nquorum g\n",
        "group g any w0 w0\nquorum g\n",
        "group g any w0\ngroup h all w0 g\nquorum h\n",
        "group none any w0\nquorum none\n",
        "group w0 any w1\nquorum w0\n",
        f"witness w0 {W[0]}\nquorum none\n",
        f"witness again {W[0]}\nquorum none\n",
        f"witness twin {VerifierKey('twin.example', Kind.WITNESS, W[0].public)}\nquorum none\n",
        f"log {LOG}\nquorum none\n",
        f"log {W[0]}\nquorum none\n",
        f"witness x {LOG}\nquorum none\n",
        "log x\nquorum none\n",
        "quorum none",
        "quorum none\r\n",
        "anything else\nquorum none\n",
    ],
)
def test_a_policy_that_is_not_clear_is_refused(lines: str) -> None:
    with pytest.raises(BadData, match="E-LOG-POLICY"):
        Policy.parse((HEAD + lines).encode())


def test_a_policy_with_names_that_are_not_utf_8_is_read() -> None:
    data = HEAD.encode().replace(b"witness w0 ", b"witness \xff ") + b"quorum \xff\n"
    assert not Policy.parse(data).meets_quorum(["w0"])


def test_a_key_name_that_is_not_utf_8_is_refused() -> None:
    with pytest.raises(BadData, match="E-LOG-POLICY"):
        Policy.parse(HEAD.encode().replace(b"w0.example", b"\xff.example") + b"quorum none\n")
