select
    lignes.depot_id,
    lignes.ligne,
    {{ code_retenu('contrats', 'lignes.numero_contrat') }} as numero_contrat,
    {{ code_retenu('beneficiaires', 'lignes.numero_beneficiaire') }} as numero_beneficiaire,
    siret_employeur,
    {{ code_courant('type_employeur', 'type_employeur') }} as type_employeur,
    {{ code_courant('modalite', 'modalite') }} as modalite,
    {{ code_courant('type_contrat', 'type_contrat') }} as type_contrat,
    coalesce(code_rome, 'ND') as code_rome,
    metier,
    date_debut,
    date_fin,
    tuteur
from {{ source('brut', 'contrats') }} as lignes
{{ joindre_code_retenu('contrats', 'contrat', 'lignes.numero_contrat') }}
{{ joindre_code_retenu('beneficiaires', 'beneficiaire', 'lignes.numero_beneficiaire') }}
