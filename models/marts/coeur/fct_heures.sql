select
    heures.structure_code,
    heures.contrat_id,
    heures.marche_id,
    heures.operation_id,
    heures.mois,
    heures.annee,
    heures.trimestre,
    heures.id_personne,
    heures.donneur_ordre_id,
    heures.entreprise_id,
    heures.taille_entreprise,
    heures.commune,
    heures.departement,
    heures.region,
    heures.epci,
    heures.heures,
    heures.heures_travaillees,
    heures.heures_formation,
    depots.depot_id
from {{ ref('int_heures__completes') }} as heures
left join {{ ref('int_depots__par_mois') }} as depots
    on heures.structure_code = depots.structure_code and heures.mois = depots.mois
