{# Marchés with hours in each maille: hours, those of women among them, and what the marché is. #}
select
    maille_id,
    marche_cle,
    secteur,
    base_juridique,
    type_donneur_ordre,
    cast(sum(heures) as decimal(18, 6)) as heures,
    cast(sum(case when est_femme then heures else 0 end) as decimal(18, 6)) as heures_femmes
from {{ ref('int_indicateurs__faits_par_maille') }}
group by maille_id, marche_cle, secteur, base_juridique, type_donneur_ordre
