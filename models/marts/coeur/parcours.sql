{# One path per person, across structures: what happened, and what is not known. #}
{% set horizons = [6, 12, 18, 24] %}
with heures as (
    select * from {{ ref('int_heures__completes') }}
),

cumuls as (
    select
        id_personne,
        count(distinct structure_code) as nombre_structures,
        count(distinct entreprise_id) as nombre_employeurs,
        count(distinct contrat_id) as nombre_contrats,
        -- A contract with an employer already met: what an unknown employer is, nobody knows.
        count(distinct case when entreprise_id is not null then contrat_id end)
        - count(distinct entreprise_id) as nombre_contrats_repetes,
        count(distinct marche_id) as nombre_marches,
        count(distinct operation_id) as nombre_operations,
        min(mois) as premier_mois,
        max(mois) as dernier_mois,
        sum(heures) as heures,
        sum(heures_formation) as heures_formation
    from heures
    group by id_personne
),

mois as (
    select distinct
        id_personne,
        {{ annee('mois') }} * 12 + extract(month from mois) as numero
    from heures
),

ecarts as (
    select
        id_personne,
        coalesce(numero - lag(numero) over (partition by id_personne order by numero) - 1, 0) as mois_sans_heures
    from mois
),

interruptions as (
    select
        id_personne,
        count(*) as nombre_mois,
        sum(case when mois_sans_heures > 0 then 1 else 0 end) as nombre_interruptions,
        max(mois_sans_heures) as plus_longue_interruption
    from ecarts
    group by id_personne
),

secteurs as (
    select
        id_personne,
        secteur,
        row_number() over (partition by id_personne order by sum(heures) desc, secteur asc) as rang
    from heures
    group by id_personne, secteur
),

situations as (
    select situations.*
    from {{ ref('fct_situations') }} as situations
    inner join {{ ref('horizons') }} as horizons on situations.horizon = horizons.horizon
),

-- Between two records nothing is guessed: durable from the first horizon where it was seen, else observed until
-- the last horizon where the situation was known.
suivis as (
    select
        id_personne,
        {% for horizon in horizons %}
        max(case when horizon = {{ horizon }} then situation end) as situation_{{ horizon }},
        max(case when horizon = {{ horizon }} and groupe <> 'INCONNU' then 1 else 0 end) as est_connue_{{ horizon }},
        max(case when horizon = {{ horizon }} then structure_code end) as structure_situation_{{ horizon }},
        max(case when horizon = {{ horizon }} then depot_id end) as depot_situation_{{ horizon }},
        {% endfor %}
        min(case when groupe = 'DURABLE' then horizon end) as mois_avant_insertion_durable,
        max(case when groupe not in ('DURABLE', 'INCONNU') then horizon else 0 end) as dernier_mois_connu,
        max(case when qualification then 1 when not qualification then 0 end) = 1 as qualification_obtenue
    from situations
    group by id_personne
)

select
    premiers.id_personne,
    premiers.sexe,
    premiers.categorie_public,
    secteurs.secteur as secteur_principal,
    premiers.contrat_id as premier_contrat_id,
    premiers.date_debut as date_premier_contrat,
    premiers.operation_id as premiere_operation_id,
    premiers.structure_code,
    premiers.region,
    premiers.departement,
    premiers.epci,
    cast(cumuls.nombre_structures as integer) as nombre_structures,
    cast(cumuls.nombre_employeurs as integer) as nombre_employeurs,
    cast(cumuls.nombre_contrats as integer) as nombre_contrats,
    cast(cumuls.nombre_contrats_repetes as integer) as nombre_contrats_repetes,
    cast(cumuls.nombre_marches as integer) as nombre_marches,
    cast(cumuls.nombre_operations as integer) as nombre_operations,
    cumuls.premier_mois,
    cumuls.dernier_mois,
    cast(interruptions.nombre_mois as integer) as nombre_mois,
    cast(interruptions.nombre_interruptions as integer) as nombre_interruptions,
    cast(interruptions.plus_longue_interruption as integer) as plus_longue_interruption_mois,
    cast(cumuls.heures as decimal(18, 6)) as heures,
    cast(cumuls.heures_formation as decimal(18, 6)) as heures_formation,
    {% for horizon in horizons %}
    suivis.situation_{{ horizon }},
    case
        when suivis.situation_{{ horizon }} is null then 'non_echue'
        when suivis.est_connue_{{ horizon }} = 1 then 'renseignee'
        else 'inconnue'
    end as etat_{{ horizon }},
    suivis.structure_situation_{{ horizon }},
    suivis.depot_situation_{{ horizon }},
    {% endfor %}
    cast(suivis.mois_avant_insertion_durable as integer) as mois_avant_insertion_durable,
    suivis.mois_avant_insertion_durable is null as est_censure,
    cast(
        coalesce(suivis.mois_avant_insertion_durable, suivis.dernier_mois_connu, 0) as integer
    ) as mois_d_observation,
    suivis.qualification_obtenue
from {{ ref('int_premiers_contrats') }} as premiers
inner join cumuls on premiers.id_personne = cumuls.id_personne
inner join interruptions on premiers.id_personne = interruptions.id_personne
inner join secteurs on premiers.id_personne = secteurs.id_personne and secteurs.rang = 1
left join suivis on premiers.id_personne = suivis.id_personne
