select
    operations.operation_id,
    operations.structure_code,
    operations.code_operation,
    operations.intitule_operation,
    operations.donneur_ordre,
    operations.siret_donneur_ordre,
    coalesce(
        {{ siret_ou_nom('operations.siret_donneur_ordre', 'operations.donneur_ordre') }},
        'ND|' || operations.operation_id
    ) as donneur_ordre_id,
    coalesce(types.code_publie, 'ND') as type_donneur_ordre,
    operations.type_donneur_ordre as type_donneur_ordre_detail,
    operations.programme,
    operations.volet_anru,
    -- Territory of an hour: the commune of execution, else the structure's own, all four levels from one.
    coalesce(execution.commune, structures.commune) as commune,
    coalesce(execution.departement, structures.departement, 'ND') as departement,
    coalesce(execution.region, structures.region, 'ND') as region,
    coalesce(execution.epci, structures.epci, 'ND') as epci,
    operations.date_debut,
    operations.date_fin,
    operations.heures_travaillees_prevues,
    operations.depot_id,
    operations.extraction,
    operations.ordre
from {{ ref('int_operations__retenues') }} as operations
left join {{ ref('int_structures__retenues') }} as structures
    on operations.structure_code = structures.structure_code
left join {{ ref('int_communes__resolues') }} as execution on operations.commune_execution = execution.code_lu
left join {{ ref('dim_type_donneur_ordre') }} as types on operations.type_donneur_ordre = types.code
