// The engine of the live page, alone in Node.js, by the script of the page.
import { readFileSync } from "node:fs";
import { runInThisContext } from "node:vm";
import { gunzipSync } from "node:zlib";

const script = new URL("../../../assets/live/engine.js", import.meta.url);
runInThisContext(readFileSync(script, "utf8"), { filename: script.pathname });

/** The compiled engine of a compressed file. */
export const compiled = (file) => new WebAssembly.Module(gunzipSync(readFileSync(file)));

/** A function that asks a new instance of the engine. */
export const started = (module) => globalThis.engineOf(new WebAssembly.Instance(module, {}));

/** The same that answers the texts of replies. */
export const replying = (module) => globalThis.repliesOf(new WebAssembly.Instance(module, {}));
