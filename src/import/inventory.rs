//! From an export of the console's agent tree and a table of sites to a scenario.
//!
//! An agent is at the site of the longest prefix that its address has. Each site becomes one group of
//! the scenario, with its number of agents, its scan methods and how many of its agents were on.

mod agents;
mod columns;
mod sites;
mod table;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use ipnet::{IpNet, Ipv4Net};

use super::scenario_writer::{Place, ScenarioDraft, Uplink, quoted, scenario_name};
use super::{Begun, counted};
use crate::scenario::{Diagnostic, Diagnostics, nearest};
use crate::units::{BitRate, SimDuration};
use agents::{Agents, Tally};
pub use columns::{MEANINGS, NAMED_COLUMNS};
use sites::{Site, Sites};
use table::WrongRows;

/// So many agents without a site are named; the others are counted.
const NAMED: usize = 5;

/// A file: its bytes and its name.
type Input<'a> = (&'a [u8], &'a Path);

/// An inventory.
#[derive(Clone, Copy, Debug)]
pub struct Inventory<'a> {
    /// The export of the agent tree, and its name.
    pub agents: Input<'a>,
    /// The table of sites, and its name.
    pub subnets: Input<'a>,
}

/// What an inventory does not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InventoryRules {
    /// Headers by the names of [`NAMED_COLUMNS`], before those that are known.
    pub columns: Vec<(String, String)>,
    /// Words and which of [`MEANINGS`] they have, before those that are known.
    pub words: Vec<(String, String)>,
    /// Whether wrong rows of agents are left out, not refused.
    pub skips_bad_rows: bool,
    /// Whether names of sites and agents and all addresses are replaced.
    pub anonymises: bool,
    /// The site where the server is; by default the only one without a bandwidth.
    pub headquarters: Option<String>,
    /// Headquarters' access to the Internet.
    pub internet: BitRate,
    /// Bandwidth of a link that has none in the table.
    pub default_link: BitRate,
    /// Latency of a link that has none in the table.
    pub default_latency: SimDuration,
    /// The online pattern of agents that were on when the inventory was exported.
    pub online: &'static str,
    /// The online pattern of those that were off.
    pub offline: &'static str,
    /// Whether sites get an Update Agent.
    pub update_agents: bool,
}

/// Rows of an inventory that are wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InventoryError {
    /// The first of them, each with its place.
    pub shown: Vec<Diagnostics>,
    /// How many there are.
    pub rows: usize,
}

impl fmt::Display for InventoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shown.iter().try_for_each(|row| write!(f, "{row}"))
    }
}

impl std::error::Error for InventoryError {}

impl Inventory<'_> {
    /// The scenario called `name` that it makes by `rules`.
    ///
    /// # Errors
    /// Everything that is wrong with the tables, each with its place; wrong rows of agents only if they
    /// are not to be left out.
    pub fn scenario(&self, name: &str, rules: &InventoryRules) -> Result<Begun, InventoryError> {
        let sites = Sites::read(self.subnets, rules)?;
        let headquarters = choose_headquarters(&sites, rules).map_err(|problem| {
            let file = self.subnets.1.display().to_string();
            InventoryError { shown: vec![Diagnostics::of_file(&file, "", vec![problem])], rows: 1 }
        })?;
        let (agents, wrong) = Agents::read(self.agents, &sites, rules)?;
        if wrong.count > 0 && !rules.skips_bad_rows {
            return Err(InventoryError { shown: wrong.shown, rows: wrong.count });
        }
        Ok(Census { inventory: self, rules, sites: &sites, agents, wrong, headquarters }
            .write(name))
    }
}

/// The site of the server by its number; `None`: a place of its own.
fn choose_headquarters(sites: &Sites, rules: &InventoryRules) -> Result<Option<usize>, Diagnostic> {
    if let Some(wanted) = &rules.headquarters {
        let found = sites.list.iter().position(|site| site.name == *wanted);
        return found.map(Some).ok_or_else(|| {
            let message = format!("there is no site `{wanted}` to be headquarters");
            let help = nearest(wanted, sites.list.iter().map(|site| site.name.as_str()));
            Diagnostic::new("unknown-name", 0..0, message, "the name of a site").with_help(help)
        });
    }
    let without: Vec<usize> =
        (0..sites.list.len()).filter(|at| sites.list[*at].bandwidth.is_none()).collect();
    match without.as_slice() {
        [] => Ok(None),
        [only] => Ok(Some(*only)),
        several => {
            let first = several.iter().take(NAMED);
            let names: Vec<String> =
                first.map(|at| format!("`{}`", sites.list[*at].name)).collect();
            let count = counted(several.len(), "site has", "sites have");
            let message = format!("{count} no bandwidth: {} …", names.join(", "));
            let help = Some("or name headquarters: --headquarters SITE".into());
            let expected = "a bandwidth at every site but headquarters";
            Err(Diagnostic::new("no-headquarters", 0..0, message, expected).with_help(help))
        }
    }
}

/// What was counted, on its way to a scenario.
struct Census<'a> {
    inventory: &'a Inventory<'a>,
    rules: &'a InventoryRules,
    sites: &'a Sites,
    agents: Agents<'a>,
    wrong: WrongRows,
    headquarters: Option<usize>,
}

impl Census<'_> {
    fn write(&self, name: &str) -> Begun {
        let ranges = if self.rules.anonymises { None } else { self.ranges() };
        let place = |at: usize| self.place(at, ranges.as_ref().map(|ranges| ranges[at]));
        let others = (0..self.sites.list.len()).filter(|at| Some(*at) != self.headquarters);
        let headquarters = self.headquarters.map_or_else(|| self.place_of_its_own(), place);
        let sites: Vec<Place> = others.map(place).collect();
        let placed = self.agents.placed();
        let independent = self.agents.placed_and("independent") * 1_000_000;
        let places = counted(sites.len() + 1, "site", "sites");
        let count = usize::try_from(placed).unwrap_or(usize::MAX);
        let sketch = ScenarioDraft {
            name: scenario_name(name),
            title: format!("{} at {places}", counted(count, "agent", "agents")),
            about: self.about(),
            internet: self.rules.internet,
            headquarters: Place { uplink: None, ..headquarters },
            sites,
            independent: independent.checked_div(placed).unwrap_or(0),
        };
        let mut notes = self.counts();
        notes.extend(self.wrong.shown.iter().map(|row| row.to_string().trim_end().to_string()));
        notes.extend(self.names_of_unplaced());
        Begun { text: sketch.write(self.rules.update_agents), notes }
    }

    /// Headquarters where no site is.
    fn place_of_its_own(&self) -> Place {
        let is_free = |name: &String| self.sites.list.iter().all(|site| site.name != *name);
        let names = (1_u64..).map(|n| if n == 1 { "hq".into() } else { format!("hq-{n}") });
        let name = names.into_iter().find(is_free).unwrap_or_default();
        let note = Some("Every site has a bandwidth, so the server is at none of them.".into());
        Place { name, note, ..Place::default() }
    }

    fn place(&self, at: usize, subnet: Option<Ipv4Net>) -> Place {
        let (site, tally) = (&self.sites.list[at], &self.agents.tallies[at]);
        let name =
            if self.rules.anonymises { format!("site-{:03}", at + 1) } else { site.name.clone() };
        let addresses: Vec<String> = site.subnets.iter().map(IpNet::to_string).collect();
        let note = (!self.rules.anonymises).then(|| format!("addresses: {}", addresses.join("; ")));
        let uplink = Uplink {
            via: None,
            bandwidth: site.bandwidth.unwrap_or(self.rules.default_link),
            latency: site.latency.unwrap_or(self.rules.default_latency),
        };
        let count = |meaning| tally.of.get(meaning).copied().unwrap_or_default();
        Place {
            name,
            agents: tally.agents,
            note,
            subnet,
            scan: MEANINGS[..2].iter().map(|scan| (*scan, count(scan))).collect(),
            presence: self.presence(tally),
            uplink: Some(uplink),
        }
    }

    fn presence(&self, tally: &Tally) -> Vec<(&'static str, u64)> {
        let mut shares: BTreeMap<&'static str, u64> = BTreeMap::new();
        for (meaning, pattern) in [("online", self.rules.online), ("offline", self.rules.offline)] {
            *shares.entry(pattern).or_default() += tally.of.get(meaning).unwrap_or(&0);
        }
        shares.into_iter().collect()
    }

    /// Each site's address range, if a scenario can have them all: one range of IPv4 for each site,
    /// with room for its agents, none within another.
    fn ranges(&self) -> Option<Vec<Ipv4Net>> {
        let range = |(site, tally): (&Site, &Tally)| match IpNet::aggregate(&site.subnets)[..] {
            [IpNet::V4(range)] if (8..=30).contains(&range.prefix_len()) => {
                let room = (1_u64 << (32 - range.prefix_len())) - 2;
                (tally.agents <= room).then_some(range)
            }
            _ => None,
        };
        let both = self.sites.list.iter().zip(&self.agents.tallies);
        let all: Vec<Ipv4Net> = both.map(range).collect::<Option<_>>()?;
        let mut sorted = all.clone();
        sorted.sort();
        let is_apart = sorted.windows(2).all(|pair| !pair[0].contains(&pair[1]));
        // A place of its own would be given a range that may be a site's.
        (is_apart && self.headquarters.is_some()).then_some(all)
    }

    /// What was found, in numbers.
    fn counts(&self) -> Vec<String> {
        let placed = usize::try_from(self.agents.placed()).unwrap_or(usize::MAX);
        let sites = counted(self.sites.list.len(), "site", "sites");
        let mut notes = vec![format!("{} at {sites}", counted(placed, "agent", "agents"))];
        let mut note = |count: usize, one, many, what: &str| {
            if count > 0 {
                notes.push(format!("{} {what}", counted(count, one, many)));
            }
        };
        let unplaced = self.agents.unplaced.len();
        note(unplaced, "agent", "agents", "with an address that is in no subnet: left out");
        note(self.wrong.count, "row", "rows", "that could not be read: left out (--skip-bad-rows)");
        let twice = "with the name and the address of an earlier one: counted all the same";
        note(self.agents.repeated, "agent", "agents", twice);
        let empty = self.agents.tallies.iter().filter(|tally| tally.agents == 0).count();
        note(empty, "site", "sites", "without agents");
        let is_assumed = |(at, site): &(usize, &Site)| {
            site.bandwidth.is_none() && Some(*at) != self.headquarters
        };
        let assumed = self.sites.list.iter().enumerate().filter(is_assumed).count();
        note(assumed, "site", "sites", "without a bandwidth: --default-link");
        if let Some(bandwidth) = self.headquarters.and_then(|at| self.sites.list[at].bandwidth) {
            notes.push(format!(
                "headquarters has a bandwidth of {bandwidth} in the table: it has no link to itself, so \
                 that is left out; its access to the Internet is --internet"
            ));
        }
        notes
    }

    /// The first agents without a site by name, and all of them by domain.
    fn names_of_unplaced(&self) -> Vec<String> {
        let file = self.inventory.agents.1.display();
        let all = &self.agents.unplaced;
        let mut notes: Vec<String> = all
            .iter()
            .take(NAMED)
            .map(|agent| {
                let (name, address) = if self.rules.anonymises {
                    (format!("agent-{}", agent.line), "hidden".into())
                } else {
                    (quoted(&agent.name), quoted(&agent.address))
                };
                format!("{file}:{}: {name} is in no subnet (address {address})", agent.line)
            })
            .collect();
        if all.len() > NAMED {
            notes.push(format!("{file}: and {} more in no subnet", all.len() - NAMED));
        }
        let mut domains: BTreeMap<&str, usize> = BTreeMap::new();
        for agent in all.iter().filter(|agent| !agent.domain.is_empty()) {
            *domains.entry(&agent.domain).or_default() += 1;
        }
        if !domains.is_empty() && !self.rules.anonymises {
            let named = domains.iter().map(|(domain, count)| format!("{} {count}", quoted(domain)));
            let named: Vec<String> = named.collect();
            notes.push(format!("in no subnet, by domain: {}", named.join(", ")));
        }
        notes
    }

    /// The comment that opens the scenario.
    fn about(&self) -> Vec<String> {
        let rules = self.rules;
        let files = if rules.anonymises {
            "an inventory; names are replaced and addresses left out".into()
        } else {
            let [agents, subnets] = [self.inventory.agents.1, self.inventory.subnets.1]
                .map(|path| path.file_name().map(|name| name.to_string_lossy().into_owned()));
            format!("{} and {}", agents.unwrap_or_default(), subnets.unwrap_or_default())
        };
        let mut about = vec![format!("Written by `updraft init --from-inventory` from {files}.")];
        about.push("Found:".into());
        about.extend(self.counts().iter().map(|note| format!("- {note}")));
        about.push("Assumed, because an inventory does not say it:".into());
        about.push(format!(
            "- {} to the Internet, at headquarters alone (--internet)",
            rules.internet
        ));
        about.push(format!(
            "- who was online at the export is {} (--online), who was offline {} (--offline)",
            rules.online, rules.offline
        ));
        about.push(format!(
            "- latency {} where none is given (--default-latency)",
            rules.default_latency
        ));
        if rules.update_agents {
            about.push("- an Update Agent at each site of at least 10 agents".into());
        }
        about.push("- every agent has the latest components at the start (releases_behind)".into());
        about
    }
}
