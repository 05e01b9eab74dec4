// Numbers as people read them, as in src/report/quantities.rs.
"use strict";

const UNITS = {
  "bit/s": [["Tbit/s", 1e12], ["Gbit/s", 1e9], ["Mbit/s", 1e6], ["kbit/s", 1e3], ["bit/s", 1]],
  bytes: [["TB", 1e12], ["GB", 1e9], ["MB", 1e6], ["kB", 1e3], ["B", 1]],
};
const CLOCK = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];

/** `value` with a unit: "1 h 23 min", "12.4 GB", "30,600"; "never" for a time that was never reached. */
function quantity(unit, value) {
  if (value === null || value === undefined) return unit === "s" ? "never" : "–";
  if (unit === "s") return duration(value);
  if (unit === "%") return `${decimal(value)} %`;
  if (unit in UNITS) {
    const [name, scale] = unitFor(unit, value);
    return `${decimal(value / scale)} ${name}`;
  }
  // A mean of counts need not be whole; where it is small, its fraction matters.
  return Number.isInteger(value) || value >= 100 ? thousands(value) : value.toFixed(1);
}

/** The unit in which `most` is a number of one to three digits. */
function unitFor(unit, most) {
  const units = UNITS[unit];
  return units.find(([, scale]) => most >= scale) || units[units.length - 1];
}

function duration(seconds) {
  if (seconds < 0) return `−${duration(-seconds)}`;
  if (seconds < 59.5) return `${seconds.toFixed(seconds > 0 && seconds < 9.95 ? 1 : 0)} s`;
  if (seconds < 600) return inTwo(Math.round(seconds), CLOCK.slice(2));
  const minutes = Math.round(seconds / 60) * 60;
  if (minutes < 172800) return inTwo(minutes, CLOCK.slice(1));
  return inTwo(Math.round(seconds / 3600) * 3600, CLOCK.slice(0, 2));
}

function inTwo(seconds, units) {
  const larger = Math.max(0, units.findIndex(([, scale]) => seconds >= scale));
  const [name, scale] = units[larger];
  const whole = Math.floor(seconds / scale);
  const rest = seconds - whole * scale;
  const smaller = units[larger + 1];
  const tail = smaller && rest >= smaller[1] ? ` ${Math.floor(rest / smaller[1])} ${smaller[0]}` : "";
  return `${thousands(whole)} ${name}${tail}`;
}

function decimal(value) {
  if (value > 0 && value < 0.05) return "< 0.1";
  return value >= 99.95 || Number.isInteger(value) ? thousands(value) : value.toFixed(1);
}

/** "1 agent", "2 agents". */
function counted(value, noun) {
  return `${thousands(value)} ${noun}${value === 1 ? "" : "s"}`;
}

function thousands(value) {
  return Math.round(value).toLocaleString("en-US");
}
