"use strict";
// What the pages gain from a script: the search and the choice of the period. They read without it.
const observatoire = {
  recus: {},
  attentes: {},
  recevoir(nom, ...contenu) {
    const cle = contenu.length > 1 ? nom + ":" + contenu[0] : nom;
    this.recus[cle] = contenu[contenu.length - 1];
    (this.attentes[cle] || []).forEach((suite) => suite(this.recus[cle]));
    delete this.attentes[cle];
  },
  quand(cle, suite) {
    if (cle in this.recus) suite(this.recus[cle]);
    else (this.attentes[cle] = this.attentes[cle] || []).push(suite);
  },
};
document.documentElement.classList.add("script");

// donnees/<fichier>.js, once; `cle`: the name under which its content comes.
const demandes = new Set();
const charger = (fichier, cle, suite) => {
  if (!(cle in observatoire.recus) && !demandes.has(cle)) {
    demandes.add(cle);
    const script = document.createElement("script");
    script.src = "donnees/" + encodeURIComponent(fichier) + ".js";
    script.onerror = () => document.dispatchEvent(new Event("illisible"));
    document.head.append(script);
  }
  observatoire.quand(cle, suite);
};

// A cell is a text, or a text with its shade; the first of a row is its header.
const remplirTable = (table, entetes, lignes, legende) => {
  table.replaceChildren();
  table.createCaption().textContent = legende;
  const tete = table.createTHead().insertRow();
  for (const e of entetes) {
    const th = document.createElement("th");
    th.scope = "col";
    th.textContent = e;
    tete.append(th);
  }
  const corps = table.createTBody();
  for (const ligne of lignes) {
    const tr = corps.insertRow();
    ligne.forEach((c, j) => {
      const cellule = document.createElement(j ? "td" : "th");
      if (!j) cellule.scope = "row";
      if (typeof c === "object") {
        cellule.textContent = c.texte;
        if (c.teinte) cellule.className = c.teinte;
      } else cellule.textContent = c;
      tr.append(cellule);
    });
  }
};

const sansAccent = (texte) => texte.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[^a-z0-9]+/g, " ");

observatoire.quand("lieux", (lieux) => {
  const boite = document.querySelector(".recherche");
  const champ = document.getElementById("chercher");
  const liste = document.getElementById("trouves");
  const combien = document.getElementById("combien");
  const cles = lieux.map((x) => sansAccent(x[1] + " " + x[4]));
  const niveaux = { national: "", ensemble: "", region: "région", departement: "département", epci: "intercommunalité", structure: "structure", perimetre: "périmètre" };
  boite.hidden = false;
  const chercher = () => {
    const voulu = sansAccent(champ.value).trim();
    liste.replaceChildren();
    liste.hidden = true;
    combien.textContent = "";
    if (!voulu) return;
    const rang = (cle) => (cle.startsWith(voulu) ? 0 : cle.includes(" " + voulu) ? 1 : 2);
    const trouves = lieux
      .map((lieu, i) => [rang(cles[i]), lieu, cles[i]])
      .filter((x) => x[2].includes(voulu))
      .sort((a, b) => a[0] - b[0])
      .slice(0, 12);
    combien.textContent = trouves.length ? trouves.length + " territoires trouvés" : "Aucun territoire de ce nom";
    for (const [, lieu] of trouves) {
      const lien = document.createElement("a");
      lien.href = lieu[3];
      lien.textContent = lieu[1] + (niveaux[lieu[2]] ? " (" + niveaux[lieu[2]] + ")" : "");
      const ligne = document.createElement("li");
      ligne.append(lien);
      liste.append(ligne);
    }
    if (!trouves.length) {
      const ligne = document.createElement("li");
      ligne.textContent = "Aucun territoire de ce nom";
      liste.append(ligne);
    }
    liste.hidden = false;
  };
  champ.addEventListener("input", chercher);
  boite.addEventListener("keydown", (e) => {
    const liens = [...liste.querySelectorAll("a")];
    const ici = liens.indexOf(document.activeElement);
    if (e.key === "Escape") {
      champ.value = "";
      chercher();
      champ.focus();
    } else if (e.key === "ArrowDown" && liens.length) {
      liens[Math.min(ici + 1, liens.length - 1)].focus();
      e.preventDefault();
    } else if (e.key === "ArrowUp" && ici >= 0) {
      (ici ? liens[ici - 1] : champ).focus();
      e.preventDefault();
    } else if (e.key === "Enter" && ici < 0 && liens.length) {
      liens[0].click();
    }
  });
});

const choix = document.getElementById("periode");
if (choix) {
  choix.parentElement.hidden = false;
  const montrer = (periode) => {
    for (const moment of document.querySelectorAll(".moment")) moment.classList.toggle("choisi", moment.dataset.periode === periode);
    choix.value = periode;
  };
  choix.addEventListener("change", () => {
    montrer(choix.value);
    history.replaceState(null, "", "#periode=" + choix.value);
  });
  const demande = /^#periode=([\dT-]+)$/.exec(location.hash);
  if (demande && [...choix.options].some((o) => o.value === demande[1])) montrer(demande[1]);
}

// A table asked for is printed; the others stay closed.
