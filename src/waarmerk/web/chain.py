"""The chain of acts in the database (``office.house.ActStore``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import OperationalError, transaction

from waarmerk.dossier.acts import Act, Action, Head
from waarmerk.dossier.delivery import arrival_from
from waarmerk.errors import BadData
from waarmerk.office.house import Moved
from waarmerk.web.models import ActRow, ConsumedRow


class DatabaseChain:
    """Appends in one transaction that begins immediately, so that two processes can never both append."""

    def since(self, sequence: int) -> Iterator[Act]:
        """Return the acts after a number."""
        for body in ActRow.objects.filter(sequence__gt=sequence).order_by("sequence").values_list("body", flat=True):
            yield Act.from_bytes(bytes(body))

    def append(self, new: Sequence[Act]) -> None:
        """Append acts and what follows from them; :class:`Moved` when the chain does not end where they begin.

        ``E-SYS-STORAGE`` when the database cannot write; then nothing was appended.
        """
        try:
            self._append(new)
        except OperationalError as error:
            raise BadData("E-SYS-STORAGE", str(error)) from None

    def _append(self, new: Sequence[Act]) -> None:
        with transaction.atomic():
            last = ActRow.objects.order_by("-sequence").first()
            end = Head(last.sequence, last.sha256) if last is not None else Head()
            if (new[0].sequence - 1, new[0].previous) != (end.sequence, end.sha256):
                raise Moved("the chain has grown")
            for act in new:
                ActRow.objects.create(sequence=act.sequence, sha256=act.sha256, body=act.body)
                if act.action is Action.RECEIVED:
                    _consume(act)


def _consume(act: Act) -> None:
    manifest = arrival_from(act.details, act.time).manifest
    stream = manifest.stream
    ConsumedRow.objects.create(
        environment=stream.environment,
        election=stream.election,
        sender=stream.sender,
        recipient=stream.recipient,
        epoch=stream.epoch,
        sequence=manifest.sequence,
        manifest=manifest.sha256,
    )
