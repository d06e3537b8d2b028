"""What we make is accepted by programs that are on any computer, and the other way round (security.md 3.21)."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.seal.agent import agent, security_key, token
from tests.seal.envelopes import good_container, open_sealed, receiver, seal, sha256, trust_list
from tests.seal.stf import IDENTITY, M1, P1_OVER_M1, PAYLOAD_1, RECIPIENT, trust
from waarmerk.errors import BadData
from waarmerk.machine import sshkeygen
from waarmerk.office import sealing
from waarmerk.seal.age import new_identity
from waarmerk.seal.container import MANIFEST
from waarmerk.seal.sshsig import Signature, normalise
from waarmerk.seal.trust import TrustList, allowed_signers
from waarmerk.wire.sshkeys import PublicKey

TOOLS = ("age", "tar", "ssh-keygen", "sha256sum", "jq")
SECTION = (ROOT / "docs" / "spec" / "transfer.md").read_text("utf-8").split("## 15.")[1].split("## 16.")[0]
CHECKING, MAKING = (
    "".join(line[4:] for line in part.splitlines(keepends=True) if line.startswith("    "))
    for part in SECTION.split("Checking `X.sealed`")[1].split("Making `X.sealed`")
)
"""The lines of the specification itself."""
TAR = re.search(r"tar --format.*\\\n +-cf", MAKING)[0]  # type: ignore[index]
missing = [tool for tool in TOOLS if shutil.which(tool) is None]
pytestmark = pytest.mark.skipif(
    bool(missing), reason=f"NOT CHECKED with standard tools, not installed: {', '.join(missing)}"
)


def run(folder: Path, command: str, given: bytes = b"") -> bytes:
    """Run lines of the shell in a folder; each must succeed."""
    done = subprocess.run(["sh", "-euc", command], cwd=folder, input=given, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def test_an_envelope_is_checked_with_the_lines_of_the_specification(tmp_path: Path) -> None:
    (tmp_path / "machine.age").write_text(IDENTITY + "\n")
    (tmp_path / "X.sealed").write_bytes(seal(good_container()))
    (tmp_path / "allowed_signers").write_text(allowed_signers(trust()))
    said = run(tmp_path, 'at="-O verify-time=20251030"\n' + CHECKING).decode()
    assert (tmp_path / "X.tar").read_bytes() == good_container()
    for person in ("p1", "p2"):
        assert f'Good "stf-manifest-v1" signature for gsb:0363/{person} ' in said
    assert said.endswith("out/files/telling.eml.xml: OK\n")
    assert run(tmp_path, "tar -tf X.tar").split() == [
        b"manifest.json",
        b"sig/69f910b2f0901aee46a98ccfaddc6103.sshsig",
        b"sig/83aeec2aa68bce8b45280dedd9383f17.sshsig",
        b"files/telling.eml.xml",
    ]


@pytest.mark.parametrize("flaw", ["file", "signature", "manifest"])
def test_the_lines_of_the_specification_refuse_what_was_changed_before_sealing(tmp_path: Path, flaw: str) -> None:
    if flaw == "file":
        plain = good_container(files={"telling.eml.xml": PAYLOAD_1[::-1]})
    elif flaw == "signature":
        plain = good_container(M1, "gsb0363-p1", "csb-service")
    else:
        plain = good_container().replace(b'"session":1', b'"session":2')
    (tmp_path / "machine.age").write_text(IDENTITY + "\n")
    (tmp_path / "X.sealed").write_bytes(seal(plain))
    (tmp_path / "allowed_signers").write_text(allowed_signers(trust()))
    lines = ["sh", "-euc", 'at="-O verify-time=20251030"\n' + CHECKING]
    assert subprocess.run(lines, cwd=tmp_path, capture_output=True, check=False).returncode != 0


def test_ssh_keygen_refuses_what_we_refuse(tmp_path: Path) -> None:
    (tmp_path / "allowed_signers").write_text(allowed_signers(trust()))
    (tmp_path / "s").write_bytes(P1_OVER_M1)
    command = "ssh-keygen -Y verify -f allowed_signers -I gsb:0363/p1 -n stf-manifest-v1 -O verify-time=20251030 -s s"
    run(tmp_path, command, M1)
    for wrong, message in (
        (command, M1 + b" "),
        (command.replace("p1", "p2"), M1),
        (command.replace("manifest", "receipt"), M1),
    ):
        done = subprocess.run(["sh", "-c", wrong], cwd=tmp_path, input=message, capture_output=True, check=False)
        assert done.returncode != 0


def test_an_envelope_that_the_age_program_sealed_is_opened(tmp_path: Path) -> None:
    sealed = run(tmp_path, f"age -r {RECIPIENT}", good_container())
    assert open_sealed(sealed, receiver())[1] == {"telling.eml.xml": PAYLOAD_1}


def test_gnu_tar_writes_the_canonical_container(tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_bytes(good_container())
    run(tmp_path, f"tar -xf x.tar && {TAR} again.tar $(tar -tf x.tar)")
    assert (tmp_path / "again.tar").read_bytes() == good_container()


def test_an_envelope_made_with_the_lines_of_the_specification_is_opened(tmp_path: Path) -> None:
    """Nothing of ours: jq writes the manifest, two keys of two types sign it, tar packs it, age seals it."""
    for label, kind in (("one", "ed25519"), ("two", "ecdsa -b 256")):
        run(tmp_path, f"ssh-keygen -q -t {kind} -N '' -C '' -f {label}")
    trust = _listed({label: (tmp_path / f"{label}.pub").read_text().strip() for label in ("one", "two")})
    fields = {**json.loads(M1), "trust_list": {"version": 1, "sha256": trust.sha256}}
    more = {"name": "csv.csv", "role": "csv-osv4-3", "size": 3, "sha256": sha256(b"a;b")}
    (tmp_path / "draft.json").write_text(json.dumps({**fields, "files": [more, *fields["files"]]}, indent=2))
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "telling.eml.xml").write_bytes(PAYLOAD_1)
    (tmp_path / "files" / "csv.csv").write_bytes(b"a;b")
    (tmp_path / "recipients").write_text(f"{RECIPIENT}\n{new_identity()[1]}\n")
    run(tmp_path, MAKING)
    judged, files = open_sealed((tmp_path / "X.sealed").read_bytes(), receiver(trust))
    assert files == {"telling.eml.xml": PAYLOAD_1, "csv.csv": b"a;b"}
    assert sorted(signer.person for signer in judged.signers) == ["one", "two"]


def _listed(public: dict[str, str]) -> TrustList:
    """T with these keys for the two persons of Amsterdam."""

    def change(value: dict[str, Any]) -> None:
        like = value["orgs"]["gsb:0363"]["keys"][0]
        keys = [
            {**like, "id": PublicKey.parse(text).id, "key": text, "person": label} for label, text in public.items()
        ]
        value["orgs"]["gsb:0363"]["keys"] = sorted(keys, key=lambda key: key["id"])
        value["algorithms"]["signature"] = ["ecdsa-sha2-nistp256", "ssh-ed25519"]

    return trust_list(change)


def test_the_tools_refuse_an_envelope_that_we_refuse(tmp_path: Path) -> None:
    (tmp_path / "machine.key").write_text(IDENTITY + "\n")
    sealed = bytearray(seal(good_container()))
    sealed[-20] ^= 1
    (tmp_path / "x.sealed").write_bytes(sealed)
    done = subprocess.run(
        ["age", "-d", "-i", "machine.key", "x.sealed"], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode != 0
    with pytest.raises(BadData, match="E-OUT-AUTH"):
        open_sealed(bytes(sealed))


def test_ssh_keygen_knows_a_revoked_key_from_the_file_that_we_write(tmp_path: Path) -> None:
    def revoke(value: dict[str, Any]) -> None:
        value["orgs"]["gsb:0363"]["keys"][0].update(status="revoked", revoked_at="2025-10-20T08:00:00Z", reason="lost")

    (tmp_path / "allowed_signers").write_text(allowed_signers(trust_list(revoke)))
    (tmp_path / "s").write_bytes(P1_OVER_M1)
    command = "ssh-keygen -Y verify -f allowed_signers -I gsb:0363/p1 -n stf-manifest-v1 -s s -O verify-time="
    run(tmp_path, command + "20251010", M1)
    done = subprocess.run(["sh", "-c", command + "20251030"], cwd=tmp_path, input=M1, capture_output=True, check=False)
    assert done.returncode != 0


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
def test_keys_of_ssh_keygen_sign_for_us(tmp_path: Path, kind: str) -> None:
    options = "-b 256" if kind == "ecdsa" else ""
    run(tmp_path, f"ssh-keygen -q -t {kind} {options} -N '' -f key")
    armored = normalise(sshkeygen.sign(M1, key=tmp_path / "key", namespace="stf-manifest-v1"))
    signature = Signature.parse(armored)
    signature.verify(M1, "stf-manifest-v1")
    assert signature.key.text == sshkeygen.public_text(tmp_path / "key")


def test_a_key_on_a_stick_that_others_may_read_still_signs(tmp_path: Path) -> None:
    run(tmp_path, "ssh-keygen -q -t ed25519 -N '' -f key && chmod 0644 key")
    assert sshkeygen.sign(M1, key=tmp_path / "key", namespace="stf-manifest-v1").startswith(b"-----BEGIN SSH SIGNATURE")


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa -b 256"])
def test_a_key_in_an_agent_signs_with_its_public_half_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    run(tmp_path, f"ssh-keygen -q -t {kind} -N '' -C '' -f key")
    socket = tmp_path / "s"
    with subprocess.Popen(["ssh-agent", "-D", "-a", socket], stdout=subprocess.DEVNULL) as real:
        monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
        try:
            run(tmp_path, "until ssh-add -q key; do sleep 0.1; done; rm key")
            key, armored = sealing.make_signature(M1, tmp_path / "key.pub", MANIFEST)
        finally:
            real.terminate()
    assert key.text == sshkeygen.public_text(tmp_path / "key")
    Signature.parse(armored).verify(M1, "stf-manifest-v1")


@pytest.mark.parametrize(
    ("made", "code"),
    [(token(), ""), (security_key(5), ""), (security_key(1), ""), (security_key(0), "E-SIG-UP"), (security_key(4), "E-SIG-UP")],
    ids=["P-256 token", "touch and PIN", "touch", "nothing", "PIN alone"],
)  # fmt: skip
def test_attack_52_a_token_signs_through_ssh_keygen_and_without_touch_nothing_is_added(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: Any, code: str
) -> None:
    public = PublicKey.from_blob(made[0])
    (tmp_path / "key.pub").write_text(public.text + "\n")
    monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "s"))
    with agent(tmp_path / "s", *made):
        if code:
            with pytest.raises(BadData, match=code):
                sealing.make_signature(M1, tmp_path / "key.pub", MANIFEST)
            return
        key, armored = sealing.make_signature(M1, tmp_path / "key.pub", MANIFEST)
    assert key == public
    (tmp_path / "allowed").write_text(f"p1 {public.text}\n")
    (tmp_path / "s.sshsig").write_bytes(armored)
    run(tmp_path, "ssh-keygen -Y verify -f allowed -I p1 -n stf-manifest-v1 -s s.sshsig", M1)
