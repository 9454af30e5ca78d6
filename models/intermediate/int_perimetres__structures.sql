-- Structures that follow an operation of a perimeter: facilitators and meetings belong to structures, not operations.
select distinct
    perimetres.perimetre,
    operations.structure_code
from {{ ref('int_perimetres__operations') }} as perimetres
inner join {{ ref('int_operations__retenues') }} as operations on perimetres.operation_id = operations.operation_id
