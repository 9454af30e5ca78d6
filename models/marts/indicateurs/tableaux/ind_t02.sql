{{ cube_tableau('T02', ['tranche_montant'], ['marches']) }}
