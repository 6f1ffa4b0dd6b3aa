"use strict";
// Draws the figures one after the other, so that the page can be read meanwhile, and exchanges their colours.
(function () {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const figures = read("auriga-figures");
  const darkOf = read("auriga-dark");
  const root = document.documentElement;
  const button = document.getElementById("theme");
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const narrow = window.matchMedia("(max-width: 40rem)");
  const isDark = () => root.dataset.theme === "dark" || (root.dataset.theme !== "light" && system.matches);

  const exchanged = (part, colors) => {
    if (typeof part === "string") return Object.hasOwn(colors, part) ? colors[part] : part;
    if (Array.isArray(part)) return part.map((each) => exchanged(each, colors));
    if (part === null || typeof part !== "object") return part;
    return Object.fromEntries(Object.entries(part).map(([name, each]) => [name, exchanged(each, colors)]));
  };

  const draw = (key, dark) => {
    const figure = exchanged(figures[key], dark ? darkOf : {});
    const small = narrow.matches;
    figure.layout.autosize = true;
    figure.layout.dragmode = small ? false : "zoom"; // a finger scrolls the page
    figure.layout.font.size = small ? 11 : 12;
    if (small) figure.layout.xaxis.nticks = 5;
    const options = { responsive: true, displayModeBar: false, doubleClick: "reset" };
    return Plotly.react("plot-" + key, figure.data, figure.layout, options);
  };

  const drawAll = async (dark) => {
    let count = 0;
    for (const key of Object.keys(figures)) {
      await draw(key, dark);
      count += 1;
      await new Promise((next) => setTimeout(next, 0));
    }
    waiting -= 1;
    if (!waiting) root.dataset.drawn = String(count);
  };

  let shown = isDark();
  let waiting = 0;
  let last = Promise.resolve();
  const show = (dark) => {
    shown = dark;
    delete root.dataset.drawn; // set again when the last figure stands
    button.textContent = dark ? "Light" : "Dark";
    button.setAttribute("aria-label", "Show the page in " + (dark ? "light" : "dark") + " colours");
    waiting += 1;
    last = last.then(() => drawAll(dark));
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.theme = shown ? "light" : "dark";
    show(!shown);
  });
  system.addEventListener("change", () => { if (!root.dataset.theme) show(system.matches); });
  narrow.addEventListener("change", () => show(isDark()));
  let before;
  window.addEventListener("beforeprint", () => {
    before = root.dataset.theme;
    root.dataset.theme = "light";
    for (const key of Object.keys(figures)) draw(key, false);
  });
  window.addEventListener("afterprint", () => {
    if (before) root.dataset.theme = before; else delete root.dataset.theme;
    show(isDark());
  });
  window.addEventListener("load", () => requestAnimationFrame(() => show(isDark())));
})();
