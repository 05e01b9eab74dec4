//! The levers of waits: the keys of a scenario that shorten a wait, by its reason and its place.
//!
//! The sentence about the cause names them and `--what-if` tries them. A key is a lever only where the scenario has it
//! and its value has a next step.

mod fetches;
mod links;
mod step;

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;

use crate::ids::NodeId;
use crate::measure::waiting::Reason;
use crate::model::calendar::HourClass;
use crate::model::component::KindSet;
use crate::model::settings::{Settings, SlotsCount, TopologyOption};
use crate::model::wave::Waves;
use crate::network::{Routes, Traffic};
use crate::policy::topology::{Roles, roles};
use crate::scenario::{
    AgentGroup, ExplicitUpdateAgent, SampledCompany, Scenario, Traits, VariedKey, WrittenSource,
};
use step::{Step, stepped};
pub use step::{scaled, unquoted};

/// A key and its value one step further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lever {
    /// The key, as in `--set`.
    pub key: String,
    /// Its value in force.
    pub before: String,
    /// One step further.
    pub after: String,
}

/// A key, and the direction in which it shortens a wait.
pub(super) type Keyed = (String, Step);

/// The levers of the waits in a scenario under an option.
#[derive(Debug)]
pub struct Levers<'a> {
    scenario: &'a Scenario,
    option: TopologyOption,
    /// The company without agents, for the routes between its places.
    places: OnceCell<SampledCompany>,
    routes: RefCell<BTreeMap<(NodeId, Traffic), Routes>>,
}

/// A source, by its name in results.
#[derive(Clone, Copy, Debug)]
enum Source<'a> {
    ActiveUpdate,
    Server,
    Other(&'a WrittenSource),
    /// An Update Agent: as it is written, if it is not one of a group's.
    UpdateAgent(Option<&'a ExplicitUpdateAgent>),
}

impl<'a> Levers<'a> {
    /// The levers in `scenario` under `option`.
    pub fn new(scenario: &'a Scenario, option: TopologyOption) -> Self {
        let (places, routes) = (OnceCell::new(), RefCell::default());
        Self { scenario, option, places, routes }
    }

    /// The levers of a wait with this cause, as in `waits.csv`.
    pub fn of(&self, reason: Reason, place: &str) -> Vec<Lever> {
        let keys = self.keys(reason, place).into_iter();
        keys.filter_map(|keyed| self.lever(keyed)).collect()
    }

    /// A key as a lever; `None` where the scenario does not have it, or its value has no next step.
    pub(super) fn lever(&self, (key, step): Keyed) -> Option<Lever> {
        let before = self.scenario.value_of(&key)?;
        let after = stepped(&key, &before, &step)?;
        Some(Lever { key, before: unquoted(&before), after: unquoted(&after) })
    }

    /// The keys that shorten a wait.
    pub(super) fn keys(&self, reason: Reason, place: &str) -> Vec<Keyed> {
        match reason {
            Reason::Look => vec![more_often("server.schedule")],
            Reason::Stock => self.of_stock(place),
            Reason::Wave => self.of_waves(),
            Reason::Trigger => self.of_triggers(),
            Reason::Slot if self.settings().server.slots_count == SlotsCount::All => {
                let mut all = self.of_slots();
                all.push(set("server.slots_count", "server-started"));
                all
            }
            Reason::Slot | Reason::NoSlots => self.of_slots(),
            Reason::Desktops => vec![double("server.image_updates")],
            Reason::Thread => vec![double("notification.threads")],
            Reason::Batch if self.settings().notification.batch.is_some() => {
                vec![halve("notification.batch_interval"), double("notification.batch")]
            }
            Reason::Order if self.settings().notification.ua_threshold == 0 => {
                vec![set("notification.ua_threshold", "1")]
            }
            Reason::Order => vec![double("notification.ua_threshold")],
            Reason::Connect => vec![halve("notification.connect_time")],
            Reason::NoAnswer => vec![halve("notification.connect_timeout")],
            Reason::Repeat => vec![halve("notification.interval")],
            Reason::Place => self.of_place(place),
            Reason::Failure => match self.source(place) {
                Source::UpdateAgent(own) => self.disk(own).into_iter().collect(),
                _ => Vec::new(),
            },
            Reason::Link => self.of_link(place),
            Reason::RateCap => self.of_rate_cap(place),
            // Presence is no setting; what is out of service or down, and the set-up of a connection, have no key; without a
            // throttle there is no batch.
            Reason::Off | Reason::OutOfReach | Reason::LinkDown | Reason::SetUp | Reason::Batch => {
                Vec::new()
            }
        }
    }

    fn settings(&self) -> &'a Settings {
        &self.scenario.settings
    }

    fn roles(&self) -> Roles {
        roles(self.option)
    }

    /// The source called `name`.
    fn source(&self, name: &str) -> Source<'a> {
        let other = || self.scenario.other_sources.iter().find(|source| source.name == name);
        match name {
            "active-update" => Source::ActiveUpdate,
            "server" => Source::Server,
            _ => other().map_or_else(|| Source::UpdateAgent(self.explicit(name)), Source::Other),
        }
    }

    fn explicit(&self, name: &str) -> Option<&'a ExplicitUpdateAgent> {
        self.scenario.update_agents.iter().find(|written| written.name == name)
    }

    /// Until a source has what was released.
    fn of_stock(&self, place: &str) -> Vec<Keyed> {
        match self.source(place) {
            Source::ActiveUpdate => Vec::new(),
            Source::Other(source) => vec![halve(&format!("other_source.{}.lag", source.name))],
            Source::Server => self.of_server_update().into_iter().collect(),
            Source::UpdateAgent(own) => {
                if let Some(disk) = self.disk(own) {
                    return vec![disk];
                }
                let site = self.site_of_update_agent(place);
                let looks = self.roles().update_agents_look;
                let schedule = site.filter(|_| looks).map(|(group, _)| group);
                let schedule = schedule.map(|group| {
                    self.of_agents("schedule", &Step::TwiceAsOften, has_schedule, Some(group))
                });
                let fetches = self.of_update_agent(place, own);
                schedule.unwrap_or_default().into_iter().chain(fetches).collect()
            }
        }
    }

    /// The free disk of an Update Agent that has too little to obtain and serve anything (UAG-2).
    fn disk(&self, own: Option<&ExplicitUpdateAgent>) -> Option<Keyed> {
        let usual = &self.settings().update_agent;
        let has_own = own.and_then(|own| own.free_disk);
        let key = own_or_all(own.filter(|_| has_own.is_some()), "free_disk");
        let needed = VariedKey::find(&key).ok()?.written(usual.needed_disk.count());
        let lacks = has_own.unwrap_or(usual.free_disk) < usual.needed_disk;
        lacks.then_some((key, Step::To(needed)))
    }

    /// Until the next wave: `wave.gap` and `wave.done` where all releases have the same, else the keys of each.
    fn of_waves(&self) -> Vec<Keyed> {
        let of_key = |part: &str| -> Vec<Keyed> {
            let of_all = format!("wave.{part}");
            if self.scenario.value_of(&of_all).is_some() {
                return vec![halve(&of_all)];
            }
            let with = self.scenario.releases.iter().filter(|release| release.waves.is_some());
            with.map(|release| halve(&format!("release.{}.wave_{part}", release.name))).collect()
        };
        let has = |holds: fn(&Waves) -> bool| {
            self.scenario.releases.iter().filter_map(|release| release.waves.as_ref()).any(holds)
        };
        let gap = has(|waves| waves.gap.as_nanos() > 0).then(|| of_key("gap"));
        let done = has(|waves| waves.done_per_million > 0).then(|| of_key("done"));
        [gap, done].into_iter().flatten().flatten().collect()
    }

    /// Until something triggers an update: what notifies agents, or lets them check by themselves.
    fn of_triggers(&self) -> Vec<Keyed> {
        let (server, notification) = (&self.settings().server, &self.settings().notification);
        if !server.deploys {
            return vec![set("server.deploys", "true")];
        }
        let schedule =
            || self.of_agents("schedule", &Step::TwiceAsOften, has_schedule, None).into_iter();
        if self.roles().agents_look {
            return schedule().collect();
        }
        let has = |share: fn(&Traits) -> Option<u32>| {
            self.traits().any(|traits| share(traits).is_some_and(|share| share > 0))
        };
        // Agents that no source serves quit, and wait for the next trigger in vain (SRC-5, UAG-2).
        let falls_back = self.settings().source.fallback_to_server == KindSet::ALL;
        let disk = self.disk(None).filter(|_| self.roles().update_agents_serve && !falls_back);
        if let Some(disk) = disk {
            return vec![disk];
        }
        let mut all = Vec::new();
        if self.scenario.groups.iter().any(|group| group.nat) {
            let polls = server.poll_every.is_some();
            let step = if polls { Step::Halve } else { Step::To("1 h".into()) };
            all.push(("server.poll_every".into(), step));
        }
        if !notification.on_update {
            all.push(set("notification.on_update", "true"));
        } else if has(|traits| traits.independent) && !notification.include_offline {
            all.push(set("notification.include_offline", "true"));
        }
        if !notification.on_restart {
            all.push(set("notification.on_restart", "true"));
        }
        if notification.unanswered_per_million > 0 {
            all.push(double("notification.attempts"));
        }
        if has(|traits| traits.scheduled) {
            all.extend(schedule());
        } else if all.is_empty() || !notification.on_update {
            all.push(set("agents.scheduled", "100 %"));
        }
        all
    }

    /// Until a slot of the server is free: of each class of hours that the day has (SRV-4).
    fn of_slots(&self) -> Vec<Keyed> {
        let slots = &self.settings().server.slots;
        let classes = [
            (HourClass::Normal, "server.slots", slots.normal),
            (HourClass::OffPeak, "server.slots_off_peak", slots.off_peak),
            (HourClass::Peak, "server.slots_peak", slots.peak),
        ];
        let used = classes.into_iter().filter(|(class, ..)| slots.hours.contains(class));
        used.map(|(_, key, count)| if count == 0 { set(key, "250") } else { double(key) }).collect()
    }

    /// Until a source has a place.
    fn of_place(&self, place: &str) -> Vec<Keyed> {
        match self.source(place) {
            Source::ActiveUpdate => Vec::new(),
            Source::Server => vec![double("server.max_transfers")],
            Source::Other(source) => {
                vec![double(&format!("other_source.{}.connections", source.name))]
            }
            Source::UpdateAgent(own) => {
                let own = own.filter(|own| own.capacity.is_some());
                vec![double(&own_or_all(own, "capacity"))]
            }
        }
    }

    /// What limits one connection to a source, whatever the links: `ActiveUpdate`, or the agents' network cards.
    fn of_rate_cap(&self, place: &str) -> Vec<Keyed> {
        let per_connection = self.scenario.active_update.per_connection;
        let is_active_update = matches!(self.source(place), Source::ActiveUpdate);
        if is_active_update && per_connection <= self.settings().agent.nic {
            return vec![double("active_update.per_connection")];
        }
        self.of_agents("nic", &Step::Double, |traits| traits.nic.is_some(), None)
    }

    /// The values of agents that the scenario sets.
    fn traits(&self) -> impl Iterator<Item = &'a Traits> {
        let of_sites = self.scenario.groups.iter().map(|group| &group.traits);
        let of_groups = self.scenario.agent_groups.iter().map(|group| &group.traits);
        std::iter::once(&self.scenario.agents).chain(of_sites).chain(of_groups)
    }

    /// A key of `[agents]` and of the sites, or of this group of sites, and of the groups of agents that override it.
    fn of_agents(
        &self,
        key: &str,
        step: &Step,
        is_set: fn(&Traits) -> bool,
        at: Option<usize>,
    ) -> Vec<Keyed> {
        let groups = &self.scenario.agent_groups;
        let overrides = || groups.iter().filter(|group| is_set(&group.traits));
        let is_of_all = |group: &&AgentGroup| {
            group.sites.is_empty() && group.agents.is_empty() && group.share == 1_000_000
        };
        let mut tables = Vec::new();
        if !overrides().any(|group| is_of_all(&group)) {
            let all = self.scenario.groups.iter().enumerate();
            let own = all.filter(|(number, group)| {
                group.most_agents() > 0 && at.is_none_or(|at| at == *number)
            });
            for (number, group) in own {
                let table = match (is_set(&group.traits), number) {
                    (false, _) => "agents".into(),
                    (true, 0) => "headquarters".into(),
                    (true, _) => format!("site.{}", group.name),
                };
                if !tables.contains(&table) {
                    tables.push(table);
                }
            }
        }
        let may_be_there = |group: &&AgentGroup| {
            let is_at = |at| group.sites.iter().any(|(number, _)| *number == at);
            at.is_none_or(|at| group.sites.is_empty() || is_at(at))
        };
        let of_groups = overrides().filter(may_be_there);
        tables.extend(of_groups.map(|group| format!("group.{}", group.name)));
        tables.into_iter().map(|table| (format!("{table}.{key}"), step.clone())).collect()
    }
}

fn has_schedule(traits: &Traits) -> bool {
    traits.schedule.is_some()
}

/// A key of an Update Agent that has its own value, or else of all.
fn own_or_all(own: Option<&ExplicitUpdateAgent>, key: &str) -> String {
    own.map_or_else(
        || format!("update_agents.{key}"),
        |own| format!("update_agent.{}.{key}", own.name),
    )
}

fn double(key: &str) -> Keyed {
    (key.into(), Step::Double)
}

fn halve(key: &str) -> Keyed {
    (key.into(), Step::Halve)
}

fn more_often(key: &str) -> Keyed {
    (key.into(), Step::TwiceAsOften)
}

fn set(key: &str, value: &str) -> Keyed {
    (key.into(), Step::To(value.into()))
}
