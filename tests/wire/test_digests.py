"""Digests as people meet them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waarmerk.errors import BadData
from waarmerk.wire import digests

hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)


def test_the_printed_form_is_that_of_osv() -> None:
    """Check value of eml-nl.md 6.2."""
    assert digests.printed(digests.sha256(b"test")).lower() == (
        "9f86 d081 884c 7d65 9a2f eaa0 c55a d015 a3bf 4f1b 2b0b 822c d15d 6c15 b0f0 0a08"
    )


@given(hashes)
def test_what_is_printed_is_typed_back(digest: str) -> None:
    assert digests.parse_printed(digests.printed(digest)) == digest
    assert digests.parse_printed(digests.printed(digest).replace(" ", "").lower()) == digest
    assert digests.differing_groups(digest, digest) == ()


@given(hashes, st.integers(0, 63), st.sampled_from("0123456789abcdef"))
def test_one_wrong_digit_of_64_is_named_by_its_group(digest: str, place: int, digit: str) -> None:
    typed = digest[:place] + digit + digest[place + 1 :]
    assert digests.differing_groups(typed, digest) == (() if typed == digest else (place // 4 + 1,))


@pytest.mark.parametrize("text", ["", "XXXX " * 16, "9F86 " * 15, "9F86 " * 17, "9f86" * 15 + "9f8", "９" * 64])
def test_attack_85_fewer_or_other_digits_are_no_digest(text: str) -> None:
    with pytest.raises(BadData, match="E-PAP-DIGITS"):
        digests.parse_printed(text)


@given(hashes)
def test_a_transfer_code_has_letters_that_are_not_misheard(digest: str) -> None:
    code = digests.transfer_code(digest)
    assert [len(group) for group in code.split("-")] == [4] * 8
    assert not set(code) & set("ILOU")
