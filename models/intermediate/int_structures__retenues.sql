-- A structure whose deposits hold no structure row is still known by the deposit itself: its hours count.
with structures as (
    select
        structure_code,
        nom_structure,
        depot_id,
        extraction
    from {{ ref('int_depots__acceptes') }}
    where rang = 1
),

versions as (
    select
        *,
        row_number() over (partition by structure_code order by rang) as priorite
    from {{ ref('int_structures__par_depot') }}
)

select
    structures.structure_code,
    coalesce(versions.nom, structures.nom_structure) as nom,
    versions.nature_juridique,
    versions.siret,
    resolues.commune,
    coalesce(resolues.departement, 'ND') as departement,
    coalesce(resolues.region, 'ND') as region,
    coalesce(resolues.epci, 'ND') as epci,
    versions.facilitateurs_nombre,
    versions.facilitateurs_etp,
    versions.territoires_intervention,
    versions.financement_communes_epci,
    versions.financement_departement,
    versions.financement_region,
    versions.financement_fse,
    versions.financement_etat,
    versions.financement_prive,
    versions.financement_autres,
    structures.depot_id as dernier_depot,
    structures.extraction as derniere_extraction
from structures
left join versions on structures.structure_code = versions.structure_code and versions.priorite = 1
left join {{ ref('int_communes__resolues') }} as resolues on versions.commune = resolues.code_lu
