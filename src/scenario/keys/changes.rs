//! Changes of settings while the scenario runs, and the keys that they can change.

use super::super::value_type::ValueType::{Text, Written};
use super::{Key, MANY_CHANGES, SECTIONS, Section, key, required};

/// `[[change]]`.
pub const CHANGE: Section = Section {
    name: "change",
    about: "A change of a setting while the scenario runs. The server has its own settings at once. Those \
            of agents are a new revision of settings, of which the server notifies nobody: each agent goes on \
            by the old ones until it has fetched them in an update, also one of which its Update Agent \
            notifies it, which has fetched them (NTF-10), or by the command `notify-all` (NTF-11).",
    most: MANY_CHANGES,
    keys: &[
        key("name", Text, "", "its name, to which `[[update_source]]` tables refer"),
        required("at", Text, "weekday and time, or a duration from the start"),
        key(
            "key",
            Text,
            "",
            "the changed key, such as `server.slots`, if the console has it: not the network, for which there is `[[fault]]`, and no assumption about the product; not needed for a new update source list",
        ),
        key("to", Written, "", "the new value, written as for that key"),
        key(
            "group",
            Text,
            "",
            "the `[[group]]` whose agents it is for, for keys of `[agents]`; by default all agents",
        ),
    ],
};

/// The keys that a `[[change]]` can change, with their tables.
pub fn changeable() -> impl Iterator<Item = (&'static Section, &'static Key)> {
    let all = SECTIONS.iter().filter(|section| !section.repeated());
    let keys = all.flat_map(|section| section.keys.iter().map(move |key| (*section, key)));
    keys.filter(|(_, key)| key.changes.is_some())
}
