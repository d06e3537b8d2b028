"""One authority's life as values: what arrived, what was said about it, by whom. State in, acts out; no world in here."""
