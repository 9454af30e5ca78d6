{# Two axes, each a table of its own: the ROME's domain, then its family. #}
with domaines as (
    {{ cube_tableau('T16', ['metier_domaine'], ['beneficiaires', 'heures', 'contrats']) }}
),

familles as (
    {{ cube_tableau('T16', ['metier_famille'], ['beneficiaires', 'heures', 'contrats']) }}
)

select * from domaines
union all
select * from familles
