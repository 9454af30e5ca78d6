"""For each structure that has something to correct, its workbook and the mail that goes with it."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from clauses.socle.disque import remplacer
from clauses.socle.nombres import accorder, nombre
from clauses.socle.ordre import de_lecture
from exports.atelier.dossiers import ouvrir_atelier
from exports.atelier.gabarits import remplir
from exports.atelier.noms import nom_injectif
from exports.retours.assemblage import assembler_constats, heures_en_jeu
from exports.retours.constats import ecrire_constats
from exports.retours.depots import noms_structures
from exports.retours.glossaire import titre_regle


def ecrire_par_structure(
    dossier: Path, depots: pl.DataFrame, constats: pl.DataFrame, validations: pl.DataFrame, signature: str
) -> list[Path]:
    """For each structure that has something to correct, its workbook and the mail that goes with it; gives the workbooks.

    Made beside, then moved. Raises OSError when the folder cannot be written.
    """
    faits = []
    with ouvrir_atelier(dossier / ".constats") as atelier:
        for code in _a_qui_ecrire(depots, constats):
            siens = depots.filter(pl.col("structure_code").eq_missing(pl.lit(code, pl.String)))
            ids = siens["depot_id"].implode()
            a_elle = constats.filter(pl.col("depot_id").is_in(ids))
            nom = nom_injectif("constats", code or "structure_inconnue")
            ecrire_constats(
                atelier / f"{nom}.xlsx", siens, a_elle, validations.filter(pl.col("depot").is_in(ids))
            )
            courriel = _courriel(
                code, siens, assembler_constats(siens, a_elle, validations.clear()), signature
            )
            (atelier / f"{nom}.txt").write_text(courriel + "\n", encoding="utf-8-sig", newline="\r\n")
        for fichier in sorted(atelier.iterdir()):
            remplacer(fichier, dossier / fichier.name)
            faits += [dossier / fichier.name] if fichier.suffix == ".xlsx" else []
    return faits


def _a_qui_ecrire(depots: pl.DataFrame, constats: pl.DataFrame) -> list[str | None]:
    """The structures with a refused deposit or a finding, in the order of the codes."""
    touches = depots.filter(
        (pl.col("statut") == "refuse") | pl.col("depot_id").is_in(constats["depot_id"].unique().implode())
    )
    return sorted(touches["structure_code"].unique(), key=lambda code: (code is None, code or ""))


def _courriel(code: str | None, depots: pl.DataFrame, constats: pl.DataFrame, signature: str) -> str:
    """The words to copy: what was refused, then what is not counted, then what is to be checked."""
    comptes = constats.filter(pl.col("gravite") != "refus").group_by("gravite", "regle").len()
    tries = comptes.sort("len", "regle", descending=[True, False]).iter_rows()
    lignes: dict[str, list[tuple[str, str]]] = {"rejet": [], "alerte": []}
    for gravite, regle, effectif in tries:
        lignes[gravite].append((titre_regle(regle, gravite), nombre(effectif)))
    refuses = depots.filter(pl.col("statut") == "refuse").select("chemin", "message").rows()
    refuses.sort(key=lambda refuse: de_lecture(refuse[0]))
    a_faire = "à corriger" if refuses or lignes["rejet"] else "à vérifier"
    points = len(refuses) + int(comptes["len"].sum())
    return remplir(
        "courriel_constats.txt.j2",
        {
            "objet": accorder(points, f"point {a_faire}", f"points {a_faire}"),
            "structure": noms_structures(depots).get(code or "", "") or code or "",
            "refuses": refuses,
            "heures": nombre(heures_en_jeu(constats)),
            "rejets": lignes["rejet"],
            "alertes": lignes["alerte"],
            "signature": signature,
        },
    )
