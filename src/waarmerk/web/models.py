"""What the database holds: acts, and the projection that makes two numbers of a stream impossible. Never votes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class ActRow(models.Model):
    """One act of the chain, by its exact bytes; a trigger refuses every change."""

    sequence: models.BigIntegerField[int, int] = models.BigIntegerField(primary_key=True)
    sha256: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    body: models.BinaryField[bytes, bytes] = models.BinaryField()

    class Meta:
        """Where it is."""

        db_table = "act"
        ordering: ClassVar = ["sequence"]


class ConsumedRow(models.Model):
    """A number of a stream that is used up: written in the transaction of its act, so that the database refuses a second."""

    environment: models.CharField[str, str] = models.CharField(max_length=16)
    election: models.CharField[str, str] = models.CharField(max_length=64)
    sender: models.CharField[str, str] = models.CharField(max_length=64)
    recipient: models.CharField[str, str] = models.CharField(max_length=64)
    epoch: models.BigIntegerField[int, int] = models.BigIntegerField()
    sequence: models.BigIntegerField[int, int] = models.BigIntegerField()
    manifest: models.CharField[str, str] = models.CharField(max_length=64, unique=True)

    class Meta:
        """Where it is, and what may not stand there twice."""

        db_table = "consumed"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["environment", "election", "sender", "recipient", "epoch", "sequence"],
                name="one_delivery_a_number",
            )
        ]
