{#
    What one engine writes otherwise than another: DuckDB by default, Spark beside it.
    Models call these and nothing else for dates, texts and lists, so that they run unchanged on both.
#}

{# Number as decimal(18, 6); null when it does not fit, so that one absurd amount stops nothing. #}
{% macro en_decimal(expression) -%}
    try_cast({{ expression }} as decimal(18, 6))
{%- endmacro %}

{% macro premier_jour_du_mois(jour) -%}
    cast(date_trunc('month', {{ jour }}) as date)
{%- endmacro %}

{% macro premier_jour_du_trimestre(jour) -%}
    cast(date_trunc('quarter', {{ jour }}) as date)
{%- endmacro %}

{% macro annee(jour) -%}
    cast(extract(year from {{ jour }}) as integer)
{%- endmacro %}

{# Quarter as published: '2024-T3'. #}
{% macro trimestre(jour) -%}
    cast(extract(year from {{ jour }}) as varchar(4))
    || '-T'
    || cast(extract(quarter from {{ jour }}) as varchar(1))
{%- endmacro %}

{# Date some months later; the last day of the month where the day does not exist there. #}
{% macro ajouter_mois(jour, nombre) -%}
    {{ adapter.dispatch('ajouter_mois')(jour, nombre) }}
{%- endmacro %}

{% macro default__ajouter_mois(jour, nombre) -%}
    cast({{ jour }} + to_months(cast({{ nombre }} as integer)) as date)
{%- endmacro %}

{% macro spark__ajouter_mois(jour, nombre) -%}
    add_months({{ jour }}, {{ nombre }})
{%- endmacro %}

{# Days from one date to another (whole number, 0 for the same day). #}
{% macro jours_entre(debut, fin) -%}
    {{ adapter.dispatch('jours_entre')(debut, fin) }}
{%- endmacro %}

{% macro default__jours_entre(debut, fin) -%}
    cast({{ fin }} - {{ debut }} as integer)
{%- endmacro %}

{% macro spark__jours_entre(debut, fin) -%}
    datediff({{ fin }}, {{ debut }})
{%- endmacro %}

{# In a select list: one row per month from the month of `debut` to the month of `fin`. #}
{% macro mois_entre(debut, fin) -%}
    {{ adapter.dispatch('mois_entre')(debut, fin) }}
{%- endmacro %}

{% macro default__mois_entre(debut, fin) -%}
    cast(unnest(generate_series(
        date_trunc('month', {{ debut }}), date_trunc('month', {{ fin }}), interval 1 month
    )) as date)
{%- endmacro %}

{% macro spark__mois_entre(debut, fin) -%}
    explode(sequence(
        cast(date_trunc('month', {{ debut }}) as date),
        cast(date_trunc('month', {{ fin }}) as date),
        interval 1 month
    ))
{%- endmacro %}

{# Text compared without case, accents or punctuation; null when nothing is left. #}
{% macro texte_normalise(texte) -%}
    {{ adapter.dispatch('texte_normalise')(texte) }}
{%- endmacro %}

{% macro default__texte_normalise(texte) -%}
    nullif(trim(regexp_replace(
        replace(replace(strip_accents(lower({{ texte }})), 'œ', 'oe'), 'æ', 'ae'), '[^a-z0-9]+', ' ', 'g'
    )), '')
{%- endmacro %}

{% macro spark__texte_normalise(texte) -%}
    nullif(trim(regexp_replace(
        replace(replace(translate(
            lower({{ texte }}), 'àâäáãåçéèêëíìîïñóòôöõúùûüýÿ', 'aaaaaaceeeeiiiinooooouuuuyy'
        ), 'œ', 'oe'), 'æ', 'ae'), '[^a-z0-9]+', ' '
    )), '')
{%- endmacro %}

{# Text without what is no letter or digit at its two ends; null when nothing is left. #}
{% macro sans_signes_autour(texte) -%}
    {{ adapter.dispatch('sans_signes_autour')(texte) }}
{%- endmacro %}

{% macro default__sans_signes_autour(texte) -%}
    nullif(regexp_replace({{ texte }}, '^[^\pL\pN]+|[^\pL\pN]+$', '', 'g'), '')
{%- endmacro %}

{% macro spark__sans_signes_autour(texte) -%}
    nullif(regexp_replace({{ texte }}, r'^[^\pL\pN]+|[^\pL\pN]+$', ''), '')
{%- endmacro %}

{# A number as text without the spaces between its thousands; any other text as it is. #}
{% macro sans_milliers(texte) -%}
    {{ adapter.dispatch('sans_milliers')(texte) }}
{%- endmacro %}

{% macro default__sans_milliers(texte) -%}
    case
        when regexp_full_match({{ texte }}, '[0-9]{1,3}(?: [0-9]{3})+') then replace({{ texte }}, ' ', '')
        else {{ texte }}
    end
{%- endmacro %}

{% macro spark__sans_milliers(texte) -%}
    case
        when {{ texte }} rlike '^[0-9]{1,3}(?: [0-9]{3})+$' then replace({{ texte }}, ' ', '')
        else {{ texte }}
    end
{%- endmacro %}

{# A number as text without its leading zeros nor a final `.0`; any other text as it is. #}
{% macro sans_zeros_devant(texte) -%}
    {{ adapter.dispatch('sans_zeros_devant')(texte) }}
{%- endmacro %}

{% macro default__sans_zeros_devant(texte) -%}
    regexp_replace({{ texte }}, '^0*([0-9]+?)(?:[.]0)?$', '\1')
{%- endmacro %}

{% macro spark__sans_zeros_devant(texte) -%}
    regexp_replace({{ texte }}, '^0*([0-9]+?)(?:[.]0)?$', '$1')
{%- endmacro %}

{# One value holding the pairs (key, value) of a subquery; null when it has no row. #}
{% macro dictionnaire(cle, valeur) -%}
    {{ adapter.dispatch('dictionnaire')(cle, valeur) }}
{%- endmacro %}

{% macro default__dictionnaire(cle, valeur) -%}
    map_from_entries(list(({{ cle }}, {{ valeur }})))
{%- endmacro %}

{% macro spark__dictionnaire(cle, valeur) -%}
    map_from_entries(collect_list(struct({{ cle }}, {{ valeur }})))
{%- endmacro %}

{# Quantile of a group, between its two neighbours where it falls between two rows. #}
{% macro quantile(expression, fraction) -%}
    {{ adapter.dispatch('quantile')(expression, fraction) }}
{%- endmacro %}

{% macro default__quantile(expression, fraction) -%}
    quantile_cont({{ expression }}, {{ fraction }})
{%- endmacro %}

{% macro spark__quantile(expression, fraction) -%}
    percentile({{ expression }}, {{ fraction }})
{%- endmacro %}

{# 64 bits, the same for two rows of the same values. Spark's skips nulls: give it none. #}
{% macro empreinte(colonnes) -%}
    {{ adapter.dispatch('empreinte')(colonnes) }}
{%- endmacro %}

{% macro default__empreinte(colonnes) -%}
    hash({{ colonnes | join(', ') }})
{%- endmacro %}

{% macro spark__empreinte(colonnes) -%}
    xxhash64({{ colonnes | join(', ') }})
{%- endmacro %}
