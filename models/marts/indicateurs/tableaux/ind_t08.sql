{{ cube_tableau('T08', ['sexe'], ['beneficiaires', 'heures']) }}
