{{ cube_tableau('T15', ['prescripteur'], ['beneficiaires', 'heures']) }}
