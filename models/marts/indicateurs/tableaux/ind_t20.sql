{{ cube_tableau('T20', ['type_contrat'], ['contrats', 'heures']) }}
