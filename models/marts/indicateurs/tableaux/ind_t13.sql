{{ cube_tableau('T13', ['categorie_public', 'tranche_age'], ['beneficiaires', 'heures']) }}
