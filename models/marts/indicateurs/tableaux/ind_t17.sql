{{ cube_tableau('T17', ['taille_entreprise'], ['entreprises', 'heures', 'contrats']) }}
