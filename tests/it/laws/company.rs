//! Random companies as scenario text, over the table of all keys: sites in trees, accesses to the Internet, proxies,
//! faults at the instants of other events, the shortest presences, sources with one place, several releases, nested
//! Update Agents. A company is small, so that a run takes about a millisecond.

use std::fmt::Write as _;

use updraft::scenario::ValueType::Text;
use updraft::scenario::keys::{self, Key, Section};
use updraft::scenario::{Diagnostics, Overrides, Scenario};

use super::choices::Choices;
use super::values::{quoted, value};

/// The names in a company so far.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) duration: String,
    /// Instants that releases, commands and faults share, so that they coincide.
    pub(crate) moments: Vec<String>,
    /// Headquarters and the groups of sites.
    pub(crate) groups: Vec<String>,
    /// The groups that others may be below.
    pub(crate) hubs: Vec<String>,
    pub(crate) sites: Vec<String>,
    /// The ends of explicit links in addition to groups and sites.
    pub(crate) routers: Vec<String>,
    /// The groups that only explicit links connect to the others.
    unconnected: Vec<String>,
    /// Explicit links that have a name, one by one.
    pub(crate) links: Vec<String>,
    pub(crate) update_agents: Vec<String>,
    /// Other update sources: their names, which are known before their tables are written.
    pub(crate) others: Vec<String>,
    /// Groups of agents, and changes of settings.
    pub(crate) agent_groups: Vec<String>,
    pub(crate) changes: Vec<String>,
}

/// The percentage of keys that are written and not left to the defaults.
#[derive(Clone, Copy, Debug)]
struct Density {
    tables: u64,
    keys: u64,
}

/// A company under construction.
struct Writer<'c, 'b> {
    choices: &'c mut Choices<'b>,
    known: Known,
    density: Density,
    text: String,
    /// Groups of sites.
    groups: u64,
    /// How many times as many sites, and agents of each, a group has as one of a small company.
    times: u64,
    /// Whether links and routers are explicit.
    has_graph: bool,
}

/// A valid company: contradictions are dropped line by line, and a company that is still invalid is dropped as a whole.
pub(crate) fn valid(choices: &mut Choices<'_>) -> (String, Scenario) {
    valid_of_size(choices, 1)
}

/// The same with so many times as many sites, and agents at each.
pub(crate) fn valid_of_size(choices: &mut Choices<'_>, times: u64) -> (String, Scenario) {
    loop {
        let mut text = company(choices, times);
        for _ in 0..20 {
            match read(&text) {
                Ok(scenario) => return (text, scenario),
                Err(problems) => text = without_problems(&text, &problems),
            }
        }
    }
}

/// Reads the scenario in `text`.
pub(crate) fn read(text: &str) -> Result<Scenario, Diagnostics> {
    Scenario::parse(text, "random.toml", &Overrides::default())
}

/// An unfiltered company: keys may contradict each other.
fn company(choices: &mut Choices<'_>, times: u64) -> String {
    let hours = *choices.one(&["1 h", "4 h", "11 h", "26 h", "26 h", "50 h"]);
    let density = Density { tables: *choices.one(&[30, 60, 90]), keys: *choices.one(&[5, 15, 40]) };
    let others = (0..choices.below(5).saturating_sub(2)).map(|number| format!("mirror{number}"));
    let known = Known { duration: hours.into(), others: others.collect(), ..Known::default() };
    let (groups, has_graph) = (choices.below(5), choices.percent(40));
    let text = String::new();
    let mut writer = Writer { choices, known, density, text, groups, times, has_graph };
    writer.moments();
    writer.write();
    writer.text
}

impl Writer<'_, '_> {
    fn moments(&mut self) {
        let hours: u64 =
            self.known.duration.split(' ').next().map_or(1, |n| n.parse().unwrap_or(1));
        for _ in 0..self.choices.between(2, 5) {
            let minutes = match self.choices.below(3) {
                0 => 60 * self.choices.below(hours),
                1 => 20 * self.choices.below(3 * hours.min(11)),
                _ => self.choices.below(60 * hours),
            };
            let offset = *self.choices.one(&["", "", "", " 1 ns", " 1 s"]);
            self.known.moments.push(format!("{minutes} min{offset}"));
        }
    }

    fn write(&mut self) {
        for section in keys::SECTIONS {
            match section.name {
                "site" => self.sites(),
                "router" | "link" if !self.has_graph => {}
                "router" => self.routers(section),
                "link" => self.links(section),
                "group" => self.repeat(section, 3, |writer| {
                    let name = writer.choices.below(1000).to_string();
                    writer.table(section, &[("name", quoted(&name))]);
                    writer.known.agent_groups.push(name);
                }),
                "working_day" => self.working_day(section),
                "network" => self.network(section),
                "release" => self.releases(section),
                "threshold" => self.repeat(section, 2, |writer| {
                    let limit = *writer.choices.one(&["min", "max"]);
                    let other = if limit == "min" { "max" } else { "min" };
                    writer.table(section, &[(limit, "3600".into()), (other, String::new())]);
                }),
                "fault" => self.repeat(section, 3, Self::fault),
                "other_source" => self.other_sources(section),
                "change" => self.changes(section),
                "update_agent" => self.repeat(section, 3, Self::update_agent),
                "" => self.table(section, &[]),
                "headquarters" => {
                    // There are agents, at least if there are no sites.
                    let agents = (3 - self.choices.below(4)).max(u64::from(self.groups == 0));
                    let name = *self.choices.one(&["hq", "hq", "center"]);
                    self.table(section, &[("agents", agents.to_string()), ("name", quoted(name))]);
                    self.known.groups.push(name.into());
                    self.known.sites.push(name.into());
                }
                _ if section.repeated() => {
                    self.repeat(section, 3, |writer| writer.table(section, &[]));
                }
                _ if self.choices.percent(self.density.tables) => self.table(section, &[]),
                _ => {}
            }
        }
    }

    /// Up to `most` tables of a section, if any.
    fn repeat(&mut self, section: &Section, most: u64, mut write: impl FnMut(&mut Self)) {
        debug_assert!(section.repeated(), "{} occurs once", section.name);
        if self.choices.percent(self.density.tables) {
            for _ in 0..self.choices.between(1, most) {
                write(self);
            }
        }
    }

    /// A table: the keys of `given`, the required keys, and some of the optional ones.
    fn table(&mut self, section: &Section, given: &[(&str, String)]) {
        match (section.name, section.repeated()) {
            ("", _) => {}
            (name, true) => self.line(format_args!("[[{name}]]")),
            (name, false) => self.line(format_args!("[{name}]")),
        }
        for key in section.keys {
            let written = match given.iter().find(|(name, _)| *name == key.name) {
                Some((_, written)) => Some(written.clone()).filter(|written| !written.is_empty()),
                None => self.some_value(section, key),
            };
            if let Some(written) = written {
                self.line(format_args!("{} = {written}", key.name));
            }
        }
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        writeln!(self.text, "{line}").expect("a string grows");
    }

    fn some_value(&mut self, section: &Section, key: &Key) -> Option<String> {
        let wanted = key.default.is_none() || self.choices.percent(self.density.keys);
        let path = format!("{}.{}", section.name, key.name);
        wanted.then(|| value(self.choices, &self.known, &path, key.form)).flatten()
    }

    fn sites(&mut self) {
        for number in 0..self.groups {
            let name = format!("g{number}");
            let count = self.times * self.choices.between(1, 3);
            let update_agents = self.choices.below(3).saturating_sub(1) + self.choices.below(2);
            let fewest = update_agents.max(1) + self.choices.below(3);
            let most = fewest + self.choices.below(3);
            let way_out = *self.choices.one(&["", "", "headquarters", "own", "none"]);
            let bandwidth = if way_out == "own" { "\"2 Mbit/s\"" } else { "" };
            let mut given = vec![
                ("name", quoted(&name)),
                ("count", count.to_string()),
                ("agents", format!("[{}, {}]", fewest * self.times, most * self.times)),
                ("update_agents", update_agents.to_string()),
                ("internet", if way_out.is_empty() { String::new() } else { quoted(way_out) }),
                ("internet_bandwidth", bandwidth.to_string()),
            ];
            if way_out != "own" {
                given.push(("internet_latency", String::new()));
            }
            if self.has_graph && self.choices.percent(30) {
                let none = ["bandwidth", "latency", "cost"].map(|key| (key, String::new()));
                given.extend(none);
                given.push(("via", quoted("none")));
                self.known.unconnected.push(name.clone());
            }
            self.table(&keys::SITE, &given);
            for site in 1..=count {
                let site = if count == 1 { name.clone() } else { format!("{name}-{site:03}") };
                let agents = (1..=update_agents).map(|agent| format!("{site}/ua-{agent}"));
                self.known.update_agents.extend(agents);
                self.known.sites.push(site);
            }
            self.known.groups.push(name.clone());
            self.known.hubs.push(name);
        }
    }

    /// Other update sources, some with a URL.
    fn other_sources(&mut self, section: &Section) {
        for name in self.known.others.clone() {
            let mut given = vec![("name", quoted(&name)), ("url", String::new())];
            if self.choices.percent(50) {
                given[1].1 = quoted(format!("http://{name}.example/activeupdate"));
            }
            self.table(section, &given);
        }
    }

    /// Some changes of settings, and some that entries of the update source list name.
    fn changes(&mut self, section: &Section) {
        let able: Vec<_> = keys::changeable().collect();
        self.repeat(section, 4, |writer| {
            let (of, key) = *writer.choices.one(&able);
            let path = format!("{}.{}", of.name, key.name);
            let Some(to) = value(writer.choices, &writer.known, &path, key.form) else { return };
            let name = format!("change{}", writer.known.changes.len());
            let is_list = writer.choices.percent(20);
            let (key, to) =
                if is_list { (String::new(), String::new()) } else { (quoted(&path), to) };
            writer.table(section, &[("name", quoted(&name)), ("key", key), ("to", to)]);
            writer.known.changes.push(name);
        });
    }

    fn routers(&mut self, section: &Section) {
        for number in 0..self.choices.below(3) {
            let name = format!("router{number}");
            self.table(section, &[("name", quoted(&name))]);
            self.known.routers.push(name);
        }
    }

    /// A link to each place that is not connected otherwise, then some between any two places.
    fn links(&mut self, section: &Section) {
        let mut joined = vec![self.known.groups[0].clone()];
        for place in [&self.known.routers[..], &self.known.unconnected[..]].concat() {
            let from = self.choices.one(&joined).clone();
            self.link(section, &from, &place);
            joined.push(place);
        }
        let known = &self.known;
        let places = [&known.groups[..], &known.sites[..], &known.routers[..]].concat();
        for _ in 0..self.choices.below(4) {
            let from = self.choices.one(&places).clone();
            let leads_out = self.choices.percent(20);
            let to = if leads_out { "internet" } else { self.choices.one(&places) }.to_string();
            self.link(section, &from, &to);
        }
    }

    fn link(&mut self, section: &Section, from: &str, to: &str) {
        let mut given = vec![("from", quoted(from)), ("to", quoted(to))];
        // A connecting link carries everything, like the links of sites.
        let carries = if to == "internet" { "internet" } else { "everything" };
        if self.choices.percent(70) {
            given.push(("carries", quoted(carries)));
        }
        let name = format!("link{}", self.known.links.len());
        if self.choices.percent(60) {
            given.push(("name", quoted(&name)));
            // If an end is a group, each of its sites has one.
            self.known.links.extend([name.clone(), format!("{name}-001")]);
        } else {
            given.push(("name", String::new()));
        }
        self.table(section, &given);
    }

    /// One to four releases, each of a few components, of settings or of a program.
    fn releases(&mut self, section: &Section) {
        for number in 0..self.choices.between(1, 4) {
            let mut given = vec![("name", quoted(format!("r{number}")))];
            match self.choices.below(4) {
                0 => given.push(("settings", "true".into())),
                1 => {
                    given.push(("program", "true".into()));
                    given.extend(self.waves());
                }
                _ => {
                    given.extend(self.waves());
                    let mut name = || value(self.choices, &self.known, "component.name", Text);
                    let names = [name(), name()];
                    let names: Vec<String> = names.into_iter().flatten().collect();
                    given.push(("components", format!("[{}]", names.join(", "))));
                    for key in ["withdrawn_at", "rolled_back_at"] {
                        if self.choices.percent(10) {
                            let at = value(self.choices, &self.known, "release.at", Text);
                            given.extend(at.map(|at| (key, at)));
                        }
                    }
                }
            }
            self.table(section, &given);
        }
    }

    /// Sometimes the keys of a release that comes in waves.
    fn waves(&mut self) -> Vec<(&'static str, String)> {
        let mut groups = self.known.agent_groups.clone();
        groups.dedup();
        if groups.is_empty() || self.choices.percent(60) {
            return Vec::new();
        }
        let waves = self.choices.some(&groups).iter().map(quoted).collect::<Vec<_>>().join(", ");
        let gap = *self.choices.one(&["0 s", "1 ns", "7 min", "1 h"]);
        let done = *self.choices.one(&["0 %", "50 %", "95 %", "100 %"]);
        vec![
            ("waves", format!("[{waves}]")),
            ("wave_gap", quoted(gap)),
            ("wave_done", quoted(done)),
        ]
    }

    /// The model, and for TCP its keys.
    fn network(&mut self, section: &Section) {
        if self.choices.percent(40) {
            self.table(section, &[("model", quoted("tcp"))]);
        }
    }

    /// Laptops are switched on and off, but not so often that nothing else happens.
    fn working_day(&mut self, section: &Section) {
        let times = ["1 ns", "1 s", "1 min", "45 min"];
        let (short, long) = (*self.choices.one(&times), *self.choices.one(&["20 min", "3 h"]));
        let on_is_short = self.choices.percent(50);
        let (on, off) = if on_is_short { (short, long) } else { (long, short) };
        if self.choices.percent(self.density.tables) {
            let given = [("laptop_on", quoted(on)), ("laptop_off", quoted(off))];
            self.table(section, &given);
        }
    }

    fn update_agent(&mut self) {
        let name = format!("extra{}", self.known.update_agents.len());
        self.table(&keys::UPDATE_AGENT, &[("name", quoted(&name))]);
        self.known.update_agents.push(name);
    }

    /// A fault at a part that can have it: once, at shared instants or for the shortest time, or by rates.
    fn fault(&mut self) {
        let mut parts = vec![
            ("server", "down"),
            ("server", "wrong-proxy"),
            ("active-update", "down"),
            ("proxy", "down"),
            ("smart-protection", "down"),
            ("agents", "wrong-proxy"),
        ];
        parts.extend(self.known.others.iter().map(|other| (other.as_str(), "down")));
        for agent in &self.known.update_agents {
            parts
                .extend(["down", "disk-full", "address-change"].map(|what| (agent.as_str(), what)));
        }
        for link in self.known.sites.iter().chain(&self.known.links) {
            parts.extend([(link.as_str(), "down"); 2]);
        }
        let (at, what) = *self.choices.one(&parts);
        let (at, what) = (quoted(at), quoted(what));
        let by_rates = self.choices.percent(40);
        let mut given = vec![("at", at), ("what", what)];
        if by_rates {
            let every = *self.choices.one(&["20 min", "2 h", "9 h"]);
            let lasts = *self.choices.one(&["1 ns", "1 us", "1 s", "5 min", "1 h", "4 h"]);
            given.extend([("every", quoted(every)), ("lasts", quoted(lasts))]);
            given.extend([("from", String::new()), ("to", String::new())]);
        } else {
            let from = self.choices.one(&self.known.moments).clone();
            let span = *self.choices.one(&[" 1 ns", " 1 ms", " 2 min", " 1 h", ""]);
            let to = if self.choices.percent(30) {
                quoted(self.choices.one(&self.known.moments))
            } else if span.is_empty() {
                String::new()
            } else {
                quoted(format!("{from}{span}"))
            };
            given.extend([("from", quoted(&from)), ("to", to)]);
            given.extend([("every", String::new()), ("lasts", String::new())]);
        }
        self.table(&keys::FAULT, &given);
    }
}

/// The text without the lines that have problems; without their tables if the line alone is not the problem.
fn without_problems(text: &str, problems: &Diagnostics) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut dropped = vec![false; lines.len()];
    for record in problems.records().filter(|_| !lines.is_empty()) {
        let line = record.line.min(lines.len()).saturating_sub(1);
        let is_whole = lines[line].starts_with('[') || record.code == "missing-key";
        if !is_whole {
            dropped[line] = true;
            continue;
        }
        let start = (0..=line).rev().find(|at| lines[*at].starts_with('[')).unwrap_or(0);
        let end = (line + 1..lines.len()).find(|at| lines[*at].starts_with('['));
        dropped[start..end.unwrap_or(lines.len())].fill(true);
    }
    let kept = lines.iter().zip(dropped).filter(|(_, dropped)| !dropped);
    kept.flat_map(|(line, _)| [*line, "\n"]).collect()
}
