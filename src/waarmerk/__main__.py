"""``python -m waarmerk``: the same as the command."""

from waarmerk.cli import main

main()
