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
