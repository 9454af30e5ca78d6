-- The warehouse holds the structures that deposited, the documents another field: nothing here is a target.
with comparaisons as (
    select
        publies.*,
        -- A share is always of the key figure: the cube has none where a buyer may count under two types.
        case publies.grandeur
            when 'part' then {{ pourcentage('indicateurs.valeur', 'totaux.valeur') }}
            else indicateurs.valeur
        end as valeur_entrepot,
        couvertures.part_structures as part_structures_deposees
    from {{ ref('chiffres_publies') }} as publies
    left join {{ ref('indicateurs') }} as indicateurs
        on
            publies.tableau = indicateurs.tableau
            and publies.mesure = indicateurs.mesure
            and publies.niveau_territoire = indicateurs.niveau_territoire
            and publies.code_territoire = indicateurs.code_territoire
            and publies.type_periode = indicateurs.type_periode
            and publies.periode = indicateurs.periode
            and coalesce(publies.axe_1, '') = coalesce(indicateurs.axe_1, '')
            and coalesce(publies.modalite_1, '') = coalesce(indicateurs.modalite_1, '')
            and indicateurs.axe_2 is null
    left join {{ ref('indicateurs') }} as totaux
        on
            totaux.tableau = 'CLES'
            and publies.mesure = totaux.mesure
            and publies.niveau_territoire = totaux.niveau_territoire
            and publies.code_territoire = totaux.code_territoire
            and publies.type_periode = totaux.type_periode
            and publies.periode = totaux.periode
    left join {{ ref('couverture_territoires') }} as couvertures
        on
            publies.niveau_territoire = couvertures.niveau_territoire
            and publies.code_territoire = couvertures.code_territoire
            and publies.type_periode = couvertures.type_periode
            and publies.periode = couvertures.periode
)

select
    code,
    niveau_territoire,
    code_territoire,
    type_periode,
    periode,
    tableau,
    mesure,
    axe_1,
    modalite_1,
    unite,
    valeur as valeur_publiee,
    precision_chiffre,
    valeur_entrepot,
    valeur_entrepot - valeur as ecart,
    case when est_cumulable then {{ pourcentage('valeur_entrepot', 'valeur') }} end as part_couverte,
    part_structures_deposees,
    base,
    document,
    page_ou_tableau,
    note
from comparaisons
