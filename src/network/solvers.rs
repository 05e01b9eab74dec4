//! Which solver computes the rates of which classes.
//!
//! A channel is in a tree, or with the general solver, or idle. A class that comes into progress
//! joins the trees if its path fits them, or hangs [beside](super::beside) one; if not, the trees
//! that it touches go over to the general solver, which keeps their channels until they fall idle
//! or [fit again](super::regrowth). A channel that cannot bind may be [set aside](super::aside) so
//! that the rest fits. All solvers compute the same integers, so the choice shows in nothing but
//! the time it takes.

use super::aside::{Aside, Where};
use super::definition::levels;
use super::forest::Forest;
use super::general::General;
use super::quantum::UNLIMITED;
use super::regrowth::Regrowth;
use super::state::State;
use crate::ids::{ChannelId, ClassId, RowId};

/// How the rates are computed. They are the same in every case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// The fastest way that fits: one clock per bottleneck in trees, the general solver elsewhere.
    #[default]
    Automatic,
    /// The general incremental solver for all.
    General,
    /// The definition itself, anew at every change: slow, for checks.
    Definition,
}

/// Where the root is, seen along a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Orientation {
    /// At its first channel.
    Forward,
    /// At its last.
    Backward,
}

/// The solvers, and who is with whom.
#[derive(Clone, Debug)]
pub(super) struct Solvers {
    method: Method,
    pub(super) forest: Forest,
    pub(super) general: General,
    pub(super) aside: Aside,
    pub(super) regrowth: Regrowth,
    /// The load of each channel, where the definition itself computes the rates.
    defined: Vec<u128>,
    /// Room for a path, kept so that a class that wakes allocates nothing.
    pub(super) path: Vec<ChannelId>,
}

impl Solvers {
    pub(super) fn new(method: Method, channels: usize) -> Self {
        Self {
            method,
            forest: Forest::new(channels),
            general: General::new(channels),
            aside: Aside::default(),
            regrowth: Regrowth::default(),
            defined: Vec::new(),
            path: Vec::new(),
        }
    }

    /// Makes room for one more class.
    pub(super) fn add_class(&mut self) {
        self.forest.add_vertex();
        self.general.add_class();
    }

    /// Computes the rates anew after changes of the members of `classes` and of the capacity of
    /// `channels`.
    pub(super) fn settle(
        &mut self,
        state: &mut State,
        classes: &[ClassId],
        channels: &[ChannelId],
    ) {
        state.work.settlements += 1;
        if self.method == Method::Definition {
            self.defined = define(state);
            return;
        }
        for &channel in channels {
            if self.forest.is_active(channel) {
                self.forest.enqueue(channel.0);
            } else if self.general.is_active(channel) {
                self.general.enqueue(channel);
            }
        }
        for &class in classes {
            if state.class(class).members == 0 {
                self.empty(state, class);
            }
        }
        self.look_aside(state, classes, channels);
        for &class in classes {
            if state.class(class).members > 0 {
                self.populate(state, class);
            }
        }
        self.forest.settle(state);
        self.general.settle(state);
        let touched = state.work.general_touched;
        if self.method == Method::Automatic
            && self.regrowth.is_due(touched, self.general.held(), state.classes.rows.len())
        {
            self.regrow(state);
        }
    }

    /// The load of the channel as settled last.
    pub(super) fn load(&self, state: &State, channel: ChannelId) -> u128 {
        let load = if self.method == Method::Definition {
            return self.defined.get(channel.index()).copied().unwrap_or_default();
        } else if let Some(load) = self.aside.load(state, channel) {
            load
        } else if self.forest.is_active(channel) {
            self.forest.load(state, channel)
        } else {
            self.general.load(channel)
        };
        u128::try_from(load).expect("a load is not negative")
    }

    fn empty(&mut self, state: &mut State, class: ClassId) {
        let clock = state.clock(class);
        if self.forest.holds(clock) {
            state.work.classes_touched += 1;
            self.forest.detach(state, class);
        } else if self.general.holds(class) {
            self.general.repopulate(state, class);
        } else {
            state.clocks.run(clock, 0);
        }
    }

    fn populate(&mut self, state: &mut State, id: ClassId) {
        let clock = state.clock(id);
        let class = state.class(id);
        if class.path.is_empty() {
            let speed = class.ceiling / class.unit();
            state.clocks.run(clock, speed);
        } else if self.general.holds(id) {
            self.general.repopulate(state, id);
        } else if self.forest.holds(clock) || self.plant(state, id) {
            state.work.classes_touched += 1;
            self.forest.repopulate(state, id);
        } else {
            self.uproot(state, id);
            self.general.repopulate(state, id);
        }
    }

    /// Hangs the class into a tree, if its path fits or can be made to.
    fn plant(&mut self, state: &mut State, id: ClassId) -> bool {
        self.hang(state, id)
            || self.make_room(state, id, Where::AtEnds) && self.hang(state, id)
            || self.hang_beside(state, id)
            || self.make_room_before(state, id) && self.hang_beside(state, id)
            || self.make_room(state, id, Where::Anywhere) && self.hang(state, id)
    }

    /// Hangs the class into a tree, if its path fits.
    pub(super) fn hang(&mut self, state: &mut State, id: ClassId) -> bool {
        let path = self.take_free_path(state, id);
        let channels = path.iter().copied();
        let orientation = if path.is_empty() { None } else { self.orientation(channels.clone()) };
        match orientation {
            Some(Orientation::Forward) => self.forest.attach(state, id, channels),
            Some(Orientation::Backward) => self.forest.attach(state, id, channels.rev()),
            None => {}
        }
        self.path = path;
        orientation.is_some()
    }

    /// The path without what is set aside; empty if trees may not have it. It is in a room that is
    /// to be given back.
    pub(super) fn take_free_path(&mut self, state: &State, id: ClassId) -> Vec<ChannelId> {
        let mut path = std::mem::take(&mut self.path);
        path.clear();
        let class = state.class(id);
        if self.method == Method::Automatic && class.is_even() {
            let channels = class.path.iter().copied();
            path.extend(channels.filter(|&channel| !self.aside.contains(channel)));
            if path.iter().any(|&channel| self.general.is_active(channel)) {
                path.clear();
            }
        }
        path
    }

    /// Which end of the path can be next to the root in the trees that are.
    pub(super) fn orientation(
        &self,
        path: impl DoubleEndedIterator<Item = ChannelId> + Clone,
    ) -> Option<Orientation> {
        if self.forest.fits(path.clone()) {
            Some(Orientation::Forward)
        } else if self.forest.fits(path.rev()) {
            Some(Orientation::Backward)
        } else {
            None
        }
    }

    /// Hands all trees that the class touches over to the general solver.
    pub(super) fn uproot(&mut self, state: &mut State, id: ClassId) {
        for index in 0..state.class(id).path.len() {
            let channel = state.class(id).path[index];
            if !self.forest.is_active(channel) {
                continue;
            }
            let root = self.forest.root(channel);
            for index in 0..state.channels[root].classes.len() {
                let class = state.channels[root].classes[index];
                if self.forest.holds(state.clock(class)) {
                    self.forest.detach(state, class);
                    self.general.repopulate(state, class);
                }
            }
            while let Some(class) = self.forest.guest(state, root) {
                self.forest.detach(state, class);
                self.general.repopulate(state, class);
            }
        }
    }
}

/// Sets all rates by the definition and returns the load of each channel. Classes without members
/// take no part in it.
fn define(state: &mut State) -> Vec<u128> {
    let capacities: Vec<u64> = state.channels.iter().map(|channel| channel.capacity).collect();
    let (active, demands): (Vec<ClassId>, Vec<_>) = state
        .classes
        .rows
        .rows()
        .filter(|(_, class)| class.members > 0)
        .map(|(id, class)| (id, class.demand()))
        .unzip();
    for id in state.classes.rows.ids() {
        state.clocks.run(state.clock(id), 0);
    }
    let levels = levels(&capacities, &demands);
    for (index, level) in levels.channels.iter().enumerate() {
        state.set_channel_level(ChannelId::from_index(index), level.unwrap_or(UNLIMITED));
    }
    let mut loads = vec![0; capacities.len()];
    for (id, level) in active.into_iter().zip(levels.demands) {
        let class = state.class(id);
        let (rate, members) = (class.rate(level), class.members);
        for channel in &class.path {
            loads[channel.index()] += u128::from(members) * u128::from(rate);
        }
        let speed = rate / class.unit();
        state.clocks.run(state.clock(id), speed);
    }
    loads
}
