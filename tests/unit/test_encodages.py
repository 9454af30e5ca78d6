"""Bytes to letters: one encoding is proved by the words it gives, or the file is refused and says which remain."""

from __future__ import annotations

from pathlib import Path

import fabrique
import pytest

from clauses.socle.errors import DepotRefuse
from ingest.encodages import decoder

ENTETE = "N° bénéficiaire;Nom;Prénom;Catégorie principale\r\n"
LIGNES = (
    "B1;BÉNARD;Zoé;Jeune suivi à la mission locale\r\nB2;NOËL;François;Demandeur d'emploi de longue durée\r\n"
)


def texte(octets: bytes) -> str:
    return decoder("x.csv", octets)[0]


def dits(octets: bytes) -> list[tuple[str, int | None, str]]:
    return [(r.regle, r.ligne, r.detail) for r in decoder("x.csv", octets)[1]]


@pytest.mark.parametrize(
    "codec",
    [
        "utf-8",
        "utf-8-sig",
        "cp1252",
        "iso8859-15",
        "mac_roman",
        "cp850",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
    ],
)
def test_one_encoding(codec: str) -> None:
    assert texte((ENTETE + LIGNES).encode(codec)) == ENTETE + LIGNES
    assert dits((ENTETE + LIGNES).encode(codec)) == []


def test_the_euro_and_the_ligature_tell_latin_9_from_windows() -> None:
    for codec in ("cp1252", "iso8859-15"):
        assert texte("Montant HT (€);Gros œuvre\r\n".encode(codec)) == "Montant HT (€);Gros œuvre\r\n"


@pytest.mark.parametrize(
    ("ligne", "codec", "nom"),
    [
        ("B3;ROUX;Kévin;Autre (avis motivé)\r\n", "cp1252", "Windows-1252"),
        ("B3;ROUX;Kévin;Autre (avis motivé)\r\n", "mac_roman", "Mac OS Roman"),
        ("B3;ROUX;Kévin;Autre (avis motivé)\r\n", "cp850", "DOS"),
    ],
)
def test_a_line_of_another_encoding_is_read_and_said(ligne: str, codec: str, nom: str) -> None:
    octets = (ENTETE + LIGNES).encode() + ligne.encode(codec)
    assert texte(octets) == ENTETE + LIGNES + ligne
    ((regle, numero, detail),) = dits(octets)
    assert (regle, numero) == ("ENCODAGE", 4)
    assert nom in detail


def test_a_line_of_two_encodings() -> None:
    octets = (ENTETE + LIGNES).encode() + b"B3;ROUX;Andr\xe9;Autre (avis motiv\xc3\xa9)\r\n"
    assert texte(octets).endswith("B3;ROUX;André;Autre (avis motivé)\r\n")


def test_a_line_of_utf8_in_a_windows_file() -> None:
    octets = (ENTETE + LIGNES).encode("cp1252") + "B3;ROUX;Kévin;Œuvre\r\n".encode()
    assert texte(octets).endswith("B3;ROUX;Kévin;Œuvre\r\n")
    assert dits(octets)[0][:2] == ("ENCODAGE", 4)


def test_letters_of_the_world_stay_in_a_file_of_utf8_with_a_foreign_line() -> None:
    octets = "N° bénéficiaire;Prénom\r\nB1;Łukasz\r\nB2;Ștefan\r\n".encode() + b"B3;Andr\xe9\r\n"
    assert texte(octets) == "N° bénéficiaire;Prénom\r\nB1;Łukasz\r\nB2;Ștefan\r\nB3;André\r\n"


@pytest.mark.parametrize("codec", ["cp1252", "latin-1", "mac_roman", "cp850", "cp437"])
def test_utf8_read_as_something_else_and_saved_again(codec: str) -> None:
    def relire(octet: int) -> str:
        return bytes([octet]).decode(codec) if octet not in b"\x81\x8d\x8f\x90\x9d" else chr(octet)

    abime = (
        "".join(map(relire, (ENTETE + LIGNES).encode()))
        if codec == "cp1252"
        else (ENTETE + LIGNES).encode().decode(codec)
    )
    assert texte(abime.encode()) == ENTETE + LIGNES
    ((regle, _, detail),) = dits(abime.encode())
    assert regle == "ENCODAGE"
    assert "« Ã© » pour « é »" in detail


def test_what_only_looks_like_a_double_encoding_is_left_alone() -> None:
    exact = "Clé;Valeur\r\nNom;Âge d'Or – CONCEIÇÃO √ 3 ¬ ÂGÉ\r\n"
    assert texte(exact.encode()) == exact
    assert dits(exact.encode()) == []


@pytest.mark.parametrize("octets", [b"N;Nom\r\n1;No\x89l\r\n", b"a;b\r\n1;L\x88\r\n"])
def test_two_encodings_that_remain_refuse_the_file(octets: bytes) -> None:
    """0x89 is ë for DOS, â for a Mac."""
    with pytest.raises(DepotRefuse) as leve:
        decoder("x.csv", octets)
    assert leve.value.regle == "ILLISIBLE"
    assert "DOS" in leve.value.detail
    assert "Mac" in leve.value.detail
    assert "UTF-8" in leve.value.detail
    assert "No" not in leve.value.detail


def test_null_characters() -> None:
    assert texte(b"a;b\r\n1\0\0;2\0\r\n") == "a;b\r\n1;2\r\n"
    perdu = b"a;b\r\n1\x002;3\r\n"
    assert texte(perdu) == "a;b\r\n1\ufffd2;3\r\n"
    assert dits(perdu)[0][:2] == ("ENCODAGE", 2)
    with pytest.raises(DepotRefuse) as leve:
        decoder("x.csv", b"a;b\r\n1;2\r\n" + bytes(4096))
    assert leve.value.ligne == 3
    assert "caractères nuls" in leve.value.detail


def test_the_mark_of_the_end_of_a_dos_file() -> None:
    for fin in (b"\x1a", b"\r\n\x1a", b"\r\n\x1a\x1a\r\n"):
        assert texte(b"a;b\r\n1;2" + fin).rstrip() == "a;b\r\n1;2"
    assert "\ufffd" in texte(b"a;b\r\nbo\x1aite;2\r\n")


def test_letters_already_lost_are_said() -> None:
    octets = (ENTETE + LIGNES).replace("Zoé", "Zo\ufffd").encode()
    ((regle, ligne, detail),) = dits(octets)
    assert (regle, ligne) == ("ENCODAGE", 2)
    assert detail.startswith("1 ")
    assert "Zo" not in detail


def test_what_is_said_reaches_the_findings(tmp_path: Path) -> None:
    fichiers = fabrique.fichiers_csv(fabrique.relationnel())
    fichiers["contrats.csv"] = fichiers["contrats.csv"].replace(
        "Maçonnerie".encode(), "Maçonnerie".encode("cp1252"), 1
    )
    for nom, contenu in fichiers.items():
        (tmp_path / "depot").mkdir(exist_ok=True)
        (tmp_path / "depot" / nom).write_bytes(contenu)
    lot = fabrique.lire(tmp_path / "depot")
    assert fabrique.constats(lot) == [("alerte", "ENCODAGE", "contrats.csv", 2, None)]
    assert lot.tables["contrats"]["metier"].unique().to_list() == ["Maçonnerie"]


def test_a_header_whose_letters_are_lost_is_no_missing_column(tmp_path: Path) -> None:
    depot = fabrique.ecrire_dossier(fabrique.relationnel(), tmp_path / "depot")
    octets = (depot / "contrats.csv").read_bytes()
    (depot / "contrats.csv").write_bytes(octets.replace("é".encode(), "\ufffd".encode()))
    regle, message = fabrique.lire(depot).refus[0]
    assert regle == "ILLISIBLE"
    assert "l'encodage du fichier « contrats.csv »" in message
    assert "UTF-8" in message
