select
    lignes.depot_id,
    lignes.ligne,
    {{ code_retenu('operations', 'lignes.code_operation') }} as code_operation,
    lignes.intitule_operation,
    lignes.donneur_ordre,
    lignes.siret_donneur_ordre,
    {{ code_courant('lignes.type_donneur_ordre', 'type_donneur_ordre') }} as type_donneur_ordre,
    {{ code_courant('lignes.programme', 'programme') }} as programme,
    {{ code_courant('lignes.volet_anru', 'volet_anru') }} as volet_anru,
    lignes.commune_execution,
    lignes.date_debut,
    lignes.date_fin,
    {{ en_decimal('lignes.heures_travaillees_prevues') }} as heures_travaillees_prevues
from {{ source('brut', 'operations') }} as lignes
{{ joindre_code_retenu('operations', 'operation', 'lignes.code_operation') }}
