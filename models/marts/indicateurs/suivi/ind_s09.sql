{#
    The ANRU charter: operations of the PNRU and NPNRU with hours in the territory and the period. Hours to be worked are
    those of the whole operation, so that hours done against them are those of all periods, each operation once. Its
    commitments are reserved to residents of QPV: both rates stand side by side, the objective is judged on theirs.
#}
{% set des_operations = {
    'operations': 'count(*)',
    'operations_heures_connues': 'count(heures_travaillees_prevues)',
    'heures_travaillees_prevues': 'sum(heures_travaillees_prevues)',
    'heures_realisees': 'sum(case when heures_travaillees_prevues is not null then heures_realisees end)',
    'heures_realisees_qpv': 'sum(case when heures_travaillees_prevues is not null then heures_realisees_qpv end)',
    'operations_jugees': 'count(est_atteint)',
    'operations_atteignant_objectif': 'sum(case when est_atteint then 1 else 0 end)',
    'objectif': 'max(objectif)',
} %}
{% set des_faits = {
    'heures': 'sum(heures)',
    'heures_qpv': 'sum(case when est_qpv then heures else 0 end)',
    'heures_femmes': 'sum(case when est_femme then heures else 0 end)',
    'heures_formation': 'sum(heures_formation)',
    'beneficiaires': 'count(distinct personne_cle)',
    'beneficiaires_qpv': 'count(distinct case when est_qpv then personne_cle end)',
    'contrats': 'count(distinct contrat_cle)',
} %}
{% set axes_des_operations = [
    [], ['engagement_anru'], ['engagement_anru', 'etat_operation'], ['volet_anru'], ['volet_anru', 'etat_operation'],
] %}
with faits as (
    select
        faits.maille_id,
        faits.operation_cle,
        anru.engagement_anru,
        anru.volet_anru,
        anru.etat_operation,
        faits.type_employeur,
        faits.personne_cle,
        faits.contrat_cle,
        faits.est_qpv,
        faits.est_femme,
        faits.heures,
        faits.heures_formation,
        anru.heures_travaillees_prevues,
        anru.heures_realisees,
        anru.heures_qpv as heures_realisees_qpv,
        anru.est_atteint,
        anru.objectif
    from {{ ref('int_indicateurs__faits_par_maille') }} as faits
    inner join {{ ref('int_operations__cles') }} as cles on faits.operation_cle = cles.operation_cle
    inner join {{ ref('int_operations__anru') }} as anru on cles.operation_id = anru.operation_id
    where faits.est_anru
),

operations as (
    select distinct
        maille_id,
        operation_cle,
        engagement_anru,
        volet_anru,
        etat_operation,
        heures_travaillees_prevues,
        heures_realisees,
        heures_realisees_qpv,
        est_atteint,
        objectif
    from faits
),

par_axe_des_faits as (
    {{ suivi_par_axes('faits', ['maille_id'], des_faits, axes_des_operations + [['type_employeur']]) }}
),

par_axe_des_operations as (
    {{ suivi_par_axes('operations', ['maille_id'], des_operations, axes_des_operations) }}
),

agregats as (
    select
        {% for somme in des_faits %}
        faites.{{ somme }},
        {% endfor %}
        {% for somme in des_operations %}
        jugees.{{ somme }},
        {% endfor %}
        mailles.niveau_territoire,
        mailles.code_territoire,
        mailles.type_periode,
        mailles.periode,
        faites.axe_1,
        faites.modalite_1,
        faites.axe_2,
        faites.modalite_2
    from par_axe_des_faits as faites
    inner join {{ ref('int_indicateurs__mailles') }} as mailles on faites.maille_id = mailles.maille_id
    left join par_axe_des_operations as jugees
        on
            faites.maille_id = jugees.maille_id
            and coalesce(faites.axe_1, '') = coalesce(jugees.axe_1, '')
            and coalesce(faites.modalite_1, '') = coalesce(jugees.modalite_1, '')
            and coalesce(faites.axe_2, '') = coalesce(jugees.axe_2, '')
            and coalesce(faites.modalite_2, '') = coalesce(jugees.modalite_2, '')
),

{{ suivi_agregats('S09', 'agregats', {
    'operations': 'operations',
    'heures': 'heures',
    'heures_qpv': 'heures_qpv',
    'part_heures_qpv': pourcentage('heures_qpv', 'heures'),
    'part_heures_femmes': pourcentage('heures_femmes', 'heures'),
    'heures_formation': 'heures_formation',
    'beneficiaires': 'beneficiaires',
    'beneficiaires_qpv': 'beneficiaires_qpv',
    'contrats': 'contrats',
    'operations_heures_connues': 'operations_heures_connues',
    'heures_travaillees_prevues': 'heures_travaillees_prevues',
    'heures_realisees': 'heures_realisees',
    'heures_realisees_qpv': 'heures_realisees_qpv',
    'taux': pourcentage('heures_realisees', 'heures_travaillees_prevues'),
    'taux_qpv': pourcentage('heures_realisees_qpv', 'heures_travaillees_prevues'),
    'objectif': 'objectif',
    'operations_jugees': 'operations_jugees',
    'operations_atteignant_objectif': 'case when operations_jugees > 0 then operations_atteignant_objectif end',
}) }}
