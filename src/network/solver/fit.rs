//! Whether a path fits the trees: one predicate for all representations of trees.

use crate::ids::ChannelId;

/// The position of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In no tree.
    Free,
    Root,
    Below(ChannelId),
}

/// Whether a path can descend from the root of a tree, or form a tree.
pub(crate) fn fits_root(
    path: impl Iterator<Item = ChannelId>,
    place: impl Fn(ChannelId) -> Place,
) -> bool {
    goes_down(Place::Root, path, place)
}

/// Whether a path begins at a channel inside a tree, not at its root, and descends from there.
pub(crate) fn fits_inside(
    mut path: impl Iterator<Item = ChannelId>,
    place: impl Fn(ChannelId) -> Place,
) -> bool {
    let Some(top) = path.next() else { return false };
    matches!(place(top), Place::Below(_)) && goes_down(Place::Below(top), path, place)
}

fn goes_down(
    first: Place,
    mut path: impl Iterator<Item = ChannelId>,
    place: impl Fn(ChannelId) -> Place,
) -> bool {
    let mut expected = first;
    path.all(|channel| {
        let found = place(channel);
        let fits = found == Place::Free || found == expected;
        expected = Place::Below(channel);
        fits
    })
}
