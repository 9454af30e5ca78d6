{{ cube_tableau('T11', ['tranche_age'], ['beneficiaires', 'heures']) }}
