select
    marche_id,
    structure_code,
    operation_id,
    date_fin_prevue,
    etat_marche,
    heures_prevues,
    heures_engagees,
    heures_realisees,
    taux_realisation,
    heures_manquantes,
    penalite_par_heure,
    exposition_penalites,
    est_insuffisant,
    premier_mois,
    dernier_mois
from {{ ref('int_marches__obligations') }}
