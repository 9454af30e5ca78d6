-- One real person may be known under several numbers and structures: the latest deposit speaks for her.
-- Between structures the tie is broken by their code, never by the order of loading.
with classes as (
    select
        *,
        -- unknown to the latest, known to another: known
        first_value(sexe) over (
            partition by id_personne
            order by
                case when sexe = 'ND' then 1 else 0 end,
                extraction desc,
                structure_code asc,
                ordre desc,
                numero_beneficiaire asc
        ) as sexe_connu,
        row_number() over (
            partition by id_personne
            order by extraction desc, structure_code asc, ordre desc, numero_beneficiaire asc
        ) as rang
    from {{ ref('int_beneficiaires__retenus') }}
)

select
    classes.id_personne,
    classes.structure_code,
    classes.identite_complete,
    classes.regle_rapprochement,
    classes.date_naissance,
    classes.sexe_connu as sexe,
    resolues.departement as departement_residence,
    case
        when classes.qpv then 'QPV'
        when not classes.qpv then 'HORS_QPV'
        when classes.code_qpv is not null then 'QPV'
        else 'ND'
    end as origine,
    case
        when classes.code_qpv like 'QN%' then '2024'
        when classes.code_qpv like 'QP%' then '2015'
    end as liste_qpv,
    classes.niveau,
    classes.categorie_public,
    classes.autres_categories,
    classes.prescripteur,
    classes.referent,
    {{ a_categorie('RSA') }} as est_rsa,
    {{ a_categorie('DELD') }} as est_deld,
    {{ a_categorie('TH') }} as est_th,
    {{ a_categorie('JEUNE') }} as est_jeune_declare,
    {{ a_categorie('SENIOR') }} as est_senior_declare,
    coalesce(classes.qpv, classes.code_qpv is not null) as est_qpv,
    classes.sexe_connu = 'F' as est_femme,
    classes.depot_id,
    classes.extraction
from classes
left join {{ ref('int_communes__resolues') }} as resolues on classes.commune_residence = resolues.code_lu
where classes.rang = 1
