{{ cube_tableau('T01', ['type_donneur_ordre'], ['heures', 'donneurs_ordre', 'marches']) }}
