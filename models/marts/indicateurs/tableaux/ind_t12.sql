{{ cube_tableau('T12', ['categorie_public', 'sexe'], ['beneficiaires', 'heures']) }}
