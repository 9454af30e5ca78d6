"""An independent estimate of linking: splink (Fellegi-Sunter, DuckDB backend) on the same generated persons.

    uv pip install --group benchmarks ; .venv/bin/python benchmarks/linking_splink.py [REGISTRATIONS] [SEED] [THRESHOLD]

Not used at run time: splink needs names, which the product never keeps. It sees the
département and commune of residence, learns its weights without the truth, and its clusters are measured as
benchmarks/linking.py measures ours.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import polars as pl  # noqa: E402
import splink.comparison_library as cl  # noqa: E402
from population import generer, mesurer  # noqa: E402
from splink import DuckDBAPI, Linker, SettingsCreator, block_on  # noqa: E402

from ingest.identity import normaliser_nom  # noqa: E402


def main() -> None:
    count, seed, threshold = (
        float(a) for a in (*sys.argv[1:], *("400000", "1", "0.99")[len(sys.argv) - 1 :])
    )
    monde = generer(int(count), int(seed))
    rows = pl.DataFrame(
        [
            (
                n,
                i.nom,
                i.prenom,
                i.naissance.isoformat(),
                i.sexe,
                i.commune,
                i.commune[: 3 if i.commune > "97" else 2],
            )
            for n, i in enumerate(monde.inscriptions)
        ],
        schema=["unique_id", "nom", "prenom", "naissance", "sexe", "commune", "departement"],
        orient="row",
    ).with_columns(normaliser_nom(pl.col(c)) for c in ("nom", "prenom"))
    truth = [i.personne for i in monde.inscriptions]
    start = time.perf_counter()
    api = DuckDBAPI()
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.ForenameSurnameComparison("prenom", "nom"),
            cl.DateOfBirthComparison("naissance", input_is_string=True),
            cl.ExactMatch("sexe"),
            cl.ExactMatch("departement"),
            cl.ExactMatch("commune"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("prenom", "naissance"),
            block_on("nom", "naissance"),
            block_on("nom", "prenom", "departement"),
            block_on("commune", "naissance"),
            "l.nom = r.prenom and l.prenom = r.nom",
        ],
    )
    linker = Linker(api.register(rows.to_arrow()), settings, log_level=40)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("nom", "prenom", "naissance")], recall=0.85
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=int(seed))
    for rule in (block_on("nom", "prenom"), block_on("naissance", "departement")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    predicted = linker.inference.predict(threshold_match_probability=threshold)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, threshold)
    found = dict(clusters.as_duckdbpyrelation().project("unique_id, cluster_id").fetchall())
    m = mesurer(truth, [str(found[n]) for n in range(len(truth))])
    print(f"{len(truth)} registrations of {len(set(truth))} persons, seed {int(seed)}, threshold {threshold}")
    print(
        f"{'splink':<24} {m.precision:10.5f} {m.rappel:10.4f} {m.trouvees:10}   {time.perf_counter() - start:.1f} s"
    )


if __name__ == "__main__":
    main()
