"""A few sentences made from figures by rules. A figure that is hidden, missing or unreliable makes none."""

from __future__ import annotations

from clauses.socle.nombres import arrondir, nombre, pour_cent
from exports.edition.index import Chiffre, evolution, rapport
from exports.edition.publication import Periode
from exports.edition.regard import Regard

ECART_NOTABLE = 0.05  # percent: below, « stable »
HORIZONS = {"12": "Douze mois", "6": "Six mois"}


def phrases(c: Regard) -> list[str]:
    """Three to seven sentences where the figures allow; fewer where they are hidden."""
    faites = [_volume(c), _changement(c), _femmes(c), _quartiers(c), _secteurs(c), _objectifs(c), _devenir(c)]
    return [phrase for phrase in faites if phrase]


def _cle(c: Regard, mesure: str, territoire: str | None = None, periode: Periode | None = None) -> Chiffre:
    return c.index.lire("CLES", mesure, territoire or c.territoire, periode or c.periode)


def _volume(c: Regard) -> str:
    heures, personnes = _cle(c, "heures"), _cle(c, "beneficiaires")
    if not heures.fiable or not heures.valeur:
        return ""
    debut = f"{c.periode.en_debut_de_phrase}, {nombre(heures.valeur)} heures d'insertion ont été réalisées"
    if personnes.fiable:
        debut += f" par {nombre(personnes.valeur)} personnes"
    etp = _cle(c, "etp_1607")
    suite = f", soit {nombre(etp.valeur)} équivalents temps plein" if etp.fiable else ""
    part = rapport(heures, _cle(c, "heures", c.tete.code))
    if c.est_tete or not part.fiable or part.valeur is None:
        return f"{debut}{suite}."
    return f"{debut}{suite} ; c'est {pour_cent(part.valeur)} des heures {c.tete.de}."


def _changement(c: Regard) -> str:
    if c.avant is None or (incomplets := c.phrase_incompletude()):
        return "" if c.avant is None else incomplets
    heures, avant = _cle(c, "heures"), _cle(c, "heures", periode=c.avant)
    taux = evolution(heures, avant)
    if not (heures.fiable and avant.fiable) or taux.valeur is None:
        return ""
    if abs(taux.valeur) < ECART_NOTABLE:
        return f"Le volume d'heures est stable par rapport à {c.avant.code}."
    sens = "de plus" if taux.valeur > 0 else "de moins"
    return (
        f"C'est {pour_cent(abs(taux.valeur))} d'heures {sens} qu'en {c.avant.code}."
        if (c.periode.type_periode == "annee")
        else f"C'est {pour_cent(abs(taux.valeur))} d'heures {sens} qu'au {c.avant.libelle}."
    )


def _femmes(c: Regard) -> str:
    personnes, heures = _cle(c, "part_femmes"), _cle(c, "part_femmes_heures")
    if not personnes.fiable or personnes.valeur is None:
        return ""
    texte = (
        f"{c.periode.en_debut_de_phrase}, {pour_cent(personnes.valeur)} des bénéficiaires sont des femmes"
        f"{_la(c, 'part_femmes')}"
    )
    if heures.fiable and heures.valeur is not None:
        texte += f" ; elles font {pour_cent(heures.valeur)} des heures"
    return f"{texte}."


def _quartiers(c: Regard) -> str:
    part = _cle(c, "part_qpv")
    if not part.fiable or part.valeur is None:
        return ""
    return (
        f"{pour_cent(part.valeur)} des bénéficiaires habitent un quartier prioritaire de la "
        f"politique de la ville{_la(c, 'part_qpv')}."
    )


def _la(c: Regard, mesure: str) -> str:
    return _a_cote(c, _cle(c, mesure), _cle(c, mesure, c.tete.code))


def _que(suite: str) -> str:
    return f"qu'{suite}" if suite.startswith("en ") else f"que {suite}"


def _a_cote(c: Regard, ici: Chiffre, la: Chiffre) -> str:
    """A rate beside that of the head of the release, in points."""
    if c.est_tete or not la.fiable or la.valeur is None or ici.valeur is None:
        return ""
    ecart = arrondir(ici.valeur - la.valeur, 1)
    if not ecart:
        return f", comme {c.tete.dans} ({pour_cent(la.valeur)})"
    unite = "point" if abs(ecart) < 2 else "points"
    sens = "de plus" if ecart > 0 else "de moins"
    return f", {nombre(abs(ecart), 1)} {unite} {sens} {_que(c.tete.dans)}"


def _secteurs(c: Regard) -> str:
    """The first sector, only where what is hidden cannot be larger than it."""
    parts = [
        (x.part, code)
        for code in c.libelles.codes("T03", "secteur")
        if (x := c.index.lire("T03", "heures", c.territoire, c.periode, "secteur", code)).fiable
        and x.part is not None
        and code not in ("ND", "AUTRE")
    ]
    toutes = [
        c.index.lire("T03", "heures", c.territoire, c.periode, "secteur", x)
        for x in c.libelles.codes("T03", "secteur")
    ]
    cache = 100 - sum(x.part or 0 for x in toutes)
    parts.sort(reverse=True)
    if len(parts) < 2 or parts[1][0] < cache + ECART_NOTABLE:
        return ""
    (premiere, un), (seconde, deux) = parts[0], parts[1]
    noms = [c.libelles.libelle("secteur", x) for x in (un, deux)]
    return (
        f"Deux secteurs font {pour_cent(premiere + seconde)} des heures : {noms[0].lower()} "
        f"({pour_cent(premiere)}) et {noms[1].lower()} ({pour_cent(seconde)})."
    )


def _objectifs(c: Regard) -> str:
    """What was asked of the marchés that are over, and what was done: a territory has no other objective in the data."""
    ici, la = (
        c.index.lire("S08", "taux_realisation", territoire, c.periode, "etat_marche", "TERMINE")
        for territoire in (c.territoire, c.tete.code)
    )
    if not ici.fiable or ici.valeur is None:
        return ""
    return (
        f"Les marchés terminés ont réalisé {pour_cent(ici.valeur)} des heures qui leur étaient demandées"
        f"{_a_cote(c, ici, la)}."
    )


def _devenir(c: Regard) -> str:
    """The rate of the latest cohort whose horizon is known well enough, with its interval and its base."""
    for periode in (c.annee, c.publication.un_an_avant(c.annee)):
        for horizon, en_lettres in HORIZONS.items():
            if periode is None:
                continue
            taux, bas, haut, connus = (
                c.index.lire("S01", m, c.territoire, periode, "horizon", horizon)
                for m in ("taux_durable", "taux_durable_bas", "taux_durable_haut", "connus")
            )
            if taux.fiable and bas.fiable and haut.fiable and connus.fiable:
                return (
                    f"{en_lettres} après leur premier contrat de {periode.code}, "
                    f"{pour_cent(taux.valeur or 0)} des personnes dont la "
                    f"situation est connue ({nombre(connus.valeur)}) sont en emploi durable (intervalle à 95 % : "
                    f"{nombre(bas.valeur, 1)} à {pour_cent(haut.valeur or 0)})."
                )
    return ""
