// Tables that stand on the page already: a click on a heading sorts, words filter.

/** The sort key of a row in a column: the exact number if there is one, else the text. */
function sortKey(row, column) {
  const cell = row.cells[column];
  const { exact } = cell.dataset;
  if (exact === undefined) return cell.textContent;
  // What never occurred is later than anything.
  return exact === "" ? Infinity : Number(exact);
}

/** Texts rise first, numbers as the table says; a second click turns the order. */
function makeSortable(table) {
  const heads = [...table.tHead.rows[0].cells];
  const body = table.tBodies[0];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const before = head.getAttribute("aria-sort");
      const isNumber = body.rows.length > 0 && body.rows[0].cells[column].dataset.exact !== undefined;
      const falls = before ? before === "ascending" : isNumber && table.dataset.first === "greatest";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", falls ? "descending" : "ascending");
      const sign = falls ? -1 : 1;
      const compare = (a, b) => {
        const [x, y] = [sortKey(a, column), sortKey(b, column)];
        if (typeof x === "string" || typeof y === "string") return sign * String(x).localeCompare(String(y), "en", { numeric: true });
        return x === y ? 0 : sign * (x < y ? -1 : 1);
      };
      body.append(...[...body.rows].sort(compare));
    });
  });
}

/** Shows the rows that hold every word of `input`, and says how many. */
function makeFilter(input) {
  const body = document.getElementById(input.dataset.filters).tBodies[0];
  const told = document.getElementById(input.getAttribute("aria-describedby"));
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of body.rows) {
      const cells = [...row.cells].map((cell) => cell.textContent).join(" ").toLowerCase();
      row.hidden = !words.every((word) => cells.includes(word));
      shown += row.hidden ? 0 : 1;
    }
    told.textContent = words.length ? `${thousands(shown)} of ${counted(body.rows.length, "row")}` : "";
  });
}

document.querySelectorAll("table.sortable").forEach(makeSortable);
document.querySelectorAll("input[data-filters]").forEach(makeFilter);
// What is folded would be missing on paper.
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
