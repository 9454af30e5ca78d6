select
    rafraichissement,
    depot,
    suite,
    expectation,
    severite,
    succes,
    observe,
    casse
from {{ source('journal', 'validations') }}
