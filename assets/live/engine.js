// The engine, WebAssembly without imports: a request and its reply are JSON texts in its memory.

/** A function that asks an instance of the engine and answers the text of its reply; a trap is thrown. */
function repliesOf({ exports: { memory, place, ask, reply, length } }) {
  const text = () => new TextDecoder().decode(new Uint8Array(memory.buffer, reply(), length()));
  return (request) => {
    const bytes = new TextEncoder().encode(JSON.stringify(request));
    const at = place(bytes.length);
    new Uint8Array(memory.buffer, at, bytes.length).set(bytes);
    try {
      ask();
    } catch {
      throw new Error(`the engine stopped: ${text()}`);
    }
    return text();
  };
}

/** The same with the reply itself; a problem is thrown. */
function engineOf(instance) {
  const replies = repliesOf(instance);
  return (request) => {
    const told = JSON.parse(replies(request));
    if (told.problem !== undefined) throw new Error(told.problem);
    return told;
  };
}
