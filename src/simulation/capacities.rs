//! The current capacities of links: faults, background traffic by the hour, the data that agents and server exchange in
//! addition to updates, and the rate at which Update Agents may download (NET-4, UAG-7).

use std::rc::Rc;

use crate::ids::{Column, LinkId, SiteId};
use crate::policy::link_shares::{Others, left_for_updates, mean_of_day};
use crate::simulation::run::Simulation;
use crate::units::{BitRate, Bytes};

impl Simulation<'_> {
    /// Whether the capacities of links change with the hour.
    pub(super) fn capacities_change_by_the_hour(&self) -> bool {
        !self.company.background.is_empty()
            || self.other_traffic.is_some()
            || self.settings().update_agent.download.is_some()
    }

    /// An hour begins: updates the background traffic, the number of online agents and the Update Agents' download limit.
    pub(super) fn set_capacities_of_hour(&mut self) {
        for link in self.company.background.keys() {
            self.set_capacities(*link);
        }
        self.set_other_traffic();
        self.set_download_limits();
    }

    /// Computes the traffic in addition to updates from the number of online agents; it is zero while the server is
    /// down.
    pub(super) fn set_other_traffic(&mut self) {
        let Some(mut other) = self.other_traffic.take() else { return };
        other.per_day.rows_mut().for_each(|(_, bytes)| *bytes = Bytes::ZERO);
        let mut on: Column<SiteId, u64> = Column::filled(0, self.company.sites.len());
        if self.server_is_up() {
            for agent in self.agents.ids() {
                on[self.site_of(agent)] += u64::from(self.agents[agent].online);
            }
        }
        let volume = self.settings().other_traffic;
        for (site, way) in other.ways.rows() {
            for channel in way {
                for (channel, each) in [(*channel, volume.down), (channel.reverse(), volume.up)] {
                    let bytes = each.count().saturating_mul(on[site]);
                    other.per_day[channel] += Bytes::new(bytes);
                }
            }
        }
        let links = Rc::clone(&other.links);
        self.other_traffic = Some(other);
        for link in links.iter() {
            self.set_capacities(*link);
        }
    }

    /// Sets the rate at which Update Agents may download in this hour. Their uploads may use the full rate of the
    /// network card.
    fn set_download_limits(&mut self) {
        let settings = &self.settings().update_agent;
        let Some(limit) = settings.download else { return };
        let hour = self.company.calendar.hour(self.event_queue.now());
        let limit = if settings.download_hours[hour] { limit } else { BitRate::MAX };
        let model = self.tcp.transport().model;
        for agent in &self.company.update_agents {
            let rate = model.capacity(limit.min(agent.uplink));
            self.network.set_capacity(agent.link.backward(), rate);
        }
    }

    /// Sets the current capacity of both directions of a link: zero if it is cut, else the rate that other traffic
    /// leaves (NET-4).
    pub(super) fn set_capacities(&mut self, link: LinkId) {
        let is_cut = self.active_faults.links.get(&link).is_some_and(|faults| *faults > 0);
        let hour = self.company.calendar.hour(self.event_queue.now());
        let share = self.company.background.get(&link).map_or(0, |shares| shares[hour]);
        let model = self.tcp.transport().model;
        let committed = self.company.committed.get(&link).copied().unwrap_or_default();
        let payload = self.paths.bandwidths(link).map(|rate| model.capacity(rate));
        for (channel, rate) in [link.forward(), link.backward()].into_iter().zip(payload) {
            let beside = self.other_traffic.as_ref().map(|other| other.per_day[channel]);
            let others = Others {
                share,
                committed: model.capacity(committed),
                beside_updates: beside.map_or(BitRate::ZERO, mean_of_day),
            };
            let left = left_for_updates(rate, others);
            self.network.set_capacity(channel, if is_cut { BitRate::ZERO } else { left });
        }
    }
}
