select
    lignes.depot_id,
    lignes.ligne,
    {{ code_retenu('beneficiaires', 'lignes.numero_beneficiaire') }} as numero_beneficiaire,
    id_personne,
    identite_complete,
    date_naissance,
    {{ code_courant('sexe', 'sexe') }} as sexe,
    commune_residence,
    qpv,
    code_qpv,
    {{ code_courant('niveau', 'niveau') }} as niveau,
    {{ code_courant('categorie_public', 'categorie_public') }} as categorie_public,
    {{ liste_courante('autres_categories', 'categorie_public:liste') }} as autres_categories,
    {{ code_courant('prescripteur', 'prescripteur') }} as prescripteur,
    referent
from {{ source('brut', 'beneficiaires') }} as lignes
{{ joindre_code_retenu('beneficiaires', 'beneficiaire', 'lignes.numero_beneficiaire') }}
