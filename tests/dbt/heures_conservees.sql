-- From the raw layer straight to the facts: the hours of each structure and month are those of the latest
-- deposit that covers the month, row for row. The rule is written here a second time, otherwise, on purpose.
with depots as (
    select
        depot_id,
        upper(structure_code) as structure_code,
        extraction,
        ordre,
        {{ premier_jour_du_mois('debut') }} as premier_mois,
        {{ premier_jour_du_mois('fin') }} as dernier_mois
    from {{ source('journal', 'depots') }}
    where statut = 'accepte'
),

brutes as (
    select
        depot_id,
        mois,
        heures_travaillees + coalesce(heures_formation, 0) as heures
    from {{ source('brut', 'heures') }}
    union all
    select
        depot_id,
        mois,
        heures
    from {{ source('brut', 'bilan') }}
),

par_depot as (
    select
        depots.structure_code,
        depots.extraction,
        depots.ordre,
        brutes.mois,
        count(*) as lignes,
        sum(brutes.heures) as heures
    from brutes
    inner join depots on brutes.depot_id = depots.depot_id
    where brutes.heures > 0
    group by depots.structure_code, depots.extraction, depots.ordre, brutes.mois
),

attendues as (
    select
        par_depot.structure_code,
        par_depot.mois,
        par_depot.lignes,
        par_depot.heures
    from par_depot
    where not exists (
        select 1
        from depots as posterieurs
        where
            posterieurs.structure_code = par_depot.structure_code
            and par_depot.mois between posterieurs.premier_mois and posterieurs.dernier_mois
            and (
                posterieurs.extraction > par_depot.extraction
                or (posterieurs.extraction = par_depot.extraction and posterieurs.ordre > par_depot.ordre)
            )
    )
),

obtenues as (
    select
        upper(structure_code) as structure_code,
        mois,
        count(*) as lignes,
        sum(heures) as heures
    from {{ ref('fct_heures') }}
    group by upper(structure_code), mois
)

select
    coalesce(attendues.structure_code, obtenues.structure_code) as structure_code,
    coalesce(attendues.mois, obtenues.mois) as mois,
    attendues.lignes as lignes_attendues,
    obtenues.lignes as lignes_obtenues,
    attendues.heures as heures_attendues,
    obtenues.heures as heures_obtenues
from attendues
full outer join obtenues
    on attendues.structure_code = obtenues.structure_code and attendues.mois = obtenues.mois
where
    coalesce(attendues.lignes, 0) <> coalesce(obtenues.lignes, 0)
    or abs(coalesce(attendues.heures, 0) - coalesce(obtenues.heures, 0)) > 0.001
