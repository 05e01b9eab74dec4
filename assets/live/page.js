// The live part of the page: the engine simulates the scenario again when a setting changes.

(() => {
  const { options, protection, server, live } = JSON.parse(document.getElementById("data").textContent);
  const at = (id) => document.getElementById(id);
  /** All four, whatever the stored results have. */
  const OPTIONS = ["server", "server-ua", "ua", "direct"];
  /** So many milliseconds without a further change begin a simulation. */
  const PAUSE = 150;

  const storedCharts = [protection, ...server].map((chart) => ({
    ...chart, curves: chart.curves.map(({ values }) => ({ values })),
  }));
  const drawn = liveCharts(at("live-charts"), storedCharts, options);
  const workerAddress = URL.createObjectURL(new Blob([at("live-worker").textContent], { type: "text/javascript" }));
  let module = null;
  let worker = null;
  let waiting = 0;

  const fallBack = (cause) => {
    at("live-fallback").textContent = `${cause} Only the stored results can be shown.`;
    at("live-fallback").hidden = false;
    at("live-form").hidden = true;
  };

  /** The engine, unpacked and compiled. */
  const load = async () => {
    const packed = Uint8Array.from(atob(at("live-engine").textContent), (letter) => letter.charCodeAt(0));
    const bytes = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    module = await WebAssembly.compile(await new Response(bytes).arrayBuffer());
  };

  const stop = () => {
    clearTimeout(waiting);
    worker?.terminate();
    worker = null;
  };

  /** The row of a measure: live values, and the stored ones below. */
  const row = (measure, liveOptions) => {
    const same = ({ metric, release }) => metric === measure.metric && release === measure.release;
    const stored = live.measures.find(same);
    const line = document.createElement("tr");
    line.dataset.metric = measure.metric;
    if (measure.release) line.dataset.release = measure.release;
    const head = document.createElement("th");
    head.scope = "row";
    head.textContent = measure.label;
    line.append(head, ...OPTIONS.map((option) => {
      const cell = document.createElement("td");
      const now = measure.cells[liveOptions.indexOf(option)];
      const before = stored?.cells[options.indexOf(option)];
      // The units of a row depend on its values.
      const unit = stored && stored.label !== measure.label ? stored.label.match(/\(([^()]*)\)$/)?.[1] ?? "" : "";
      const value = document.createElement("span");
      value.textContent = now ?? "…";
      if (now !== undefined && before !== undefined && (now !== before || unit)) value.className = "changed";
      const half = document.createElement("span");
      half.className = "half";
      half.textContent = before === undefined ? "not stored" : `stored ${before}${unit ? ` ${unit}` : ""}`;
      cell.append(value, half);
      return cell;
    }));
    return line;
  };

  const showTable = ({ measures, options: liveOptions }) => {
    const head = document.createElement("tr");
    const corner = document.createElement("th");
    corner.scope = "col";
    corner.textContent = "Live, and stored below";
    head.append(corner, ...OPTIONS.map((option) => {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.dataset.option = option;
      cell.textContent = option;
      return cell;
    }));
    at("live-table").tHead.replaceChildren(head);
    const rows = [];
    let heading = null;
    for (const measure of measures) {
      if (measure.heading !== heading) {
        heading = measure.heading;
        const section = document.createElement("tr");
        section.className = "section";
        const cell = document.createElement("th");
        cell.scope = "rowgroup";
        cell.colSpan = OPTIONS.length + 1;
        cell.textContent = heading;
        section.append(cell);
        rows.push(section);
      }
      rows.push(row(measure, liveOptions));
    }
    at("live-table").tBodies[0].replaceChildren(...rows);
  };

  const showAnswer = (answer, isWhole) => {
    at("live-result").hidden = false;
    at("live-answer").textContent = isWhole ? answer.recommendation.text.replaceAll("`", "") : "still running …";
    at("live-cause").textContent = isWhole ? (answer.recommendation.cause ?? "").replaceAll("`", "") : "";
    drawn([answer.protection, ...answer.server], answer.options);
    showTable(answer);
  };

  const showOverlay = ({ text, problem }, replications) => {
    at("live-overlay").textContent = problem ?? text;
    at("live-download").parentElement.hidden = problem !== undefined;
    URL.revokeObjectURL(at("live-download").href);
    at("live-download").href = URL.createObjectURL(new Blob([text ?? ""], { type: "application/toml" }));
    at("live-command").textContent = `updraft compare ${live.name}.toml --overlay live.toml --seed ${live.seed} --replications ${replications}`;
  };

  const simulate = ({ changes, replications }) => {
    stop();
    at("live-problem").hidden = true;
    at("live-export").hidden = true;
    const all = OPTIONS.length * replications;
    at("live-status").textContent = `Simulating: 0 of ${counted(all, "run")}.`;
    // The settings of the command line that are changed here no longer count.
    const set = [...live.set.filter(([key]) => !changes.has(key)), ...changes];
    const { name, toml, seed, program } = live;
    const own = new Worker(workerAddress);
    worker = own;
    own.onmessage = ({ data: { done, seconds, answer, overlay, problem } }) => {
      if (own !== worker) return;
      if (problem !== undefined) {
        at("live-problem").textContent = problem;
        at("live-problem").hidden = false;
        at("live-status").textContent = "Nothing was simulated; what is shown is from the settings before.";
        stop();
        return;
      }
      if (overlay) {
        showOverlay(overlay, replications);
        at("live-export").hidden = false;
        stop();
        return;
      }
      if (answer) showAnswer(answer, done >= OPTIONS.length);
      const told = `${counted(done, "run")}${done < all ? ` of ${all}` : ""} in ${seconds.toFixed(1)} s`;
      at("live-status").textContent = done < all ? `Simulating: ${told}.` : `Simulated: ${told}.`;
    };
    own.onerror = (event) => fallBack(`The engine does not start here (${event.message ?? "blocked"}).`);
    own.postMessage({ module, program, scenario: { name: `${name}.toml`, toml, set, seed }, options: OPTIONS, replications });
  };

  const changed = (settings) => {
    history.replaceState(null, "", fragmentOf(settings));
    stop();
    at("live-status").textContent = "…";
    waiting = setTimeout(simulate, PAUSE, settings);
  };

  const start = async () => {
    if (typeof WebAssembly !== "object" || typeof Worker !== "function" || typeof DecompressionStream !== "function") {
      fallBack("This browser has no WebAssembly, no workers or no decompression.");
      return;
    }
    try {
      await load();
    } catch (error) {
      fallBack(`The engine cannot be loaded here (${error.message}).`);
      return;
    }
    const show = settingsForm(live, changed);
    at("live-form").hidden = false;
    const restore = () => {
      const settings = settingsIn(location.hash);
      if (!settings) return;
      show(settings);
      simulate(settings);
    };
    addEventListener("hashchange", restore);
    restore();
  };
  start();
})();
