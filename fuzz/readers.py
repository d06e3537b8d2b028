"""Fuzzing of the readers: whatever the bytes are, a reader answers with a value or a refusal, and both XML readers agree.

    python fuzz/readers.py eml|csv|zip [--seconds 60]

Needs the package ``atheris`` (extra ``dev``). The corpus is kept in ``fuzz/corpus/<reader>/``: the start of every run. What a
run finds beside it lies in ``fuzz/found/`` (not kept); a file on which a run fails is written beside this script and belongs
into the tests.
"""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["waarmerk"]):
    from waarmerk import formats
    from waarmerk.election.count import Count
    from waarmerk.errors import BadData

HERE = Path(__file__).parent


def eml(data: bytes) -> None:
    """The general reader and the fast path say the same; neither raises."""
    fast = formats.read_file(io.BytesIO(data))
    general = formats.read_file(io.BytesIO(data), fast=False)
    same = fast == general
    if isinstance(fast.value, Count) and isinstance(general.value, Count):
        same = fast.value.same(general.value) and fast.sha256_canonical == general.sha256_canonical
    if not same:
        raise RuntimeError("the two readers differ")


def csv(data: bytes) -> None:
    """A count that was read is written and read back equal; nothing raises."""
    value = formats.read(io.BytesIO(data))
    if isinstance(value, Count) and value.source == "csv":
        again = formats.read(io.BytesIO(b"".join(formats.write_osv43(value))))
        if not isinstance(again, Count) or not again.votes.same(value.votes):
            raise RuntimeError("what was written is not what was read")


def zip_(data: bytes) -> None:
    """A ZIP is walked or refused."""
    try:
        found = list(formats.zips.members(io.BytesIO(data)))
    except BadData:
        return
    for name, stream in found:
        formats.read(stream, name)


READERS = {"eml": eml, "csv": csv, "zip": zip_}


def main() -> None:
    """Run one reader on the corpus and on what grows from it."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("reader", choices=READERS)
    arguments.add_argument("--seconds", type=int, default=60)
    given = arguments.parse_args()
    corpus, found = HERE / "corpus" / given.reader, HERE / "found" / given.reader
    found.mkdir(parents=True, exist_ok=True)
    options = [
        f"-max_total_time={given.seconds}",
        "-max_len=20000",
        "-timeout=5",
        "-rss_limit_mb=600",
        str(found),
        str(corpus),
    ]
    atheris.Setup([sys.argv[0], f"-artifact_prefix={HERE}/", *options], READERS[given.reader])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
