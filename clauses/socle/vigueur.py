"""Which deposits still matter: a correction sets aside the findings of what it replaces.

Accepted: the deposit counts for one month at least (the rule of `int_depots__par_mois`, tested to be the same; it is asked
of the ledger because findings are shown even when nothing is published). Refused: the file is still the last one seen at
its place, its content was not accepted elsewhere, and one of its months at least is covered by no accepted deposit of
the structure extracted later (the same day: seen later).
"""

from __future__ import annotations

import polars as pl

from clauses.socle.journal import Journal

ECARTES = ("retire", "purge")  # statuses of what counts no more, whose findings are nobody's to correct
_REQUETE = """
with depots_nommes as (  -- as stg_depots: case does not tell two structures apart
    select * replace (
        first_value(structure_code) over (
            partition by upper(structure_code)
            order by statut <> 'accepte', extraction desc nulls last, ordre desc nulls last, depot_id
        ) as structure_code
    )
    from depots
),
en_place as (
    select depot_id
    from depots
    qualify charge_le = max(charge_le) over (partition by chemin)  -- several folders may be given together
),
mois as (
    select
        depot_id, structure_code, statut, extraction, ordre, coalesce(vu_le, charge_le) as vu_le,
        unnest(generate_series(date_trunc('month', debut), fin, interval 1 month)) as mois
    from depots_nommes
    where statut in ('accepte', 'refuse')
),
acceptes as (select * from mois where statut = 'accepte'),
comptes as (
    select depot_id
    from acceptes
    qualify row_number() over (partition by structure_code, mois order by extraction desc, ordre desc) = 1
),
corriges as (
    select refuses.depot_id
    from mois as refuses
    left join acceptes
        on refuses.structure_code = acceptes.structure_code and refuses.mois = acceptes.mois
        and (acceptes.extraction, acceptes.vu_le) > (refuses.extraction, refuses.vu_le)
    where refuses.statut = 'refuse'
    group by refuses.depot_id
    having count(distinct refuses.mois) = count(distinct acceptes.mois)
)
select
    *,
    case statut
        when 'accepte' then depot_id in (from comptes)
        when 'refuse' then depot_id in (from en_place) and depot_id not in (from corriges)
            and sha256 not in (select sha256 from depots where statut = 'accepte')
        else false
    end as en_vigueur
from depots_nommes
order by structure_code, extraction, chemin
"""


def lire_depots(journal: Journal) -> pl.DataFrame:
    """The ledger's deposits, with `en_vigueur`: true where their findings are still to be corrected.

    Always false for bytes loaded from another place (`deja_charge`): their findings are those of that place.
    """
    return journal.lire(_REQUETE)
