{#
    Situations at each horizon, of the persons whose first contract started in the year, where it started.
    A record counts even before its horizon is due; due without a record is INCONNU; neither is no row.
#}
with echeances as (
    select
        premiers.id_personne,
        premiers.region,
        premiers.departement,
        premiers.epci,
        premiers.structure_code,
        premiers.operation_id,
        cast({{ annee('premiers.date_debut') }} as varchar(4)) as periode,
        horizons.horizon,
        case
            when situations.situation is not null then situations.situation
            when {{ ajouter_mois('premiers.date_debut', 'horizons.horizon') }} <= parametres.date_arrete then 'INCONNU'
        end as situation
    from {{ ref('int_premiers_contrats') }} as premiers
    cross join {{ ref('horizons') }} as horizons
    cross join {{ source('journal', 'parametres') }} as parametres
    left join {{ ref('int_situations__retenues') }} as situations
        on premiers.id_personne = situations.id_personne and horizons.horizon = situations.horizon
),

par_territoire as (
    {% for niveau, code in cube_niveaux().items() %}
    select
        '{{ niveau }}' as niveau_territoire,
        {{ code }} as code_territoire,
        periode,
        cast(horizon as varchar(2)) as horizon,
        situation,
        cast(count(distinct id_personne) as double) as beneficiaires
    from echeances
    where situation is not null
    group by {{ code ~ ',' if niveau != 'national' }} periode, horizon, situation
    union all
    {% endfor %}
    select
        'perimetre' as niveau_territoire,
        perimetres.perimetre as code_territoire,
        echeances.periode,
        cast(echeances.horizon as varchar(2)) as horizon,
        echeances.situation,
        cast(count(distinct echeances.id_personne) as double) as beneficiaires
    from echeances
    inner join {{ ref('int_perimetres__operations') }} as perimetres
        on echeances.operation_id = perimetres.operation_id
    where echeances.situation is not null
    group by perimetres.perimetre, echeances.periode, echeances.horizon, echeances.situation
)

select
    'T18' as tableau,
    'beneficiaires' as mesure,
    mailles.maille_id,
    'horizon' as axe_1,
    par_territoire.horizon as modalite_1,
    'situation' as axe_2,
    par_territoire.situation as modalite_2,
    par_territoire.beneficiaires as valeur,
    sum(par_territoire.beneficiaires) over (partition by mailles.maille_id, par_territoire.horizon) as total
from par_territoire
left join {{ ref('int_indicateurs__mailles') }} as mailles
    on
        par_territoire.niveau_territoire = mailles.niveau_territoire
        and par_territoire.code_territoire = mailles.code_territoire
        and mailles.type_periode = 'annee'
        and par_territoire.periode = mailles.periode
