"""Counts to the count one level up, the one difference of two counts, and seats: pure, exact, and it explains itself."""
