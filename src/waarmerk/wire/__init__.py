"""Exact bytes that others must reproduce: canonical JSON, digests, containers, SSH strings, the weak-key guard."""
