{# Codes, keys and numbers: the same expression wherever the same notion is read. #}

{#
    Code under today's aliases: a form stored as unknown when its deposit was loaded takes the code that the
    alias tables have given it since. One dictionary per query: a correlated lookup costs 20 times more.
#}
{% macro code_courant(colonne, nomenclature, brut=none) -%}
    {%- set brut = brut or colonne ~ '_brut' -%}
    {%- set inconnu = {'programme': 'AUTRE', 'situation': 'INCONNU'}.get(nomenclature, 'ND') -%}
    case
        when {{ colonne }} = '{{ inconnu }}'
            then {{ liste_courante(colonne, nomenclature, brut) }}
        else {{ colonne }}
    end
{%- endmacro %}

{# The same for a list of codes (separated by ';'), whatever was understood of it when it was loaded. #}
{% macro liste_courante(colonne, nomenclature, brut=none) -%}
    coalesce(
        (
            select {{ dictionnaire('alias.forme', 'alias.code') }}
            from (
                select forme, max(code) as code
                from {{ source('journal', 'alias_ajoutes') }}
                where nomenclature = '{{ nomenclature }}' and forme is not null
                group by forme
            ) as alias
        )[{{ brut or colonne ~ '_brut' }}],
        {{ colonne }}
    )
{%- endmacro %}

{# 14 digits: what makes a SIRET usable to recognise a company or a buyer. #}
{% macro est_siret(siret) -%}
    (coalesce(length({{ siret }}), 0) = 14 and coalesce(translate({{ siret }}, '0123456789', ''), '') = '')
{%- endmacro %}

{# SIRET when usable, else the normalised name, else null. #}
{% macro siret_ou_nom(siret, nom) -%}
    case when {{ est_siret(siret) }} then {{ siret }} else 'NOM:' || {{ texte_normalise(nom) }} end
{%- endmacro %}

{# True when the person is in the category, as main one or among the others (codes separated by ';'). #}
{% macro a_categorie(code) -%}
    (
        categorie_public = '{{ code }}'
        or ';' || coalesce(autres_categories, '') || ';' like '%;{{ code }};%'
    )
{%- endmacro %}

{# '1234,50': figures inside French messages. #}
{% macro nombre_en_texte(nombre) -%}
    replace(cast(cast({{ nombre }} as decimal(18, 2)) as varchar(30)), '.', ',')
{%- endmacro %}

{# First characters of a ROME code: 3 for the family, 1 for the domain. #}
{% macro debut_du_rome(code_rome, longueur) -%}
    case when {{ code_rome }} = 'ND' then 'ND' else substring({{ code_rome }}, 1, {{ longueur }}) end
{%- endmacro %}

{# Age in full years on a day; null without a birth date. #}
{% macro age_revolu(naissance, jour) -%}
    {{ annee(jour) }} - {{ annee(naissance) }}
    - case
        when extract(month from {{ jour }}) * 100 + extract(day from {{ jour }})
            < extract(month from {{ naissance }}) * 100 + extract(day from {{ naissance }})
            then 1
        else 0
    end
{%- endmacro %}

{# A code as codes of one structure are compared: no case, no sign around it (quotes, apostrophes, spaces, dots). #}
{% macro code_sans_signes(code) -%}
    coalesce({{ sans_signes_autour('upper(' ~ code ~ ')') }}, {{ code }})
{%- endmacro %}

{# The same, a number without the zeros before it, nor what an export that took it for one added: `59 001`, `59001.0`. #}
{% macro code_sans_zeros(code) -%}
    {{ sans_zeros_devant(sans_milliers(code_sans_signes(code))) }}
{%- endmacro %}

{# The key of a marché in a bilan (read as `lignes`): its number and its lot. #}
{% macro code_du_marche_d_un_bilan() -%}
    lignes.numero_marche || coalesce('|' || lignes.numero_lot, '')
{%- endmacro %}

{# Joins the writing that stands for a code (stg_codes_retenus) under this alias; see code_retenu. #}
{% macro joindre_code_retenu(alias, domaine, code) -%}
left join {{ ref('stg_codes_retenus') }} as {{ alias }}
    on
        lignes.depot_id = {{ alias }}.depot_id
        and {{ alias }}.domaine = '{{ domaine }}'
        and {{ code }} = {{ alias }}.code
{%- endmacro %}

{# The writing that stands for a code, joined under this alias. #}
{% macro code_retenu(alias, code) -%}
    coalesce({{ alias }}.code_retenu, {{ code }})
{%- endmacro %}
