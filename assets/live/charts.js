// Stored and live curves in one chart: the stored ones are faint.

/** The curves of both on one axis; where one has no sample, its last one counts. */
function joined(stored, live, options, liveOptions) {
  const all = [[stored, FAINT, options], [live, " live", liveOptions]].filter(([chart]) => chart);
  const along = [...new Set(all.flatMap(([chart]) => chart.along))].sort((a, b) => a - b);
  const names = [];
  const curves = [];
  for (const [chart, kind, own] of all) {
    const place = new Map(chart.along.map((time, at) => [time, at]));
    // At each time, the last sample of this chart that is not later.
    let last = null;
    const lasts = along.map((time) => { last = place.get(time) ?? last; return last; });
    chart.curves.forEach(({ values }, option) => {
      names.push(`${own[option]}${kind}`);
      curves.push({
        values: along.map((time) => (place.has(time) ? values[place.get(time)] : null)),
        tell: (at) => (lasts[at] === null ? "–" : quantity(chart.unit, values[lasts[at]])),
      });
    });
  }
  const { title, unit } = all[0][0];
  const from = Math.min(...all.map(([chart]) => chart.from));
  const to = Math.max(...all.map(([chart]) => chart.to));
  return { names, chart: { title, unit, along, curves, from, to, joined: true } };
}

/** Draws stored and live charts with the same title together; answers what shows other live ones. */
function liveCharts(place, stored, options) {
  let form = "";
  let shown = [];
  return (live, liveOptions) => {
    const titles = [...new Set([...stored, ...live].map(({ title }) => title))];
    const called = (charts, title) => charts.find((chart) => chart.title === title);
    const all = titles.map((title) => joined(called(stored, title), called(live, title), options, liveOptions));
    // Charts stay where only their numbers change, so that neither focus nor hidden curves are lost.
    const own = JSON.stringify([titles, ...all.map(({ names }) => names)]);
    if (own === form) {
      all.forEach(({ chart }, at) => shown[at](chart));
      return;
    }
    form = own;
    clearCharts(place);
    shown = all.map(({ chart, names }) => {
      const title = document.createElement("h3");
      title.textContent = chart.title;
      place.append(title);
      return drawChart(place, chart, names);
    });
  };
}
