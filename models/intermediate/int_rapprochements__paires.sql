-- Two writings of one person share a key, a sex and a place, as the rule asks; or one does not know the sex and all the
-- rest is equal. A key that three identities share says nothing, nor do two numbers that one deposit keeps apart: its
-- structure knows they are two.
with identites as (
    select
        identite_id,
        -- comparing numbers costs ten times less than comparing hashes
        row_number() over (order by identite_id) as numero
    from {{ ref('int_beneficiaires__derniers') }}
    where identite_complete
    group by identite_id
),

ecrites as (
    select distinct
        identites.numero,
        derniers.identite_id,
        derniers.depot_id,
        derniers.structure_code,
        derniers.sexe,
        derniers.commune_residence
    from {{ ref('int_beneficiaires__derniers') }} as derniers
    inner join identites on derniers.identite_id = identites.identite_id
),

situees as (
    select distinct
        ecrites.numero,
        ecrites.sexe,
        communes.commune,
        communes.departement,
        structures.departement as departement_structure
    from ecrites
    left join {{ ref('int_communes__resolues') }} as communes on ecrites.commune_residence = communes.code_lu
    left join {{ ref('int_structures__retenues') }} as structures
        on ecrites.structure_code = structures.structure_code
),

lieux as (
    select
        numero,
        sexe,
        'departement' as echelle,
        departement as lieu
    from situees
    where departement is not null

    union

    select
        numero,
        sexe,
        'departement' as echelle,
        departement_structure as lieu
    from situees
    where departement_structure <> 'ND'

    union

    select
        numero,
        sexe,
        'commune' as echelle,
        commune as lieu
    from situees
    where commune is not null

    union

    select
        numero,
        sexe,
        'aucune' as echelle,
        '' as lieu
    from situees
),

effectifs as (
    select
        sexe,
        echelle,
        lieu,
        count(*) as effectif
    from lieux
    group by sexe, echelle, lieu
),

cles as (
    select
        ecrites.numero,
        rapprochements.regle,
        rapprochements.cle
    from {{ ref('stg_rapprochements') }} as rapprochements
    inner join ecrites
        on
            rapprochements.depot_id = ecrites.depot_id
            and rapprochements.identite_id = ecrites.identite_id
),

-- few keys are shared at all: only these meet the places
cles_partagees as (
    select cle
    from cles
    group by cle
    having min(numero) < max(numero)
),

partages as (
    select distinct
        cles.cle,
        regles.rang,
        regles.effectif_max,
        case when regles.sexe_inconnu then '' else lieux.sexe end as sexe_commun,
        regles.sexe_inconnu,
        lieux.sexe,
        lieux.echelle,
        lieux.lieu,
        cles.numero
    from cles
    inner join cles_partagees on cles.cle = cles_partagees.cle
    inner join {{ ref('regles_rapprochement') }} as regles on cles.regle = regles.code
    inner join lieux
        on
            cles.numero = lieux.numero
            and regles.echelle = lieux.echelle
            and ';' || regles.sexes || ';' like '%;' || lieux.sexe || ';%'
),

groupes as (
    select
        partages.rang,
        min(partages.numero) as numero_1,
        max(partages.numero) as numero_2
    from partages
    inner join effectifs
        on
            partages.sexe = effectifs.sexe
            and partages.echelle = effectifs.echelle
            and partages.lieu = effectifs.lieu
    where partages.effectif_max is null or effectifs.effectif <= partages.effectif_max
    group by partages.cle, partages.rang, partages.sexe_inconnu, partages.sexe_commun, partages.echelle, partages.lieu
    having
        count(*) = 2
        and (not partages.sexe_inconnu or sum(case when partages.sexe = 'ND' then 1 else 0 end) = 1)
),

paires as (
    select
        premieres.identite_id as identite_1,
        secondes.identite_id as identite_2,
        min(groupes.rang) as rang
    from groupes
    inner join identites as premieres on groupes.numero_1 = premieres.numero
    inner join identites as secondes on groupes.numero_2 = secondes.numero
    group by premieres.identite_id, secondes.identite_id
),

-- one row per member: joined twice, deposits would meet each other before they meet the few pairs
membres as (
    select
        identite_1,
        identite_2,
        identite_1 as identite_id
    from paires

    union all

    select
        identite_1,
        identite_2,
        identite_2 as identite_id
    from paires
),

distinguees as (
    select
        membres.identite_1,
        membres.identite_2
    from membres
    inner join {{ ref('int_beneficiaires__lus') }} as lus on membres.identite_id = lus.identite_id
    group by membres.identite_1, membres.identite_2, lus.depot_id
    having min(membres.identite_id) < max(membres.identite_id)
)

select
    paires.identite_1,
    paires.identite_2,
    paires.rang
from paires
left join distinguees
    on paires.identite_1 = distinguees.identite_1 and paires.identite_2 = distinguees.identite_2
where distinguees.identite_1 is null
