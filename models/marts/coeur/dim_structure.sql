with periodes as (
    select
        structure_code,
        min(mois) as premier_mois,
        max(mois) as dernier_mois
    from {{ ref('int_depots__par_mois') }}
    group by structure_code
)

select
    structures.structure_code,
    structures.nom,
    structures.nature_juridique,
    structures.siret,
    structures.commune,
    structures.departement,
    structures.region,
    structures.epci,
    structures.facilitateurs_nombre,
    structures.facilitateurs_etp,
    structures.territoires_intervention,
    structures.financement_communes_epci,
    structures.financement_departement,
    structures.financement_region,
    structures.financement_fse,
    structures.financement_etat,
    structures.financement_prive,
    structures.financement_autres,
    periodes.premier_mois,
    periodes.dernier_mois,
    structures.dernier_depot,
    structures.derniere_extraction
from {{ ref('int_structures__retenues') }} as structures
left join periodes on structures.structure_code = periodes.structure_code

union all

-- Expected by observatoire.yml, and nothing received yet.
select
    attendues.structure_code,
    attendues.nom,
    cast(null as string) as nature_juridique,
    cast(null as string) as siret,
    cast(null as string) as commune,
    coalesce(attendues.departement, 'ND') as departement,
    coalesce(attendues.region, 'ND') as region,
    'ND' as epci,
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
    cast(null as date) as premier_mois,
    cast(null as date) as dernier_mois,
    cast(null as string) as dernier_depot,
    cast(null as date) as derniere_extraction
from {{ ref('stg_structures_attendues') }} as attendues
left join {{ ref('int_structures__retenues') }} as structures
    on attendues.structure_code = structures.structure_code
where structures.structure_code is null
