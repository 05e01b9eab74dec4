// Simulates one scenario after the other and tells what the runs so far say.

onmessage = ({ data: { module, program, scenario, options, replications } }) => {
  try {
    const ask = engineOf(new WebAssembly.Instance(module, {}));
    const own = ask("program").program;
    if (own !== program) throw new Error(`the engine is that of updraft ${own}, the page that of ${program}`);
    ask({ load: scenario });
    const started = performance.now();
    for (let replication = 1; replication <= replications; replication += 1) {
      options.forEach((option, place) => {
        ask({ run: { option, replication } });
        const done = (replication - 1) * options.length + place + 1;
        // Options are compared by the same replications.
        const isWhole = replication === 1 || place === options.length - 1;
        const answer = isWhole ? ask("answer").answer : null;
        postMessage({ done, seconds: (performance.now() - started) / 1000, answer });
      });
    }
    postMessage({ overlay: overlayOf(ask) });
  } catch (error) {
    postMessage({ problem: error.message });
  }
};

/** The settings as an overlay, or why there is none. */
function overlayOf(ask) {
  try {
    return { text: ask({ overlay: { remark: "settings of a live page" } }).overlay };
  } catch (error) {
    return { problem: error.message };
  }
}
