"""``ssh-keygen`` of OpenSSH makes and uses personal keys; no private key ever enters our process (security.md 3.10)."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from waarmerk.errors import BadData, WrongUse

MAX_KEY = 65_536
"""Bytes of a key file; ``ssh-keygen`` would read on for minutes."""
TIMEOUT = 300
"""Seconds: a person must find the key, touch it, type a PIN."""


def require() -> str:
    """Return the path of ``ssh-keygen``; ``WrongUse`` names the package where it is missing."""
    found = shutil.which("ssh-keygen")
    if found is None:
        raise WrongUse(
            "ssh-keygen is missing: install OpenSSH (Debian, Ubuntu: openssh-client; Fedora: openssh-clients;"
            " Windows: optional feature 'OpenSSH Client')"
        )
    return found


def new_key(path: Path, *, kind: str, comment: str, passphrase: str | None) -> None:
    """Make a key pair ``path`` and ``path.pub``; the passphrase is asked by ``ssh-keygen`` itself when it is ``None``.

    ``kind`` is a type of ``ssh-keygen -t``. ``WrongUse`` when the name is taken or the tool says no.
    """
    if path.exists():
        raise WrongUse(f"{path} exists; a key is never overwritten")
    path.parent.mkdir(parents=True, exist_ok=True)
    command = [require(), "-q", "-t", kind, "-C", comment, "-f", str(path)]
    if kind.endswith("-sk"):
        command += ["-O", "verify-required"]
    if passphrase is not None:
        command += ["-N", passphrase]
    if subprocess.run(command, timeout=TIMEOUT, check=False).returncode:
        raise WrongUse("ssh-keygen made no key")


def sign(message: bytes, *, key: Path, namespace: str) -> bytes:
    """Return the armored SSHSIG of a message, made by ``ssh-keygen -Y sign`` with a key file, token or agent key.

    A key file that others may read (as a stick shows it) is copied to a private file first and deleted after.
    """
    with tempfile.TemporaryDirectory(prefix="waarmerk-") as folder:
        usable = _private_copy(key, Path(folder))
        # Given a file and not its input: ssh-keygen may need the input for the PIN or passphrase.
        document = Path(folder) / "document"
        document.write_bytes(message)
        command = [require(), "-q", "-Y", "sign", "-f", str(usable), "-n", namespace, str(document)]
        try:
            done = subprocess.run(
                command, timeout=TIMEOUT, check=False, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
            )
        except subprocess.TimeoutExpired:
            raise BadData("E-SIG-TOOL", f"no signature within {TIMEOUT} seconds") from None
        signature = document.with_suffix(".sig")
        if done.returncode or not signature.is_file():
            raise BadData("E-SIG-TOOL", "ssh-keygen made no signature; what it says stands above")
        return signature.read_bytes()


def _private_copy(key: Path, folder: Path) -> Path:
    if not key.is_file():
        raise WrongUse(f"{key} is not there")
    if key.stat().st_size > MAX_KEY:
        raise WrongUse(f"{key} is not a key: it has more than {MAX_KEY} bytes")
    if key.suffix == ".pub" or key.stat().st_mode & 0o077 == 0:
        return key
    copy = folder / "key"
    descriptor = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(key.read_bytes())
    if key.with_name(key.name + ".pub").is_file():
        shutil.copy(key.with_name(key.name + ".pub"), folder / "key.pub")
    return copy


def public_text(path: Path) -> str:
    """Return type and base64 of a public key file (``NAME`` or ``NAME.pub``), without its comment."""
    file = path if path.suffix == ".pub" else path.with_name(path.name + ".pub")
    if not file.is_file():
        raise WrongUse(f"{file} is not there")
    if file.stat().st_size > MAX_KEY:
        raise WrongUse(f"{file} is not an SSH public key: it has more than {MAX_KEY} bytes")
    parts = file.read_text("utf-8", "replace").split()
    if len(parts) < 2:
        raise WrongUse(f"{file} is not an SSH public key")
    return " ".join(parts[:2])
