// Curves, drawn by uPlot.

/** Dashes in addition to colours, so that curves can be distinguished without colour; as in the pictures. */
const DASHES = { server: [], "server-ua": [14, 5], ua: [7, 5], direct: [2, 4] };
/** What follows the name of an option whose curve is faint and thin, because another curve is compared with it. */
const FAINT = " stored";
const charts = [];
/** Charts are canvases: they follow the width of the page by being drawn again. */
const widths = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    const drawn = charts.find((other) => other.box === target);
    if (drawn && Math.abs(drawn.chart.width - contentRect.width) > 1) drawn.chart.setSize({ width: contentRect.width, height: 300 });
  }
});

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

/** What most curves run along. */
const TIME = {
  label: "After the release", about: "curves over time", tell: duration, said: (value) => `${duration(value)} after the release`,
  axis: { incrs: STEPS, space: 70, size: 36, values: timeTicks },
};

/**
 * Draws `data` into `place`; the curves of an option have its colour and dash everywhere. Answers what shows other data
 * of the same form. A curve may `tell` what is at a place; where data are `scattered`, points are not joined.
 */
function drawChart(place, data, options, across = TIME) {
  let shown = data;
  const series = [{ label: across.label, value: (_chart, value) => (value === null ? "–" : across.tell(value)) }];
  const bands = [];
  const ofOption = [];
  data.curves.forEach((curve, option) => {
    const name = options[option];
    const isFaint = name.endsWith(FAINT);
    const hue = name.split(" ")[0];
    const stroke = () => `${colour(hue)}${isFaint ? "80" : ""}`;
    if (curve.band) {
      for (let edge = 0; edge < 2; edge += 1) {
        series.push({ label: `${name} range`, stroke: "transparent", width: 0, points: { show: false }, class: "edge" });
      }
      bands.push({ series: [series.length - 2, series.length - 1], fill: () => `${colour(hue)}2e` });
    }
    ofOption.push(series.length);
    series.push({
      label: name, stroke, width: isFaint ? 1.5 : 2, dash: data.scattered ? [] : DASHES[hue], spanGaps: Boolean(data.joined),
      points: { show: across !== TIME, size: 7, fill: stroke },
      paths: pathsOf(data, across),
      value: (_chart, value, _series, at) => {
        const { tell } = shown.curves[option];
        return tell && typeof at === "number" ? tell(at) : tell ? "–" : quantity(data.unit, value);
      },
    });
  });
  const axis = { stroke: () => colour("soft"), grid: { stroke: () => colour("line"), width: 1 }, ticks: { show: false }, font: "13px system-ui, sans-serif" };
  const box = document.createElement("div");
  box.className = "chart";
  box.tabIndex = 0;
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", `${data.title}: ${across.about}; left and right arrow keys read the values`);
  place.append(box);
  const chart = new uPlot({
    width: Math.max(280, box.clientWidth), height: 300, series, bands,
    scales: { x: { time: false, min: data.from, max: data.to }, y: { range: (_chart, _low, high) => [0, data.unit === "%" ? 100 : Math.max(high * 1.06, 1)] } },
    axes: [
      { ...axis, ...across.axis },
      { ...axis, size: 84, ...(data.unit === "s" ? { incrs: STEPS, values: timeTicks } : { values: (_chart, values) => values.map((value) => (data.unit in UNITS || Number.isInteger(value) ? quantity(data.unit, value) : "")) }) },
    ],
    cursor: { drag: { x: true, y: false } },
  }, columnsOf(data), box);
  chart.setScale("x", { min: data.from, max: data.to });
  legend(chart, ofOption);
  readByKeys(chart, box, across);
  const told = document.createElement("p");
  told.className = "visually-hidden";
  told.setAttribute("aria-live", "polite");
  box.append(told);
  charts.push({ chart, box, told, ofOption });
  widths.observe(box);
  return (other) => {
    shown = other;
    chart.setData(columnsOf(other));
    chart.setScale("x", { min: other.from, max: other.to });
  };
}

/** The columns of uPlot: what curves run along, and each curve behind the edges of its band. */
function columnsOf({ along, curves }) {
  return [along, ...curves.flatMap(({ values, band }) => (band ? [band[1], band[0], values] : [values]))];
}

function pathsOf(data, across) {
  if (data.scattered) return () => null;
  return data.unit === "bit/s" && across === TIME ? uPlot.paths.stepped({ align: -1 }) : undefined;
}

/** Takes the charts in `place` away. */
function clearCharts(place) {
  for (const drawn of charts.filter(({ box }) => place.contains(box))) {
    widths.unobserve(drawn.box);
    drawn.chart.destroy();
    charts.splice(charts.indexOf(drawn), 1);
  }
  place.replaceChildren();
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
function readByKeys(chart, box, across) {
  box.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || event.target !== box) return;
    event.preventDefault();
    const along = chart.data[0];
    const { min } = chart.scales.x;
    const from = chart.cursor.idx ?? along.findIndex((value) => value >= min);
    const at = Math.min(along.length - 1, Math.max(0, from + step));
    chart.setCursor({ left: chart.valToPos(along[at], "x"), top: 0 });
    const { told, ofOption } = charts.find((other) => other.chart === chart);
    const values = ofOption.map((place) => `${chart.series[place].label} ${chart.series[place].value(chart, chart.data[place][at], place, at)}`);
    told.textContent = `${across.said(along[at])}: ${values.join(", ")}`;
  });
}

/** Charts follow the colours of the page, too. */
function followPage() {
  const redraw = () => charts.forEach(({ chart }) => chart.redraw());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  matchMedia("print").addEventListener("change", redraw);
}
