// Sortable tables of sites, agents, Update Agents and links.

/** Rows in a table at first, and more at each asking. */
const ROWS = 25;

/** A table: `columns` are [title, unit], those without a unit are text; `rows` answers { cells, sites }. */
class SortedTable {
  constructor(place, label, columns, by, rows) {
    Object.assign(this, { place, columns, rows, by, falling: true, most: ROWS });
    this.table = document.createElement("table");
    const caption = this.table.createCaption();
    caption.className = "visually-hidden";
    caption.textContent = label;
    const head = this.table.createTHead().insertRow();
    this.heads = columns.map(([title], column) => {
      const cell = document.createElement("th");
      cell.scope = "col";
      if (columns[column].length < 2) cell.className = "name";
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = title;
      button.addEventListener("click", () => this.sort(column));
      cell.append(button);
      head.append(cell);
      return cell;
    });
    this.body = this.table.createTBody();
    this.note = document.createElement("p");
    this.note.className = "note";
    this.more = document.createElement("button");
    this.more.type = "button";
    this.more.textContent = "Show more rows";
    this.more.addEventListener("click", () => {
      this.most *= 4;
      this.show();
    });
    const box = document.createElement("div");
    box.className = "scroll";
    box.append(this.table);
    place.append(box, this.note, this.more);
  }

  /** Texts rise first, numbers fall first; a second click turns the order. */
  sort(column) {
    this.falling = column === this.by ? !this.falling : this.columns[column].length > 1;
    this.by = column;
    this.show();
  }

  /** Shows the rows that `wanted` lets pass. */
  show(wanted = this.wanted) {
    this.wanted = wanted;
    const all = this.rows().filter(wanted);
    const sign = this.falling ? -1 : 1;
    // What never occurred is later than anything.
    const key = (row) => row.cells[this.by] ?? Infinity;
    const compare = (a, b) => {
      const [x, y] = [key(a), key(b)];
      if (typeof x === "string") return sign * x.localeCompare(y, "en", { numeric: true });
      return x === y ? 0 : sign * (x < y ? -1 : 1);
    };
    all.sort(compare);
    this.heads.forEach((head, column) => {
      if (column === this.by) head.setAttribute("aria-sort", this.falling ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    this.body.replaceChildren(...all.slice(0, this.most).map((row) => this.row(row)));
    this.note.textContent = all.length > this.most ? `${thousands(this.most)} of ${thousands(all.length)} rows.` : all.length ? "" : "No rows.";
    this.more.hidden = all.length <= this.most;
  }

  row({ cells }) {
    const row = document.createElement("tr");
    cells.forEach((value, column) => {
      const cell = document.createElement(column ? "td" : "th");
      const unit = this.columns[column][1];
      if (!column) cell.scope = "row";
      if (unit) cell.title = value === null ? "never" : String(value);
      else cell.className = "name";
      cell.textContent = unit ? quantity(unit, value) : value;
      row.append(cell);
    });
    return row;
  }
}

/** The tables; answers a function that shows them again. */
function drawTables(network, slowest, option) {
  const outcome = () => network.outcomes[option()];
  const place = (name) => document.getElementById(name);
  const siteCalled = new Map(network.sites.map((site, at) => [site.name, at]));
  const tables = [
    new SortedTable(place("site-table"), "Sites",
      [["Site"], ["Agents", "count"], ["Half protected", "s"], ["95 % protected", "s"], ["All protected", "s"], ["Outdated at the end", "count"]], 3,
      () => outcome().sites.map(([outdated, half, most, all], at) => {
        const site = network.sites[at];
        return { cells: [site.name, site.agents, half, most, all, outdated], sites: [at, site.above] };
      // A place without agents has nothing to protect.
      }).filter((row) => row.cells[1] > 0)),
    new SortedTable(place("agent-table"), "Agents protected last",
      [["Agent"], ["Site"], ["Up to date after", "s"], ["Source"], ["Attempts", "count"], ["Outcome"]], 2,
      () => slowest[option()].map(({ name, site, after, source, attempts, outcome }) => (
        { cells: [name, site, after, source || "–", attempts, outcome], sites: [siteCalled.get(site)] }))),
    new SortedTable(place("update-agent-table"), "Update Agents",
      [["Update Agent"], ["Served", "count"], ["Refused", "count"], ["Failed", "count"], ["Sent", "bytes"], ["At once, most", "count"], ["Rate, highest", "bit/s"]], 4,
      () => outcome().update_agents.map((cells, at) => {
        const { name, site } = network.update_agents[at];
        return { cells: [name, ...cells], sites: [site] };
      })),
    new SortedTable(place("link-table"), "Links",
      [["Link"], ["Capacity", "bit/s"], ["Carried", "bytes"], ["Mean use", "%"], ["Highest use", "%"], ["Bottleneck for", "s"]], 5,
      () => outcome().links.map((cells, at) => {
        const { name, ends } = network.links[at];
        return { cells: [name, ...cells], sites: ends };
      })),
  ];
  return (site, text) => {
    const words = text.trim().toLowerCase();
    const wanted = (row) => (site === null || row.sites.includes(site)) && row.cells[0].toLowerCase().includes(words);
    tables.forEach((table) => table.show(wanted));
  };
}
