select
    depot_id,
    ligne,
    code_marche,
    code_operation,
    numero_lot,
    objet_marche,
    {{ code_courant('base_juridique', 'base_juridique') }} as base_juridique,
    base_juridique_generation,
    {{ code_courant('nature_marche', 'nature_marche') }} as nature_marche,
    {{ code_courant('secteur', 'secteur') }} as secteur,
    code_cpv,
    {{ en_decimal('montant_ht') }} as montant_ht,
    date_notification,
    date_fin_prevue,
    {{ en_decimal('heures_prevues') }} as heures_prevues,
    {{ en_decimal('penalite_par_heure') }} as penalite_par_heure
from {{ source('brut', 'marches') }}
