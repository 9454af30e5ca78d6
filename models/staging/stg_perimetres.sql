select
    perimetre,
    libelle,
    critere,
    valeur
from {{ source('journal', 'perimetres') }}
