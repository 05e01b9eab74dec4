//! Channels that cannot bind, set aside so that what meets in them stays trees.
//!
//! A channel where two trees meet makes both a graph for the general solver, however little it
//! carries: the server's link, over which the server fetches from the vendor and agents report. It
//! may be left out of every path while it cannot be a bottleneck whatever the rates are.
//!
//! # Mathematics
//! All members of a class together never get more than `B_k`, the smallest of their ceilings' sum
//! and the capacities on their path. With `n·w` the weight of all members, channel `l` has
//! `Σ_{x_j < λ} n_j·r_j + (λ+1)·Σ_{x_j ≥ λ} n_j·w_j ≤ Σ_j (B_j + 2·n_j·w_j)` at every `λ` up to the
//! greatest level on it, the second weight being for a ceiling that is not a whole number of levels.
//! While that is at most `C_l`, the fixed-point test of the [general solver](super::general) never
//! limits a class at `l`: the levels without `l` are the levels. No channel vouches for itself: were
//! `C_l` the smallest of some `B_j`, the sum would be above it.

use std::collections::BTreeMap;

use super::quantum::UNLIMITED;
use super::solvers::Solvers;
use super::state::State;
use crate::ids::{ChannelId, ClassId};

/// The channels that are set aside.
#[derive(Clone, Debug, Default)]
pub(super) struct Aside {
    channels: BTreeMap<ChannelId, Slack>,
}

/// What may come over a channel.
#[derive(Clone, Debug, Default)]
struct Slack {
    most: i128,
    /// The classes that have crossed it: members now, and the most that they may take.
    classes: BTreeMap<ClassId, (u64, i128)>,
}

impl Aside {
    pub(super) fn is_empty(&self) -> bool {
        self.channels.is_empty()
    }

    pub(super) fn contains(&self, channel: ChannelId) -> bool {
        self.channels.contains_key(&channel)
    }

    /// Sets the channel aside; everything that is in progress over it counts.
    pub(super) fn insert(&mut self, state: &State, channel: ChannelId) {
        let mut slack = Slack::default();
        for &class in &state.channels[channel].classes {
            slack.count(state, class);
        }
        let _ = self.channels.insert(channel, slack);
    }

    /// The load of a channel that is set aside, in quanta.
    pub(super) fn load(&self, state: &State, channel: ChannelId) -> Option<i128> {
        let slack = self.channels.get(&channel)?;
        let load = |(&id, &(members, _)): (&ClassId, &(u64, i128))| {
            i128::from(members) * i128::from(state.rate(id))
        };
        Some(slack.classes.iter().map(load).sum())
    }

    /// Notes that the class's number of members has changed.
    fn count(&mut self, state: &State, class: ClassId) {
        for channel in &state.class(class).path {
            if let Some(slack) = self.channels.get_mut(channel) {
                slack.count(state, class);
            }
        }
    }

    /// Notes that capacities have changed.
    fn recount(&mut self, state: &State) {
        for slack in self.channels.values_mut() {
            let classes: Vec<ClassId> = slack.classes.keys().copied().collect();
            for class in classes {
                slack.count(state, class);
            }
        }
    }

    /// Takes back a channel that may bind by now, with the classes that cross it.
    fn take_overfull(&mut self, state: &State) -> Option<Vec<ClassId>> {
        let overfull = |(channel, slack): (&ChannelId, &Slack)| {
            (slack.most > i128::from(state.channels[*channel].capacity)).then_some(*channel)
        };
        let channel = self.channels.iter().find_map(overfull)?;
        Some(self.channels.remove(&channel)?.classes.into_keys().collect())
    }
}

impl Slack {
    fn count(&mut self, state: &State, class: ClassId) {
        let members = state.class(class).members;
        let now = (members, if members == 0 { 0 } else { most(state, class) });
        let (_, before) = self.classes.insert(class, now).unwrap_or_default();
        self.most += now.1 - before;
    }
}

/// The most that all members of a class may take, with its margin.
fn most(state: &State, id: ClassId) -> i128 {
    let class = state.class(id);
    let members = i128::from(class.members);
    let capacities = class.path.iter().map(|&channel| state.channels[channel].capacity);
    let narrowest = i128::from(capacities.min().unwrap_or(UNLIMITED));
    let ceilings = i128::from(class.ceiling) * members;
    narrowest.min(ceilings) + 2 * members * i128::from(class.weight)
}

/// Whether the channel cannot bind whatever the rates are.
pub(super) fn is_slack(state: &State, channel: ChannelId) -> bool {
    let classes = state.channels[channel].classes.iter();
    let active = classes.filter(|&&id| state.class(id).members > 0);
    let most: i128 = active.map(|&id| most(state, id)).sum();
    most <= i128::from(state.channels[channel].capacity)
}

impl Solvers {
    /// Brings what is set aside up to date before classes are populated; a channel that may bind
    /// by now goes to the general solver, with all trees over it.
    pub(super) fn look_aside(
        &mut self,
        state: &mut State,
        classes: &[ClassId],
        channels: &[ChannelId],
    ) {
        if self.aside.is_empty() {
            return;
        }
        if !channels.is_empty() {
            self.aside.recount(state);
        }
        for &class in classes {
            self.aside.count(state, class);
        }
        while let Some(crossing) = self.aside.take_overfull(state) {
            for class in crossing {
                if self.forest.holds(state.clock(class)) {
                    self.uproot(state, class);
                }
            }
        }
    }

    /// Sets a channel of the path aside, if the rest then fits the trees.
    pub(super) fn make_room(&mut self, state: &mut State, path: &[ChannelId]) -> bool {
        for &channel in path {
            let rest = path.iter().copied().filter(|one| *one != channel);
            let meets = self.forest.is_active(channel) && path.len() > 1;
            if !meets || self.orientation(rest).is_none() || !is_slack(state, channel) {
                continue;
            }
            let crossing: Vec<ClassId> = state.channels[channel]
                .classes
                .iter()
                .copied()
                .filter(|&class| self.forest.holds(state.clock(class)))
                .collect();
            for &class in &crossing {
                self.forest.detach(state, class);
            }
            self.aside.insert(state, channel);
            for class in crossing {
                if state.class(class).members > 0 {
                    self.replant(state, class);
                }
            }
            return true;
        }
        false
    }

    /// Puts a class back that a solver had, into a tree if it fits one.
    fn replant(&mut self, state: &mut State, class: ClassId) {
        if self.hang(state, class) {
            self.forest.repopulate(state, class);
        } else {
            self.uproot(state, class);
            self.general.repopulate(state, class);
        }
    }
}
