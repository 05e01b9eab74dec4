//! The rates of the sites' links, estimated from what the server sent over them.

use std::collections::BTreeMap;

use super::envelope::{LinkRate, Transfer, link_rate};
use super::estimate::Estimate;
use super::plausible::Plausible;
use super::shape::Shape;
use crate::ids::SiteId;
use crate::model::observation::{Event, Observation, Observations, ObservedSource};
use crate::network::Transport;
use crate::scenario::{Scenario, Where};
use crate::units::BitRate;

/// The rates of each group of sites except headquarters, whose agents are at the server's site.
pub(super) fn estimates(
    events: &[&Observation],
    observations: &Observations,
    scenario: &Scenario,
    shape: &Shape,
) -> Vec<Estimate> {
    let mut by_site: BTreeMap<SiteId, Vec<Transfer>> = BTreeMap::new();
    for seen in events {
        let site = observations.agents[seen.agent];
        let is_sent = matches!(seen.event, Event::Sent | Event::Failed);
        let from_server = observations.source(seen) == ObservedSource::Server;
        if let Some(site) = site.filter(|_| is_sent && from_server) {
            by_site.entry(site).or_default().push(Transfer::of(seen));
        }
    }
    let mut groups: BTreeMap<usize, Vec<(SiteId, LinkRate, usize)>> = BTreeMap::new();
    for (site, transfers) in &by_site {
        if let Some(rate) = link_rate(transfers) {
            let all = groups.entry(shape.group(*site)).or_default();
            all.push((*site, rate, transfers.len()));
        }
    }
    let headquarters = 0;
    groups
        .into_iter()
        .filter(|(group, _)| *group != headquarters)
        .map(|(group, rates)| of_group(group, &rates, scenario, shape))
        .collect()
}

fn of_group(
    group: usize,
    rates: &[(SiteId, LinkRate, usize)],
    scenario: &Scenario,
    shape: &Shape,
) -> Estimate {
    let lines = rates.iter().map(|(.., lines)| lines).sum();
    let key = format!("site.{}.bandwidth", shape.groups[group]);
    let estimate = Estimate::of(key, "bit/s", "upper envelope", lines);
    let bandwidth = |payload: BitRate| on_the_wire(payload, scenario.transport);
    let bound: Vec<(BitRate, BitRate)> = rates
        .iter()
        .filter_map(|(_, rate, _)| match rate {
            LinkRate::Bound { low, high, .. } => Some((bandwidth(*low), bandwidth(*high))),
            LinkRate::AtLeast(_) => None,
        })
        .collect();
    let most = rates.iter().map(|(_, rate, _)| match rate {
        LinkRate::Bound { low, .. } => *low,
        LinkRate::AtLeast(most) => *most,
    });
    let most = three_digits(bandwidth(most.max().unwrap_or(BitRate::ZERO)));
    let not_identified = |why: &str| format!("not identified, at least {most}: {why}");
    if scenario.background.iter().any(|traffic| traffic.at == Where::Group(group)) {
        return estimate.from(not_identified("background traffic takes a share of the links"));
    }
    let sites = shape.counts[group] as usize;
    // A few saturated sites among many are the slow ones, and not representative.
    if bound.len() * 2 <= sites {
        let saturated = format!("{} of {sites} sites were saturated", bound.len());
        return estimate.from(not_identified(&saturated));
    }
    let evidence = format!(
        "{} of {sites} sites were saturated; bandwidth is payload with its frames by network.framing",
        bound.len()
    );
    let mean = |of: fn(&(BitRate, BitRate)) -> BitRate| {
        bound.iter().map(|pair| real(of(pair))).sum::<f64>() / real_count(bound.len())
    };
    let (low, high) = (mean(|pair| pair.0), mean(|pair| pair.1));
    estimate
        .valued(f64::midpoint(low, high), Some((low, high)))
        .from(evidence)
        .given(Plausible::Rates(bound))
}

/// The rate, rounded down to three significant digits.
fn three_digits(rate: BitRate) -> BitRate {
    let bits = rate.bits_per_sec();
    let unit = 10_u64.pow(bits.checked_ilog10().unwrap_or(0).saturating_sub(2));
    BitRate::from_bits_per_sec(bits / unit * unit)
}

/// The bandwidth of a link with this payload rate.
fn on_the_wire(payload: BitRate, transport: Transport) -> BitRate {
    let Some((own, frame)) = transport.model.framing else { return payload };
    let bits = u128::from(payload.bits_per_sec()) * u128::from(frame) / u128::from(own.max(1));
    BitRate::from_bits_per_sec(u64::try_from(bits).unwrap_or(u64::MAX))
}

#[expect(clippy::cast_precision_loss, reason = "rates of links")]
fn real(rate: BitRate) -> f64 {
    rate.bits_per_sec() as f64
}

#[expect(clippy::cast_precision_loss, reason = "a count of sites")]
fn real_count(count: usize) -> f64 {
    count as f64
}
