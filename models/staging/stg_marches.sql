select
    lignes.depot_id,
    lignes.ligne,
    {{ code_retenu('marches', 'lignes.code_marche') }} as code_marche,
    {{ code_retenu('operations', 'lignes.code_operation') }} as code_operation,
    lignes.numero_lot,
    lignes.objet_marche,
    {{ code_courant('lignes.base_juridique', 'base_juridique') }} as base_juridique,
    lignes.base_juridique_generation,
    {{ code_courant('lignes.nature_marche', 'nature_marche') }} as nature_marche,
    {{ code_courant('lignes.secteur', 'secteur') }} as secteur,
    lignes.code_cpv,
    {{ en_decimal('lignes.montant_ht') }} as montant_ht,
    lignes.date_notification,
    lignes.date_fin_prevue,
    {{ en_decimal('lignes.heures_prevues') }} as heures_prevues,
    {{ en_decimal('lignes.penalite_par_heure') }} as penalite_par_heure
from {{ source('brut', 'marches') }} as lignes
{{ joindre_code_retenu('marches', 'marche', 'lignes.code_marche') }}
{{ joindre_code_retenu('operations', 'operation', 'lignes.code_operation') }}
