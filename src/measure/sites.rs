//! The time until each site was protected.

use super::names;
use super::releases::ReleaseLedger;
use super::run::{SiteRelease, SiteRow};
use crate::ids::{Column, SiteId};
use crate::model::company::Company;
use crate::model::totals::SHARES;
use crate::network::Topology;
use crate::simulation::Simulation;
use crate::units::SimDuration;

/// The rows of `sites.csv` at the end of a run.
pub(super) fn rows(
    simulation: &Simulation<'_>,
    topology: &Topology,
    releases: &ReleaseLedger,
) -> Vec<SiteRow> {
    let company: &Company = simulation.company();
    let mut counts = Column::filled((0, 0), company.sites.len());
    for agent in company.agents.ids() {
        let site = company.agents[agent].site;
        let (agents, up_to_date): &mut (u64, u64) = &mut counts[site];
        *agents += 1;
        *up_to_date += u64::from(simulation.is_up_to_date(agent));
    }
    let names = names::links(topology, &names::numbers(topology));
    let recalled: Vec<bool> = releases.are_recalled().collect();
    let row = |(id, (agents, up_to_date)): (SiteId, &(u64, u64))| {
        let site = &company.sites[id];
        let link = topology.link(site.link);
        let above = if link.to == site.node { link.from } else { link.to };
        let of_release = |(up_to_date, reached): (u64, [Option<SimDuration>; SHARES.len()])| {
            let [half, most, _, all] = reached;
            SiteRelease { up_to_date, protected: [half, most, all] }
        };
        let mut releases: Vec<SiteRelease> = releases.at_site(id).map(of_release).collect();
        let protected = [0, 1, 2].map(|share| worst(&releases, &recalled, share));
        if releases.len() < 2 {
            releases.clear();
        }
        SiteRow {
            site: site.name.clone(),
            above: topology.name(above).into(),
            link: names[site.link].clone(),
            agents: *agents,
            up_to_date: *up_to_date,
            protected,
            releases,
        }
    };
    counts.rows().map(row).collect()
}

/// The time of the worst release that was not recalled; never, if one of them never reached it.
fn worst(releases: &[SiteRelease], recalled: &[bool], share: usize) -> Option<SimDuration> {
    let kept = releases.iter().zip(recalled).filter(|(_, is_recalled)| !**is_recalled);
    let times: Option<Vec<SimDuration>> =
        kept.map(|(release, _)| release.protected[share]).collect();
    times?.into_iter().max()
}
