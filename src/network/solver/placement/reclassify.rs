//! Back from the general solver to trees, where what did not fit is gone.
//!
//! Trees that a class did not fit go over to the general solver. Once that class has ended, the
//! others would fit again, and a busy network may never fall idle. So, after the general solver has
//! touched several times as many classes as it holds, and as many as a try looks at, each of its
//! connected components is tried as a tree, without the channels that can be
//! [set aside](crate::network::solver::placement::nonbinding) and with a few [classes beside](crate::network::solver::placement::subtree). A failure doubles the
//! wait, up to a point: what is spent on trying stays a fraction of what is spent on solving.

use crate::ids::{ChannelId, ClassId, Column};
use crate::network::flows::state::State;
use crate::network::quantum::UNLIMITED;
use crate::network::solver::placement::Placement;
use crate::network::solver::placement::nonbinding::{NonbindingLinks, is_slack};

/// So many times as many classes as it holds the general solver must touch before the next try; in
/// tests fewer, so that short random histories get there.
const TIMES: u64 = if cfg!(test) { 1 } else { 8 };

/// So often a failure doubles the wait.
const DOUBLINGS: u32 = 12;

/// So many times a component is tried with more channels set aside.
const TRIES: u32 = 8;

/// When to try again.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reclassification {
    /// Classes that the general solver had touched at the last try.
    touched: u64,
    failures: u32,
}

/// A channel as a component is tried as a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Parent {
    Unseen,
    Root,
    Below(ChannelId),
}

impl Reclassification {
    /// Whether the general solver, which has touched so many classes in all, has done enough since
    /// the last try.
    pub(crate) fn is_due(&self, touched: u64, held: usize, classes: usize) -> bool {
        let wait = (held as u64 * TIMES + classes as u64) << self.failures.min(DOUBLINGS);
        touched - self.touched > wait
    }
}

impl Placement {
    /// Tries every component of the general solver as a tree.
    pub(crate) fn reclassify(&mut self, state: &mut State) {
        let active: Vec<ClassId> =
            state.classes.rows.ids().filter(|&id| self.general.holds(id)).collect();
        let mut component = Column::filled(None, state.channels.len());
        let mut parents = Column::filled(Parent::Unseen, state.channels.len());
        let mut success = false;
        for &id in &active {
            let first = state.class(id).path[0];
            if component[first].is_some() {
                continue;
            }
            let mut found = self.flood(state, id, &mut component);
            sort_by_end(state, &mut found);
            if let Some(slack) = self.fit(state, &found, &mut parents) {
                success = true;
                self.general.withdraw(state, &found);
                for channel in slack {
                    self.nonbinding.insert(state, channel);
                }
                // Side classes need the tree to be there.
                let beside: Vec<ClassId> =
                    found.iter().copied().filter(|&id| !self.hang(state, id)).collect();
                for id in beside {
                    let planted = self.hang_inside(state, id);
                    assert!(planted, "a component that fits makes a tree");
                }
                for id in found {
                    self.tree.repopulate(state, id);
                }
            }
        }
        self.reclassification.touched = state.work.general_touched;
        self.reclassification.failures =
            if success { 0 } else { self.reclassification.failures + 1 };
        if success {
            self.tree.settle(state);
        }
    }

    /// The channels that must be set aside for the classes to hang in one forest, if they can.
    fn fit(
        &self,
        state: &State,
        classes: &[ClassId],
        parents: &mut Column<ChannelId, Parent>,
    ) -> Option<Vec<ChannelId>> {
        let mut slack = Vec::new();
        for _ in 0..TRIES {
            let room = self.tree.room_inside();
            let Err(unfit) = fits(state, classes, room, parents, &self.nonbinding, &slack) else {
                return Some(slack);
            };
            let more = self.more_slack(state, unfit, parents, &slack);
            if more.is_empty() {
                return None;
            }
            slack.extend(more);
            for &channel in classes.iter().flat_map(|&id| &state.class(id).path) {
                parents[channel] = Parent::Unseen;
            }
        }
        None
    }

    /// What can be set aside of the path of a class that fits neither a tree nor beside one: all
    /// before it is inside one, or else all that meets others.
    fn more_slack(
        &self,
        state: &State,
        unfit: ClassId,
        parents: &Column<ChannelId, Parent>,
        slack: &[ChannelId],
    ) -> Vec<ChannelId> {
        let is_in =
            |channel: &ChannelId| !self.nonbinding.contains(*channel) && !slack.contains(channel);
        let mut path: Vec<ChannelId> =
            state.class(unfit).path.iter().copied().filter(is_in).collect();
        for _ in 0..2 {
            let fits = |first: &usize| fits_inside(parents, path[*first..].iter().copied());
            let first = (0..path.len()).find(fits).unwrap_or(0);
            if first > 0 && path[..first].iter().all(|&channel| is_slack(state, channel)) {
                path.truncate(first);
                return path;
            }
            path.reverse();
        }
        // What is new to it needs no room.
        path.retain(|&channel| parents[channel] != Parent::Unseen && is_slack(state, channel));
        path
    }

    /// All classes of the general solver that are connected to `start`; marks their channels.
    fn flood(
        &self,
        state: &State,
        start: ClassId,
        component: &mut Column<ChannelId, Option<ClassId>>,
    ) -> Vec<ClassId> {
        let mut found = vec![start];
        let mut seen = std::collections::BTreeSet::from([start]);
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

/// Sorts the classes so that those come first whose path has an end that many share: the roots of
/// large trees are to be found before those of small ones.
fn sort_by_end(state: &State, classes: &mut [ClassId]) {
    let ends = |id: ClassId| {
        let path = &state.class(id).path;
        [path[0], path[path.len() - 1]]
    };
    let mut shared = std::collections::BTreeMap::<ChannelId, u32>::new();
    for end in classes.iter().flat_map(|&id| ends(id)) {
        *shared.entry(end).or_default() += 1;
    }
    classes
        .sort_by_key(|&id| std::cmp::Reverse(ends(id).map(|end| shared[&end]).into_iter().max()));
}

/// Whether the classes can hang in one forest, each forward or backward, and at most `room` of them
/// beside; if not, the first that cannot.
fn fits(
    state: &State,
    classes: &[ClassId],
    room: usize,
    parents: &mut Column<ChannelId, Parent>,
    nonbinding: &NonbindingLinks,
    slack: &[ChannelId],
) -> Result<(), ClassId> {
    let is_in = |channel: &ChannelId| !nonbinding.contains(*channel) && !slack.contains(channel);
    let path = |id: ClassId| state.class(id).path.iter().copied().filter(is_in);
    let mut beside = Vec::new();
    for &id in classes {
        if !state.class(id).is_even() || path(id).next().is_none() {
            return Err(id);
        }
        if !hang(parents, path(id)) && !hang(parents, path(id).rev()) {
            beside.push(id);
        }
    }
    for (index, &id) in beside.iter().enumerate() {
        if index >= room || !hang_inside(parents, path(id)) && !hang_inside(parents, path(id).rev())
        {
            return Err(id);
        }
    }
    Ok(())
}

/// Whether a path that begins at a channel in a tree, not at its root, goes down in it.
fn fits_inside(
    parents: &Column<ChannelId, Parent>,
    mut path: impl Iterator<Item = ChannelId>,
) -> bool {
    let Some(mut above) = path.next() else { return false };
    matches!(parents[above], Parent::Below(_))
        && path.all(|channel| {
            let parent = Parent::Below(std::mem::replace(&mut above, channel));
            [Parent::Unseen, parent].contains(&parents[channel])
        })
}

/// Notes such a path, if it is one.
fn hang_inside(
    parents: &mut Column<ChannelId, Parent>,
    path: impl Iterator<Item = ChannelId> + Clone,
) -> bool {
    let fits = fits_inside(parents, path.clone());
    if fits {
        for (channel, parent) in path.clone().skip(1).zip(path.map(Parent::Below)) {
            parents[channel] = parent;
        }
    }
    fits
}

/// Notes the path as a chain from a root, if it is one.
fn hang(
    parents: &mut Column<ChannelId, Parent>,
    path: impl Iterator<Item = ChannelId> + Clone,
) -> bool {
    let chain = |path| std::iter::once(Parent::Root).chain(Iterator::map(path, Parent::Below));
    let mut links = path.clone().zip(chain(path.clone()));
    if !links.all(|(channel, parent)| [Parent::Unseen, parent].contains(&parents[channel])) {
        return false;
    }
    for (channel, parent) in path.clone().zip(chain(path)) {
        parents[channel] = parent;
    }
    true
}

impl crate::network::solver::general::GeneralSolver {
    /// Lets a whole component go. No class of it may be about to be settled.
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
