-- In which periods a marché is followed: those of its hours, and those that its dates make it due in, begun or not.
-- Where one of its two dates is unknown, the other alone is: nobody knows until when, or since when, it lasts. Only
-- months that deposits speak of: nothing is known of the hours of the others.
with heures as (
    select distinct
        marche_id,
        annee,
        trimestre
    from {{ ref('int_heures__completes') }}
),

bornes as (
    select
        min(mois) as premier_mois,
        max(mois) as dernier_mois
    from {{ ref('int_depots__par_mois') }}
    having count(*) > 0
),

mois as (
    select {{ mois_entre('premier_mois', 'dernier_mois') }} as mois
    from bornes
),

marches as (
    select
        marches.marche_id,
        coalesce(marches.date_notification, marches.date_fin_prevue) as debut,
        coalesce(marches.date_fin_prevue, marches.date_notification) as fin
    from {{ ref('int_marches__retenus') }} as marches
    cross join {{ ref('stg_parametres') }} as parametres
    where coalesce(marches.date_notification, marches.date_fin_prevue) <= parametres.date_arrete
),

dus as (
    select
        marches.marche_id,
        {{ annee('mois.mois') }} as annee,
        {{ trimestre('mois.mois') }} as trimestre
    from marches
    inner join mois on marches.debut <= last_day(mois.mois) and marches.fin >= mois.mois
),

suivis as (
    select * from heures
    union
    select * from dus
)

{% for type_periode, periode in cube_periodes().items() %}
select
    marche_id,
    '{{ type_periode }}' as type_periode,
    {{ periode }} as periode
from suivis
union
{% endfor %}
-- in the whole history, those that ended before its first month are due too
select
    marches.marche_id,
    'cumul' as type_periode,
    'cumul' as periode
from marches
inner join bornes on marches.debut <= last_day(bornes.dernier_mois)
