// How fast the engine is at 6,000 agents: until the first result, and runs a second.
import { readFileSync } from "node:fs";
import { compiled, started } from "./engine.mjs";

const [, , engine, scenario] = process.argv;
const OPTIONS = ["server", "server-ua", "ua", "direct"];
const toml = readFileSync(scenario, "utf8");
const begin = performance.now();
const module = compiled(engine);
const loaded = performance.now();
const ask = started(module);
ask({ load: { name: "bench", toml, set: [], seed: 1 } });
let first = null;
for (const option of OPTIONS) {
  ask({ run: { option, replication: 1 } });
  ask("answer");
  first ??= performance.now();
}
const warm = performance.now();
const spent = process.cpuUsage();
const ROUNDS = 3;
for (let replication = 2; replication < 2 + ROUNDS; replication += 1) {
  for (const option of OPTIONS) ask({ run: { option, replication } });
}
const seconds = (performance.now() - warm) / 1000;
const { user, system } = process.cpuUsage(spent);
const processor = (user + system) / 1e6;
const agents = ask("answer").answer.runs[0].metrics.find(([, name]) => name === "agents")[2];
console.log(`live page, ${agents} agents: engine compiled in ${((loaded - begin) / 1000).toFixed(2)} s, first result ${((first - loaded) / 1000).toFixed(2)} s after a change, ${((ROUNDS * OPTIONS.length) / seconds).toFixed(1)} runs a second (${((ROUNDS * OPTIONS.length) / processor).toFixed(1)} a second of processor time)`);
