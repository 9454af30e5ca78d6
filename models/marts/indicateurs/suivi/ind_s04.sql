{# What is empty is unknown, not no: tutors, referents and qualifications are counted among what is known. #}
{% set mesures = [
    ('contrats_300h', 'contrats_300h', 'contrats'),
    ('contrats_8_semaines', 'contrats_8_semaines', 'contrats'),
    ('contrats_mutualises', 'contrats_mutualises', 'contrats'),
    ('heures_mutualisees', 'heures_mutualisees', 'heures'),
    ('heures_formation', 'heures_formation', 'heures'),
    ('contrats_tuteur_connu', 'contrats_tuteur_connu', 'contrats'),
    ('contrats_avec_tuteur', 'contrats_avec_tuteur', 'contrats_tuteur_connu'),
    ('beneficiaires_referent_connu', 'referent_connu', 'beneficiaires'),
    ('beneficiaires_avec_referent', 'avec_referent', 'referent_connu'),
    ('beneficiaires_qualification_connue', 'qualification_connue', 'beneficiaires'),
    ('beneficiaires_qualifies', 'qualifies', 'qualification_connue'),
    ('beneficiaires_plusieurs_contrats', 'plusieurs_contrats', 'beneficiaires'),
    ('contrats_par_beneficiaire', ratio('contrats', 'beneficiaires'), 'null'),
] %}
{% set sommes = [
    'contrats', 'contrats_tuteur_connu', 'contrats_300h', 'contrats_8_semaines',
    'contrats_mutualises', 'contrats_avec_tuteur', 'heures_mutualisees', 'heures', 'heures_formation',
] %}
with contrats as (
    select * from {{ ref('int_suivi__contrats_par_maille') }}
),

personnes as (
    select
        maille_id,
        personne_cle,
        referent,
        est_qualifie,
        count(*) as contrats,
        count(tuteur) as contrats_tuteur_connu,
        sum(case when est_contrat_300h then 1 else 0 end) as contrats_300h,
        sum(case when est_contrat_8_semaines then 1 else 0 end) as contrats_8_semaines,
        sum(case when est_contrat_mutualise then 1 else 0 end) as contrats_mutualises,
        sum(case when tuteur then 1 else 0 end) as contrats_avec_tuteur,
        sum(case when est_contrat_mutualise then heures else 0 end) as heures_mutualisees,
        sum(heures) as heures,
        sum(heures_formation) as heures_formation
    from contrats
    group by maille_id, personne_cle, referent, est_qualifie
),

par_maille as (
    select
        maille_id,
        {% for somme in sommes %}
        sum({{ somme }}) as {{ somme }},
        {% endfor %}
        count(*) as beneficiaires,
        count(referent) as referent_connu,
        sum(case when referent then 1 else 0 end) as avec_referent,
        count(est_qualifie) as qualification_connue,
        sum(case when est_qualifie then 1 else 0 end) as qualifies,
        sum(case when contrats > 1 then 1 else 0 end) as plusieurs_contrats
    from personnes
    group by maille_id
),

valeurs as (
    {% for mesure, expression, total in mesures %}
    select
        maille_id,
        '{{ mesure }}' as mesure,
        cast(null as varchar(50)) as axe_1,
        cast(null as varchar(50)) as modalite_1,
        {{ expression }} as valeur,
        {{ total }} as total
    from par_maille
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

{{ suivi_par_maille('S04') }}
