with classes as (
    select
        id_personne,
        contrat_id,
        date_debut_contrat,
        commune,
        departement,
        region,
        epci,
        structure_code,
        operation_id,
        secteur,
        type_donneur_ordre,
        type_employeur,
        sexe,
        categorie_public,
        row_number() over (
            partition by id_personne order by date_debut_contrat, contrat_id, mois, marche_id
        ) as rang
    from {{ ref('int_heures__completes') }}
)

select
    id_personne,
    contrat_id,
    date_debut_contrat as date_debut,
    {{ annee('date_debut_contrat') }} as annee,
    commune,
    departement,
    region,
    epci,
    structure_code,
    operation_id,
    secteur,
    type_donneur_ordre,
    type_employeur,
    sexe,
    categorie_public
from classes
where rang = 1
