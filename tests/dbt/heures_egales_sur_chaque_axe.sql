-- Hours by marché, operation, buyer, structure, territory, contract, person, month and period add up to the
-- total of the facts, through the dimensions: one missing or repeated key in any of them shows here.
with faits as (
    select * from {{ ref('fct_heures') }}
),

par_marche as (
    select
        marche_id,
        operation_id,
        donneur_ordre_id,
        structure_code,
        region,
        departement,
        epci,
        sum(heures) as heures
    from faits
    group by marche_id, operation_id, donneur_ordre_id, structure_code, region, departement, epci
),

par_mois as (
    select
        structure_code,
        mois,
        depot_id,
        cast(annee as varchar(4)) as annee,
        trimestre,
        sum(heures) as heures
    from faits
    group by structure_code, mois, depot_id, annee, trimestre
),

par_personne as (
    select
        id_personne,
        sum(heures) as heures
    from faits
    group by id_personne
),

axes as (
    select
        'marche' as axe,
        sum(par_marche.heures) as heures
    from par_marche
    inner join {{ ref('dim_marche') }} as marches on par_marche.marche_id = marches.marche_id
    union all
    select
        'operation' as axe,
        sum(par_marche.heures) as heures
    from par_marche
    inner join {{ ref('dim_operation') }} as operations on par_marche.operation_id = operations.operation_id
    union all
    select
        'donneur_ordre' as axe,
        sum(par_marche.heures) as heures
    from par_marche
    inner join {{ ref('dim_donneur_ordre') }} as donneurs
        on par_marche.donneur_ordre_id = donneurs.donneur_ordre_id
    union all
    select
        'structure' as axe,
        sum(par_marche.heures) as heures
    from par_marche
    inner join {{ ref('dim_structure') }} as structures
        on par_marche.structure_code = structures.structure_code
    union all
    select
        territoires.niveau_territoire as axe,
        sum(par_marche.heures) as heures
    from (
        select 'region' as niveau
        union all
        select 'departement'
        union all
        select 'epci'
    ) as niveaux
    cross join par_marche
    inner join {{ ref('dim_territoire') }} as territoires
        on
            niveaux.niveau = territoires.niveau_territoire
            and case niveaux.niveau
                when 'region' then par_marche.region
                when 'departement' then par_marche.departement
                else par_marche.epci
            end = territoires.code_territoire
    group by territoires.niveau_territoire
    union all
    select
        'contrat' as axe,
        sum(heures) as heures
    from {{ ref('fct_contrats') }}
    union all
    select
        'personne' as axe,
        sum(par_personne.heures) as heures
    from par_personne
    inner join {{ ref('dim_beneficiaire') }} as personnes on par_personne.id_personne = personnes.id_personne
    union all
    select
        'mois_couvert' as axe,
        sum(par_mois.heures) as heures
    from par_mois
    inner join {{ ref('couverture') }} as couverture
        on
            par_mois.structure_code = couverture.structure_code
            and par_mois.mois = couverture.mois
            and par_mois.depot_id = couverture.depot_id
    union all
    select
        periodes.type_periode as axe,
        sum(par_mois.heures) as heures
    from par_mois
    inner join {{ ref('dim_periode') }} as periodes
        on
            (periodes.type_periode = 'annee' and par_mois.annee = periodes.periode)
            or (periodes.type_periode = 'trimestre' and par_mois.trimestre = periodes.periode)
            or periodes.type_periode = 'cumul'
    group by periodes.type_periode
),

total as (
    select sum(heures) as heures
    from faits
),

attendus as (
    select
        axes_attendus.axe,
        total.heures
    from total
    cross join (
        {%- for axe in [
            'marche', 'operation', 'donneur_ordre', 'structure', 'region', 'departement', 'epci',
            'contrat', 'personne', 'mois_couvert', 'annee', 'trimestre', 'cumul',
        ] %}
        select '{{ axe }}' as axe
        {% if not loop.last %}union all{% endif %}
        {%- endfor %}
    ) as axes_attendus
)

select
    attendus.axe,
    attendus.heures as heures_totales,
    axes.heures as heures_sur_l_axe
from attendus
left join axes on attendus.axe = axes.axe
where coalesce(attendus.heures, 0) <> coalesce(axes.heures, 0)

union all

-- Hours with an employer known by SIRET are those of the engagements.
select
    'entreprise' as axe,
    faits_employeur.heures as heures_totales,
    engagements.heures as heures_sur_l_axe
from (
    select coalesce(sum(heures), 0) as heures from faits
    where entreprise_id is not null
) as faits_employeur
cross join (
    select coalesce(sum(heures_realisees), 0) as heures from {{ ref('fct_engagements') }}
) as engagements
where faits_employeur.heures <> engagements.heures
