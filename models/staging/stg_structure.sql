select
    depot_id,
    ligne,
    code_structure,
    nom_structure,
    nature_juridique,
    siret,
    commune,
    {{ en_decimal('facilitateurs_nombre') }} as facilitateurs_nombre,
    {{ en_decimal('facilitateurs_etp') }} as facilitateurs_etp,
    territoires_intervention,
    {{ en_decimal('financement_communes_epci') }} as financement_communes_epci,
    {{ en_decimal('financement_departement') }} as financement_departement,
    {{ en_decimal('financement_region') }} as financement_region,
    {{ en_decimal('financement_fse') }} as financement_fse,
    {{ en_decimal('financement_etat') }} as financement_etat,
    {{ en_decimal('financement_prive') }} as financement_prive,
    {{ en_decimal('financement_autres') }} as financement_autres
from {{ source('brut', 'structure') }}
