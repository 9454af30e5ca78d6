"""What a layout says of an export that another tool writes: which sheets feed which of our tables, and how.

The language is that of layouts/*.yml (`complete: relationnel`, then `feuilles`), explained to users in the guide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MOIS, FEUILLE, ETOILE = (
    "{mois}",
    "{feuille}",
    "{*}",
)  # the last one: what `*` stands for in the name of the sheet
NOMS_DE_FEUILLE = (FEUILLE, ETOILE)
EN_PLUSIEURS_COLONNES = (
    "mois",
    "liste",
)  # types of ours: a month and its year; a list and what it has besides
ET = " + "  # between the words of a list
UNITES = ("heures", "minutes", "jours")
CASE = re.compile(r"(.+)!([A-Z]{1,3})(\d+)")  # a cell, as people write it
IDENTITES = ("code_structure", "nom_structure", "commune", "debut", "fin", "extraction")


@dataclass(frozen=True)
class Origine:
    """Where the values of one of our columns come from: one header of the source, several joined into a key, a constant
    (`valeur`), or what the deposit says of itself (`identite`).

    `plus`, `moins`: a header whose hours are added or taken away. `valeurs`: the source's words → ours.
    """

    colonnes: tuple[str, ...] = ()
    valeur: str | None = None
    identite: str | None = None
    unite: str = "heures"
    heures_par_jour: float = 7
    plus: str | None = None
    moins: str | None = None
    valeurs: Mapping[str, str] = field(default_factory=dict)

    @property
    def entetes(self) -> tuple[str, ...]:
        """All it reads."""
        return (*self.colonnes, *(e for e in (self.plus, self.moins) if e is not None))


@dataclass(frozen=True)
class Bloc:
    """Sheets of one shape. `noms`: their names, `*` for any text. `mois`: measure → header with `{mois}` in it.

    `tables`: table of ours → column of ours → origin. `distinctes`: those of which one row stands on several lines.
    """

    noms: tuple[str, ...]
    tables: Mapping[str, Mapping[str, Origine]]
    mois: Mapping[str, str] = field(default_factory=dict)
    annee: int | None = None
    distinctes: tuple[str, ...] = ()
    ignorees: tuple[str, ...] = ()

    def origines(self) -> Iterator[tuple[str, str, Origine]]:
        for table, colonnes in self.tables.items():
            for colonne, origine in colonnes.items():
                yield table, colonne, origine

    def entetes_lus(self) -> list[str]:
        """The headers of the source that are read, each once; those of months and names of sheets are not."""
        lus = (e for _, _, origine in self.origines() for e in origine.entetes)
        return list(dict.fromkeys(e for e in lus if not e.startswith("{")))


@dataclass(frozen=True)
class Listes:
    """The sheet that says what codes mean: its name and the headers of its columns (`table` and `champ` may be absent)."""

    feuille: str
    code: str
    libelle: str
    table: str | None = None
    champ: str | None = None


@dataclass(frozen=True)
class Deduite:
    """A table that the source has not: the rows of table `avec`, each with its parent in table `de`, made distinct."""

    de: str
    avec: str
    colonnes: Mapping[str, str]


@dataclass(frozen=True)
class Description:
    """`noms_de_depot`: patterns of the names of files or folders, with `{code_structure}`, `{debut}`, `{annee}`…"""

    blocs: tuple[Bloc, ...]
    listes: Listes | None = None
    deduites: Mapping[str, Deduite] = field(default_factory=dict)
    noms_de_depot: tuple[str, ...] = ()
    identite: Mapping[str, str] = field(default_factory=dict)
    feuilles_ignorees: tuple[str, ...] = ()

    def noms_de_feuille(self) -> list[str]:
        """The names of sheets that it knows, patterns left out: of tables, of lists of codes, of the deposit itself."""
        noms = [n for bloc in self.blocs for n in bloc.noms if "*" not in n]
        noms += [case[1] for lieu in self.identite.values() if (case := CASE.fullmatch(lieu))]
        noms += [self.listes.feuille] if self.listes else []
        return list(dict.fromkeys([*noms, *self.feuilles_ignorees]))


def lire_description(brut: Mapping[str, Any], tables: Mapping[str, Sequence[str]]) -> Description:
    """`tables`: our tables → our columns, by the names users see. Raises ValueError, in French."""
    blocs = tuple(_bloc(b, tables) for b in brut["feuilles"])
    identite = dict(brut.get("identite", {}))
    for cle in identite:
        _parmi("identite", cle, IDENTITES)
    listes = brut.get("listes")
    if listes is not None:
        _exiger("listes", listes, ("feuille", "code", "libelle"))
    noms_de_depot = _textes(brut.get("noms_de_depot", ()))
    for patron in noms_de_depot:
        en_motif(patron)
    return Description(
        blocs=blocs,
        listes=None if listes is None else Listes(**listes),
        deduites={table: _deduite(table, d, tables) for table, d in brut.get("deduites", {}).items()},
        noms_de_depot=noms_de_depot,
        identite=identite,
        feuilles_ignorees=_textes(brut.get("feuilles_ignorees", ())),
    )


def _deduite(table: str, brut: Mapping[str, Any], tables: Mapping[str, Sequence[str]]) -> Deduite:
    _parmi("deduites", table, list(tables))
    _exiger(f"deduites, table « {table} »", brut, ("de", "avec", "colonnes"))
    for autre in (brut["de"], brut["avec"]):
        _parmi("deduites", autre, list(tables))
    connues = [*tables[brut["de"]], *tables[brut["avec"]]]
    for notre, leur in brut["colonnes"].items():
        _parmi(f"colonne de la table « {table} »", notre, tables[table])
        _parmi(f"colonne de « {brut['de']} » ou de « {brut['avec']} »", leur, connues)
    return Deduite(brut["de"], brut["avec"], brut["colonnes"])


def _exiger(ou: str, brut: Mapping[str, Any], cles: Sequence[str]) -> None:
    for cle in cles:
        if cle not in brut:
            raise ValueError(f"{ou} : « {cle} » manque")


def _textes(brut: Any) -> tuple[str, ...]:
    """A list of texts, or one text alone."""
    return (brut,) if isinstance(brut, str) else tuple(str(t) for t in brut)


def _bloc(brut: Mapping[str, Any], tables: Mapping[str, Sequence[str]]) -> Bloc:
    lues: dict[str, dict[str, Origine]] = {}
    mois = dict(brut.get("mois_en_colonnes", {}))
    for mesure, motif in mois.items():
        if MOIS not in motif:
            raise ValueError(
                f"« {motif} » ({mesure}) doit dire où est le mois dans l'en-tête, par « {MOIS} »"
            )
    noms = _textes(brut.get("noms", ()))
    derivees = {
        FEUILLE,
        *((ETOILE,) if any("*" in n for n in noms) else ()),
        *((MOIS, *(f"{{{mesure}}}" for mesure in mois)) if mois else ()),
    }
    for table, colonnes in brut["tables"].items():
        _parmi("table", table, list(tables))
        lues[table] = {}
        for colonne, origine in colonnes.items():
            _parmi(f"colonne de la table « {table} »", colonne, tables[table])
            lues[table][colonne] = _origine(origine)
            for entete in lues[table][colonne].entetes:
                if entete.startswith("{") and entete not in derivees:
                    raise ValueError(
                        f"« {entete} » n'est défini nulle part (il y a {', '.join(sorted(derivees))})"
                    )
    distinctes = _textes(brut.get("distinctes", ()))
    for table in distinctes:
        _parmi("table distincte", table, list(lues))
    return Bloc(
        noms=noms,
        tables=lues,
        mois=mois,
        annee=brut.get("annee"),
        distinctes=distinctes,
        ignorees=_textes(brut.get("ignorees", ())),
    )


def _origine(brut: Any) -> Origine:
    if isinstance(brut, str):
        return Origine(colonnes=(brut,))
    if not isinstance(brut, dict):
        raise ValueError(f"« {brut} » n'est ni un en-tête, ni la façon d'en lire")
    champs = {cle: valeur for cle, valeur in brut.items() if cle not in ("colonne", "colonnes")}
    colonnes = _textes(brut.get("colonnes", ())) or ((brut["colonne"],) if "colonne" in brut else ())
    origine = Origine(
        colonnes=colonnes,
        **{
            **champs,
            "valeurs": {str(k): str(v) for k, v in (brut.get("valeurs") or {}).items()},
            **({"valeur": str(brut["valeur"])} if "valeur" in brut else {}),
        },
    )
    if bool(colonnes) + (origine.valeur is not None) + (origine.identite is not None) != 1:
        raise ValueError(
            f"il faut une « colonne », des « colonnes », une « valeur » ou une « identite » ({brut})"
        )
    _parmi("unite", origine.unite, UNITES)
    if not isinstance(origine.heures_par_jour, int | float):
        raise ValueError(f"heures_par_jour : « {origine.heures_par_jour} » n'est pas un nombre")
    if origine.identite is not None:
        _parmi("identite", origine.identite, IDENTITES)
    return origine


def _parmi(quoi: str, vu: str, admis: Sequence[str]) -> None:
    if vu not in admis:
        raise ValueError(f"{quoi} : « {vu} » n'existe pas (il y a {', '.join(f'« {a} »' for a in admis)})")


def sous_l_etoile(noms: Sequence[str], feuille: str) -> str:
    """« M12 » of the sheet « Marché M12 » named by `Marché *`; the whole name where no pattern of these has it."""
    for nom in noms:
        avant, etoile, apres = (re.escape(m) for m in nom.partition("*"))
        trouve = (
            re.fullmatch(rf"{avant}(.+?){apres}(?:\.csv|\.txt)?", feuille, re.IGNORECASE) if etoile else None
        )
        if trouve is not None:
            return str(trouve[1]).strip()
    return feuille


def en_motif(patron: str) -> re.Pattern[str]:
    """`Suivi {code_structure} {annee}` → what matches such a name, its pieces as groups."""
    formes = {
        "annee": r"(?:19|20)\d\d",
        "mois": r"0[1-9]|1[0-2]",
        "trimestre": r"[1-4]",
        "debut": r"\d{8}|\d{4}-\d\d-\d\d|\d\d-\d\d-\d{4}",
    }
    formes |= {"fin": formes["debut"], "extraction": formes["debut"], "code_structure": r"[^/\\]+?"}
    morceaux = re.split(r"(\{\w+\}|\*)", patron)
    motif = ""
    for morceau in morceaux:
        if morceau == "*":
            motif += ".*"
        elif morceau.startswith("{"):
            nom = morceau[1:-1]
            _parmi("nom de dépôt", nom, (*IDENTITES, "annee", "mois", "trimestre"))
            motif += f"(?P<{nom}>{formes.get(nom, '.+?')})"
        else:
            motif += re.escape(morceau)
    return re.compile(motif, re.IGNORECASE)
