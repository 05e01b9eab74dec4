//! What happens during a scenario.

use super::super::form::Form::{Bytes, Choice, Flag, Text, Texts};
use super::{Section, key, required};

/// `[[release]]`.
pub const RELEASE: Section = Section {
    name: "release",
    about: "What is released, and when.",
    repeated: true,
    keys: &[
        required("name", Text, "its name"),
        required("at", Text, "weekday and time, or a duration from the start"),
        key("components", Texts, "[]", "components that change (CMP-1)"),
        key("settings", Flag, "false", "settings change at the console (SRV-3)"),
        key("program", Flag, "false", "a new agent program or hot fix"),
    ],
};

/// `[[command]]`.
pub const COMMAND: Section = Section {
    name: "command",
    about: "What the administrator orders, and when.",
    repeated: true,
    keys: &[
        required("at", Text, "weekday and time, or a duration from the start"),
        required(
            "what",
            Choice(&[
                "update-server",
                "update-agents",
                "update-now",
                "notify-all",
                "switch-to-smart-scan",
            ]),
            "the server updates (SRV-1), the server tells agents to update, or users choose Update Now \
             (SCH-6), agents fetch their settings (NTF-11), agents change their scan method (SPS-3)",
        ),
        key("sites", Text, "", "the group whose agents it is for; by default all"),
    ],
};

/// `[[component]]`: changes one of the catalogue.
pub const COMPONENT: Section = Section {
    name: "component",
    about: "Changes a component of the catalogue.",
    repeated: true,
    keys: &[
        required("name", Text, "which (CMP-1)"),
        key("full", Bytes, "", "size of its full file"),
        key("incremental_base", Bytes, "", "what every incremental weighs (CMP-8)"),
        key("incremental_step", Bytes, "", "what each release spanned adds (CMP-8)"),
    ],
};
