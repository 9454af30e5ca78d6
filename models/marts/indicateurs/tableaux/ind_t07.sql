{{ cube_tableau('T07', ['categorie_public'], ['beneficiaires', 'heures']) }}
