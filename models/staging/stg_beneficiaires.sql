select
    lignes.depot_id,
    lignes.ligne,
    {{ code_retenu('beneficiaires', 'lignes.numero_beneficiaire') }} as numero_beneficiaire,
    lignes.id_personne,
    lignes.identite_complete,
    lignes.date_naissance,
    {{ code_courant('lignes.sexe', 'sexe') }} as sexe,
    lignes.commune_residence,
    lignes.qpv,
    lignes.code_qpv,
    {{ code_courant('lignes.niveau', 'niveau') }} as niveau,
    {{ code_courant('lignes.categorie_public', 'categorie_public') }} as categorie_public,
    {{ liste_courante('lignes.autres_categories', 'categorie_public:liste') }} as autres_categories,
    {{ code_courant('lignes.prescripteur', 'prescripteur') }} as prescripteur,
    lignes.referent
from {{ source('brut', 'beneficiaires') }} as lignes
{{ joindre_code_retenu('beneficiaires', 'beneficiaire', 'lignes.numero_beneficiaire') }}
