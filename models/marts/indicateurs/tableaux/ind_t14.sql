{{ cube_tableau('T14', ['categorie_public', 'niveau'], ['beneficiaires', 'heures']) }}
