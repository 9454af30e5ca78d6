{#
    What the cube counts: hours by contract × marché × period, with the axes of every table.
    Identifiers become integers here, once: counting them apart is several times cheaper than counting texts.
#}
{% set cles = {
    'id_personne': 'personne_cle',
    'contrat_id': 'contrat_cle',
    'marche_id': 'marche_cle',
    'operation_id': 'operation_cle',
    'donneur_ordre_id': 'donneur_ordre_cle',
    'entreprise_id': 'entreprise_cle',
} %}
{% set attributs = [
    'structure_code', 'region', 'departement', 'epci',
    'type_donneur_ordre', 'base_juridique', 'nature_marche', 'secteur', 'tranche_montant',
    'type_employeur', 'modalite', 'type_contrat', 'taille_entreprise', 'metier_domaine', 'metier_famille',
    'sexe', 'categorie_public', 'niveau', 'prescripteur', 'origine',
    'est_iae', 'est_alternance', 'est_anru', 'est_rsa', 'est_deld', 'est_th',
    'est_jeune_declare', 'est_senior_declare', 'est_qpv', 'est_femme', 'tuteur', 'referent',
] %}
with heures as (
    select * from {{ ref('int_heures__completes') }}
),

cles_operation_id as (
    select * from {{ ref('int_operations__cles') }}
),

{% for identifiant, cle in cles.items() if identifiant != 'operation_id' %}
cles_{{ identifiant }} as (
    select {{ identifiant }}, row_number() over (order by {{ identifiant }}) as {{ cle }}
    from (
        select distinct {{ identifiant }}
        from heures
        where {{ identifiant }} is not null
    ) as identifiants
),

{% endfor %}
contrats as (
    select
        contrat_id,
        sum(heures) >= {{ seuil('contrat_long_heures') }} as est_contrat_300h,
        sum(heures)
        >= {{ seuil('contrat_long_semaines') }} * {{ seuil('heures_par_semaine') }} as est_contrat_8_semaines,
        count(distinct marche_id) > 1 as est_contrat_mutualise,
        {{ jours_entre('min(date_debut_contrat)', 'max(date_fin_contrat)') }} + 1 as duree_contrat_jours
    from heures
    group by contrat_id
),

situations as (
    select
        id_personne,
        max(case when horizon in (6, 12) and groupe = 'DURABLE' then 1 else 0 end) = 1 as est_insertion_durable,
        max(case when qualification then 1 when not qualification then 0 end) = 1 as est_qualifie
    from {{ ref('int_situations__retenues') }}
    group by id_personne
),

par_periode as (
    {% for type_periode, periode in cube_periodes().items() %}
    select
        '{{ type_periode }}' as type_periode,
        {{ periode }} as periode,
        {{ cles.keys() | join(', ') }},
        {{ attributs | join(', ') }},
        sum(heures) as heures,
        sum(heures_formation) as heures_formation
    from heures
    group by
        {{ periode ~ ',' if type_periode != 'cumul' }}
        {{ cles.keys() | join(', ') }},
        {{ attributs | join(', ') }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    {% for niveau in cube_niveaux() %}
    mailles_{{ niveau }}.maille_id as maille_{{ niveau }},
    {% endfor %}
    {% for identifiant, cle in cles.items() %}
    cles_{{ identifiant }}.{{ cle }},
    {% endfor %}
    {% for attribut in attributs if attribut not in ('region', 'departement', 'epci') %}
    par_periode.{{ attribut }},
    {% endfor %}
    tranches_age.tranche_age,
    par_periode.est_jeune_declare or tranches_age.tranche_age = 'LT26' as est_jeune,
    par_periode.est_senior_declare or tranches_age.tranche_age = 'GE50' as est_senior,
    contrats.est_contrat_300h,
    contrats.est_contrat_8_semaines,
    contrats.est_contrat_mutualise,
    contrats.duree_contrat_jours,
    coalesce(situations.est_insertion_durable, false) as est_insertion_durable,
    situations.est_qualifie,
    par_periode.heures,
    par_periode.heures_formation
from par_periode
{% for identifiant in cles %}
left join cles_{{ identifiant }} on par_periode.{{ identifiant }} = cles_{{ identifiant }}.{{ identifiant }}
{% endfor %}
left join contrats on par_periode.contrat_id = contrats.contrat_id
left join situations on par_periode.id_personne = situations.id_personne
left join {{ ref('int_indicateurs__tranches_age') }} as tranches_age
    on
        par_periode.id_personne = tranches_age.id_personne
        and par_periode.type_periode = tranches_age.type_periode
        and par_periode.periode = tranches_age.periode
{% for niveau, code in cube_niveaux().items() %}
left join {{ ref('int_indicateurs__mailles') }} as mailles_{{ niveau }}
    on
        mailles_{{ niveau }}.niveau_territoire = '{{ niveau }}'
        and mailles_{{ niveau }}.code_territoire = {{ code if niveau == 'national' else 'par_periode.' ~ code }}
        and mailles_{{ niveau }}.type_periode = par_periode.type_periode
        and mailles_{{ niveau }}.periode = par_periode.periode
{% endfor %}
