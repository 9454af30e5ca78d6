{{ cube_tableau('T05', ['base_juridique', 'type_employeur'], ['heures', 'contrats']) }}
