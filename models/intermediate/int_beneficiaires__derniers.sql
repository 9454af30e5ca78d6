with versions as (
    select
        lignes.*,
        depots.structure_code,
        depots.extraction,
        depots.ordre,
        row_number() over (
            partition by depots.structure_code, lignes.numero_beneficiaire
            order by depots.rang asc, lignes.ligne desc
        ) as version
    from {{ ref('int_beneficiaires__lus') }} as lignes
    inner join {{ ref('int_depots__acceptes') }} as depots on lignes.depot_id = depots.depot_id
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
where version = 1
