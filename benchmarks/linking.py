"""How well persons are recognised: exact keys, then the linking cascade, on persons of known truth.

    .venv/bin/python benchmarks/linking.py [REGISTRATIONS] [SEED]       (400000 and 1 by default)

The product's own code and models are run, without the rest of a refresh. Prints precision and recall of pairs of
registrations, by rule and by slip, and seconds.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import duckdb
import jinja2
import polars as pl
import yaml

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from population import FAUTES, Monde, generer, mesurer, precision_par_regle, rappel_par_faute  # noqa: E402

from ingest.identity import pseudonymiser  # noqa: E402
from ingest.linking import cles_de_rapprochement  # noqa: E402

KEY = bytes(range(32))
MODELS = ("int_rapprochements__paires", "int_personnes__rapprochees")


def as_frame(monde: Monde) -> pl.DataFrame:
    structures = {code: rank for rank, code in enumerate(monde.structures)}
    return pl.DataFrame(
        [
            (
                structures[i.structure] * 10 + i.depot,
                i.structure,
                i.numero,
                i.nom,
                i.prenom,
                i.naissance,
                i.sexe,
                i.commune,
            )
            for i in monde.inscriptions
        ],
        schema={
            "depot": pl.Int32,
            "structure_code": pl.String,
            "numero_beneficiaire": pl.String,
            "nom": pl.String,
            "prenom": pl.String,
            "date_naissance": pl.Date,
            "sexe": pl.String,
            "commune_residence": pl.String,
        },
        orient="row",
    )


def cascade(registered: pl.DataFrame, keys: pl.DataFrame, structures: dict[str, str]) -> pl.DataFrame:
    """Runs the two models on these identities; identite_id, id_personne, regle_rapprochement."""
    variables = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    seeds = ROOT / "seeds"
    with duckdb.connect() as base:
        base.register(
            "registered", registered.rename({"id_personne": "identite_id", "depot": "depot_id"}).to_arrow()
        )
        base.register("keys", keys.rename({"id_personne": "identite_id", "depot": "depot_id"}).to_arrow())
        base.register(
            "places",
            pl.DataFrame(list(structures.items()), schema=["code", "commune"], orient="row").to_arrow(),
        )
        base.execute("create table stg_rapprochements as select * from keys")
        for name in ("int_beneficiaires__lus", "int_beneficiaires__derniers"):
            base.execute(f"create table {name} as select * from registered")
        base.execute(
            "create table int_communes__resolues as select code as code_lu, code as commune, departement "
            f"from read_csv('{seeds}/territoires/communes.csv', all_varchar = true)"
        )
        base.execute(
            "create table int_structures__retenues as select p.code as structure_code, c.departement "
            "from places as p join int_communes__resolues as c on p.commune = c.code_lu"
        )
        base.execute(
            "create table regles_rapprochement as select * replace (cast(rang as integer) as rang, "
            "cast(effectif_max as integer) as effectif_max, cast(sexe_inconnu as boolean) as sexe_inconnu) "
            f"from read_csv('{seeds}/nomenclatures/regles_rapprochement.csv', all_varchar = true)"
        )
        start = time.perf_counter()
        for name in MODELS:
            text = (ROOT / "models" / "intermediate" / f"{name}.sql").read_text(encoding="utf-8")
            sql = jinja2.Template(text).render(ref=str, var=variables.__getitem__)
            base.execute(f"create table {name} as {sql}")
        print(f"{'models':<44} {time.perf_counter() - start:8.2f} s")
        result: pl.DataFrame = base.execute(f"select * from {MODELS[1]}").pl()
        return result


def main() -> None:
    count, seed = (int(a) for a in (*sys.argv[1:], *("400000", "1")[len(sys.argv) - 1 :]))
    monde = generer(count, seed)
    rows = as_frame(monde)
    truth = [i.personne for i in monde.inscriptions]
    print(f"{len(truth)} registrations of {len(set(truth))} persons, seed {seed}")
    start = time.perf_counter()
    known = pseudonymiser(rows, KEY)
    print(f"{'exact keys':<44} {time.perf_counter() - start:8.2f} s")
    start = time.perf_counter()
    keys = cles_de_rapprochement(rows.with_columns(known["id_personne"]), KEY)
    print(f"{'linking keys (' + str(keys.height) + ')':<44} {time.perf_counter() - start:8.2f} s")
    linked = cascade(known, keys, monde.structures)
    found = known.select(identite_id="id_personne").join(
        linked, on="identite_id", how="left", maintain_order="left"
    )
    exact, linked_ids = known["id_personne"].to_list(), found["id_personne"].to_list()
    print(f"\n{'':<24} {'precision':>10} {'recall':>10} {'pairs':>10}")
    for label, ids in (("exact keys", exact), ("cascade", linked_ids)):
        m = mesurer(truth, ids)
        print(f"{label:<24} {m.precision:10.5f} {m.rappel:10.4f} {m.trouvees:10}")
    print("\nadded by rule")
    rules = precision_par_regle(truth, exact, linked_ids, found["regle_rapprochement"].to_list())
    for rule, m in rules.items():
        print(f"{rule:<24} {m.precision:10.5f} {'':>10} {m.trouvees:10}")
    print("\nrecall by slip")
    before, after = (rappel_par_faute(monde.inscriptions, ids) for ids in (exact, linked_ids))
    for slip in FAUTES:
        n = max(after[slip][0], 1)
        print(f"{slip:<24} {before[slip][1] / n:10.4f} {after[slip][1] / n:10.4f} {after[slip][0]:10}")


if __name__ == "__main__":
    main()
