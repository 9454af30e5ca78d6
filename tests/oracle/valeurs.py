"""What the random deposits draw from: codes, names, amounts on both sides of every boundary."""

from __future__ import annotations

# code written in the file -> (département, région) of today's commune
COMMUNES = {
    "59350": ("59", "32"),
    "59540": ("59", "32"),  # merged into Dunkerque in 2010
    "62041": ("62", "32"),
    "75056": ("75", "11"),
    "75112": ("75", "11"),  # arrondissements
    "69381": ("69", "84"),
    "69389": ("69", "84"),
    "13201": ("13", "93"),
    "13216": ("13", "93"),
    "2A004": ("2A", "94"),
    "2B033": ("2B", "94"),
    "20004": ("2A", "94"),  # Ajaccio before 1976
    "01053": ("01", "84"),
    "01091": ("01", "84"),  # merged into Valserhône in 2019
    "50173": ("50", "28"),  # merged into Cherbourg-en-Cotentin in 2016
    "73126": ("73", "84"),
    "97105": ("971", "01"),
    "97209": ("972", "02"),
    "97302": ("973", "03"),
    "97411": ("974", "04"),
    "97608": ("976", "06"),
    "93066": ("93", "11"),
}
COMMUNES_STRUCTURES = ["59350", "75056", "2A004", "97411", "01053", "13201", "62041"]
ROME = ["A1203", "F1701", "F1703", "F1704", "K2204", "K2304", "N4101", "I1203", "M1607", "G1603"]
HORIZONS = [6, 12, 18, 24]

NOMS = [
    "Le Goff",
    "De Oliveira",
    "N'Diaye",
    "Hélène-Durand",
    "Zitouni",
    "Kowalczyk",
    "Bœuf",
    "Grandjean",
    "Mbappe-Traoré",
    "Çelik",
    "Vandenbroucke",
    "Haddad",
    "Quéméneur",
    "Öztürk",
    "Saint-Pierre",
]
PRENOMS = [
    "Anne-Marie",
    "Jérôme",
    "Fatoumata",
    "Loïc",
    "Zoé",
    "Mohamed-Ali",
    "Chloé",
    "Grégory",
    "Uğur",
    "Inès",
]

# codes drawn, per nomenclature (what a form of it must be read as)
CODES = {
    "type_donneur_ordre": [
        "COMMUNE",
        "EPCI",
        "EPL",
        "SEM",
        "DEPARTEMENT",
        "REGION",
        "MINISTERE",
        "EPN",
        "HOPITAL",
        "BAILLEUR",
        "ENT_PUBLIQUE",
        "SECU",
        "PRIVE",
        "ND",
    ],
    "programme": ["AUCUN", "PNRU", "NPNRU", "GPE"],
    "base_juridique": [
        "COND_EXEC",
        "COND_EXEC_CRITERE",
        "CRITERE",
        "RESERVE_HANDICAP",
        "RESERVE_IAE",
        "RESERVE_MIXTE",
        "RESERVE_PENITENTIAIRE",
        "RESERVE_ESS",
        "MARCHE_INSERTION",
        "CONCESSION",
        "PRIVE",
        "ND",
    ],
    "nature_marche": ["TRAVAUX", "SERVICES", "FOURNITURES", "PI", "ND"],
    "secteur": [
        "BATIMENT",
        "TRAVAUX_PUBLICS",
        "NETTOYAGE",
        "ESPACES_VERTS",
        "EAU_DECHETS",
        "TRANSPORT_LOGISTIQUE",
        "RESTAURATION",
        "ACTION_SOCIALE",
        "INDUSTRIE",
        "INFORMATIQUE_COMMUNICATION",
        "PREST_INTELLECTUELLES",
        "AUTRES_SERVICES",
        "ND",
    ],
    "type_employeur": ["ENT", "ETT", "ETTI", "EI", "AI", "ACI", "EITI", "RQ", "GEIQ", "EA", "ESAT", "ND"],
    "modalite": ["EMBAUCHE_DIRECTE", "MISE_A_DISPOSITION", "SOUS_TRAITANCE", "ND"],
    "type_contrat": [
        "CDI",
        "CDD",
        "CDDI",
        "CDDU",
        "CTT",
        "CTTI",
        "APPRENTISSAGE",
        "PROFESSIONNALISATION",
        "AIDE",
        "ND",
    ],
    "categorie_public": [
        "DELD",
        "RSA",
        "MINIMA",
        "TH",
        "JEUNE",
        "IAE",
        "SENIOR",
        "REFUGIE",
        "JUSTICE",
        "AUTRE",
        "ND",
    ],
    "niveau": ["INFRA3", "N3", "N4", "N5", "N6", "N7P", "ETRANGER", "ND"],
    "prescripteur": [
        "FT",
        "ML",
        "CAP_EMPLOI",
        "PLIE",
        "MDE",
        "CD",
        "CCAS",
        "SIAE",
        "ETT",
        "E2C",
        "ASSO",
        "DIRECT",
        "SPIP",
        "PJJ",
        "ND",
    ],
    "situation": [
        "CDI",
        "CDD_6P",
        "INTERIM_6P",
        "CREATION",
        "ALTERNANCE",
        "CDD_M6",
        "INTERIM_M6",
        "AIDE",
        "FORMATION",
        "AUTRE_SIAE",
        "CHOMAGE",
        "INACTIF",
        "RETRAITE_DECES",
        "INCONNU",
    ],
}
MONTANTS = [
    None,
    0.0,
    24999.99,
    25000.0,
    39999.99,
    40000.0,
    89999.5,
    90000.0,
    220999.99,
    221000.0,
    999999.99,
    1000000.0,
    1250000.0,
    5537999.0,
    5538000.0,
    9000000.0,
]
# départements and EPCI that a structure may name as its area, alone or together
AIRES = [None, "59", "62;200093201", "200033579", "2A", "01;69", "13;200054807", "974", "200071751;200033579"]
ROLES = [None, "Bailleur social", "Fédération professionnelle", "Entreprise", "Mission locale", "Autre chose"]
RENCONTRES = ["COMITE_DEPARTEMENTAL", "RENCONTRE_DO", "RENCONTRE_FEDERATION", "RENCONTRE_ENTREPRISE", "AUTRE"]
EFFECTIFS = [None, 0, 1, 9, 10, 49, 50, 249, 250, 4999, 5000, 12000]
ROLES_SUR_LE_MARCHE = [
    "Titulaire", "Titulaire", "Mandataire du groupement", "Co-traitant", "COTRAITANT", "Sous-traitant", "Autre", None,
]  # fmt: skip
