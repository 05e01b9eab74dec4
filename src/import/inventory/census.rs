//! The counts of an inventory, and the scenario that follows from them.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::{IpNet, Ipv4Net};

use super::agents::{Agents, Stray, Tally};
use super::rules::{Inventory, InventoryRules};
use super::sites::{Site, Sites};
use super::staleness;
use super::words::{MEANINGS, is_headquarters};
use crate::import::account::counted;
use crate::import::defaults;
use crate::import::scenario_writer::{
    FEWEST_FOR_UPDATE_AGENT, Place, ScenarioDraft, Uplink, prefix_for, quoted, scenario_name,
};
use crate::import::{ImportError, Imported};
use crate::scenario::{Diagnostic, Diagnostics, nearest};

/// The maximum number of sites or agents that are named; the others are counted.
const NAMED: usize = 5;

/// The counts from which the scenario is built.
pub(super) struct Census<'a> {
    pub(super) inventory: &'a Inventory<'a>,
    pub(super) rules: &'a InventoryRules,
    pub(super) sites: &'a Sites,
    pub(super) agents: Agents,
    /// The site of the server; `None`: a separate place.
    pub(super) headquarters: Option<usize>,
    /// Why it was chosen, if no table and no flag names it.
    pub(super) chosen: Option<&'static str>,
}

impl Census<'_> {
    /// Finds the site of the server.
    pub(super) fn choose_headquarters(&mut self) -> Result<(), Diagnostic> {
        let list = &self.sites.list;
        if let Some(wanted) = &self.rules.headquarters {
            let found = list.iter().position(|site| site.name == *wanted);
            self.headquarters = found.or_else(|| self.sites.called(wanted));
            return if self.headquarters.is_some() {
                Ok(())
            } else {
                let message = format!("there is no site `{wanted}` to be headquarters");
                let help = nearest(wanted, list.iter().map(|site| site.name.as_str()));
                Err(Diagnostic::new("unknown-name", 0..0, message, "the name of a site")
                    .with_help(help))
            };
        }
        let without: Vec<usize> =
            (0..list.len()).filter(|at| list[*at].bandwidth.is_none()).collect();
        let is_called = |at: &&usize| is_headquarters(&list[**at].name);
        let called: Vec<&usize> = without.iter().filter(is_called).collect();
        match (without.as_slice(), called.as_slice()) {
            ([], _) => {}
            ([only], _) => {
                let why = "the only site without a bandwidth";
                (self.headquarters, self.chosen) = (Some(*only), Some(why));
            }
            (_, [only]) => {
                (self.headquarters, self.chosen) = (Some(**only), Some("by its name"));
            }
            (several, _) if several.len() == list.len() && self.inventory.sites.is_empty() => {
                let agents = |at: &usize| self.agents.tallies[*at].agents;
                let most =
                    several.iter().copied().max_by_key(|at| (agents(at), std::cmp::Reverse(*at)));
                (self.headquarters, self.chosen) = (most, Some("the site with the most agents"));
            }
            (several, _) => {
                let first = several.iter().take(NAMED);
                let names: Vec<String> = first.map(|at| format!("`{}`", list[*at].name)).collect();
                let count = counted(several.len(), "site has", "sites have");
                let message = format!("{count} no bandwidth: {} …", names.join(", "));
                let help = Some("or name headquarters: --headquarters SITE".into());
                let expected = "a bandwidth at every site except headquarters";
                return Err(
                    Diagnostic::new("no-headquarters", 0..0, message, expected).with_help(help)
                );
            }
        }
        Ok(())
    }

    /// Refuses an inventory without any agent at a site.
    pub(super) fn refuse_nobody(&self) -> Result<(), ImportError> {
        let strays = [&self.agents.unplaced, &self.agents.nowhere];
        let count: usize = strays.iter().map(|stray| stray.count).sum();
        if self.agents.placed() > 0 {
            return Ok(());
        }
        let file = self.inventory.agents.1.display().to_string();
        let tables: Vec<String> =
            self.inventory.sites.iter().map(|input| input.1.display().to_string()).collect();
        let (message, expected) = if count == 0 {
            ("there are no agents in this table".to_string(), "a row for each agent")
        } else {
            let first = strays.iter().flat_map(|stray| &stray.first).take(NAMED);
            let names: Vec<String> = first
                .map(|agent| format!("{} {}", agent.name, agent.address).trim().into())
                .collect();
            let more = if count > names.len() {
                format!(" and {} more", count - names.len())
            } else {
                String::new()
            };
            let whose = if tables.is_empty() {
                "name no site".into()
            } else {
                format!("are in no subnet of {}", tables.join(", "))
            };
            let what = counted(count, "agent", "agents");
            (
                format!("{count} of {what} {whose}: {}{more}", names.join(", ")),
                "addresses that are in a site's subnets",
            )
        };
        let problem = Diagnostic::new("no-agents", 0..0, message, expected);
        Err(ImportError::of(vec![Diagnostics::of_file(&file, "", vec![problem])]))
    }

    pub(super) fn write(&self, name: &str) -> Imported {
        let ranges = if self.rules.anonymises { None } else { self.ranges() };
        let place = |at: usize| self.place(at, ranges.as_ref().and_then(|ranges| ranges[at]));
        let others = (0..self.sites.list.len()).filter(|at| Some(*at) != self.headquarters);
        let headquarters = self.headquarters.map_or_else(|| self.place_of_its_own(), place);
        let sites: Vec<Place> = others.map(place).collect();
        let placed = self.agents.placed();
        let independent = self.agents.placed_and("independent") * 1_000_000;
        let places = counted(sites.len() + 1, "site", "sites");
        let count = usize::try_from(placed).unwrap_or(usize::MAX);
        let draft = ScenarioDraft {
            name: scenario_name(name),
            title: format!("{} at {places}", counted(count, "agent", "agents")),
            about: self.about(),
            internet: self.rules.internet,
            headquarters: Place { uplink: None, ..headquarters },
            sites,
            links: Vec::new(),
            independent: independent.checked_div(placed).unwrap_or(0),
        };
        Imported {
            text: draft.write(self.rules.update_agents),
            notes: self.counts(),
            account: self.account(),
        }
    }

    /// The report: what was read, what was not, and which agents were left out.
    fn account(&self) -> Vec<String> {
        let mut account: Vec<String> = Vec::new();
        if !self.rules.anonymises {
            account.extend(self.sites.account.iter().chain(&self.agents.account).cloned());
        }
        let wrong = self.sites.wrong.shown.iter().chain(&self.agents.wrong.shown);
        account.extend(wrong.map(|row| row.to_string().trim_end().to_string()));
        account.extend(self.names_of(&self.agents.unplaced, "is in no subnet"));
        account.extend(self.names_of(&self.agents.nowhere, "has no address"));
        account.extend(self.comments());
        if let (Some(at), Some(why)) = (self.headquarters, self.chosen) {
            let name = if self.rules.anonymises {
                format!("site-{:03}", at + 1)
            } else {
                self.sites.list[at].name.clone()
            };
            account.push(format!("headquarters: {}, {why} (--headquarters)", quoted(&name)));
        }
        if self.headquarters.is_none() {
            let why = "because every site has a bandwidth";
            account.push(format!("headquarters: a place of its own, {why} (--headquarters)"));
        }
        if self.agents.newest.is_empty() {
            account.push(
                "every agent has the latest components at the start (releases_behind)".into(),
            );
        }
        account
    }

    /// Headquarters, if the server is at no site.
    fn place_of_its_own(&self) -> Place {
        let is_free = |name: &String| self.sites.list.iter().all(|site| site.name != *name);
        let names = (1_u64..).map(|n| if n == 1 { "hq".into() } else { format!("hq-{n}") });
        let name = names.into_iter().find(is_free).unwrap_or_default();
        let note = Some("Every site has a bandwidth, so the server is at a separate place.".into());
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
            bandwidth: site.bandwidth.or(self.rules.table.default_link).unwrap_or(defaults::LINK),
            bandwidth_up: site.bandwidth_up,
            latency: site.latency.unwrap_or(self.rules.default_latency),
        };
        let count = |meaning| tally.of.get(meaning).copied().unwrap_or_default();
        let is_large = tally.agents >= FEWEST_FOR_UPDATE_AGENT;
        let update_agents = match self.update_agents_named(at) {
            Some(named) => Some(named.min(tally.agents)),
            None => (Some(at) == self.headquarters).then_some(u64::from(is_large)),
        };
        Place {
            name,
            agents: tally.agents,
            note,
            subnet,
            scan: MEANINGS[..2].iter().map(|scan| (*scan, count(scan))).collect(),
            presence: self.presence(tally),
            releases_behind: staleness::behind(&tally.versions, &self.agents.newest),
            update_agents,
            uplink: Some(uplink),
        }
    }

    /// Whether a table says where the Update Agents are.
    fn has_update_agents(&self) -> bool {
        self.agents.roles_are_known
            || self.sites.list.iter().any(|site| site.update_agents.is_some())
    }

    /// The number of Update Agents of a site that the tables name: the agents' rows count before those of sites.
    /// `None` if no table names any.
    fn update_agents_named(&self, at: usize) -> Option<u64> {
        if self.agents.roles_are_known {
            Some(self.agents.tallies[at].update_agents)
        } else {
            self.has_update_agents().then(|| self.sites.list[at].update_agents.unwrap_or(0))
        }
    }

    fn presence(&self, tally: &Tally) -> Vec<(&'static str, u64)> {
        let mut shares: BTreeMap<&'static str, u64> = BTreeMap::new();
        for (meaning, pattern) in [("online", self.rules.online), ("offline", self.rules.offline)] {
            *shares.entry(pattern).or_default() += tally.of.get(meaning).unwrap_or(&0);
        }
        shares.into_iter().collect()
    }

    /// Each site's address range, as far as a scenario can represent it. `None` if several sites, or a site and a separate
    /// place of the server, had to be allotted one: it could belong to another of them.
    fn ranges(&self) -> Option<Vec<Option<Ipv4Net>>> {
        let addresses: Vec<Vec<IpNet>> =
            self.sites.list.iter().map(|site| IpNet::aggregate(&site.subnets)).collect();
        let agents: Vec<u64> = self.agents.tallies.iter().map(|tally| tally.agents).collect();
        let ranges = own_ranges(&addresses, &agents);
        let missing = ranges.iter().zip(&agents).filter(|(range, _)| range.is_none());
        let separate = self.headquarters.is_none().then_some(0);
        let missing: Vec<u64> = missing.map(|(_, agents)| *agents).chain(separate).collect();
        let is_safe = match missing[..] {
            [] => true,
            [agents] => ranges.iter().any(Option::is_some) && has_room_beside(&ranges, agents),
            _ => false,
        };
        is_safe.then_some(ranges)
    }

    /// Which addresses are only comments.
    fn comments(&self) -> Option<String> {
        if self.rules.anonymises || !self.sites.have_addresses() {
            return None;
        }
        let whose = match self.ranges() {
            None => "of all sites".into(),
            Some(ranges) => {
                format!(
                    "of {}",
                    quoted(&self.sites.list[ranges.iter().position(Option::is_none)?].name)
                )
            }
        };
        Some(format!(
            "addresses {whose}: comments, because a scenario has one IPv4 range for each site, none within another, so \
             that `updraft calibrate` does not know agents in logs by them (`subnet`)"
        ))
    }

    /// The counts, in words.
    fn counts(&self) -> Vec<String> {
        let placed = usize::try_from(self.agents.placed()).unwrap_or(usize::MAX);
        let sites = counted(self.sites.list.len(), "site", "sites");
        let mut notes = vec![format!("{} at {sites}", counted(placed, "agent", "agents"))];
        let mut note = |count: usize, one, many, what: &str| {
            if count > 0 {
                notes.push(format!("{} {what}", counted(count, one, many)));
            }
        };
        let unplaced = self.agents.unplaced.count;
        note(unplaced, "agent", "agents", "with an address that is in no subnet: left out");
        let what = if self.sites.have_addresses() {
            "without an address: left out"
        } else {
            "without a site: left out"
        };
        note(self.agents.nowhere.count, "agent", "agents", what);
        if self.sites.have_addresses() {
            note(
                self.agents.by_name,
                "agent",
                "agents",
                "at the site named in the row, in no subnet",
            );
        }
        let left_out = "that could not be read: skipped (--skip-bad-rows)";
        note(self.agents.wrong.count, "row", "rows", left_out);
        note(self.sites.wrong.count, "row", "rows", &format!("of sites {left_out}"));
        let twice = "with the name and the address of an earlier one: counted nevertheless";
        note(self.agents.repeated, "agent", "agents", twice);
        let empty = self.agents.tallies.iter().filter(|tally| tally.agents == 0).count();
        note(empty, "site", "sites", "without agents");
        let is_assumed = |(at, site): &(usize, &Site)| {
            site.bandwidth.is_none() && Some(*at) != self.headquarters
        };
        let assumed = self.sites.list.iter().enumerate().filter(is_assumed).count();
        note(assumed, "site", "sites", "without a bandwidth: --default-link");
        let sites = || self.sites.list.iter().zip(&self.agents.tallies);
        let is_crowded =
            |(site, tally): &(&Site, &Tally)| site.update_agents.is_some_and(|n| n > tally.agents);
        if self.agents.roles_are_known {
            let is_other = |(site, tally): &(&Site, &Tally)| {
                site.update_agents.is_some_and(|named| named != tally.update_agents)
            };
            let what = "with another number of Update Agents than the agents' rows: the rows count";
            note(sites().filter(is_other).count(), "site", "sites", what);
        } else {
            let what = "with more Update Agents than agents: every agent is one";
            note(sites().filter(is_crowded).count(), "site", "sites", what);
        }
        if let Some(bandwidth) = self.headquarters.and_then(|at| self.sites.list[at].bandwidth) {
            notes.push(format!(
                "headquarters has a bandwidth of {bandwidth} in the table: it has no link to itself, so \
                 the bandwidth is ignored; its access to the Internet is --internet"
            ));
        }
        notes
    }

    /// The first agents without a site by name, and all of them by domain.
    fn names_of(&self, stray: &Stray, what: &str) -> Vec<String> {
        let file = self.inventory.agents.1.display();
        let mut notes: Vec<String> = stray
            .first
            .iter()
            .map(|agent| {
                let (name, address) = if self.rules.anonymises {
                    (format!("agent-{}", agent.line), "hidden".into())
                } else {
                    (quoted(&agent.name), quoted(&agent.address))
                };
                format!("{file}:{}: {name} {what} (address {address})", agent.line)
            })
            .collect();
        if stray.count > stray.first.len() {
            notes.push(
                format!("{file}: and {} more that {what}", stray.count - stray.first.len())
                    .replace("that is", "that are")
                    .replace("that has", "that have"),
            );
        }
        if !stray.domains.is_empty() && !self.rules.anonymises {
            let named = stray
                .domains
                .iter()
                .take(20)
                .map(|(domain, count)| format!("{} {count}", quoted(domain)));
            let named: Vec<String> = named.collect();
            let place = what.trim_start_matches("is ").trim_start_matches("has ");
            notes.push(format!("{place}, by domain: {}", named.join(", ")));
        }
        notes
    }

    /// The comment at the head of the scenario.
    fn about(&self) -> Vec<String> {
        let rules = self.rules;
        let files = if rules.anonymises {
            "an inventory; names are replaced and addresses left out".into()
        } else {
            let all = std::iter::once(&self.inventory.agents).chain(&self.inventory.sites);
            let names = all
                .map(|(_, path)| path.file_name().map(|name| name.to_string_lossy().into_owned()));
            names.map(Option::unwrap_or_default).collect::<Vec<_>>().join(" and ")
        };
        let mut about = vec![format!("Written by `updraft init --from-inventory` from {files}.")];
        about.push("Found:".into());
        about.extend(self.counts().iter().map(|note| format!("- {note}")));
        about.push("Assumed, because an inventory does not contain it:".into());
        about.push(format!(
            "- {} to the Internet, only at headquarters (--internet)",
            rules.internet
        ));
        about.push(format!(
            "- agents online at the export are {} (--online), agents offline then are {} (--offline)",
            rules.online, rules.offline
        ));
        about.push(format!(
            "- latency {} if none is given (--default-latency)",
            rules.default_latency
        ));
        if rules.update_agents && !self.has_update_agents() {
            about.push("- an Update Agent at each site of at least 10 agents".into());
        }
        if self.agents.newest.is_empty() {
            about.push(
                "- every agent has the latest components at the start (releases_behind)".into(),
            );
        } else {
            about.push(
                "- the newest pattern in the inventory is the latest release (releases_behind)"
                    .into(),
            );
        }
        about
    }
}

/// Of each site with these addresses the range that a scenario can have: one IPv4 range with room for the site's agents,
/// and no other site within it.
fn own_ranges(addresses: &[Vec<IpNet>], agents: &[u64]) -> Vec<Option<Ipv4Net>> {
    let mut all: Vec<(IpNet, usize)> = addresses
        .iter()
        .enumerate()
        .flat_map(|(at, ranges)| ranges.iter().map(move |range| (*range, at)))
        .collect();
    all.sort_unstable();
    // Ranges of one site are apart, so that the next one within a range is of another site.
    let pairs = all.windows(2).filter(|pair| pair[0].0.contains(&pair[1].0));
    let around_others: BTreeSet<usize> = pairs.map(|pair| pair[0].1).collect();
    let range = |(at, (ranges, agents)): (usize, (&Vec<IpNet>, &u64))| match ranges[..] {
        [IpNet::V4(range)] if (8..=30).contains(&range.prefix_len()) => {
            let room = (1_u64 << (32 - range.prefix_len())) - 2;
            (*agents <= room && !around_others.contains(&at)).then_some(range)
        }
        _ => None,
    };
    addresses.iter().zip(agents).enumerate().map(range).collect()
}

/// Whether 10.0.0.0/8 surely has a free range for this many agents beside `ranges`.
fn has_room_beside(ranges: &[Option<Ipv4Net>], agents: u64) -> bool {
    let prefix = prefix_for(agents + 1);
    let blocks = |bits: u8| 1_u64 << bits;
    let is_private = |range: &&Ipv4Net| range.network().octets()[0] == 10;
    let taken = ranges.iter().flatten().filter(is_private);
    let taken: u64 = taken.map(|range| blocks(prefix.saturating_sub(range.prefix_len()))).sum();
    taken < blocks(prefix - 8)
}
