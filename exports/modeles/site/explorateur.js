"use strict";
// The explorer: published figures of one territory at a time, from the script files of donnees/.
(() => {
  const $ = (id) => document.getElementById(id);
  const MONTRES = 14;
  const etat = { tableau: "", mesure: "", axes: "", territoire: "", periode: "" };
  let catalogue, lieux, donnees;
  const NIVEAUX = { national: "France", ensemble: "Ensemble", region: "Régions", departement: "Départements", epci: "Intercommunalités" };

  const remplir = (liste, options, choisi) => {
    liste.replaceChildren(...options.map(([valeur, texte]) => new Option(texte, valeur, false, valeur === choisi)));
    if (options.length && !options.some((o) => o[0] === choisi)) liste.value = options[0][0];
    return liste.value;
  };
  const uniques = (paires) => [...new Map(paires).entries()];
  const { ecrire, enClair } = chiffres;
  const libelle = (axe, code) => chiffres.libelle(catalogue, axe, code);

  const decrire = () => catalogue.tables.find((t) => t[0] === etat.tableau && t[1] === etat.mesure && (t[2] || "") + "|" + (t[3] || "") === etat.axes);
  const rangees = () => {
    const bloc = (donnees[[etat.tableau, etat.mesure, etat.axes].join("|")] || {})[etat.periode];
    if (!bloc) return [];
    const [m1, m2, valeurs, parts, statuts] = bloc;
    return valeurs.map((v, i) => ({
      a: m1 ? m1[i] : null,
      b: m2 ? m2[i] : null,
      v,
      part: parts ? parts[i] : null,
      s: typeof statuts === "string" ? statuts : statuts[i],
    }));
  };

  const barres = (lignes, titre) => {
    const montres = lignes.filter((l) => l.v || l.s === "Q").slice(0, MONTRES).map((l) => ({ libelle: l.nom, valeur: l.grandeur || 0, texte: l.texte }));
    const svg = dessins.barres(montres);
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", titre + ". " + montres.map((l) => l.libelle + " : " + l.texte).join(" ; "));
    return svg;
  };
  const rang = (axe) => {
    const ordre = Object.keys(catalogue.codes[axe] || {});
    return (code) => ordre.indexOf(code);
  };

  let csv = [];
  const ranger = (entetes, lignes, titre) => remplirTable($("x-table"), entetes, lignes, titre);

  const dessiner = () => {
    const t = decrire();
    const lieu = lieux.find((x) => x[0] === etat.territoire);
    if (!t || !lieu) return;
    const [, , axe1, axe2, titre, mesure, unite, base, decimales] = t;
    const lues = rangees();
    const sujet = `${titre} – ${lieu[1]}, ${enClair(etat.periode)}`;
    $("x-titre").textContent = titre + " : " + lieu[1];
    $("x-sujet").textContent = `${mesure} – ${unite} – ${enClair(etat.periode)}`;
    $("x-base").textContent = base ? "Base : " + base + "." : "";
    $("x-source").textContent = `${catalogue.source} ${chiffres.statut(catalogue, etat.periode)}.`;
    const dessin = $("x-dessin");
    dessin.replaceChildren();
    csv = [["tableau", "mesure", "code_territoire", "territoire", "periode", "axe_1", "modalite_1", "axe_2", "modalite_2", "valeur", "part", "unite", "statut_observation"]];
    const decimal = (x) => (x === null || x === undefined ? "" : String(x).replace(".", ","));
    // what is downloaded is what is shown, row by row
    const garder = (periode, l) => csv.push([etat.tableau, etat.mesure, lieu[4], lieu[1], periode, axe1 || "", l.a || "", axe2 || "", l.b || "", decimal(l.v), decimal(l.part), unite, l.s]);
    if (!lues.length) {
      ranger(["Aucun chiffre"], [["Cette édition n'a pas de chiffre ici."]], sujet);
    } else if (!axe1) {
      // a figure alone is shown over its periods
      const genre = etat.periode.includes("T");
      const suite = Object.entries(donnees[[etat.tableau, etat.mesure, etat.axes].join("|")])
        .filter(([p]) => p.includes("T") === genre)
        .sort(([p], [q]) => (p < q ? -1 : 1))
        .map(([p, bloc]) => ({ periode: p, nom: enClair(p), v: bloc[2][0], grandeur: bloc[2][0], s: typeof bloc[4] === "string" ? bloc[4] : bloc[4][0] }));
      for (const l of suite) {
        l.texte = ecrire(l.v, l.s, decimales, unite);
        garder(l.periode, l);
      }
      dessin.append(barres(suite, sujet));
      ranger(["Période", mesure], suite.map((l) => [l.nom, l.texte]), `${titre} – ${lieu[1]}`);
    } else if (!axe2) {
      const parts = lues.some((l) => l.part !== null);
      const ordre = rang(axe1);
      for (const l of lues) {
        l.nom = libelle(axe1, l.a);
        l.grandeur = parts ? l.part : l.v;
        l.texte = parts ? ecrire(l.part, l.s, 1, "%") : ecrire(l.v, l.s, decimales, unite);
      }
      const indetermine = (l) => (chiffres.INDETERMINES.includes(l.a) ? 1 : 0);
      lues.sort((l, m) => indetermine(l) - indetermine(m) || (m.grandeur || 0) - (l.grandeur || 0) || ordre(l.a) - ordre(m.a));
      for (const l of lues) garder(etat.periode, l);
      dessin.append(barres(lues, sujet));
      ranger(
        [catalogue.axes[axe1], mesure, ...(parts ? ["Part"] : [])],
        lues.map((l) => [l.nom, ecrire(l.v, l.s, decimales, unite), ...(parts ? [ecrire(l.part, l.s, 1, "%")] : [])]),
        sujet,
      );
    } else {
      const [ra, rb] = [rang(axe1), rang(axe2)];
      const as = [...new Set(lues.map((l) => l.a))].sort((x, y) => ra(x) - ra(y));
      const bs = [...new Set(lues.map((l) => l.b))].sort((x, y) => rb(x) - rb(y));
      const cases = new Map(lues.map((l) => [l.a + "|" + l.b, l]));
      const maximum = Math.max(...lues.map((l) => l.v || 0)) || 1;
      const sansLigne = catalogue.zeros.includes(etat.tableau) ? { v: 0, part: null, s: "A" } : { v: null, part: null, s: "O" }; // a numbered table has no row where nothing was done
      ranger(
        [catalogue.axes[axe1], ...bs.map((b) => libelle(axe2, b))],
        as.map((a) => [
          libelle(axe1, a),
          ...bs.map((b) => {
            const l = cases.get(a + "|" + b) || { ...sansLigne, a, b };
            garder(etat.periode, l);
            const teinte = l.v ? "t" + Math.min(5, Math.floor((6 * l.v) / maximum)) : "";
            return { texte: ecrire(l.v, l.s, decimales, unite), teinte };
          }),
        ]),
        sujet,
      );
    }
    $("resultat").hidden = false;
    $("x-dit").textContent = sujet;
    history.replaceState(null, "", "#" + new URLSearchParams({ t: etat.territoire, p: etat.periode, b: etat.tableau, m: etat.mesure, a: etat.axes }));
  };

  const choisir = () => {
    etat.tableau = remplir($("x-tableau"), uniques(catalogue.tables.map((t) => [t[0], t[0] + " – " + t[4]])), etat.tableau);
    const duTableau = catalogue.tables.filter((t) => t[0] === etat.tableau);
    etat.mesure = remplir($("x-mesure"), uniques(duTableau.map((t) => [t[1], t[5]])), etat.mesure);
    const axes = duTableau.filter((t) => t[1] === etat.mesure).map((t) => [(t[2] || "") + "|" + (t[3] || ""), [t[2], t[3]].filter(Boolean).map((a) => catalogue.axes[a]).join(" × ") || "Ensemble, période par période"]);
    etat.axes = remplir($("x-axes"), axes, etat.axes);
    const connues = Object.keys(donnees[[etat.tableau, etat.mesure, etat.axes].join("|")] || {});
    const periodes = catalogue.periodes.filter((p) => connues.includes(p));
    etat.periode = remplir($("x-periode"), (periodes.length ? periodes : catalogue.periodes).map((p) => [p, enClair(p)]), etat.periode);
    dessiner();
  };
  const situer = () => {
    const niveau = $("x-niveau").value;
    const duNiveau = lieux.filter((x) => x[2] === niveau).sort((a, b) => a[1].localeCompare(b[1], "fr"));
    etat.territoire = remplir($("x-territoire"), duNiveau.map((x) => [x[0], x[1]]), etat.territoire);
    const cle = etat.territoire;
    charger(cle, "territoire:" + cle, (recu) => {
      if (cle !== etat.territoire) return;
      donnees = recu;
      choisir();
    });
  };

  const demarrer = () => {
    const demande = new URLSearchParams(location.hash.slice(1));
    etat.territoire = lieux.some((x) => x[0] === demande.get("t")) ? demande.get("t") : lieux[0][0];
    Object.assign(etat, { tableau: demande.get("b") || "T08", mesure: demande.get("m") || "beneficiaires", axes: demande.get("a") || "", periode: demande.get("p") || "" });
    const presents = [...new Set(lieux.map((x) => x[2]))];
    remplir($("x-niveau"), presents.map((n) => [n, NIVEAUX[n]]), lieux.find((x) => x[0] === etat.territoire)[2]);
    for (const [id, cle] of [["x-tableau", "tableau"], ["x-mesure", "mesure"], ["x-axes", "axes"], ["x-periode", "periode"]])
      $(id).addEventListener("change", () => {
        etat[cle] = $(id).value;
        choisir();
      });
    $("x-niveau").addEventListener("change", situer);
    $("x-territoire").addEventListener("change", () => {
      etat.territoire = $("x-territoire").value;
      situer();
    });
    $("x-csv").addEventListener("click", () => {
      // a cell that a spreadsheet would run as a formula is kept as text
      const cellule = (c) => (/^[=+@\t]|^-(?!\d)/.test(c) ? "'" + c : c);
      const texte = csv.map((l) => l.map((c) => (/[",;\n\r]/.test(cellule(c)) ? '"' + cellule(c).replaceAll('"', '""') + '"' : cellule(c))).join(";")).join("\r\n");
      const lien = document.createElement("a");
      lien.href = URL.createObjectURL(new Blob(["\ufeff" + texte + "\r\n"], { type: "text/csv;charset=utf-8" }));
      lien.download = [etat.territoire, etat.tableau, etat.mesure, etat.periode].join("_") + ".csv";
      lien.click();
      setTimeout(() => URL.revokeObjectURL(lien.href), 1000);
    });
    $("choix").hidden = false;
    situer();
  };
  document.addEventListener("illisible", () => ($("x-dit").textContent = "Les données de ce territoire ne se lisent pas."));
  observatoire.quand("lieux", (l) => {
    lieux = l;
    observatoire.quand("catalogue", (c) => {
      catalogue = c;
      demarrer();
    });
  });
})();
