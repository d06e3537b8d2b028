"""The service: Django, thin. Accounts, acts, uploads; views that call the rooms below. No votes, no parsing, no keys in a view."""
