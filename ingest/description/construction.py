"""Our tables, still text, from the sheets of another tool as a description says: months set upright, parts of a row parted,
words and units brought to ours. Types, rules and findings come after, as for any deposit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import polars as pl

from clauses.socle.errors import DepotRefuse
from ingest.assemblage import lignes_de_donnees
from ingest.cellules import est_vide, regle_de_l_illisible
from ingest.csv_texte import Enregistrements
from ingest.description.codes_de_la_source import Traductions, codes_de, traduire
from ingest.description.entetes import (
    EnTete,
    a_plat,
    est_mois_sans_annee,
    mois_d_une_feuille,
    mois_ecrit,
    numero_du_mois,
    trouver,
)
from ingest.description.langage import (
    ET,
    ETOILE,
    FEUILLE,
    MOIS,
    NOMS_DE_FEUILLE,
    Bloc,
    Deduite,
    Description,
    Origine,
    sous_l_etoile,
)
from ingest.extraction import TableBrute, extraire
from ingest.feuilles import Feuilles
from ingest.findings import Remarque
from ingest.irregularites import relever
from ingest.layouts import Colonne, Layout, Table, normaliser
from ingest.nettoyage import nettoyer
from ingest.nombres import lire_heures, lire_nombres
from ingest.nommage import nom_de_table

_PART_DES_ENTETES = 0.8  # of the headers of a description, those that make a sheet its own
_LIEN_D_UNE_CLE = " | "
_ANNEE = re.compile(r"(?:19|20)\d\d")
_UNE_SECONDE = 0.001  # of one
_DECIMALES = 5
_EN_HEURES = {"heures": 1.0, "minutes": 1 / 60}

Annees = Callable[[str], str | None]


@dataclass
class Construites:
    """Tables as they are read from sheets of our own: what is known of each, and its rows."""

    tables: dict[str, TableBrute] = field(default_factory=dict)
    cellules: dict[str, pl.DataFrame] = field(default_factory=dict)
    remarques: list[Remarque] = field(default_factory=list)


@dataclass(frozen=True)
class Source:
    """The rows of one block before they are parted: `ligne` and its columns, by header; `suites` as in TableBrute."""

    bloc: Bloc
    lignes: pl.DataFrame
    ligne_entete: int
    inconnues: list[str]
    suites: dict[int, str]
    remarques: list[Remarque]
    feuilles: list[str]


# --- which sheets -------------------------------------------------------------------------------------------


def entetes_attendus(bloc: Bloc) -> Callable[[str], bool]:
    """Whether a header is one that the block reads or knows, months included."""
    connus = {normaliser(e) for e in (*bloc.entetes_lus(), *bloc.ignorees)}

    def attendu(nom: str) -> bool:
        return normaliser(nom) in connus or _mois_de(bloc, nom) is not None

    return attendu


def _mois_de(bloc: Bloc, entete: str) -> tuple[str, str] | None:
    """The measure and the month, as written, of a header of months."""
    for mesure, motif in bloc.mois.items():
        avant, apres = (normaliser(m) for m in motif.split(MOIS))
        nu = normaliser(entete)
        if not (nu.startswith(avant) and nu.endswith(apres) and len(nu) > len(avant) + len(apres)):
            continue
        milieu = nu[len(avant) : len(nu) - len(apres)].strip()
        if mois_ecrit(milieu) or est_mois_sans_annee(milieu):
            return mesure, milieu
    return None


def feuilles_du_bloc(bloc: Bloc, feuilles: Feuilles) -> dict[str, EnTete]:
    """The sheets of a block by their name, else by their headers, and where the header of each is."""
    motifs = [normaliser(n.replace("*", " etoile ")).replace("etoile", "*") for n in bloc.noms]
    attendus = len(bloc.entetes_lus()) + bool(bloc.mois)
    connu = entetes_attendus(bloc)
    trouvees: dict[str, EnTete] = {}
    autres: dict[str, EnTete] = {}
    for nom in feuilles.noms:
        entete, vus = trouver(feuilles.lire(nom), connu)
        if entete is None:
            continue
        siens = vus >= _PART_DES_ENTETES * attendus
        motif = next((m for m in motifs if _ressemble(nom_de_table(nom), m)), None)
        if motif is not None and ("*" not in motif or siens):
            trouvees[nom] = entete
        elif siens:
            autres[nom] = entete
    return trouvees or autres


def _ressemble(nom: str, motif: str) -> bool:
    return fnmatchcase(nom.replace(" ", ""), motif.replace(" ", ""))


def part_reconnue(description: Description, feuilles: Feuilles) -> float:
    """Share of the headers that a description reads which the deposit has; 0 when a list of codes it needs is absent."""
    if description.listes is not None and not any(
        nom_de_table(n) == nom_de_table(description.listes.feuille) for n in feuilles.noms
    ):
        return 0.0
    attendus = vus = 0
    for bloc in description.blocs:
        lus = {normaliser(e) for e in bloc.entetes_lus()}
        attendus += len(lus) + bool(bloc.mois)
        entetes = feuilles_du_bloc(bloc, feuilles)
        noms = {normaliser(n) for e in entetes.values() for n in e.noms if n}
        vus += len(lus & noms) + any(
            _mois_de(bloc, n) is not None for e in entetes.values() for n in e.noms if n and bloc.mois
        )
    return vus / attendus if attendus else 0.0


# --- the rows of a block ------------------------------------------------------------------------------------


def lire_le_bloc(
    bloc: Bloc, layout: Layout, feuilles: Feuilles, irreguliers: Mapping[str, Enregistrements]
) -> Source | None:
    """Raises DepotRefuse (COLONNE_EN_DOUBLE, ILLISIBLE for rows that have not their header's cells)."""
    entetes = feuilles_du_bloc(bloc, feuilles)
    cadres: list[pl.DataFrame] = []
    suites: dict[int, str] = {}
    inconnues: dict[str, None] = {}
    remarques: list[Remarque] = []
    premiere = 1
    for nom, entete in entetes.items():
        feuille = a_plat(feuilles.lire(nom), entete)
        table = _table_de_la_source(bloc, layout, nom, entete)
        brute, lignes = extraire(table, feuille)
        lus = irreguliers.get(nom)
        connues = frozenset(c.nom for c in table.colonnes)
        vues = relever(lus, brute.ligne_entete, lignes.columns[1:], connues) if lus is not None else None
        if vues is not None:
            raise DepotRefuse(
                "ILLISIBLE",
                table=nom,
                ligne=min(vues.lignes),
                detail=f"{len(vues.lignes)} lignes de « {nom} » n'ont pas autant de cellules que l'en-tête (la première : "
                f"ligne {min(vues.lignes)})",
            )
        presentes = [c.nom for c in table.colonnes if c.nom in lignes.columns]
        lignes = lignes_de_donnees(
            table, presentes, pl.repeat(0, lignes.height, eager=True).alias("depot"), [lignes]
        )
        renommees = {c.nom: c.entete for c in table.colonnes if c.nom in presentes}
        decalage = int(cadres[-1]["ligne"].max() or 0) if cadres and cadres[-1].height else premiere - 1  # type: ignore[arg-type]
        suites[decalage + 1] = nom
        premiere = decalage + 1
        lignes = lignes.select(
            pl.col("ligne") + decalage,
            *(nettoyer(pl.col(c)).alias(e) for c, e in renommees.items()),
            pl.lit(nom).alias(FEUILLE),
            pl.lit(sous_l_etoile(bloc.noms, nom)).alias(ETOILE),
        )
        cadres.append(lignes)
        inconnues |= dict.fromkeys(brute.colonnes_inconnues)
        remarques += brute.remarques
    if not cadres:
        return None
    ligne_entete = int(
        feuilles.lire(next(iter(entetes))).cellules["ligne"][next(iter(entetes.values())).rang]
    )
    ensemble = pl.concat(cadres, how="diagonal")
    situees = suites if len(suites) > 1 else {}
    return Source(bloc, ensemble, ligne_entete, list(inconnues), situees, remarques, list(entetes))


def _table_de_la_source(bloc: Bloc, layout: Layout, nom: str, entete: EnTete) -> Table:
    """The columns that the block reads, of the types of those they feed: sums, feet and merged cells are told by them."""
    natures: dict[str, Colonne] = {}
    for table, colonne, origine in bloc.origines():
        notre = next(t for t in layout.tables if t.entete == table)
        for lu in origine.entetes:
            vue = next(c for c in notre.colonnes if c.entete == colonne)
            natures.setdefault(normaliser(lu), vue if table not in bloc.distinctes else _facultative(vue))
    heures = next((c for t in layout.tables for c in t.colonnes if c.type == "heures"), None)
    colonnes = []
    for place, texte in enumerate(entete.noms):
        nature = natures.get(normaliser(texte)) if texte else None
        if nature is None and heures is not None and texte and _mois_de(bloc, texte) is not None:
            nature = _facultative(heures)
        if nature is not None:
            colonnes.append(
                Colonne(
                    nom=f"source_{place}",
                    entete=texte,
                    type=nature.type,
                    valeur=nature.valeur,
                    nomenclature=nature.nomenclature,
                )
            )
        elif texte and normaliser(texte) in {normaliser(i) for i in bloc.ignorees}:
            colonnes.append(Colonne(nom=f"source_{place}", entete=texte, type="texte"))
    return Table(entete=nom, nom="source", requise=True, colonnes=tuple(colonnes))


def _facultative(colonne: Colonne) -> Colonne:
    return Colonne(colonne.nom, colonne.entete, colonne.type, nomenclature=colonne.nomenclature)


# --- months in columns --------------------------------------------------------------------------------------


def redresser_les_mois(source: Source, annee_de: Annees) -> pl.DataFrame:
    """One row per line and month where a measure is filled; months as `2024-03`, or as written where the year is unknown."""
    par_mois: dict[str, dict[str, str]] = {}
    for entete in source.lignes.columns:
        trouve = _mois_de(source.bloc, entete)
        if trouve is not None:
            mesure, ecrit = trouve
            mois = mois_ecrit(ecrit) or ecrit
            if mesure in par_mois.setdefault(mois, {}):
                raise DepotRefuse(
                    "COLONNE_EN_DOUBLE",
                    table=source.feuilles[0],
                    ligne=source.ligne_entete,
                    colonne=entete,
                    detail=f"« {par_mois[mois][mesure]} » et « {entete} » sont du même mois",
                )
            par_mois[mois][mesure] = entete
    prises = {e for mesures in par_mois.values() for e in mesures.values()}
    communes = [c for c in source.lignes.columns if c not in prises]
    debout = [
        source.lignes.select(
            *communes,
            _mois_de_la_feuille(mois, source.bloc, annee_de).alias(MOIS),
            *(
                (_situee(mesures[m]) if m in mesures else pl.lit(None, dtype=pl.String)).alias(f"{{{m}}}")
                for m in source.bloc.mois
            ),
        )
        for mois, mesures in par_mois.items()
    ]
    if not debout:
        return source.lignes.with_columns(
            pl.lit(None, dtype=pl.String).alias(c) for c in (MOIS, *(f"{{{m}}}" for m in source.bloc.mois))
        )
    remplie = pl.any_horizontal(
        (pl.col(f"{{{m}}}").is_not_null() & ~est_vide(pl.col(f"{{{m}}}"))).fill_null(False)
        for m in source.bloc.mois
    )
    return pl.concat(debout).filter(remplie).sort("ligne", maintain_order=True)


def _situee(entete: str) -> pl.Expr:
    """A cell of a month; words in it, which no number will be read from, say where they stand."""
    texte = pl.col(entete)
    mots = texte.str.contains(r"\p{L}") & ~texte.str.contains(r"\d") & regle_de_l_illisible(texte).is_null()
    return pl.when(mots & ~est_vide(texte)).then(pl.format("{} ({})", texte, pl.lit(entete))).otherwise(texte)


def _mois_et_annee(parties: Sequence[pl.Series]) -> pl.Series:
    """« 2024 » and « mars », in two columns whatever their order: `2024-03`; as they are written where they are not that."""
    ecrites = pl.DataFrame({f"p{i}": s for i, s in enumerate(parties)})
    distinctes = ecrites.unique()
    lues = [_du_mois_et_de_l_annee(rangee) for rangee in distinctes.iter_rows()]
    connues = distinctes.with_columns(lu=pl.Series(lues, dtype=pl.String))
    return ecrites.join(connues, on=ecrites.columns, how="left", maintain_order="left", nulls_equal=True)[
        "lu"
    ]


def _du_mois_et_de_l_annee(parties: Sequence[str | None]) -> str | None:
    pleines = [p.strip() for p in parties if p]
    annee = next((p for p in pleines if _ANNEE.fullmatch(p)), None)
    mois = next((p for p in pleines if est_mois_sans_annee(p)), None)
    if annee is not None and mois is not None and len(pleines) == 2:
        return f"{annee}-{numero_du_mois(mois)}"
    return " ".join(pleines) or None


def mois_des_feuilles(noms: pl.Series) -> pl.Series:
    """The month that each sheet is named after; its name where it is named after none."""
    distincts = noms.unique()
    lus = pl.Series([mois_d_une_feuille(n) or n for n in distincts], dtype=pl.String)
    return noms.replace_strict(distincts, lus, return_dtype=pl.String)


def _annees_dites(
    mois: pl.Series, origine: Origine, feuilles: pl.Series, bloc: Bloc, annee_de: Annees
) -> pl.Series:
    """The months of a column, those without a year given theirs."""
    if set(origine.colonnes) <= set(NOMS_DE_FEUILLE):
        mois = mois_des_feuilles(mois)
    sans = [m for m in mois.drop_nulls().unique() if est_mois_sans_annee(m)]
    if not sans:
        return mois
    ecrits = pl.DataFrame({"m": mois, FEUILLE: feuilles})
    return ecrits.select(
        m=pl.coalesce(
            *(pl.when(pl.col("m") == m).then(_mois_de_la_feuille(m, bloc, annee_de)) for m in sans), "m"
        )
    )["m"]


def _mois_de_la_feuille(mois: str, bloc: Bloc, annee_de: Annees) -> pl.Expr:
    """A month without a year is of the year that its sheet's name says, else of the description's, else of the deposit's."""
    if mois_ecrit(mois) is not None:
        return pl.lit(mois)
    numero = numero_du_mois(mois)
    annee = pl.col(FEUILLE).str.extract(r"(?:^|\D)((?:19|20)\d\d)(?:\D|$)")
    dite = f"{bloc.annee}-{numero}" if bloc.annee is not None else annee_de(mois) or mois
    return pl.coalesce(pl.concat_str(annee, pl.lit(f"-{numero}")), pl.lit(dite))


# --- our tables ---------------------------------------------------------------------------------------------


def construire(
    layout: Layout,
    sources: Sequence[Source],
    traductions: Traductions,
    identite: Mapping[str, str],
    annee_de: Annees,
) -> Construites:
    """Raises DepotRefuse COLONNE_MANQUANTE where the source has lost a column that ours requires."""
    assert layout.description is not None
    construites = Construites()
    for source in sources:
        par_mois = redresser_les_mois(source, annee_de) if source.bloc.mois else source.lignes
        for nom, origines in source.bloc.tables.items():
            derivees = {e for o in origines.values() for e in o.entetes if e.startswith("{")}
            lignes = par_mois if derivees - set(NOMS_DE_FEUILLE) else source.lignes
            table = next(t for t in layout.tables if t.entete == nom)
            cellules = _projeter(table, origines, source, lignes, traductions, identite, annee_de)
            ecrits = {c: _ecrit(o, source.bloc) for c, o in origines.items() if o.colonnes}
            if nom in source.bloc.distinctes:
                cellules, dites = _rendre_distinctes(table, cellules, ecrits)
                construites.remarques += dites
            entetes = {c: e for c, e in ecrits.items() if e != c}
            premiere = nom == next(iter(source.bloc.tables))
            _ajouter(
                construites,
                TableBrute(
                    table,
                    cellules.height,
                    source.ligne_entete,
                    source.inconnues if premiere else [],
                    entetes,
                    list(source.remarques) if premiere else [],
                    source.suites,
                ),
                cellules,
            )
    for bloc in layout.description.blocs:
        if not bloc.noms:
            for nom, origines in bloc.tables.items():
                table = next(t for t in layout.tables if t.entete == nom)
                cellules = _constante(table, origines, identite)
                _ajouter(construites, TableBrute(table, 1, 1, [], {}), cellules)
    for nom, deduite in layout.description.deduites.items():
        table = next(t for t in layout.tables if t.entete == nom)
        if table.nom not in construites.tables:
            _deduire(construites, layout, table, deduite)
    return construites


def _ecrit(origine: Origine, bloc: Bloc) -> str:
    """How the source calls what one of our columns is read from."""
    noms = {MOIS: "mois (en-tête)", **dict.fromkeys(NOMS_DE_FEUILLE, "nom de la feuille")} | {
        f"{{{m}}}": motif for m, motif in bloc.mois.items()
    }
    return " + ".join(noms.get(c, c) for c in origine.colonnes)


def _ajouter(construites: Construites, brute: TableBrute, cellules: pl.DataFrame) -> None:
    nom = brute.table.nom
    if nom not in construites.tables:
        construites.tables[nom], construites.cellules[nom] = brute, cellules
        return
    raise DepotRefuse(
        "FEUILLES_EN_CONCURRENCE",
        table=brute.table.entete,
        valeur=brute.table.entete,
        detail="la description la tire de deux endroits",
    )


def _projeter(
    table: Table,
    origines: Mapping[str, Origine],
    source: Source,
    lignes: pl.DataFrame,
    traductions: Traductions,
    identite: Mapping[str, str],
    annee_de: Annees,
) -> pl.DataFrame:
    presents = {normaliser(c): c for c in lignes.columns if not c.startswith("{")}
    presents |= {c: c for c in lignes.columns if c.startswith("{")}

    def place(entete: str) -> str | None:
        return presents.get(entete if entete.startswith("{") else normaliser(entete))

    sorties = [lignes["ligne"]]
    for colonne in table.colonnes:
        origine = origines.get(colonne.entete)
        if origine is None:
            continue
        manquants = [e for e in origine.colonnes if place(e) is None]
        if manquants:
            if colonne.requise:
                raise DepotRefuse(
                    "COLONNE_MANQUANTE",
                    table=table.entete,
                    ligne=source.ligne_entete,
                    colonne=manquants[0],
                    detail=f" de « {source.feuilles[0]} », d'où la description tire « {colonne.entete} »",
                )
            continue
        codes = (
            codes_de(table, colonne, source.feuilles, origines, traductions) if colonne.nomenclature else {}
        )
        valeurs = _valeurs(colonne, origine, place, lignes, codes, identite)
        if colonne.type == "mois":
            valeurs = _annees_dites(valeurs, origine, lignes[FEUILLE], source.bloc, annee_de)
        sorties.append(valeurs.alias(colonne.nom))
    return pl.DataFrame(sorties)


def _valeurs(
    colonne: Colonne,
    origine: Origine,
    place: Callable[[str], str | None],
    lignes: pl.DataFrame,
    codes: Mapping[str, str],
    identite: Mapping[str, str],
) -> pl.Series:
    if not origine.colonnes:
        dite = origine.valeur if origine.identite is None else identite.get(origine.identite)
        return pl.Series([dite] * lignes.height, dtype=pl.String)
    lues = [lignes[str(place(e))] for e in origine.colonnes]
    if len(lues) > 1 and colonne.type == "mois":
        return _mois_et_annee(lues)
    if len(lues) > 1 and colonne.type == "liste":
        parties = pl.DataFrame({str(i): traduire(s, colonne, origine, codes) for i, s in enumerate(lues)})
        return parties.select(v=pl.concat_str(pl.all(), separator=ET, ignore_nulls=True).replace("", None))[
            "v"
        ]
    if len(lues) > 1:
        cle = pl.concat_str(
            (pl.col(f"p{i}").fill_null("") for i in range(len(lues))), separator=_LIEN_D_UNE_CLE
        )
        pleine = pl.any_horizontal(pl.col(f"p{i}").is_not_null() for i in range(len(lues)))
        parties = pl.DataFrame({f"p{i}": s for i, s in enumerate(lues)})
        return parties.select(v=pl.when(pleine).then(cle))["v"]
    valeurs = lues[0]
    if origine.valeurs or codes:
        valeurs = traduire(valeurs, colonne, origine, codes)
    if colonne.type in ("heures", "nombre"):
        valeurs = _en_heures(valeurs, origine, place, lignes)
    return valeurs


def _en_heures(
    valeurs: pl.Series, origine: Origine, place: Callable[[str], str | None], lignes: pl.DataFrame
) -> pl.Series:
    """Other units, hours that hold training or not, written as ours; what cannot be read stays, to be said."""
    facteur = _EN_HEURES.get(origine.unite, origine.heures_par_jour)
    autre = origine.plus or origine.moins
    autre_lue = place(autre) if autre else None
    if facteur == 1 and autre_lue is None:
        return valeurs
    lire = lire_heures if origine.unite == "heures" else lire_nombres
    total = lire(valeurs) * facteur
    if autre_lue is not None:
        autres = lignes[autre_lue]
        lues = lire(autres) * facteur
        vides = autres.is_null() | _vides(autres)
        # empty: none of it; unreadable: the sum is unknown, its text says why
        lues = pl.select(pl.when(vides).then(0.0).otherwise(lues)).to_series()
        total = total + lues if origine.plus else total - lues
        valeurs = pl.select(pl.when(lues.is_null()).then(autres).otherwise(valeurs)).to_series()
    ecrit = _en_duree(total)
    return pl.select(pl.coalesce(ecrit, valeurs)).to_series()


def _en_duree(heures: pl.Series) -> pl.Series:
    """Hours as `PT1H20M30S`, where they are a number of seconds: many decimals would be taken for a fraction of a day."""
    secondes = pl.col("h") * 3600
    entieres = secondes.round(0).cast(pl.Int64)
    duree = pl.format("PT{}H{}M{}S", entieres // 3600, entieres % 3600 // 60, entieres % 60)
    exacte = ((secondes - entieres).abs() < _UNE_SECONDE) & (pl.col("h") >= 0)
    decimales = pl.col("h").round(_DECIMALES).cast(pl.String)
    return heures.to_frame("h").select(t=pl.when(exacte).then(duree).otherwise(decimales)).to_series()


def _vides(textes: pl.Series) -> pl.Series:
    return textes.to_frame("t").select(est_vide(pl.col("t")).fill_null(False)).to_series()


def _cle(table: Table, colonnes: Collection[str]) -> list[pl.Expr]:
    """The key of a row, and what stands for a part of it that is empty."""
    return [
        pl.coalesce(pl.col(c), pl.col(repli)).alias(f"_cle_{c}")
        if (repli := table.cle_de_repli.get(c, "")) in colonnes
        else pl.col(c).alias(f"_cle_{c}")
        for c in table.cle
        if c in colonnes
    ]


def _rendre_distinctes(
    table: Table, cellules: pl.DataFrame, ecrits: Mapping[str, str]
) -> tuple[pl.DataFrame, list[Remarque]]:
    """One row per key: of each column the last value that is filled; those that differ are told, once per key and column."""
    cles = _cle(table, cellules.columns)
    noms = [e.meta.output_name() for e in cles]
    valeurs = [c for c in cellules.columns if c != "ligne"]
    avec = cellules.with_columns(cles).filter(pl.any_horizontal(pl.col(noms).is_not_null()))
    groupes = avec.group_by(noms, maintain_order=True).agg(
        pl.col("ligne").first(),
        pl.col(valeurs).drop_nulls().last(),
        *(pl.col(c).drop_nulls().n_unique().alias(f"_n_{c}") for c in valeurs),
    )
    remarques: list[Remarque] = []
    for colonne in (c for c in table.colonnes if c.nom in valeurs):
        fautives = groupes.filter(pl.col(f"_n_{colonne.nom}") > 1)
        for rangee in fautives.select("ligne", *noms).rows():
            dite = " + ".join(str(p) for p in rangee[1:] if p is not None)
            remarques.append(
                Remarque(
                    "alerte",
                    "VALEURS_CONTRAIRES",
                    table.entete,
                    rangee[0],
                    ecrits.get(colonne.entete, colonne.entete),
                    detail=f"« {dite} »",
                )
            )
    return groupes.select("ligne", *valeurs), remarques


def _constante(table: Table, origines: Mapping[str, Origine], identite: Mapping[str, str]) -> pl.DataFrame:
    """A table of one row that no sheet holds."""
    dites = {
        c.nom: o.valeur if o.identite is None else identite.get(o.identite)
        for c in table.colonnes
        if (o := origines.get(c.entete)) is not None
    }
    return pl.DataFrame(
        {"ligne": [1], **{n: [v] for n, v in dites.items()}},
        schema={"ligne": pl.Int32, **dict.fromkeys(dites, pl.String)},
    )


def _deduire(construites: Construites, layout: Layout, table: Table, deduite: Deduite) -> None:
    """A table that no sheet holds, from two that are there."""
    parent = next(t for t in layout.tables if t.entete == deduite.de)
    enfant = next(t for t in layout.tables if t.entete == deduite.avec)
    if parent.nom not in construites.cellules or enfant.nom not in construites.cellules:
        return
    liens = next(p.colonnes for p in enfant.parents if p.table == parent.nom)
    gauche, droite = construites.cellules[enfant.nom], construites.cellules[parent.nom]
    ensemble = gauche.join(
        droite.unique(list(liens)), on=list(liens), how="inner", maintain_order="left", suffix="_de"
    )
    sorties = {}
    for notre, leur in deduite.colonnes.items():
        nom = next(c.nom for c in table.colonnes if c.entete == notre)
        du_parent = next((c.nom for c in parent.colonnes if c.entete == leur), None)
        de_l_enfant = next((c.nom for c in enfant.colonnes if c.entete == leur), None)
        vue = de_l_enfant if de_l_enfant in gauche.columns else du_parent
        if vue in ensemble.columns:
            sorties[nom] = pl.col(str(vue)).alias(nom)
    cellules, _ = _rendre_distinctes(table, ensemble.select("ligne", *sorties.values()), {})
    remarque = Remarque(
        "alerte",
        "TABLE_DEDUITE",
        table.entete,
        None,
        valeur=table.entete,
        detail=f"{deduite.de} et {deduite.avec}",
    )
    _ajouter(construites, TableBrute(table, cellules.height, 1, [], {}, [remarque]), cellules)
