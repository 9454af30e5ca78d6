{{ cube_tableau('T04', ['base_juridique'], ['marches', 'heures']) }}
