"""From the forms people write to canonical codes: aliases (data), lists of categories, legal bases.

Every mapping takes distinct cleaned texts and returns codes, null where the form is unknown.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from clauses.socle.errors import ErreurUtilisateur
from ingest.libelles import code_et_libelle

_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "≥": ">", "≤": "<", "–": "-", "—": "-", "−": "-"}
)
_SIGNE = re.compile(r"([<>+])\s*=?\s*(?:de\s+)?(?=\d)|(?<![^\s(])-\s*(?:de\s+)?(?=\d)")
# all that is no letter or digit, but a sign that begins a number
_EN = re.compile(r"^\s*en\s+", re.IGNORECASE)
_PONCTUATION = re.compile(r"(?:[^\w<>+-]|_|[<>+-](?!\d)|(?<=[^ ])[<>+-])+")
_SEPARATEUR_DE_LISTE = re.compile(r"\s\+\s|[/,;]")
_COLONNES_ALIAS = ("nomenclature", "forme", "code")
# « n° 2015-899 du 23 juillet »: what names the text, not its article
_NUMERO_OU_JOUR = re.compile(
    r"\bn\s*°|\bdu\s+\d{1,2}(?:er)?\s+(?:jan|fev|mar|avr|mai|jui|ao|sep|oct|nov|dec)\w*"
)
_ARTICLE = re.compile(r"[lr]\d{4}-\d+(?:-\d+)*(?:-?\d+)?|\d+(?:-(?:\d+|i{1,3}))?", re.ASCII)


def forme_normale(texte: str) -> str:
    """How forms are compared: no case, accents, punctuation or runs of spaces; signs before a number are kept.

    `+50 ans` and `50 ans` differ; `36-1` is `36 1` (a hyphen between digits is punctuation).
    """
    nu = texte.lower()
    if not nu.isascii():
        nu = unicodedata.normalize("NFKD", texte.translate(_LIGATURES)).lower()
        nu = "".join(c for c in nu if not unicodedata.combining(c))
    nu = _SIGNE.sub(lambda m: f" {m[1] or '-'}", nu)
    return _PONCTUATION.sub(" ", nu).strip()


@dataclass(frozen=True)
class Codes:
    """The alias tables of the product and of the workspace, ready to look up. `metiers`: the ROME codes that exist, and
    `familles` their families.
    """

    formes: dict[str, dict[str, str]]
    articles: dict[str, tuple[str, str]]
    combinaisons: dict[frozenset[str], str]
    metiers: frozenset[str]

    def lire(self, nomenclature: str, textes: pl.Series) -> pl.Series:
        """Codes of the forms of one nomenclature (String, null = unknown form)."""
        connues = self.formes.get(nomenclature, {})
        if nomenclature == "base_juridique":
            codes = [self._base_juridique(t, connues)[0] for t in textes.to_list()]
        else:
            codes = [_code(t, connues) for t in textes.to_list()]
        return pl.Series("t", codes, dtype=pl.String)

    def lire_generations(self, textes: pl.Series) -> pl.Series:
        """Generation of the texts a legal basis comes from ('2006', '2015', '2019'), null when it cannot be told."""
        connues = self.formes.get("base_juridique", {})
        return pl.Series(
            "t", [self._base_juridique(t, connues)[1] for t in textes.to_list()], dtype=pl.String
        )

    def lire_liste(self, nomenclature: str, textes: pl.Series) -> pl.DataFrame:
        """Lists of forms → `codes` (List[String], in the order written, ND for unknown parts) and `inconnues` (or null).

        The longest known form wins: separators inside a known form do not cut it, unless all that they part is known.
        """
        connues = self.formes.get(nomenclature, {})
        codes: list[list[str]] = []
        inconnues: list[str | None] = []
        for texte in textes.to_list():
            trouves, restes = _decouper(texte, connues)
            codes.append(trouves)
            inconnues.append(" + ".join(restes) or None)
        return pl.DataFrame(
            {"codes": codes, "inconnues": inconnues},
            schema={"codes": pl.List(pl.String), "inconnues": pl.String},
        )

    def _base_juridique(self, texte: str, connues: dict[str, str]) -> tuple[str | None, str | None]:
        """The alias wins; else the articles named are read one by one and combined (seeds articles_, combinaisons_)."""
        articles = _articles_cites(texte, self.articles)
        generations = {self.articles[a][1] for a in articles}
        generation = generations.pop() if len(generations) == 1 else None
        code = connues.get(forme_normale(texte))
        if code is None and articles:
            codes = {self.articles[a][0] for a in articles}
            while len(codes) > 1:
                paire = next((p for p in self.combinaisons if p <= codes), None)
                if paire is None:
                    break
                codes = (codes - paire) | {self.combinaisons[paire]}
            code = codes.pop() if len(codes) == 1 else None
        return code, generation

    @cached_property
    def familles(self) -> frozenset[str]:
        return frozenset(code[:3] for code in self.metiers)

    @cached_property
    def nomenclatures(self) -> frozenset[str]:
        return frozenset(self.formes)


def _code(texte: str, connues: dict[str, str]) -> str | None:
    """The code of a form, or of a code and its label."""

    def lire(morceau: str) -> str | None:
        return connues.get(forme_normale(morceau))

    # « En CDI » is « CDI »
    code = lire(texte) or lire(_EN.sub("", texte))
    return code if code is not None else code_et_libelle(texte, lire, forme_normale)


def _articles_cites(texte: str, articles: dict[str, tuple[str, str]]) -> list[str]:
    """Legal references named in a text, in the canonical form of the seed: `L. 2113-13` → `l2113-13`, `36 II` → `36-ii`.

    Returns nothing when one reference named is unknown: a text half understood is not understood.
    """
    nu = unicodedata.normalize("NFKD", texte).lower()
    nu = _NUMERO_OU_JOUR.sub(" ", nu).replace("°", "")
    nu = re.sub(r"\b([lr])[.\s]*\*?\s*(?=\d)", r"\1", nu)
    nu = re.sub(r"\b(?:19|20)\d{2}(?:-\d{3,4})?\b|\b(?:alinea|al|paragraphe)\b\.?|n (?=\d)", " ", nu)
    nu = re.sub(r"(?<=\d)[\s\-]+(i{1,3})\b", r"-\1", nu)
    nu = re.sub(r"(\b[lr]?\d{4})\s*-\s*(?=\d)|(?<=\d)\s+-\s+(?=[1-3]\b)", r"\1-", nu)
    nu = re.sub(r"(\b[lr]\d{4}-\d+)\s+(\d)\b", r"\1-\2", nu)
    cites = [c.replace(" ", "") for c in _ARTICLE.findall(nu)]
    return cites if all(c in articles for c in cites) else []


def _decouper(texte: str, connues: dict[str, str]) -> tuple[list[str], list[str]]:
    coupes = [(0, 0)] + [m.span() for m in _SEPARATEUR_DE_LISTE.finditer(texte)] + [(len(texte), len(texte))]
    codes: list[str] = []
    inconnues: list[str] = []
    debut = 0

    def connu(de: int, a: int) -> str | None:
        return connues.get(forme_normale(texte[coupes[de][1] : coupes[a][0]]))

    while debut < len(coupes) - 1:
        for fin in range(len(coupes) - 1, debut, -1):
            morceau = texte[coupes[debut][1] : coupes[fin][0]]
            code = connu(debut, fin)
            if fin == debut + 1:
                break
            # « RSA + JEUNE » is two publics, though « RSA jeune » is one
            if code is not None and not all(connu(i, i + 1) for i in range(debut, fin)):
                break
        if code is None:
            code = _code(morceau, connues)
        if code is None and morceau.strip():
            inconnues.append(morceau.strip())
            code = "ND"
        if code is not None and code not in codes:
            codes.append(code)
        debut = fin
    return codes, inconnues


def charger_codes(seeds: Path, alias_utilisateur: Path | None = None) -> Codes:
    """Reads the alias seeds, then the workspace's `alias.csv`, which wins. Raises ErreurUtilisateur if it is unusable."""
    dossier = seeds / "nomenclatures"
    alias = _lire_csv(dossier / "alias.csv")
    formes: dict[str, dict[str, str]] = {}
    for nomenclature, forme, code in alias.select("nomenclature", "forme", "code").iter_rows():
        formes.setdefault(nomenclature, {})[forme_normale(forme)] = code
    if alias_utilisateur is not None and alias_utilisateur.is_file():
        _ajouter_alias(formes, alias_utilisateur, dossier)
    return Codes(
        formes=formes,
        articles={
            a: (c, g)
            for a, c, g in _lire_csv(dossier / "articles_juridiques.csv")
            .select("article", "code", "generation")
            .iter_rows()
        },
        combinaisons={
            frozenset((a, b)): c
            for a, b, c in _lire_csv(dossier / "combinaisons_juridiques.csv")
            .select("code_1", "code_2", "code")
            .iter_rows()
        },
        metiers=frozenset(_lire_csv(dossier / "dim_metier.csv")["code_rome"]),
    )


def _ajouter_alias(formes: dict[str, dict[str, str]], fichier: Path, nomenclatures: Path) -> None:
    def refuser(pourquoi: str) -> ErreurUtilisateur:
        return ErreurUtilisateur(
            "ALIAS_INVALIDE",
            f"Le fichier d'alias « {fichier} » n'est pas utilisable : {pourquoi}. "
            "Il faut trois colonnes nomenclature, forme, code, séparées par des virgules ou des points-virgules.",
        )

    try:
        octets = fichier.read_bytes()
    except OSError:
        raise refuser("il ne peut pas être lu") from None
    lignes = _texte(octets).splitlines() or [""]
    separateur = ";" if ";" in lignes[0] else ","
    colonnes = [c.strip() for c in next(csv.reader(lignes[:1], delimiter=separateur), [])]
    premiere = 1
    if colonnes[:1] and colonnes[0] in formes:  # the lines that the report proposes, pasted without a header
        colonnes, premiere = list(_COLONNES_ALIAS), 0
    if not set(_COLONNES_ALIAS) <= set(colonnes):
        raise refuser(f"ligne 1, ses colonnes sont {', '.join(colonnes) or 'absentes'}")
    for ligne, champs in enumerate(csv.reader(lignes[premiere:], delimiter=separateur), start=premiere + 1):
        if not any(c.strip() for c in champs):
            continue
        lus = dict(zip(colonnes, (c.strip() for c in champs), strict=False))
        nomenclature, forme, code = (lus.get(c, "") for c in _COLONNES_ALIAS)
        if not (nomenclature and forme and code) or len(champs) > len(colonnes):
            raise refuser(f"ligne {ligne}, il faut une valeur dans chacune des trois colonnes")
        seed = nomenclatures / f"dim_{nomenclature}.csv"
        if nomenclature not in formes or not seed.is_file():
            raise refuser(f"ligne {ligne}, la nomenclature « {nomenclature} » n'existe pas")
        if code not in _lire_csv(seed)["code"].to_list():
            raise refuser(f"ligne {ligne}, le code « {code} » n'existe pas dans {nomenclature}")
        formes[nomenclature][forme_normale(forme)] = code


def _texte(octets: bytes) -> str:
    """What a spreadsheet saves: UTF-8, or Windows-1252 from French Excel."""
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        return octets.decode("cp1252", errors="replace")


def _lire_csv(fichier: Path) -> pl.DataFrame:
    return pl.read_csv(fichier, infer_schema=False)
