"""How one deposit writes values. A cell is text, a number, a date or empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from clauses.demo.catalogue import Catalogue, Commune
from clauses.demo.modele import premier_du_mois
from clauses.demo.personnes import sans_accents
from clauses.socle.nombres import MOIS

Cellule = str | int | float | date | None
Ligne = list[Cellule]

MOIS_ABREGES = (
    "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."
)  # fmt: skip
FORMATS_DATE = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d/%m/%y")
STYLES_MOIS = ("2024-03", "03/2024", "mars 2024", "févr. 2024", "202403", "date")
STYLES_OUI_NON = (("O", "N"), ("Oui", "Non"), ("1", "0"), ("Vrai", "Faux"))
STYLES_SEXE = (("F", "H"), ("Femme", "Homme"), ("Mme", "M."), ("2", "1"), ("Féminin", "Masculin"))
ESPACE_INSECABLE, ESPACE_FINE_INSECABLE = "\u00a0", "\u202f"


@dataclass(frozen=True)
class Forme:
    """The container of a deposit (classeur, dossier, archive, csv); for CSV, its encoding and separator."""

    contenant: str
    encodage: str = ""
    separateur: str = ""

    @property
    def extension(self) -> str:
        """The end of the file name, empty for a folder."""
        return {"classeur": ".xlsx", "archive": ".zip", "csv": ".csv", "dossier": ""}[self.contenant]


FORMES_CSV = (
    ("utf-8-sig", ";"),
    ("cp1252", "\t"),
    ("utf-8", ","),
    ("cp1252", ";"),
    ("utf-8", "\t"),
    ("utf-8-sig", ","),
)


class Plume:
    """Writes values the way one deposit does: `rang` chooses its habits, `hasard` its slips."""

    def __init__(self, forme: Forme, rang: int, catalogue: Catalogue, hasard: Random) -> None:
        self.forme = forme
        self.hasard = hasard
        self._formes = catalogue.formes
        self._excel = forme.contenant == "classeur"
        self._format_date = FORMATS_DATE[rang % len(FORMATS_DATE)]
        self._style_mois = STYLES_MOIS[rang % len(STYLES_MOIS)]
        self._oui_non = STYLES_OUI_NON[rang % len(STYLES_OUI_NON)]
        self._sexe = STYLES_SEXE[rang % len(STYLES_SEXE)]
        self._virgule = rang % 5 != 4
        espaces = ["", " ", ESPACE_INSECABLE]
        if forme.encodage != "cp1252":  # Windows-1252 has no narrow no-break space
            espaces.append(ESPACE_FINE_INSECABLE)
        self._milliers = espaces[rang % len(espaces)]
        self._dates: dict[date, str] = {}
        self._mois: dict[int, Cellule] = {}
        self._communes: dict[str, str] = {}

    def jour(self, jour: date | None) -> Cellule:
        """A date; in a workbook a true one mostly."""
        if jour is None:
            return None
        if self._excel and self.hasard.random() < 0.7:
            return jour
        texte = self._dates.get(jour)
        if texte is None:
            texte = self._dates[jour] = jour.strftime(self._format_date)
        return texte

    def naissance(self, jour: date) -> Cellule:
        """A birth date, never with a two-digit year."""
        if self._excel and self.hasard.random() < 0.7:
            return jour
        return jour.strftime(self._format_date.replace("%y", "%Y"))

    def mois(self, mois: int) -> Cellule:
        """A month, in the one style of the deposit."""
        ecrit = self._mois.get(mois)
        if ecrit is None:
            ecrit = self._mois[mois] = self._ecrire_mois(mois)
        return ecrit

    def _ecrire_mois(self, mois: int) -> Cellule:
        annee, numero = mois // 12, mois % 12 + 1
        match self._style_mois:
            case "2024-03":
                return f"{annee}-{numero:02d}"
            case "03/2024":
                return f"{numero:02d}/{annee}"
            case "mars 2024":
                return f"{MOIS[numero - 1]} {annee}"
            case "févr. 2024":
                return f"{MOIS_ABREGES[numero - 1]} {annee}"
            case "202403":
                return f"{annee}{numero:02d}"
        premier = premier_du_mois(mois)
        return premier if self._excel else premier.strftime(self._format_date)

    def quarts(self, quarts: int) -> Cellule:
        """Hours, given in quarters of an hour."""
        return self.nombre(quarts / 4)

    def nombre(self, valeur: float | None, unite: str = "") -> Cellule:
        """A number; in a workbook a true one mostly, else text with the deposit's own separators."""
        if valeur is None:
            return None
        if self._excel and not unite and self.hasard.random() < 0.85:
            return valeur
        texte = f"{valeur:,.2f}" if valeur % 1 else f"{valeur:,.0f}"
        texte = texte.replace(",", self._milliers)
        if self._virgule:
            texte = texte.replace(".", ",")
        return f"{texte} {unite}" if unite else texte

    def siret(self, siret: str) -> Cellule:
        """A SIRET plain, with spaces, as a number without its leading zeros, or as Excel shows large numbers."""
        if not siret:
            return None
        sort = self.hasard.random()
        if sort < 0.8:
            return siret
        if sort < 0.9:
            return f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}"
        if sort < 0.97 or siret.startswith("0"):
            return int(siret)
        return f"{siret[0]}.{siret[1:]}".rstrip("0") + "E13"

    def commune(self, commune: Commune) -> Cellule:
        """An INSEE code, now and then without its leading zero; for some communes the one before a merger."""
        code = self._communes.get(commune.code)
        if code is None:
            ancien = commune.ancien_code and self.hasard.random() < 0.3
            code = self._communes[commune.code] = commune.ancien_code if ancien else commune.code
        if code.startswith("0") and self.hasard.random() < 0.3:
            return int(code) if self._excel else code[1:]
        return code

    def code(self, nomenclature: str, code: str) -> Cellule:
        """One of the known spellings of a code, sometimes in capitals, lower case or with a stray space."""
        if code in ("ND", ""):
            return None
        formes = self._formes[nomenclature, code]
        forme = formes[int(len(formes) * self.hasard.random())]
        sort = self.hasard.random()
        if sort < 0.04:
            return forme.upper()
        if sort < 0.08:
            return forme.lower()
        return forme + " " if sort < 0.1 else forme

    def codes(self, nomenclature: str, codes: Sequence[str]) -> Cellule:
        """Several codes in one cell."""
        separateur = self.hasard.choice((" + ", " + ", ", ", " / "))
        return separateur.join(str(self.code(nomenclature, c)).strip() for c in codes if c != "ND") or None

    def oui_non(self, reponse: str) -> Cellule:
        """O or N in the style of the deposit; anything else is left empty."""
        return {"O": self._oui_non[0], "N": self._oui_non[1]}.get(reponse)

    def sexe(self, sexe: str) -> Cellule:
        """F or H in the style of the deposit; anything else is left empty."""
        return {"F": self._sexe[0], "H": self._sexe[1]}.get(sexe)

    def nom(self, nom: str) -> str:
        """A surname: capitals, as is, without accents, or a hyphen dropped, by the slip of the hand."""
        sort = self.hasard.random()
        if sort < 0.6:
            return sans_accents(nom).upper()
        if sort < 0.75:
            return nom.upper()
        return nom.replace("-", " ").replace("'", "’") if sort < 0.85 else nom

    def prenom(self, prenom: str) -> str:
        """A first name, with the slips of a surname."""
        sort = self.hasard.random()
        if sort < 0.7:
            return prenom
        if sort < 0.8:
            return prenom.upper()
        return sans_accents(prenom) if sort < 0.9 else prenom.replace("-", " ")
