{{ cube_tableau('T21', ['type_employeur'], ['contrats', 'heures', 'entreprises']) }}
