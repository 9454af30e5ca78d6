"""A notebook on a published warehouse: `marimo edit docs/carnet.py`, or `marimo run` to read it only."""

import marimo

app = marimo.App(app_title="Clauses sociales : premières lectures")


@app.cell
def _():
    import os

    import altair as alt
    import marimo as mo
    import polars as pl

    import clauses

    entrepot = clauses.ouvrir(os.environ.get("CLAUSES_ESPACE") or "espace")
    return alt, entrepot, mo, pl


@app.cell
def _(mo):
    mo.md("""
    # Clauses sociales : premières lectures

    Ce carnet lit l'entrepôt publié de votre espace de travail (`CLAUSES_ESPACE`, sinon `./espace`), sans rien y écrire.
    Il contient des chiffres d'avant le secret statistique : ne le transmettez pas avec ses résultats.
    """)
    return


@app.cell
def _(entrepot, mo, pl):
    SEUIL = 20  # personnes : au-dessous, une part varie de plus de cinq points avec une seule

    beneficiaires = entrepot.indicateurs("T08", mesure="beneficiaires", niveau="region", type_periode="annee")
    derniere = beneficiaires["periode"].max()
    ensemble = pl.col("valeur").sum().over("code_territoire")
    femmes = (
        beneficiaires.filter(pl.col("periode") == derniere)
        .with_columns(personnes=ensemble)
        .filter(pl.col("modalite_1") == "F")
        .select(
            region="libelle_territoire",
            femmes="valeur",
            personnes="personnes",
            part=pl.when(pl.col("personnes") >= SEUIL).then("part"),
            couverture="couverture",
        )
        .sort("region")
    )
    mo.vstack(
        [
            mo.md(f"""
    ## La part des femmes, par région, en {derniere}

    Personnes ayant des heures dans l'année, comptées une fois par région. `part` est en % et vide sous {SEUIL} personnes ;
    sous 100 de `couverture`, des structures n'ont pas tout déposé. Ce n'est pas un classement : les régions n'ont ni les
    mêmes marchés ni les mêmes publics.
    """),
            femmes,
        ]
    )
    return (femmes,)


@app.cell
def _(alt, entrepot, mo, pl):
    heures = (
        entrepot.indicateurs("CLES", mesure="heures", niveau="region", type_periode="trimestre")
        .select(region="libelle_territoire", trimestre="periode", heures="valeur", couverture="couverture")
        .with_columns(complet=pl.col("couverture") >= 100)
    )
    courbe = (
        alt.Chart(heures)
        .mark_line(point=True)
        .encode(
            x=alt.X("trimestre:O", title="Trimestre"),
            y=alt.Y("heures:Q", title="Heures", scale=alt.Scale(zero=True)),
            color=alt.Color("region:N", title="Région"),
            shape=alt.Shape("complet:N", title="Tous les dépôts reçus"),
            tooltip=["region", "trimestre", "heures", "couverture"],
        )
        .properties(width=640, title="Heures d'insertion par trimestre")
    )
    mo.vstack(
        [
            mo.md("""
    ## Les heures, par trimestre

    Heures travaillées et de formation. Un creux du dernier trimestre est le plus souvent un dépôt qui manque : la forme des
    points dit si toutes les structures de la région ont déposé.
    """),
            courbe,
        ]
    )
    return courbe, heures


@app.cell
def _(entrepot, mo):
    bases = entrepot.sql("""
        select coalesce(b.libelle, i.modalite_1) as base_juridique, i.valeur as heures, i.part
        from marts.indicateurs as i
        left join marts.dim_base_juridique as b on b.code = i.modalite_1
        where i.tableau = 'T04' and i.mesure = 'heures' and i.niveau_territoire = 'national'
            and i.type_periode = 'cumul'
        order by heures desc
    """)
    mo.vstack(
        [
            mo.md("""
    ## Une question en SQL : les heures par base juridique

    Depuis le premier dépôt, pour la France. `part` est en % de toutes les heures.
    """),
            bases,
        ]
    )
    return (bases,)


if __name__ == "__main__":
    app.run()
