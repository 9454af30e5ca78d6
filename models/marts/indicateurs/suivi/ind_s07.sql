{#
    Animation: events, their participants and the organisations met, where the seat of the structure is, and in each
    perimeter that the structure works for.
#}
with evenements as (
    select
        animation.structure_code,
        coalesce(structures.region, 'ND') as region,
        coalesce(structures.departement, 'ND') as departement,
        coalesce(structures.epci, 'ND') as epci,
        {{ annee('animation.date_evenement') }} as annee,
        {{ trimestre('animation.date_evenement') }} as trimestre,
        animation.type_evenement,
        coalesce(rencontres.role_organisme, organismes.role_organisme, 'ND') as role_organisme,
        {{ texte_normalise('animation.organisme') }} as organisme,
        animation.participants
    from {{ ref('int_animation__retenue') }} as animation
    left join {{ ref('int_structures__retenues') }} as structures
        on animation.structure_code = structures.structure_code
    -- Whom a meeting is held with is said by its kind; elsewhere, by what the organisation is.
    left join {{ ref('roles_organismes') }} as rencontres
        on rencontres.colonne = 'type_evenement' and animation.type_evenement = rencontres.forme
    left join {{ ref('roles_organismes') }} as organismes
        on
            organismes.colonne = 'type_organisme'
            and {{ texte_normalise('animation.type_organisme') }} = {{ texte_normalise('organismes.forme') }}
),

lieux as (
    {% for niveau, code in cube_niveaux().items() %}
    select
        '{{ niveau }}' as niveau_territoire,
        {{ code }} as code_territoire,
        evenements.*
    from evenements
    union all
    {% endfor %}
    select
        'perimetre' as niveau_territoire,
        perimetres.perimetre as code_territoire,
        evenements.*
    from evenements
    inner join {{ ref('int_perimetres__structures') }} as perimetres
        on evenements.structure_code = perimetres.structure_code
),

par_territoire as (
    {% for type_periode, periode in cube_periodes().items() %}
    select
        niveau_territoire,
        code_territoire,
        '{{ type_periode }}' as type_periode,
        {{ periode }} as periode,
        type_evenement,
        role_organisme,
        organisme,
        participants
    from lieux
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

agregats as (
    {% for axe in [none, 'type_evenement', 'role_organisme'] %}
    select
        niveau_territoire,
        code_territoire,
        type_periode,
        periode,
        {% if axe %}
        '{{ axe }}' as axe_1,
        {{ axe }} as modalite_1,
        {% else %}
        cast(null as varchar(50)) as axe_1,
        cast(null as varchar(50)) as modalite_1,
        {% endif %}
        cast(null as varchar(50)) as axe_2,
        cast(null as varchar(50)) as modalite_2,
        count(*) as evenements,
        count(distinct organisme) as organismes,
        sum(participants) as participants
    from par_territoire
    group by niveau_territoire, code_territoire, type_periode, periode{{ ', ' ~ axe if axe }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

{{ suivi_agregats('S07', 'agregats', {
    'evenements': 'evenements',
    'organismes': 'organismes',
    'participants': 'participants',
}) }}
