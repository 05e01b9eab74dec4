//! Placement: which solver computes the rates of which classes.
//!
//! A channel is in a tree, or with the general solver, or idle. A class that becomes active is added to a tree if its
//! path fits: from the root down, or from [inside](subtree). If it does not fit, a tree that has the wrong end as its
//! root is [turned](subtree), channels that cannot bind are [left out](nonbinding), or the trees below its path are
//! joined to it. If nothing helps, the trees that it touches move to the general solver, which keeps their channels until
//! they become idle or [fit again](reclassify). All solvers compute the same integers, so the placement affects speed only.

mod leave_out;
pub(crate) mod nonbinding;
mod reclassification;
mod reclassify;
mod subtree;

use crate::ids::{ChannelId, ClassId, RowId};
use crate::network::flows::class::Class;
use crate::network::flows::state::State;
use crate::network::quantum::UNLIMITED;
use crate::network::solver::fit::fits_root;
use crate::network::solver::general::GeneralSolver;
use crate::network::solver::placement::nonbinding::{NonbindingLinks, Where};
use crate::network::solver::placement::reclassification::Reclassification;
use crate::network::solver::reference::levels;
use crate::network::solver::tree::TreeSolver;

/// How the rates are computed. The rates are the same in every case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// The fastest method that fits: one clock per bottleneck in trees, the general solver elsewhere.
    #[default]
    Automatic,
    /// The general incremental solver for all classes.
    General,
    /// The reference solver, recomputed at every change: slow, for checks.
    Definition,
}

/// The end of a path at which the root is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Orientation {
    /// At its first channel.
    Forward,
    /// At its last.
    Backward,
}

/// The solvers, and the placement of classes.
#[derive(Clone, Debug)]
pub(crate) struct Placement {
    method: Method,
    pub(crate) tree: TreeSolver,
    pub(crate) general: GeneralSolver,
    pub(crate) nonbinding: NonbindingLinks,
    pub(crate) reclassification: Reclassification,
    /// The load of each channel, if the reference solver computes the rates.
    defined: Vec<u128>,
    /// Buffers for a path and for classes that move, kept to avoid allocations when a class becomes active.
    pub(crate) path: Vec<ChannelId>,
    pub(crate) moving: Vec<ClassId>,
    pub(crate) found: Vec<ChannelId>,
}

impl Placement {
    pub(crate) fn new(method: Method, channels: usize) -> Self {
        Self {
            method,
            tree: TreeSolver::new(channels),
            general: GeneralSolver::new(channels),
            nonbinding: NonbindingLinks::new(channels),
            reclassification: Reclassification::default(),
            defined: Vec::new(),
            path: Vec::new(),
            moving: Vec::new(),
            found: Vec::new(),
        }
    }

    /// Makes room for one more class.
    pub(crate) fn add_class(&mut self) {
        self.tree.add_vertex();
        self.general.add_class();
    }

    /// Recomputes the rates after changes of the members of `classes` and of the capacity of `channels`.
    pub(crate) fn settle(
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
            if self.tree.is_active(channel) {
                self.tree.enqueue(channel.0);
            } else if self.general.is_active(channel) {
                self.general.enqueue(channel);
            }
        }
        for &class in classes {
            if state.class(class).members == 0 {
                self.empty(state, class);
            }
        }
        self.count_on_left_out(state, classes, channels);
        for &class in classes {
            if state.class(class).members > 0 {
                self.populate(state, class);
            }
        }
        self.tree.settle(state);
        self.general.settle(state);
        while self.nonbinding.is_doubtful() && self.take_back_what_may_bind(state) {
            self.tree.settle(state);
            self.general.settle(state);
        }
        let has_relaxed = self.nonbinding.list_relaxed(state);
        if self.general.held() > 0 && self.method == Method::Automatic {
            let (held, all) = (self.general.held(), state.classes.rows.len());
            if has_relaxed || self.reclassification.is_due(state.work.general_touched, held, all) {
                self.reclassify(state);
            }
        }
    }

    /// The settled load of the channel.
    pub(crate) fn load(&self, state: &State, channel: ChannelId) -> u128 {
        let load = if self.method == Method::Definition {
            return self.defined.get(channel.index()).copied().unwrap_or_default();
        } else if let Some(load) = self.nonbinding.load(state, channel) {
            load
        } else if self.tree.is_active(channel) {
            self.tree.load(state, channel)
        } else {
            self.general.load(channel)
        };
        u128::try_from(load).expect("a load is not negative")
    }

    fn empty(&mut self, state: &mut State, class: ClassId) {
        let clock = state.clock(class);
        if self.tree.holds(clock) {
            state.work.classes_touched += 1;
            self.tree.detach(state, class);
            self.split(state, class);
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
            let speed = class.rate_cap / class.unit();
            state.clocks.run(clock, speed);
        } else if self.general.holds(id) {
            self.general.repopulate(state, id);
        } else {
            let is_planted = self.tree.holds(clock) || self.plant(state, id);
            if is_planted && self.tree.holds(clock) {
                state.work.classes_touched += 1;
                self.tree.repopulate(state, id);
            } else if !self.general.holds(id) {
                self.uproot(state, id);
                self.general.repopulate(state, id);
            }
        }
    }

    /// Adds the class to a tree, if its path fits or can be made to fit. Moving other classes for this may still send
    /// it to the general solver.
    fn plant(&mut self, state: &mut State, id: ClassId) -> bool {
        self.hang(state, id)
            || self.turn(state, id)
            || self.make_room(state, id, Where::AtEnds) && self.hang(state, id)
            || self.hang_inside(state, id)
            || self.graft(state, id)
            || self.make_room_above(state, id) && (self.hang(state, id) || self.graft(state, id))
            || self.make_room_before(state, id) && self.hang_inside(state, id)
            || self.make_room(state, id, Where::Anywhere) && self.hang(state, id)
    }

    /// Adds the class to a tree, if its path fits.
    pub(crate) fn hang(&mut self, state: &mut State, id: ClassId) -> bool {
        let path = self.take_free_path(state, id);
        let channels = path.iter().copied();
        let orientation = if path.is_empty() { None } else { self.orientation(channels) };
        if let Some(orientation) = orientation {
            self.attach(state, id, &path, orientation);
        }
        self.path = path;
        orientation.is_some()
    }

    /// Attaches the class below the last channel of its free path.
    pub(crate) fn attach(
        &mut self,
        state: &mut State,
        id: ClassId,
        path: &[ChannelId],
        orientation: Orientation,
    ) {
        let channels = path.iter().copied();
        match orientation {
            Orientation::Forward => self.tree.attach(state, id, channels),
            Orientation::Backward => self.tree.attach(state, id, channels.rev()),
        }
    }

    /// The path without the channels left out; empty if trees cannot have it. The buffer must be returned.
    pub(crate) fn take_free_path(&mut self, state: &State, id: ClassId) -> Vec<ChannelId> {
        let mut path = std::mem::take(&mut self.path);
        path.clear();
        let class = state.class(id);
        if self.method == Method::Automatic && may_hang(class) {
            let channels = class.path.iter().copied();
            path.extend(channels.filter(|&channel| !self.nonbinding.contains(channel)));
            if path.iter().any(|&channel| self.general.is_active(channel)) {
                path.clear();
            }
        }
        path
    }

    /// The end of the path that can be next to the root in the present trees.
    pub(crate) fn orientation(
        &self,
        path: impl DoubleEndedIterator<Item = ChannelId> + Clone,
    ) -> Option<Orientation> {
        let place = |channel| self.tree.place(channel);
        if fits_root(path.clone(), place) {
            Some(Orientation::Forward)
        } else if fits_root(path.rev(), place) {
            Some(Orientation::Backward)
        } else {
            None
        }
    }

    /// Moves all trees that the class touches to the general solver.
    pub(crate) fn uproot(&mut self, state: &mut State, id: ClassId) {
        for index in 0..state.class(id).path.len() {
            let channel = state.class(id).path[index];
            if !self.tree.is_active(channel) {
                continue;
            }
            let root = self.tree.root(channel);
            for index in 0..state.channels[root].classes.len() {
                let class = state.channels[root].classes[index];
                if self.tree.holds(state.clock(class)) {
                    self.tree.detach(state, class);
                    self.general.repopulate(state, class);
                }
            }
            while let Some(class) = self.tree.subtree_flow(state, root) {
                self.tree.detach(state, class);
                self.general.repopulate(state, class);
            }
        }
    }
}

/// The maximum depth of a tree: an operation in one costs the square of its depth. Longer paths go to the general
/// solver.
const DEEPEST: usize = 64;

/// Whether a tree may have the class at all.
fn may_hang(class: &Class) -> bool {
    class.is_even() && class.path.len() <= DEEPEST
}

/// Sets all rates with the reference solver and returns the load of each channel. Classes without members are skipped.
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
