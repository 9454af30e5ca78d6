"""The page of a refresh: what it says, that nothing escapes into it, that it can be read by all and everywhere."""

from __future__ import annotations

import dataclasses
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import exemples_depots as exemples
import polars as pl
import pytest

from exports.retours.constats import ecrire_constats
from exports.retours.glossaire import glossaire
from exports.retours.rafraichissement import Rafraichissement
from exports.retours.rapport import composer_rapport, ecrire_rapport
from ingest.findings import MESSAGES

REGLES_DU_CONTRAT = {
    "refus": "ILLISIBLE PROTEGE FORMAT_INCONNU TABLE_MANQUANTE COLONNE_MANQUANTE IDENTITE_MANQUANTE PERIODE_INVALIDE "
    "EXTRACTION_INVALIDE TROP_DE_REJETS VALIDATION",
    "rejet": "VALEUR_MANQUANTE DATE_ILLISIBLE MOIS_ILLISIBLE NOMBRE_ILLISIBLE MOIS_HORS_PERIODE HEURES_NEGATIVES "
    "HEURES_IMPOSSIBLES ORPHELIN CLE_EN_DOUBLE LIGNE_DECALEE",
    "alerte": "CODE_INCONNU LIGNE_EN_DOUBLE SIRET_INVALIDE COMMUNE_INCONNUE NAISSANCE_INVALIDE IDENTITE_INCOMPLETE "
    "FIN_AVANT_DEBUT DATE_ILLISIBLE NOMBRE_ILLISIBLE HEURES_ELEVEES HEURES_HORS_CONTRAT ELIGIBILITE_DEPASSEE "
    "ALTERNANCE_ANTERIEURE QPV_INCONNU FINANCEMENT_INCOHERENT RUPTURE_DE_SERIE MOIS_SANS_HEURES COLONNE_INCONNUE "
    "LIGNE_DECALEE NOM_EN_CLAIR CONFLIT_REFERENCE",
}


@pytest.fixture
def fait() -> Rafraichissement:
    return exemples.rafraichissement()


class Lecteur(HTMLParser):
    """What is needed to judge a page: balanced tags, ids, links, headings, tables, visible text."""

    SANS_FIN = frozenset({"meta", "link", "br", "img", "hr", "input"})

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.ouvertes: list[str] = []
        self.ids: list[str] = []
        self.ancres: list[str] = []
        self.niveaux: list[int] = []
        self.tables: list[list[str]] = []
        self.entetes_sans_portee = 0
        self.morceaux: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributs = dict(attrs)
        if tag not in self.SANS_FIN:
            self.ouvertes.append(tag)
        if attributs.get("id"):
            self.ids.append(str(attributs["id"]))
        if tag == "a":
            self.ancres.append(str(attributs["href"]))
        if re.fullmatch(r"h[1-6]", tag):
            self.niveaux.append(int(tag[1]))
        if tag == "table":
            self.tables.append([])
        elif self.tables:
            self.tables[-1].append(tag)
        self.entetes_sans_portee += tag == "th" and attributs.get("scope") not in {"col", "row"}

    def handle_endtag(self, tag: str) -> None:
        assert self.ouvertes.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        if not self.ouvertes or self.ouvertes[-1] != "style":
            self.morceaux.append(data)

    @property
    def texte(self) -> str:
        return " ".join("".join(self.morceaux).split())


def texte(fait: Rafraichissement) -> str:
    return Lecteur(composer_rapport(fait)).texte


def test_summary_tells_deposits_rows_and_hours(fait: Rafraichissement) -> None:
    lu = texte(fait)
    assert "12 dépôts sur 21 ont été acceptés ; 9 ont été refusés" in lu
    assert "1 autre dépôt était déjà chargé" in lu
    assert "fichier illisible (2)" in lu
    # 8 relational deposits of 283 rows, 4 flat ones of 1,316; 3 + 4 + 1 rows set aside: 8 / 7528 = 0.106 %.
    assert "7 528 lignes ont été lues et 8 (0,1 %) ont été écartées" in lu
    # 101,250.5 + 80,000 = 181,250.5 before; 128,409 + 79,500 = 207,909 after; 26,658.5 more, 14.708 %.
    assert "passent de 181 251 à 207 909 (+26 659, soit +14,7 %)" in lu
    assert "Rapport de l'actualisation du 11 mars 2025 à 9 h 04" in lu
    assert "Données arrêtées au 10 mars 2025 · durée 1 min 12 s" in lu


def test_every_refusal_is_given_with_its_reason(fait: Rafraichissement) -> None:
    lu = texte(fait)
    for _depot, chemin, _structure, _regle, message in exemples.REFUSES:
        assert chemin in lu
        assert " ".join(message.split()) in lu


def test_long_lists_are_cut_and_say_where_the_rest_is(fait: Rafraichissement) -> None:
    page = composer_rapport(fait)
    du_depot = page[page.index("ABC_S93004_20240101_20241231_20250120.zip") :]
    # the same of two lines is said once
    assert du_depot.count("Bénéficiaires, lignes ") == 5
    assert "Bénéficiaires, lignes 2, 12" in du_depot
    assert "et 7 autres\u00a0: voir le classeur des constats." in du_depot


def test_row_accounts_show_what_is_missing(fait: Rafraichissement) -> None:
    juste = texte(fait)
    assert "écart de" not in juste
    trous = fait.depots_tables.with_columns(
        chargees=pl.when((pl.col("depot_id") == "d01") & (pl.col("table") == "Heures"))
        .then(pl.col("chargees") - 3)
        .otherwise("chargees")
    )
    assert "écart de 3" in texte(dataclasses.replace(fait, depots_tables=trous))


def test_nothing_from_the_deposits_is_run(fait: Rafraichissement) -> None:
    piege = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
    empoisonne = dataclasses.replace(
        fait,
        identifiant=piege,
        depots=fait.depots.with_columns(
            nom_structure=pl.lit(piege), chemin=pl.concat_str(pl.lit(piege), "chemin"), message=pl.lit(piege)
        ),
        depots_tables=fait.depots_tables.with_columns(table=pl.lit(piege)),
        constats=fait.constats.with_columns(
            table=pl.lit(piege),
            colonne=pl.lit(piege),
            message=pl.lit(piege),
            valeur=pl.lit(piege),
            regle=pl.lit(piege),
        ),
        validations=fait.validations.with_columns(
            expectation=pl.lit(piege), observe=pl.lit(piege), attendu=pl.lit(piege), message=pl.lit(piege)
        ),
        heures=fait.heures.with_columns(libelle=pl.lit(piege)),
        formes=fait.formes.with_columns(forme=pl.lit(piege), nomenclature=pl.lit(piege)),
        portes=[piege],
        statut="bloque",
    )
    page = composer_rapport(empoisonne)
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page
    assert set(re.findall(r"<(\w+)", page)).isdisjoint({"script", "img", "iframe", "object", "link"})


def test_page_needs_nothing_from_outside(fait: Rafraichissement) -> None:
    page = composer_rapport(fait)
    for appel in ("http:", "https:", "//cdn", "@import", "url(", "<script", "<link", " src="):
        assert appel not in page


def test_page_is_well_formed_and_accessible(fait: Rafraichissement) -> None:
    page = composer_rapport(fait)
    lecteur = Lecteur(page)
    assert lecteur.ouvertes == []
    assert '<html lang="fr">' in page
    assert len(lecteur.ids) == len(set(lecteur.ids))
    assert {ancre.removeprefix("#") for ancre in lecteur.ancres} <= set(lecteur.ids)
    assert lecteur.niveaux[0] == 1
    assert lecteur.niveaux.count(1) == 1
    sauts = [b - a for a, b in zip(lecteur.niveaux, lecteur.niveaux[1:], strict=False)]
    assert max(sauts) <= 1
    assert lecteur.tables
    assert all("caption" in balises for balises in lecteur.tables)
    assert lecteur.entetes_sans_portee == 0


def _luminance(couleur: str) -> float:
    canaux = [int(couleur[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    lineaires = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in canaux]
    return 0.2126 * lineaires[0] + 0.7152 * lineaires[1] + 0.0722 * lineaires[2]


def _contraste(a: str, b: str) -> float:
    clair, sombre = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (clair + 0.05) / (sombre + 0.05)


def test_colours_have_aa_contrast_in_light_dark_and_print(fait: Rafraichissement) -> None:
    palettes = [
        dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", bloc))
        for bloc in re.findall(r":root\s*\{(.*?)\}", composer_rapport(fait), re.DOTALL)
    ]
    assert len(palettes) == 3
    for palette in palettes:
        paires = [("texte", "fond"), ("discret", "fond"), ("lien", "fond"), ("texte", "creux")]
        for ton in ("refus", "rejet", "alerte", "ok", "neutre"):
            paires += [(ton, f"{ton}-fond"), (ton, "fond")]
        for avant_plan, fond in paires:
            assert _contraste(palette[avant_plan], palette[fond]) >= 4.5, (avant_plan, fond)


def test_a_stopped_publication_says_so_and_why(fait: Rafraichissement) -> None:
    porte = "Les heures de la région 32 baissent de 62 %."
    lu = texte(dataclasses.replace(fait, statut="bloque", portes=[porte]))
    assert "Publication arrêtée" in lu
    assert "Les heures de la région 32 baissent de 62 %." in lu
    assert "passeraient de 181 251 à 207 909" in lu
    assert "Ce qui a arrêté la publication" not in texte(fait)


def test_fictitious_data_are_marked(fait: Rafraichissement) -> None:
    assert "DONNÉES FICTIVES" not in texte(fait)
    fictifs = fait.depots.with_columns(nom_structure=pl.lit("Structure fictive 1"))
    assert "DONNÉES FICTIVES" in texte(dataclasses.replace(fait, depots=fictifs))


def test_first_state_has_no_state_before(fait: Rafraichissement) -> None:
    regions = fait.heures.with_columns(heures_avant=pl.lit(None, pl.Float64))
    lu = texte(dataclasses.replace(fait, heures=regions))
    assert "Heures d'insertion comptées : 207 909. Il n'y avait pas d'état publié auparavant." in lu


def test_broken_checks_are_not_blamed_on_the_data(fait: Rafraichissement) -> None:
    lu = texte(fait)
    assert "panne de l'outil, pas des données) : heures_prevues_et_realisees" in lu
    assert "Contrôle « part_femmes_france » : vu : 3 %, attendu : entre 5 % et 40 %." in lu
    assert "La formation fait 31 % des heures, 25 % au plus sont attendus." in lu


def test_unknown_forms_come_as_lines_to_paste(fait: Rafraichissement) -> None:
    lu = texte(fait)
    assert 'secteur,"Voirie, réseaux",CODE' in lu
    assert lu.index("Voirie, réseaux") < lu.index("Jeune suivi ML") < lu.index("<b>CCAS</b>")


def test_glossary_explains_every_rule_of_the_contract(fait: Rafraichissement) -> None:
    attendues = {(code, gravite) for gravite, codes in REGLES_DU_CONTRAT.items() for code in codes.split()}
    assert attendues <= set(glossaire())
    lu = texte(fait)
    for regle in glossaire().values():
        assert regle.titre
        assert regle.que_faire
        assert " ".join(regle.explication.split()) in lu


def test_only_the_observatory_is_told_of_the_files_of_its_workspace(
    fait: Rafraichissement, tmp_path: Path
) -> None:
    """The workbook goes to structures, which have neither layouts nor aliases; the page stays in the observatory."""
    muets = [cadre.with_columns(message=pl.lit("…")) for cadre in (fait.depots, fait.constats)]
    ecrire_constats(tmp_path / "c.xlsx", *muets, fait.validations)
    with zipfile.ZipFile(tmp_path / "c.xlsx") as classeur:
        textes = classeur.read("xl/sharedStrings.xml").decode()
    assert "COLONNE_MANQUANTE" in textes
    for nom in ("espace/", "alias.csv", ".yml"):
        assert nom not in textes
        for gravite, messages in MESSAGES.items():
            assert not any(nom in message for message in messages.values()), gravite
    lu = texte(fait)
    assert "Pour l'observatoire : Si la colonne porte un autre nom" in lu
    assert "synonyme dans espace/layouts/relationnel.yml (guide, § 5)" in lu


def test_what_was_replaced_is_not_to_be_sent_back(fait: Rafraichissement) -> None:
    depots = fait.depots.with_columns(
        en_vigueur=pl.col("en_vigueur") & ~pl.col("depot_id").is_in(["d02", "r4"])
    )
    gardes = fait.constats.filter(~pl.col("depot_id").is_in(["d02", "r4"]))
    lu = texte(dataclasses.replace(fait, depots=depots, constats=gardes))
    assert "Mis de côté, remplacés depuis par d'autres dépôts : 1 accepté, 1 refusé" in lu
    assert lu.count("d'autres dépôts de la structure le remplacent") == 2
    message_r4 = next(m for i, *_, m in exemples.REFUSES if i == "r4")
    assert message_r4 not in lu


def test_a_refresh_without_any_deposit(fait: Rafraichissement, tmp_path: Path) -> None:
    vide = dataclasses.replace(
        fait,
        statut="inchange",
        date_arrete=None,
        depots=fait.depots.clear(),
        depots_tables=fait.depots_tables.clear(),
        constats=fait.constats.clear(),
        validations=fait.validations.clear(),
        heures=fait.heures.clear(),
        formes=fait.formes.clear(),
    )
    chemin = ecrire_rapport(tmp_path / "rapport.html", vide)
    lu = Lecteur(chemin.read_text(encoding="utf-8")).texte
    assert "Aucun dépôt nouveau n'a été trouvé." in lu
    assert "Rien à renvoyer" in lu


@pytest.mark.parametrize(
    ("acceptes", "refuses", "phrase"),
    [
        (1, 0, "Le dépôt nouveau a été accepté."),
        (12, 0, "Les 12 dépôts ont été acceptés."),
        (0, 1, "Aucun dépôt sur 1 n'a été accepté ; 1 a été refusé"),
        (1, 1, "1 dépôt sur 2 a été accepté ; 1 a été refusé"),
    ],
)
def test_sentence_on_deposits_agrees(
    fait: Rafraichissement, acceptes: int, refuses: int, phrase: str
) -> None:
    tous = fait.depots
    depots = pl.concat(
        [
            tous.filter(pl.col("statut") == "accepte").head(acceptes),
            tous.filter(pl.col("statut") == "refuse").head(refuses),
        ]
    )
    assert phrase in texte(dataclasses.replace(fait, depots=depots))
