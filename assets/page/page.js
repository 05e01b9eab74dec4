// What belongs together on the page.

(() => {
  const { options, shown_first: shownFirst, protection, server, components, network, slowest } = JSON.parse(document.getElementById("data").textContent);
  const at = (name) => document.getElementById(name);

  drawChart(at("protection-chart"), protection, options);
  for (const chart of server) {
    const title = document.createElement("h3");
    title.textContent = chart.title;
    at("server-charts").append(title);
    drawChart(at("server-charts"), chart, options);
  }
  if (components.length > 0) {
    const chosenCurves = () => components[at("component").selectedIndex][at("component-by").selectedIndex === 0 ? "by_server" : "by_vendor"];
    const show = drawChart(at("component-chart"), chosenCurves(), options);
    for (const select of [at("component"), at("component-by")]) select.addEventListener("change", () => show(chosenCurves()));
  }
  followPage();

  for (const select of [at("map-option"), at("table-option")]) select.selectedIndex = shownFirst;

  let chosen = null;
  const showTables = drawTables(network, slowest, () => at("table-option").selectedIndex);
  const filter = () => showTables(chosen, at("table-search").value);
  const choose = (site) => {
    chosen = site === chosen ? null : site;
    mark(chosen);
    at("filter-bar").hidden = chosen === null;
    at("filter-name").textContent = chosen === null ? "" : network.sites[chosen].name;
    filter();
  };
  const mark = drawMap(network, options, choose);
  at("filter-clear").addEventListener("click", () => choose(chosen));
  at("table-option").addEventListener("change", filter);
  at("table-search").addEventListener("input", filter);
  filter();

  // What is folded would be missing on paper.
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
})();
