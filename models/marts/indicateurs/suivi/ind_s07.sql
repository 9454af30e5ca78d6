{{ suivi_vide() }}
