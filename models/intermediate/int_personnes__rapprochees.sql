-- The linked identities of one person are a connected group, named after its smallest identity: the smallest name
-- spreads from neighbour to neighbour, as many times as the largest group allowed needs.
{% set identites_max = var('rapprochement_identites_max') | int(1) %}
with liens as (
    select
        identite_1 as identite_id,
        identite_2 as voisine,
        rang
    from {{ ref('int_rapprochements__paires') }}

    union all

    select
        identite_2 as identite_id,
        identite_1 as voisine,
        rang
    from {{ ref('int_rapprochements__paires') }}
),

groupes_0 as (
    select distinct
        identite_id,
        identite_id as groupe
    from liens
),
{% for tour in range(1, identites_max) %}
groupes_{{ tour }} as (
    select
        liens.identite_id,
        least(min(soi.groupe), min(voisines.groupe)) as groupe
    from liens
    inner join groupes_{{ tour - 1 }} as soi on liens.identite_id = soi.identite_id
    inner join groupes_{{ tour - 1 }} as voisines on liens.voisine = voisines.identite_id
    group by liens.identite_id
),
{% endfor %}
groupes as (
    select
        identite_id,
        groupe
    from groupes_{{ identites_max - 1 }}
),

-- Not sure of a group that is too large, whose name did not reach everybody, or with two persons of one deposit.
douteux as (
    select groupe
    from groupes
    group by groupe
    having count(*) > {{ identites_max }}

    union

    select soi.groupe
    from liens
    inner join groupes as soi on liens.identite_id = soi.identite_id
    inner join groupes as voisines on liens.voisine = voisines.identite_id
    where soi.groupe <> voisines.groupe

    union

    select groupes.groupe
    from groupes
    inner join {{ ref('int_beneficiaires__lus') }} as lus on groupes.identite_id = lus.identite_id
    group by groupes.groupe, lus.depot_id
    having count(distinct groupes.identite_id) > 1
),

-- a person is only as sure as the least sure of her links
rapprochees as (
    select
        groupes.groupe,
        max(liens.rang) as rang
    from groupes
    inner join liens on groupes.identite_id = liens.identite_id
    left join douteux on groupes.groupe = douteux.groupe
    where douteux.groupe is null
    group by groupes.groupe
),

identites as (
    select distinct identite_id
    from {{ ref('int_beneficiaires__derniers') }}
)

select
    identites.identite_id,
    coalesce(rapprochees.groupe, identites.identite_id) as id_personne,
    coalesce(regles.code, 'EXACTE') as regle_rapprochement
from identites
left join groupes on identites.identite_id = groupes.identite_id
left join rapprochees on groupes.groupe = rapprochees.groupe
left join {{ ref('regles_rapprochement') }} as regles on rapprochees.rang = regles.rang
