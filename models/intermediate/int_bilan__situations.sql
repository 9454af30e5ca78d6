-- The row that speaks for a person is the one of the latest month: a horizon left empty there has no record.
select
    depot_id,
    ligne,
    numero_beneficiaire,
    6 as horizon,
    situation_6 as situation
from {{ ref('int_bilan__beneficiaires') }}
where situation_6 is not null

union all

select
    depot_id,
    ligne,
    numero_beneficiaire,
    12 as horizon,
    situation_12 as situation
from {{ ref('int_bilan__beneficiaires') }}
where situation_12 is not null

union all

select
    depot_id,
    ligne,
    numero_beneficiaire,
    18 as horizon,
    situation_18 as situation
from {{ ref('int_bilan__beneficiaires') }}
where situation_18 is not null

union all

select
    depot_id,
    ligne,
    numero_beneficiaire,
    24 as horizon,
    situation_24 as situation
from {{ ref('int_bilan__beneficiaires') }}
where situation_24 is not null
