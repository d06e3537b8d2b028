"""Bytes and values: one door for every results file, hardened, strict, and writers whose files are read back equal."""

from waarmerk.formats import tidy, zips
from waarmerk.formats.contests import Contest, contest_in
from waarmerk.formats.reading import Document, NoResults, NotCounted, Reading, Value, canonical_digest, read, read_file
from waarmerk.formats.write_counts import complete, write_510
from waarmerk.formats.write_definitions import write_110a, write_110b, write_230b
from waarmerk.formats.write_osv43 import lost as lost_in_csv
from waarmerk.formats.write_osv43 import with_names, write_osv43
from waarmerk.formats.writing import created_at

__all__ = [
    "Contest",
    "Document",
    "NoResults",
    "NotCounted",
    "Reading",
    "Value",
    "canonical_digest",
    "complete",
    "contest_in",
    "created_at",
    "lost_in_csv",
    "read",
    "read_file",
    "tidy",
    "with_names",
    "write_110a",
    "write_110b",
    "write_230b",
    "write_510",
    "write_osv43",
    "zips",
]
