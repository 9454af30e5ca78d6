with heures as (
    select
        contrat_id,
        cast(sum(heures) as decimal(18, 6)) as heures,
        cast(sum(heures_formation) as decimal(18, 6)) as heures_formation,
        cast(count(distinct marche_id) as integer) as nombre_marches,
        min(mois) as premier_mois,
        max(mois) as dernier_mois
    from {{ ref('int_heures__completes') }}
    group by contrat_id
)

select
    contrats.contrat_id,
    contrats.structure_code,
    contrats.numero_contrat,
    contrats.id_personne,
    contrats.entreprise_id,
    contrats.type_employeur,
    contrats.modalite,
    contrats.type_contrat,
    contrats.code_rome,
    contrats.metier_famille,
    contrats.metier_domaine,
    contrats.date_debut,
    contrats.date_fin,
    {{ jours_entre('contrats.date_debut', 'contrats.date_fin') }} + 1 as duree_jours,
    contrats.tuteur,
    contrats.est_iae,
    contrats.est_handicap,
    contrats.est_alternance,
    coalesce(heures.heures, 0) as heures,
    coalesce(heures.heures_formation, 0) as heures_formation,
    coalesce(heures.nombre_marches, 0) as nombre_marches,
    heures.premier_mois,
    heures.dernier_mois,
    contrats.depot_id
from {{ ref('int_contrats__retenus') }} as contrats
left join heures on contrats.contrat_id = heures.contrat_id
