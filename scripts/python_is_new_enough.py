"""Say in one line what to install when this Python is too old; exit 0 otherwise."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 (this is the one place that runs on an older Python)
    sys.exit(
        "Waarmerk needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 …"
    )
