{# Operations with hours, numbered: the cube counts integers. #}
select
    operation_id,
    row_number() over (order by operation_id) as operation_cle
from (
    select distinct operation_id
    from {{ ref('int_heures__completes') }}
    where operation_id is not null
) as identifiants
