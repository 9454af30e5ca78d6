"""Deposits written as the files a structure would send, with the accidents real files have."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from . import formes
from .monde import Depot, Ligne
from .valeurs import HORIZONS

# header, field of the line, kind of cell (a nomenclature when not one of the plain kinds)
COLONNES: dict[str, list[tuple[str, str, str]]] = {
    "Structure": [
        ("Code structure", "code", "texte"),
        ("Nom de la structure", "nom", "texte"),
        ("Code commune", "commune", "commune"),
        ("Facilitateurs (nombre)", "facilitateurs", "nombre"),
        ("Facilitateurs (ETP)", "etp", "nombre"),
        ("Territoires d'intervention", "aire", "texte"),
        ("Financement communes et EPCI (%)", "financement_0", "nombre"),
        ("Financement département (%)", "financement_1", "nombre"),
        ("Financement région (%)", "financement_2", "nombre"),
        ("Financement FSE (%)", "financement_3", "nombre"),
        ("Financement État (%)", "financement_4", "nombre"),
        ("Financement privé (%)", "financement_5", "nombre"),
        ("Autres financements (%)", "financement_6", "nombre"),
    ],
    "Opérations": [
        ("Code opération", "code", "texte"),
        ("Intitulé de l'opération", "intitule", "texte"),
        ("Donneur d'ordre", "do", "texte"),
        ("SIRET donneur d'ordre", "do_siret", "siret"),
        ("Type de donneur d'ordre", "type_do", "type_donneur_ordre"),
        ("Programme", "programme", "programme"),
        ("Code commune d'exécution", "commune", "commune"),
        ("Volet ANRU", "volet", "texte"),
        ("Date de fin", "fin_operation", "date"),
        ("Heures travaillées prévues", "travaillees_prevues", "nombre"),
    ],
    "Marchés": [
        ("Code marché", "code", "texte"),
        ("Code opération", "operation", "texte"),
        ("N° lot", "lot", "texte"),
        ("Objet du marché", "", "objet"),
        ("Article juridique", "article", "base_juridique"),
        ("Nature du marché", "nature", "nature_marche"),
        ("Secteur d'activité", "secteur", "secteur"),
        ("Montant HT (€)", "montant", "monnaie"),
        ("Date de notification", "notification", "date"),
        ("Date de fin prévue", "fin_prevue", "date"),
        ("Heures d'insertion prévues", "prevues", "nombre"),
        ("Pénalité par heure (€)", "penalite", "monnaie"),
    ],
    "Entreprises": [
        ("Code marché", "marche", "texte"),
        ("SIRET", "siret", "siret"),
        ("Raison sociale", "raison", "texte"),
        ("Type d'entreprise", "type", "type_employeur"),
        ("Effectif", "effectif", "nombre"),
        ("Rôle", "role", "texte"),
        ("Heures d'insertion engagées", "engagees", "nombre"),
    ],
    "Bénéficiaires": [
        ("N° bénéficiaire", "numero", "texte"),
        ("Nom", "nom", "nom"),
        ("Prénom", "prenom", "nom"),
        ("Date de naissance", "naissance", "naissance"),
        ("Sexe", "sexe", "sexe"),
        ("QPV (O/N)", "qpv", "oui_non"),
        ("Code QPV", "code_qpv", "texte"),
        ("Niveau de formation", "niveau", "niveau"),
        ("Catégorie principale", "categorie", "categorie_public"),
        ("Autres catégories", "autres", "categories"),
        ("Prescripteur", "prescripteur", "prescripteur"),
        ("Référent de parcours (O/N)", "referent", "oui_non"),
    ],
    "Contrats": [
        ("N° contrat", "numero", "texte"),
        ("N° bénéficiaire", "beneficiaire", "texte"),
        ("SIRET employeur", "siret", "siret"),
        ("Type d'employeur", "type_employeur", "type_employeur"),
        ("Modalité", "modalite", "modalite"),
        ("Type de contrat", "type_contrat", "type_contrat"),
        ("Code ROME", "rome", "rome"),
        ("Date de début", "debut", "date"),
        ("Date de fin", "fin", "date"),
        ("Tuteur (O/N)", "tuteur", "oui_non"),
    ],
    "Heures": [
        ("N° contrat", "contrat", "texte"),
        ("Code marché", "marche", "texte"),
        ("Mois", "mois", "mois"),
        ("Heures travaillées", "travail", "nombre"),
        ("Heures de formation", "formation", "nombre"),
    ],
    "Situations": [
        ("N° bénéficiaire", "numero", "texte"),
        ("Horizon (mois)", "horizon", "nombre_entier"),
        ("Date du constat", "constat", "date"),
        ("Situation", "situation", "situation"),
        ("Qualification obtenue (O/N)", "qualification", "oui_non"),
    ],
    "Animation": [
        ("Date", "date", "date"),
        ("Type d'événement", "type", "texte"),
        ("Organisme", "organisme", "texte"),
        ("Type d'organisme", "type_organisme", "texte"),
        ("Participants", "participants", "nombre"),
    ],
    "Bilan": [
        ("Code structure", "structure", "texte"),
        ("Nom structure", "structure_nom", "texte"),
        ("Commune structure", "structure_commune", "commune"),
        ("Maître d'ouvrage", "do", "texte"),
        ("SIRET MOA", "do_siret", "siret"),
        ("Type MOA", "type_do", "type_donneur_ordre"),
        ("Opération", "intitule", "texte"),
        ("Programme", "programme", "programme"),
        ("Commune d'exécution", "commune", "commune"),
        ("N° marché", "marche", "texte"),
        ("Lot", "lot", "texte"),
        ("Article CMP", "article", "base_juridique"),
        ("Prestation", "nature", "nature_marche"),
        ("Secteur", "secteur", "secteur"),
        ("Montant du marché", "montant", "monnaie"),
        ("Date notification", "notification", "date"),
        ("Heures prévues", "prevues", "nombre"),
        ("Entreprise", "raison", "texte"),
        ("SIRET entreprise", "siret", "siret"),
        ("Type entreprise", "type_employeur", "type_employeur"),
        ("Effectif entreprise", "effectif", "nombre"),
        ("Réf. participant", "numero", "texte"),
        ("Nom", "nom", "nom"),
        ("Prénom", "prenom", "nom"),
        ("Né(e) le", "naissance", "naissance"),
        ("Sexe", "sexe", "sexe"),
        ("Commune participant", "", "vide"),
        ("ZUS/QPV", "qpv", "oui_non"),
        ("Niveau", "niveau", "niveau"),
        ("Statut à l'entrée", "categorie", "statut"),
        ("Prescripteur", "prescripteur", "prescripteur"),
        ("Réf. contrat", "contrat", "texte"),
        ("Type de contrat", "type_contrat", "type_contrat"),
        ("ROME", "rome", "rome"),
        ("Début contrat", "debut", "date"),
        ("Fin contrat", "fin", "date"),
        ("Mois", "mois", "mois"),
        ("Heures réalisées", "total", "nombre"),
        ("dont formation", "formation", "nombre"),
        *[(f"Situation à {h} mois", f"situation_{h}", "situation") for h in HORIZONS],
    ],
}


class Ecrivain:
    """Writes the deposits of one draw under a folder, and gives each line the number a reader sees."""

    def __init__(self, racine: Path, graine: int) -> None:
        self.racine, self.t = racine, random.Random(graine)

    def ecrire(self, depots: list[Depot]) -> None:
        for rang, depot in enumerate(depots):
            sous_dossier = self.t.choice(["32/2024", "11/T3", "divers/à classer", "."])
            nom = f"ABC_{depot.structure}_{depot.debut:%Y%m%d}_{depot.fin:%Y%m%d}_{depot.extraction:%Y%m%d}"
            sans_informations = depot.layout == "bilan" or self.t.random() < 0.4
            depot.nom = nom if sans_informations else f"export n° {rang}"
            dossier = self.racine / sous_dossier
            dossier.mkdir(parents=True, exist_ok=True)
            forme = self.t.choice([".xlsx", ".csv"] if depot.layout == "bilan" else [".xlsx", "", ".zip"])
            chemin = dossier / (depot.nom + forme)
            depot.chemin = chemin.relative_to(self.racine).as_posix()
            tables = {
                t: self._grille(t, lignes, excel=forme == ".xlsx") for t, lignes in depot.tables.items()
            }
            if not sans_informations:
                tables["Informations"] = self._informations(depot)
            if forme == ".xlsx":
                self._classeur(chemin, tables)
            elif depot.layout == "bilan":
                chemin.write_bytes(self._csv("Bilan", depot.tables["Bilan"], tables["Bilan"]))
            else:
                contenus = {t: self._csv(t, depot.tables.get(t, []), g) for t, g in tables.items()}
                self._dossier(chemin, contenus, forme)

    def _informations(self, depot: Depot) -> list[list[Any]]:
        t = self.t
        return [
            ["Clé", "Valeur"],
            ["Logiciel", "ABC Clauses"],
            ["Code structure", depot.structure],
            ["Nom de la structure", f"Maison {depot.structure}"],
            ["Début de période", formes.jour(t, depot.debut)],
            ["Fin de période", formes.jour(t, depot.fin)],
            ["Date d'extraction", formes.jour(t, depot.extraction)],
        ]

    # ------------------------------------------------------------------ cells

    def _cellule(self, ligne: Ligne, champ: str, genre: str, excel: bool) -> Any:
        cellule = self._texte(ligne, champ, genre, excel)
        if cellule in formes.INCONNUES and champ not in ligne.brut:
            ligne.alertes.append("CODE_INCONNU")
        if genre == "commune" and str(cellule) == "99999":
            ligne.alertes.append("COMMUNE_INCONNUE")
        return cellule

    def _texte(self, ligne: Ligne, champ: str, genre: str, excel: bool) -> Any:
        t = self.t
        if champ in ligne.brut:
            return ligne.brut[champ]
        valeur = ligne.valeurs.get(champ) if champ else None
        if genre == "objet":
            return t.choice(['Lot ; "gros œuvre", divers', "Objet sur\ndeux lignes", "", "Voirie"])
        if genre == "vide":
            return ""
        if genre == "statut":
            return formes.categories(t, [valeur, *ligne.valeurs["autres"]])
        if genre == "categories":
            return formes.categories(t, list(valeur)) if valeur else ""
        if genre == "sexe":
            return t.choice(formes.SEXES[valeur])
        if genre == "oui_non":
            return "" if valeur is None else t.choice(formes.OUI if valeur == "O" else formes.NON)
        if genre == "nom":
            return formes.nom(t, valeur)
        if valeur is None:
            return ""
        if genre in ("date", "naissance"):
            return valeur if excel and t.random() < 0.5 else formes.jour(t, valeur, court=genre == "date")
        if genre == "mois":
            return date(*valeur, 1) if excel and t.random() < 0.3 else formes.mois(t, valeur)
        if genre in ("nombre", "monnaie"):
            if excel and t.random() < 0.5:
                return valeur
            if valeur < 0:
                return str(valeur).replace(".", ",")
            return formes.nombre(t, valeur, monnaie=genre == "monnaie", unicode=self.unicode)
        if genre == "nombre_entier":
            return valeur if excel else t.choice([str(valeur), f"{valeur} mois"])
        if genre == "siret":
            return float(valeur) if excel and t.random() < 0.2 else formes.siret(t, valeur)
        if genre == "commune":
            return (
                int(valeur) if excel and valeur.isdigit() and t.random() < 0.3 else formes.commune(t, valeur)
            )
        if genre == "rome":
            return t.choice([valeur, valeur.lower(), f" {valeur}"])
        if genre == "texte":
            return t.choice([valeur, valeur, f"{valeur} "])
        texte = formes.code(t, genre, valeur)
        return int(texte) if excel and texte.isdigit() and t.random() < 0.5 else texte

    def _grille(self, table: str, lignes: list[Ligne], excel: bool) -> list[list[Any]]:
        """Cells of a table, its header first. Numbers of lines are those of a sheet; a CSV counts again."""
        t = self.t
        self.encodage = t.choice(["utf-8", "utf-8-sig", "cp1252"])
        self.unicode = excel or self.encodage != "cp1252"
        colonnes = list(COLONNES[table])
        t.shuffle(colonnes)
        titres = [formes.entete(t, entete) for entete, _, _ in colonnes]
        inconnue = t.random() < 0.3
        grille: list[list[Any]] = []
        if t.random() < 0.4:
            grille += [[f"Export ABC Clauses : {table}"], []]
        grille.append([*titres, *(["Observations internes"] if inconnue else [])])
        for ligne in lignes:
            if t.random() < 0.02:
                grille.append([""] * len(colonnes))
            grille.append(
                [self._cellule(ligne, champ, genre, excel) for _, champ, genre in colonnes]
                + (["à revoir"] if inconnue else [])
            )
            ligne.numero = len(grille)
        if t.random() < 0.3 and table in ("Heures", "Bilan"):
            total = [""] * len(colonnes)
            total[0] = "Total"
            quantite = next(i for i, c in enumerate(colonnes) if c[1] in ("travail", "total"))
            if quantite:
                total[quantite] = 1234.5 if excel else "1 234,50"
            grille.append(total)
        if t.random() < 0.2:
            grille = [["", *ligne] for ligne in grille]
        return grille

    # ------------------------------------------------------------------ files

    def _classeur(self, chemin: Path, tables: dict[str, list[list[Any]]]) -> None:
        tampon = io.BytesIO()
        classeur = xlsxwriter.Workbook(tampon)
        jour = classeur.add_format({"num_format": "dd/mm/yyyy"})
        noms = list(tables)
        self.t.shuffle(noms)
        for nom in noms:
            feuille = classeur.add_worksheet(nom.upper() if self.t.random() < 0.2 else nom)
            for i, ligne in enumerate(tables[nom]):
                for j, cellule in enumerate(ligne):
                    if isinstance(cellule, date):
                        feuille.write_datetime(i, j, datetime(cellule.year, cellule.month, cellule.day), jour)
                    elif isinstance(cellule, int | float):
                        feuille.write_number(i, j, cellule)
                    elif cellule:
                        feuille.write_string(i, j, cellule)
        classeur.close()
        chemin.write_bytes(tampon.getvalue())

    def _csv(self, table: str, lignes: list[Ligne], grille: list[list[Any]]) -> bytes:
        """Bytes of a CSV; line numbers become those of the first physical line of each record."""
        t = self.t
        texte = "\n".join(str(c) for ligne in grille for c in ligne)
        encodages = ["utf-8", "utf-8-sig"]
        try:
            texte.encode("cp1252")
            encodages.append("cp1252")
        except UnicodeEncodeError:
            pass
        tampon = io.StringIO()
        ecrivain = csv.writer(
            tampon, delimiter=t.choice([";", ";", ",", "\t"]), lineterminator=t.choice(["\r\n", "\n"])
        )
        debut, physiques = 1, {}
        for rang, ligne in enumerate(grille, 1):
            physiques[rang] = debut
            ecrivain.writerow(ligne)
            debut = tampon.getvalue().count("\n") + 1
        for ligne_objet in lignes:
            ligne_objet.numero = physiques[ligne_objet.numero]
        return tampon.getvalue().encode(t.choice(encodages))

    def _dossier(self, chemin: Path, contenus: dict[str, bytes], forme: str) -> None:
        t = self.t
        noms = {}
        for table in contenus:
            nom = formes.sans_accents(table) if t.random() < 0.5 else table
            noms[table] = t.choice([nom, nom.lower(), nom.upper()]) + ".csv"
        if forme == ".zip":
            prefixe = t.choice(["", f"{chemin.stem}/"])
            with zipfile.ZipFile(chemin, "w", zipfile.ZIP_DEFLATED) as archive:
                for table, contenu in contenus.items():
                    archive.writestr(prefixe + noms[table], contenu)
            return
        chemin.mkdir()
        for table, contenu in contenus.items():
            (chemin / noms[table]).write_bytes(contenu)
