with ages as (
    select
        premiers.id_personne,
        premiers.annee,
        premiers.departement,
        {{ age_revolu('personnes.date_naissance', 'premiers.date_debut') }} as age
    from {{ ref('int_premiers_contrats') }} as premiers
    inner join {{ ref('int_personnes__retenues') }} as personnes
        on premiers.id_personne = personnes.id_personne
)

select
    personnes.id_personne,
    personnes.identite_complete,
    personnes.regle_rapprochement,
    personnes.sexe,
    personnes.niveau,
    personnes.categorie_public,
    personnes.autres_categories,
    personnes.origine,
    personnes.liste_qpv,
    personnes.prescripteur,
    personnes.referent,
    coalesce(personnes.departement_residence, 'ND') as departement_residence,
    ages.annee as annee_premier_contrat,
    ages.departement as departement_premier_contrat,
    coalesce(tranches.code, 'ND') as tranche_age_premier_contrat,
    personnes.est_rsa,
    personnes.est_deld,
    personnes.est_th,
    personnes.est_jeune_declare,
    personnes.est_senior_declare
from {{ ref('int_personnes__retenues') }} as personnes
left join ages on personnes.id_personne = ages.id_personne
left join {{ ref('dim_tranche_age') }} as tranches
    on
        tranches.code <> 'ND'
        and (tranches.borne_inf is null or ages.age >= tranches.borne_inf)
        and (tranches.borne_sup is null or ages.age <= tranches.borne_sup)
        and ages.age is not null
