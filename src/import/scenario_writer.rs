//! The draft of an imported company, and the scenario written from it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use ipnet::Ipv4Net;
use toml_writer::{ToTomlValue, TomlStringBuilder};

use crate::policy::source_order::MAX_LIST_ENTRIES;
use crate::units::text::{print_duration, print_rate};
use crate::units::{BitRate, SimDuration};

/// The minimum size of a site with an Update Agent: smaller sites update over their link.
pub(super) const FEWEST_FOR_UPDATE_AGENT: u64 = 10;

/// A company.
#[derive(Debug)]
pub(super) struct ScenarioDraft {
    /// The name of the results folder; see [`scenario_name`].
    pub(super) name: String,
    pub(super) title: String,
    /// Findings and assumptions, one per line.
    pub(super) about: Vec<String>,
    /// Headquarters' access to the Internet.
    pub(super) internet: BitRate,
    pub(super) headquarters: Place,
    /// The sites, each with the site above it.
    pub(super) sites: Vec<Place>,
    /// Links in addition to those of the sites.
    pub(super) links: Vec<Beside>,
    /// Agents in Independent mode, in parts per million of all.
    pub(super) independent: u64,
}

/// Headquarters or a site.
#[derive(Debug, Default)]
pub(super) struct Place {
    pub(super) name: String,
    pub(super) agents: u64,
    /// A comment on a separate line.
    pub(super) note: Option<String>,
    /// Its address range, if it is to be written.
    pub(super) subnet: Option<Ipv4Net>,
    /// The number of agents with each scan method; empty: the default.
    pub(super) scan: Vec<(&'static str, u64)>,
    /// The number of agents with each online pattern; empty: the default.
    pub(super) presence: Vec<(&'static str, u64)>,
    /// The number of agents for each number of releases behind; empty: the default.
    pub(super) releases_behind: Vec<(u64, u64)>,
    /// The number of Update Agents; `None`: as its size requires, and none at headquarters.
    pub(super) update_agents: Option<u64>,
    /// Its link; headquarters has none.
    pub(super) uplink: Option<Uplink>,
}

/// A link between two places, in addition to those of sites.
#[derive(Clone, Debug)]
pub(super) struct Beside {
    pub(super) ends: [String; 2],
    /// Away from its first end.
    pub(super) bandwidth: BitRate,
    /// Of the other direction, if that differs.
    pub(super) bandwidth_back: Option<BitRate>,
    pub(super) latency: SimDuration,
}

/// The link of a site.
#[derive(Clone, Debug)]
pub(super) struct Uplink {
    /// The site at its other end; `None`: headquarters.
    pub(super) via: Option<String>,
    pub(super) bandwidth: BitRate,
    /// Away from the site, if that differs.
    pub(super) bandwidth_up: Option<BitRate>,
    pub(super) latency: SimDuration,
}

impl ScenarioDraft {
    /// The scenario, with an Update Agent at the larger sites if `update_agents`.
    pub(super) fn write(&self, update_agents: bool) -> String {
        let served = if update_agents { self.served() } else { BTreeSet::new() };
        let mut out = String::new();
        for line in &self.about {
            let line = format!("# {}", commented(line));
            let wrapped = textwrap::Options::new(100).subsequent_indent("#   ");
            let _ = writeln!(out, "{}", textwrap::fill(&line, wrapped));
        }
        let _ = write!(
            out,
            "\nname = {}\ntitle = {}\noption = \"server-ua\"\nstart = \"Mon 10:00\"\nduration = \
             \"24 h\"\n\n[network]\nmodel = \"tcp\"\n\n",
            quoted(&self.name),
            quoted(&self.title)
        );
        let _ = writeln!(out, "[headquarters]\nname = {}", quoted(&self.headquarters.name));
        let _ = writeln!(out, "internet_bandwidth = \"{}\"", print_rate(self.internet));
        let headquarters = self.headquarters.update_agents.filter(|_| update_agents);
        self.headquarters.write_rest(&mut out, headquarters.unwrap_or(0));
        for site in &self.sites {
            let _ = writeln!(out, "\n[[site]]\nname = {}", quoted(&site.name));
            let by_size = u64::from(served.contains(site.name.as_str()));
            let given = site.update_agents.filter(|_| update_agents);
            site.write_rest(&mut out, given.unwrap_or(by_size));
        }
        for link in &self.links {
            let [from, to] = link.ends.each_ref().map(|end| quoted(end));
            let (bandwidth, latency) = (print_rate(link.bandwidth), print_duration(link.latency));
            let _ =
                writeln!(out, "\n[[link]]\nfrom = {from}\nto = {to}\nbandwidth = \"{bandwidth}\"");
            if let Some(back) = link.bandwidth_back {
                let _ = writeln!(out, "bandwidth_back = \"{}\"", print_rate(back));
            }
            let _ = writeln!(out, "latency = \"{latency}\"");
        }
        if self.independent > 0 {
            let (whole, rest) = (self.independent / 10_000, self.independent % 10_000);
            let _ = write!(out, "\n[agents]\nindependent = \"{whole}.{rest:04} %\"\n");
        }
        out + RELEASE
    }

    /// The sites that get an Update Agent: the largest first, up to the maximum of the list.
    fn served(&self) -> BTreeSet<&str> {
        let large =
            |site: &&Place| site.update_agents.is_none() && site.agents >= FEWEST_FOR_UPDATE_AGENT;
        let mut sites: Vec<&Place> = self.sites.iter().filter(large).collect();
        sites.sort_by_key(|site| std::cmp::Reverse(site.agents));
        sites.iter().take(MAX_LIST_ENTRIES).map(|site| site.name.as_str()).collect()
    }
}

/// The events: the same in every written scenario.
const RELEASE: &str = "
# What is simulated: an emergency release while people work. Change it to what you want to know.
[[release]]
name = \"emergency\"
at = \"Mon 10:15\"
components = [\"Virus Pattern\", \"Smart Scan Agent Pattern\"]
";

impl Place {
    fn write_rest(&self, out: &mut String, update_agents: u64) {
        if let Some(note) = &self.note {
            let _ = writeln!(out, "# {}", commented(note));
        }
        let _ = writeln!(out, "agents = {}", self.agents);
        if let Some(uplink) = &self.uplink {
            if let Some(via) = &uplink.via {
                let _ = writeln!(out, "via = {}", quoted(via));
            }
            let _ = writeln!(out, "bandwidth = \"{}\"", print_rate(uplink.bandwidth));
            if let Some(up) = uplink.bandwidth_up {
                let _ = writeln!(out, "bandwidth_up = \"{}\"", print_rate(up));
            }
            let _ = writeln!(out, "latency = \"{}\"", print_duration(uplink.latency));
        }
        if let Some(subnet) = self.subnet {
            let _ = writeln!(out, "subnet = \"{subnet}\"");
        }
        let needed = prefix_for(self.agents);
        match (self.subnet, &self.uplink) {
            (Some(subnet), Some(_)) => {
                let _ = writeln!(out, "site_prefix = {}", subnet.prefix_len());
            }
            (None, Some(_)) if needed < 24 => {
                let _ = writeln!(out, "site_prefix = {needed}");
            }
            _ => {}
        }
        if update_agents > 0 {
            let _ = writeln!(out, "update_agents = {update_agents}");
        }
        for (key, shares) in [("scan", &self.scan), ("presence", &self.presence)] {
            if let Some(mixture) = mixture(shares) {
                let _ = writeln!(out, "{key} = {mixture}");
            }
        }
        let named: Vec<(String, u64)> = self
            .releases_behind
            .iter()
            .map(|(behind, agents)| (behind.to_string(), *agents))
            .collect();
        match named.as_slice() {
            [] => {}
            [(all, _)] => {
                let _ = writeln!(out, "releases_behind = {all}");
            }
            several => {
                let parts = several
                    .iter()
                    .map(|(behind, share)| format!("{{ share = {share}, at = {behind} }}"));
                let _ =
                    writeln!(out, "releases_behind = [{}]", parts.collect::<Vec<_>>().join(", "));
            }
        }
    }
}

/// The smallest address range with room for this many agents.
pub(super) fn prefix_for(agents: u64) -> u8 {
    (8..=24).rev().find(|prefix| (1_u64 << (32 - prefix)) >= agents + 2).unwrap_or(8)
}

/// Shares in the notation of a scenario; empty if there are none.
fn mixture(shares: &[(&'static str, u64)]) -> Option<String> {
    let there: Vec<_> = shares.iter().filter(|(_, share)| *share > 0).collect();
    match there.as_slice() {
        [] => None,
        [(only, _)] => Some(format!("\"{only}\"")),
        several => {
            let parts: Vec<String> = several
                .iter()
                .map(|(name, share)| format!("{{ share = {share}, at = \"{name}\" }}"))
                .collect();
            Some(format!("[{}]", parts.join(", ")))
        }
    }
}

/// `text` as a string of TOML on one line, with any content.
pub(super) fn quoted(text: &str) -> String {
    TomlStringBuilder::new(text).as_basic().to_toml_value()
}

/// `text` in a form for comments: on one line, without control characters.
fn commented(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// `text` with all characters replaced that a scenario's name may not have.
pub(super) fn scenario_name(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
    let name: String = text.chars().take(60).map(plain).collect();
    let name = name.trim_matches('-');
    if name.is_empty() { "scenario".into() } else { name.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_scenarios_are_plain() {
        assert_eq!(scenario_name("../x"), "x");
        assert_eq!(scenario_name("Zürich ☃"), "Z-rich");
        assert_eq!(scenario_name("☃"), "scenario");
        assert_eq!(scenario_name(&"a".repeat(500)).len(), 60);
    }

    #[test]
    fn a_range_has_room_for_its_agents() {
        assert_eq!([0, 254, 255, 510, 511].map(prefix_for), [24, 24, 23, 23, 22]);
    }

    #[test]
    fn the_largest_sites_get_an_update_agent_as_many_as_the_list_may_name() {
        let site = |number: u64| Place {
            name: number.to_string(),
            agents: if number == 1500 { 9 } else { 10 + number },
            ..Place::default()
        };
        let draft = ScenarioDraft {
            name: "x".into(),
            title: String::new(),
            about: Vec::new(),
            internet: BitRate::from_megabits(1),
            headquarters: Place::default(),
            sites: (0..=1500).map(site).collect(),
            links: Vec::new(),
            independent: 0,
        };
        let served = draft.served();
        assert_eq!(served.len(), 1024);
        assert!(served.contains("1499") && !served.contains("475") && !served.contains("1500"));
    }
}
