//! The table of sites: who has which addresses, behind which link.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ipnet::IpNet;

use super::columns;
use super::table::{self, Row};
use super::{Input, InventoryError, InventoryRules};
use crate::scenario::Diagnostic;
use crate::units::text::{DURATION_FORM, RATE_FORM, parse_duration, parse_rate};
use crate::units::{BitRate, SimDuration};

// The places of `columns::SITES`.
const SITE: usize = 0;
const SUBNETS: usize = 1;
const BANDWIDTH: usize = 2;
const LATENCY: usize = 3;

/// A site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Site {
    pub(super) name: String,
    pub(super) subnets: Vec<IpNet>,
    pub(super) bandwidth: Option<BitRate>,
    pub(super) latency: Option<SimDuration>,
}

/// All sites, and who has which address.
#[derive(Debug, Default)]
pub(super) struct Sites {
    pub(super) list: Vec<Site>,
    by_name: BTreeMap<String, usize>,
    by_subnet: BTreeMap<IpNet, usize>,
    /// The prefix lengths there are.
    lengths: BTreeSet<u8>,
}

impl Sites {
    /// Reads the table.
    pub(super) fn read(input: Input<'_>, rules: &InventoryRules) -> Result<Self, InventoryError> {
        let mut sites = Self::default();
        let wrong = table::read(input, &columns::SITES, rules, |row| sites.take(row))?;
        if wrong.count > 0 {
            return Err(InventoryError { shown: wrong.shown, rows: wrong.count });
        }
        Ok(sites)
    }

    /// The site of the longest prefix that `address` has, by its number.
    pub(super) fn of(&self, address: IpAddr) -> Option<usize> {
        self.lengths.iter().rev().find_map(|length| {
            let range = IpNet::new(address, *length).ok()?.trunc();
            self.by_subnet.get(&range).copied()
        })
    }

    fn take(&mut self, row: &Row<'_, 4>) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        let name = row.text(SITE);
        if name.is_empty() {
            problems.push(row.problem(SITE, "a site without a name", "a name"));
        }
        let mut subnets = Vec::new();
        for text in row.text(SUBNETS).split(';').map(str::trim).filter(|text| !text.is_empty()) {
            match parse_range(text) {
                Ok(range) => subnets.push(range),
                Err(why) => {
                    let expected = "ranges such as 10.1.0.0/16 or 2001:db8::/48, joined by `;`";
                    problems.push(row.problem(SUBNETS, why, expected));
                }
            }
        }
        let mut wrong =
            |column, why: String, form: &str| problems.push(row.problem(column, why, form));
        let bandwidth = match parse_rate(&row.text(BANDWIDTH)) {
            _ if row.text(BANDWIDTH).is_empty() => None,
            Ok(rate) if rate.bits_per_sec() > 0 => Some(rate),
            Ok(_) => {
                wrong(BANDWIDTH, "nothing can move at a rate of zero".into(), RATE_FORM);
                None
            }
            Err(why) => {
                wrong(BANDWIDTH, why, RATE_FORM);
                None
            }
        };
        let latency = match parse_duration(&row.text(LATENCY)) {
            _ if row.text(LATENCY).is_empty() => None,
            Ok(latency) => Some(latency),
            Err(why) => {
                wrong(LATENCY, why, DURATION_FORM);
                None
            }
        };
        if problems.is_empty() {
            problems.extend(self.add(row, Site { name, subnets, bandwidth, latency }));
        }
        problems
    }

    /// Adds a row's site, or its subnets to the site that has that name already.
    fn add(&mut self, row: &Row<'_, 4>, site: Site) -> Vec<Diagnostic> {
        let number = *self.by_name.entry(site.name.clone()).or_insert(self.list.len());
        if number == self.list.len() {
            self.list.push(Site { subnets: Vec::new(), ..site.clone() });
        }
        let mut problems = Vec::new();
        let known = &mut self.list[number];
        if site.bandwidth.is_some() && site.bandwidth != known.bandwidth {
            let message = format!("`{}` has another bandwidth above", site.name);
            problems.push(row.problem(BANDWIDTH, message, "the same, or nothing"));
        }
        if site.latency.is_some() && site.latency != known.latency {
            let message = format!("`{}` has another latency above", site.name);
            problems.push(row.problem(LATENCY, message, "the same, or nothing"));
        }
        for subnet in site.subnets {
            let owner = *self.by_subnet.entry(subnet).or_insert(number);
            if owner != number {
                let message = format!("{subnet} is also at `{}`", self.list[owner].name);
                problems.push(row.problem(SUBNETS, message, "a range of one site"));
                continue;
            }
            let _ = self.lengths.insert(subnet.prefix_len());
            self.list[number].subnets.push(subnet);
        }
        problems
    }
}

/// Reads a range, or an address as the range of itself.
fn parse_range(text: &str) -> Result<IpNet, String> {
    let range = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    let range = range.map_err(|_| format!("`{text}` is not an address range"))?;
    if range.trunc() == range {
        Ok(range)
    } else {
        Err(format!("`{text}` has bits behind its prefix; did you mean `{}`?", range.trunc()))
    }
}
