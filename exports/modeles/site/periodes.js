"use strict";
// The charts and tables of a page at another period than the edition's, made from the published figures of the
// explorer's files, asked for at the first change. Titles then say the subject: findings are only those of the edition.
(() => {
  const choix = document.getElementById("periode");
  const { lieu, principale } = document.getElementById("contenu").dataset;
  // the territory that the others are seen beside, how its columns are called
  const { tete, teteCourt, teteDans } = document.getElementById("contenu").dataset;
  const ABSENT = { v: null, part: null, s: "O" };
  const suivies = (quoi) => [...document.querySelectorAll(quoi)].map((f) => ({ origine: f, montree: f }));
  const [figures, cartes] = [suivies("figure[data-forme]"), suivies("figure[data-carte]")];
  const dits = [...document.querySelectorAll("h2 .periode-dite, .titre .periode-dite")].map((e) => [e, e.textContent]);
  const { ecrire, enClair, unAnAvant, nombre } = chiffres;
  let catalogue;

  const lecteur = (donnees, d) => {
    const cle = (mesure) => [d.tableau, mesure, d.axe1, d.axe2 || ""].join("|");
    const memoire = {};
    return (mesure, periode, a, b) => {
      const nom = mesure + "|" + periode;
      const bloc = (donnees[cle(mesure)] || {})[periode];
      if (!bloc) return ABSENT;
      if (!memoire[nom]) {
        const [c1, c2, valeurs, parts, statuts] = bloc;
        memoire[nom] = new Map(valeurs.map((v, i) => [c1[i] + "|" + (c2 ? c2[i] : ""), { v, part: parts ? parts[i] : null, s: typeof statuts === "string" ? statuts : statuts[i] }]));
      }
      const trouve = memoire[nom].get(a + "|" + (b || ""));
      if (trouve) return trouve;
      // a numbered table has no row where nothing was done; a horizon without any row is not due yet
      const du = d.axe1 !== "horizon" || bloc[0].includes(a);
      return catalogue.zeros.includes(d.tableau) && du ? { v: 0, part: 0, s: "A" } : ABSENT;
    };
  };
  const aDesLignes = (lus) => lus.some((c) => c.v !== null || c.s === "Q");
  const fiable = (c) => c.v !== null && !["U", "Q", "O"].includes(c.s);
  const part = (c) => ecrire(c.v === null ? null : c.part, c.s, 1, "%");
  const enumerer = (lignes) => lignes.map((l) => l.libelle + " : " + l.texte).join(" ; ") + ".";
  const ecart = (apres, avant) => {
    if (apres.v === null || avant.v === null) return apres.s === "Q" || avant.s === "Q" ? "s" : "nd";
    const d = apres.v - avant.v;
    const texte = nombre(Math.abs(d), 1);
    return (texte === "0,0" ? "" : d > 0 ? "+" : "−") + texte + " point" + (parseFloat(texte.replace(",", ".")) >= 2 ? "s" : "");
  };

  // Each gives: entetes, lignes, dessin (null: too much is hidden), alternative, or null where there is no figure.
  const formes = {
    barres(x) {
      const [mesure] = x.mesures;
      const lus = x.codes1.map((code) => ({ code, ici: x.ici(mesure, x.periode, code), la: x.la(mesure, x.periode, code) }));
      if (!aDesLignes(lus.map((l) => l.ici))) return null;
      const enParts = lus.some((l) => l.ici.part !== null && l.ici.v !== null);
      const grandeur = (c) => (enParts ? (c.v === null ? 0 : c.part) : c.v) || 0;
      const dernier = (l) => (chiffres.INDETERMINES.includes(l.code) ? 1 : 0);
      lus.sort((l, m) => dernier(l) - dernier(m) || grandeur(m.ici) - grandeur(l.ici));
      const montres = lus.filter((l) => l.ici.s === "Q" || l.ici.v).slice(0, 12).map((l) => ({
        libelle: x.nom1(l.code),
        valeur: grandeur(l.ici),
        texte: enParts ? part(l.ici) : ecrire(l.ici.v, l.ici.s, 0),
        repere: x.tete || !enParts || !fiable(l.la) ? null : l.la.part,
      }));
      const entetes = [x.axe1, x.mesure(mesure) + " " + x.court, ...(enParts ? ["Part"] : []), ...(x.avant ? [x.courtAvant] : []), ...(enParts && !x.tete ? ["Part " + teteDans] : [])];
      const lignes = lus.map((l) => {
        const hier = x.avant ? x.ici(mesure, x.avant, l.code) : null;
        return [x.nom1(l.code), ecrire(l.ici.v, l.ici.s, x.decimales), ...(enParts ? [part(l.ici)] : []), ...(hier ? [ecrire(hier.v, hier.s, x.decimales)] : []), ...(enParts && !x.tete ? [part(l.la)] : [])];
      });
      return { entetes, lignes, dessin: montres.length ? dessins.barres(montres) : null, alternative: enumerer(montres), enParts };
    },
    deux_cotes(x) {
      const lus = x.codes1.map((code) => [code, ...x.mesures.map((m) => x.ici(m, x.periode, code))]);
      return cotes(x, lus, x.mesures.map(x.mesure), "des personnes", "des heures");
    },
    pyramide(x) {
      const [mesure] = x.mesures;
      const connu = (c) => !chiffres.INDETERMINES.includes(c);
      const cotes_ = x.codes2.filter(connu);
      const lus = (a, codes) => codes.map((b) => x.ici(mesure, x.periode, a, b));
      const ages = x.codes1.filter(connu).reverse();
      const fait = cotes(x, ages.map((a) => [a, ...lus(a, cotes_)]), cotes_.map(x.nom2), ...cotes_.map((c) => x.nom2(c).toLowerCase()));
      if (!fait) return null;
      fait.entetes = [x.axe1, ...x.codes2.flatMap((b) => [x.nom2(b), "Part"])];
      fait.lignes = x.codes1.map((a) => [x.nom1(a), ...lus(a, x.codes2).flatMap((c) => [ecrire(c.v, c.s, 0), part(c)])]);
      const hors = x.codes1.flatMap((a) => lus(a, x.codes2.filter((b) => !connu(a) || !connu(b))));
      const total = hors.reduce((s, c) => s + (c.v || 0), 0);
      fait.note = hors.some((c) => c.v === null)
        ? "Hors du graphique : les personnes d'âge ou de sexe non déterminé, dont le nombre n'est pas diffusé."
        : "Hors du graphique : " + nombre(total, 0) + " personne" + (total < 2 ? "" : "s") + " d'âge ou de sexe non déterminé.";
      return fait;
    },
    points(x) {
      const [mesure] = x.mesures;
      const lus = x.codes1.map((code) => [code, x.avant ? x.ici(mesure, x.avant, code) : ABSENT, x.ici(mesure, x.periode, code), x.la(mesure, x.periode, code)]);
      if (!aDesLignes(lus.map((l) => l[2]))) return null;
      const montres = lus.map(([code, avant, ici]) => ({ libelle: x.nom1(code), avant: avant.v, valeur: ici.v, texte: ecrire(ici.v, ici.s, 1, "%") }));
      const entetes = [x.axe1, x.court, ...(x.avant ? [x.courtAvant, "Évolution"] : []), ...(x.tete ? [] : [teteCourt])];
      const lignes = lus.map(([code, avant, ici, la]) => [
        x.nom1(code), ecrire(ici.v, ici.s, 1, "%"), ...(x.avant ? [ecrire(avant.v, avant.s, 1, "%"), x.comparable ? ecart(ici, avant) : "nc"] : []), ...(x.tete ? [] : [ecrire(la.v, la.s, 1, "%")]),
      ]);
      return { entetes, lignes, dessin: dessins.points(montres), alternative: enumerer(montres), legende: [x.court, x.avant ? x.courtAvant : null] };
    },
    empilees(x) {
      const [mesure] = x.mesures;
      const lignes = [], barres = [], dits = [];
      for (const horizon of x.codes1) {
        const lus = x.codes2.map((s) => [s, x.ici(mesure, x.periode, horizon, s)]);
        if (!aDesLignes(lus.map((l) => l[1]))) continue;
        const nom = x.nom1(horizon);
        for (const [s, c] of lus) if (c.s === "Q" || c.v) lignes.push([nom + " – " + x.nom2(s), ecrire(c.v, c.s, 0), part(c)]);
        if (lus.some((l) => l[1].s === "Q")) continue;
        const sommes = catalogue.groupes.map(([g]) => lus.reduce((t, [s, c]) => t + (catalogue.groupe_de[s] === g ? c.part || 0 : 0), 0));
        const arrondies = aCent(sommes);
        let debut = 0;
        const segments = [];
        catalogue.groupes.forEach(([, libelle, couleur, encre, halo], i) => {
          if (sommes[i]) {
            const texte = nombre(arrondies[i], 0) + "\u202f%";
            segments.push({ debut, fin: debut + sommes[i], texte, couleur, encre, halo });
            dits.push(nom + ", " + libelle.toLowerCase() + " : " + texte);
          }
          debut += sommes[i];
        });
        barres.push({ libelle: nom, segments });
      }
      if (!lignes.length) return null;
      const entetes = ["Horizon – situation", x.mesure(mesure), "Part de l'horizon"];
      return { entetes, lignes, dessin: barres.length ? dessins.empilees(barres) : null, alternative: dits.join(" ; ") + "." };
    },
    courbe(x) {
      const [mesure, ...effectifs] = x.mesures;
      const lus = [...x.codes1].sort((a, b) => a - b).map((m) => [m, x.ici(mesure, x.periode, m), x.la(mesure, x.periode, m)]);
      if (!aDesLignes(lus.map((l) => l[1]))) return null;
      const serie = (rang, couleur, tirets, ecart_) => ({
        couleur, tirets, ecart: ecart_,
        points: lus.filter((l) => l[rang].v !== null).map((l) => ({ mois: Number(l[0]), valeur: l[rang].v, texte: ecrire(l[rang].v, l[rang].s, 0, "%") })),
      });
      const ici = serie(1, "var(--c1)", false, -7);
      const series = x.tete ? [ici] : [serie(2, "var(--c2)", true, 7), ici];
      const lignes = lus.filter((l) => l[1].v !== null || l[1].s === "Q").map(([m, c, la]) => [
        x.nom1(m), ecrire(c.v, c.s, 1, "%"), ...effectifs.map((e) => ecrire(x.ici(e, x.periode, m).v, x.ici(e, x.periode, m).s, 0)), ...(x.tete ? [] : [ecrire(la.v, la.s, 1, "%")]),
      ]);
      const entetes = [x.axe1, x.mesure(mesure), ...effectifs.map(x.mesure), ...(x.tete ? [] : [teteCourt])];
      return { entetes, lignes, dessin: ici.points.length > 1 ? dessins.courbe(series) : null, alternative: lignes.map((l) => l[0] + " : " + l[1]).join(" ; ") + "." };
    },
    chaleur(x) {
      const [mesure] = x.mesures;
      const lus = x.codes1.map((a) => [a, x.codes2.map((b) => x.ici(mesure, x.periode, a, b))]);
      if (!aDesLignes(lus.flatMap((l) => l[1]))) return null;
      const maximum = Math.max(...lus.flatMap((l) => l[1].map((c) => c.v || 0))) || 1;
      const teinte = (c) => "t" + Math.min(5, Math.floor((6 * (c.v || 0)) / maximum));
      return {
        entetes: [x.axe1, ...x.codes2.map(x.nom2)],
        lignes: lus.map(([a, cases]) => [x.nom1(a), ...cases.map((c) => ({ texte: ecrire(c.v, c.s, 0), teinte: teinte(c) }))]),
        dessin: null,
        alternative: "",
      };
    },
  };
  const cotes = (x, lus, noms, deGauche, deDroite) => {
    if (!aDesLignes(lus.flatMap((l) => [l[1], l[2]]))) return null;
    const montres = lus.map(([code, a, b]) => ({
      libelle: x.nom1(code), gauche: (a.v === null ? 0 : a.part) || 0, droite: (b.v === null ? 0 : b.part) || 0, texteGauche: part(a), texteDroite: part(b),
    }));
    return {
      entetes: [x.axe1, noms[0], "Part", noms[1], "Part"],
      lignes: lus.map(([code, a, b]) => [x.nom1(code), ecrire(a.v, a.s, 0), part(a), ecrire(b.v, b.s, 0), part(b)]),
      dessin: dessins.deuxCotes(montres),
      alternative: montres.map((l) => `${l.libelle} : ${l.texteGauche} ${deGauche}, ${l.texteDroite} ${deDroite}`).join(" ; ") + ".",
    };
  };
  // whole shares that make 100 where the exact ones do: the largest remainders are rounded up
  const aCent = (parts) => {
    if (Math.abs(parts.reduce((s, p) => s + p, 0) - 100) > 0.01 * parts.length) return parts.map(Math.round);
    const entieres = parts.map(Math.floor);
    const rangs = parts.map((_, i) => i).sort((i, j) => entieres[i] - parts[i] - (entieres[j] - parts[j]) || i - j);
    for (const i of rangs.slice(0, 100 - entieres.reduce((s, p) => s + p, 0))) entieres[i] += 1;
    return entieres;
  };

  const refaire = (origine, periode, donnees, la) => {
    const d = origine.dataset;
    const avant = catalogue.periodes.includes(unAnAvant(periode)) ? unAnAvant(periode) : null;
    const court = (p) => (p.includes("T") ? enClair(p) : p);
    const mesures = d.mesures.split("|");
    const [, , , , , , unite, , decimales] = catalogue.tables.find((t) => t[0] === d.tableau && t[1] === mesures[0] && t[2] === d.axe1);
    const fait = formes[d.forme]({
      mesures, periode, avant, decimales, codes1: d.codes1.split("|"), codes2: (d.codes2 || "").split("|"), tete: lieu === tete,
      court: court(periode), courtAvant: avant && court(avant), axe1: catalogue.axes[d.axe1], mesure: (m) => d.noms.split("|")[mesures.indexOf(m)],
      nom1: (c) => chiffres.libelle(catalogue, d.axe1, c), nom2: (c) => chiffres.libelle(catalogue, d.axe2, c), comparable: !donnees.incompletes.includes(periode), ici: lecteur(donnees, d), la: lecteur(la, d),
    });
    const copie = origine.cloneNode(true);
    const ditUnite = d.forme !== "chaleur" && unite !== "%" && (!fait || fait.enParts !== false) ? "en % " + d.des : unite;
    copie.querySelector("h3").textContent = d.sujet;
    copie.querySelector(".sujet").textContent = ditUnite + " – " + enClair(periode);
    copie.querySelector(".statut-dit").textContent = chiffres.statut(catalogue, periode);
    const dessin = copie.querySelector(".dessin, .vide");
    if (!fait || (!fait.dessin && d.forme !== "chaleur")) {
      const vide = document.createElement("p");
      vide.className = "vide";
      vide.textContent = fait ? "Trop de ces chiffres sont couverts par le secret statistique pour faire un graphique." : "Cette édition n'a pas de chiffre ici pour cette période.";
      if (dessin) dessin.replaceWith(vide);
      else copie.querySelector("figcaption").after(vide);
      copie.querySelectorAll(".legende, .note").forEach((e) => e.remove());
    } else if (dessin) {
      const cadre = document.createElement("div");
      cadre.className = "dessin";
      cadre.setAttribute("role", "img");
      cadre.setAttribute("aria-label", d.sujet + ". " + fait.alternative);
      cadre.append(fait.dessin);
      dessin.replaceWith(cadre);
      if (fait.legende) copie.querySelectorAll(".legende li").forEach((li, i) => (fait.legende[i] ? (li.lastChild.textContent = fait.legende[i]) : li.remove()));
    }
    const note = copie.querySelector(".note");
    if (note && fait) note.textContent = fait.note;
    const tableau = copie.querySelector("table");
    if (fait) remplirTable(tableau, fait.entetes, fait.lignes, d.sujet + ", " + enClair(periode));
    else tableau.closest("details, .defile").remove();
    return copie;
  };

  // Maps: as many places in each class, like exports/site/carte.py.
  const refaireCarte = (origine, periode, cartes) => {
    const { carte, niveau, decimales, unite, codes } = origine.dataset;
    const lus = ((cartes[carte] || {})[niveau] || {})[periode] || {};
    const lire = (code) => (code in lus ? (Array.isArray(lus[code]) ? { v: lus[code][0], s: lus[code][1] } : { v: lus[code], s: "A" }) : null);
    const places = codes.split("|");
    const visibles = places.map(lire).filter((c) => c && c.v !== null).map((c) => c.v).sort((a, b) => a - b);
    const nombre_ = Math.min(5, new Set(visibles).size);
    const bornes = [...new Set(Array.from({ length: Math.max(0, nombre_ - 1) }, (_, i) => visibles[Math.floor((visibles.length * (i + 1)) / nombre_)]))].filter((b) => b !== visibles[0]);
    const ecrit = (c) => ecrire(c.v, c.s, Number(decimales), unite);
    const texte = (c) => (c === null ? "pas de données" : c.s === "Q" ? "couvert par le secret statistique" : ecrit(c));
    const copie = origine.cloneNode(true);
    for (const trace of copie.querySelectorAll("path[data-code]")) {
      const c = places.includes(trace.dataset.code) ? lire(trace.dataset.code) : null;
      trace.setAttribute("class", c === null ? "sans-donnees" : c.v === null ? "secret" : "q" + bornes.filter((b) => c.v >= b).length);
      const titre = trace.querySelector("title");
      titre.textContent = titre.textContent.slice(0, titre.textContent.indexOf(") : ") + 4) + texte(c);
      if (trace.parentNode.localName === "a") trace.parentNode.setAttribute("aria-label", titre.textContent);
    }
    const legende = copie.querySelector(".legende");
    legende.querySelectorAll(".classe").forEach((e) => e.remove());
    const dit = (v) => ecrit({ v, s: "A" });
    const fins = [...bornes, visibles[visibles.length - 1]];
    const classes = visibles.length ? [visibles[0], ...bornes].map((bas, i) => (dit(bas) === dit(fins[i]) ? dit(bas) : dit(bas) + (i < bornes.length ? " à moins de " : " à ") + dit(fins[i]))) : [];
    legende.prepend(
      ...classes.map((texte_, i) => {
        const li = document.createElement("li");
        li.className = "classe";
        const pastille = document.createElement("span");
        pastille.className = "pastille q" + i;
        li.append(pastille, texte_);
        return li;
      }),
    );
    const table = copie.querySelector("table");
    table.caption.textContent = table.caption.textContent.replace(enClair(principale), enClair(periode));
    table.tHead.rows[0].cells[1].textContent = enClair(periode);
    places.forEach((code, i) => (table.tBodies[0].rows[i].cells[1].textContent = texte(lire(code))));
    copie.querySelector(".periode-dite").textContent = enClair(periode);
    copie.querySelector(".statut-dit").textContent = chiffres.statut(catalogue, periode);
    return copie;
  };

  const montrer = (periode) => {
    const remplacer = (f, nouvelle) => {
      const ouvert = f.montree.querySelector("details[open]");
      const details = nouvelle.querySelector("details");
      if (details) details.open = Boolean(ouvert);
      f.montree.replaceWith(nouvelle);
      f.montree = nouvelle;
    };
    if (periode === principale) {
      for (const f of [...figures, ...cartes]) if (f.montree !== f.origine) remplacer(f, f.origine);
      for (const [e, texte] of dits) e.textContent = texte;
      return;
    }
    charger("catalogue", "catalogue", (c) => {
      catalogue = c;
      charger(lieu, "territoire:" + lieu, (donnees) =>
        charger(tete, "territoire:" + tete, (la) => {
          if (choix.value !== periode) return;
          for (const f of figures) remplacer(f, refaire(f.origine, periode, donnees, la));
          if (cartes.length)
            charger("cartes", "cartes", (lues) => {
              if (choix.value === periode) for (const f of cartes) remplacer(f, refaireCarte(f.origine, periode, lues));
            });
          for (const [e, texte] of dits) e.textContent = texte.replace(enClair(principale), enClair(periode));
        }),
      );
    });
  };
  choix.addEventListener("change", () => montrer(choix.value));
  if (choix.value !== principale) montrer(choix.value);
})();
