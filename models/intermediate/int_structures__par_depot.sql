with lignes as (
    select
        depots.depot_id,
        depots.structure_code,
        depots.extraction,
        depots.rang,
        structure.nom_structure as nom,
        structure.nature_juridique,
        structure.siret,
        structure.commune,
        structure.facilitateurs_nombre,
        structure.facilitateurs_etp,
        structure.territoires_intervention,
        structure.financement_communes_epci,
        structure.financement_departement,
        structure.financement_region,
        structure.financement_fse,
        structure.financement_etat,
        structure.financement_prive,
        structure.financement_autres,
        row_number() over (
            partition by depots.depot_id
            order by
                case when structure.code_structure = depots.structure_code then 0 else 1 end,
                structure.ligne
        ) as priorite
    from {{ ref('int_depots__acceptes') }} as depots
    inner join {{ ref('stg_structure') }} as structure on depots.depot_id = structure.depot_id

    union all

    select
        depots.depot_id,
        depots.structure_code,
        depots.extraction,
        depots.rang,
        bilan.nom,
        cast(null as string) as nature_juridique,
        cast(null as string) as siret,
        bilan.commune,
        cast(null as decimal(18, 6)) as facilitateurs_nombre,
        cast(null as decimal(18, 6)) as facilitateurs_etp,
        cast(null as string) as territoires_intervention,
        cast(null as decimal(18, 6)) as financement_communes_epci,
        cast(null as decimal(18, 6)) as financement_departement,
        cast(null as decimal(18, 6)) as financement_region,
        cast(null as decimal(18, 6)) as financement_fse,
        cast(null as decimal(18, 6)) as financement_etat,
        cast(null as decimal(18, 6)) as financement_prive,
        cast(null as decimal(18, 6)) as financement_autres,
        1 as priorite
    from {{ ref('int_depots__acceptes') }} as depots
    inner join {{ ref('int_bilan__structures') }} as bilan on depots.depot_id = bilan.depot_id
)

select
    depot_id,
    structure_code,
    extraction,
    rang,
    nom,
    nature_juridique,
    siret,
    commune,
    facilitateurs_nombre,
    facilitateurs_etp,
    territoires_intervention,
    financement_communes_epci,
    financement_departement,
    financement_region,
    financement_fse,
    financement_etat,
    financement_prive,
    financement_autres
from lignes
where priorite = 1
