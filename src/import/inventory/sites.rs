//! The tables of sites: their addresses and links.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ipnet::IpNet;

use super::columns::{
    BANDWIDTH, BANDWIDTH_UP, FROM, LATENCY, MASK, OTHER_END, SERVICE, SITE, SITES, SUBNETS,
    SUBNETS_6, TO, UPDATE_AGENTS,
};
use super::ranges::{self, Ranges, between, parse_ranges, with_mask};
use super::rules::{Input, InventoryRules};
use super::words::{self, answer};
use crate::import::ImportError;
use crate::import::account::{counted, named, printable};
use crate::import::quantity::{
    Meaning, ONLY_AWAY, Point, Quantity, Rate, RateUnit, is_missing, parse_latency, parse_rate,
    parse_rate_up,
};
use crate::import::service::is_out_of_service;
use crate::import::table::{self, Row, WrongRows};
use crate::policy::source_order::MAX_LIST_ENTRIES;
use crate::scenario::{Diagnostic, Diagnostics};
use crate::units::text::{DURATION_FORM, RATE_FORM, print_rate};
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
    pub(super) update_agents: Option<u64>,
}

/// A row of a table of sites.
type SiteRow<'r> = Row<'r, { SITES.len() }>;

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
    /// Rows of totals.
    totals: usize,
    /// Rows of links that are not in service.
    unused_links: usize,
    /// Rows of addresses that are not in service.
    unused_addresses: usize,
    /// Circuits with the names of both ends: the site of the first, and the name of the other.
    circuits: Vec<(Site, String)>,
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
        sites.add_circuits(rules).map_err(|problem| {
            let file = inputs.last().map_or(String::new(), |input| input.1.display().to_string());
            ImportError::of(vec![Diagnostics::of_file(&file, "", vec![problem])])
        })?;
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
        note(sites.totals, "row", "rows", "of totals: left out");
        let what = "not in service: left out";
        note(sites.unused_links, "link", "links", what);
        let what = "not in service: kept, because agents may have addresses there";
        note(sites.unused_addresses, "row of addresses", "rows of addresses", what);
        Ok(sites)
    }

    /// The site with the longest prefix that matches one of `addresses`, by its number.
    pub(super) fn of(&self, addresses: &[IpAddr]) -> Option<usize> {
        let by_length = self.lengths.iter().rev();
        by_length.flat_map(|length| addresses.iter().map(move |one| (*one, *length))).find_map(
            |(address, length)| {
                let range = IpNet::new(address, length).ok()?.trunc();
                self.by_subnet.get(&range).copied()
            },
        )
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

    fn take(&mut self, row: &SiteRow<'_>, rules: &InventoryRules) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        let name = relative_name(&row.text(SITE));
        if words::is_total(&name) && row.text(SUBNETS).is_empty() && row.text(FROM).is_empty() {
            self.totals += 1;
            return problems;
        }
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
        let update_agents = update_agents(row).unwrap_or_else(|problem| {
            problems.push(problem);
            None
        });
        let is_unused = is_out_of_service(&row.text(SERVICE));
        let has_ranges = !ranges.list.is_empty();
        if is_unused && problems.is_empty() && !has_ranges && bandwidth.is_some() {
            self.unused_links += 1;
            return problems;
        }
        if !problems.is_empty() {
            return problems;
        }
        let two_rates = bandwidth.is_some_and(|rate| rate.up.is_some_and(|up| up != rate.down));
        let bandwidth_up = bandwidth.and_then(|rate| rate.up.filter(|up| *up != rate.down));
        let bandwidth = bandwidth.map(|rate| rate.down);
        let subnets = ranges.list;
        let site = Site { name, subnets, bandwidth, bandwidth_up, latency, update_agents };
        let other = relative_name(&row.text(OTHER_END));
        if is_missing(&other) || !site.subnets.is_empty() {
            problems = self.conflicts(row, &site);
            if !problems.is_empty() {
                return problems;
            }
            self.add(site);
        } else {
            self.circuits.push((site, other));
        }
        self.unused_addresses += usize::from(is_unused && has_ranges);
        self.without_mask += ranges.without_mask;
        self.two_rates += usize::from(two_rates);
        problems
    }

    /// Adds the circuits that name both of their ends. A circuit is the link of the end at which fewer circuits end;
    /// the other end is headquarters, a hub or the provider's network.
    fn add_circuits(&mut self, rules: &InventoryRules) -> Result<(), Diagnostic> {
        let circuits = std::mem::take(&mut self.circuits);
        let mut ends: BTreeMap<String, usize> = BTreeMap::new();
        for name in circuits.iter().flat_map(|(site, other)| [&site.name, other]) {
            *ends.entry(key(name)).or_default() += 1;
        }
        let is_headquarters = |name: &str| {
            let named = rules.headquarters.as_deref().map(key);
            named.map_or_else(|| words::is_headquarters(name), |named| named == key(name))
        };
        for (site, other) in circuits {
            let [here, there] = [&site.name, &other]
                .map(|name| (is_headquarters(name), self.called(name).is_none(), ends[&key(name)]));
            let name = match here.cmp(&there) {
                Ordering::Less => site.name.clone(),
                Ordering::Greater => other,
                Ordering::Equal => {
                    let message = format!(
                        "which of {} and {} is the site?",
                        named(&site.name),
                        named(&other)
                    );
                    let help = "name headquarters: --headquarters SITE, or the column of the site: \
                                --column site=\"HEADER\"";
                    let expected = "circuits that share one end";
                    return Err(Diagnostic::new("unclear-end", 0..0, message, expected)
                        .with_help(Some(help.into())));
                }
            };
            let known = self.add_name(&name);
            let known = &mut self.list[known];
            if known.bandwidth.is_none() {
                (known.bandwidth, known.bandwidth_up) = (site.bandwidth, site.bandwidth_up);
            } else if let (Some(one), Some(more)) = (known.bandwidth, site.bandwidth) {
                self.account.push(format!(
                    "{} has another circuit: {} is used, not {}",
                    named(&name),
                    print_rate(one.max(more)),
                    print_rate(one.min(more))
                ));
                if more > one {
                    (known.bandwidth, known.bandwidth_up) = (site.bandwidth, site.bandwidth_up);
                }
            }
            known.latency = known.latency.or(site.latency);
        }
        Ok(())
    }

    /// Where a row contradicts the rows above.
    fn conflicts(&self, row: &SiteRow<'_>, site: &Site) -> Vec<Diagnostic> {
        let number = self.called(&site.name);
        let mut problems = Vec::new();
        if let Some(known) = number.map(|number| &self.list[number]) {
            let mut differs = |column, differs: bool, what: &str| {
                if differs {
                    let message = format!("`{}` has a different {what} above", known.name);
                    problems.push(row.problem(column, message, "the same, or nothing"));
                }
            };
            let rates = |site: &Site| site.bandwidth.map(|down| (down, site.bandwidth_up));
            differs(BANDWIDTH, are_different(rates(site), rates(known)), "bandwidth");
            differs(LATENCY, are_different(site.latency, known.latency), "latency");
            let is_other = are_different(site.update_agents, known.update_agents);
            differs(UPDATE_AGENTS, is_other, "number of Update Agents");
        }
        for subnet in &site.subnets {
            let owner = self.by_subnet.get(subnet).filter(|owner| Some(**owner) != number);
            if let Some(owner) = owner {
                let message = format!("{subnet} is also at `{}`", self.list[*owner].name);
                problems.push(row.problem(SUBNETS, message, "a range of only one site"));
            }
        }
        problems
    }

    /// Adds a row's site, or the row's values to the existing site with that name.
    fn add(&mut self, site: Site) {
        let number = self.add_name(&site.name);
        let known = &mut self.list[number];
        if known.bandwidth.is_none() {
            (known.bandwidth, known.bandwidth_up) = (site.bandwidth, site.bandwidth_up);
        }
        known.latency = known.latency.or(site.latency);
        known.update_agents = known.update_agents.or(site.update_agents);
        for subnet in site.subnets {
            let _ = self.by_subnet.insert(subnet, number);
            let _ = self.lengths.insert(subnet.prefix_len());
            if !self.list[number].subnets.contains(&subnet) {
                self.list[number].subnets.push(subnet);
            }
        }
    }
}

/// Whether both are known, and not equal.
fn are_different<T: PartialEq>(one: Option<T>, other: Option<T>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one != other)
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
fn addresses(row: &SiteRow<'_>) -> Result<Ranges, (usize, String)> {
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

/// The rates of a row: both in one cell, or each in its own column.
fn bandwidth(row: &SiteRow<'_>, rules: &InventoryRules) -> Result<Option<Rate>, Diagnostic> {
    let down = rate(row, rules, (BANDWIDTH, Meaning::Bandwidth), parse_rate)?;
    let up = rate(row, rules, (BANDWIDTH_UP, Meaning::BandwidthUp), parse_rate_up)?;
    match (down, up) {
        (Some(Rate { up: Some(_), .. }), Some(_)) => {
            let message = "two rates away from the site: the second of the bandwidth, and this one";
            Err(row.problem(BANDWIDTH_UP, message, "one of them"))
        }
        (None, Some(_)) => Err(row.problem(BANDWIDTH_UP, ONLY_AWAY, "a bandwidth beside it")),
        (down, up) => Ok(down.map(|rate| Rate { up: rate.up.or(up), ..rate })),
    }
}

/// What `parse` reads in a column of rates, with the unit of its rule or header.
fn rate<T>(
    row: &SiteRow<'_>,
    rules: &InventoryRules,
    (column, meaning): (usize, Meaning),
    parse: impl Fn(&str, Option<RateUnit>, Point) -> Result<Option<T>, String>,
) -> Result<Option<T>, Diagnostic> {
    let rule = rules.table.attributes.iter().find(|rule| rule.meaning == meaning);
    let unit = match (rule, row.found().quantities[column]) {
        (Some(rule), _) => rule.rate_unit(),
        (None, Some(Quantity::Rate(unit) | Quantity::RateUp(unit))) => unit,
        (None, _) => None,
    };
    parse(&row.text(column), unit, Point::Either)
        .map_err(|why| wrong(row, column, &why, RATE_FORM, meaning.word(), "Mbit/s"))
}

/// The number of Update Agents of a row: a count, or yes for one.
fn update_agents(row: &SiteRow<'_>) -> Result<Option<u64>, Diagnostic> {
    let text = row.text(UPDATE_AGENTS);
    if is_missing(&text) {
        return Ok(None);
    }
    let most = u64::try_from(MAX_LIST_ENTRIES).unwrap_or(u64::MAX);
    let count = text.parse().ok().filter(|count| *count <= most);
    count.or(answer(&text).map(u64::from)).map(Some).ok_or_else(|| {
        let message = format!("`{}` is not a number of Update Agents", printable(&text));
        row.problem(UPDATE_AGENTS, message, format!("0 to {most}, yes or no"))
    })
}

fn latency(row: &SiteRow<'_>, rules: &InventoryRules) -> Result<Option<SimDuration>, Diagnostic> {
    let text = row.text(LATENCY);
    let rule = rules.table.attributes.iter().find(|rule| rule.meaning == Meaning::Latency);
    let half = |latency: SimDuration| SimDuration::from_nanos(latency.as_nanos() / 2);
    let read = match (rule, row.found().quantities[LATENCY]) {
        (Some(rule), _) => rule.latency(&text, Point::Either),
        (None, Some(Quantity::Latency(unit))) => parse_latency(&text, unit, Point::Either),
        (None, Some(Quantity::RoundTrip(unit))) => {
            parse_latency(&text, unit, Point::Either).map(|there_and_back| there_and_back.map(half))
        }
        (None, _) => parse_latency(&text, None, Point::Either),
    };
    read.map_err(|why| wrong(row, LATENCY, &why, DURATION_FORM, "latency", "ms"))
}

fn wrong(
    row: &SiteRow<'_>,
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
