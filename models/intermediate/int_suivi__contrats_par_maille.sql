{# Contracts with hours in each maille, with what the follow-up asks of them and of their person. #}
{% set attributs = [
    'sexe', 'tranche_age', 'est_femme', 'est_qpv', 'est_th', 'est_jeune', 'est_senior', 'referent', 'est_qualifie',
    'est_contrat_300h', 'est_contrat_8_semaines', 'est_contrat_mutualise', 'tuteur',
] %}
select
    maille_id,
    personne_cle,
    contrat_cle,
    {{ attributs | join(',\n    ') }},
    cast(sum(heures) as decimal(18, 6)) as heures,
    cast(sum(heures_formation) as decimal(18, 6)) as heures_formation
from {{ ref('int_indicateurs__faits_par_maille') }}
group by
    maille_id,
    personne_cle,
    contrat_cle,
    {{ attributs | join(',\n    ') }}
