"""Who said this, is it whole, who may read it: the sealed transfer format of security.md part 3 (``docs/spec/transfer.md``)."""
