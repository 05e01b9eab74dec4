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
//! While that is at most `C_l`, the fixed-point test of the [general solver](crate::network::solver::general) never
//! limits a class at `l`: the levels without `l` are the levels. No channel vouches for itself: were
//! `C_l` the smallest of some `B_j`, the sum would be above it.

use std::collections::BTreeMap;

use crate::ids::{ChannelId, ClassId, RowId};
use crate::network::flows::state::State;
use crate::network::quantum::UNLIMITED;
use crate::network::solver::placement::Placement;

/// The channels that are set aside.
#[derive(Clone, Debug, Default)]
pub(crate) struct NonbindingLinks {
    channels: BTreeMap<ChannelId, Slack>,
}

/// Which channels of the trees may be set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Where {
    /// Those with which a tree begins or ends: little changes for it.
    AtEnds,
    Anywhere,
}

/// What may come over a channel.
#[derive(Clone, Debug, Default)]
struct Slack {
    most: i128,
    /// The classes in progress that cross it, in no order.
    crossing: Vec<Crossing>,
    /// Where each class is in that list, or [`NOWHERE`]: nothing is allocated when classes come and
    /// go.
    places: Vec<u32>,
}

/// A class in progress: its members, and the most that they may take.
#[derive(Clone, Copy, Debug)]
struct Crossing {
    class: ClassId,
    members: u64,
    most: i128,
}

const NOWHERE: u32 = u32::MAX;

impl NonbindingLinks {
    pub(crate) fn is_empty(&self) -> bool {
        self.channels.is_empty()
    }

    pub(crate) fn contains(&self, channel: ChannelId) -> bool {
        self.channels.contains_key(&channel)
    }

    /// Sets the channel aside; everything that is in progress over it counts.
    pub(crate) fn insert(&mut self, state: &State, channel: ChannelId) {
        let mut slack = Slack::default();
        for &class in &state.channels[channel].classes {
            slack.count(state, class);
        }
        let _ = self.channels.insert(channel, slack);
    }

    /// The load of a channel that is set aside, in quanta.
    pub(crate) fn load(&self, state: &State, channel: ChannelId) -> Option<i128> {
        let slack = self.channels.get(&channel)?;
        let load = |crossing: &Crossing| {
            i128::from(crossing.members) * i128::from(state.rate(crossing.class))
        };
        Some(slack.crossing.iter().map(load).sum())
    }

    /// Notes that the class's number of members has changed.
    fn count(&mut self, state: &State, class: ClassId) {
        for channel in &state.class(class).path {
            if let Some(slack) = self.channels.get_mut(channel) {
                slack.count(state, class);
            }
        }
    }

    /// Notes that capacities have changed; all members are counted.
    fn recount(&mut self, state: &State) {
        for slack in self.channels.values_mut() {
            for index in 0..slack.crossing.len() {
                slack.count(state, slack.crossing[index].class);
            }
        }
    }

    /// Takes back a channel that may bind by now, with the classes that cross it.
    fn take_overfull(&mut self, state: &State) -> Option<Vec<ClassId>> {
        let overfull = |(channel, slack): (&ChannelId, &Slack)| {
            (slack.most > i128::from(state.channels[*channel].capacity)).then_some(*channel)
        };
        let channel = self.channels.iter().find_map(overfull)?;
        let crossing = self.channels.remove(&channel)?.crossing;
        let mut classes: Vec<ClassId> = crossing.iter().map(|crossing| crossing.class).collect();
        classes.sort_unstable();
        Some(classes)
    }
}

impl Slack {
    /// Notes how many members the class has now, and what they may take.
    fn count(&mut self, state: &State, class: ClassId) {
        let members = state.class(class).members;
        let most = if members == 0 { 0 } else { most(state, class) };
        let place = self.places.get(class.index()).copied().filter(|place| *place != NOWHERE);
        match place.map(|place| place as usize) {
            Some(place) if members == 0 => {
                self.most -= self.crossing.swap_remove(place).most;
                self.note(class, NOWHERE);
                if let Some(moved) = self.crossing.get(place) {
                    self.note(moved.class, number(place));
                }
            }
            Some(place) => {
                self.most += most - self.crossing[place].most;
                self.crossing[place] = Crossing { class, members, most };
            }
            None if members > 0 => {
                self.most += most;
                self.note(class, number(self.crossing.len()));
                self.crossing.push(Crossing { class, members, most });
            }
            None => {}
        }
    }

    fn note(&mut self, class: ClassId, place: u32) {
        if self.places.len() <= class.index() {
            self.places.resize(class.index() + 1, NOWHERE);
        }
        self.places[class.index()] = place;
    }
}

fn number(place: usize) -> u32 {
    u32::try_from(place).expect("fewer than 2³² classes")
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
pub(crate) fn is_slack(state: &State, channel: ChannelId) -> bool {
    let classes = state.channels[channel].classes.iter();
    let active = classes.filter(|&&id| state.class(id).members > 0);
    let most: i128 = active.map(|&id| most(state, id)).sum();
    most <= i128::from(state.channels[channel].capacity)
}

impl Placement {
    /// Brings what is set aside up to date before classes are populated; a channel that may bind
    /// by now goes to the general solver, with all trees over it.
    pub(crate) fn take_back_what_may_bind(
        &mut self,
        state: &mut State,
        classes: &[ClassId],
        channels: &[ChannelId],
    ) {
        if self.nonbinding.is_empty() {
            return;
        }
        for &class in classes {
            self.nonbinding.count(state, class);
        }
        if !channels.is_empty() {
            self.nonbinding.recount(state);
        }
        while let Some(crossing) = self.nonbinding.take_overfull(state) {
            for class in crossing {
                if self.tree.holds(state.clock(class)) {
                    self.uproot(state, class);
                }
            }
        }
    }

    /// Sets a channel of the class's path aside, if the rest then fits the trees.
    pub(crate) fn make_room(&mut self, state: &mut State, id: ClassId, place: Where) -> bool {
        let path = self.take_free_path(state, id);
        let meets = |channel: ChannelId| {
            let rest = path.iter().copied().filter(|one| *one != channel);
            self.tree.is_active(channel)
                && path.len() > 1
                && (place == Where::Anywhere || self.tree.is_end(channel))
                && self.orientation(rest).is_some()
                && is_slack(state, channel)
        };
        let channel = path.iter().copied().find(|&channel| meets(channel));
        self.path = path;
        if let Some(channel) = channel {
            self.set_nonbinding(state, channel);
        }
        channel.is_some()
    }

    /// Leaves the channel out of the trees, which cannot be limited by it.
    pub(crate) fn set_nonbinding(&mut self, state: &mut State, channel: ChannelId) {
        let mut moving: Vec<ClassId> = state.channels[channel]
            .classes
            .iter()
            .copied()
            .filter(|&class| self.tree.holds(state.clock(class)))
            .collect();
        let root = self.tree.is_active(channel).then(|| self.tree.root(channel));
        for &class in &moving {
            self.tree.detach(state, class);
        }
        // Those beside would hold channels together that the others leave.
        while let Some(class) = root.and_then(|root| self.tree.subtree_flow(state, root)) {
            self.tree.detach(state, class);
            moving.push(class);
        }
        self.nonbinding.insert(state, channel);
        for class in moving {
            if state.class(class).members > 0 {
                self.replant(state, class);
            }
        }
    }

    /// Puts a class back that a solver had, into a tree if it fits one.
    fn replant(&mut self, state: &mut State, class: ClassId) {
        if self.hang(state, class) || self.hang_inside(state, class) {
            self.tree.repopulate(state, class);
        } else {
            self.uproot(state, class);
            self.general.repopulate(state, class);
        }
    }
}
