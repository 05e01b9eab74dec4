// What a sweep found at the levels that a reader chooses: estimates as they are stored, never a number between them.

/** More levels than this are a slider. */
const MOST_WORDS = 12;

/** Numbers are as far apart as their ranks, as a share of all levels; words are alike or not. */
function apart({ levels, numbers }, one, other) {
  if (one === other) return 0;
  return numbers ? Math.abs(one - other) / (levels.length - 1) : 1;
}

/** The cell under an option whose point is nearest to the levels `wanted`; of equally near ones the first. */
function nearest({ factors, points, cells }, wanted, option) {
  let found = null;
  for (const cell of cells) {
    const [place, under] = cell;
    if (under !== option) continue;
    const distance = points[place][1].reduce((sum, level, factor) => sum + apart(factors[factor], level, wanted[factor]) ** 2, 0);
    if (found === null || distance < found.distance) found = { cell, distance };
  }
  return found;
}

/** A control for the levels of a factor: a slider where they are many numbers, else a list. */
function control({ key, levels, numbers }) {
  const label = document.createElement("label");
  label.append(`${key} `);
  if (!numbers || levels.length <= MOST_WORDS) {
    const select = document.createElement("select");
    select.append(...levels.map((level) => new Option(level)));
    select.dataset.factor = key;
    label.append(select);
    return { label, get: () => select.selectedIndex, set: (level) => { select.selectedIndex = level; } };
  }
  const slider = Object.assign(document.createElement("input"), { type: "range", min: 0, max: levels.length - 1, step: 1 });
  const output = document.createElement("output");
  slider.dataset.factor = key;
  label.className = "grow";
  label.append(slider, output);
  const tell = () => {
    output.textContent = levels[slider.value];
    slider.setAttribute("aria-valuetext", output.textContent);
  };
  slider.addEventListener("input", tell);
  const set = (level) => {
    slider.value = level;
    tell();
  };
  return { label, get: () => Number(slider.value), set };
}

/** Draws the explorer; `chosen` is told of the levels whenever they change. */
function drawExplorer(data, chosen) {
  const { factors, options, metrics, points, cells, bests } = data;
  const place = (name) => document.getElementById(name);
  const controls = factors.map(control);
  const option = place("explorer-option");
  place("explorer-controls").prepend(...controls.map(({ label }) => label));
  const wanted = () => controls.map(({ get }) => get());
  const levelsOf = ([at]) => factors.map(({ key, levels }, factor) => `${key} = ${levels[points[at][1][factor]]}`).join(", ");

  const show = () => {
    const found = nearest(data, wanted(), option.selectedIndex);
    const told = place("explorer-point");
    if (found === null) {
      told.textContent = `No point was simulated under ${options[option.selectedIndex]}.`;
    } else {
      const number = points[found.cell[0]][0];
      const what = factors.length ? `: ${levelsOf(found.cell)}` : "";
      told.textContent = found.distance === 0
        ? `Point ${number}, under ${options[option.selectedIndex]}${what}.`
        : `No point on this page has exactly these levels. The nearest is point ${number}, under ${options[option.selectedIndex]}${what}.`;
    }
    told.classList.toggle("caution", found === null || found.distance > 0);
    const { rows } = place("explorer-table").tBodies[0];
    metrics.forEach((metric, at) => fill(rows[at], metric, found && found.cell[2][at], bests[at] === null ? null : cells[bests[at]][2][at]));
    chosen(wanted());
  };
  const go = (cell) => {
    points[cell[0]][1].forEach((level, factor) => controls[factor].set(level));
    option.selectedIndex = cell[1];
    show();
  };
  for (const button of document.querySelectorAll("button[data-best]")) {
    button.addEventListener("click", () => go(cells[bests[button.dataset.best]]));
  }
  place("explorer-controls").addEventListener("input", show);
  go(cells[bests.find((best) => best !== null) ?? 0]);
}

/** A row of the explorer: what is here, its interval, and how far it is from the best. */
function fill(row, { unit }, here, best) {
  const [mean, low, high] = here ?? [];
  const [, meanCell, intervalCell, , differenceCell] = row.cells;
  const exact = (cell, name, value) => { cell.dataset[name] = value ?? ""; };
  meanCell.textContent = mean === undefined ? (here ? "never" : "–") : quantity(unit, mean);
  exact(meanCell, "exact", mean);
  intervalCell.textContent = low === undefined ? "–" : `${signed(unit, low)} … ${signed(unit, high)}`;
  exact(intervalCell, "low", low);
  exact(intervalCell, "high", high);
  const difference = mean === undefined || !best ? undefined : mean - best[0];
  exact(differenceCell, "exact", difference);
  differenceCell.textContent = difference === undefined ? "–" : difference === 0 ? "none" : `+${quantity(unit, difference)}${share(difference, best[0])}`;
}

/** A number that may be below zero. */
function signed(unit, value) {
  return value < 0 ? `−${quantity(unit, -value)}` : quantity(unit, value);
}

function share(difference, of) {
  return of > 0 ? ` (+${decimal((100 * difference) / of)} %)` : "";
}
