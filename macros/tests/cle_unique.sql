{# A key, alone or composite, in one scan: rows where it is repeated or incomplete. #}
{% test cle_unique(model, colonnes) %}
select
    {{ colonnes | join(', ') }},
    count(*) as lignes
from {{ model }}
group by {{ colonnes | join(', ') }}
having
    count(*) > 1
    {%- for colonne in colonnes %}
    or {{ colonne }} is null
    {%- endfor %}
{% endtest %}
