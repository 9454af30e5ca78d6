select
    lignes.depot_id,
    lignes.ligne,
    {{ code_retenu('contrats', 'lignes.numero_contrat') }} as numero_contrat,
    {{ code_retenu('beneficiaires', 'lignes.numero_beneficiaire') }} as numero_beneficiaire,
    lignes.siret_employeur,
    {{ code_courant('lignes.type_employeur', 'type_employeur') }} as type_employeur,
    {{ code_courant('lignes.modalite', 'modalite') }} as modalite,
    {{ code_courant('lignes.type_contrat', 'type_contrat') }} as type_contrat,
    coalesce(lignes.code_rome, 'ND') as code_rome,
    lignes.metier,
    lignes.date_debut,
    lignes.date_fin,
    lignes.tuteur
from {{ source('brut', 'contrats') }} as lignes
{{ joindre_code_retenu('contrats', 'contrat', 'lignes.numero_contrat') }}
{{ joindre_code_retenu('beneficiaires', 'beneficiaire', 'lignes.numero_beneficiaire') }}
