"""What is seen of one source over its deposits: sheets of one shape put together, months in columns, lists of codes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from clauses.socle.errors import DepotRefuse, ErreurUtilisateur
from ingest.description.entetes import EnTete, a_plat, deviner, mois_dans
from ingest.description.langage import ETOILE, FEUILLE, Listes, sous_l_etoile
from ingest.description.vocabulaire import sens
from ingest.discovery import Candidat
from ingest.feuilles import Feuilles
from ingest.findings import MESSAGES
from ingest.layouts import normaliser
from ingest.lignes import disent_un_total
from ingest.nettoyage import nettoyer
from ingest.nommage import SUFFIXES, nom_de_table
from ingest.reading import ClasseurLu, ouvrir

_MOIS_PAR_MESURE = 3  # columns of months, fewer may be anything
_VIDES_D_UN_TOTAL = 0.3  # share of its cells
_DE_CODES = 0.5  # share of the fields named by a list that are headers of the source
_DE_MOTS = 0.8  # share of its labels that are words
_CHAMPS_PROBANTS = 2
_DE_CLES = 0.95  # share of its lines that explain another code


DEPOT = "{depot}"


@dataclass(frozen=True)
class Vue:
    """One sheet of one deposit (its rank), and where its header is."""

    depot: int
    nom: str
    feuilles: Feuilles
    entete: EnTete


@dataclass
class BlocVu:
    """Sheets of one shape. `lignes`: their rows as text, by header, with `{feuille}`, `{*}` and `{depot}`.

    `mois`: pattern of header → its headers. `totaux`: the lines that are sums of others, which `lignes` has not.

    `noms`: their names, or patterns of them; `public`: how it is called where its own name is a person's.
    `du_depot`: headers that `entetes` has not, of what the deposit says of itself on each line.
    """

    noms: tuple[str, ...]
    feuilles: tuple[str, ...]
    lignes: pl.DataFrame
    entetes: list[str]
    mois: dict[str, list[str]] = field(default_factory=dict)
    totaux: pl.DataFrame = field(default_factory=pl.DataFrame)
    public: str = ""
    du_depot: list[str] = field(default_factory=list)

    @property
    def de_fichiers(self) -> bool:
        """Whether they are CSV files."""
        return all(f.lower().endswith(SUFFIXES) for f in self.feuilles)

    @property
    def seule(self) -> bool:
        """Whether all its sheets are called the same."""
        return len(set(map(nom_de_table, self.feuilles))) == 1

    @property
    def noms_de_feuille(self) -> list[str]:
        """What its sheets are called, and what of that tells them apart, where one deposit has several."""
        par_depot = self.lignes.group_by(DEPOT).agg(pl.col(FEUILLE).n_unique())
        if not (par_depot[FEUILLE] > 1).any():
            return []
        return [FEUILLE] if (self.lignes[FEUILLE] == self.lignes[ETOILE]).all() else [FEUILLE, ETOILE]

    def par_objet(self, cles: Sequence[str], colonne: str, unite: str | None = None) -> pl.DataFrame:
        """Of each thing that these columns name within a deposit, where another column is filled several times: how many
        (`n`: lines, or distinct values of `unite`), and its distinct values (`d`)."""
        lues = [pl.col(colonne).alias("v"), *([pl.col(unite).alias("u")] if unite else [])]
        cle = [DEPOT, *(f"c{i}" for i in range(len(cles)))]
        lignes = self.lignes.select(
            DEPOT, *(pl.col(c).alias(n) for c, n in zip(cles, cle[1:], strict=True)), *lues
        )
        nombre = pl.col("u").n_unique() if unite else pl.len()
        objets = lignes.drop_nulls().group_by(cle).agg(n=nombre, d=pl.col("v").n_unique())
        return objets.filter(pl.col("n") > 1)

    @property
    def titre(self) -> str:
        """How the block is called: its sheet, or its sheets."""
        if self.public:
            return self.public
        if self.seule:
            return sans_extension(self.feuilles[0])
        # their names may be those of persons
        return f"{len(self.feuilles)} {'fichiers' if self.de_fichiers else 'feuilles'} ({', '.join(self.entetes[:2])} …)"


@dataclass
class Observation:
    """`informations`: sheets of keys and values that the layouts know. `muettes`: sheets where no header was found."""

    blocs: list[BlocVu]
    listes: Listes | None
    classeurs: list[tuple[Candidat, ClasseurLu, Feuilles]]
    muettes: list[str]


def observer(candidats: Sequence[Candidat], infos: Sequence[str]) -> Observation:
    """`infos`: normalised names of the sheets that say who deposits. Raises ErreurUtilisateur A_DECRIRE_ILLISIBLE."""
    ouverts: list[tuple[Candidat, ClasseurLu, Feuilles]] = []
    vues: dict[frozenset[str], list[Vue]] = {}
    muettes: list[str] = []
    for rang, candidat in enumerate(candidats):
        try:
            classeur = ouvrir(candidat)
            feuilles = Feuilles(classeur)
            siennes, sans_entete = _regarder(rang, feuilles, infos)
        except DepotRefuse as refus:
            raise ErreurUtilisateur(
                "A_DECRIRE_ILLISIBLE",
                f"« {candidat.relatif} » ne peut pas être décrit. {refus.dire(MESSAGES['refus'])}",
            ) from None
        ouverts.append((candidat, classeur, feuilles))
        muettes += sans_entete
        for fixes, vue in siennes:
            vues.setdefault(fixes, []).append(vue)
    blocs = [_bloc(sortes) for sortes in _reunies(vues)]
    if len(blocs) == 1 and all(c.contenant == "csv" for c in candidats):
        blocs[0].noms = ("*",)  # the file is the deposit: its name is no table's
    listes, pris = _listes(blocs)
    return Observation([b for b in blocs if b is not pris], listes, ouverts, sorted(set(muettes)))


def _regarder(
    rang: int, feuilles: Feuilles, infos: Sequence[str]
) -> tuple[list[tuple[frozenset[str], Vue]], list[str]]:
    """The filled sheets of one deposit with the headers that they share with others, and those without a header."""
    vues: list[tuple[frozenset[str], Vue]] = []
    muettes: list[str] = []
    for nom in feuilles.noms:
        if normaliser(nom) in infos or not feuilles.lire(nom).remplie:
            continue
        entete = deviner(feuilles.lire(nom))
        if entete is None:
            muettes.append(nom)
        else:
            fixes = frozenset(normaliser(n) for n in entete.noms if n and mois_dans(n) is None)
            vues.append((fixes, Vue(rang, nom, feuilles, entete)))
    return vues, muettes


def _reunies(vues: dict[frozenset[str], list[Vue]]) -> list[list[Vue]]:
    """Sheets with the same headers; those of one name too, in one deposit and another, whatever column one of them lacks."""
    groupes: list[tuple[frozenset[str], list[Vue]]] = []
    for fixes, sortes in vues.items():
        noms = {normaliser(v.nom) for v in sortes}
        proche = next(
            (
                g
                for f, g in groupes
                if noms & {normaliser(v.nom) for v in g} and len(f & fixes) >= 0.6 * len(f | fixes)
            ),
            None,
        )
        if proche is None:
            groupes.append((fixes, list(sortes)))
        else:
            proche.extend(sortes)
    return [g for _, g in groupes]


def sans_extension(nom: str) -> str:
    """A sheet is called as it is, a CSV file without its extension."""
    return nom[:-4] if nom.lower().endswith(SUFFIXES) else nom


def _bloc(sortes: Sequence[Vue]) -> BlocVu:
    cadres: list[pl.DataFrame] = []
    entetes: dict[str, str] = {}
    noms = tuple(dict.fromkeys(v.nom for v in sortes))
    motifs = _motifs(noms)
    for vue in sortes:
        entete = vue.entete
        lignes = a_plat(vue.feuilles.lire(vue.nom), entete).cellules.slice(1)
        colonnes: dict[str, pl.Expr] = {}
        for place, texte in enumerate(entete.noms):
            if texte:
                propre = entetes.setdefault(normaliser(texte), texte)
                colonnes[propre] = nettoyer(pl.col(f"c{place}")).alias(propre)
        cadres.append(
            lignes.select(
                *colonnes.values(),
                pl.lit(vue.nom).alias(FEUILLE),
                pl.lit(sous_l_etoile(motifs, vue.nom)).alias(ETOILE),
                pl.lit(vue.depot).alias(DEPOT),
            )
        )
    lignes = pl.concat(cadres, how="diagonal")
    remplies = pl.any_horizontal(pl.exclude(FEUILLE, ETOILE, DEPOT).is_not_null())
    lignes = lignes.filter(remplies)
    sont_des_totaux = pl.Series([False] * lignes.height, dtype=pl.Boolean)
    for textes in lignes.select(pl.exclude(FEUILLE, ETOILE, DEPOT)):
        sont_des_totaux = sont_des_totaux | disent_un_total(textes).fill_null(False)
    vides = lignes.select(pl.sum_horizontal(pl.exclude(FEUILLE, ETOILE, DEPOT).is_null())).to_series()
    # a company may be called so: a sum leaves most of its line empty
    sont_des_totaux = sont_des_totaux & (vides >= _VIDES_D_UN_TOTAL * max(1, len(entetes)))
    mois: dict[str, list[str]] = {}
    for texte in entetes.values():
        trouve = mois_dans(texte)
        if trouve is not None:
            mois.setdefault(trouve[0], []).append(texte)
    mois = {motif: textes for motif, textes in mois.items() if len(textes) >= _MOIS_PAR_MESURE}
    prises = {t for textes in mois.values() for t in textes}
    return BlocVu(
        noms=motifs,
        feuilles=noms,
        lignes=lignes.filter(~sont_des_totaux),
        totaux=lignes.filter(sont_des_totaux),
        entetes=[t for t in entetes.values() if t not in prises],
        mois=mois,
    )


def _motifs(noms: Sequence[str]) -> tuple[str, ...]:
    """One name, or a pattern of several."""
    propres = [sans_extension(n) for n in noms]
    if len(set(map(normaliser, propres))) == 1:
        return (propres[0],)
    decoupes = [re.split(r"(\W+|_)", n) for n in propres]
    debut = _commun(decoupes)
    fin = _commun([d[::-1] for d in decoupes])[::-1]
    return ("".join(debut) + "*" + "".join(fin),)


def _commun(decoupes: Sequence[Sequence[str]]) -> list[str]:
    """The words that all begin with."""
    commun = []
    for morceaux in zip(*decoupes, strict=False):
        if len(set(morceaux)) > 1:
            break
        commun.append(morceaux[0])
    return commun


def _listes(blocs: Sequence[BlocVu]) -> tuple[Listes | None, BlocVu | None]:
    """The sheet that explains codes, if there is one."""
    for bloc in blocs:
        if 2 <= len(bloc.entetes) <= 6 and not bloc.mois:
            listes = _liste_de(bloc, [b for b in blocs if b is not bloc])
            if listes is not None:
                return listes, bloc
    return None, None


def _liste_de(bloc: BlocVu, autres: Sequence[BlocVu]) -> Listes | None:
    """A column of codes, one of labels, and one whose words are headers of other sheets; a code is there once."""
    connus = {normaliser(e) for b in autres for e in b.entetes}
    feuilles = {normaliser(n) for b in autres for n in b.feuilles}
    champ = table = None
    codes: list[tuple[bool, str]] = []
    libelles: list[tuple[bool, int, str]] = []
    for entete in bloc.entetes:
        valeurs = bloc.lignes[entete].drop_nulls()
        distinctes = {normaliser(v) for v in valeurs.unique()}
        if not distinctes:
            continue
        dits = {s for mot in sens(entete) for s in mot}
        court = float(valeurs.str.len_chars().mean() or 0) <= 6  # type: ignore[arg-type]
        se_dit_code = bool(dits & {"code", "identifiant"}) or valeurs.str.contains(r"\d").all()
        if len(distinctes & connus) >= max(_CHAMPS_PROBANTS, _DE_CODES * len(distinctes)) and champ is None:
            champ = entete
        elif len(distinctes & feuilles) >= _DE_CODES * len(distinctes) and table is None:
            table = entete
        elif court:
            codes.append((se_dit_code, entete))
        elif valeurs.str.contains(r"\p{L}{2}").mean() >= _DE_MOTS:  # type: ignore[operator]
            libelles.append(("libelle" in dits, len(distinctes), entete))
    if not codes or not libelles:
        return None
    code = next((e for dit, e in codes if dit), codes[0][1])
    _, _, libelle = max(libelles)
    cles = bloc.lignes.select(
        DEPOT, code, *([champ] if champ else []), *([table] if table else [])
    ).drop_nulls()
    if cles.unique().height < _DE_CLES * cles.height:
        return None
    if champ is None and not _explique_des_champs(bloc.lignes[code].drop_nulls().unique(), autres):
        return None
    return Listes(sans_extension(bloc.feuilles[0]), code, libelle, table if champ else None, champ)


def _explique_des_champs(codes: pl.Series, autres: Sequence[BlocVu]) -> bool:
    """Whether columns all of whose values are among these codes share none of them: a list that says no field holds several.
    A key of things is in other sheets too, but the same one."""
    champs: list[set[str]] = []
    for bloc in autres:
        for entete in bloc.entetes:
            vus = bloc.lignes[entete].drop_nulls().unique()
            if len(vus) > 1 and vus.is_in(codes.implode()).all() and all(c.isdisjoint(vus) for c in champs):
                champs.append(set(vus))
    return len(champs) >= _CHAMPS_PROBANTS
