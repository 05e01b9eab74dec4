//! Leaves channels out of the trees, and takes back those that may bind now.

use crate::ids::{ChannelId, ClassId};
use crate::network::flows::state::State;
use crate::network::solver::fit::Place;
use crate::network::solver::placement::Placement;
use crate::network::solver::placement::nonbinding::Where;

impl Placement {
    /// Updates the bounds of the channels left out after changes of the members of `classes` and of the capacity of
    /// `channels`.
    pub(crate) fn count_on_left_out(
        &mut self,
        state: &State,
        classes: &[ClassId],
        channels: &[ChannelId],
    ) {
        if self.nonbinding.is_empty() {
            return;
        }
        if !channels.is_empty() {
            return self.nonbinding.recount(state);
        }
        for &class in classes {
            self.nonbinding.count(state, class);
        }
    }

    /// A channel that was left out and may bind at the settled rates moves to the general solver, with all trees over it.
    /// Returns whether there was one.
    pub(crate) fn take_back_what_may_bind(&mut self, state: &mut State) -> bool {
        let mut crossing = std::mem::take(&mut self.moving);
        let is_binding = self.nonbinding.take_binding(state, &mut crossing);
        for class in crossing.drain(..) {
            if self.tree.holds(state.clock(class)) {
                self.uproot(state, class);
            }
        }
        self.moving = crossing;
        is_binding
    }

    /// Leaves out a channel of the class's path, if the rest then fits the trees.
    pub(crate) fn make_room(&mut self, state: &mut State, id: ClassId, place: Where) -> bool {
        let path = self.take_free_path(state, id);
        let meets = |channel: ChannelId| {
            let rest = path.iter().copied().filter(|one| *one != channel);
            self.tree.is_active(channel)
                && path.len() > 1
                && (place == Where::Anywhere || self.tree.is_end(channel))
                && self.orientation(rest).is_some()
                && self.nonbinding.is_slack(state, channel)
        };
        let channel = path.iter().copied().find(|&channel| meets(channel));
        self.path = path;
        if let Some(channel) = channel {
            self.set_nonbinding(state, channel);
        }
        channel.is_some()
    }

    /// Leaves the channel, which cannot bind, out of the trees.
    pub(crate) fn set_nonbinding(&mut self, state: &mut State, channel: ChannelId) {
        let root = (self.tree.place(channel) != Place::Free).then(|| self.tree.root(channel));
        let mut moving = std::mem::take(&mut self.moving);
        self.detach_all(state, channel, &mut moving);
        // Flows that begin inside would keep channels together that the others leave.
        if let Some(root) = root {
            self.detach_subtree_flows(state, root, &mut moving);
        }
        self.nonbinding.insert(state, channel);
        for class in moving.drain(..) {
            if state.class(class).members > 0 {
                self.replant(state, class);
            }
        }
        self.moving = moving;
    }

    /// Removes all classes that cross the channel from their tree, and lists them.
    pub(crate) fn detach_all(
        &mut self,
        state: &mut State,
        channel: ChannelId,
        moving: &mut Vec<ClassId>,
    ) {
        for index in 0..state.channels[channel].classes.len() {
            let class = state.channels[channel].classes[index];
            if self.tree.holds(state.clock(class)) {
                self.tree.detach(state, class);
                moving.push(class);
            }
        }
    }

    /// Restores a class that a solver had, into a tree if it fits one.
    pub(crate) fn replant(&mut self, state: &mut State, class: ClassId) {
        if self.hang(state, class) || self.hang_inside(state, class) {
            self.tree.repopulate(state, class);
        } else {
            self.uproot(state, class);
            self.general.repopulate(state, class);
        }
    }
}
