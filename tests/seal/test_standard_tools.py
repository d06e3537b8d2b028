"""What we make is accepted by programs that are on any computer, and the other way round (security.md 3.21)."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.seal.agent import agent, security_key, token
from tests.seal.envelopes import good_container, open_sealed, receiver, seal, trust_list
from tests.seal.stf import IDENTITY, M1, P1_OVER_M1, PAYLOAD_1, RECIPIENT, trust
from waarmerk.errors import BadData
from waarmerk.machine import sshkeygen
from waarmerk.office import sealing
from waarmerk.seal.container import MANIFEST
from waarmerk.seal.sshsig import Signature, normalise
from waarmerk.seal.trust import TrustList, allowed_signers
from waarmerk.wire.sshkeys import PublicKey

TOOLS = ("age", "tar", "ssh-keygen", "sha256sum", "jq")
TAR = "tar --format=ustar --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=0644 --no-recursion --blocking-factor=1 -cf"
"""Options with which GNU tar writes the canonical container of the specification."""
missing = [tool for tool in TOOLS if shutil.which(tool) is None]
pytestmark = pytest.mark.skipif(
    bool(missing), reason=f"NOT CHECKED with standard tools, not installed: {', '.join(missing)}"
)


def run(folder: Path, command: str, given: bytes = b"") -> bytes:
    """Run a line of the shell in a folder, as the page that explains it has it."""
    done = subprocess.run(["sh", "-euc", command], cwd=folder, input=given, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def test_an_envelope_is_checked_with_four_tools(tmp_path: Path) -> None:
    (tmp_path / "machine.key").write_text(IDENTITY + "\n")
    (tmp_path / "x.sealed").write_bytes(seal(good_container()))
    (tmp_path / "allowed_signers").write_text(allowed_signers(trust()))
    run(tmp_path, "age -d -i machine.key x.sealed > x.tar && mkdir out && tar -xf x.tar -C out")
    assert (tmp_path / "x.tar").read_bytes() == good_container()
    assert run(tmp_path, "tar -tf x.tar").split() == [
        b"manifest.json",
        b"sig/69f910b2f0901aee46a98ccfaddc6103.sshsig",
        b"sig/83aeec2aa68bce8b45280dedd9383f17.sshsig",
        b"files/telling.eml.xml",
    ]
    for person, key in (("p1", "69f910b2f0901aee46a98ccfaddc6103"), ("p2", "83aeec2aa68bce8b45280dedd9383f17")):
        said = run(
            tmp_path,
            f"ssh-keygen -Y verify -f allowed_signers -I gsb:0363/{person} -n stf-manifest-v1 -O verify-time=20251030"
            f" -s out/sig/{key}.sshsig < out/manifest.json",
        )
        assert said.startswith(b"Good")
    sums = r"""jq -r '.files[]|"\(.sha256)  out/files/\(.name)"' out/manifest.json | sha256sum -c"""
    assert run(tmp_path, sums) == b"out/files/telling.eml.xml: OK\n"


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


def test_an_envelope_made_with_standard_tools_alone_is_opened(tmp_path: Path) -> None:
    """Nothing of ours: jq writes the manifest, two keys of two types sign it, tar packs it, age seals it."""
    for label, kind in (("one", "ed25519"), ("two", "ecdsa -b 256")):
        run(tmp_path, f"ssh-keygen -q -t {kind} -N '' -C '' -f {label}")
    trust = _listed({label: (tmp_path / f"{label}.pub").read_text().strip() for label in ("one", "two")})
    (tmp_path / "m1.json").write_bytes(M1)
    (tmp_path / "files").mkdir()
    (tmp_path / "sig").mkdir()
    (tmp_path / "files" / "telling.eml.xml").write_bytes(PAYLOAD_1)
    edit = f'.trust_list.sha256="{trust.sha256}"'
    run(
        tmp_path,
        f"""
        jq -cSj '{edit} | .files[0].sha256="'$(sha256sum files/telling.eml.xml | cut -c1-64)'"' m1.json > manifest.json
        for key in one two; do
            ssh-keygen -q -Y sign -f $key -n stf-manifest-v1 manifest.json
            id=$(cut -d' ' -f2 $key.pub | base64 -d | sha256sum | cut -c1-32)
            mv manifest.json.sig sig/$id.sshsig
        done
        {TAR} x.tar manifest.json $(ls sig/*.sshsig | LC_ALL=C sort) files/telling.eml.xml
        age -r {RECIPIENT} -o x.sealed x.tar
        """,
    )
    judged, files = open_sealed((tmp_path / "x.sealed").read_bytes(), receiver(trust))
    assert files == {"telling.eml.xml": PAYLOAD_1}
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
