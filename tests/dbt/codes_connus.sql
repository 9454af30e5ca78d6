-- Every code of the marts has its label in its nomenclature: no class of a published table without a name.
{% set colonnes = [
    ('dim_operation', 'type_donneur_ordre', 'dim_type_donneur_ordre'),
    ('dim_operation', 'type_donneur_ordre_detail', 'dim_type_donneur_ordre'),
    ('dim_operation', 'programme', 'dim_programme'),
    ('dim_operation', 'volet_anru', 'dim_volet_anru'),
    ('dim_marche', 'base_juridique', 'dim_base_juridique'),
    ('dim_marche', 'nature_marche', 'dim_nature_marche'),
    ('dim_marche', 'secteur', 'dim_secteur'),
    ('dim_marche', 'tranche_montant', 'dim_tranche_montant'),
    ('dim_entreprise', 'type_entreprise', 'dim_type_employeur'),
    ('fct_heures', 'taille_entreprise', 'dim_taille_entreprise'),
    ('fct_contrats', 'type_employeur', 'dim_type_employeur'),
    ('fct_contrats', 'modalite', 'dim_modalite'),
    ('fct_contrats', 'type_contrat', 'dim_type_contrat'),
    ('dim_beneficiaire', 'sexe', 'dim_sexe'),
    ('dim_beneficiaire', 'niveau', 'dim_niveau'),
    ('dim_beneficiaire', 'categorie_public', 'dim_categorie_public'),
    ('dim_beneficiaire', 'origine', 'dim_origine'),
    ('dim_beneficiaire', 'prescripteur', 'dim_prescripteur'),
    ('dim_beneficiaire', 'tranche_age_premier_contrat', 'dim_tranche_age'),
    ('fct_tranches_age', 'tranche_age', 'dim_tranche_age'),
    ('fct_situations', 'situation', 'dim_situation'),
    ('fct_animation', 'type_evenement', 'dim_type_evenement'),
] %}
{% for modele, colonne, nomenclature in colonnes %}
select
    '{{ modele }}.{{ colonne }}' as colonne,
    lus.code
from (select distinct {{ colonne }} as code from {{ ref(modele) }}) as lus
left join {{ ref(nomenclature) }} as nomenclature on lus.code = nomenclature.code
where nomenclature.code is null
{% if not loop.last %}union all{% endif %}
{% endfor %}
