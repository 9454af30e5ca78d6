with echeances as (
    select
        premiers.id_personne,
        horizons.horizon,
        premiers.annee as annee_premier_contrat,
        premiers.departement,
        premiers.region,
        premiers.epci,
        {{ ajouter_mois('premiers.date_debut', 'horizons.horizon') }} as date_echeance,
        {{ ajouter_mois('premiers.date_debut', 'horizons.horizon') }} <= parametres.date_arrete as est_due
    from {{ ref('int_premiers_contrats') }} as premiers
    cross join {{ ref('horizons') }} as horizons
    cross join {{ ref('stg_parametres') }} as parametres
)

-- Full join: a record counts before its horizon is due, and a person without hours may have records.
select
    coalesce(echeances.id_personne, situations.id_personne) as id_personne,
    coalesce(echeances.horizon, situations.horizon) as horizon,
    echeances.annee_premier_contrat,
    echeances.departement,
    echeances.region,
    echeances.epci,
    echeances.date_echeance,
    coalesce(echeances.est_due, false) as est_due,
    situations.id_personne is not null as est_renseignee,
    coalesce(situations.situation, 'INCONNU') as situation,
    coalesce(situations.groupe, 'INCONNU') as groupe,
    coalesce(situations.droit_commun, false) as droit_commun,
    coalesce(situations.sortie_positive, false) as sortie_positive,
    situations.date_constat,
    situations.qualification,
    situations.structure_code,
    situations.depot_id
from echeances
full outer join {{ ref('int_situations__retenues') }} as situations
    on echeances.id_personne = situations.id_personne and echeances.horizon = situations.horizon
where echeances.est_due or situations.id_personne is not null
