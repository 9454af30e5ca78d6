select
    derniers.structure_code,
    derniers.numero_beneficiaire,
    derniers.identite_id,
    personnes.id_personne,
    personnes.regle_rapprochement,
    derniers.identite_complete,
    derniers.date_naissance,
    derniers.sexe,
    derniers.commune_residence,
    derniers.qpv,
    derniers.code_qpv,
    derniers.niveau,
    derniers.categorie_public,
    derniers.autres_categories,
    derniers.prescripteur,
    derniers.referent,
    derniers.depot_id,
    derniers.extraction,
    derniers.ordre
from {{ ref('int_beneficiaires__derniers') }} as derniers
inner join {{ ref('int_personnes__rapprochees') }} as personnes on derniers.identite_id = personnes.identite_id
