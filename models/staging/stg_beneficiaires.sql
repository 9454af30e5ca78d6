select
    depot_id,
    ligne,
    numero_beneficiaire,
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
from {{ source('brut', 'beneficiaires') }}
