"""Rebuild the seeds that come from open data: territories (npm package) and, on request, the ROME.

    python scripts/build_seeds.py                     # seeds/territoires/*.csv, from the npm registry
    python scripts/build_seeds.py --rome rome_v4.csv  # also dim_metier.csv, from a ROME export
    python scripts/build_seeds.py --qpv qpv2024_anct.csv  # also qpv.csv, the codes of a list of priority districts

The package's version and integrity are pinned, so the same command always writes the same bytes.
"""

from __future__ import annotations

import argparse
import base64
import csv
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

PACKAGE = "@etalab/decoupage-administratif@6.0.0"
INTEGRITY = "sha512-XavYsFlbcM/prKr8hNHPKER94IHw/dsxNM4nxjWMYk6PLFACpEedvn/7wK8Baozm0dCYhWWcf+7bcWpA5pmCaQ=="
# Codes that the package does not hold. Saint-Barthélemy and Saint-Martin left Guadeloupe on 15 July 2007 (INSEE, COG
# movements of 23 February 2007); Mayotte, 985 until it became a département on 31 March 2011, kept its communes' numbers.
OLD_CODES = {"97123": "97701", "97127": "97801"} | {f"985{n:02}": f"976{n:02}" for n in range(1, 18)}
FILES = ("communes", "departements", "regions", "epci")

SEEDS = Path(__file__).resolve().parent.parent / "seeds"

# Spelling slips of the ROME export's domain labels.
ROME_SPELLING = {
    "Edition": "Édition",
    "Electronique": "Électronique",
    "Energie": "Énergie",
    "Equipements": "Équipements",
    "Etudes": "Études",
    "Educat": "Éducat",
    "Ecaill": "Écaill",
    "oeuvre": "œuvre",
    "filo guidé": "filoguidé",
    "Hygiène Sécurité Environnement -HSE-": "Hygiène, sécurité et environnement (HSE)",
    "-PME-": "(PME)",
}

Record = dict[str, Any]


class SourceError(Exception):
    """The source is not the expected one, or contradicts itself."""


def download_package(folder: Path) -> Path:
    """Pack the pinned npm package into `folder` and return the archive, its integrity checked."""
    # npm's own message, on stderr, is the useful one when the registry cannot be reached.
    subprocess.run(["npm", "pack", PACKAGE, "--silent"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    archives = list(folder.glob("*.tgz"))
    if len(archives) != 1:
        raise SourceError(f"npm pack left {len(archives)} archives for {PACKAGE}")
    digest = base64.b64encode(hashlib.sha512(archives[0].read_bytes()).digest()).decode()
    if f"sha512-{digest}" != INTEGRITY:
        raise SourceError(f"{PACKAGE}: integrity is sha512-{digest}, expected {INTEGRITY}")
    return archives[0]


def read_package(archive: Path) -> dict[str, list[Record]]:
    """Return the records of each JSON file of `FILES`, by name."""
    with tarfile.open(archive) as package:
        contents = {name: package.extractfile(f"package/data/{name}.json") for name in FILES}
        return {name: json.load(content) for name, content in contents.items() if content is not None}


def epci_of_communes(epci: Iterable[Record]) -> dict[str, str]:
    """Return the SIREN of the EPCI of each commune that has one."""
    membership: dict[str, str] = {}
    for group in epci:
        for member in group["membres"]:
            if member["code"] in membership:
                raise SourceError(f"commune {member['code']} is in two EPCI")
            membership[member["code"]] = group["code"]
    return membership


def passage_rows(records: Iterable[Record], current: dict[str, Record]) -> list[tuple[str, str]]:
    """Return (old code, current code), one row per code that ever led to a commune.

    Current codes lead to themselves. A delegated or associated commune and a municipal arrondissement
    follow their present parent, which wins over `anciensCodes`: that list keeps a chief town since changed.
    """
    passage = dict(OLD_CODES)
    for record in current.values():
        for old in record.get("anciensCodes", ()):
            if passage.setdefault(old, record["code"]) != record["code"]:
                raise SourceError(f"former code {old} leads to {passage[old]} and {record['code']}")
    for record in records:
        if record["code"] not in current:
            passage[record["code"]] = record.get("chefLieu") or record["commune"]
    passage.update({code: code for code in current})
    unknown = sorted(old for old, code in passage.items() if code not in current)
    if unknown:
        raise SourceError(f"codes that lead to no current commune: {', '.join(unknown)}")
    return sorted(passage.items())


def epci_row(group: Record, current: dict[str, Record]) -> tuple[str, str, str, int, str, str]:
    """Return (SIREN, name, nature, population, département, region) of an EPCI.

    The population is the sum of its communes' own, which are of one edition; the département is the one
    where most of its inhabitants live, the lowest code in a tie.
    """
    population: defaultdict[str, int] = defaultdict(int)
    regions: dict[str, str] = {}
    for member in group["membres"]:
        commune = current[member["code"]]
        population[commune["departement"]] += commune.get("population", 0)
        regions[commune["departement"]] = commune["region"]
    main = min(population, key=lambda departement: (-population[departement], departement))
    return group["code"], group["nom"], group["type"], sum(population.values()), main, regions[main]


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write UTF-8 without BOM, comma, LF."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def build_territories(package: dict[str, list[Record]], folder: Path) -> None:
    """Write communes, communes_passage, departements, regions and epci into `folder`."""
    current = {
        record["code"]: record for record in package["communes"] if record["type"] == "commune-actuelle"
    }
    epci = epci_of_communes(package["epci"])
    communes = (
        (
            code,
            record["nom"],
            record["departement"],
            record["region"],
            epci.get(code, ""),
            record.get("population", ""),
        )
        for code, record in sorted(current.items())
    )
    write_csv(
        folder / "communes.csv", ("code", "libelle", "departement", "region", "epci", "population"), communes
    )
    write_csv(
        folder / "communes_passage.csv",
        ("code_ancien", "code_actuel"),
        passage_rows(package["communes"], current),
    )
    write_csv(
        folder / "departements.csv",
        ("code", "libelle", "region"),
        sorted((record["code"], record["nom"], record["region"]) for record in package["departements"]),
    )
    write_csv(
        folder / "regions.csv",
        ("code", "libelle"),
        sorted((record["code"], record["nom"]) for record in package["regions"]),
    )
    write_csv(
        folder / "epci.csv",
        ("code", "libelle", "nature", "population", "departement", "region"),
        sorted(epci_row(group, current) for group in package["epci"]),
    )


def clean_label(label: str) -> str:
    """Drop the code prefix (`A- `, `A11- `) and the export's spelling slips."""
    code, separator, text = label.partition("- ")
    if not separator or not code.isalnum() or len(code) > 3:
        text = label
    for slip, right in ROME_SPELLING.items():
        text = text.replace(slip, right)
    return " ".join(text.split())


def build_rome(export: Path, target: Path) -> None:
    """Write dim_metier from a ROME export (columns grand_domaine, domaine_professionnel, code_rome, …)."""
    with export.open(encoding="utf-8-sig", newline="") as file:
        occupations = list(csv.DictReader(file))
    rows = []
    for occupation in sorted(occupations, key=lambda row: row["code_rome"]):
        code, family, domain = (
            occupation["code_rome"],
            occupation["domaine_professionnel"],
            occupation["grand_domaine"],
        )
        if not (family.startswith(code[:3]) and domain.startswith(code[:1])):
            raise SourceError(f"ROME {code} is listed in family {family}, domain {domain}")
        rows.append(
            (
                code,
                clean_label(occupation["description_code_rome"]),
                code[:3],
                clean_label(family),
                code[:1],
                clean_label(domain),
            )
        )
    rows.append(("ND", "Métier non déterminé", "ND", "Famille non déterminée", "ND", "Domaine non déterminé"))
    header = ("code_rome", "libelle", "famille", "libelle_famille", "domaine", "libelle_domaine")
    write_csv(target, header, rows)


def build_districts(lists: Iterable[Path], target: Path) -> None:
    """Write the codes of lists of priority districts (column code_qp), and nothing else of them."""
    codes = set()
    for path in lists:
        with path.open(encoding="utf-8-sig", newline="") as file:
            codes |= {row["code_qp"] for row in csv.DictReader(file)}
    write_csv(target, ("code",), [(code,) for code in sorted(codes)])


def main() -> int:
    parser = argparse.ArgumentParser(description="Rebuild the seeds that come from open data.")
    parser.add_argument("--rome", type=Path, help="ROME export (CSV) to rebuild dim_metier from")
    parser.add_argument(
        "--qpv", type=Path, nargs="+", help="lists of priority districts (CSV) to rebuild qpv from"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        package = read_package(download_package(Path(folder)))
    build_territories(package, SEEDS / "territoires")
    if options.rome:
        build_rome(options.rome, SEEDS / "nomenclatures" / "dim_metier.csv")
    if options.qpv:
        build_districts(options.qpv, SEEDS / "territoires" / "qpv.csv")
    return 0


if __name__ == "__main__":
    sys.exit(main())
