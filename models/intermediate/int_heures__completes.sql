-- Left joins all along: an hour is never lost for a missing reference (tests then say which one is missing).
select
    heures.structure_code,
    heures.contrat_id,
    heures.marche_id,
    marches.operation_id,
    heures.mois,
    {{ annee('heures.mois') }} as annee,
    {{ trimestre('heures.mois') }} as trimestre,
    heures.heures,
    heures.heures_travaillees,
    heures.heures_formation,
    contrats.id_personne,
    operations.donneur_ordre_id,
    contrats.entreprise_id,
    operations.commune,
    operations.departement,
    operations.region,
    operations.epci,
    operations.type_donneur_ordre,
    operations.type_donneur_ordre_detail,
    operations.programme,
    operations.volet_anru,
    marches.base_juridique,
    marches.base_juridique_generation,
    marches.nature_marche,
    marches.secteur,
    marches.tranche_montant,
    contrats.type_employeur,
    contrats.modalite,
    contrats.type_contrat,
    case
        when entreprises.effectif is not null then entreprises.taille_entreprise
        else coalesce(tailles.taille_entreprise, 'ND')
    end as taille_entreprise,
    contrats.code_rome,
    contrats.metier_famille,
    contrats.metier_domaine,
    personnes.sexe,
    personnes.categorie_public,
    personnes.niveau,
    personnes.prescripteur,
    personnes.origine,
    personnes.referent,
    personnes.date_naissance,
    contrats.date_debut as date_debut_contrat,
    contrats.date_fin as date_fin_contrat,
    contrats.tuteur,
    contrats.est_iae,
    contrats.est_handicap,
    contrats.est_alternance,
    operations.programme in ('PNRU', 'NPNRU') as est_anru,
    personnes.est_rsa,
    personnes.est_deld,
    personnes.est_th,
    personnes.est_jeune_declare,
    personnes.est_senior_declare,
    personnes.est_qpv,
    personnes.est_femme
from {{ ref('int_heures__retenues') }} as heures
left join {{ ref('int_contrats__retenus') }} as contrats on heures.contrat_id = contrats.contrat_id
left join {{ ref('int_personnes__retenues') }} as personnes on contrats.id_personne = personnes.id_personne
left join {{ ref('int_marches__retenus') }} as marches on heures.marche_id = marches.marche_id
left join {{ ref('int_operations__localisees') }} as operations
    on marches.operation_id = operations.operation_id
left join {{ ref('int_entreprises__retenues') }} as entreprises
    on heures.marche_id = entreprises.marche_id and contrats.siret_employeur = entreprises.siret
left join {{ ref('int_entreprises__par_siret') }} as tailles on contrats.siret_employeur = tailles.siret
where heures.heures > 0
