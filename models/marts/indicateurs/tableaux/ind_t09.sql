{{ cube_tableau('T09', ['origine'], ['beneficiaires', 'heures']) }}
