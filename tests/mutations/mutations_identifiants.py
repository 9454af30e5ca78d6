"""Identifiers, names typed anywhere, persons (kinds 5, 6, 10)."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial

from fabrique import Ligne, Valeur, fichiers_csv, grille, texte_csv, xlsx
from monde import NOM, Fichiers, Monde, Mutation

ECRITURES = ("{}", "00{}", "'{:04}", '="{:04}"', "{}.0", "{:04}.", " {:06} ", "000 {:03}")
CODES = {
    "N° contrat": "Contrats",
    "N° bénéficiaire": "Bénéficiaires",
    "Code marché": "Marchés",
    "Code opération": "Opérations",
}
CODES_DU_BILAN = ("Réf. contrat", "Réf. participant", "N° marché", "Lot")
# where a name is hashed or masked whatever is beside it, and where only if it stands alone
NOMMABLES = ("N° contrat", "N° bénéficiaire", "Code marché", "Code opération", "N° lot", "Code CPV")
CODEES = (
    "Prescripteur",
    "Niveau de formation",
    "Autres catégories",
    "Type de contrat",
    "Modalité",
    "Code ROME",
    "SIRET employeur",
    "SIRET",
    "Code commune de résidence",
    "Code commune d'exécution",
    "Tuteur (O/N)",
    "Code QPV",
    "Programme",
    "Article juridique",
    "Sexe",
)
TEXTES = ("Métier", "Objet du marché", "Intitulé de l'opération", "Raison sociale", "Rôle", "Donneur d'ordre")
TEXTES_DU_BILAN = ("Poste occupé", "Opération", "Entreprise", "Maître d'ouvrage")
NOMMABLES_DU_BILAN = CODES_DU_BILAN
AVEC_CODE = {
    "Code commune de résidence": "59350 - {}",
    "Code commune d'exécution": "{} (59350)",
    "Code ROME": "F1703 {}",
    "Prescripteur": "Mission locale ({})",
    "Niveau de formation": "{} (3)",
    "Programme": "NPNRU {}",
    "Article juridique": "art. 14 {}",
    "Catégorie principale": "RSA / {}",
    "Autres catégories": "RSA + {}",
    "Code QPV": "QP059013 {}",
    "Type de contrat": "CDD {}",
}
CODEES_DU_BILAN = ("Prescripteur", "ROME", "Type de contrat", "SIRET entreprise", "Commune participant")


def _classeur(monde: Monde) -> Fichiers:
    return {f"{NOM}.xlsx": xlsx({nom: grille(lignes) for nom, lignes in monde.tables.items()})}


def _fichiers(monde: Monde, hasard: random.Random) -> Fichiers:
    if hasard.random() < 0.5:
        return _classeur(monde)
    if monde.plat:
        return {f"{NOM}.csv": texte_csv(grille(monde.tables["Bilan"])).encode()}
    return {f"{NOM}/{nom}": contenu for nom, contenu in fichiers_csv(monde.tables).items()}


def references_ecrites_autrement(monde: Monde, hasard: random.Random) -> Fichiers:
    """Numbers with or without their zeros, with signs around them: parents in one writing, references in others."""
    for nom, lignes in monde.tables.items():
        for ligne in lignes:
            for entete, parent in CODES.items():
                if entete in ligne:
                    forme = "{:04}" if nom == parent else hasard.choice(ECRITURES)
                    ligne[entete] = forme.format(int(str(ligne[entete])[1:]))
    return _fichiers(monde, hasard)


def references_d_une_autre_casse(monde: Monde, hasard: random.Random) -> Fichiers:
    for nom, lignes in monde.tables.items():
        for ligne in lignes:
            for entete, parent in CODES.items():
                if entete in ligne and nom != parent:
                    ligne[entete] = hasard.choice([str.lower, str.upper, "'{}".format])(str(ligne[entete]))
    return _fichiers(monde, hasard)


def bilan_ecrit_autrement(monde: Monde, hasard: random.Random) -> Fichiers:
    for ligne in monde.tables["Bilan"]:
        for entete in CODES_DU_BILAN:
            numero = int("".join(c for c in str(ligne[entete]) if c.isdigit()))
            ligne[entete] = hasard.choice(ECRITURES).format(numero)
    return _fichiers(monde, hasard)


# --- names -----------------------------------------------------------------------------------------------------


def _prefixe(hasard: random.Random, nom: str, prenom: str) -> str:
    """A code made of a person's names, as people make them."""
    formes = (
        "CDD {0} {1} {2}",
        "{0}-{2:03}",
        "{0} {1}",
        "{1}.{0}",
        "{2}_{0}",
        "{0}{2}",
        "2024/{1}/{2}",
        "{0}/{1}",
    )
    return hasard.choice(formes).format(hasard.choice([nom, nom.upper()]), prenom, hasard.randrange(1000))


def noms_dans_les_codes(monde: Monde, hasard: random.Random) -> Fichiers:
    """Each code is made of a name, the same wherever it stands."""
    neufs: dict[tuple[str, str], str] = {}
    for entete in (*NOMMABLES, *NOMMABLES_DU_BILAN):
        for lignes in monde.tables.values():
            for rang, ligne in enumerate(lignes):
                if ligne.get(entete) is None:
                    continue
                qui = monde.personnes[rang % len(monde.personnes)]
                cle = (entete, str(ligne[entete]))
                if cle not in neufs:
                    neufs[cle] = f"{_prefixe(hasard, str(qui['Nom']), str(qui['Prénom']))} {ligne[entete]}"
    for lignes in monde.tables.values():
        for ligne in lignes:
            for (entete, ancien), neuf in neufs.items():
                if ligne.get(entete) == ancien:
                    ligne[entete] = neuf
    return _fichiers(monde, hasard)


def _ecrire_des_noms(
    monde: Monde, hasard: random.Random, *, entetes: tuple[str, ...], forme: Callable[[Ligne], str]
) -> Fichiers:
    for lignes in monde.tables.values():
        for rang, ligne in enumerate(lignes):
            presents = [e for e in entetes if e in ligne]
            if presents and hasard.random() < 0.3:
                ligne[hasard.choice(presents)] = forme(monde.personnes[rang % len(monde.personnes)])
    return _fichiers(monde, hasard)


def noms_a_cote_des_codes(monde: Monde, hasard: random.Random) -> Fichiers:
    """A code that can be read, and a name in the same cell."""
    for lignes in monde.tables.values():
        for rang, ligne in enumerate(lignes):
            qui = monde.personnes[rang % len(monde.personnes)]
            for entete, forme in AVEC_CODE.items():
                if entete in ligne and hasard.random() < 0.2:
                    ligne[entete] = forme.format(f"{qui['Prénom']} {qui['Nom']}")
    return _fichiers(monde, hasard)


def _glisser(monde: Monde, hasard: random.Random, *, pas: int, depuis: str) -> Fichiers:
    """The cells of one or two persons slip, from a column to the end of their row."""
    table = "Bilan" if monde.plat else "Bénéficiaires"
    lignes = monde.tables[table]
    entetes = list(lignes[0])
    debut = entetes.index(depuis)
    for ligne in hasard.sample(lignes, hasard.choice([1, 2])):
        cellules: list[Valeur] = [ligne[e] for e in entetes]
        glissees = (
            [*cellules[:debut], *([None] * pas), *cellules[debut:]]
            if pas > 0
            else [*cellules[:debut], *cellules[debut - pas :], *([None] * -pas)]
        )
        ligne |= dict(zip(entetes, glissees[: len(entetes)], strict=True))
    return _fichiers(monde, hasard)


GLISSEES = frozenset(
    {
        "LIGNE_DECALEE",
        "VALEUR_MANQUANTE",
        "MOIS_ILLISIBLE",
        "MOIS_HORS_PERIODE",
        "NOMBRE_ILLISIBLE",
        "DATE_ILLISIBLE",
        "HEURES_IMPOSSIBLES",
    }
)
MUTATIONS: list[Mutation] = [
    Mutation("references_ecrites_autrement", 5, references_ecrites_autrement),
    Mutation("references_d_une_autre_casse", 5, references_d_une_autre_casse),
    Mutation("bilan_ecrit_autrement", 5, bilan_ecrit_autrement, plat=True),
    Mutation("noms_dans_les_codes", 6, noms_dans_les_codes),
    Mutation("noms_a_cote_des_codes", 6, noms_a_cote_des_codes),
    Mutation("noms_dans_les_codes_du_bilan", 6, noms_dans_les_codes, plat=True),
    *(
        Mutation(
            f"noms_dans_{quoi}{'_du_bilan' if plat else ''}",
            6,
            partial(_ecrire_des_noms, entetes=entetes, forme=forme),
            plat=plat,
        )
        for quoi, plat, entetes, forme in (
            ("les_colonnes_codees", False, CODEES, lambda p: f"{p['Nom']}"),
            ("les_libelles", False, CODEES, lambda p: f"suivi par {p['Prénom']} {p['Nom']} (3)"),
            ("les_textes", False, TEXTES, lambda p: f"{p['Nom']} {p['Prénom']}"),
            ("les_titres_seuls", False, TEXTES, lambda p: f"M. {str(p['Nom']).upper()}"),
            ("les_titres_seuls", True, TEXTES_DU_BILAN, lambda p: f"Madame {p['Nom']}"),
            ("les_titres", False, TEXTES, lambda p: f"Mme {p['Prénom']} {str(p['Nom']).upper()}"),
            ("les_colonnes_codees", True, CODEES_DU_BILAN, lambda p: f"{p['Prénom']} {p['Nom']}"),
            ("les_textes", True, TEXTES_DU_BILAN, lambda p: f"{p['Nom']}, {p['Prénom']}"),
        )
    ),
    *(
        Mutation(
            f"cellules_glissees_{'bilan' if plat else 'table'}_{depuis}_{pas}",
            6,
            partial(_glisser, pas=pas, depuis=depuis),
            GLISSEES,
            plat,
        )
        for plat, depuis in (
            (False, "N° bénéficiaire"),
            (False, "Nom"),
            (False, "Prénom"),
            (False, "Date de naissance"),
            (True, "Réf. participant"),
            (True, "Nom"),
            (True, "Effectif entreprise"),
        )
        for pas in (-2, -1, 1, 2)
    ),
]
