with bornes as (
    select
        min(mois) as premier_mois,
        max(mois) as dernier_mois
    from {{ ref('int_depots__par_mois') }}
    having count(*) > 0
),

mois as (
    select {{ mois_entre('premier_mois', 'dernier_mois') }} as mois
    from bornes
),

-- The follow-up of persons is by year and quarter of their first contract, the intensity of marchés by those of their
-- notification: both may be older than the first deposit.
annees as (
    select {{ annee('mois') }} as annee
    from mois
    union
    select annee
    from {{ ref('int_premiers_contrats') }}
    union
    select annee
    from {{ ref('int_suivi__marches_chiffrables') }}
    where annee is not null
),

trimestres as (
    select {{ premier_jour_du_trimestre('mois') }} as debut
    from mois
    union
    select {{ premier_jour_du_trimestre('date_debut') }} as debut
    from {{ ref('int_premiers_contrats') }}
    union
    select {{ premier_jour_du_trimestre('date_notification') }} as debut
    from {{ ref('int_suivi__marches_chiffrables') }}
    where date_notification is not null
),

periodes as (
    select
        'annee' as type_periode,
        cast(annee as varchar(4)) as periode,
        make_date(annee, 1, 1) as debut,
        make_date(annee, 12, 31) as fin,
        cast(annee - 1 as varchar(4)) as periode_precedente,
        cast(annee - 1 as varchar(4)) as periode_annee_precedente
    from annees

    union all

    select
        'trimestre' as type_periode,
        {{ trimestre('debut') }} as periode,
        debut,
        last_day({{ ajouter_mois('debut', 2) }}) as fin,
        {{ trimestre(ajouter_mois('debut', -3)) }} as periode_precedente,
        {{ trimestre(ajouter_mois('debut', -12)) }} as periode_annee_precedente
    from trimestres

    union all

    select
        'cumul' as type_periode,
        'cumul' as periode,
        premier_mois as debut,
        last_day(dernier_mois) as fin,
        cast(null as string) as periode_precedente,
        cast(null as string) as periode_annee_precedente
    from bornes
)

select
    periodes.type_periode,
    periodes.periode,
    periodes.debut,
    periodes.fin,
    cast(row_number() over (partition by periodes.type_periode order by periodes.debut) as integer) as ordre,
    precedentes.periode as periode_precedente,
    annees_precedentes.periode as periode_annee_precedente
from periodes
left join periodes as precedentes
    on
        periodes.type_periode = precedentes.type_periode
        and periodes.periode_precedente = precedentes.periode
left join periodes as annees_precedentes
    on
        periodes.type_periode = annees_precedentes.type_periode
        and periodes.periode_annee_precedente = annees_precedentes.periode
