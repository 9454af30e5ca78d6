{{ cube_tableau('T06', ['base_juridique', 'taille_entreprise'], ['heures', 'contrats']) }}
