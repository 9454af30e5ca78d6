select
    rafraichissement,
    depot,
    suite,
    expectation,
    severite,
    succes,
    observe,
    casse
from {{ ref('stg_validations') }}
