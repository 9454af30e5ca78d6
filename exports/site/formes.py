"""The figures of a page, each filled in its shape for a territory: drawing, words, table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache

from clauses.socle.donnees import lire_lignes
from clauses.socle.nombres import accorder, pour_cent
from clauses.socle.project import SEEDS
from exports.edition.index import MANQUANT, Chiffre, ecart
from exports.edition.libelles import axe_en_clair, decimales, libelle_mesure
from exports.edition.parts import arrondir_a_100
from exports.site.blocs import MODELES, Bloc, lire_blocs
from exports.site.dessins import dessiner
from exports.site.ecritures import ecrire_chiffre, ecrire_ecart, ecrire_part
from exports.site.figures import Figure, Legende
from exports.site.regards import RegardDate

SITUATIONS = SEEDS / "nomenclatures" / "dim_situation.csv"
INDETERMINES = ("ND", "AUTRE", "INCONNU")
MONTRES_AU_PLUS = 12  # bars; the table has them all
TEINTES = 5


def figures_de_la_page(r: RegardDate, page: str, cle: str, theme: str | None = None) -> Iterator[Figure]:
    """Those of a kind of page that the release has rows for. `cle`: what names the files of the territory."""
    for bloc in lire_blocs():
        if page not in bloc.pages or (theme is not None and bloc.theme != theme):
            continue
        figure = _FAIRE[bloc.forme](r, bloc, cle)
        if figure is not None:
            yield figure


def _codes(r: RegardDate, bloc: Bloc) -> list[str]:
    return r.libelles.codes(bloc.tableau, bloc.axe_1)


def _lire(r: RegardDate, bloc: Bloc, code: str, mesure: str = "", en_tete: bool = False) -> Chiffre:
    territoire = r.tete.code if en_tete else r.territoire
    return r.index.lire(bloc.tableau, mesure or bloc.mesures[0], territoire, r.periode, bloc.axe_1, code)


def _a_des_lignes(chiffres: list[Chiffre]) -> bool:
    return any(c.visible or c.secret for c in chiffres)


def _figure(
    r: RegardDate,
    bloc: Bloc,
    cle: str,
    constat: str,
    alternative: str,
    svg: str,
    entetes: list[str],
    lignes: list[list[str]],
    legende: tuple[Legende, ...] = (),
    teintes: list[list[str]] | None = None,
    en_parts: bool = True,
    note: str = "",
) -> Figure:
    unite, base, _ = r.base(bloc.tableau, bloc.mesures[0], bloc.axe_1)
    if en_parts and unite != "%":
        unite = f"en % {bloc.des}"
    return Figure(
        code=bloc.code,
        constat=constat or bloc.sujet,
        sujet=bloc.sujet,
        unite=unite,
        base=base,
        periode=r.periode.libelle,
        alternative=alternative,
        svg=svg,
        entetes=entetes,
        lignes=lignes,
        fichier=bloc.fichier(cle),
        statut=r.publication.phrase_statut(r.periode),
        legende=legende,
        teintes=teintes or (),
        note=note,
        donnees={
            "forme": bloc.forme,
            "tableau": bloc.tableau,
            "mesures": "|".join(bloc.mesures),
            "noms": "|".join(libelle_mesure(bloc.tableau, m) for m in bloc.mesures),
            "axe1": bloc.axe_1,
            "axe2": bloc.axe_2 or "",
            "codes1": "|".join(_codes(r, bloc)),
            "codes2": "|".join(r.libelles.codes(bloc.tableau, bloc.axe_2)) if bloc.axe_2 else "",
            "sujet": bloc.sujet,
            "des": bloc.des,
        },
    )


def _barres(r: RegardDate, bloc: Bloc, cle: str) -> Figure | None:
    """Shares, largest first, what is not known last; those of the head as a mark."""
    lus = [(code, _lire(r, bloc, code), _lire(r, bloc, code, en_tete=True)) for code in _codes(r, bloc)]
    if not _a_des_lignes([c for _, c, _ in lus]):
        return None
    avec_parts = any(c.part is not None for _, c, _ in lus)
    grandeur: Callable[[Chiffre], float] = lambda c: (c.part if avec_parts else c.valeur) or 0.0  # noqa: E731
    tries = sorted(lus, key=lambda x: (x[0] in INDETERMINES, -grandeur(x[1])))
    montres = [x for x in tries if x[1].secret or x[1].valeur][:MONTRES_AU_PLUS]
    dessin = [
        {
            "rang": rang,
            "libelle": r.libelles.libelle(bloc.axe_1, code),
            "valeur": grandeur(chiffre),
            "texte": ecrire_part(chiffre) if avec_parts else ecrire_chiffre(chiffre),
            "repere": repere,
            "place": max(grandeur(chiffre), repere or 0.0),
        }
        for rang, (code, chiffre, la) in enumerate(montres)
        for repere in [None if r.est_tete or not avec_parts or not la.fiable else la.part]
    ]
    if not dessin:
        return None
    unite, _, _ = r.base(bloc.tableau, bloc.mesures[0], bloc.axe_1)
    avant = r.avant
    entetes = [axe_en_clair(bloc.axe_1), f"{libelle_mesure(bloc.tableau, bloc.mesures[0])} {r.periode.court}"]
    entetes += ["Part"] * avec_parts + ([f"{avant.court}"] if avant else [])
    entetes += [f"Part {r.tete.dans}"] * (avec_parts and not r.est_tete)
    lignes = []
    for code, chiffre, la in tries:
        ligne = [r.libelles.libelle(bloc.axe_1, code), ecrire_chiffre(chiffre, decimales(unite))]
        ligne += [ecrire_part(chiffre)] * avec_parts
        if avant:
            hier = r.index.lire(bloc.tableau, bloc.mesures[0], r.territoire, avant, bloc.axe_1, code)
            ligne.append(ecrire_chiffre(hier, decimales(unite)))
        ligne += [ecrire_part(la)] * (avec_parts and not r.est_tete)
        lignes.append(ligne)
    legende = (
        (Legende("c1", r.nom), Legende("repere", r.tete.court))
        if any(x["repere"] is not None for x in dessin)
        else ()
    )
    return _figure(
        r, bloc, cle, _premier(r, bloc, lus) if avec_parts else "", _enumerer(dessin),
        dessiner("barres", dessin), entetes, lignes, legende, en_parts=avec_parts,
    )  # fmt: skip


def _premier(r: RegardDate, bloc: Bloc, lus: list[tuple[str, Chiffre, Chiffre]]) -> str:
    """« Bâtiment : 41,2 % des heures », only where nothing hidden could be larger."""
    parts = sorted(
        (
            (c.part, code)
            for code, c, _ in lus
            if c.fiable and c.part is not None and code not in INDETERMINES
        ),
        reverse=True,
    )
    if bloc.vedette is not None:
        dites = [(part, code) for part, code in parts if code == bloc.vedette]
        return _dire(r, bloc, *dites[0]) if dites else ""
    cache_ = 100 - sum(c.part or 0 for _, c, _ in lus)
    if not parts or parts[0][0] <= cache_ or (len(parts) > 1 and parts[0][0] == parts[1][0]):
        return ""
    return _dire(r, bloc, *parts[0])


def _dire(r: RegardDate, bloc: Bloc, part: float, code: str) -> str:
    return f"{r.libelles.libelle(bloc.axe_1, code)} : {pour_cent(part)} {bloc.des}"


def _enumerer(dessin: Sequence[Mapping[str, object]]) -> str:
    return " ; ".join(f"{x['libelle']} : {x['texte']}" for x in dessin) + "."


def _deux_cotes(r: RegardDate, bloc: Bloc, cle: str) -> Figure | None:
    """Shares of persons on the left, of hours on the right."""
    gauche, droite = bloc.mesures
    lus = [(code, _lire(r, bloc, code, gauche), _lire(r, bloc, code, droite)) for code in _codes(r, bloc)]
    if not _a_des_lignes([c for _, *deux in lus for c in deux]):
        return None
    maximum = max([c.part or 0.0 for _, *deux in lus for c in deux]) or 1.0
    dessin = [
        {
            "rang": rang,
            "libelle": r.libelles.libelle(bloc.axe_1, code),
            "gauche": a.part or 0.0,
            "droite": b.part or 0.0,
            "texte_gauche": ecrire_part(a),
            "texte_droite": ecrire_part(b),
            "maximum": maximum,
        }
        for rang, (code, a, b) in enumerate(lus)
    ]
    noms = [libelle_mesure(bloc.tableau, m) for m in bloc.mesures]
    entetes = [axe_en_clair(bloc.axe_1), noms[0], "Part", noms[1], "Part"]
    lignes = [
        [
            r.libelles.libelle(bloc.axe_1, code),
            ecrire_chiffre(a),
            ecrire_part(a),
            ecrire_chiffre(b),
            ecrire_part(b),
        ]
        for code, a, b in lus
    ]
    alternative = " ; ".join(
        f"{x['libelle']} : {x['texte_gauche']} des personnes, {x['texte_droite']} des heures" for x in dessin
    )
    return _figure(
        r, bloc, cle, _premier(r, bloc, [(code, a, b) for code, a, b in lus]), f"{alternative}.",
        dessiner("deux_cotes", dessin), entetes, lignes, (Legende("c1", noms[0]), Legende("c2", noms[1])),
    )  # fmt: skip


def _pyramide(r: RegardDate, bloc: Bloc, cle: str) -> Figure | None:
    """Ages, the oldest on top, one sex on each side; who has no known age or sex is told beside, never drawn."""
    ages, sexes = _codes(r, bloc), r.libelles.codes(bloc.tableau, bloc.axe_2 or "")
    lus = {
        (a, s): r.index.lire(
            bloc.tableau, bloc.mesures[0], r.territoire, r.periode, bloc.axe_1, a, bloc.axe_2, s
        )
        for a in ages
        for s in sexes
    }
    cotes = [s for s in sexes if s not in INDETERMINES]
    if len(cotes) != 2 or not _a_des_lignes(list(lus.values())):
        return None
    dessines = [a for a in reversed(ages) if a not in INDETERMINES]
    maximum = max([lus[a, s].part or 0.0 for a in dessines for s in cotes], default=0.0) or 1.0
    dessin = [
        {
            "rang": rang,
            "libelle": r.libelles.libelle(bloc.axe_1, a),
            "maximum": maximum,
            **{cote: lus[a, s].part or 0.0 for cote, s in zip(("gauche", "droite"), cotes, strict=True)},
            "texte_gauche": ecrire_part(lus[a, cotes[0]]),
            "texte_droite": ecrire_part(lus[a, cotes[1]]),
        }
        for rang, a in enumerate(dessines)
    ]
    noms = [r.libelles.libelle(bloc.axe_2 or "", s) for s in sexes]
    cotes_dites = [r.libelles.libelle(bloc.axe_2 or "", s) for s in cotes]
    alternative = " ; ".join(
        f"{x['libelle']} : {x['texte_gauche']} {cotes_dites[0].lower()}, {x['texte_droite']} {cotes_dites[1].lower()}"
        for x in dessin
    )
    lignes = [
        [
            r.libelles.libelle(bloc.axe_1, a),
            *(t for s in sexes for t in (ecrire_chiffre(lus[a, s]), ecrire_part(lus[a, s]))),
        ]
        for a in ages
    ]
    entetes = [axe_en_clair(bloc.axe_1), *(t for nom in noms for t in (nom, "Part"))]
    legende = tuple(Legende(f"c{rang}", nom) for rang, nom in enumerate(cotes_dites, 1))
    return _figure(
        r, bloc, cle, _plus_grand_groupe(r, bloc, lus), f"{alternative}.", dessiner("deux_cotes", dessin), entetes,
        lignes, legende, note=_hors_de_la_pyramide([c for cle_, c in lus.items() if set(cle_) & set(INDETERMINES)]),
    )  # fmt: skip


def _plus_grand_groupe(r: RegardDate, bloc: Bloc, lus: Mapping[tuple[str, str], Chiffre]) -> str:
    """« Hommes, 30 à 39 ans : 24,1 % des bénéficiaires », only where nothing hidden could be larger."""
    parts = sorted(
        ((c.part, cle) for cle, c in lus.items() if c.fiable and c.part is not None and not set(cle) & set(INDETERMINES)),
        reverse=True,
    )  # fmt: skip
    cache_ = 100 - sum(c.part or 0 for c in lus.values())
    if not parts or parts[0][0] <= cache_ or (len(parts) > 1 and parts[0][0] == parts[1][0]):
        return ""
    part, (age, sexe) = parts[0]
    qui = f"{r.libelles.libelle(bloc.axe_2 or '', sexe)}, {r.libelles.libelle(bloc.axe_1, age).lower()}"
    return f"{qui} : {pour_cent(part)} {bloc.des}"


def _hors_de_la_pyramide(chiffres: list[Chiffre]) -> str:
    if any(c.valeur is None for c in chiffres):
        return "Hors du graphique : les personnes d'âge ou de sexe non déterminé, dont le nombre n'est pas diffusé."
    total = int(sum(c.valeur or 0 for c in chiffres))
    return f"Hors du graphique : {accorder(total, 'personne')} d'âge ou de sexe non déterminé."


def _points(r: RegardDate, bloc: Bloc, cle: str) -> Figure | None:
    """A year ago and now."""
    mesure = bloc.mesures[0]
    lus = []
    for code in _codes(r, bloc):
        hier = (
            r.index.lire(bloc.tableau, mesure, r.territoire, r.avant, bloc.axe_1, code)
            if r.avant
            else MANQUANT
        )
        lus.append((code, hier, _lire(r, bloc, code), _lire(r, bloc, code, en_tete=True)))
    if not _a_des_lignes([c for _, _, c, _ in lus]):
        return None
    dessin = [
        {
            "rang": rang,
            "libelle": r.libelles.libelle(bloc.axe_1, code),
            "avant": avant.valeur,
            "valeur": ici.valeur,
            "place": max(avant.valeur or 0.0, ici.valeur or 0.0),
            "texte": ecrire_chiffre(ici, 1, en_pour_cent=True),
        }
        for rang, (code, avant, ici, _) in enumerate(lus)
    ]
    entetes = [axe_en_clair(bloc.axe_1), r.periode.court]
    entetes += [r.avant.court, "Évolution"] if r.avant else []
    entetes += [] if r.est_tete else [r.tete.court]
    lignes = []
    for code, avant, ici, la in lus:
        ligne = [r.libelles.libelle(bloc.axe_1, code), ecrire_chiffre(ici, 1, en_pour_cent=True)]
        ligne += (
            [
                ecrire_chiffre(avant, 1, en_pour_cent=True),
                ecrire_ecart(r.changement(ecart(ici, avant)), "point"),
            ]
            if r.avant
            else []
        )
        ligne += [] if r.est_tete else [ecrire_chiffre(la, 1, en_pour_cent=True)]
        lignes.append(ligne)
    changements = [
        (abs(d.valeur), code, d)
        for code, avant, ici, _ in lus
        if avant.fiable and ici.fiable and (d := ecart(ici, avant)).valeur is not None
    ]
    constat = ""
    if changements and r.avant and r.comparables():
        _, code, fort = max(changements)
        constat = (
            f"{r.libelles.libelle(bloc.axe_1, code)} : {ecrire_ecart(fort, 'point')} depuis {r.avant.court}"
        )
    legende = (Legende("c1", r.periode.court),) + ((Legende("anneau", r.avant.court),) if r.avant else ())
    return _figure(
        r, bloc, cle, constat, _enumerer(dessin), dessiner("points", dessin), entetes, lignes, legende
    )


@cache
def groupes_de_situations() -> tuple[dict[str, str], list[dict[str, str]]]:
    """The group of each situation, and the groups in order."""
    return {x["code"]: x["groupe"] for x in lire_lignes(SITUATIONS)}, lire_lignes(MODELES / "situations.csv")


def _empilees(r: RegardDate, bloc: Bloc, cle: str) -> Figure | None:
    """By horizon, the groups of situations; a horizon with something hidden is not drawn, what is unknown is."""
    groupe_de, groupes = groupes_de_situations()
    situations = r.libelles.codes(bloc.tableau, bloc.axe_2 or "")
    dessin: list[dict[str, object]] = []
    lignes, dits = [], []
    for rang, horizon in enumerate(_codes(r, bloc)):
        lus = {
            s: r.index.lire(
                bloc.tableau, bloc.mesures[0], r.territoire, r.periode, bloc.axe_1, horizon, bloc.axe_2, s
            )
            for s in situations
        }
        if not _a_des_lignes(list(lus.values())):
            continue
        nom = r.libelles.libelle(bloc.axe_1, horizon)
        lignes += [
            [f"{nom} – {r.libelles.libelle(bloc.axe_2 or '', s)}", ecrire_chiffre(c), ecrire_part(c)]
            for s, c in lus.items()
            if c.secret or c.valeur
        ]
        if any(c.secret for c in lus.values()):
            continue
        sommes = [
            sum(c.part or 0.0 for s, c in lus.items() if groupe_de.get(s) == g["groupe"]) for g in groupes
        ]
        arrondies = arrondir_a_100(sommes, 0)
        debut = 0.0
        for g, part, arrondie in zip(groupes, sommes, arrondies, strict=True):
            if part:
                texte = pour_cent(arrondie or 0, 0)
                dessin.append(
                    {
                        "rang": rang, "libelle": nom, "debut": debut, "fin": debut + part, "texte": texte,
                        "couleur": g["couleur"], "encre": g["encre"], "halo": g["halo"] or None,
                    }
                )  # fmt: skip
                dits.append(f"{nom}, {g['libelle'].lower()} : {texte}")
            debut += part
    if not lignes:
        return None
    legende = tuple(Legende(g["groupe"].lower(), g["libelle"]) for g in groupes) if dessin else ()
    svg = dessiner("empilees", dessin) if dessin else ""
    return _figure(
        r, bloc, cle, "", " ; ".join(dits) + "." if dits else "", svg,
        ["Horizon – situation", libelle_mesure(bloc.tableau, bloc.mesures[0]), "Part de l'horizon"], lignes, legende,
    )  # fmt: skip


def _chaleur(r: RegardDate, bloc: Bloc, cle: str) -> Figure | None:
    """Shares of each row, the darker the larger; a cell that is hidden has no shade."""
    lignes_codes, colonnes = (r.libelles.codes(bloc.tableau, axe) for axe in (bloc.axe_1, bloc.axe_2 or ""))
    lus = {
        (a, b): r.index.lire(
            bloc.tableau, bloc.mesures[0], r.territoire, r.periode, bloc.axe_1, a, bloc.axe_2, b
        )
        for a in lignes_codes
        for b in colonnes
    }
    if not _a_des_lignes(list(lus.values())):
        return None
    maximum = max((c.valeur or 0.0 for c in lus.values()), default=0.0) or 1.0
    lignes = [
        [r.libelles.libelle(bloc.axe_1, a), *(ecrire_chiffre(lus[a, b]) for b in colonnes)]
        for a in lignes_codes
    ]
    teintes = [
        [f"t{min(TEINTES, int((TEINTES + 1) * (lus[a, b].valeur or 0) / maximum))}" for b in colonnes]
        for a in lignes_codes
    ]
    entetes = [axe_en_clair(bloc.axe_1), *(r.libelles.libelle(bloc.axe_2 or "", b) for b in colonnes)]
    return _figure(r, bloc, cle, "", "", "", entetes, lignes, (), teintes, en_parts=False)


def _courbe(r: RegardDate, bloc: Bloc, cle: str) -> Figure | None:
    """What has happened by each month, as stairs: nothing is known between two observations. The head's beside."""
    mesure, *effectifs = bloc.mesures
    mois = sorted(_codes(r, bloc), key=int)
    lus = [(int(code), _lire(r, bloc, code), _lire(r, bloc, code, en_tete=True)) for code in mois]
    if not _a_des_lignes([c for _, c, _ in lus]):
        return None
    series = [("ici", [(m, c) for m, c, _ in lus])]
    if not r.est_tete:
        series.insert(0, ("tete", [(m, f) for m, _, f in lus]))
    dessin = [
        {
            "mois": m,
            "valeur": c.valeur,
            "serie": serie,
            "texte": ecrire_chiffre(c, 0, True),
            "dernier": m == dernier,
        }
        for serie, points in series
        if (dernier := max((m for m, c in points if c.visible), default=None)) is not None
        for m, c in points
        if c.visible
    ]
    if len({x["mois"] for x in dessin if x["serie"] == "ici"}) < 2:
        dessin = []
    entetes = [axe_en_clair(bloc.axe_1), libelle_mesure(bloc.tableau, mesure)]
    entetes += [libelle_mesure(bloc.tableau, m) for m in effectifs]
    entetes += [] if r.est_tete else [r.tete.court]
    lignes = []
    for m, ici, la in lus:
        if not ici.visible and not ici.secret:
            continue
        ligne = [r.libelles.libelle(bloc.axe_1, str(m)), ecrire_chiffre(ici, 1, en_pour_cent=True)]
        ligne += [ecrire_chiffre(_lire(r, bloc, str(m), autre)) for autre in effectifs]
        lignes.append(ligne + ([] if r.est_tete else [ecrire_chiffre(la, 1, en_pour_cent=True)]))
    dits = {m: c for m, c, _ in lus if c.fiable}
    choisi = dits.get(int(bloc.vedette or 0))
    constat = f"{bloc.vedette} mois après : {ecrire_chiffre(choisi, 1, True)} {bloc.des}" if choisi else ""
    legende = (Legende("c1", r.nom),) + (() if r.est_tete else (Legende("tirets", r.tete.court),))
    return _figure(
        r, bloc, cle, constat, " ; ".join(f"{a[0]} : {a[1]}" for a in lignes) + ".",
        dessiner("courbe", dessin) if dessin else "", entetes, lignes, legende if dessin else (),
    )  # fmt: skip


_FAIRE: dict[str, Callable[[RegardDate, Bloc, str], Figure | None]] = {
    "barres": _barres,
    "deux_cotes": _deux_cotes,
    "pyramide": _pyramide,
    "points": _points,
    "empilees": _empilees,
    "chaleur": _chaleur,
    "courbe": _courbe,
}
