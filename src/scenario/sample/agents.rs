//! Agents with their draws, from the values of `[agents]`, their site and their groups.

use std::net::Ipv4Addr;
use std::rc::Rc;

use super::super::traits::Traits;
use super::super::value_type::Part;
use super::super::words::Words;
use super::kind::Kind;
use super::{Draft, number_of, place};
use crate::ids::SiteId;
use crate::model::company::Agent;
use crate::model::component::ScanMethod;
use crate::model::presence::Presence;
use crate::model::settings::AgentSettings;
use crate::policy::schedule::{has_schedule, privilege};
use crate::random::Purpose;

impl Draft<'_> {
    /// The groups of agents that may have some of a site.
    pub(super) fn groups_at(&self, group: usize, index: u32, site: SiteId) -> Vec<usize> {
        let name = &self.sites[site].name;
        self.groups_by_place.at(&self.scenario.agent_groups, (group, index), name)
    }

    /// The groups that an agent is in, among those that may have agents of its site.
    fn groups_of(
        &mut self,
        agent: u32,
        site: SiteId,
        place: usize,
        at_site: &[usize],
    ) -> Vec<usize> {
        let number = u32::try_from(place).expect("bounded by the scenario") + 1;
        let is_in = |of: &&usize| {
            let group = &self.scenario.agent_groups[**of];
            let (purpose, nth) = (Purpose::GroupMember, number_of(&group.name));
            group.has_agent(&self.sites[site].name, number)
                && self.streams.happens(purpose, agent, nth, group.share)
        };
        let groups: Vec<usize> = at_site.iter().filter(is_in).copied().collect();
        for of in &groups {
            self.members[*of] += 1;
        }
        groups
    }

    /// The traits of the agents of a group of sites that are in these groups of agents.
    fn kind_of(&mut self, sites: usize, groups: Vec<usize>) -> usize {
        if let Some(known) = self.kinds_by_groups.get(&(sites, groups.clone())) {
            return *known;
        }
        let own = self.scenario.groups[sites].traits.over(&self.scenario.agents);
        let of = |traits: Traits, of: &usize| self.scenario.agent_groups[*of].traits.over(&traits);
        let traits = groups.iter().fold(own, of);
        let settings = self.settings_over_time(&traits, &groups);
        let profile = self.profiles.number_of(settings);
        let cohort = self.cohorts.in_groups(&groups);
        let habit = self.habits.of(&traits);
        self.kinds.push(Rc::new(Kind { traits, profile, habit, cohort }));
        self.kinds_by_groups.insert((sites, groups), self.kinds.len() - 1);
        self.kinds.len() - 1
    }

    /// The settings of agents with these traits in these groups: at the start, and from each change on.
    fn settings_over_time(&self, traits: &Traits, groups: &[usize]) -> Vec<AgentSettings> {
        let default = self.scenario.settings.agent;
        let mut traits = traits.clone();
        let mut all = vec![traits.settings(default)];
        for change in &self.scenario.changes {
            if change.group.is_none_or(|group| groups.contains(&group)) {
                traits = change.traits.over(&traits);
            }
            all.push(traits.settings(default));
        }
        all
    }

    /// The profiles of agents: at the start, and from each change on.
    pub(super) fn profiles_over_time(&self) -> Vec<Vec<AgentSettings>> {
        let profiles = self.profiles.in_order();
        let of = |time: usize| profiles.iter().map(|profile| profile[time]).collect();
        (0..=self.scenario.changes.len()).map(of).collect()
    }

    pub(super) fn place_agent(
        &mut self,
        site: SiteId,
        (group, at_site): (usize, &[usize]),
        place_in_site: usize,
        address: Ipv4Addr,
    ) {
        let agent = u32::try_from(self.agents.len()).expect("bounded by the scenario");
        let groups = self.groups_of(agent, site, place_in_site, at_site);
        let kind = self.kind_of(group, groups);
        let kind = Rc::clone(&self.kinds[kind]);
        let Kind { traits, profile, habit, cohort } = &*kind;
        if let Some(habit) = habit {
            self.agents.habit.push(*habit);
        }
        let parts = |parts: &Option<Vec<Part>>, purpose| {
            parts.as_ref().map_or(0, |parts| self.draw(parts, purpose, agent))
        };
        let scan = parts(&traits.scan, Purpose::ScanMethod);
        let presence = parts(&traits.presence, Purpose::PresencePattern);
        let behind = parts(&traits.releases_behind, Purpose::ReleasesBehind);
        self.agents.address.push(address);
        self.agents.scan.push(ScanMethod::MEANINGS[place(scan)]);
        self.agents.presence.push(Presence::MEANINGS[place(presence)]);
        let happens = |purpose, nth, share| self.streams.happens(purpose, agent, nth, share);
        let share = |share: Option<u32>| share.unwrap_or_default();
        if let Some(cohort) = cohort {
            self.agents.cohort.push(*cohort);
        }
        let independent = happens(Purpose::Independent, 0, share(traits.independent));
        let given = happens(Purpose::SchedulePrivilege, 0, share(traits.scheduled));
        let is_unwanted = happens(Purpose::SchedulePrivilege, 1, share(traits.disabled));
        let privilege = privilege(given, is_unwanted);
        let scheduled = has_schedule(false, privilege, traits.may_disable.unwrap_or_default());
        self.agents.push(Agent::new(site, *profile).with_flags(independent, scheduled));
        let behind = u16::try_from(behind).expect("bounded by the registry");
        self.agents.behind.push(traits.image.unwrap_or(behind));
    }
}
