{{ cube_tableau('T03', ['secteur'], ['marches', 'heures']) }}
