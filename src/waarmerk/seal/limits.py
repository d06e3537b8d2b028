"""Every limit of the sealed transfer format (security.md 3.1), each with its reason."""

MAX_SEALED = 768 << 20
"""A sealed file: three times the largest payload file, and still a stick's copy of a minute."""
MAX_CONTAINER = 767 << 20
"""Everything inside the encryption. It follows from the payload and the number of entries: nothing else compares it."""
MAX_PAYLOAD_FILE = 256 << 20
"""One file: Amsterdam's count is about 80 MB."""
MAX_PAYLOAD = 766 << 20
"""All files of one envelope."""
MAX_FILES = 64
MAX_DEFINITION_FILES = 512
"""A definition holds the candidate lists and the stations of every municipality."""
MAX_MANIFEST = 262_144
MAX_SIGNATURE = 16_384
MAX_SIGNATURES = 8
MAX_RECEIPT = 65_536
MAX_ENROLMENT = 16_384
MAX_TRUST_LIST = 8 << 20
MAX_AGE_HEADER = 32_768
"""Longer headers cost quadratic time to parse (security.md 2.3)."""
MAX_AGE_STANZAS = 16
MAX_UNJUDGED = 524_288
"""Plaintext read before manifest and signatures are judged: the largest of both and their headers are 397,824 bytes."""
