"use strict";
// Charts from published figures, for the explorer and for the periods that a page does not hold drawn. Same shapes and
// units as exports/site/dessins.py.
const dessins = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  const LARGEUR = 420;
  const trace = (nom, attributs, texte) => {
    const e = document.createElementNS(SVG, nom);
    for (const [cle, valeur] of Object.entries(attributs)) e.setAttribute(cle, valeur);
    if (texte !== undefined) e.textContent = texte;
    return e;
  };
  const court = (t) => (t.length > 54 ? t.slice(0, 53).trimEnd() + "…" : t);
  const toile = (haut, gauche = 0, droite = LARGEUR) =>
    trace("svg", { viewBox: `${gauche} 0 ${droite - gauche} ${haut}`, "font-size": 13, fill: "var(--encre)" });
  const gras = (x, y, texte, reste) => trace("text", { x, y, "font-weight": "bold", ...reste }, texte);
  const etiquette = (i, pas, texte) => trace("text", { x: 0, y: pas * i + 15 }, court(texte));

  // lignes: libelle, valeur, texte, repere (none: null)
  const barres = (lignes) => {
    const svg = toile(38 * lignes.length + 6);
    const maximum = Math.max(...lignes.map((l) => Math.max(l.valeur, l.repere || 0)), 0) || 1;
    const place = (v) => (336 * Math.max(0, v)) / maximum;
    lignes.forEach((l, i) => {
      svg.append(etiquette(i, 38, l.libelle), trace("rect", { x: 0, y: 38 * i + 21, width: place(l.valeur), height: 10, fill: "var(--c1)", class: "b" }));
      if (typeof l.repere === "number") svg.append(trace("rect", { x: place(l.repere) - 1.5, y: 38 * i + 17, width: 3, height: 18, fill: "var(--c2)" }));
      svg.append(gras(place(Math.max(l.valeur, l.repere || 0)) + 6, 38 * i + 31, l.texte));
    });
    return svg;
  };

  // lignes: libelle, gauche, droite, texteGauche, texteDroite
  const deuxCotes = (lignes) => {
    const svg = toile(26 * lignes.length + 4, -44, LARGEUR + 44);
    const maximum = Math.max(...lignes.flatMap((l) => [l.gauche, l.droite]), 0) || 1;
    lignes.forEach((l, i) => {
      const [g, d] = [(124 * l.gauche) / maximum, (124 * l.droite) / maximum];
      const y = 26 * i + 18;
      svg.append(
        trace("rect", { x: 144 - g, y: y - 13, width: g, height: 16, fill: "var(--c1)" }),
        trace("rect", { x: 276, y: y - 13, width: d, height: 16, fill: "var(--c2)" }),
        gras(139 - g, y, l.texteGauche, { "text-anchor": "end" }),
        gras(281 + d, y, l.texteDroite),
        trace("text", { x: 210, y, "text-anchor": "middle" }, l.libelle),
      );
    });
    return svg;
  };

  // lignes: libelle, avant, valeur (null: not shown), texte
  const points = (lignes) => {
    const svg = toile(38 * lignes.length + 6);
    const maximum = Math.max(...lignes.flatMap((l) => [l.avant || 0, l.valeur || 0])) || 1;
    const place = (v) => 6 + (314 * v) / maximum;
    lignes.forEach((l, i) => {
      const y = 38 * i + 27;
      svg.append(etiquette(i, 38, l.libelle));
      if (l.avant !== null && l.valeur !== null) svg.append(trace("line", { x1: place(l.avant), x2: place(l.valeur), y1: y, y2: y, stroke: "var(--gris)", "stroke-width": 2 }));
      if (l.avant !== null) svg.append(trace("circle", { cx: place(l.avant), cy: y, r: 4.7, fill: "var(--carte)", stroke: "var(--c1)", "stroke-width": 2 }));
      if (l.valeur !== null) svg.append(trace("circle", { cx: place(l.valeur), cy: y, r: 5, fill: "var(--c1)" }));
      svg.append(gras(place(Math.max(l.avant || 0, l.valeur || 0)) + 10, y + 4, l.texte));
    });
    return svg;
  };

  // lignes: libelle, segments (debut, fin, texte, couleur, encre, halo)
  const empilees = (lignes) => {
    const svg = toile(48 * lignes.length + 4);
    const place = (v) => (LARGEUR * v) / 100;
    lignes.forEach((l, i) => {
      svg.append(etiquette(i, 48, l.libelle));
      for (const s of l.segments) {
        svg.append(trace("rect", { x: place(s.debut), y: 48 * i + 24, width: place(s.fin - s.debut), height: 22, fill: s.couleur, stroke: "var(--carte)" }));
        if (s.fin - s.debut > 9) svg.append(gras(place((s.debut + s.fin) / 2), 48 * i + 39, s.texte, { "text-anchor": "middle", fill: s.encre, "font-size": 12, ...(s.halo ? { stroke: s.halo, "stroke-width": 4 } : {}) }));
      }
    });
    return svg;
  };

  // series: couleur, tirets, ecart (of its last number), points (mois, valeur, texte) in order of months
  const courbe = (series) => {
    const svg = toile(268, -44, LARGEUR - 20);
    const dernier = Math.max(...series.flatMap((s) => s.points.map((p) => p.mois))) || 1;
    const [x, y] = [(m) => (350 * m) / dernier, (v) => 240 - 2.4 * v + 6];
    for (const v of [0, 20, 40, 60, 80, 100])
      svg.append(
        trace("line", { x1: 0, x2: 350, y1: y(v), y2: y(v), stroke: "var(--trait)" }),
        trace("text", { x: -6, y: y(v) + 4, "text-anchor": "end", fill: "var(--gris)", "font-size": 12 }, v + "\u202f%"),
      );
    for (const m of [0, 6, 12, 18, 24].filter((m) => m <= dernier))
      svg.append(trace("text", { x: x(m), y: 263, "text-anchor": "middle", fill: "var(--gris)", "font-size": 12 }, m + " mois"));
    for (const s of series.filter((s) => s.points.length)) {
      const marches = s.points.map((p, i) => (i ? `H${x(p.mois)}V${y(p.valeur)}` : `M${x(p.mois)},${y(p.valeur)}`)).join("");
      const bout = s.points[s.points.length - 1];
      svg.append(
        trace("path", { d: marches, fill: "none", stroke: s.couleur, "stroke-width": s.tirets ? 2 : 3, ...(s.tirets ? { "stroke-dasharray": "5 3" } : {}) }),
        gras(x(bout.mois) + 6, y(bout.valeur) + 4 + s.ecart, bout.texte, { fill: s.couleur }),
      );
    }
    return svg;
  };

  return { barres, deuxCotes, points, empilees, courbe };
})();

// How figures are written: « s » when hidden, « nd » when there is none, with their reservations.
const chiffres = (() => {
  const FINE = "\u202f";
  const MARQUES = { U: " (u)", E: " (e)", B: " (b)" };
  // halves away from zero on the decimal writing, as clauses/socle/nombres.py: 83,55 is 83,6, though its binary value is below
  const arrondir = (v, decimales) => {
    const [chiffres_, puissance] = String(Math.abs(v)).split("e");
    const entier = Math.round(Number(chiffres_ + "e" + (Number(puissance || 0) + decimales)));
    return (v < 0 ? -1 : 1) * Number(entier + "e-" + decimales);
  };
  const nombre = (v, decimales) => (arrondir(v, decimales) || 0).toLocaleString("fr-FR", { minimumFractionDigits: decimales, maximumFractionDigits: decimales });
  const ecrire = (v, statut, decimales, unite) => {
    if (v === null || v === undefined) return statut === "Q" ? "s" : "nd";
    return nombre(v, decimales) + (unite === "%" ? FINE + "%" : "") + (MARQUES[statut] || "");
  };
  const enClair = (p) => {
    const [annee, rang] = p.split("-T");
    return rang ? (rang === "1" ? "1er" : rang + "e") + " trimestre " + annee : "année " + annee;
  };
  const unAnAvant = (p) => String(p.slice(0, 4) - 1) + p.slice(4);
  const libelle = (catalogue, axe, code) =>
    (axe === "horizon" || axe === "mois") && /^\d+$/.test(code) ? code + " mois" : (catalogue.codes[axe] || {})[code] || code;
  const STATUTS = { provisoire: "Chiffres provisoires", revise: "Chiffres révisés", definitif: "Chiffres définitifs" };
  const statut = (catalogue, periode) => STATUTS[catalogue.statut[periode]] || "Statut des chiffres non précisé";
  const INDETERMINES = ["ND", "AUTRE", "INCONNU"];
  return { nombre, ecrire, enClair, unAnAvant, libelle, statut, INDETERMINES };
})();
