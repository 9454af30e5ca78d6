"use strict";
// The explorer: figures of the release, from the script files of donnees/, laid out in rows and columns as asked.
(() => {
  const $ = (id) => document.getElementById(id);
  const MONTRES = 14;
  const AXES = ["axe_1", "axe_2"];
  const etat = { tableau: "", mesure: "", axes: "", niveau: "", territoire: "", periode: "", lignes: "", colonnes: "", grandeur: "valeur", fixes: {}, filtres: {} };
  const recus = {}; // territory → its figures
  let catalogue, lieux, table, vue;
  let demande = 0; // the last thing asked for: what comes for an earlier one is kept, and not drawn

  const { ecrire, enClair } = chiffres;
  const genre = (p) => p.includes("T");
  const uniques = (paires) => [...new Map(paires).entries()];
  const remplir = (id, options, choisi) => {
    const liste = $(id);
    liste.replaceChildren(...options.map(([valeur, texte]) => new Option(texte, valeur, false, valeur === choisi)));
    if (options.length && !options.some((o) => o[0] === choisi)) liste.value = options[0][0];
    liste.parentElement.hidden = options.length < 2 && !liste.required;
    return liste.value;
  };

  // --- the figures: one cell is a territory, a period and a code of each axis
  const cle = () => [etat.tableau, etat.mesure, etat.axes].join("|");
  const lignesDe = (territoire, periode) => {
    const bloc = ((recus[territoire] || {})[cle()] || {})[periode];
    if (!bloc) return [];
    const [m1, m2, valeurs, parts, statuts] = bloc;
    return valeurs.map((v, i) => ({ axe_1: m1 ? m1[i] : "", axe_2: m2 ? m2[i] : "", v, part: parts ? parts[i] : null, s: typeof statuts === "string" ? statuts : statuts[i] }));
  };
  const lieu = (territoire) => lieux.find((x) => x[0] === territoire);
  const axe = (dimension) => table[AXES.indexOf(dimension) + 2];
  const nomDe = (dimension, code) =>
    dimension === "periode" ? enClair(code) : dimension === "territoire" ? lieu(code)[1] : chiffres.libelle(catalogue, axe(dimension), code);
  const titreDe = (dimension) => (dimension === "territoire" ? catalogue.niveaux[etat.niveau] : dimension === "periode" ? "Périodes" : catalogue.axes[axe(dimension)]);
  const dimensions = () => [...AXES.filter(axe), "periode", "territoire"];
  const montree = (dimension) => etat.lignes === dimension || etat.colonnes === dimension;
  const territoires = () => (montree("territoire") ? lieux.filter((x) => x[2] === etat.niveau).map((x) => x[0]) : [etat.territoire]);
  const periodes = () => {
    const connues = new Set(territoires().flatMap((t) => Object.keys((recus[t] || {})[cle()] || {})));
    return catalogue.periodes.filter((p) => connues.has(p));
  };

  // --- what is asked for
  const choisir = () => {
    etat.tableau = remplir("x-tableau", uniques(catalogue.tables.map((t) => [t[0], t[0] + " – " + t[4]])), etat.tableau);
    const duTableau = catalogue.tables.filter((t) => t[0] === etat.tableau);
    etat.mesure = remplir("x-mesure", uniques(duTableau.map((t) => [t[1], t[5]])), etat.mesure);
    const axes = duTableau.filter((t) => t[1] === etat.mesure).map((t) => [(t[2] || "") + "|" + (t[3] || ""), [t[2], t[3]].filter(Boolean).map((a) => catalogue.axes[a]).join(" × ") || "Aucun"]);
    etat.axes = remplir("x-axes", axes, etat.axes);
    table = duTableau.find((t) => t[1] === etat.mesure && (t[2] || "") + "|" + (t[3] || "") === etat.axes);

    etat.niveau = remplir("x-niveau", uniques(lieux.map((x) => [x[2], catalogue.niveaux[x[2]]])), etat.niveau);

    const connues = dimensions();
    etat.lignes = remplir("x-lignes", connues.map((d) => [d, titreDe(d)]), etat.lignes);
    const parDefaut = connues[1] === "axe_2" && etat.lignes === "axe_1" && etat.colonnes === null ? "axe_2" : etat.colonnes || "";
    etat.colonnes = remplir("x-colonnes", [["", "Rien"], ...connues.filter((d) => d !== etat.lignes).map((d) => [d, titreDe(d)])], parDefaut);

    const duNiveau = lieux.filter((x) => x[2] === etat.niveau).sort((a, b) => a[1].localeCompare(b[1], "fr"));
    etat.territoire = remplir("x-territoire", duNiveau.map((x) => [x[0], x[1]]), etat.territoire);
    $("x-territoire").parentElement.hidden = montree("territoire");
    const celle = (demande += 1);
    attendre(true);
    for (const t of territoires())
      charger(t, "territoire:" + t, (contenu) => {
        recus[t] = contenu;
        if (celle === demande) disposer();
      });
  };
  const attendre = (oui) => {
    $("resultat").hidden = oui;
    for (const id of ["x-csv", "x-xlsx"]) $(id).disabled = oui;
  };

  const disposer = () => {
    if (!territoires().every((t) => t in recus)) return; // the last to come draws
    attendre(false);
    const connues = periodes();
    etat.periode = remplir("x-periode", (connues.length ? connues : catalogue.periodes).map((p) => [p, enClair(p)]), etat.periode);
    if (montree("periode")) remplir("x-periode", [["annee", "Années"], ["trimestre", "Trimestres"]].filter(([g]) => connues.some((p) => genre(p) === (g === "trimestre"))), genre(etat.periode) ? "trimestre" : "annee");
    const valeurs = {
      territoire: territoires().sort((a, b) => lieu(a)[1].localeCompare(lieu(b)[1], "fr")),
      periode: montree("periode") ? connues.filter((p) => genre(p) === genre(etat.periode)).sort() : [etat.periode],
    };
    const lues = new Map();
    for (const t of valeurs.territoire) for (const p of valeurs.periode) lues.set(t + "|" + p, lignesDe(t, p));
    for (const d of AXES) {
      const rang = Object.keys(catalogue.codes[axe(d)] || {});
      const vus = new Set([...lues.values()].flat().map((l) => l[d]));
      valeurs[d] = axe(d) ? [...vus].sort((x, y) => rang.indexOf(x) - rang.indexOf(y)) : [""];
      const fixe = axe(d) && !montree(d);
      etat.fixes[d] = remplir("x-fixe-" + d, fixe ? valeurs[d].map((c) => [c, nomDe(d, c)]) : [], etat.fixes[d]);
      $("x-fixe-" + d).parentElement.hidden = !fixe;
      if (fixe) {
        $("x-fixe-" + d).previousElementSibling.textContent = titreDe(d);
        valeurs[d] = [etat.fixes[d]];
      }
    }
    const parts = [...lues.values()].flat().some((l) => l.part !== null);
    etat.grandeur = remplir("x-grandeur", parts ? [["valeur", table[5]], ["part", "Part"]] : [["valeur", table[5]]], etat.grandeur);
    $("x-grandeur").parentElement.hidden = !parts;
    filtrer(valeurs);
    vue = composer(valeurs, lues, parts);
    dessiner();
  };

  // one closed list of boxes per dimension shown: those unticked are left out
  const filtrer = (valeurs) => {
    const ouverts = new Set([...document.querySelectorAll("#x-filtres details[open]")].map((x) => x.dataset.dimension));
    $("x-filtres").replaceChildren();
    for (const d of [etat.lignes, etat.colonnes].filter(Boolean)) {
      const exclus = new Set(etat.filtres[d] || []);
      const gardes = valeurs[d].filter((c) => !exclus.has(c));
      const details = document.createElement("details");
      details.dataset.dimension = d;
      details.open = ouverts.has(d);
      details.append(Object.assign(document.createElement("summary"), { textContent: `${titreDe(d)} : ${gardes.length === valeurs[d].length ? "tout" : gardes.length + " sur " + valeurs[d].length}` }));
      const boite = Object.assign(document.createElement("p"), { className: "cases" });
      const basculer = (texte, codes) => {
        const bouton = Object.assign(document.createElement("button"), { type: "button", textContent: texte });
        bouton.addEventListener("click", () => {
          etat.filtres[d] = codes;
          disposer();
        });
        boite.append(bouton, " ");
      };
      basculer("Tout", []);
      basculer("Rien", [...valeurs[d]]);
      for (const code of valeurs[d]) {
        const etiquette = document.createElement("label");
        const case_ = Object.assign(document.createElement("input"), { type: "checkbox", checked: !exclus.has(code) });
        case_.addEventListener("change", () => {
          etat.filtres[d] = case_.checked ? [...exclus].filter((c) => c !== code) : [...exclus, code];
          disposer();
        });
        etiquette.append(case_, " " + nomDe(d, code));
        boite.append(etiquette, " ");
      }
      details.append(boite);
      $("x-filtres").append(details);
      valeurs[d] = gardes;
    }
  };

  // --- the view: rows × columns of cells, each with where it comes from
  const composer = (valeurs, lues, parts) => {
    const [, , , , titre, mesure, unite, base, decimales] = table;
    const index = new Map();
    for (const [ici, lignes] of lues) for (const l of lignes) index.set([ici, l.axe_1, l.axe_2].join("|"), l);
    const zero = catalogue.zeros.includes(etat.tableau); // there, what has no row was not done at all
    const cellule = (place) => {
      const ici = place.territoire + "|" + place.periode;
      const lue = index.get([ici, place.axe_1, place.axe_2].join("|"));
      const voisine = lues.get(ici)[0];
      const vide = zero && voisine ? { v: 0, part: parts ? 0 : null, s: voisine.s === "P" ? "P" : "A" } : { v: null, part: null, s: "O" };
      return { ...(lue || vide), ...place };
    };
    const seule = (d) => valeurs[d][0];
    const ailleurs = Object.fromEntries(["territoire", "periode", ...AXES].map((d) => [d, seule(d)]));
    const colonnes = etat.colonnes ? valeurs[etat.colonnes] : [null];
    const lignes = valeurs[etat.lignes].map((code) => ({
      code,
      nom: nomDe(etat.lignes, code),
      cases: colonnes.map((c) => cellule({ ...ailleurs, [etat.lignes]: code, ...(c === null ? {} : { [etat.colonnes]: c }) })),
    }));
    const enPart = parts && (etat.grandeur === "part" || !etat.colonnes);
    const grandeur = (c) => (enPart ? c.part : c.v);
    if (!etat.colonnes && AXES.includes(etat.lignes)) {
      const indetermine = (l) => (chiffres.INDETERMINES.includes(l.code) ? 1 : 0);
      lignes.sort((l, m) => indetermine(l) - indetermine(m) || (grandeur(m.cases[0]) || 0) - (grandeur(l.cases[0]) || 0));
    }
    const fixes = AXES.filter((d) => axe(d) && !montree(d)).map((d) => `${titreDe(d)} : ${nomDe(d, seule(d))}`);
    const ou = montree("territoire") ? catalogue.niveaux[etat.niveau] : lieu(etat.territoire)[1];
    const quand = montree("periode") ? (genre(etat.periode) ? "trimestres" : "années") : enClair(etat.periode);
    return { titre: `${titre} : ${ou}`, sujet: [mesure, etat.colonnes && enPart ? "part, en %" : unite, quand, ...fixes].join(" – "), mesure, unite, base, decimales, lignes, colonnes, parts, enPart, grandeur };
  };
  const formes = () => {
    // header and cells as they are shown: value and share side by side where nothing is in columns
    if (!etat.colonnes) return { entetes: [titreDe(etat.lignes), vue.mesure, ...(vue.parts ? ["Part"] : [])], lire: (l) => [{ n: l.cases[0].v, c: l.cases[0], u: vue.unite, d: vue.decimales }, ...(vue.parts ? [{ n: l.cases[0].part, c: l.cases[0], u: "%", d: 1 }] : [])] };
    const [u, d] = vue.enPart ? ["%", 1] : [vue.unite, vue.decimales];
    return { entetes: [titreDe(etat.lignes), ...vue.colonnes.map((c) => nomDe(etat.colonnes, c))], lire: (l) => l.cases.map((c) => ({ n: vue.grandeur(c), c, u, d })) };
  };
  const codes = (d) => [...new Set(vue.lignes.flatMap((l) => l.cases).map((c) => c[d]))];
  const source = () => {
    const dits = [...new Set(codes("periode").map((p) => chiffres.statut(catalogue, p)))];
    return `${catalogue.source} ${dits.length > 1 ? "Selon la période : " + dits.map((d) => d[0].toLowerCase() + d.slice(1)).join(", ") : dits[0] || ""}.`;
  };

  const dessiner = () => {
    $("x-titre").textContent = vue.titre;
    $("x-sujet").textContent = vue.sujet;
    $("x-base").textContent = vue.base ? "Base : " + vue.base + "." : "";
    $("x-source").textContent = source();
    $("x-dessin").replaceChildren();
    const { entetes, lire } = formes();
    const vide = !vue.lignes.length || !vue.colonnes.length || vue.lignes.every((l) => l.cases.every((c) => c.s === "O" && c.v === null));
    if (vide) remplirTable($("x-table"), ["Aucun chiffre"], [[vue.lignes.length && vue.colonnes.length ? "Cette édition n'a pas de chiffre ici." : "Tout est décoché ci-dessus."]], vue.titre);
    else {
      const maximum = Math.max(...vue.lignes.flatMap((l) => l.cases.map((c) => vue.grandeur(c) || 0))) || 1;
      const teinte = (n) => (etat.colonnes && n ? "t" + Math.min(5, Math.floor((6 * n) / maximum)) : "");
      remplirTable($("x-table"), entetes, vue.lignes.map((l) => [l.nom, ...lire(l).map(({ n, c, u, d }) => ({ texte: ecrire(n, c.s, d, u), teinte: teinte(n) }))]), `${vue.titre} – ${vue.sujet}`);
      if (!etat.colonnes) barres(lire);
    }
    for (const id of ["x-csv", "x-xlsx"]) $(id).disabled = vide;
    $("x-sql").hidden = vide || !catalogue.sql;
    if (!vide && catalogue.sql) $("x-sql").querySelector("pre").textContent = [requete(), calcul()].filter(Boolean).join("\n\n");
    $("resultat").hidden = false;
    $("x-dit").textContent = vue.titre;
    const filtres = Object.entries(etat.filtres).filter(([d, exclus]) => exclus.length && montree(d)).map(([d, exclus]) => ["sans-" + d, exclus.map(encodeURIComponent).join(",")]);
    for (const d of AXES) if (axe(d) && !montree(d)) filtres.push(["fixe-" + d, etat.fixes[d]]);
    history.replaceState(null, "", "#" + new URLSearchParams({ t: etat.territoire, p: etat.periode, b: etat.tableau, m: etat.mesure, a: etat.axes, l: etat.lignes, c: etat.colonnes, g: etat.grandeur, ...Object.fromEntries(filtres) }));
  };
  const barres = (lire) => {
    const montres = vue.lignes
      .map((l) => ({ libelle: l.nom, valeur: vue.grandeur(l.cases[0]) || 0, s: l.cases[0].s, texte: lire(l).slice(-1).map(({ n, c, u, d }) => ecrire(n, c.s, d, u))[0] }))
      .filter((l) => l.valeur || l.s === "Q")
      .slice(0, MONTRES);
    const svg = dessins.barres(montres);
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", vue.titre + ". " + montres.map((l) => l.libelle + " : " + l.texte).join(" ; "));
    if (vue.enPart) $("x-dessin").append(Object.assign(document.createElement("p"), { className: "sujet", textContent: "Le graphique montre les parts, en %." }));
    $("x-dessin").append(svg);
  };

  // --- the queries that give the same figures in the warehouse: from the cube, and from the rows of hours
  const texte = (x) => "'" + x.replaceAll("'", "''") + "'";
  const parmi = (codes) => (codes.length === 1 ? "= " + texte(codes[0]) : `in (${codes.map(texte).join(", ")})`);
  // all the deposits together are what the warehouse calls the nation
  const ouLire = () => (etat.niveau === "ensemble" ? ["national", ["FR"]] : [etat.niveau, codes("territoire").map((t) => lieu(t)[4])]);
  // shown without a box unticked, all the codes of an axis are asked for by naming none
  const restreint = (d) => !montree(d) || (etat.filtres[d] || []).length > 0;
  const typePeriode = () => (genre(etat.periode) ? "trimestre" : "annee");
  const requete = () => {
    const [niveau, code] = ouLire();
    const ouvertes = AXES.filter(axe);
    return [
      "/* dans le cube */",
      `select libelle_territoire, periode${ouvertes.map((d) => `, libelle_modalite_${d.slice(-1)}`).join("")}, valeur, part`,
      "from marts.indicateurs_libelles",
      `where tableau = ${texte(etat.tableau)} and mesure = ${texte(etat.mesure)}`,
      `  and niveau_territoire = ${texte(niveau)} and code_territoire ${parmi(code)}`,
      `  and type_periode = '${typePeriode()}' and periode ${parmi(codes("periode"))}`,
      ...AXES.map((d) => (axe(d) ? `  and ${d} = ${texte(axe(d))}${restreint(d) ? ` and modalite_${d.slice(-1)} ${parmi(codes(d))}` : ""}` : `  and ${d} is null`)),
      "order by all;",
    ].join("\n");
  };
  const calcul = () => {
    const [niveau, code] = ouLire();
    const { calculs, lieux: colonnes, periodes: expressions } = catalogue.sql;
    if (!calculs[cle()] || !colonnes[niveau]) return "";
    const [ici, quand] = [colonnes[niveau], expressions[typePeriode()]];
    const conditions = [`${quand} ${parmi(codes("periode"))}`, ...AXES.filter((d) => axe(d) && restreint(d)).map((d) => `modalite_${d.slice(-1)} ${parmi(codes(d))}`)];
    if (niveau !== "national") conditions.unshift(`${ici} ${parmi(code)}`);
    const valeurs = { lieu: ici, periode: quand, type_periode: typePeriode(), ou: conditions.join("\n  and ") };
    return "/* compté de nouveau, à partir des heures */\n" + calculs[cle()].replace(/\{(\w+)\}/g, (_, nom) => valeurs[nom]) + ";";
  };

  // --- what is downloaded is what is shown, cell by cell
  const DONNEES = ["tableau", "mesure", "code_territoire", "territoire", "periode", "axe_1", "modalite_1", "axe_2", "modalite_2", "valeur", "part", "unite", "statut_observation"];
  const donnees = () =>
    vue.lignes.flatMap((l) => l.cases.map((c) => [etat.tableau, etat.mesure, lieu(c.territoire)[4], lieu(c.territoire)[1], c.periode, axe("axe_1") || "", c.axe_1, axe("axe_2") || "", c.axe_2, c.v, c.part, vue.unite, c.s]));
  const donner = (contenu, suffixe) => {
    const lien = document.createElement("a");
    lien.href = URL.createObjectURL(contenu);
    lien.download = [montree("territoire") ? etat.niveau : etat.territoire, etat.tableau, etat.mesure, montree("periode") ? "periodes" : etat.periode, ...(catalogue.sql ? ["non_publie"] : [])].join("_") + suffixe;
    lien.click();
    setTimeout(() => URL.revokeObjectURL(lien.href), 1000);
  };
  const enCsv = () => {
    // a cell that a spreadsheet would run as a formula is kept as text
    const cellule = (c) => (c === null || c === undefined ? "" : typeof c === "number" ? String(c).replace(".", ",") : /^[=+@\t]|^-(?!\d)/.test(c) ? "'" + c : c);
    const citer = (c) => (/[",;\n\r]/.test(c) ? '"' + c.replaceAll('"', '""') + '"' : c);
    const texte = [DONNEES, ...donnees()].map((l) => l.map((c) => citer(cellule(c))).join(";")).join("\r\n");
    donner(new Blob(["\ufeff" + texte + "\r\n"], { type: "text/csv;charset=utf-8" }), ".csv");
  };
  const enExcel = async () => {
    const gras = (t) => ({ value: t, fontWeight: "bold", wrap: true });
    const dit = (t) => ({ value: t, type: String });
    const nombre = (n, d, u) => ({ value: u === "%" ? n / 100 : n, type: Number, format: (d ? "#,##0." + "0".repeat(d) : "#,##0") + (u === "%" ? "%" : "") });
    const { entetes, lire } = formes();
    const corps = vue.lignes.map((l) => [dit(l.nom), ...lire(l).map(({ n, c, u, d }) => (n === null ? dit(ecrire(n, c.s, d, u)) : nombre(n, d, u)))]);
    const marques = [...document.querySelectorAll(".marques strong")].map((x) => [gras(x.textContent)]);
    const feuilles = [
      { sheet: "Vue", data: [...marques, [{ value: vue.titre, fontWeight: "bold" }], [dit(vue.sujet)], [null], entetes.map(gras), ...corps, [null], [dit("Base : " + vue.base + ".")], [dit(source())]], columns: entetes.map((e, i) => ({ width: i ? 16 : 48 })) },
      { sheet: "Données", data: [DONNEES.map(gras), ...donnees().map((l) => l.map((c) => (typeof c === "number" ? { value: c, type: Number } : dit(c || ""))))], columns: DONNEES.map(() => ({ width: 16 })) },
    ];
    donner(await writeXlsxFile(feuilles, { fontFamily: "Calibri", fontSize: 11 }).toBlob(), ".xlsx");
  };

  const demarrer = () => {
    const dite = new URLSearchParams(location.hash.slice(1));
    etat.territoire = (lieu(dite.get("t")) || lieux[0])[0];
    etat.niveau = lieu(etat.territoire)[2];
    Object.assign(etat, { tableau: dite.get("b") || "T08", mesure: dite.get("m") || "beneficiaires", axes: dite.get("a") || "", periode: dite.get("p") || "", lignes: dite.get("l") || "", colonnes: dite.get("c"), grandeur: dite.get("g") || "valeur" });
    for (const d of [...AXES, "periode", "territoire"]) if (dite.get("sans-" + d)) etat.filtres[d] = dite.get("sans-" + d).split(",").map(decodeURIComponent);
    for (const d of AXES) if (dite.get("fixe-" + d)) etat.fixes[d] = dite.get("fixe-" + d);
    window.addEventListener("hashchange", () => location.reload()); // another view was asked for by its address
    for (const id of ["tableau", "mesure", "axes", "niveau", "territoire", "lignes", "colonnes", "grandeur"])
      $("x-" + id).addEventListener("change", () => {
        etat[id] = $("x-" + id).value;
        // another table has other axes: it is laid out anew
        if (["tableau", "mesure", "axes"].includes(id)) Object.assign(etat, { lignes: "", colonnes: null, filtres: {} });
        choisir();
      });
    $("x-periode").addEventListener("change", () => {
      const choisie = $("x-periode").value;
      etat.periode = choisie === "annee" || choisie === "trimestre" ? periodes().find((p) => genre(p) === (choisie === "trimestre")) : choisie;
      disposer();
    });
    for (const d of AXES)
      $("x-fixe-" + d).addEventListener("change", () => {
        etat.fixes[d] = $("x-fixe-" + d).value;
        disposer();
      });
    $("x-csv").addEventListener("click", enCsv);
    $("x-xlsx").addEventListener("click", enExcel);
    $("choix").hidden = false;
    choisir();
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
