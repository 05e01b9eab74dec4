//! Back from the general solver to trees, where what did not fit is gone.
//!
//! Trees that a class did not fit go over to the general solver. Once that class has ended, the
//! others would fit again, and a busy network may never fall idle. So, after the general solver has
//! touched several times as many classes as there are, each of its connected components is tried as
//! a tree, without the channels that can be [set aside](super::aside). A failure doubles the wait:
//! what is spent on trying stays a fraction of what is spent on solving.

use super::aside::{Aside, is_slack};
use super::quantum::UNLIMITED;
use super::solvers::Solvers;
use super::state::State;
use crate::ids::{ChannelId, ClassId, Column};

/// So many times as many classes as there are must be touched before the next try; in tests fewer,
/// so that short random histories get there.
const TIMES: u64 = if cfg!(test) { 1 } else { 8 };

/// So many times a component is tried with more channels set aside.
const TRIES: u32 = 8;

/// When to try again.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Regrowth {
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

impl Regrowth {
    /// Whether the general solver, which has touched so many classes in all, has done enough since
    /// the last try.
    pub(super) fn is_due(&self, touched: u64, classes: usize) -> bool {
        let wait = (classes as u64 * TIMES) << self.failures.min(32);
        touched - self.touched > wait
    }
}

impl Solvers {
    /// Tries every component of the general solver as a tree.
    pub(super) fn regrow(&mut self, state: &mut State) {
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
            let found = self.flood(state, id, &mut component);
            if let Some(slack) = self.fit(state, &found, &mut parents) {
                success = true;
                self.general.withdraw(state, &found);
                for channel in slack {
                    self.aside.insert(state, channel);
                }
                for id in found {
                    let planted = self.hang(state, id);
                    assert!(planted, "a component that fits makes a tree");
                    self.forest.repopulate(state, id);
                }
            }
        }
        self.regrowth.touched = state.work.general_touched;
        self.regrowth.failures = if success { 0 } else { self.regrowth.failures + 1 };
        if success {
            self.forest.settle(state);
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
            let Err(unfit) = fits(state, classes, parents, &self.aside, &slack) else {
                return Some(slack);
            };
            let known = slack.len();
            // Only where it meets others: what is new to it needs no room.
            let meets = |channel: &ChannelId| {
                parents[*channel] != Parent::Unseen
                    && !self.aside.contains(*channel)
                    && !slack.contains(channel)
                    && is_slack(state, *channel)
            };
            let more: Vec<ChannelId> =
                state.class(unfit).path.iter().copied().filter(meets).collect();
            slack.extend(more);
            if slack.len() == known {
                return None;
            }
            for &channel in classes.iter().flat_map(|&id| &state.class(id).path) {
                parents[channel] = Parent::Unseen;
            }
        }
        None
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

/// Whether the classes can hang in one forest, each forward or backward; if not, the first that
/// cannot.
fn fits(
    state: &State,
    classes: &[ClassId],
    parents: &mut Column<ChannelId, Parent>,
    aside: &Aside,
    slack: &[ChannelId],
) -> Result<(), ClassId> {
    for &id in classes {
        let class = state.class(id);
        let is_in = |channel: &ChannelId| !aside.contains(*channel) && !slack.contains(channel);
        let path = || class.path.iter().copied().filter(is_in);
        let fits = class.is_even()
            && path().next().is_some()
            && (hang(parents, path()) || hang(parents, path().rev()));
        if !fits {
            return Err(id);
        }
    }
    Ok(())
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

impl super::general::General {
    /// Lets a whole component go. No class of it may be about to be settled.
    pub(super) fn withdraw(&mut self, state: &mut State, classes: &[ClassId]) {
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
