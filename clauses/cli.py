"""The `clauses` command. Nothing heavy is imported before a command needs it: `--help` must be immediate."""

from __future__ import annotations

import datetime as dt
import os
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clauses import __version__
from clauses.affichage.console import accorder_les_flux, citer
from clauses.affichage.french_cli import CommandeFrancaise, ErreurUsage, GroupeFrancais, expliquer
from clauses.affichage.interruption import MESSAGE, borner_l_interruption, noter_les_interruptions
from clauses.socle.errors import CodeSortie, ErreurUtilisateur
from clauses.socle.pannes import decrire_panne

if TYPE_CHECKING:
    from rich.console import Console

    from clauses.socle.workspace import Espace

application = typer.Typer(
    name="clauses",
    cls=GroupeFrancais,
    help="Observatoire des clauses sociales : des exports déposés aux indicateurs publiés.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _dire_la_version(demandee: bool) -> None:
    if demandee:
        print(f"clauses {__version__}")
        raise typer.Exit


@application.callback()
def _options_de_tous(
    version: Annotated[
        bool, typer.Option("--version", callback=_dire_la_version, is_eager=True, help="Montre la version.")
    ] = False,
) -> None:
    # its text is that of `help` above
    del version


OptionEspace = Annotated[
    Path | None,
    typer.Option(
        "--espace", help="Espace de travail (par défaut CLAUSES_ESPACE, sinon ./espace).", metavar="DOSSIER"
    ),
]


@application.command(
    "demo",
    cls=CommandeFrancaise,
    help="Écrit des dépôts fictifs, dans toutes les formes acceptées, et les totaux attendus.",
    epilog="Exemple : clauses demo ./demo --echelle petite --annees 2023-2024",
)
def commande_demo(
    dossier: Annotated[Path, typer.Argument(help="Dossier à créer.", metavar="DOSSIER")],
    echelle: Annotated[
        str, typer.Option(help="petite, regionale ou nationale.", metavar="ECHELLE")
    ] = "petite",
    annees: Annotated[str, typer.Option(help="Première et dernière année.", metavar="ANNEES")] = "2023-2024",
    graine: Annotated[int, typer.Option(help="Même graine, mêmes dépôts.", metavar="NOMBRE")] = 1,
) -> None:
    from clauses.commandes.demo import faire_demo

    resume = faire_demo(dossier, echelle, annees, graine)
    console = _console()
    total = resume.nombre_depots + resume.refuses
    refuses = "1 qui sera refusé" if resume.refuses == 1 else f"{resume.refuses} qui seront refusés"
    console.print(
        f"{total} dépôts fictifs écrits dans {dossier / 'depots'}, dont {refuses} (« À vérifier »).",
        highlight=False,
        soft_wrap=True,
    )
    depots, espace = citer(dossier / "depots"), citer(dossier / "espace")
    console.print(
        f"Étape suivante : clauses actualiser {depots} --espace {espace}", highlight=False, soft_wrap=True
    )


@application.command(
    "actualiser",
    cls=CommandeFrancaise,
    help="Lit les dépôts nouveaux, contrôle chaque chargement, reconstruit l'entrepôt, le teste et le publie.",
    epilog="Exemple : clauses actualiser ./depots --espace ./espace",
)
def commande_actualiser(
    depots: Annotated[list[str], typer.Argument(help="Fichiers ou dossiers de dépôts.", metavar="DEPOT...")],
    espace: OptionEspace = None,
    arrete: Annotated[
        str | None,
        typer.Option(
            help="Date d'arrêté, JJ/MM/AAAA (par défaut la dernière extraction acceptée).", metavar="DATE"
        ),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Code de sortie 3 si un dépôt est refusé.")
    ] = False,
    temps: Annotated[bool, typer.Option("--temps", help="Montre où le temps est passé.")] = False,
    par_dbt: Annotated[
        bool,
        typer.Option(
            "--par-dbt", help="Fait construire l'entrepôt par dbt lui-même : plus lent, pour comparer."
        ),
    ] = False,
) -> None:
    from clauses.socle.workers import Ouvrier
    from expectations.adaptateur import precharger

    borner_l_interruption()
    gx = Ouvrier(precharger)  # first of all: it takes as long as all that comes before the build
    from clauses.affichage.progress import Avancement
    from clauses.affichage.resume import afficher_resume, afficher_temps
    from clauses.commandes.refresh import actualiser, code_sortie

    console = _console()
    with Avancement(_console(erreurs=True)) as avancement:
        fait = actualiser(_chemins(depots), _espace(espace), _date(arrete), avancement.annoncer, gx, par_dbt)
    afficher_resume(console, fait, _dossier_espace(espace), _chemins(depots))
    if temps:
        afficher_temps(console, fait.durees)
    raise typer.Exit(code_sortie(fait, strict))


@application.command(
    "decrire",
    cls=CommandeFrancaise,
    help="Décrit l'export d'un autre logiciel : propose à quoi correspond chaque colonne, et écrit la description.",
    epilog="Exemple : clauses decrire export.xlsx --sortie correspondance.xlsx",
)
def commande_decrire(
    depots: Annotated[
        list[str] | None, typer.Argument(help="Fichiers ou dossiers de l'export.", metavar="FICHIER...")
    ] = None,
    sortie: Annotated[
        Path | None,
        typer.Option(
            help="Classeur de correspondance à écrire, à corriger dans Excel.", metavar="FICHIER.xlsx"
        ),
    ] = None,
    avec: Annotated[
        Path | None, typer.Option(help="Classeur de correspondance corrigé.", metavar="FICHIER.xlsx")
    ] = None,
    espace: OptionEspace = None,
    accepter: Annotated[
        bool, typer.Option("--accepter", help="Prend ce qui est sûr sans passer par le classeur.")
    ] = False,
    nom: Annotated[str | None, typer.Option(help="Nom de la description.", metavar="NOM")] = None,
) -> None:
    from clauses.affichage.description import afficher_la_description
    from clauses.commandes.description import decrire

    lu = decrire(_chemins(depots or []), _espace(espace), sortie, avec, accepter, nom)
    afficher_la_description(_console(), lu.vue(), _dossier_espace(espace))


@application.command(
    "etat",
    cls=CommandeFrancaise,
    help="Montre les dépôts, la couverture par structure et trimestre, la dernière construction.",
    epilog="Exemple : clauses etat --espace ./espace",
)
def commande_etat(espace: OptionEspace = None) -> None:
    from clauses.affichage.etat import afficher_etat
    from clauses.commandes.consultation import lire_etat_espace

    etat = lire_etat_espace(_espace(espace))
    afficher_etat(_console(), etat.depots, etat.couverture, etat.dernier, etat.millesimes)


@application.command(
    "constats",
    cls=CommandeFrancaise,
    help="Montre ce qui a été refusé, écarté ou signalé ; --sortie en fait un classeur à renvoyer aux structures.",
    epilog="Exemple : clauses constats --structure S59000 --sortie constats.xlsx",
)
def commande_constats(
    espace: OptionEspace = None,
    structure: Annotated[str | None, typer.Option(help="Code d'une seule structure.", metavar="CODE")] = None,
    sortie: Annotated[
        Path | None,
        typer.Option(help="Classeur à écrire ; avec --par-structure, dossier.", metavar="FICHIER.xlsx"),
    ] = None,
    par_structure: Annotated[
        bool,
        typer.Option("--par-structure", help="Un classeur par structure, et le courriel à copier."),
    ] = False,
) -> None:
    from clauses.affichage.constats import afficher_constats
    from clauses.commandes.consultation import rendre_constats

    rendus = rendre_constats(_espace(espace), structure, sortie, par_structure)
    afficher_constats(
        _console(), rendus.depots, rendus.constats, rendus.remplaces, sortie, _dossier_espace(espace)
    )


@application.command(
    "observatoire",
    cls=CommandeFrancaise,
    help="Écrit un modèle d'observatoire.yml (nom, contact, périmètre, structures attendues), ou vérifie celui qui est là.",
    epilog="Exemple : clauses observatoire --espace ./espace",
)
def commande_observatoire(espace: OptionEspace = None) -> None:
    from clauses.affichage.observatoire import afficher_observatoire
    from clauses.commandes.observatoire import faire_observatoire

    afficher_observatoire(_console(), faire_observatoire(_espace(espace)), _dossier_espace(espace))


@application.command(
    "publier",
    cls=CommandeFrancaise,
    help="Fige un millésime et écrit son paquet : classeurs, données ouvertes, révisions.",
    epilog="Exemple : clauses publier --millesime 2024T4 --sortie publications",
)
def commande_publier(
    millesime: Annotated[str, typer.Option(help="Année et trimestre : 2024T4.", metavar="AAAATn")],
    sortie: Annotated[Path, typer.Option(help="Dossier où écrire le paquet.", metavar="DOSSIER")],
    espace: OptionEspace = None,
    profil: Annotated[
        str,
        typer.Option(
            help="public, ou restreint (sous convention, sans secret statistique).", metavar="PROFIL"
        ),
    ] = "public",
    territoire: Annotated[
        list[str] | None,
        typer.Option(help="Région dont écrire les classeurs, ou FR (par défaut tout).", metavar="CODE"),
    ] = None,
    motif: Annotated[
        str | None,
        typer.Option(help="Pourquoi une nouvelle version d'un millésime déjà publié.", metavar="TEXTE"),
    ] = None,
    oui: Annotated[
        bool, typer.Option("--oui", help="Fige sans demander, après avoir montré ce qui change.")
    ] = False,
) -> None:
    from clauses.affichage.confirmation import demander
    from clauses.affichage.progress import Avancement
    from clauses.affichage.publication import Apercu, afficher_apercu, afficher_paquet
    from clauses.commandes.publication import Demande, publier

    console = _console()

    def confirmer(apercu: Apercu) -> None:
        with avancement.suspendu():
            afficher_apercu(console, apercu)
            if apercu.a_confirmer and not oui:
                demander("Figer ce millésime et le publier ?", "Rien n'a été figé.", apercu.nombre_perdus > 0)

    demande = Demande(millesime, sortie, profil, territoire or (), motif)
    with Avancement(_console(erreurs=True)) as avancement:
        paquet = publier(demande, _espace(espace), avancement.annoncer, confirmer)
    afficher_paquet(console, paquet)


@application.command(
    "ouvrir",
    cls=CommandeFrancaise,
    help="Ouvre les pages et l'explorateur sur votre propre espace, avant toute publication. Rien n'y est masqué.",
    epilog="Exemple : clauses ouvrir --espace ./espace",
)
def commande_ouvrir(
    espace: OptionEspace = None,
    sans_navigateur: Annotated[
        bool, typer.Option("--sans-navigateur", help="Écrit les pages et dit où elles sont, sans les ouvrir.")
    ] = False,
) -> None:
    import webbrowser

    from clauses.affichage.progress import Avancement
    from clauses.commandes.ouverture import ouvrir_les_pages

    with Avancement(_console(erreurs=True)) as avancement:
        page = ouvrir_les_pages(_espace(espace), avancement.annoncer)
    console = _console()
    ouverte = not sans_navigateur and webbrowser.open(page.as_uri())
    console.print(f"{'Ouvert' if ouverte else 'À ouvrir'} : {page}", highlight=False, soft_wrap=True)
    console.print(
        "Rien n'y est masqué : ces pages ne quittent pas votre poste. Pour diffuser : clauses publier.",
        highlight=False,
        soft_wrap=True,
    )


@application.command(
    "comparer",
    cls=CommandeFrancaise,
    help="Liste ce qui change d'un millésime à l'autre, chiffre par chiffre, avec les dépôts en cause.",
    epilog="Exemple : clauses comparer 2024T3 2024T4_v2 --sortie revisions.csv",
)
def commande_comparer(
    avant: Annotated[str, typer.Argument(help="Millésime d'avant.", metavar="MILLESIME_A")],
    apres: Annotated[str, typer.Argument(help="Millésime d'après.", metavar="MILLESIME_B")],
    espace: OptionEspace = None,
    sortie: Annotated[
        Path | None, typer.Option(help="Liste complète, en CSV.", metavar="FICHIER.csv")
    ] = None,
) -> None:
    from clauses.affichage.publication import afficher_revisions
    from clauses.commandes.consultation import comparer_millesimes

    afficher_revisions(_console(), comparer_millesimes(_espace(espace), avant, apres, sortie), sortie)


@application.command(
    "retirer",
    cls=CommandeFrancaise,
    help="Retire un dépôt chargé par erreur, et reconstruit l'entrepôt sans lui ; --annuler le remet.",
    epilog='Exemple : clauses retirer 2024/S59001.xlsx --motif "Export d\'un autre territoire"',
)
def commande_retirer(
    depot: Annotated[
        str,
        typer.Argument(help="Chemin du dépôt, comme l'affiche le résumé ; la fin suffit.", metavar="DEPOT"),
    ],
    motif: Annotated[str, typer.Option("--motif", help="Pourquoi : gardé dans le journal.", metavar="TEXTE")],
    annuler: Annotated[bool, typer.Option("--annuler", help="Remet un dépôt retiré.")] = False,
    espace: OptionEspace = None,
) -> None:
    borner_l_interruption()
    from clauses.affichage.progress import Avancement
    from clauses.affichage.resume import afficher_resume
    from clauses.commandes.refresh import code_sortie
    from clauses.commandes.retrait import retirer

    console = _console()
    with Avancement(_console(erreurs=True)) as avancement:
        chemin, fait = retirer(depot, motif, _espace(espace), annuler, avancement.annoncer)
    if fait.statut != "bloque":
        console.print(f"« {chemin} » {'compte de nouveau' if annuler else 'est retiré'}.", highlight=False)
    afficher_resume(console, fait, _dossier_espace(espace))
    raise typer.Exit(code_sortie(fait, strict=False))


@application.command(
    "sauvegarder",
    cls=CommandeFrancaise,
    help="Copie tout l'espace de travail, sauf la clé, dans un nouveau dossier, puis relit la copie.",
    epilog="Exemple : clauses sauvegarder /media/disque --espace ./espace",
)
def commande_sauvegarder(
    dossier: Annotated[Path, typer.Argument(help="Dossier où mettre la sauvegarde.", metavar="DOSSIER")],
    espace: OptionEspace = None,
) -> None:
    from clauses.affichage.conservation import afficher_sauvegarde
    from clauses.affichage.progress import Avancement
    from clauses.commandes.sauvegarde import sauvegarder

    with Avancement(_console(erreurs=True)) as avancement:
        faite = sauvegarder(dossier, _espace(espace), partial(avancement.annoncer, "Copie"))
    afficher_sauvegarde(_console(), faite, _dossier_espace(espace))


@application.command(
    "restaurer",
    cls=CommandeFrancaise,
    help="Remet une sauvegarde dans un espace de travail neuf, après l'avoir vérifiée.",
    epilog="Exemple : clauses restaurer /media/disque/sauvegarde_20260105-091500 --espace ./espace",
)
def commande_restaurer(
    sauvegarde: Annotated[
        Path, typer.Argument(help="Dossier écrit par clauses sauvegarder.", metavar="SAUVEGARDE")
    ],
    espace: OptionEspace = None,
) -> None:
    from clauses.affichage.conservation import afficher_restauration
    from clauses.affichage.progress import Avancement
    from clauses.commandes.sauvegarde import restaurer

    with Avancement(_console(erreurs=True)) as avancement:
        faite = restaurer(sauvegarde, _espace(espace), partial(avancement.annoncer, "Copie"))
    afficher_restauration(_console(), faite, _dossier_espace(espace))


@application.command(
    "purger",
    cls=CommandeFrancaise,
    help="Retire pour toujours les lignes des personnes dont la durée de conservation est passée, et refait l'entrepôt.",
    epilog="Exemple : clauses purger --avant 2020 --espace ./espace",
)
def commande_purger(
    avant: Annotated[
        int, typer.Option("--avant", help="Première année gardée ; ce qui la précède part.", metavar="AAAA")
    ],
    oui: Annotated[bool, typer.Option("--oui", help="Purge sans demander.")] = False,
    espace: OptionEspace = None,
) -> None:
    borner_l_interruption()
    from clauses.affichage.confirmation import demander
    from clauses.affichage.conservation import afficher_purge_prevue
    from clauses.affichage.progress import Avancement
    from clauses.affichage.resume import afficher_resume
    from clauses.commandes.purge import prevoir, purger
    from clauses.commandes.refresh import code_sortie

    console = _console()
    prevue = prevoir(avant, _espace(espace))
    afficher_purge_prevue(console, prevue)
    if prevue.rien and not prevue.a_finir:
        return
    if not oui and not prevue.rien:
        demander("Purger ces lignes, pour toujours ?", "Rien n'a été purgé.", indispensable=True)
    with Avancement(_console(erreurs=True)) as avancement:
        _, fait = purger(avant, _espace(espace), avancement.annoncer)
    afficher_resume(console, fait, _dossier_espace(espace))
    raise typer.Exit(code_sortie(fait, strict=False))


@application.command(
    "reconstruire",
    cls=CommandeFrancaise,
    help="Refait les chiffres d'un millésime depuis ses dépôts, secret compris, et dit s'ils sont identiques.",
    epilog="Exemple : clauses reconstruire 2024T4_v1",
)
def commande_reconstruire(
    millesime: Annotated[str, typer.Argument(help="Millésime à refaire.", metavar="MILLESIME")],
    espace: OptionEspace = None,
) -> None:
    from clauses.affichage.progress import Avancement
    from clauses.commandes.reconstruction import reconstruire

    with Avancement(_console(erreurs=True)) as avancement:
        refait = reconstruire(millesime, _espace(espace), avancement.annoncer)
    _console().print(f"{millesime} : {refait.verdict}.", highlight=False)
    raise typer.Exit(CodeSortie.FAIT if refait.identique else CodeSortie.PORTE)


@application.command(
    "bilan",
    cls=CommandeFrancaise,
    help="Écrit ce qui est dû à un donneur d'ordre ou à une entreprise : classeur, page à imprimer et PDF. "
    "Par défaut les petits effectifs sont masqués.",
    epilog="Exemple : clauses bilan --donneur-ordre 21590350100017 --sortie ./bilans",
)
def commande_bilan(
    sortie: Annotated[
        Path | None, typer.Option("--sortie", help="Dossier où écrire.", metavar="DOSSIER")
    ] = None,
    liste: Annotated[
        bool,
        typer.Option("--liste", help="Montre les donneurs d'ordre et les entreprises, avec leur numéro."),
    ] = False,
    donneur_ordre: Annotated[
        str | None,
        typer.Option(
            "--donneur-ordre",
            help="Bilan de toutes ses opérations : son SIRET, ou un nom qu'il est seul à porter.",
            metavar="SIRET",
        ),
    ] = None,
    operation: Annotated[
        str | None,
        typer.Option(
            "--operation", help="Bilan d'une opération : son code, ou « structure|code ».", metavar="CODE"
        ),
    ] = None,
    entreprise: Annotated[
        str | None,
        typer.Option(
            "--entreprise",
            help="Attestation des heures faites comme employeur et sur les marchés tenus : SIRET ou nom.",
            metavar="SIRET",
        ),
    ] = None,
    territoire: Annotated[
        str | None,
        typer.Option(
            "--territoire",
            help="Tous les donneurs d'ordre et toutes les entreprises d'une région (32) ou d'un département (59, D32).",
            metavar="CODE",
        ),
    ] = None,
    espace: OptionEspace = None,
    profil: Annotated[
        str,
        typer.Option(
            "--profil",
            help="public (petits effectifs masqués) ou restreint (rien de masqué, marqué).",
            metavar="PROFIL",
        ),
    ] = "public",
) -> None:
    from clauses.affichage.progress import Avancement
    from clauses.commandes.bilans import faire_bilans, lister_les_cibles
    from clauses.socle.nombres import accorder

    if liste:
        from clauses.affichage.cibles import afficher_les_cibles

        afficher_les_cibles(_console(), lister_les_cibles(_espace(espace), territoire))
        return
    if sortie is None:
        raise ErreurUtilisateur("SORTIE_ABSENTE", "Dites dans quel dossier écrire : --sortie DOSSIER.")
    with Avancement(_console(erreurs=True)) as avancement:
        faits = faire_bilans(
            _espace(espace),
            {"donneur-ordre": donneur_ordre, "operation": operation, "entreprise": entreprise},
            territoire,
            sortie,
            profil,
            lambda fait, total: avancement.annoncer("Bilans", fait, total),
        )
    console = _console()
    for fichier in faits if len(faits) <= 3 else []:
        console.print(str(fichier), highlight=False, soft_wrap=True)
    console.print(
        f"{accorder(len(faits), 'fichier écrit', 'fichiers écrits')} dans {sortie}.",
        highlight=False,
        soft_wrap=True,
    )
    if profil == "restreint":
        console.print(
            "Profil restreint : rien n'est masqué. Ne transmettez pas ces fichiers.", highlight=False
        )


@application.command(
    "sql",
    cls=CommandeFrancaise,
    help="Interroge l'entrepôt publié, en lecture seule. Sans requête : une invite qui complète tables et colonnes.",
    epilog='Exemple : clauses sql "select * from marts.indicateurs limit 5" --format csv',
)
def commande_sql(
    requete: Annotated[
        str | None,
        typer.Argument(
            help="Requête SQL ; sans elle, une invite, ou la requête lue sur l'entrée standard.",
            metavar="REQUETE",
        ),
    ] = None,
    espace: OptionEspace = None,
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="table, csv, parquet, json ou xlsx ; par défaut une table, ou ce que dit le nom du fichier.",
            metavar="FORMAT",
        ),
    ] = None,
    sortie: Annotated[
        Path | None,
        typer.Option(help="Fichier où écrire le résultat : .xlsx, .csv, .parquet, .json.", metavar="FICHIER"),
    ] = None,
) -> None:
    from clauses.commandes.consultation import interroger

    interroger(_espace(espace), requete, format, _console(), sortie)


@application.command(
    "dbt",
    cls=CommandeFrancaise,
    help="Lance dbt sur une copie de travail de l'espace : l'entrepôt publié n'est jamais modifié.",
    epilog="Exemple : clauses dbt build -s ind_t05+ --espace ./espace",
    context_settings={"ignore_unknown_options": True},
)
def commande_dbt(
    arguments: Annotated[
        list[str] | None,
        typer.Argument(help="Commande de dbt et ses options ; la première fois : build.", metavar="COMMANDE"),
    ] = None,
    espace: OptionEspace = None,
) -> None:
    from clauses.commandes.dbt_a_la_main import lancer_dbt

    raise typer.Exit(lancer_dbt(arguments or [], _espace(espace)))


def _espace(dossier: Path | None) -> Espace:
    from clauses.socle.workspace import Espace

    return Espace(_dossier_espace(dossier).resolve())


def _dossier_espace(dossier: Path | None) -> Path:
    return dossier or Path(os.environ.get("CLAUSES_ESPACE") or "espace")


def _chemins(depots: list[str]) -> list[Path]:
    if "" in depots:  # an unset variable of a script: never the current folder
        raise ErreurUtilisateur(
            "DEPOT_INTROUVABLE",
            "Un chemin de dépôt est vide. Donnez un fichier ou un dossier (. pour celui-ci).",
        )
    return [Path(depot) for depot in depots]


def _date(texte: str | None) -> dt.date | None:
    if texte is None:
        return None
    for ecriture in ("%d/%m/%Y", "%Y-%m-%d"):
        with suppress(ValueError):
            return dt.datetime.strptime(texte, ecriture).date()
    raise ErreurUtilisateur(
        "DATE_ILLISIBLE", f"« {texte} » n'est pas une date : écrivez JJ/MM/AAAA, par exemple 31/12/2024."
    )


def _console(erreurs: bool = False) -> Console:
    from rich.console import Console

    return Console(stderr=erreurs)


def main() -> None:
    """Entry point: a user's mistake is a French sentence and an exit code, never a traceback."""
    accorder_les_flux()
    interruptions = noter_les_interruptions()
    # DuckDB imports pandas, 0.4 s, for any parameter it is given, and takes it for absent here
    sys.modules.setdefault("pandas", None)  # type: ignore[arg-type]
    try:
        code = application(standalone_mode=False) or CodeSortie.FAIT
        if code == CodeSortie.INTERROMPU:  # the library turns Ctrl-C into this code and says nothing
            raise KeyboardInterrupt
        sys.exit(code)
    except ErreurUsage as erreur:
        print(expliquer(erreur), file=sys.stderr)
        sys.exit(CodeSortie.USAGE)
    except ErreurUtilisateur as erreur:
        print(f"{erreur.code} : {erreur.message}", file=sys.stderr)
        sys.exit(erreur.sortie)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(CodeSortie.FAIT)
    except SystemExit:
        raise
    except BaseException as erreur:  # a library that panics raises no Exception
        if not (interruptions or isinstance(erreur, KeyboardInterrupt | typer.Abort)):
            panne = decrire_panne(erreur, [*map(Path, sys.argv[1:]), _dossier_espace(None)])
            print(f"{panne.code} : {panne.message}", file=sys.stderr)
            sys.exit(panne.sortie)
        print(MESSAGE, file=sys.stderr)
        sys.exit(CodeSortie.INTERROMPU)


if __name__ == "__main__":
    main()
