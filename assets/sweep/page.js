// What belongs together on the page of a sweep.

(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  document.getElementById("explorer").hidden = false;
  drawExplorer(data, drawCurves(data));
  followPage();
})();
