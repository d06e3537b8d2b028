"""``waarmerk check``: exit codes, one screen, JSON, and files that cannot be read."""

import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from waarmerk.cli import main
from waarmerk.wire.digests import printed, sha256

GOOD = """"Verkiezing";;"Gemeenteraad Voorbeelddam 2030"
"Datum";;"2030-03-20"
"Gebied";;"Gemeente Voorbeelddam"
"Nummer";;"9987"

"Lijstnummer";"Aanduiding";"Volgnummer";"Naam kandidaat";"Totaal";"Dorpshuis";"Mobiel"
"Gebiednummer";;;;;"1";"2"
"Postcode";;;;;"9999 ZZ";
;"opgeroepenen";;;"90";"50";"40"
;"geldige stempas";;;"55";"31";"24"
;"geldig volmachtbewijs";;;"6";"4";"2"
;"geldige kiezerspas";;;"0";"0";"0"
;"toegelaten kiezers";;;"61";"35";"26"
;"geldige stembiljetten";;;"61";"35";"26"
;"blanco stembiljetten";;;"0";"0";"0"
;"ongeldige stembiljetten";;;"0";"0";"0"
;"aangetroffen stembiljetten";;;"61";"35";"26"
;"meer stembiljetten dan toegelaten kiezers";;;"0";"0";"0"
;"minder stembiljetten dan toegelaten kiezers";;;"0";"0";"0"
;"kiezers met stembiljet hebben niet gestemd";;;"0";"0";"0"
;"er zijn te weinig stembiljetten uitgereikt";;;"0";"0";"0"
;"er zijn te veel stembiljetten uitgereikt";;;"0";"0";"0"
;"geen verklaring";;;"0";"0";"0"
;"andere verklaring";;;"0";"0";"0"
"1";"Dorp Vooruit";;;"41";"25";"16"
;;"1";"van Proef, A.";"30";"18";"12"
;;"2";"Test, B.C.";"11";"7";"4"
"3";"Naast";;;"20";"10";"10"
;;"1";"Blanco, D.";"20";"10";"10\""""
WRONG = GOOD.replace(';"toegelaten kiezers";;;"61";"35";"26"', ';"toegelaten kiezers";;;"63";"37";"26"')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.csv").write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    (tmp_path / "wrong.csv").write_bytes(b"\xef\xbb\xbf" + WRONG.encode())
    (tmp_path / "broken.csv").write_bytes(GOOD.replace('"35"', '"3S"', 1).encode())
    (tmp_path / "letter.txt").write_text("Geachte heer, mevrouw")
    return tmp_path


def run(*arguments: object, given: bytes | None = None):
    return CliRunner().invoke(main, ["check", *map(str, arguments)], input=given)


@pytest.mark.parametrize(
    ("name", "code"), [("good.csv", 0), ("wrong.csv", 1), ("broken.csv", 2), ("letter.txt", 2), ("none", 2)]
)
def test_exit_code_says_what_to_do(folder, name, code):
    assert run(folder / name).exit_code == code


def test_clean_count_says_so_in_one_line(folder):
    first, *_ = run(folder / "good.csv").stdout.splitlines()
    assert first.startswith("GOED")


def test_report_says_what_is_wrong_and_where(folder):
    said = run(folder / "wrong.csv").stdout
    assert "Verschil dat nagekeken moet worden [L-01]" in said
    assert "1 Dorpshuis: 37 kiezers, 35 stembiljetten (−2), 2 niet verklaard" in said


def test_refusal_says_where_and_what_next(folder):
    said = run(folder / "broken.csv").stdout
    assert said.startswith("GEWEIGERD")
    assert "E-CSV-NUMBER" in said
    assert "regel 13" in said


def test_english_report_is_english(folder):
    assert "LOOK" in run(folder / "wrong.csv", "--lang", "en").stdout


def test_folder_gives_a_verdict_for_every_results_file(folder):
    said = run(folder)
    assert said.exit_code == 2
    assert [line.split()[0] for line in said.stdout.splitlines() if line[:4] in ("GOED", "NAKI", "GEWE")] == [
        "GEWEIGERD",
        "GOED",
        "NAKIJKEN",
    ]


def test_zip_is_read_member_by_member(folder):
    with zipfile.ZipFile(folder / "all.zip", "w") as archive:
        archive.write(folder / "good.csv", "good.csv")
        archive.write(folder / "wrong.csv", "wrong.csv")
    files = json.loads(run(folder / "all.zip", "--json").stdout)["files"]
    assert [Path(each["path"]).name for each in files] == ["good.csv", "wrong.csv"]


def packed(path: Path, *files: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files:
            archive.writestr(name, data)
    return path


def test_members_of_a_zip_come_in_its_order_whatever_core_read_them(folder):
    names = [f"{number}.csv" for number in (7, 3, 9, 1, 5, 2, 8, 4, 6)]
    good = (folder / "good.csv").read_bytes()
    archive = packed(folder / "all.zip", *((name, good) for name in names))
    files = json.loads(run(archive, "--json").stdout)["files"]
    assert [each["path"] for each in files] == [f"{archive}/{name}" for name in names]


def test_a_damaged_member_does_not_stop_the_others(folder):
    good = (folder / "good.csv").read_bytes()
    archive = packed(folder / "all.zip", ("a.csv", good), ("b.csv", good), ("c.csv", good))
    data = bytearray(archive.read_bytes())
    data[data.index(b"b.csv") + 5 + 200] ^= 1
    archive.write_bytes(data)
    said = run(archive, "--json")
    found = [each.get("rejected", {}).get("code") for each in json.loads(said.stdout)["files"]]
    assert (said.exit_code, found) == (2, [None, "E-ZIP-CRC", None])


def test_a_damaged_zip_inside_does_not_stop_the_others(folder):
    good = (folder / "good.csv").read_bytes()
    inside = packed(folder / "inside.zip", ("x.csv", good)).read_bytes()
    archive = packed(folder / "all.zip", ("a.csv", good), ("b.zip", inside[:-9]), ("c.zip", inside))
    files = json.loads(run(archive, "--json").stdout)["files"]
    assert [(each["path"].removeprefix(f"{archive}/"), "rejected" in each) for each in files] == [
        ("a.csv", False), ("b.zip", True), ("c.zip/x.csv", False),
    ]  # fmt: skip
    assert files[1]["sha256"] == sha256(inside[:-9])


def test_standard_input_is_read_beside_other_files(folder):
    good = (folder / "good.csv").read_bytes()
    said = json.loads(run("-", folder / "wrong.csv", "--json", given=good).stdout)["files"]
    assert [(each["path"], each["units"]) for each in said] == [("-", 2), (str(folder / "wrong.csv"), 2)]


def test_the_only_count_of_a_zip_goes_by_the_name_of_the_zip(folder):
    archive = packed(
        folder / "Telling_Voorbeelddam.zip", ("Telling_Voorbeelddam.csv", (folder / "good.csv").read_bytes())
    )
    first, *_ = run(archive).stdout.splitlines()
    assert first.startswith(f"GOED      {archive}:")
    assert json.loads(run(archive, "--json").stdout)["files"][0]["path"] == f"{archive}/Telling_Voorbeelddam.csv"


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    """Two municipalities in both styles, and one with a figure that is wrong."""
    folder = tmp_path_factory.mktemp("country")
    assert CliRunner().invoke(main, ["simulate", str(folder / "osv"), "--scale", "0.003"]).exit_code == 0
    assert (
        CliRunner().invoke(main, ["simulate", str(folder / "in"), "--scale", "0.003", "--style", "indented"]).exit_code
        == 0
    )
    path = next((folder / "osv").glob("Telling*"))
    changed = path.read_bytes().replace(b"<TotalCounted>", b"<TotalCounted>1", 2)
    (folder / "changed.xml").write_bytes(changed)
    return folder


def test_the_general_reader_gives_the_same_answer(country):
    fast, general = run(country, "--json"), run(country, "--json", "--reader", "general")
    assert (fast.exit_code, fast.stdout) == (general.exit_code, general.stdout)
    assert len(json.loads(fast.stdout)["files"]) == 7


def test_the_general_reader_reads_every_byte_itself(country, monkeypatch):
    def refuse(*_: object) -> None:
        raise AssertionError("the fast path was asked")

    monkeypatch.setattr("waarmerk.formats.fastpath.learn", refuse)
    path = next((country / "osv").glob("Telling*"))
    assert run(path).exit_code == 2
    assert run(path, "--reader", "general").exit_code in (0, 1)


def test_json_has_every_field_that_scripts_depend_on(folder):
    (file,) = (said := json.loads(run(folder / "wrong.csv", "--json").stdout))["files"]
    assert {
        "path", "sha256", "sha256_canonical", "printed_digest", "message", "election", "authority", "units", "candidates",
        "lists", "valid_votes", "strict", "protocol", "not_judged",
    } <= set(file)  # fmt: skip
    assert (file["message"], file["election"], file["authority"]) == ("510b", "GR2030_Voorbeelddam", "9987")
    assert (file["units"], file["candidates"], file["lists"], file["valid_votes"]) == (2, 3, 2, 61)
    first = said["findings"][0]
    assert {
        "rank", "code", "also", "severity", "file", "unit", "unit_name", "list", "candidates", "score", "hypothesis", "figures",
        "text",
    } <= set(first)  # fmt: skip
    assert (first["rank"], first["severity"]) == (1, "warning")
    assert [each["rank"] for each in said["findings"]] == list(range(1, len(said["findings"]) + 1))


def test_json_says_why_a_file_was_refused(folder):
    (file,) = json.loads(run(folder / "broken.csv", "--json").stdout)["files"]
    assert set(file["rejected"]) >= {"code", "reason", "element", "unit", "line", "column", "next_step"}
    assert file["rejected"]["code"] == "E-CSV-NUMBER"


def test_standard_input_is_a_file_too(folder):
    assert run("-", given=(folder / "good.csv").read_bytes()).exit_code == 0


def test_digest_on_paper_is_compared_in_full(folder):
    digest = sha256((folder / "good.csv").read_bytes())
    assert run(folder / "good.csv", "--printed", printed(digest)).exit_code == 0
    other = ("0" if digest[-1] != "0" else "1").join([digest[:-1], ""])
    said = run(folder / "good.csv", "--printed", other)
    assert said.exit_code == 1
    assert "groep 16" in said.stdout
    assert run(folder / "good.csv", "--printed", digest[:60]).exit_code == 2


def test_edition_is_chosen_by_name_and_shown(folder):
    assert "controleprotocol tk2023: door u gekozen" in run(folder / "good.csv", "--protocol", "tk2023").stdout
    assert run(folder / "good.csv", "--protocol", "tk1848").exit_code == 2


def test_neighbourhoods_come_from_a_table(folder):
    (folder / "wijken.csv").write_text("zip_code,neighbourhood_code\n9999ZZ,WK1\n")
    said = run(folder / "good.csv", "--postcodes", folder / "wijken.csv").stdout
    assert "geen postcodetabel" not in said


def test_tables_of_the_protocol_are_written_and_never_overwritten(folder):
    assert run(folder / "wrong.csv", "--protocol-csv", folder / "tables").exit_code == 1
    assert sorted(path.name for path in (folder / "tables").iterdir()) == ["a.csv", "b.csv", "c.csv"]
    assert run(folder / "wrong.csv", "--protocol-csv", folder / "tables").exit_code == 2
    assert run(folder / "wrong.csv", "--protocol-csv", folder / "tables", "--force").exit_code == 1


def test_page_is_written(folder):
    assert run(folder / "wrong.csv", "--html", folder / "report.html").exit_code == 1
    assert "L-01" in (folder / "report.html").read_text(encoding="utf-8")


def test_earlier_version_is_compared_cell_by_cell(folder):
    said = json.loads(run(folder / "good.csv", "--replaces", folder / "wrong.csv", "--json").stdout)["replaces"]
    changed = {(each["unit"], each["figure"]): (each["old"], each["new"]) for each in said["cells"]}
    assert changed == {(None, "admitted"): (63, 61), ("9987::SB1", "admitted"): (37, 35)}
    assert all(each["asked"] for each in said["cells"])
    assert "63 → 61" in run(folder / "good.csv", "--replaces", folder / "wrong.csv").stdout


def test_signs_in_names_cannot_move_the_screen(folder):
    evil = WRONG.replace("Dorpshuis", "Dorps\u202ehuis")
    (folder / "evil.csv").write_bytes(evil.encode())
    said = run(folder / "evil.csv").stdout
    assert "\u202e" not in said
    assert "Dorps⟨U+202E⟩huis" in said


def test_rotterdam_in_one_screen(rotterdam_zip):
    said = run(rotterdam_zip, "--protocol", "tk2025")
    lines = said.stdout.splitlines()
    assert said.exit_code == 1
    assert "209 waarschuwingen" in lines[0]
    assert len(lines) <= 50
    assert sum("[H-" in line for line in lines[-20:]) >= 4  # the law's list leaves room for what statistics ask
    assert any("bevindingen; alles staat in --json" in line for line in lines)
