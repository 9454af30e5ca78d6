select
    depot_id,
    ligne,
    numero_beneficiaire,
    id_personne as identite_id,
    identite_complete,
    date_naissance,
    sexe,
    commune_residence,
    qpv,
    code_qpv,
    niveau,
    categorie_public,
    autres_categories,
    prescripteur,
    referent
from {{ ref('stg_beneficiaires') }}

union all

select
    depot_id,
    ligne,
    numero_beneficiaire,
    id_personne as identite_id,
    identite_complete,
    date_naissance,
    sexe,
    commune_residence,
    qpv,
    cast(null as string) as code_qpv,
    niveau,
    categorie_public,
    autres_categories,
    prescripteur,
    cast(null as boolean) as referent
from {{ ref('int_bilan__beneficiaires') }}
