{#
    The nomenclature of each axis that has one of its own. Their home is the seed `axes`, which nothing may read while models
    are compiled: a test compares.
#}
{% macro cube_axes() -%}
    {{ return({
        'type_donneur_ordre': 'dim_type_donneur_ordre',
        'tranche_montant': 'dim_tranche_montant',
        'secteur': 'dim_secteur',
        'base_juridique': 'dim_base_juridique',
        'type_employeur': 'dim_type_employeur',
        'type_entreprise': 'dim_type_employeur',
        'taille_entreprise': 'dim_taille_entreprise',
        'categorie_public': 'dim_categorie_public',
        'sexe': 'dim_sexe',
        'tranche_age': 'dim_tranche_age',
        'niveau': 'dim_niveau',
        'origine': 'dim_origine',
        'prescripteur': 'dim_prescripteur',
        'nature_marche': 'dim_nature_marche',
        'type_contrat': 'dim_type_contrat',
        'modalite': 'dim_modalite',
        'situation': 'dim_situation',
        'type_evenement': 'dim_type_evenement',
        'volet_anru': 'dim_volet_anru',
    }) }}
{%- endmacro %}

{# What a reader calls a code; a number of months has no line in any nomenclature. #}
{% macro libelle_de_modalite(axe, code, libelle) -%}
    case
        when {{ axe }} in ('horizon', 'mois') then {{ code }} || ' mois'
        else coalesce({{ libelle }}, {{ code }})
    end
{%- endmacro %}
