// The changed settings: sliders, keys that are typed, and the fragment of the address, all of the same values.

/** What begins the fragment of an address with settings. */
const MARK = "#live&";

/** The settings in a fragment; null: it has none. */
function settingsIn(fragment) {
  if (!fragment.startsWith(MARK)) return null;
  const words = new URLSearchParams(fragment.slice(MARK.length));
  const changes = new Map();
  for (const word of words.getAll("set")) {
    const at = word.indexOf("=");
    if (at > 0) changes.set(word.slice(0, at), word.slice(at + 1));
  }
  const replications = Math.min(20, Math.max(1, Math.trunc(Number(words.get("replications"))) || 1));
  return { changes, replications };
}

/** The fragment with these settings. */
function fragmentOf({ changes, replications }) {
  const words = new URLSearchParams();
  for (const [key, value] of changes) words.append("set", `${key}=${value}`);
  if (replications > 1) words.append("replications", replications);
  return MARK + words;
}

/** Shows the settings and reads what a reader changes; `changed` is told of them. Answers what shows others. */
function settingsForm({ sliders, keys }, changed) {
  const at = (id) => document.getElementById(id);
  const changes = new Map();
  at("live-keys").append(...keys.map((key) => new Option(key)));

  const controls = sliders.map(({ key, steps, at: stored }) => {
    const slider = Object.assign(document.createElement("input"), { type: "range", min: 0, max: steps.length - 1, step: 1, value: stored });
    slider.dataset.key = key;
    const output = document.createElement("output");
    const name = document.createElement("code");
    name.textContent = key;
    const label = document.createElement("label");
    label.append(name, output, slider);
    at("live-sliders").append(label);
    const tell = () => {
      output.textContent = plain(changes.get(key) ?? steps[stored]);
      slider.setAttribute("aria-valuetext", output.textContent);
    };
    slider.addEventListener("input", () => put(key, Number(slider.value) === stored ? null : steps[slider.value]));
    return () => {
      const value = changes.get(key);
      // A value that was typed need not be a step.
      const place = value === undefined ? stored : steps.indexOf(value);
      if (place >= 0) slider.value = place;
      tell();
    };
  });

  const show = () => {
    controls.forEach((control) => control());
    at("live-changes").replaceChildren(...[...changes].map(([key, value]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = `${key} = ${value} ✕`;
      button.setAttribute("aria-label", `Take back ${key} = ${value}`);
      button.addEventListener("click", () => put(key, null));
      const item = document.createElement("li");
      item.append(button);
      return item;
    }));
  };
  const replications = () => Math.min(20, Math.max(1, Math.trunc(Number(at("live-replications").value)) || 1));
  const tellAll = () => {
    show();
    changed({ changes: new Map(changes), replications: replications() });
  };
  const put = (key, value) => {
    if (value === null) changes.delete(key);
    else changes.set(key, value);
    tellAll();
  };

  at("live-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const [key, value] = [at("live-key").value.trim(), at("live-value").value.trim()];
    if (!key || !value) {
      at(key ? "live-value" : "live-key").focus();
      return;
    }
    at("live-key").value = "";
    at("live-value").value = "";
    put(key, value);
  });
  at("live-replications").addEventListener("change", tellAll);
  at("live-reset").addEventListener("click", () => {
    changes.clear();
    at("live-replications").value = 1;
    tellAll();
  });
  show();
  return (settings) => {
    changes.clear();
    settings.changes.forEach((value, key) => changes.set(key, value));
    at("live-replications").value = settings.replications;
    show();
  };
}

/** A range without the marks of TOML. */
function plain(value) {
  return value.startsWith("[") ? value.slice(1, -1).replaceAll('"', "").replace(", ", " to ") : value;
}
