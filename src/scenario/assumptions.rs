//! The assumptions where the vendor's documents are silent or conflict.

use super::document::Document;
use super::keys::{self, Key, Section};
use super::reader::Fields;
use super::section_names::full_name;

/// An assumption.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Assumption {
    /// The scenario key that changes it; empty if there is none.
    pub key: String,
    /// The current value.
    pub value: String,
    /// Its meaning.
    pub meaning: &'static str,
}

/// Assumptions without a key, by topic.
pub const FIXED: [(&str, &str); 9] = [
    (
        "lag",
        "each component's releases are evenly spaced, so an agent's age determines its versions",
    ),
    (
        "stocks",
        "server and Update Agents have a complete repository for their version at the start",
    ),
    ("ua, agents without an Update Agent", "the server notifies them when it has updated"),
    ("orders", "a command at the console comes from the server, also to an Update Agent's agents"),
    (
        "order below the threshold",
        "the notification queue is served first come first served (NTF-6)",
    ),
    ("reports to a server that is down", "are lost, and not sent again"),
    ("addresses", "an agent's IPv4 address stands for its IPv6 address in the list's ranges"),
    ("rollback", "an agent returns to its previous version from its own disk, without a download"),
    (
        "user data",
        "other traffic on the links is only that of [[background]] and `agents.other_traffic`",
    ),
];

/// Assumptions without a key about tables that few scenarios have, by topic and table.
const OF_TABLES: [(&Section, &str, &str); 1] = [(
    &keys::CHANGE,
    "changes",
    "the server notifies nobody of changed settings: an agent fetches them in its next update from a source that has \
     them, or by the command notify-all (NTF-11); they count for no release",
)];

/// All assumptions in `document`: the keys that apply there, and the assumptions without a key.
pub(super) fn read(document: &Document<'_>) -> Vec<Assumption> {
    let is_tcp = document.section(&keys::NETWORK).says("model", "tcp");
    let matters = |section: &&'static Section| match section.name {
        "network" => is_tcp,
        "smart_protection" => document.has(section),
        _ => !section.repeated() && !section.name.is_empty(),
    };
    let sections = keys::SECTIONS.iter().copied().filter(matters);
    let fields = sections.map(|section| document.section(section));
    let mut all: Vec<Assumption> = fields
        .flat_map(Fields::assumptions)
        .map(|(key, value, meaning)| Assumption { key, value, meaning })
        .collect();
    all.sort_by(|a, b| a.key.cmp(&b.key));
    all.extend(fixed());
    let present = OF_TABLES.iter().filter(|(section, ..)| document.has(section));
    all.extend(present.map(|(_, about, meaning)| without_key(about, meaning)));
    all
}

/// All possible assumptions of a scenario, with the defaults of the latest product version.
pub fn assumable() -> Vec<Assumption> {
    let of_section = |section: &&'static Section| {
        let keys = section.keys.iter().filter(|key| key.assumption);
        let assumption = |key: &'static Key| Assumption {
            key: full_name(section, key),
            value: key.default.unwrap_or_default().replace('"', ""),
            meaning: key.meaning,
        };
        keys.map(assumption).collect::<Vec<_>>()
    };
    let mut all: Vec<Assumption> = keys::SECTIONS.iter().flat_map(of_section).collect();
    all.sort_by(|a, b| a.key.cmp(&b.key));
    all.extend(fixed());
    all.extend(OF_TABLES.iter().map(|(_, about, meaning)| without_key(about, meaning)));
    all
}

/// Assumptions without a key.
fn fixed() -> impl Iterator<Item = Assumption> {
    FIXED.iter().map(|(about, meaning)| without_key(about, meaning))
}

fn without_key(about: &str, meaning: &'static str) -> Assumption {
    Assumption { key: String::new(), value: about.into(), meaning }
}

#[cfg(test)]
mod tests {
    use super::super::layers::Texts;
    use super::*;

    fn keys_of(text: &str) -> Vec<String> {
        let mut problems = Vec::new();
        let texts = Texts::of_file(text);
        let document = Document::parse(keys::SECTIONS, &texts, &mut problems);
        read(&document).into_iter().map(|assumption| assumption.key).collect()
    }

    #[test]
    fn only_keys_with_an_effect_are_assumptions() {
        let has = |text: &str, key: &str| keys_of(text).iter().any(|known| known == key);
        assert!(has("", "server.slots") && has("", "notification.notified_by"));
        assert!(!has("", "network.queue") && !has("", "smart_protection.pattern"));
        assert!(has("[network]\nmodel = \"tcp\"\n", "network.queue"));
        assert!(has("[smart_protection]\n", "smart_protection.pattern"));
    }

    #[test]
    fn what_is_written_is_shown_as_it_is_in_force() {
        let texts = Texts::of_file("[server]\nslots = 7\n");
        let document = Document::parse(keys::SECTIONS, &texts, &mut Vec::new());
        let all = read(&document);
        assert!(all.iter().any(|a| a.key == "server.slots" && a.value == "7"));
        assert_eq!(all.iter().filter(|a| a.key.is_empty()).count(), FIXED.len());
    }
}
