"""The `decrire` command: an export of another tool proposed, corrected, tried dry, and its description written."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from clauses.affichage.console import citer
from clauses.affichage.description import DescriptionVue, Doute, EssaiLu
from clauses.socle import disque
from clauses.socle.errors import DepotRefuse, ErreurUtilisateur
from clauses.socle.nombres import date_courte, nombre
from clauses.socle.project import SEEDS
from clauses.socle.workspace import Espace
from exports.atelier.dossiers import fichier_entier, ouvrir_atelier
from ingest.codes import charger_codes, forme_normale
from ingest.description import correspondance
from ingest.description.ecriture import Choix, choix_de, composer, en_yaml
from ingest.description.essai import Essai, essayer
from ingest.description.identite import identifier_la_source
from ingest.description.langage import ET
from ingest.description.observation import observer
from ingest.description.profils import IMPOSSIBLE, Profil, pour_cent
from ingest.description.proposees import SEUIL, BlocPropose, Proposee, Proposition
from ingest.description.proposition import proposer
from ingest.description.totaux import TotalEcrit, totaux_ecrits
from ingest.description.valeurs import Valeur, noms_de_personnes, valeurs_de
from ingest.description.verification import la_plus_entiere, manquantes, verifier
from ingest.discovery import Candidat, decouvrir
from ingest.layouts import Colonne, Layout, Table, charger_layouts, lire_layout, normaliser
from ingest.provenance import dites_par_le_nom
from ingest.reading import ouvrir
from ingest.references import charger_territoires

_ENTETES_COMMUNS = 0.5
_MOT = re.compile(r"[^\W\d_]{3}")


@dataclass
class Decrite:
    """What was proposed, and what was made of it. `acceptable`: all that is needed is sure; `layout`: the file written;
    `alias`: how many words were added."""

    proposition: Proposition
    valeurs: Sequence[Valeur]
    depots: Sequence[Path]
    acceptable: bool = False
    classeur: Path | None = None
    layout: Path | None = None
    alias: int = 0
    essai: Essai | None = None
    non_reprises: list[str] = field(default_factory=list)
    pertes: list[tuple[str, str, bool, str]] = field(default_factory=list)
    totaux: list[TotalEcrit] = field(default_factory=list)

    def vue(self) -> DescriptionVue:
        """What is shown of it."""
        proposees = [(b, p) for b in self.proposition.blocs for p in (*b.colonnes, *b.mesures.values())]
        feuilles = []
        for bloc in self.proposition.blocs:
            reprises = [p for b, p in proposees if b is bloc and p.cible is not None]
            sures = sum(p.confiance >= SEUIL for p in reprises)
            tables = ", ".join(t.entete for t in bloc.tables) or "non reconnue"
            nombre = len(bloc.vu.entetes) + sum(map(len, bloc.vu.mois.values()))
            feuilles.append((bloc.vu.titre, tables, nombre, sures, len(reprises) - sures))
        essai = self.essai
        return DescriptionVue(
            format_vise=self.proposition.base.libelle,
            depots=self.depots,
            feuilles=feuilles,
            doutes=[
                Doute(b.vu.titre, p.entete, p.cible.titre, p.confiance, p.pourquoi)
                for b, p in proposees
                if p.cible is not None and p.confiance < SEUIL
            ],
            mots_inconnus=sum(v.code is None for v in self.valeurs),
            manques=[
                f"{t.entete} · {c.entete}" for t, c in self.proposition.manquantes if t.requise and c.requise
            ],
            pertes=[(f"{table} · {colonne}", perdu) for table, colonne, _, perdu in self.pertes],
            essai=None
            if essai is None
            else EssaiLu(
                (
                    (essai.depots, "dépôt", "dépôts"),
                    (essai.personnes, "personne", "personnes"),
                    (essai.contrats, "contrat", "contrats"),
                    (essai.marches, "marché qui a des heures", "marchés qui ont des heures"),
                ),
                essai.heures,
                essai.constats,
                [
                    (
                        nom,
                        i.structure_code,
                        date_courte(i.debut),
                        date_courte(i.fin),
                        date_courte(i.extraction),
                    )
                    for nom, i in essai.identites.items()
                ]
                if self.proposition.identite.muette
                else [],
            ),
            acceptable=self.acceptable,
            non_reprises=self.non_reprises,
            remarques=_comment_compter_la_formation(self.proposition),
            classeur=self.classeur,
            layout=self.layout,
            alias=self.alias,
            totaux=[(t.feuille, t.entete, t.lignes, t.ecrit) for t in self.totaux],
        )


def decrire(
    depots: Sequence[Path],
    espace: Espace,
    sortie: Path | None,
    avec: Path | None,
    accepter: bool,
    nom: str | None,
) -> Decrite:
    """Raises ErreurUtilisateur for what the user can mend: nothing to describe, a workbook to correct, a doubt."""
    if avec is not None and (accepter or sortie is not None):
        raise ErreurUtilisateur(
            "OPTIONS_CONTRAIRES",
            "« --avec » prend ce que dit le classeur corrigé : enlevez « --accepter » ou « --sortie ».",
        )
    if sortie is not None and sortie.suffix.lower() != ".xlsx":
        raise ErreurUtilisateur(
            "SORTIE_INVALIDE",
            f"« {sortie} » : la correspondance est un classeur, dont le nom finit par .xlsx "
            f"(par exemple {sortie.with_suffix('.xlsx').name}).",
        )
    correction = correspondance.lire(avec) if avec is not None else None
    if correction is not None and not depots:
        depots = [Path(v) for r, v in correction.reglages.items() if re.fullmatch(r"Dépôt \d+", r)]
    if not depots:
        raise ErreurUtilisateur(
            "RIEN_A_DECRIRE", "Donnez le fichier ou le dossier à décrire : clauses decrire export.xlsx"
        )
    proposition, valeurs, candidats = _proposer(depots, espace)
    nom = nom or (correction.reglages.get(correspondance.NOM) if correction else None) or _nom(proposition)
    decrite = Decrite(proposition, valeurs, depots)
    if sortie is not None:
        _ecrire_le_classeur(sortie, nom, decrite)
    if correction is not None and avec is not None:
        proposition.identite = correspondance.identite_corrigee(correction, proposition)
        choix = correspondance.appliquer(correction, proposition, valeurs, avec, _impossible(espace))
        manques = [f"« {t.entete} · {c} »" for t, cs in _tables_incompletes(proposition, choix) for c in cs]
        if manques:
            raise ErreurUtilisateur(
                "CORRESPONDANCE_INVALIDE",
                f"« {avec.name} », feuille Colonnes : rien n'est choisi pour {', '.join(manques)}, dont l'observatoire "
                "ne peut pas se passer. Choisissez la colonne de l'export qui le dit (feuille Manques : ce qui est perdu).",
            )
        _adopter(decrite, nom, choix, candidats, espace, avec)
        return decrite
    choix, decrite.non_reprises, doutes = _sures(proposition)
    decrite.acceptable = not doutes
    if accepter:
        if doutes:
            raise ErreurUtilisateur(
                "DESCRIPTION_INCERTAINE",
                f"{_phrase(doutes)} Rien n'est écrit. Regardez et corrigez : {_pour_corriger(depots)}",
            )
        _adopter(decrite, nom, choix, candidats, espace)
    return decrite


def _pour_corriger(depots: Sequence[Path]) -> str:
    """The command that writes the workbook."""
    return f"clauses decrire {' '.join(citer(d) for d in depots)} --sortie correspondance.xlsx"


def _comment_compter_la_formation(proposition: Proposition) -> list[str]:
    """What is taken for granted of the hours of training, where no header says it."""
    dites = []
    for bloc in proposition.blocs:
        heures, formation = bloc.heures_et_formation
        if heures is None or formation is None or bloc.formation_incluse is not None or bloc.formation_a_dire:
            continue
        compte = "comprend" if proposition.base.plat else "ne comprend pas"
        dites.append(
            f"« {heures.entete} » {compte} « {formation.entete} », comme dans ce format. Si ce n'est pas le cas, "
            "dites-le dans la feuille Réglages du classeur (--sortie)."
        )
    return dites


def _impossible(espace: Espace) -> Callable[[BlocPropose, str, Colonne], str | None]:
    codes, territoires = charger_codes(SEEDS, espace.alias), charger_territoires()

    def pourquoi(bloc: BlocPropose, entete: str, colonne: Colonne) -> str | None:
        # words and codes may be explained in the sheet of values
        if colonne.nomenclature is not None:
            return None
        accord, dit = Profil(bloc.vu.lignes[entete], codes, territoires).accord(colonne)
        return dit if accord <= IMPOSSIBLE else None

    return pourquoi


def _proposer(depots: Sequence[Path], espace: Espace) -> tuple[Proposition, list[Valeur], list[Candidat]]:
    livres = charger_layouts()
    candidats, _ = decouvrir(depots, livres, exclus=[espace.racine])
    if not candidats:
        raise ErreurUtilisateur(
            "RIEN_A_DECRIRE",
            f"Aucun classeur, fichier CSV ni archive dans « {', '.join(map(str, depots))} ». Vérifiez le chemin.",
        )
    infos = [normaliser(n) for la in livres if la.informations for n in la.informations.noms]
    candidats = _avec_les_dossiers(candidats)
    observation = observer(candidats, infos)
    identite = identifier_la_source(observation, livres)
    for vu in observation.blocs:
        vu.du_depot = [e for e in vu.entetes if e in identite.cellules.values()]
        vu.entetes = [e for e in vu.entetes if e not in vu.du_depot]
    codes = charger_codes(SEEDS, espace.alias)
    possibles = proposer(observation, livres, codes, charger_territoires())
    if not possibles:
        raise ErreurUtilisateur(
            "RIEN_DE_RECONNU",
            "Ni personnes, ni contrats, ni heures n'ont été reconnus dans cet export. Vérifiez que c'est bien un export de "
            "suivi des clauses, avec une ligne d'en-têtes au-dessus des données.",
        )
    proposition = la_plus_entiere(possibles)
    proposition.identite = identite
    noms = noms_de_personnes(proposition)
    for rang, bloc in enumerate(proposition.blocs, start=1):
        if noms & set(forme_normale(bloc.vu.titre).split()):
            bloc.vu.public, bloc.vu.noms = f"feuille n° {rang}", ("*",)
        if not bloc.tables:  # the headers of a sheet of presence are persons
            bloc.colonnes = [p for p in bloc.colonnes if not noms & set(forme_normale(p.entete).split())]
    verifier(proposition)
    return proposition, valeurs_de(proposition, codes), candidats


def _avec_les_dossiers(candidats: Sequence[Candidat]) -> list[Candidat]:
    """CSV files of one folder are one deposit, whatever they are called, unless each is one by its name or its headers."""
    seuls: dict[Path, list[Candidat]] = {}
    for candidat in candidats:
        if candidat.contenant == "csv":
            seuls.setdefault(candidat.chemin.resolve().parent, []).append(candidat)
    retenus: list[Candidat] = []
    for candidat in candidats:
        if candidat.contenant == "dossier":
            autres = _fichiers(seuls.pop(candidat.chemin, []))
            reuni = _dossier(candidat.chemin, [*candidat.fichiers, *autres])
            retenus.append(replace(reuni, dites=candidat.dites))
        elif candidat.contenant != "csv":
            retenus.append(candidat)
    for dossier, fichiers in seuls.items():
        separes = all(dites_par_le_nom(c.nom) for c in fichiers) or _se_ressemblent(fichiers)
        retenus += fichiers if separes else [_dossier(dossier, _fichiers(fichiers))]
    return retenus


def _fichiers(candidats: Sequence[Candidat]) -> list[Path]:
    return [c.fichiers[0] for c in candidats]


def _dossier(dossier: Path, fichiers: Sequence[Path]) -> Candidat:
    noms = tuple(normaliser(f.stem) for f in fichiers)
    return Candidat("dossier", dossier, dossier.name, tuple(fichiers), noms)


def _se_ressemblent(fichiers: Sequence[Candidat]) -> bool:
    """Whether files have most of their headers in common."""
    entetes = [set(_premiere_ligne(c)) - {None} for c in fichiers]
    communs, tous = set.intersection(*entetes), set.union(*entetes)
    return len(communs) >= _ENTETES_COMMUNS * len(tous)


def _premiere_ligne(candidat: Candidat) -> tuple[str | None, ...]:
    try:
        classeur = ouvrir(candidat)
        return classeur.lire(classeur.noms[0]).cellules.drop("ligne").head(1).row(0)
    except DepotRefuse:  # said when it is looked at
        return ()


def _nom(proposition: Proposition) -> str:
    """A name of the shape of the source, the same each time it is described; never that of a person."""
    vu = proposition.blocs[0].vu
    personnes = noms_de_personnes(proposition)

    def mots(texte: str) -> list[str]:
        return [
            m for m in normaliser(texte).split() if m not in personnes and not any(c.isdigit() for c in m)
        ]

    # a file named after what it holds (dates, a structure) does not name its tool
    nomme = vu.seule and not (vu.de_fichiers and dites_par_le_nom(vu.titre))
    retenus = (mots(vu.titre) if nomme else []) or mots(" ".join(vu.entetes[:2]))
    return "-".join(["export", *retenus])


def _ecrire_le_classeur(sortie: Path, nom: str, decrite: Decrite) -> None:
    with fichier_entier(sortie) as fichier:
        correspondance.ecrire(fichier, nom, decrite.proposition, decrite.valeurs, decrite.depots)
    decrite.classeur = sortie


def _sures(proposition: Proposition) -> tuple[list[Choix], list[str], list[str]]:
    """All that is sure, the headers that are left aside for want of being so, and why what is required is not sure."""
    sures = choix_de(proposition, SEUIL)
    incompletes = _tables_incompletes(proposition, sures)
    facultatives = {t.entete for t, _ in incompletes if not t.requise}
    choix = choix_de(proposition, SEUIL, sauf=facultatives)
    doutes: list[str] = []
    non_reprises: list[str] = []
    for _, p, entete in correspondance.lignes_de_colonnes(proposition):
        if p.cible is None or (p.confiance >= SEUIL and not _de_ces_tables(p, facultatives)):
            continue
        if p.cible.requise and not _de_ces_tables(p, facultatives):
            doutes.append(f"« {entete} » serait « {p.cible.titre} », mais {_pourquoi_pas(p)}")
        else:
            non_reprises.append(entete)
    for bloc in proposition.blocs:
        lus = [p.entete for p in bloc.mesures.values()]
        non_reprises += [motif for motif in bloc.vu.mois if motif not in lus]
    proposees = [p for b in proposition.blocs for p in (*b.colonnes, *b.mesures.values())]
    dites = {p.cible.colonne.entete for p in proposees if p.cible and p.confiance < SEUIL}
    absentes = [
        f"« {t.entete} · {c} »" for t, manques in incompletes if t.requise for c in manques if c not in dites
    ]
    if absentes:
        doutes.append(f"rien n'a été trouvé pour {', '.join(absentes)}")
    return choix, non_reprises, doutes


def _phrase(morceaux: Sequence[str]) -> str:
    """Several reasons as one sentence, ended once."""
    dits = " ; ".join(morceaux)
    return dits if dits.endswith(("?", ".")) else f"{dits}."


def _pourquoi_pas(p: Proposee) -> str:
    return " et ".join(p.doutes) or f"sans certitude ({pour_cent(p.confiance)} de confiance : {p.raisons})"


def _de_ces_tables(p: Proposee, tables: Collection[str]) -> bool:
    return p.cible is not None and all(t.entete in tables for t, _ in p.cible.places)


def _tables_incompletes(proposition: Proposition, choix: Sequence[Choix]) -> list[tuple[Table, list[str]]]:
    """The tables that lack required columns, and which; a structure may be said by its deposit alone."""
    faites = composer("essai", proposition, choix)
    incompletes: list[tuple[Table, list[str]]] = []
    for table in proposition.base.tables:
        ecrites = {c for f in faites["feuilles"] for c in f["tables"].get(table.entete, {})}
        if (
            table.entete in faites.get("deduites", ())
            or not (table.requise or ecrites)
            or table.nom == "structure"
        ):
            continue
        manquent = [c.entete for c in table.colonnes if c.requise and c.entete not in ecrites]
        if manquent:
            incompletes.append((table, manquent))
    return incompletes


def _adopter(
    decrite: Decrite,
    nom: str,
    choix: Sequence[Choix],
    candidats: Sequence[Candidat],
    espace: Espace,
    avec: Path | None = None,
) -> None:
    """Tries the description dry, then writes it. Raises ErreurUtilisateur when what it gives cannot be believed."""
    alias = _alias(decrite, choix)
    nom = _sans_en_remplacer(nom, decrite, espace)
    texte = en_yaml(composer(nom, decrite.proposition, choix))
    espace.preparer()
    fichier = espace.layouts / f"{nom}.yml"
    with ouvrir_atelier(espace.layouts / f".{nom}") as atelier:
        essai_ecrit = atelier / fichier.name
        essai_ecrit.write_text(texte, encoding="utf-8")
        livres = {la.nom: la for la in charger_layouts()}
        layout = lire_layout(essai_ecrit, livres)
        autres: list[Layout] = [la for la in charger_layouts(espace.layouts) if la.nom != layout.nom]
        codes = charger_codes(SEEDS, espace.alias)
        for nomenclature, forme, code in alias:
            codes.formes[nomenclature][forme_normale(forme)] = code
        decrite.essai = essayer(candidats, [*autres, layout], codes, dt.date.today())
        decrite.totaux = totaux_ecrits(decrite.proposition)
        decrite.essai.objections += [
            f"« {t.entete} » de « {t.feuille} » fait {nombre(t.lignes, 2)} en tout, le fichier écrit {nombre(t.ecrit, 2)}"
            for t in decrite.totaux
            if not t.concorde
        ]
        if decrite.essai.objections:
            raise ErreurUtilisateur(
                "ESSAI_NON_CONCLUANT",
                "Lu avec cette description, l'export ne donne pas de chiffres sûrs : "
                f"{_phrase(decrite.essai.objections)} Rien n'est écrit. {_que_corriger(decrite, avec)}",
            )
        # words without their description do no harm; a description without its words would
        decrite.alias = _ajouter_les_alias(espace, alias)
        if fichier.exists() and fichier.read_text(encoding="utf-8") != texte:
            disque.remplacer(fichier, fichier.with_suffix(".yml.ancien"))
        disque.remplacer(essai_ecrit, fichier)
    decrite.layout = fichier
    decrite.pertes = correspondance.pertes(decrite.proposition, manquantes(decrite.proposition, choix))


def _que_corriger(decrite: Decrite, avec: Path | None) -> str:
    if decrite.essai is not None and decrite.essai.anonymes:
        return (
            "Dites qui dépose et quand : à côté des dépôts, un fichier depots.csv (colonnes chemin, code structure, "
            "début, fin, extraction ; le guide a un exemple), ou les cellules dans la feuille Réglages (--sortie)."
        )
    if avec is not None:
        return f"Corrigez « {avec} » et relancez la même commande."
    return f"Corrigez la correspondance : {_pour_corriger(decrite.depots)}"


def _sans_en_remplacer(nom: str, decrite: Decrite, espace: Espace) -> str:
    """The same name, or the next one that is free, where it is that of the description of another source."""
    entetes = {e for bloc in decrite.proposition.blocs for e in bloc.vu.entetes}
    essaye, rang = nom, 1
    while (fichier := espace.layouts / f"{essaye}.yml").is_file() and not _lit_les_memes(fichier, entetes):
        rang += 1
        essaye = f"{nom}-{rang}"
    return essaye


def _lit_les_memes(fichier: Path, entetes: Collection[str]) -> bool:
    """Whether a description reads these headers; one that cannot be read is another's."""
    try:
        layout = lire_layout(fichier, {la.nom: la for la in charger_layouts()})
    except ErreurUtilisateur:
        return False
    lus = {e for bloc in (layout.description.blocs if layout.description else ()) for e in bloc.entetes_lus()}
    return len(lus & set(entetes)) >= _ENTETES_COMMUNS * len(lus) if lus else False


def _alias(decrite: Decrite, choix: Sequence[Choix]) -> list[tuple[str, str, str]]:
    """The words that a person explained, for alias.csv; codes mean nothing elsewhere and stay in the layout, and so do words
    that are several codes."""
    alias = []
    for un in choix:
        for (table, colonne), mots in list(un.valeurs.items()):
            notre = next(
                c
                for t in decrite.proposition.base.tables
                if t.entete == table
                for c in t.colonnes
                if c.entete == colonne
            )
            ecrits = {mot: code for mot, code in mots.items() if _MOT.search(mot) and ET not in code}
            alias += [(str(notre.nomenclature), mot, code) for mot, code in ecrits.items()]
            restes = {mot: code for mot, code in mots.items() if mot not in ecrits}
            un.valeurs = {**un.valeurs, (table, colonne): restes}
    return alias


def _ajouter_les_alias(espace: Espace, alias: Sequence[tuple[str, str, str]]) -> int:
    if not alias:
        return 0
    deja = (
        espace.alias.read_text(encoding="utf-8-sig")
        if espace.alias.is_file()
        else "nomenclature,forme,code\n"
    )
    connues = {
        tuple(ligne)
        for ligne in csv.reader(deja.splitlines(), delimiter=";" if ";" in deja.split("\n")[0] else ",")
    }
    nouvelles = [ligne for ligne in alias if ligne not in connues]
    ecrit = io.StringIO()
    csv.writer(ecrit, delimiter=";" if ";" in deja.split("\n")[0] else ",", lineterminator="\n").writerows(
        nouvelles
    )
    with fichier_entier(espace.alias) as fichier:
        fichier.write_text(deja.rstrip("\n") + "\n" + ecrit.getvalue(), encoding="utf-8")
    return len(nouvelles)
