"""The nouns of an election: identifiers, ballot, count, finding. Pure values; nothing here reads or writes anything."""
