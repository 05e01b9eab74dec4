//! Moves classes from the general solver back to trees once they fit.
//!
//! When the class that did not fit ends, the others would fit again, but a busy network may never become idle. So, as
//! soon as a channel that was left out and taken back no longer binds, and after the general solver has touched several
//! times as many classes as it holds, each of its connected components is tried as a forest, without the channels that
//! can be [left out](super::nonbinding) and with classes that begin [inside](super::subtree) a tree. A failure doubles the
//! wait, up to a limit, so the cost of trying stays a fraction of that of solving.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{ChannelId, ClassId, Column};
use crate::network::flows::state::State;
use crate::network::quantum::UNLIMITED;
use crate::network::solver::fit::{Place, fits_inside, fits_root};
use crate::network::solver::placement::{Placement, may_hang};

/// The number of times that a component is tried with more channels left out.
const TRIES: u32 = 8;

impl Placement {
    /// Tries every component of the general solver as a tree.
    pub(crate) fn reclassify(&mut self, state: &mut State) {
        let active: Vec<ClassId> =
            state.classes.rows.ids().filter(|&id| self.general.holds(id)).collect();
        let mut component = Column::filled(None, state.channels.len());
        let mut parents = Column::filled(Place::Free, state.channels.len());
        let mut success = false;
        for &id in &active {
            let first = state.class(id).path[0];
            if component[first].is_some() {
                continue;
            }
            let mut found = self.flood(state, id, &mut component);
            sort_by_end(state, &mut found);
            if let Some(slack) = self.fit(state, &found, &mut parents) {
                self.general.withdraw(state, &found);
                for channel in slack {
                    self.nonbinding.insert(state, channel);
                }
                // A class that begins inside a tree requires the tree to exist.
                let inside: Vec<ClassId> =
                    found.iter().copied().filter(|&id| !self.hang(state, id)).collect();
                for &id in &inside {
                    self.replant(state, id);
                }
                success |= inside.iter().all(|&id| self.tree.holds(state.clock(id)));
                for id in found {
                    if self.tree.holds(state.clock(id)) {
                        self.tree.repopulate(state, id);
                    }
                }
            }
        }
        self.reclassification.note(state.work.general_touched, success);
        self.tree.settle(state);
        self.general.settle(state);
    }

    /// The channels that must be left out so that the classes form one forest, if that is possible.
    fn fit(
        &self,
        state: &State,
        classes: &[ClassId],
        parents: &mut Column<ChannelId, Place>,
    ) -> Option<Vec<ChannelId>> {
        let mut slack = BTreeSet::new();
        for _ in 0..TRIES {
            let unfit = self.unfit(state, classes, parents, &slack)?;
            if unfit.is_empty() {
                return Some(slack.into_iter().collect());
            }
            for id in unfit {
                slack.extend(self.more_slack(state, id, parents, &slack)?);
            }
            for &channel in classes.iter().flat_map(|&id| &state.class(id).path) {
                parents[channel] = Place::Free;
            }
        }
        None
    }

    /// The classes that fit no tree, neither from its root nor from inside; none if one of them can never fit.
    fn unfit(
        &self,
        state: &State,
        classes: &[ClassId],
        parents: &mut Column<ChannelId, Place>,
        slack: &BTreeSet<ChannelId>,
    ) -> Option<Vec<ClassId>> {
        let is_in =
            |channel: &ChannelId| !self.nonbinding.contains(*channel) && !slack.contains(channel);
        let path = |id: ClassId| state.class(id).path.iter().copied().filter(is_in);
        let mut inside = Vec::new();
        for &id in classes {
            if !may_hang(state.class(id)) || path(id).next().is_none() {
                return None;
            }
            if !hang(parents, path(id)) && !hang(parents, path(id).rev()) {
                inside.push(id);
            }
        }
        inside
            .retain(|&id| !hang_inside(parents, path(id)) && !hang_inside(parents, path(id).rev()));
        Some(inside)
    }

    /// The channels to leave out of the path of a class that fits no tree: all those before a channel inside a tree, or
    /// else all those that meet other paths. Empty if it fits now, none if nothing helps.
    fn more_slack(
        &self,
        state: &State,
        unfit: ClassId,
        parents: &Column<ChannelId, Place>,
        slack: &BTreeSet<ChannelId>,
    ) -> Option<Vec<ChannelId>> {
        let is_in =
            |channel: &ChannelId| !self.nonbinding.contains(*channel) && !slack.contains(channel);
        let place = |channel: ChannelId| parents[channel];
        let mut path: Vec<ChannelId> =
            state.class(unfit).path.iter().copied().filter(is_in).collect();
        for _ in 0..2 {
            if fits_root(path.iter().copied(), place) {
                return Some(Vec::new());
            }
            let fits = |first: &usize| fits_inside(path[*first..].iter().copied(), place);
            if let Some(first) = (0..path.len()).find(fits)
                && path[..first]
                    .iter()
                    .all(|&channel| self.nonbinding.is_slack_again(state, channel))
            {
                path.truncate(first);
                return Some(path);
            }
            path.reverse();
        }
        // A new channel needs no check.
        path.retain(|&channel| {
            parents[channel] != Place::Free && self.nonbinding.is_slack_again(state, channel)
        });
        (!path.is_empty()).then_some(path)
    }

    /// All classes of the general solver that are connected to `start`; marks their channels.
    fn flood(
        &self,
        state: &State,
        start: ClassId,
        component: &mut Column<ChannelId, Option<ClassId>>,
    ) -> Vec<ClassId> {
        let mut found = vec![start];
        let mut seen = BTreeSet::from([start]);
        let mut next = 0;
        while let Some(&id) = found.get(next) {
            next += 1;
            for &channel in &state.class(id).path {
                if component[channel].is_some() {
                    continue;
                }
                component[channel] = Some(start);
                let others = state.channels[channel].classes.iter().copied();
                found.extend(
                    others.filter(|&other| self.general.holds(other) && seen.insert(other)),
                );
            }
        }
        found
    }
}

/// Sorts the classes so that those with an end shared by many come first: the roots of large trees must be found before
/// those of small ones.
fn sort_by_end(state: &State, classes: &mut [ClassId]) {
    let ends = |id: ClassId| {
        let path = &state.class(id).path;
        [path[0], path[path.len() - 1]]
    };
    let mut shared = BTreeMap::<ChannelId, u32>::new();
    for end in classes.iter().flat_map(|&id| ends(id)) {
        *shared.entry(end).or_default() += 1;
    }
    classes
        .sort_by_key(|&id| std::cmp::Reverse(ends(id).map(|end| shared[&end]).into_iter().max()));
}

/// Records the path as a descent from a root, if it fits.
fn hang(
    parents: &mut Column<ChannelId, Place>,
    path: impl Iterator<Item = ChannelId> + Clone,
) -> bool {
    let fits = fits_root(path.clone(), |channel| parents[channel]);
    if fits {
        note(parents, Place::Root, path);
    }
    fits
}

/// Records the path as a descent from inside a tree, if it fits.
fn hang_inside(
    parents: &mut Column<ChannelId, Place>,
    mut path: impl Iterator<Item = ChannelId> + Clone,
) -> bool {
    let fits = fits_inside(path.clone(), |channel| parents[channel]);
    if fits && let Some(top) = path.next() {
        note(parents, Place::Below(top), path);
    }
    fits
}

fn note(
    parents: &mut Column<ChannelId, Place>,
    first: Place,
    path: impl Iterator<Item = ChannelId>,
) {
    let mut place = first;
    for channel in path {
        parents[channel] = place;
        place = Place::Below(channel);
    }
}

impl crate::network::solver::general::GeneralSolver {
    /// Removes a whole component. None of its classes may be waiting to be settled.
    pub(crate) fn withdraw(&mut self, state: &mut State, classes: &[ClassId]) {
        for &id in classes {
            self.forget(id);
            for index in 0..state.class(id).path.len() {
                let channel = state.class(id).path[index];
                self.clear(channel);
                state.set_channel_level(channel, UNLIMITED);
            }
        }
    }
}
