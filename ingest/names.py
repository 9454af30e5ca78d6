"""Names of persons typed where they do not belong: found, then hashed or masked before anything is kept.

A code that holds a word of a name becomes a keyed hash, the same in every table and deposit of the structure, so that rows
still find each other; a free text, only where it is a person's whole name. Rules and reasons: docs/decisions.md.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from clauses.socle.project import SEEDS
from ingest.findings import Constats
from ingest.identity import SEPARATEUR, hacher, normaliser_chaque_nom, normaliser_nom
from ingest.layouts import Colonne, Table
from ingest.spellings import sans_signes

MASQUE = "(valeur masquée)"
PERSONNES = pl.DataFrame(schema={"depot": pl.Int32, "nom": pl.String, "prenom": pl.String})
_INITIALE = r"(?:^|\s)\p{L}\.?(?:[\s,]|$)"
_CIVILITE = r"(?i)^(?:m\.?|mr\.?|mme\.?|mlle\.?|monsieur|madame|mademoiselle) +"
_LETTRES_D_UN_MOT = 3  # shorter words of names say nothing alone
_LETTRES_AVEC_INITIALE = 4
_LONGUEUR_EMPREINTE = 12
Decoupe = Callable[[pl.Series], pl.DataFrame]
Regard = tuple[pl.DataFrame, Decoupe]
_FORMES = {"depot": pl.Int32, "forme": pl.String}


@dataclass(frozen=True)
class Noms:
    """The names written in each deposit (depot, forme), normalised.

    `cellules`: a name, a first name, both. `mots`: each word of them, and a name with the initial of the first name.
    `entiers`: name and first name together; `initiales`: a name and the initial of the first name.
    """

    cellules: pl.DataFrame
    mots: pl.DataFrame
    entiers: pl.DataFrame
    initiales: pl.DataFrame


@lru_cache(maxsize=1)
def _mots_vides() -> list[str]:
    chemin = SEEDS / "nomenclatures" / "mots_vides_des_noms.csv"
    return pl.read_csv(chemin, infer_schema=False)["mot"].to_list()


def noms_ecrits(personnes: pl.DataFrame) -> Noms:
    """`personnes`: depot, nom, prenom as written, in any number of rows."""
    nom, prenom = pl.col("nom"), pl.col("prenom")
    ecrites = personnes.unique()
    formes = ecrites.with_columns(
        nom=normaliser_chaque_nom(ecrites["nom"]), prenom=normaliser_chaque_nom(ecrites["prenom"])
    ).unique()
    en_plusieurs_mots = ecrites.filter(nom.str.contains(r"\p{L}[\s,]+\p{L}")).select(
        "depot", forme=normaliser_nom(nom)
    )
    entiers = pl.concat(
        [
            formes.select("depot", forme=nom + prenom),
            formes.select("depot", forme=prenom + nom),
            en_plusieurs_mots,
        ]
    )
    mots = pl.concat(
        [
            _decouper_en_mots(ecrites["nom"]).join(ecrites, left_on="texte", right_on="nom"),
            _decouper_en_mots(ecrites["prenom"]).join(ecrites, left_on="texte", right_on="prenom"),
        ],
        how="diagonal",
    ).filter(pl.col("forme").str.len_chars() >= _LETTRES_D_UN_MOT, ~pl.col("forme").is_in(_mots_vides()))
    long = formes.filter(nom.str.len_chars() >= _LETTRES_AVEC_INITIALE)
    avec_initiale = [
        long.select("depot", forme=prenom.str.head(1) + nom),
        long.select("depot", forme=nom + prenom.str.head(1)),
    ]
    cellules = [formes.select("depot", forme=c) for c in (nom, prenom)]
    return Noms(
        cellules=_uniques(*cellules, entiers),
        mots=_uniques(mots.select("depot", "forme"), *avec_initiale, *cellules, entiers).filter(
            pl.col("forme").str.len_chars() >= _LETTRES_D_UN_MOT, ~pl.col("forme").is_in(_mots_vides())
        ),
        entiers=_uniques(entiers),
        initiales=_uniques(*avec_initiale),
    )


def _uniques(*cadres: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([pl.DataFrame(schema=_FORMES), *cadres]).drop_nulls("forme").unique()


# --- where a text holds a name -------------------------------------------------------------------------------


def tiennent_un_nom(
    depots: pl.Series, codes: pl.Series, noms: Noms, ordinaires: Collection[str] = ()
) -> pl.Series:
    """True where a code, or what could not be read as one, holds a word of a name of its deposit, or is one.

    `ordinaires`: words that say something else there.
    """
    mots, cellules = _regards(noms)["code"]
    return _trouver(depots, codes, *mots, ordinaires) | _trouver(depots, codes, *cellules)


def sont_un_nom_entier(depots: pl.Series, textes: pl.Series, noms: Noms) -> pl.Series:
    """True where a text is nothing but the whole name of a person of its deposit, or a title or an initial and one name."""
    entiers, seuls, initiales = _regards(noms)["texte"]
    return (
        _trouver(depots, textes, *entiers)
        | _trouver(depots, textes, *seuls)
        | _trouver(depots, textes, *initiales)
    )


def _regards(noms: Noms) -> dict[str, tuple[Regard, ...]]:
    """How each type of column is looked at: the forms of names, and how a text is cut into such."""
    return {
        "code": ((noms.mots, _decouper_en_mots), (noms.cellules, _decouper_en_cellules)),
        "texte": (
            (noms.entiers, _sans_civilite),
            (noms.cellules, _apres_civilite),
            (noms.initiales, _a_initiale),
        ),
    }


def _trouver(
    depots: pl.Series,
    textes: pl.Series,
    formes: pl.DataFrame,
    decouper: Decoupe,
    ordinaires: Collection[str] = (),
) -> pl.Series:
    """Each distinct text is cut once; where none of its forms is a name of any deposit, nothing else is looked at."""
    decoupes = decouper(textes.drop_nulls().unique().alias("texte"))
    if ordinaires:
        decoupes = decoupes.filter(~pl.col("forme").is_in(list(ordinaires)))
    ecrites = formes.filter(pl.col("forme").is_in(decoupes["forme"].unique().implode()))
    if ecrites.is_empty():
        return pl.repeat(False, len(textes), dtype=pl.Boolean, eager=True)
    lignes = pl.DataFrame({"depot": depots, "texte": textes})
    trouves = (
        lignes.unique()
        .join(decoupes, on="texte")
        .join(ecrites, on=["depot", "forme"], how="semi")
        .select("depot", "texte", _oui=pl.lit(True))
        .unique()
    )
    joints = lignes.join(trouves, on=["depot", "texte"], how="left", maintain_order="left")
    return joints["_oui"].fill_null(False)


def _decouper_en_mots(textes: pl.Series) -> pl.DataFrame:
    """texte, forme: the runs of letters of each text, and each two that follow one another (a short name, its first)."""
    suivis = (
        textes.drop_nulls()
        .unique()
        .to_frame("texte")
        .filter(pl.col("texte").str.contains(r"\p{L}{2}"))
        .select("texte", mot=_sans_accent(pl.col("texte")).str.extract_all(r"\p{L}+"))
        .with_row_index("rang")
        .explode("mot")
        .with_columns(suivant=pl.col("mot").shift(-1).over("rang"))
    )
    return pl.concat(
        [
            suivis.select("texte", forme="mot"),
            suivis.drop_nulls("suivant").select("texte", forme=pl.col("mot") + pl.col("suivant")),
        ]
    )


def _decouper_en_cellules(textes: pl.Series) -> pl.DataFrame:
    """texte, forme: what separators of lists leave of each text, if no digit is there: a name, however short."""
    morceaux = pl.col("texte").str.replace_all(r"[/,;]", "+").str.split("+")
    sans_chiffre = textes.to_frame("texte").filter(~pl.col("texte").str.contains(r"\d"))
    formes = sans_chiffre.with_columns(forme=morceaux).explode("forme")
    return formes.select("texte", forme=normaliser_nom(pl.col("forme"))).drop_nulls("forme")


def _sans_civilite(textes: pl.Series) -> pl.DataFrame:
    """texte, forme: the letters of each text, less the titles before a name."""
    titres = rf"\b(?:{'|'.join(_mots_vides())})\b"
    nus = _sans_accent(pl.col("texte")).str.replace_all(titres, "").str.replace_all(r"\P{L}", "")
    return textes.to_frame("texte").select("texte", forme=nus).filter(pl.col("forme") != "")


def _apres_civilite(textes: pl.Series) -> pl.DataFrame:
    """texte, forme: the letters of what follows the title of a person."""
    titres = textes.to_frame("texte").filter(pl.col("texte").str.contains(_CIVILITE))
    return titres.select(
        "texte", forme=normaliser_nom(pl.col("texte").str.replace(_CIVILITE, ""))
    ).drop_nulls("forme")


def _a_initiale(textes: pl.Series) -> pl.DataFrame:
    """texte, forme: as without a title, of the texts that have a letter alone."""
    return _sans_civilite(textes.filter(textes.str.contains(_INITIALE)))


def _sans_accent(texte: pl.Expr) -> pl.Expr:
    minuscules = texte.str.to_lowercase().str.replace_many(["œ", "æ", "ß"], ["oe", "ae", "ss"])
    return minuscules.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_uppercase()


# --- what is kept instead ------------------------------------------------------------------------------------


def cacher_les_noms(
    table: Table, cadre: pl.DataFrame, noms: Noms, structures: pl.DataFrame, cle: bytes, constats: Constats
) -> pl.DataFrame:
    """Codes and free texts of a typed table, those that hold a name replaced by their keyed hash, and said.

    `structures`: depot, structure_code.
    """
    for colonne in _a_regarder(table, cadre, noms):
        textes = cadre[colonne.nom]
        reperer = tiennent_un_nom if colonne.type == "code" else sont_un_nom_entier
        nommants = reperer(cadre["depot"], textes, noms)
        if nommants.any():
            # the same code on a hundred lines is one mistake; a row set aside has its reason already
            lignes = cadre.filter(nommants & ~cadre["rejet"]).unique(
                ["depot", colonne.nom], keep="first", maintain_order=True
            )
            constats.ajouter("alerte", "NOM_EN_CLAIR", table.entete, lignes, colonne=colonne.entete)
            empreintes = _empreintes(cadre.filter(nommants).select("depot", colonne.nom), structures, cle)
            cadre = cadre.with_columns(textes.scatter(nommants.arg_true(), empreintes))
    return cadre


def _a_regarder(table: Table, cadre: pl.DataFrame, noms: Noms) -> list[Colonne]:
    """The columns of codes, those of free texts, where one of them at least has a name of any deposit: most often none."""
    retenues: list[Colonne] = []
    for type_, regards in _regards(noms).items():
        colonnes = [c for c in table.colonnes if c.type == type_]
        textes = [cadre[c.nom].drop_nulls().unique().alias("texte") for c in colonnes]
        if textes:
            tous = pl.concat(textes).unique()
            if any(
                decouper(tous)["forme"].is_in(formes["forme"].implode()).any() for formes, decouper in regards
            ):
                retenues += colonnes
    return retenues


def _empreintes(codes: pl.DataFrame, structures: pl.DataFrame, cle: bytes) -> pl.Series:
    """depot and a code → its hash: of a structure's codes, however written, always the same."""
    ecrits = codes.join(structures, on="depot", how="left", maintain_order="left").select(
        pl.concat_str(
            pl.col("structure_code").str.to_uppercase(),
            sans_signes(pl.col(codes.columns[1])),
            separator=SEPARATEUR,
        ).alias("ecrit")
    )["ecrit"]
    distincts = ecrits.unique()
    haches = [
        f"masque-{empreinte.hex()[:_LONGUEUR_EMPREINTE]}"
        for empreinte in hacher(cle, f"identifiant{SEPARATEUR}", distincts.to_list())
    ]
    return ecrits.replace_strict(distincts, pl.Series(haches, dtype=pl.String), return_dtype=pl.String)
