// The map: headquarters in the middle, every other site or router around what it hangs on; links beside that tree are dashed.

const SVG = "http://www.w3.org/2000/svg";
/** As in src/report/run/page/network.rs: letters are steps of 2 %. */
const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno";

/** How busy a link is in a frame, in per cent. */
function busy(network, option, link, frame) {
  const letter = network.outcomes[option].load[link]?.[frame];
  return letter === undefined ? 0 : LETTERS.indexOf(letter) * 2;
}

/** Adds what `ways` leads to from the sites in `order`, and notes what each hangs on. */
function spread(order, ways, above, isPlaced) {
  for (let at = 0; at < order.length; at += 1) {
    for (const next of ways[order[at]]) {
      if (!isPlaced[next]) {
        isPlaced[next] = true;
        above[next] = order[at];
        order.push(next);
      }
    }
  }
}

/** All places: the sites, then the routers, of which no place is above another. */
function allPlaces({ sites, routers }) {
  return [...sites, ...routers.map((name) => ({ name, agents: 0, isRouter: true }))];
}

/** What each place hangs on in the drawing: the place above it, or where that leads in a circle the other end of a link. */
function hanging(all, links) {
  const above = all.map(() => null);
  const isPlaced = all.map(({ above: at }, place) => at === null || place === 0);
  const order = all.map((_at, place) => place).filter((place) => isPlaced[place]);
  const ways = all.map(() => []);
  all.forEach(({ above: at, isRouter }, place) => { if (at !== null && !isRouter) ways[at].push(place); });
  spread(order, ways, above, isPlaced);
  for (const { ends: [one, other] } of links) {
    if (other !== undefined) {
      ways[one].push(other);
      ways[other].push(one);
    }
  }
  spread(order, ways, above, isPlaced);
  // Whatever is joined by links that are not shown stands around the first site.
  all.forEach((_at, place) => { if (!isPlaced[place]) above[place] = 0; });
  return above;
}

/** Where each place is: each has the arc of its share of the leaves, and a ring for its depth. */
function layout(all, links) {
  const below = all.map(() => []);
  const roots = [];
  hanging(all, links).forEach((above, place) => (above === null ? roots : below[above]).push(place));
  const leaves = new Array(all.length).fill(0);
  const depth = new Array(all.length).fill(0);
  const order = [...roots];
  for (let at = 0; at < order.length; at += 1) {
    for (const child of below[order[at]]) {
      depth[child] = depth[order[at]] + 1;
      order.push(child);
    }
  }
  for (const place of [...order].reverse()) {
    leaves[place] = below[place].reduce((sum, child) => sum + leaves[child], 0) || 1;
  }
  const deepest = Math.max(1, ...depth);
  const places = new Array(all.length).fill([0, 0]);
  const arcs = new Array(all.length).fill([0, 2 * Math.PI]);
  for (const place of order) {
    let [from, to] = arcs[place];
    const share = (to - from) / leaves[place];
    const crowded = below[place].length * 14 > (to - from) * 470 * ((depth[place] + 1) / deepest);
    below[place].forEach((child, number) => {
      const end = from + share * leaves[child];
      arcs[child] = [from, end];
      const middle = (from + end) / 2 - Math.PI / 2;
      // In a crowd the sites stand in three rows, so that their dots do not touch.
      const row = crowded && below[child].length === 0 ? (number % 3) * 30 : 0;
      const radius = (450 * depth[child]) / deepest - row;
      places[child] = [radius * Math.cos(middle), radius * Math.sin(middle)];
      from = end;
    });
  }
  return places;
}

function element(name, attributes, parent) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent.append(made);
  return made;
}

/** Draws the map and answers what moves it. `choose` is told of a click on a site. */
function drawMap(network, options, choose) {
  const { sites } = network;
  const svg = document.getElementById("map");
  const slider = document.getElementById("map-time");
  const select = document.getElementById("map-option");
  const clock = document.getElementById("map-clock");
  const play = document.getElementById("map-play");
  svg.setAttribute("viewBox", "-500 -490 1000 980");
  const all = allPlaces(network);
  const places = layout(all, network.links);
  const thin = sites.length > 400 ? 0.5 : sites.length > 60 ? 0.8 : 1.3;
  // Neighbours on the outer ring are so far apart, in the rows of a crowd three times that.
  const room = Math.max(2.2, (2 * Math.PI * 450) / sites.length) * (sites.length > 200 ? 1.2 : 0.4);
  const lines = sites.map((site, place) => {
    const [x2, y2] = places[place];
    const [x1, y1] = site.above === null ? [0, -480] : places[site.above];
    return element("line", { x1: x1.toFixed(1), y1: y1.toFixed(1), x2: x2.toFixed(1), y2: y2.toFixed(1) }, svg);
  });
  // Links beside those of the sites: the network is a graph.
  const ofSites = new Set(sites.map((site) => site.link));
  const beside = network.links.map((link, at) => [link.ends, at])
    .filter(([ends, at]) => ends.length === 2 && !ofSites.has(at))
    .map(([ends, at]) => {
      const [[x1, y1], [x2, y2]] = ends.map((end) => places[end]);
      const line = element("line", { x1: x1.toFixed(1), y1: y1.toFixed(1), x2: x2.toFixed(1), y2: y2.toFixed(1), "stroke-dasharray": "5 3" }, svg);
      return [line, at];
    });
  // Routers are small squares; a pointer over one shows its name.
  network.routers.forEach((name, number) => {
    const [x, y] = places[sites.length + number];
    const size = 7;
    const square = { x: (x - size / 2).toFixed(1), y: (y - size / 2).toFixed(1), width: size, height: size, class: "router" };
    element("title", {}, element("rect", square, svg)).textContent = name;
  });
  const most = Math.max(1, ...sites.map((site) => site.agents));
  const dots = sites.map((site, place) => {
    const [cx, cy] = places[place];
    const wished = site.above === null ? 15 : Math.max(4, 13 * Math.sqrt(site.agents / most));
    const radius = site.above === null ? wished : Math.min(wished, room);
    return element("circle", {
      cx: cx.toFixed(1), cy: cy.toFixed(1), r: radius.toFixed(1), "data-site": place,
      "stroke-width": radius > 3 ? 1 : 0, tabindex: place === 0 ? 0 : -1, role: "button", "aria-label": `${site.name}, ${counted(site.agents, "agent")}`,
    }, svg);
  });
  if (sites.length) {
    element("text", { x: 20, y: -14 }, svg).textContent = sites[0].name;
    element("text", { x: 10, y: -466 }, svg).textContent = "Internet";
  }
  slider.max = Math.max(0, network.frames.length - 1);
  const mark = marks(network, svg, places, dots);
  const drawn = [...lines.map((line, place) => [line, sites[place].link]), ...beside];
  const show = () => {
    const [option, frame] = [select.selectedIndex, Number(slider.value)];
    drawn.forEach(([line, link]) => {
      const percent = link === null ? 0 : busy(network, option, link, frame);
      line.setAttribute("class", `u${Math.ceil((percent / 100) * 7)}`);
      line.setAttribute("stroke-width", ((1.2 + (percent / 100) * 5) * thin).toFixed(2));
    });
    const time = network.frames[frame];
    clock.textContent = time === undefined ? "" : `${duration(time)} after the release`;
    slider.setAttribute("aria-valuetext", clock.textContent);
  };
  slider.addEventListener("input", show);
  select.addEventListener("change", () => {
    mark(select.selectedIndex);
    show();
  });
  mark(select.selectedIndex);
  // The moment at which most links are busy is where the eye should begin.
  const load = network.frames.map((_time, frame) => drawn.reduce(
    (sum, [, link]) => sum + (link === null ? 0 : busy(network, select.selectedIndex, link, frame)), 0));
  slider.value = Math.max(0, load.indexOf(Math.max(...load)));
  show();
  playing(play, slider, show);
  tips(network, svg, [dots, lines, beside], () => [select.selectedIndex, Number(slider.value)]);
  walking(svg, sites, dots, choose);
  return (chosen) => dots.forEach((dot, place) => dot.classList.toggle("chosen", place === chosen));
}

/** So many sites that stay outdated are named on the map, those with most agents first. */
const NAMED = 12;

/** Marks sites with an Update Agent, and by option those where agents are outdated at the end, with their names. */
function marks(network, svg, places, dots) {
  const { sites } = network;
  const relays = new Set(network.update_agents.map((at) => at.site));
  dots.forEach((dot, place) => {
    if (!relays.has(place)) return;
    dot.classList.add("relay");
    const [x, y] = places[place];
    const radius = Number(dot.getAttribute("r")) + 3.5;
    element("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: radius.toFixed(1), class: "ring" }, svg);
  });
  const names = element("g", { class: "outdated-names", "aria-hidden": true }, svg);
  return (option) => {
    const outdated = network.outcomes[option].sites.map(([count]) => count);
    dots.forEach((dot, place) => {
      const late = outdated[place] ? `, ${thousands(outdated[place])} outdated at the end` : "";
      const relay = relays.has(place) ? ", an Update Agent" : "";
      dot.classList.toggle("outdated", outdated[place] > 0);
      dot.setAttribute("aria-label", `${sites[place].name}, ${counted(sites[place].agents, "agent")}${relay}${late}`);
    });
    const worst = outdated.map((count, place) => [count, place]).filter(([count, place]) => count > 0 && sites[place].above !== null);
    worst.sort((one, other) => other[0] - one[0] || one[1] - other[1]);
    names.replaceChildren();
    for (const [, place] of worst.slice(0, NAMED)) {
      const [x, y] = places[place];
      const inward = x > 0 ? { x: (x - 14).toFixed(1), "text-anchor": "end" } : { x: (x + 14).toFixed(1) };
      element("text", { ...inward, y: (y + 5).toFixed(1) }, names).textContent = sites[place].name;
    }
    const legend = document.getElementById("map-outdated");
    legend.hidden = worst.length === 0 && !outdated.some((count) => count > 0);
    const more = worst.length > NAMED ? `, and ${thousands(worst.length - NAMED)} more` : "";
    const named = worst.slice(0, NAMED).map(([, place]) => sites[place].name).join(", ");
    legend.querySelector("span:last-child").textContent = `agents outdated at the end${named ? `: ${named}${more}` : ""}`;
  };
}

function playing(play, slider, show) {
  let timer = null;
  const stop = () => {
    clearInterval(timer);
    timer = null;
    play.textContent = "Play";
  };
  play.addEventListener("click", () => {
    if (timer !== null) return stop();
    if (slider.value === slider.max) slider.value = 0;
    play.textContent = "Stop";
    timer = setInterval(() => {
      slider.value = Number(slider.value) + 1;
      show();
      if (slider.value === slider.max) stop();
    }, 200);
    return undefined;
  });
}

/** The tooltip of a site and its link, next to the pointer or the focus. */
function tips(network, svg, [dots, lines, beside], now) {
  const tip = document.getElementById("tip");
  const ofLink = (link) => {
    const { name } = network.links[link];
    const [option, frame] = now();
    const [capacity] = network.outcomes[option].links[link];
    return `${name}: ${quantity("bit/s", capacity)}, ${busy(network, option, link, frame)} % busy`;
  };
  const ofSite = (place) => {
    const site = network.sites[place];
    const [outdated, , most] = network.outcomes[now()[0]].sites[place];
    const link = site.link === null ? "" : `\n${ofLink(site.link)}`;
    return `${site.name}: ${counted(site.agents, "agent")}${link}\n95 % protected: ${quantity("s", most)}; outdated at the end: ${thousands(outdated)}`;
  };
  const tell = (text, x, y) => {
    tip.textContent = text;
    tip.hidden = false;
    const frameBox = svg.parentElement.getBoundingClientRect();
    tip.style.left = `${Math.min(x - frameBox.left + 14, frameBox.width - tip.offsetWidth - 4)}px`;
    tip.style.top = `${Math.min(y - frameBox.top + 14, frameBox.height - tip.offsetHeight - 4)}px`;
  };
  const hide = () => { tip.hidden = true; };
  dots.forEach((dot, place) => {
    dot.addEventListener("focus", () => {
      const box = dot.getBoundingClientRect();
      tell(ofSite(place), box.right, box.bottom);
    });
    dot.addEventListener("blur", hide);
  });
  svg.addEventListener("pointermove", (event) => {
    const place = [dots, lines].map((all) => all.indexOf(event.target)).find((found) => found >= 0);
    const other = beside.find(([line]) => line === event.target);
    if (place !== undefined) tell(ofSite(place), event.clientX, event.clientY);
    else if (other) tell(ofLink(other[1]), event.clientX, event.clientY);
    else hide();
  });
  svg.addEventListener("pointerleave", hide);
}

/** One site is in the order of the Tab key; arrow keys walk from site to site. */
function walking(svg, sites, dots, choose) {
  const pick = (event) => {
    const place = dots.indexOf(event.target);
    if (place >= 0) choose(place);
  };
  svg.addEventListener("click", pick);
  svg.addEventListener("keydown", (event) => {
    const place = dots.indexOf(event.target);
    if (place < 0) return;
    const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (event.key === "Enter" || event.key === " ") pick(event);
    else if (step) {
      const next = (place + step + dots.length) % dots.length;
      dots[place].setAttribute("tabindex", -1);
      dots[next].setAttribute("tabindex", 0);
      dots[next].focus();
    } else return;
    event.preventDefault();
  });
}
