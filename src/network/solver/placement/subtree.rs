//! Classes that fit a tree only from an inner channel on: what is before it is
//! [set aside](crate::network::solver::placement::nonbinding).

use crate::ids::{ChannelId, ClassId};
use crate::network::flows::state::State;
use crate::network::solver::placement::nonbinding::is_slack;
use crate::network::solver::placement::{Orientation, Placement};

impl Placement {
    /// Hangs the class into a tree as a side class of the [forest](crate::network::solver::tree), if its path goes down inside
    /// one.
    pub(crate) fn hang_inside(&mut self, state: &mut State, id: ClassId) -> bool {
        let path = self.take_free_path(state, id);
        let channels = path.iter().copied();
        let orientation = if self.tree.room_inside() == 0 {
            None
        } else if self.tree.fits_inside(channels.clone()) {
            Some(Orientation::Forward)
        } else if self.tree.fits_inside(channels.clone().rev()) {
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

    /// Sets aside all channels of the path before those that go down inside a tree, if that can be.
    pub(crate) fn make_room_before(&mut self, state: &mut State, id: ClassId) -> bool {
        let mut path = self.take_free_path(state, id);
        let mut before = self.before_inside(state, &path);
        if before.is_none() {
            path.reverse();
            before = self.before_inside(state, &path);
        }
        self.path = path;
        let found = before.is_some();
        for channel in before.into_iter().flatten() {
            self.set_nonbinding(state, channel);
        }
        found
    }

    fn before_inside(&self, state: &State, path: &[ChannelId]) -> Option<Vec<ChannelId>> {
        let fits = |first: &usize| self.tree.fits_inside(path[*first..].iter().copied());
        let before = &path[..(0..path.len()).find(fits)?];
        let is_slack = before.iter().all(|&channel| is_slack(state, channel));
        is_slack.then(|| before.to_vec())
    }
}
