{# From the national maille of a period to the maille of each perimeter that an operation is in. #}
select
    cles.operation_cle,
    nationales.maille_id as maille_national,
    mailles.maille_id
from {{ ref('int_perimetres__operations') }} as perimetres
inner join {{ ref('int_operations__cles') }} as cles on perimetres.operation_id = cles.operation_id
inner join {{ ref('int_indicateurs__mailles') }} as mailles
    on mailles.niveau_territoire = 'perimetre' and perimetres.perimetre = mailles.code_territoire
inner join {{ ref('int_indicateurs__mailles') }} as nationales
    on
        nationales.niveau_territoire = 'national'
        and mailles.type_periode = nationales.type_periode
        and mailles.periode = nationales.periode
