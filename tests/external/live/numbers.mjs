// What the engine replies: reads lists of requests, one list for each scenario, and writes the texts of the replies.
import { readFileSync, writeFileSync } from "node:fs";
import { compiled, replying } from "./engine.mjs";

const [, , engine, requests, replies] = process.argv;
const module = compiled(engine);
const told = JSON.parse(readFileSync(requests, "utf8")).map((asked) => asked.map(replying(module)));
writeFileSync(replies, JSON.stringify(told));
