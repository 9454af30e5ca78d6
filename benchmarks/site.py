"""How long the pages of a release take to write and to answer: run from the project's root.

    .venv/bin/python benchmarks/site.py ESPACE 2024T4 FOLDER

Writes the pages of the restricted release (every EPCI, nothing hidden: the heaviest) of a workspace into FOLDER/site,
then, where there is a browser, measures the explorer and the change of period in it.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import time
from pathlib import Path

from clauses.chantier import warehouse
from clauses.commandes.publication import _figures, _statuts_des_periodes
from clauses.socle.project import version_code
from clauses.socle.workspace import Espace
from exports.edition.annexes import lire_annexes
from exports.edition.publication import Publication
from exports.edition.statuts import fin_de_periode
from exports.secret import proteger
from exports.site.ecriture import ecrire_site

NAVIGATEURS = ("chromium", "chromium-browser", "google-chrome")
# from the click to the next picture, in milliseconds
CHANGER = """async ([id, valeur]) => {
  const liste = document.getElementById(id), debut = performance.now();
  liste.value = valeur;
  liste.dispatchEvent(new Event('change'));
  const script = performance.now() - debut;
  // the file of a territory is read at the first time: its answer is what counts
  const nom = id === 'x-territoire' ? [...liste.options].find(o => o.value === valeur).text : '';
  while (nom && !document.getElementById('x-titre').textContent.endsWith(' : ' + nom))
    await new Promise(f => requestAnimationFrame(() => setTimeout(f)));
  await new Promise(f => requestAnimationFrame(() => setTimeout(f)));
  return [script, performance.now() - debut];
}"""


def write(espace: Path, millesime: str, sortie: Path) -> Path:
    with warehouse.ouvrir_publie(Espace(espace)) as base:
        (arrete,) = base.execute("select date_arrete from qualite.construction").fetchall()[0]
        protegees = proteger(base, "restreint").indicateurs
        annexes = lire_annexes(base)
    figures = _figures(protegees, fin_de_periode(millesime.replace("T", "-T")), arrete)
    publication = Publication(
        indicateurs=figures, **annexes, revisions=None, millesime=millesime, version=1, profil="restreint",
        statuts=_statuts_des_periodes(figures), date_arrete=arrete, fictif=True, code_version=version_code(),
    )  # fmt: skip
    shutil.rmtree(sortie, ignore_errors=True)
    debut = time.perf_counter()
    site = ecrire_site(publication, sortie)
    print(f"{figures.height} figures; the whole site: {time.perf_counter() - debut:.1f} s")
    pages = sorted((p.stat().st_size, p.name) for p in site.glob("*.html"))
    print(
        f"{len(pages)} pages; home {(site / 'index.html').stat().st_size} bytes; the heaviest three: {pages[-3:]}"
    )
    donnees = sorted((p.stat().st_size, p.name) for p in (site / "donnees").iterdir())
    print(f"data of the explorer: the heaviest three {donnees[-3:]}")
    return site


def answer(site: Path) -> None:
    trouve = next((chemin for nom in NAVIGATEURS if (chemin := shutil.which(nom))), None)
    if trouve is None:
        print("no browser: nothing measured")
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as moteur:
        navigateur = moteur.chromium.launch(executable_path=trouve, args=["--no-sandbox"])
        premiers = []
        for _ in range(5):
            page = navigateur.new_context(locale="fr-FR").new_page()
            page.goto((site / "explorateur.html").as_uri(), wait_until="commit")
            page.wait_for_selector("#x-table td")
            premiers.append(page.evaluate("performance.now()"))
        print(f"explorer, first answer: {statistics.median(premiers):.0f} ms (max {max(premiers):.0f})")
        # the same list of changes for everyone: every table, then every territory, then every period
        for nom, liste in (("table", "x-tableau"), ("territory", "x-territoire"), ("period", "x-periode")):
            if nom == "territory":
                page.select_option("#x-niveau", "departement")
                page.wait_for_timeout(500)
            valeurs = page.eval_on_selector(f"#{liste}", "x => [...x.options].map(o => o.value)")
            temps = [page.evaluate(CHANGER, [liste, v]) for v in valeurs]
            dire(f"explorer, another {nom}", temps)
        for nom in ("index", min(site.glob("region-*.html")).stem):
            page.goto((site / f"{nom}.html").as_uri())
            periodes = page.eval_on_selector("#periode", "x => [...x.options].map(o => o.value)")
            page.select_option("#periode", periodes[1])
            page.wait_for_timeout(1500)  # the files are read at the first change
            dire(f"{nom}: another period", [page.evaluate(CHANGER, ["periode", p]) for p in periodes])
        navigateur.close()


def dire(quoi: str, temps: list[list[float]]) -> None:
    scripts, tous = zip(*temps, strict=True)
    print(
        f"{quoi}: {len(temps)} changes, script {statistics.median(scripts):.0f} ms (max {max(scripts):.0f}), "
        f"until shown {statistics.median(tous):.0f} ms (max {max(tous):.0f})"
    )


if __name__ == "__main__":
    answer(write(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])))
