// Curves over time, drawn by uPlot.

/** Dashes beside colours, so that curves are told apart without them; as in the pictures. */
const DASHES = { server: [], "server-ua": [14, 5], ua: [7, 5], direct: [2, 4] };
const charts = [];

/** The value of a colour of the page, which depends on whether it is light or dark. */
function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** Ticks of a clock: seconds, minutes, hours or days, as the span asks. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200,
  86400, 172800, 604800, 1209600, 2419200, 7862400, 31449600];

function timeTicks(_chart, values) {
  const step = values.length > 1 ? values[1] - values[0] : 0;
  const last = values[values.length - 1];
  const [name, scale] = step >= 86400 ? ["d", 86400] : step >= 3600 || (step === 1800 && last > 7200) ? ["h", 3600] : step >= 60 || last > 180 ? ["min", 60] : ["s", 1];
  return values.map((value) => `${Number((value / scale).toFixed(2))} ${name}`);
}

/** Draws `data` into `place`; the curves of an option have its colour and dash everywhere. */
function drawChart(place, data, options) {
  const series = [{ label: "After the release", value: (_chart, value) => (value === null ? "–" : duration(value)) }];
  const columns = [data.time];
  const bands = [];
  const ofOption = [];
  data.curves.forEach((curve, option) => {
    const name = options[option];
    const stroke = () => colour(name);
    if (curve.band) {
      for (const edge of [curve.band[1], curve.band[0]]) {
        columns.push(edge);
        series.push({ label: `${name} range`, stroke: "transparent", width: 0, points: { show: false }, class: "edge" });
      }
      bands.push({ series: [columns.length - 2, columns.length - 1], fill: () => `${colour(name)}2e` });
    }
    columns.push(curve.values);
    ofOption.push(columns.length - 1);
    series.push({
      label: name, stroke, width: 2, dash: DASHES[name], points: { show: false },
      paths: data.unit === "bit/s" ? uPlot.paths.stepped({ align: -1 }) : undefined,
      value: (_chart, value) => quantity(data.unit, value),
    });
  });
  const axis = { stroke: () => colour("soft"), grid: { stroke: () => colour("line"), width: 1 }, ticks: { show: false }, font: "13px system-ui, sans-serif" };
  const box = document.createElement("div");
  box.className = "chart";
  box.tabIndex = 0;
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", `${data.title}: curves over time; left and right arrow keys read the values`);
  place.append(box);
  const chart = new uPlot({
    width: Math.max(280, box.clientWidth), height: 300, series, bands,
    scales: { x: { time: false, min: data.from, max: data.to }, y: { range: (_chart, _low, high) => [0, data.unit === "%" ? 100 : Math.max(high * 1.06, 1)] } },
    axes: [
      { ...axis, incrs: STEPS, space: 70, size: 36, values: timeTicks },
      { ...axis, size: 84, values: (_chart, values) => values.map((value) => (data.unit in UNITS || Number.isInteger(value) ? quantity(data.unit, value) : "")) },
    ],
    cursor: { drag: { x: true, y: false } },
  }, columns, box);
  chart.setScale("x", { min: data.from, max: data.to });
  legend(chart, ofOption);
  readByKeys(chart, box);
  const told = document.createElement("p");
  told.className = "visually-hidden";
  told.setAttribute("aria-live", "polite");
  box.append(told);
  charts.push({ chart, box, told, ofOption });
}

/** A legend that keys can reach; the edges of a band follow their curve. */
function legend(chart, ofOption) {
  const rows = chart.root.querySelectorAll(".u-legend .u-series");
  rows.forEach((row, place) => {
    if (place === 0) return;
    if (!ofOption.includes(place)) {
      row.hidden = true;
      return;
    }
    const head = row.querySelector("th");
    head.tabIndex = 0;
    head.setAttribute("role", "switch");
    head.setAttribute("aria-checked", "true");
    head.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      head.click();
    });
    head.addEventListener("click", () => {
      const show = chart.series[place].show;
      head.setAttribute("aria-checked", String(show));
      for (let edge = place - 1; edge > 0 && !ofOption.includes(edge); edge -= 1) chart.setSeries(edge, { show });
    });
  });
}

/** Left and right move the cursor from point to point and say what is there. */
function readByKeys(chart, box) {
  box.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || event.target !== box) return;
    event.preventDefault();
    const time = chart.data[0];
    const { min } = chart.scales.x;
    const from = chart.cursor.idx ?? time.findIndex((value) => value >= min);
    const at = Math.min(time.length - 1, Math.max(0, from + step));
    chart.setCursor({ left: chart.valToPos(time[at], "x"), top: 0 });
    const { told, ofOption } = charts.find((other) => other.chart === chart);
    const values = ofOption.map((place) => `${chart.series[place].label} ${chart.series[place].value(chart, chart.data[place][at])}`);
    told.textContent = `${duration(time[at])} after the release: ${values.join(", ")}`;
  });
}

/** Charts are canvases: they follow the width of the page and its colours by being drawn again. */
function followPage() {
  const resize = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) {
      const { chart } = charts.find((other) => other.box === target);
      if (Math.abs(chart.width - contentRect.width) > 1) chart.setSize({ width: contentRect.width, height: 300 });
    }
  });
  for (const { box } of charts) resize.observe(box);
  const redraw = () => charts.forEach(({ chart }) => chart.redraw());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  matchMedia("print").addEventListener("change", redraw);
}
