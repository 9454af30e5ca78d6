-- An operation is in a perimeter when it meets every kind of criterion given, or is named.
with criteres as (
    select
        perimetre,
        critere,
        valeur
    from {{ ref('stg_perimetres') }}
),

operations as (
    select
        operations.operation_id,
        operations.code_operation,
        operations.programme,
        operations.donneur_ordre_id,
        operations.commune,
        operations.epci,
        retenues.commune_execution as commune_lue
    from {{ ref('int_operations__localisees') }} as operations
    left join {{ ref('int_operations__retenues') }} as retenues on operations.operation_id = retenues.operation_id
),

valeurs as (
    {% for critere, colonne in [
        ('operations', 'operation_id'),
        ('operations', 'code_operation'),
        ('programmes', 'programme'),
        ('donneurs_ordre', 'donneur_ordre_id'),
        ('communes', 'commune'),
        ('communes', 'commune_lue'),
        ('epci', 'epci'),
    ] %}
    select
        operation_id,
        '{{ critere }}' as critere,
        {{ colonne }} as valeur
    from operations
    {{ 'union' if not loop.last }}
    {% endfor %}
),

satisfaits as (
    select distinct
        criteres.perimetre,
        criteres.critere,
        valeurs.operation_id
    from criteres
    inner join valeurs on criteres.critere = valeurs.critere and criteres.valeur = valeurs.valeur
),

demandes as (
    select
        perimetre,
        count(distinct critere) as criteres
    from criteres
    where critere <> 'operations'
    group by perimetre
)

select
    satisfaits.perimetre,
    satisfaits.operation_id
from satisfaits
inner join demandes on satisfaits.perimetre = demandes.perimetre
where satisfaits.critere <> 'operations'
group by satisfaits.perimetre, satisfaits.operation_id, demandes.criteres
having count(*) = demandes.criteres

union

select
    perimetre,
    operation_id
from satisfaits
where critere = 'operations'

union

-- A buyer that is a perimeter of its own.
select
    'DO-' || operations.donneur_ordre_id as perimetre,
    operations.operation_id
from operations
inner join criteres
    on
        criteres.critere = 'chaque_donneur_ordre'
        and (criteres.valeur = 'tous' or operations.donneur_ordre_id = criteres.valeur)
