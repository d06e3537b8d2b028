"""The public folder: written in an order that no power cut spoils, read with bounds, verified by anyone (``docs/spec/log.md``)."""
