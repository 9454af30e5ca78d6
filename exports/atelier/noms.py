"""Names of files made from what users call things: one name per thing, whatever the case of letters is worth on the disk."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_LONGUEUR = 100
_FIDELE = re.compile(
    r"[A-Z0-9-]+(\|[A-Z0-9-]+)?"
)  # a SIRET, a code; a structure and the code of an operation


def nom_injectif(debut: str, cle: str) -> str:
    """`<debut>_29972677800259`, `<debut>_S59_OP-1`: a key that a name cannot show as it is ends with its fingerprint; 100
    characters at most."""
    sans_accents = unicodedata.normalize("NFKD", cle).encode("ascii", "ignore").decode()
    lisible = re.sub(r"[^A-Za-z0-9-]+", "_", sans_accents).strip("_")
    nom = f"{debut}_{lisible}"
    if _FIDELE.fullmatch(cle) and len(nom) <= _LONGUEUR:
        return nom
    empreinte = hashlib.sha256(cle.encode()).hexdigest()[:8]
    return f"{nom[: _LONGUEUR - len(empreinte) - 1]}_{empreinte}"
