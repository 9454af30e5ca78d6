-- One thing has one code: the writing of its structure's latest deposit. Two writings are one code when they differ by
-- case and surrounding signs, or by the zeros before a number, unless one deposit keeps them apart or what they name
-- says otherwise (a contract's start, a person's birth, a marché's operation).
{{ config(materialized='table') }}
with depots as (
    select
        depot_id,
        structure_code,
        row_number() over (partition by structure_code order by extraction desc, ordre desc) as rang
    from {{ ref('stg_depots') }}
    where statut = 'accepte'
),

ecrits as (
    select
        depot_id,
        'operation' as domaine,
        code_operation as code,
        {{ code_sans_signes('code_operation') }} as sans_signes,
        {{ code_sans_zeros('code_operation') }} as sans_zeros,
        cast(null as string) as temoin
    from {{ source('brut', 'operations') }}

    union all

    select
        depot_id,
        'marche' as domaine,
        code_marche as code,
        {{ code_sans_signes('code_marche') }} as sans_signes,
        {{ code_sans_zeros('code_marche') }} as sans_zeros,
        {{ code_sans_zeros('code_operation') }} as temoin
    from {{ source('brut', 'marches') }}

    union all

    select
        depot_id,
        'beneficiaire' as domaine,
        numero_beneficiaire as code,
        {{ code_sans_signes('numero_beneficiaire') }} as sans_signes,
        {{ code_sans_zeros('numero_beneficiaire') }} as sans_zeros,
        cast(date_naissance as string) as temoin
    from {{ source('brut', 'beneficiaires') }}

    union all

    select
        depot_id,
        'contrat' as domaine,
        numero_contrat as code,
        {{ code_sans_signes('numero_contrat') }} as sans_signes,
        {{ code_sans_zeros('numero_contrat') }} as sans_zeros,
        cast(date_debut as string) as temoin
    from {{ source('brut', 'contrats') }}

    union all

    select
        depot_id,
        'marche' as domaine,
        {{ code_du_marche_d_un_bilan() }} as code,
        {{ code_sans_signes('numero_marche') }}
        || coalesce('|' || {{ code_sans_signes('numero_lot') }}, '') as sans_signes,
        {{ code_sans_zeros('numero_marche') }}
        || coalesce('|' || {{ code_sans_zeros('numero_lot') }}, '') as sans_zeros,
        cle_operation as temoin
    from {{ source('brut', 'bilan') }} as lignes

    union all

    select
        depot_id,
        'beneficiaire' as domaine,
        numero_beneficiaire as code,
        {{ code_sans_signes('numero_beneficiaire') }} as sans_signes,
        {{ code_sans_zeros('numero_beneficiaire') }} as sans_zeros,
        cast(date_naissance as string) as temoin
    from {{ source('brut', 'bilan') }}

    union all

    select
        depot_id,
        'contrat' as domaine,
        numero_contrat as code,
        {{ code_sans_signes('numero_contrat') }} as sans_signes,
        {{ code_sans_zeros('numero_contrat') }} as sans_zeros,
        cast(date_debut as string) as temoin
    from {{ source('brut', 'bilan') }}
),

-- a few codes only have several writings: the rest of the work is theirs
distincts as (
    select
        depots.structure_code,
        depots.rang,
        ecrits.depot_id,
        ecrits.domaine,
        ecrits.code,
        ecrits.sans_signes,
        ecrits.sans_zeros,
        max(ecrits.temoin) as temoin
    from ecrits
    inner join depots on ecrits.depot_id = depots.depot_id
    group by
        depots.structure_code,
        depots.rang,
        ecrits.depot_id,
        ecrits.domaine,
        ecrits.code,
        ecrits.sans_signes,
        ecrits.sans_zeros
),

plusieurs as (
    select
        structure_code,
        domaine,
        sans_zeros
    from distincts
    group by structure_code, domaine, sans_zeros
    having min(code) < max(code)
),

candidats as (
    select
        distincts.*,
        first_value(distincts.temoin) over (
            partition by distincts.structure_code, distincts.domaine, distincts.code
            order by case when distincts.temoin is null then 1 else 0 end, distincts.rang
        ) as temoin_du_code
    from distincts
    inner join plusieurs
        on
            distincts.structure_code = plusieurs.structure_code
            and distincts.domaine = plusieurs.domaine
            and distincts.sans_zeros = plusieurs.sans_zeros
),

-- what one deposit keeps apart, and what its witness tells apart
separes as (
    select
        structure_code,
        domaine,
        'sans_signes' as niveau,
        sans_signes as forme
    from candidats
    group by structure_code, domaine, sans_signes, depot_id
    having min(code) < max(code)

    union

    select
        structure_code,
        domaine,
        'sans_zeros' as niveau,
        sans_zeros as forme
    from candidats
    group by structure_code, domaine, sans_zeros, depot_id
    having min(code) < max(code)

    union

    select
        structure_code,
        domaine,
        'sans_zeros' as niveau,
        sans_zeros as forme
    from candidats
    group by structure_code, domaine, sans_zeros
    having min(temoin_du_code) < max(temoin_du_code)
),

formes as (
    select
        candidats.structure_code,
        candidats.rang,
        candidats.depot_id,
        candidats.domaine,
        candidats.code,
        case
            when zeros.forme is null then 'zeros|' || candidats.sans_zeros
            when signes.forme is null then 'signes|' || candidats.sans_signes
            else 'code|' || candidats.code
        end as forme
    from candidats
    left join separes as zeros
        on
            candidats.structure_code = zeros.structure_code
            and candidats.domaine = zeros.domaine
            and candidats.sans_zeros = zeros.forme
            and zeros.niveau = 'sans_zeros'
    left join separes as signes
        on
            candidats.structure_code = signes.structure_code
            and candidats.domaine = signes.domaine
            and candidats.sans_signes = signes.forme
            and signes.niveau = 'sans_signes'
),

retenus as (
    select
        depot_id,
        domaine,
        code,
        first_value(code) over (
            partition by structure_code, domaine, forme
            order by rang
        ) as code_retenu
    from formes
)

select
    depot_id,
    domaine,
    code,
    code_retenu
from retenus
where code <> code_retenu
