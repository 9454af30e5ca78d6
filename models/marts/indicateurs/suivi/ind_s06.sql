{#
    Facilitators: posts, funding and white zones. A structure counts where its seat is, with what its deposit of the
    period says, and whole in each perimeter that it works for. No hours per post over the whole history: posts are those of one time, hours of several years.
#}
{% set financeurs = {
    'COMMUNES_EPCI': 'financement_communes_epci',
    'DEPARTEMENT': 'financement_departement',
    'REGION': 'financement_region',
    'FSE': 'financement_fse',
    'ETAT': 'financement_etat',
    'PRIVE': 'financement_prive',
    'AUTRES': 'financement_autres',
} %}
{% set nombres = [
    'structures', 'structures_nombre_connu', 'structures_etp_connus', 'structures_aire_connue', 'facilitateurs',
    'facilitateurs_etp', 'etp_en_activite', 'heures', 'marches',
] %}
{% set zones_blanches = [
    'zones_blanches_epci', 'zones_blanches_departements', 'population_zones_blanches', 'population',
] %}
{% set total_finance = 'etp_' ~ (financeurs | join(' + etp_')) %}
with heures as (
    select
        structure_code,
        marche_id,
        annee,
        trimestre,
        sum(heures) as heures
    from {{ ref('int_heures__completes') }}
    group by structure_code, marche_id, annee, trimestre
),

activite as (
    {% for type_periode, periode in cube_periodes().items() if type_periode != 'cumul' %}
    select
        structure_code,
        '{{ type_periode }}' as type_periode,
        {{ periode }} as periode,
        sum(heures) as heures,
        count(distinct marche_id) as marches
    from heures
    group by structure_code, {{ periode }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

structures as (
    select
        structures.*,
        case when structures.facilitateurs_etp > 0 then structures.facilitateurs_etp end as etp,
        {% for financeur, colonne in financeurs.items() %}
        case
            when structures.facilitateurs_etp > 0 and coalesce({{ financeurs.values() | join(', ') }}) is not null
                then structures.facilitateurs_etp * coalesce(structures.{{ colonne }}, 0) / 100
        end as etp_{{ financeur }},
        {% endfor %}
        activite.heures,
        activite.marches
    from {{ ref('int_structures__par_periode') }} as structures
    left join activite
        on
            structures.structure_code = activite.structure_code
            and structures.type_periode = activite.type_periode
            and structures.periode = activite.periode
),

par_territoire as (
    {% for niveau, code in cube_niveaux().items() %}
    select
        '{{ niveau }}' as niveau_territoire,
        {{ code }} as code_territoire,
        structures.*
    from structures
    union all
    {% endfor %}
    select
        'perimetre' as niveau_territoire,
        perimetres.perimetre as code_territoire,
        structures.*
    from structures
    inner join {{ ref('int_perimetres__structures') }} as perimetres
        on structures.structure_code = perimetres.structure_code
),

postes as (
    select
        {% for financeur in financeurs %}
        sum(etp_{{ financeur }}) as etp_{{ financeur }},
        {% endfor %}
        niveau_territoire,
        code_territoire,
        type_periode,
        periode,
        count(*) as structures,
        count(facilitateurs_nombre) as structures_nombre_connu,
        count(facilitateurs_etp) as structures_etp_connus,
        count(territoires_intervention) as structures_aire_connue,
        sum(facilitateurs_nombre) as facilitateurs,
        sum(facilitateurs_etp) as facilitateurs_etp,
        case when type_periode <> 'cumul' then sum(etp) end as etp_en_activite,
        sum(case when etp is not null then coalesce(heures, 0) end) as heures,
        sum(case when etp is not null then coalesce(marches, 0) end) as marches
    from par_territoire
    group by niveau_territoire, code_territoire, type_periode, periode
),

zones as (
    {% for niveau, code in [('national', "'FR'"), ('region', 'region'), ('departement', 'departement')] %}
    select
        '{{ niveau }}' as niveau_territoire,
        {{ code }} as code_territoire,
        type_periode,
        periode,
        sum(case when niveau_territoire = 'epci' and not est_couverte then 1 else 0 end) as zones_blanches_epci,
        sum(case when niveau_territoire = 'departement' and not est_couverte then 1 else 0 end)
            as zones_blanches_departements,
        sum(case when niveau_territoire = 'epci' and not est_couverte then population else 0 end)
            as population_zones_blanches,
        sum(case when niveau_territoire = 'epci' then population else 0 end) as population
    from {{ ref('int_zones__par_periode') }}
    group by {{ code ~ ',' if niveau != 'national' }} type_periode, periode
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

agregats as (
    select
        coalesce(postes.niveau_territoire, zones.niveau_territoire) as niveau_territoire,
        coalesce(postes.code_territoire, zones.code_territoire) as code_territoire,
        coalesce(postes.type_periode, zones.type_periode) as type_periode,
        coalesce(postes.periode, zones.periode) as periode,
        cast(null as varchar(50)) as axe_1,
        cast(null as varchar(50)) as modalite_1,
        cast(null as varchar(50)) as axe_2,
        cast(null as varchar(50)) as modalite_2,
        {% for nombre in nombres %}
        postes.{{ nombre }},
        {% endfor %}
        {% for nombre in zones_blanches %}
        zones.{{ nombre }},
        {% endfor %}
        {{ total_finance }} as etp_finances,
        {{ total_finance }} as etp_finances_en_tout
    from postes
    full outer join zones
        on
            postes.niveau_territoire = zones.niveau_territoire
            and postes.code_territoire = zones.code_territoire
            and postes.type_periode = zones.type_periode
            and postes.periode = zones.periode
    {% for financeur in financeurs %}
    union all
    select
        niveau_territoire,
        code_territoire,
        type_periode,
        periode,
        'financement' as axe_1,
        '{{ financeur }}' as modalite_1,
        cast(null as varchar(50)) as axe_2,
        cast(null as varchar(50)) as modalite_2,
        {% for nombre in nombres + zones_blanches %}
        null as {{ nombre }},
        {% endfor %}
        etp_{{ financeur }} as etp_finances,
        {{ total_finance }} as etp_finances_en_tout
    from postes
    {% endfor %}
),

{{ suivi_agregats('S06', 'agregats', {
    'structures': 'structures',
    'structures_nombre_connu': 'structures_nombre_connu',
    'structures_etp_connus': 'structures_etp_connus',
    'structures_aire_connue': 'structures_aire_connue',
    'facilitateurs': 'facilitateurs',
    'facilitateurs_etp': 'facilitateurs_etp',
    'heures_par_etp': ratio('heures', 'etp_en_activite'),
    'marches_par_etp': ratio('marches', 'etp_en_activite'),
    'etp_finances': 'etp_finances',
    'part_financement': pourcentage('etp_finances', 'etp_finances_en_tout'),
    'zones_blanches_epci': 'zones_blanches_epci',
    'zones_blanches_departements': "case when niveau_territoire <> 'departement' then zones_blanches_departements end",
    'population_zones_blanches': 'population_zones_blanches',
    'part_population_couverte': pourcentage('population - population_zones_blanches', 'population'),
}) }}
