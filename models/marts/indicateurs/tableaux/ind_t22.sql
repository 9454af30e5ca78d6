{{ cube_tableau('T22', ['modalite'], ['contrats', 'heures']) }}
