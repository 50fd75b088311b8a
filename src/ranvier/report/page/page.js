"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const examples = JSON.parse(byId("data").textContent);

  // Light or dark: the sheet of the dark has effect by its media.
  const dark = byId("dark"), theme = byId("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const kept = (value) => {
    try { // a page that was opened as a file may have no storage
      if (value) localStorage.setItem("ranvier-theme", value);
      return localStorage.getItem("ranvier-theme");
    } catch { return null; }
  };
  let chosen = kept();
  const paint = () => {
    const isDark = chosen ? chosen === "dark" : system.matches;
    dark.media = isDark ? "screen" : "not all";
    theme.textContent = isDark ? "Light" : "Dark";
  };
  theme.addEventListener("click", () => {
    chosen = theme.textContent.toLowerCase();
    kept(chosen);
    paint();
  });
  system.addEventListener("change", paint);
  theme.hidden = false;
  paint();

  // Charts: a pointer or the arrow keys read the values at a place.
  for (const chart of document.querySelectorAll("figure[data-points]")) {
    const points = JSON.parse(chart.dataset.points);
    const svg = chart.querySelector("svg"), cursor = svg.querySelector(".cursor");
    const readout = chart.querySelector("output");
    let at = -1;
    const read = (place) => {
      if (place === at || !points.length) return;
      at = Math.max(0, Math.min(place, points.length - 1));
      const [x, words] = points[at];
      cursor.setAttribute("x1", x);
      cursor.setAttribute("x2", x);
      cursor.setAttribute("visibility", "visible");
      readout.textContent = words;
    };
    svg.addEventListener("pointermove", (event) => {
      const box = svg.getBoundingClientRect();
      const x = (event.clientX - box.left) / box.width * svg.viewBox.baseVal.width;
      let nearest = 0;
      points.forEach((point, place) => {
        if (Math.abs(point[0] - x) < Math.abs(points[nearest][0] - x)) nearest = place;
      });
      read(nearest);
    });
    chart.addEventListener("keydown", (event) => {
      const places = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: points.length - 1 };
      if (!(event.key in places)) return;
      event.preventDefault();
      read(places[event.key]);
    });
  }

  // A cell of a confusion matrix opens its rows.
  const dialog = byId("examples"), rows = byId("rows");
  const element = (name, text, ...inner) => {
    const made = document.createElement(name);
    made.textContent = text;
    made.append(...inner);
    return made;
  };
  const pictured = ([caption, address]) => {
    const image = element("img", "");
    image.src = address;
    image.alt = caption;
    image.className = "pixels";
    return element("figure", "", image, element("figcaption", caption));
  };
  const wall = (cell) => {
    const made = element("div", "", ...cell.map(pictured));
    made.className = "wall";
    return made;
  };
  const line = (kind, texts) => element("tr", "", ...texts.map((one) => element(kind, one)));
  const table = (columns, cell) => {
    const head = element("thead", "", line("th", ["row", ...columns]));
    const body = element("tbody", "", ...cell.map(([caption, values]) => line("td", [caption, ...values])));
    const made = element("div", "", element("table", "", head, body));
    made.className = "scrolled";
    made.tabIndex = 0;
    made.setAttribute("role", "group");
    made.setAttribute("aria-label", "rows with their values");
    return made;
  };
  for (const button of document.querySelectorAll("button[data-cell]")) {
    button.addEventListener("click", () => {
      const { columns, cells } = examples[button.dataset.run];
      const cell = cells[button.dataset.cell];
      byId("rows-title").textContent = button.getAttribute("aria-label");
      if (!cell) rows.replaceChildren(element("p", "This page has no room for these rows."));
      else rows.replaceChildren(columns.length ? table(columns, cell) : wall(cell));
      dialog.showModal();
    });
  }
  byId("close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

  addEventListener("beforeprint", () => {
    for (const run of document.querySelectorAll("details.run")) run.open = true;
  });
})();
