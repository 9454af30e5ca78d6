"""A second look at the XML of a workbook: what the reader of workbooks gives as empty though it is not.

Error cells and formulas without a value come out of it as null, like blank ones. They are written again as texts, which it
gives back: an error as its own (`#REF!`), a formula as FORMULE_SANS_VALEUR. Merged cells come out as one value and blanks:
their ranges are kept beside. Nothing is parsed as XML, so no entity is expanded; a workbook without any of these costs a few
searches.
"""

from __future__ import annotations

import html
import io
import posixpath
import re
import zipfile
from dataclasses import dataclass
from functools import lru_cache, partial

# what such cells hold from now on; conforming reports them
FORMULE_SANS_VALEUR = "formule non calculée"
ERREUR_SANS_TEXTE = "#ERREUR!"
VALEUR_FUSIONNEE = "cellule fusionnée"

# several patterns: each is searched by its first letters
_SUSPECTES = tuple(map(re.compile, (rb"<f[\s/>]", rb":f[\s/>]", rb"\"e\"", rb"'e'", rb"mergeCell\s")))
_COMMENTAIRE = re.compile(rb"<!--.*?-->", re.DOTALL)
_CDATA = re.compile(rb"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_PREFIXE = re.compile(rb"<([\w.-]+:)?sheetData[\s/>]")
_TYPE = re.compile(rb"\st\s*=\s*[\"'](\w*)[\"']")
_ETENDUE = rb"ref\s*=\s*[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})[\"']"
_FUSION = re.compile(rb"[<:]mergeCell\s[^<>]*?" + _ETENDUE)
_MATRICE = re.compile(_ETENDUE)
_A_RECALCULER = re.compile(rb"\sfullCalcOnLoad\s*=\s*[\"'](?:1|true)[\"']")
_PREMIERE_RANGEE = re.compile(
    rb"<(?P<p>(?:[\w.-]+:)?)row(?P<a>\s[^<>]*?\br\s*=\s*[\"'](?P<r>\d{1,7})[\"'][^<>]*?)(?P<fin>/?)>"
)
_SANS_LIEU = re.compile(rb"<(?:[\w.-]+:)?c(?![^<>]*\sr\s*=)[\s/>]")
_FEUILLE = re.compile(rb"[<:]sheet\s([^<>]*)>")
_RELATION = re.compile(rb"[<:]Relationship\s([^<>]*)>")
_ATTRIBUT = re.compile(rb"([\w.:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_PLAGES_AU_PLUS = 100_000


@dataclass(frozen=True)
class Plage:
    """Cells of a sheet that have one value: rows and columns from 0, both ends included. `formule`: of one array formula."""

    haut: int
    bas: int
    gauche: int
    droite: int
    formule: bool = False


class _Motifs:
    """How cells are written under one prefix of the elements of a sheet; each pattern begins with the letters `<c`."""

    def __init__(self, prefixe: bytes) -> None:
        p = self.prefixe = prefixe
        c = b"<" + re.escape(p) + b"c"
        fin = rb"</" + re.escape(p) + rb"c\s*>"
        f, v = (b"<" + re.escape(p) + lettre for lettre in (b"f", b"v"))
        fin_f, fin_v = (b"</" + re.escape(p) + lettre for lettre in (b"f", b"v"))
        vide = rb"(?P<v>" + v + rb"(?:\s[^<>]*)?(?:/>|>\s*" + fin_v + rb"\s*>))?\s*"
        formule = (
            c
            + rb"(?P<a>(?:\s[^<>]*)?)>\s*"
            + f
            + rb"(?P<f>(?:\s[^<>]*?)?)(?:/>|>[^<]*"
            + fin_f
            + rb"\s*>)\s*"
        )
        self.formule_seule = re.compile(formule + vide + fin)
        # xlsxwriter writes 0 in the place of every value that Excel is to calculate when it opens the workbook
        self.formule_a_zero = re.compile(formule + v + b">0" + fin_v + rb">\s*" + fin)
        self.erreur = re.compile(rb"(" + c + rb"\s(?:[^<>]*?\s)?t\s*=\s*[\"'])e(?=[\"'])")
        self.erreur_muette = re.compile(
            c + rb"(?P<a>\s(?:[^<>]*?\s)?t\s*=\s*[\"']e[\"'][^<>/]*)(?:/>|>\s*" + vide + fin + rb")"
        )

    @classmethod
    def de(cls, xml: bytes) -> _Motifs:
        prefixe = _PREFIXE.search(xml)
        return _motifs((prefixe[1] or b"") if prefixe is not None else b"")


@lru_cache(maxsize=16)
def _motifs(prefixe: bytes) -> _Motifs:
    return _Motifs(prefixe)


class SecondRegard:
    """What is to be said of the sheets of one workbook; its members are shown to it one by one."""

    def __init__(self) -> None:
        self._feuilles: dict[str, bytes] = {}
        self._index: dict[str, bytes] = {}
        self._a_recalculer = False

    def voir(self, nom: str, contenu: bytes) -> None:
        if b"sheetData" in contenu:
            if any(suspecte.search(contenu) for suspecte in _SUSPECTES):
                self._feuilles[nom] = contenu
        elif nom.endswith(("workbook.xml", "workbook.xml.rels")):
            self._index[nom] = contenu
            self._a_recalculer |= _A_RECALCULER.search(contenu) is not None

    def refaire(self, octets: bytes) -> tuple[bytes, dict[str, tuple[Plage, ...]]]:
        """The workbook with these cells as texts, and the ranges of each sheet by its name: as it was when it has none."""
        refaites: dict[str, bytes] = {}
        plages: dict[str, tuple[Plage, ...]] = {}
        noms = self._noms_des_feuilles() if self._feuilles else {}
        for membre, contenu in self._feuilles.items():
            xml = _sans_commentaire(contenu)
            motifs = _Motifs.de(xml)
            etendues = _plages(xml, motifs) if membre in noms else ()
            dite = _dire_les_cellules(xml, motifs, self._a_recalculer)
            if etendues and (calee := _caler(dite)) is not None:
                dite = calee
                plages[noms[membre]] = etendues
            if dite != contenu:
                refaites[membre] = dite
        return (_remplacer(octets, refaites) if refaites else octets), plages

    def _noms_des_feuilles(self) -> dict[str, str]:
        """Member → name of the sheet."""
        noms: dict[str, str] = {}
        for chemin, contenu in self._index.items():
            dossier, fichier = posixpath.split(chemin)
            relations = self._index.get(posixpath.join(dossier, "_rels", fichier + ".rels"), b"")
            cibles = {a.get("Id"): a.get("Target", "") for a in map(_attributs, _RELATION.findall(relations))}
            for attributs in map(_attributs, _FEUILLE.findall(contenu)):
                identifiant = next((v for n, v in attributs.items() if n.endswith(":id")), None)
                if cible := cibles.get(identifiant):
                    noms[posixpath.normpath(posixpath.join("/", dossier, cible)).lstrip("/")] = attributs.get(
                        "name", ""
                    )
        return noms


def _attributs(texte: bytes) -> dict[str, str]:
    return {
        nom.decode(): html.unescape((double or simple).decode("utf-8", "replace"))
        for nom, double, simple in _ATTRIBUT.findall(texte)
    }


def _sans_commentaire(xml: bytes) -> bytes:
    if b"<!" not in xml:
        return xml
    xml = _CDATA.sub(lambda m: html.escape(m[1].decode("utf-8", "replace"), quote=False).encode(), xml)
    return _COMMENTAIRE.sub(b"", xml)


def _dire_les_cellules(xml: bytes, motifs: _Motifs, a_recalculer: bool) -> bytes:
    """`a_recalculer`: the zeros of formulas are no values either."""

    def en_texte(texte: str, cellule: re.Match[bytes]) -> bytes:
        p, attributs = motifs.prefixe, _TYPE.sub(b"", cellule["a"])
        return b'<%bc%b t="str"><%bv>%b</%bv></%bc>' % (p, attributs, p, texte.encode(), p, p)

    def dire_la_formule(cellule: re.Match[bytes]) -> bytes:
        type_ = _TYPE.search(cellule["a"])
        if type_ is not None and type_[1] == b"str" and cellule["v"] is not None:
            return cellule[0]  # its value is an empty text: blank indeed
        return en_texte(FORMULE_SANS_VALEUR, cellule)

    dit = motifs.formule_seule.sub(dire_la_formule, xml)
    if a_recalculer and b">0<" in dit:
        dit = motifs.formule_a_zero.sub(partial(en_texte, FORMULE_SANS_VALEUR), dit)
    if b'"e"' in dit or b"'e'" in dit:
        dit = motifs.erreur_muette.sub(partial(en_texte, ERREUR_SANS_TEXTE), dit)
        dit = motifs.erreur.sub(rb"\g<1>str", dit)
    return dit


def _plages(xml: bytes, motifs: _Motifs) -> tuple[Plage, ...]:
    """Merged over several rows, or of an array formula without a value."""
    fusions = [(coins, False) for coins in _FUSION.findall(xml)]
    matrices = [
        (etendue.groups(), True)
        for formule in (motifs.formule_seule.finditer(xml) if b"array" in xml else ())
        if (etendue := _MATRICE.search(formule["f"])) is not None and b"array" in formule["f"]
    ]
    plages = (
        Plage(int(haut) - 1, int(bas) - 1, rang_de_colonne(gauche), rang_de_colonne(droite), formule)
        for (gauche, haut, droite, bas), formule in [*fusions, *matrices][:_PLAGES_AU_PLUS]
    )
    return tuple(p for p in plages if p.haut < p.bas or p.formule)


def rang_de_colonne(lettres: bytes) -> int:
    """`A` is 0."""
    rang = 0
    for lettre in lettres.upper():
        rang = rang * 26 + lettre - 64
    return rang - 1


def _caler(xml: bytes) -> bytes | None:
    """The sheet with a first cell in column A, even blank: without one the reader leaves out the columns before the first
    filled, and places would not be known. None when its cells do not say their places."""
    rangee = _PREMIERE_RANGEE.search(xml)
    if rangee is None or _SANS_LIEU.search(xml) is not None:
        return None
    p, ligne = rangee["p"], rangee["r"]
    cale = b'<%bc r="A%b" t="str"><%bv></%bv></%bc>' % (p, ligne, p, p, p)
    fin = b"</%brow>" % p if rangee["fin"] else b""
    return xml[: rangee.start()] + b"<%brow%b>" % (p, rangee["a"]) + cale + fin + xml[rangee.end() :]


def _remplacer(octets: bytes, refaites: dict[str, bytes]) -> bytes:
    """The same archive with other contents; stored as they are, since it is read at once."""
    nouveau = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(octets)) as source, zipfile.ZipFile(nouveau, "w") as cible:
        for membre in source.infolist():
            cible.writestr(membre.filename, refaites.get(membre.filename) or source.read(membre))
    return nouveau.getvalue()
