"""One authority's folder on disk and its helpers: trust list, outbox, store, the keeper of the keys and the reader of files.

Everything here touches the world through ``machine`` and decides nothing: decisions are values of ``dossier`` and ``seal``.
"""
