"""The real program is killed while it publishes, at moments spread over its run; then it is run again."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.publication.town import NOW, Town, log_signer
from waarmerk.publication.fsck import fsck
from waarmerk.publication.write import Batch, publish

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import sys
from pathlib import Path
from tests.publication.test_killed import batch
from tests.publication.town import NOW, log_signer
from waarmerk.publication.write import publish
made = batch()
print("ready", flush=True)
publish(Path(sys.argv[1]), made, log_signer(), now=NOW)
print("done", flush=True)
"""
DELIVERIES = 40


def batch() -> Batch:
    town = Town()
    deliveries = [town.deliver(b"%d" % number) for number in range(DELIVERIES)]
    documents = [document for delivery, _ in deliveries for document in (town.receive(delivery), delivery)]
    return Batch((town.trust, *documents), tuple(file for _, file in deliveries))


@pytest.mark.slow
@pytest.mark.parametrize("moment", range(12))
def test_a_killed_publication_goes_on_where_it_was(tmp_path: Path, moment: int) -> None:
    public = tmp_path / "public"
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(public)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(moment * 0.04)
        child.kill()
    published = publish(public, batch(), log_signer(), now=NOW)
    assert published.checkpoint.size == 1 + 2 * DELIVERIES
    assert fsck(public) == []
