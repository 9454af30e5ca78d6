{{ cube_tableau('T19', ['nature_marche'], ['marches', 'heures']) }}
