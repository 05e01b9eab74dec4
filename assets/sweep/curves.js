// Metrics over a factor: the points that were simulated, by option.

/** A number of a factor's unit. */
function level(unit, value) {
  return unit === "count" && !Number.isInteger(value) ? String(value) : quantity(unit, value);
}

/** What the curves run along: a factor. */
function acrossFactor({ key, unit }) {
  const tell = (value) => level(unit, value);
  const ticks = unit === "s" ? { incrs: STEPS, values: timeTicks } : { values: (_chart, values) => values.map(tell) };
  return { label: key, about: `over ${key}`, tell, said: (value) => `${key} = ${tell(value)}`, axis: { space: 90, size: 36, ...ticks } };
}

/** An estimate in words. */
function toldEstimate(unit, estimate) {
  if (!estimate) return "–";
  const [mean, low, high] = estimate;
  if (mean === undefined) return "never";
  return low === undefined ? quantity(unit, mean) : `${quantity(unit, mean)} (${signed(unit, low)} … ${signed(unit, high)})`;
}

/**
 * The estimates over a factor, as rows of [number, by option the estimates of all metrics]. On a grid all other factors
 * are as `wanted`; elsewhere no two points differ in one factor alone, and all of them are shown.
 */
function over({ factors, options, points, cells, is_grid: isGrid }, factor, wanted) {
  const rows = new Map();
  for (const [place, option, estimates] of cells) {
    const { 1: levels } = points[place];
    if (isGrid && levels.some((at, other) => other !== factor && at !== wanted[other])) continue;
    const number = factors[factor].numbers[levels[factor]];
    const row = isGrid ? number : place;
    if (!rows.has(row)) rows.set(row, [number, options.map(() => null)]);
    rows.get(row)[1][option] = estimates;
  }
  return [...rows.values()].sort((a, b) => a[0] - b[0]);
}

/** What uPlot draws of a metric. */
function chartOf({ metrics, options, is_grid: isGrid }, metric, rows) {
  const { name, unit } = metrics[metric];
  const of = (option) => rows.map(([, estimates]) => estimates[option] && estimates[option][metric]);
  const curves = options.map((_name, option) => {
    const own = of(option);
    const pick = (nth) => own.map((estimate) => estimate?.[nth] ?? null);
    const curve = { values: pick(0), tell: (at) => toldEstimate(unit, own[at]) };
    return isGrid && own.some((estimate) => estimate?.length === 3) ? { ...curve, band: [pick(1), pick(2)] } : curve;
  });
  const along = rows.map(([number]) => number);
  const [from, to] = [along[0], along[along.length - 1]];
  const room = (to - from) * 0.02 || Math.abs(to) * 0.1 || 1;
  return { title: name, unit, along, curves, from: from - room, to: to + room, scattered: !isGrid };
}

/** Draws a chart for each metric over the factor that is selected; answers what shows other levels of the rest. */
function drawCurves(data) {
  const select = document.getElementById("curves-factor");
  const place = document.getElementById("curves-charts");
  const shown = data.factors.map((_factor, at) => at).filter((at) => data.factors[at].numbers && data.factors[at].levels.length > 1);
  if (shown.length === 0) return () => {};
  document.getElementById("curves").hidden = false;
  select.append(...shown.map((at) => new Option(data.factors[at].key, at)));
  let wanted = [];
  let charts = [];
  let bands = "";
  const show = () => {
    const factor = Number(select.value);
    const rows = over(data, factor, wanted);
    const drawn = data.metrics.map((_metric, metric) => chartOf(data, metric, rows));
    // A chart that has a band stays one that has.
    const form = [factor, ...drawn.flatMap(({ curves }) => curves.map(({ band }) => Boolean(band)))].join();
    if (form === bands) {
      drawn.forEach((chart, metric) => charts[metric](chart));
      return;
    }
    bands = form;
    clearCharts(place);
    charts = drawn.map((chart) => {
      const title = document.createElement("h3");
      title.textContent = chart.title;
      place.append(title);
      return drawChart(place, chart, data.options, acrossFactor(data.factors[factor]));
    });
  };
  select.addEventListener("change", show);
  return (levels) => {
    wanted = levels;
    show();
  };
}
