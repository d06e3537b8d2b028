"""The mathematics of the public log: tree, tiles, signed notes, checkpoints, cosignatures, policies, proofs, entries.

Bytes in, bytes or values out. Every flaw of what others gave us is a ``BadData`` with one of the codes in ``codes``.
"""
