"""Drafts: a container with the signatures made so far (security.md 3.10). The signature that reaches the threshold seals it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import BinaryIO, Self

from waarmerk.seal.container import MANIFEST, Signed, signature_entry
from waarmerk.seal.contents import Contents, FileSink, HeadIsEnough
from waarmerk.seal.manifest import Manifest, PayloadFile
from waarmerk.wire import ustar

Open = Callable[[PayloadFile], BinaryIO]


@dataclass(frozen=True, slots=True)
class Draft:
    """A manifest with the signatures made so far; the files are read from elsewhere."""

    manifest: Manifest
    signed: Signed

    @classmethod
    def of(cls, manifest: Manifest) -> Self:
        """Return the draft that nobody signed yet."""
        return cls(manifest, Signed(MANIFEST, manifest.data, {}))

    def with_signature(self, key_id: str, armored: bytes) -> Self:
        """Return the draft with one more signature."""
        return replace(self, signed=self.signed.with_signature(key_id, armored))

    def write(self, out: BinaryIO, open_file: Open) -> None:
        """Write the whole container: manifest, signatures, files in manifest order."""
        ustar.write_entry(out, MANIFEST, self.manifest.data)
        for key_id in sorted(self.signed.signatures):
            ustar.write_entry(out, signature_entry(key_id), self.signed.signatures[key_id])
        for file in self.manifest.files:
            with open_file(file) as source:
                ustar.copy_entry(out, f"files/{file.name}", file.size, source)
        out.write(ustar.END)


def read(source: BinaryIO, sink: FileSink | None) -> Draft:
    """Return a draft and put its files, proven against the manifest, into the sink; raises ``BadData``.

    Without a sink no file is read: who signed so far.
    """
    heads: list[Draft] = []

    def judge(document: bytes, signatures: dict[str, bytes]) -> Manifest:
        manifest = Manifest.from_bytes(document)
        heads.append(Draft(manifest, Signed(MANIFEST, document, signatures)))
        return manifest

    contents = Contents(judge, sink)
    try:
        for block in ustar.blocks(source):
            contents.write(block)
        contents.close()
    except HeadIsEnough:
        pass
    # Closed without a refusal, so there was a manifest and it was judged.
    return heads[0]
