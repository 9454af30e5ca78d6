with lignes as (
    select
        depot_id,
        ligne,
        numero_beneficiaire,
        id_personne,
        identite_complete,
        date_naissance,
        sexe,
        commune_residence,
        qpv,
        code_qpv,
        niveau,
        categorie_public,
        autres_categories,
        prescripteur,
        referent
    from {{ ref('stg_beneficiaires') }}

    union all

    select
        depot_id,
        ligne,
        numero_beneficiaire,
        id_personne,
        identite_complete,
        date_naissance,
        sexe,
        commune_residence,
        qpv,
        cast(null as string) as code_qpv,
        niveau,
        categorie_public,
        autres_categories,
        prescripteur,
        cast(null as boolean) as referent
    from {{ ref('int_bilan__beneficiaires') }}
),

versions as (
    select
        lignes.*,
        depots.structure_code,
        depots.extraction,
        depots.ordre,
        row_number() over (
            partition by depots.structure_code, lignes.numero_beneficiaire
            order by depots.rang asc, lignes.ligne desc
        ) as version
    from lignes
    inner join {{ ref('int_depots__acceptes') }} as depots on lignes.depot_id = depots.depot_id
)

select
    structure_code,
    numero_beneficiaire,
    id_personne,
    identite_complete,
    date_naissance,
    sexe,
    commune_residence,
    qpv,
    code_qpv,
    niveau,
    categorie_public,
    autres_categories,
    prescripteur,
    referent,
    depot_id,
    extraction,
    ordre
from versions
where version = 1
