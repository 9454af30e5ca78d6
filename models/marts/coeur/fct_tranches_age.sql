-- What publishing needs to know who stands behind a figure by age: brackets, never birth dates.
select
    id_personne,
    type_periode,
    periode,
    tranche_age
from {{ ref('int_indicateurs__tranches_age') }}
where type_periode <> 'cumul'
