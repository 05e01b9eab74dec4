//! The tables of sites: their addresses and links.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ipnet::IpNet;

use super::columns::{BANDWIDTH, FROM, LATENCY, MASK, SITE, SITES, SUBNETS, SUBNETS_6, TO};
use super::ranges::{self, Ranges, between, parse_ranges, with_mask};
use super::rules::{Input, InventoryRules};
use crate::import::ImportError;
use crate::import::account::{counted, printable};
use crate::import::quantity::{Meaning, Quantity, Rate, is_missing, parse_latency, parse_rate};
use crate::import::table::{self, Row, WrongRows};
use crate::scenario::{Diagnostic, Diagnostics};
use crate::units::text::{DURATION_FORM, RATE_FORM};
use crate::units::{BitRate, SimDuration};

/// A site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Site {
    pub(super) name: String,
    pub(super) subnets: Vec<IpNet>,
    /// Towards the site.
    pub(super) bandwidth: Option<BitRate>,
    /// Away from the site, if that differs.
    pub(super) bandwidth_up: Option<BitRate>,
    pub(super) latency: Option<SimDuration>,
}

/// All sites, and their addresses.
#[derive(Debug, Default)]
pub(super) struct Sites {
    pub(super) list: Vec<Site>,
    by_name: BTreeMap<String, usize>,
    by_subnet: BTreeMap<IpNet, usize>,
    /// The prefix lengths there are.
    lengths: BTreeSet<u8>,
    /// Skipped rows.
    pub(super) wrong: WrongRows,
    /// The report of the columns.
    pub(super) account: Vec<String>,
    /// The message if the agents do not name their sites, and no table has addresses.
    pub(super) unmet: Option<Diagnostics>,
    without_mask: usize,
    two_rates: usize,
}

impl Sites {
    /// Reads the tables.
    pub(super) fn read(inputs: &[Input<'_>], rules: &InventoryRules) -> Result<Self, ImportError> {
        let mut sites = Self::default();
        for input in inputs {
            let what = "a table of sites";
            let needed = [SUBNETS, FROM, SUBNETS_6];
            let read = table::read(*input, what, &SITES, &needed, &rules.table, |row| {
                sites.take(row, rules)
            });
            let read = read.map_err(|problems| ImportError::of(vec![problems]))?;
            sites.account.extend(read.account);
            sites.wrong.extend(read.wrong);
            sites.unmet = sites.unmet.or(read.unmet);
        }
        if sites.wrong.count > 0 && (!rules.skips_bad_rows || sites.list.is_empty()) {
            return Err(ImportError { shown: sites.wrong.shown, count: sites.wrong.count });
        }
        if !sites.by_subnet.is_empty() {
            sites.unmet = None;
        }
        let mut note = |count: usize, one, many, what: &str| {
            if count > 0 {
                sites.account.push(format!("{} {what}", counted(count, one, many)));
            }
        };
        let what = "without a mask: derived from the trailing zero octets";
        note(sites.without_mask, "network", "networks", what);
        let what = "with two rates: the first is the rate towards the site, the second the rate away from it";
        note(sites.two_rates, "site", "sites", what);
        Ok(sites)
    }

    /// The site with the longest prefix that matches `address`, by its number.
    pub(super) fn of(&self, address: IpAddr) -> Option<usize> {
        self.lengths.iter().rev().find_map(|length| {
            let range = IpNet::new(address, *length).ok()?.trunc();
            self.by_subnet.get(&range).copied()
        })
    }

    /// Whether any site has addresses.
    pub(super) fn have_addresses(&self) -> bool {
        !self.by_subnet.is_empty()
    }

    /// The site with that name, by its number.
    pub(super) fn called(&self, name: &str) -> Option<usize> {
        self.by_name.get(&key(name)).copied()
    }

    /// The site with that name, which is added if necessary.
    pub(super) fn add_name(&mut self, name: &str) -> usize {
        let number = *self.by_name.entry(key(name)).or_insert(self.list.len());
        if number == self.list.len() {
            self.list.push(Site { name: name.into(), ..Site::default() });
        }
        number
    }

    fn take(&mut self, row: &Row<'_, 8>, rules: &InventoryRules) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        let name = relative_name(&row.text(SITE));
        if is_missing(&name) {
            problems.push(row.problem(SITE, "a site without a name", "a name"));
        }
        let ranges = addresses(row).unwrap_or_else(|(column, why)| {
            problems.push(row.problem(column, why, ranges::FORM));
            Ranges::default()
        });
        let bandwidth = bandwidth(row, rules).unwrap_or_else(|problem| {
            problems.push(problem);
            None
        });
        let latency = latency(row, rules).unwrap_or_else(|problem| {
            problems.push(problem);
            None
        });
        if problems.is_empty() {
            self.without_mask += ranges.without_mask;
            self.two_rates += usize::from(
                bandwidth.is_some_and(|rate| rate.up.is_some_and(|up| up != rate.down)),
            );
            let bandwidth_up = bandwidth.and_then(|rate| rate.up.filter(|up| *up != rate.down));
            let bandwidth = bandwidth.map(|rate| rate.down);
            let subnets = ranges.list;
            let site = Site { name, subnets, bandwidth, bandwidth_up, latency };
            problems.extend(self.add(row, site));
        }
        problems
    }

    /// Adds a row's site, or the row's values to the existing site with that name.
    fn add(&mut self, row: &Row<'_, 8>, site: Site) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        let number = self.add_name(&site.name);
        let known = &mut self.list[number];
        let name = known.name.clone();
        if site.bandwidth.is_some()
            && known.bandwidth.is_some()
            && (site.bandwidth, site.bandwidth_up) != (known.bandwidth, known.bandwidth_up)
        {
            let message = format!("`{name}` has a different bandwidth above");
            problems.push(row.problem(BANDWIDTH, message, "the same, or nothing"));
        }
        if site.latency.is_some() && known.latency.is_some() && site.latency != known.latency {
            let message = format!("`{name}` has a different latency above");
            problems.push(row.problem(LATENCY, message, "the same, or nothing"));
        }
        if known.bandwidth.is_none() {
            (known.bandwidth, known.bandwidth_up) = (site.bandwidth, site.bandwidth_up);
        }
        known.latency = known.latency.or(site.latency);
        for subnet in site.subnets {
            let owner = *self.by_subnet.entry(subnet).or_insert(number);
            if owner != number {
                let message = format!("{subnet} is also at `{}`", self.list[owner].name);
                problems.push(row.problem(SUBNETS, message, "a range of only one site"));
                continue;
            }
            let _ = self.lengths.insert(subnet.prefix_len());
            if !self.list[number].subnets.contains(&subnet) {
                self.list[number].subnets.push(subnet);
            }
        }
        problems
    }
}

/// A site's name in the form for comparisons.
fn key(name: &str) -> String {
    name.trim().to_lowercase()
}

/// The first part of a distinguished name: `Lyon` of `CN=Lyon,CN=Sites,…`. Other names are unchanged.
pub(super) fn relative_name(text: &str) -> String {
    let kinds = ["CN=", "OU=", "DC=", "cn=", "ou=", "dc="];
    let Some(rest) = kinds.iter().find_map(|kind| text.strip_prefix(kind)) else {
        return printable(text);
    };
    let mut name = String::new();
    let mut characters = rest.chars();
    while let Some(c) = characters.next() {
        match c {
            ',' => break,
            '\\' => name.extend(characters.next()),
            _ => name.push(c),
        }
    }
    name
}

/// The addresses of a row, or the invalid column, and why.
fn addresses(row: &Row<'_, 8>) -> Result<Ranges, (usize, String)> {
    let mut all = Ranges::default();
    let network = relative_name(&row.text(SUBNETS));
    let mask = row.text(MASK);
    let is_alone = !network.contains(['/', '-', '*', ';', ',', ' ']);
    if !is_missing(&network) {
        if !is_missing(&mask) && is_alone {
            all.list.push(with_mask(&network, &mask).map_err(|why| (MASK, why))?);
        } else {
            all = parse_ranges(&network).map_err(|why| (SUBNETS, why))?;
        }
    }
    let six = row.text(SUBNETS_6);
    if !is_missing(&six) {
        all.list.extend(parse_ranges(&six).map_err(|why| (SUBNETS_6, why))?.list);
    }
    let (from, to) = (row.text(FROM), row.text(TO));
    // A DHCP scope has both; the leased range is smaller than its network.
    if all.list.is_empty() && !is_missing(&from) {
        let to = if is_missing(&to) { from.clone() } else { to };
        all.list.extend(between(&from, &to).map_err(|why| (FROM, why))?);
    }
    Ok(all)
}

fn bandwidth(row: &Row<'_, 8>, rules: &InventoryRules) -> Result<Option<Rate>, Diagnostic> {
    let text = row.text(BANDWIDTH);
    let rule = rules.table.attributes.iter().find(|rule| rule.meaning == Meaning::Bandwidth);
    let read = match (rule, row.found().quantities[BANDWIDTH]) {
        (Some(rule), _) => rule.rate(&text),
        (None, Some(Quantity::Rate(unit))) => parse_rate(&text, unit),
        (None, _) => parse_rate(&text, None),
    };
    read.map_err(|why| wrong(row, BANDWIDTH, &why, RATE_FORM, "bandwidth", "Mbit/s"))
}

fn latency(row: &Row<'_, 8>, rules: &InventoryRules) -> Result<Option<SimDuration>, Diagnostic> {
    let text = row.text(LATENCY);
    let rule = rules.table.attributes.iter().find(|rule| rule.meaning == Meaning::Latency);
    let half = |latency: SimDuration| SimDuration::from_nanos(latency.as_nanos() / 2);
    let read = match (rule, row.found().quantities[LATENCY]) {
        (Some(rule), _) => rule.latency(&text),
        (None, Some(Quantity::Latency(unit))) => parse_latency(&text, unit),
        (None, Some(Quantity::RoundTrip(unit))) => {
            parse_latency(&text, unit).map(|there_and_back| there_and_back.map(half))
        }
        (None, _) => parse_latency(&text, None),
    };
    read.map_err(|why| wrong(row, LATENCY, &why, DURATION_FORM, "latency", "ms"))
}

fn wrong(
    row: &Row<'_, 8>,
    column: usize,
    why: &str,
    form: &str,
    name: &str,
    unit: &str,
) -> Diagnostic {
    let header =
        row.found().places[column].first().map_or(name, |at| row.found().headers[*at].as_str());
    let help = why.contains("missing").then(|| {
        format!("if all numbers have one unit, name it: --attribute {name}=\"{header} {unit}\"")
    });
    row.problem(column, why, form).with_help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distinguished_names_name_their_first_part() {
        assert_eq!(relative_name("CN=Lyon,CN=Sites,CN=Configuration,DC=corp"), "Lyon");
        assert_eq!(relative_name("CN=Lyon\\, Rhône,CN=Sites"), "Lyon, Rhône");
        assert_eq!(relative_name("Lyon, France"), "Lyon, France");
    }
}
