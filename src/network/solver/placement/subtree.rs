//! Classes whose path fits a tree from an inner channel on, and the ways to make it fit.

use crate::ids::{ChannelId, ClassId};
use crate::network::flows::state::State;
use crate::network::solver::fit::{Place, fits_inside};
use crate::network::solver::placement::{DEEPEST, Orientation, Placement};

/// The maximum number of channels above a path that are left out for it.
const MOST_ABOVE: usize = 4;
/// The maximum number of classes over the root of a tree that is turned.
const MOST_TURNED: usize = 256;

impl Placement {
    /// Adds the class to a tree as a subtree flow, if its path descends inside one.
    pub(crate) fn hang_inside(&mut self, state: &mut State, id: ClassId) -> bool {
        let path = self.take_free_path(state, id);
        let channels = path.iter().copied();
        let place = |channel| self.tree.place(channel);
        let is_shallow = |top: Option<ChannelId>| {
            top.is_some_and(|top| self.tree.depth(top) + path.len() <= DEEPEST)
        };
        let orientation = if is_shallow(path.first().copied())
            && fits_inside(channels.clone(), place)
        {
            Some(Orientation::Forward)
        } else if is_shallow(path.last().copied()) && fits_inside(channels.clone().rev(), place) {
            Some(Orientation::Backward)
        } else {
            None
        };
        match orientation {
            Some(Orientation::Forward) => self.tree.attach_inside(state, id, channels),
            Some(Orientation::Backward) => self.tree.attach_inside(state, id, channels.rev()),
            None => {}
        }
        self.path = path;
        orientation.is_some()
    }

    /// Adds the class to a tree by turning it: where the path begins at the only channel below a root, that channel
    /// becomes the root. The first path of a tree fits either way, so its tree may have the wrong end as its root; all
    /// others would begin inside, where each change costs as much as there are such classes.
    pub(crate) fn turn(&mut self, state: &mut State, id: ClassId) -> bool {
        let path = self.take_free_path(state, id);
        let channels = path.iter().copied();
        let first = self.root_above(state, channels.clone());
        let root = first.or_else(|| self.root_above(state, channels.rev()));
        let Some(root) = root else {
            self.path = path;
            return false;
        };
        let mut moving = std::mem::take(&mut self.moving);
        self.detach_tree(state, root, &mut moving);
        let is_forward = first.is_some();
        let orientation = if is_forward { Orientation::Forward } else { Orientation::Backward };
        self.attach(state, id, &path, orientation);
        self.path = path;
        self.replant_all(state, moving);
        true
    }

    /// The root of which the first channel of a path is the only child, if the path descends from that channel and the
    /// tree can be turned: all paths from the root end at the channel below it.
    fn root_above(
        &self,
        state: &State,
        path: impl Iterator<Item = ChannelId> + Clone,
    ) -> Option<ChannelId> {
        let place = |channel| self.tree.place(channel);
        let top = path.clone().next()?;
        let Place::Below(root) = place(top) else { return None };
        let classes = &state.channels[root].classes;
        let ends = |class: &ClassId| {
            let clock = state.clock(*class);
            !self.tree.holds(clock) || self.tree.is_below(clock, top)
        };
        let can_turn = place(root) == Place::Root
            && self.tree.is_only_child(top)
            && classes.len() <= MOST_TURNED
            && classes.iter().all(ends);
        (can_turn && fits_inside(path, place)).then_some(root)
    }

    /// Removes all classes from the tree of a root, and lists them.
    fn detach_tree(&mut self, state: &mut State, root: ChannelId, moving: &mut Vec<ClassId>) {
        self.detach_all(state, root, moving);
        self.detach_subtree_flows(state, root, moving);
    }

    /// Removes all subtree flows from the tree of a root, and lists them.
    pub(crate) fn detach_subtree_flows(
        &mut self,
        state: &mut State,
        root: ChannelId,
        moving: &mut Vec<ClassId>,
    ) {
        while let Some(class) = self.tree.subtree_flow(state, root) {
            self.tree.detach(state, class);
            moving.push(class);
        }
    }

    /// Takes trees apart that only this class, which has left, held together: what begins inside below is planted again,
    /// from a root of its own.
    pub(crate) fn split(&mut self, state: &mut State, id: ClassId) {
        let path = &state.class(id).path;
        if !path.iter().any(|channel| self.tree.is_severed(*channel)) {
            return;
        }
        let mut moving = std::mem::take(&mut self.moving);
        for index in 0..state.class(id).path.len() {
            let channel = state.class(id).path[index];
            if self.tree.is_severed(channel) {
                let first = moving.len();
                self.tree.list_flows_below(state, channel, &mut moving);
                for class in &moving[first..] {
                    self.tree.detach(state, *class);
                }
                self.detach_subtree_flows(state, channel, &mut moving);
            }
        }
        self.replant_all(state, moving);
    }

    /// Restores all classes of the list, whose buffer is kept.
    fn replant_all(&mut self, state: &mut State, mut moving: Vec<ClassId>) {
        for class in moving.drain(..) {
            self.replant(state, class);
        }
        self.moving = moving;
    }

    /// Leaves out all channels of the path before those that descend inside a tree, if possible.
    pub(crate) fn make_room_before(&mut self, state: &mut State, id: ClassId) -> bool {
        let mut path = self.take_free_path(state, id);
        let mut found = std::mem::take(&mut self.found);
        let mut has_room = self.before_inside(state, &path, &mut found);
        if !has_room {
            path.reverse();
            has_room = self.before_inside(state, &path, &mut found);
        }
        self.path = path;
        for channel in found.drain(..) {
            self.set_nonbinding(state, channel);
        }
        self.found = found;
        has_room
    }

    /// Lists the channels of a path before those that descend inside a tree, if none may bind.
    fn before_inside(&self, state: &State, path: &[ChannelId], found: &mut Vec<ChannelId>) -> bool {
        let place = |channel| self.tree.place(channel);
        let fits = |first: &usize| fits_inside(path[*first..].iter().copied(), place);
        let Some(first) = (0..path.len()).find(fits) else { return false };
        let before = &path[..first];
        let is_slack = before.iter().all(|&channel| self.nonbinding.is_slack(state, channel));
        if is_slack {
            found.extend(before);
        }
        is_slack
    }

    /// Adds the class to a tree by joining others to it: where the path continues in another tree from its root, the
    /// classes of that tree begin inside from then on.
    pub(crate) fn graft(&mut self, state: &mut State, id: ClassId) -> bool {
        let path = self.take_free_path(state, id);
        let channels = path.iter().copied();
        let mut roots = std::mem::take(&mut self.found);
        let is_fit = self.roots_below(channels.clone(), &mut roots)
            || self.roots_below(channels.rev(), &mut roots);
        self.path = path;
        if !is_fit {
            self.found = roots;
            return false;
        }
        let mut moving = std::mem::take(&mut self.moving);
        for root in roots.drain(..) {
            self.detach_tree(state, root, &mut moving);
        }
        self.found = roots;
        let is_hung = self.hang(state, id);
        debug_assert!(is_hung, "the trees below are gone");
        self.replant_all(state, moving);
        is_hung
    }

    /// Lists the roots of other trees that a path meets on its descent, if it meets nothing else.
    fn roots_below(
        &self,
        path: impl Iterator<Item = ChannelId>,
        roots: &mut Vec<ChannelId>,
    ) -> bool {
        roots.clear();
        let mut expected = Place::Root;
        for channel in path {
            match self.tree.place(channel) {
                place if place == Place::Free || place == expected => {}
                Place::Root => roots.push(channel),
                Place::Free | Place::Below(_) => {
                    roots.clear();
                    return false;
                }
            }
            expected = Place::Below(channel);
        }
        !roots.is_empty()
    }

    /// Leaves out all channels above those of the path that are in other trees, if possible, so that the path can take
    /// over these trees.
    pub(crate) fn make_room_above(&mut self, state: &mut State, id: ClassId) -> bool {
        let path = self.take_free_path(state, id);
        let mut found = std::mem::take(&mut self.found);
        let has_room = self.slack_above(state, path.iter().copied(), &mut found)
            || self.slack_above(state, path.iter().rev().copied(), &mut found);
        self.path = path;
        for channel in found.drain(..) {
            self.set_nonbinding(state, channel);
        }
        self.found = found;
        has_room
    }

    /// Lists the channels above those of a path that are in other trees, if none may bind.
    fn slack_above(
        &self,
        state: &State,
        path: impl Iterator<Item = ChannelId>,
        found: &mut Vec<ChannelId>,
    ) -> bool {
        found.clear();
        let mut expected = Place::Root;
        for channel in path {
            let mut place = self.tree.place(channel);
            while let Place::Below(above) = place
                && place != expected
                && !found.contains(&above)
            {
                if found.len() >= MOST_ABOVE || !self.nonbinding.is_slack(state, above) {
                    found.clear();
                    return false;
                }
                found.push(above);
                place = self.tree.place(above);
            }
            expected = Place::Below(channel);
        }
        !found.is_empty()
    }
}
