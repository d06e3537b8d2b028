"""The largest payload file streams: neither sealing nor opening keeps it in memory (measured by the benchmark's own code)."""

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

from waarmerk.seal.limits import MAX_PAYLOAD_FILE

MOST = 200
"""MiB of a whole process, Python and libraries included."""


@pytest.fixture
def benchmark() -> ModuleType:
    path = Path(__file__).parents[2] / "benchmarks" / "seal.py"
    spec = importlib.util.spec_from_file_location("benchmark_seal", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="NOT CHECKED: ssh-keygen is not installed")
def test_the_largest_file_is_sealed_and_opened_in_little_memory(benchmark: ModuleType, tmp_path: Path) -> None:
    benchmark.prepare(tmp_path, MAX_PAYLOAD_FILE)
    for name in ("seal", "open"):
        assert benchmark.measure(name, tmp_path).peak < MOST, name
    assert (tmp_path / "x.sealed").stat().st_size > MAX_PAYLOAD_FILE
