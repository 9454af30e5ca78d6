with versions as (
    {{ derniere_version(ref('int_beneficiaires__lus'), ['numero_beneficiaire']) }}
)

select
    structure_code,
    numero_beneficiaire,
    identite_id,
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
    referent,
    depot_id,
    extraction,
    ordre
from versions
