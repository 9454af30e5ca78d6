{{ cube_tableau('T10', ['niveau'], ['beneficiaires', 'heures']) }}
