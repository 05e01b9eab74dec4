//! Events during a scenario: releases, faults, background traffic, commands.

use super::super::value_type::ValueType::{Choice, Flag, Hours, List, Percent, Text, Texts};
use super::{MANY_TABLES, MEAN_TIME, PACKAGE, REPAIR, SPAN, Section, assumed, key, required};
use crate::model::fault::FaultKind;
use crate::model::trigger::CommandKind;
use crate::model::version::INCREMENTALS;
use crate::scenario::words::Words;

/// `[[release]]`.
pub const RELEASE: Section = Section {
    name: "release",
    about: "A release: its contents and time. Without any release, agents catch up with the contents published before the scenario begins, and times count from its start.",
    most: 10_000,
    keys: &[
        required(
            "name",
            Text,
            "its name; of several with one name the later ones get a number, as in `daily (2)`",
        ),
        required("at", Text, "weekday and time, or a duration from the start"),
        key("components", Texts, "[]", "components that change (CMP-1)"),
        key("settings", Flag, "false", "settings change at the console (SRV-3)"),
        key("program", Flag, "false", "a new agent program or hot fix"),
        key(
            "withdrawn_at",
            Text,
            "",
            "when the vendor withdraws it, if it has only components: ActiveUpdate offers the previous version; sources and agents that have it keep and serve it",
        ),
        key(
            "rolled_back_at",
            Text,
            "",
            "when the administrator rolls it back, if it has only components: the server offers its previous full version and commands agents that have the release to return to their previous versions; unless it is withdrawn, too, the server fetches it again at its next check",
        ),
        key(
            "waves",
            Texts,
            "[]",
            "the `[[group]]`s that get it one after the other, if it has only components and a program; agents in none of them are the last wave, `others`, and Update Agents belong to the first; by default all agents get it at once",
        ),
        assumed(
            "wave_gap",
            SPAN,
            "\"0 s\"",
            "the least time from the start of a wave to that of the next",
        ),
        assumed(
            "wave_done",
            Percent,
            "\"0 %\"",
            "the share of a wave that must have the release before the next begins, while none of its agents has failed to get it: has quit without a source (SRC-5) and not got it since; 0 %: the next wave waits for `wave_gap` only",
        ),
    ],
};

/// `[[fault]]`.
pub const FAULT: Section = Section {
    name: "fault",
    about: "A fault: once, with the times `from` and `to`, or repeatedly, with a mean time to \
            failure (`every`) and to repair (`lasts`), both exponentially distributed.",
    most: MANY_TABLES,
    keys: &[
        required(
            "at",
            Text,
            "`server`, `active-update`, `proxy`, `smart-protection`, `agents`, the name of an Update \
             Agent or an `[[other_source]]`, that of a site for its link, or that of a `[[link]]`",
        ),
        key(
            "what",
            Choice(FaultKind::WORDS),
            "\"down\"",
            "the part is down; its disk is full (UAG-2); its address has changed (UAG-5); it has wrong \
             settings of the Internet proxy (NET-2)",
        ),
        key("from", Text, "", "weekday and time, or a duration from the start"),
        key("to", Text, "", "the same; without it a fault lasts to the end"),
        key(
            "every",
            MEAN_TIME,
            "\"0 s\"",
            "mean time from a repair to the next failure; all faults together may have a million failures",
        ),
        key("lasts", REPAIR, "\"0 s\"", "mean time to repair"),
    ],
};

/// `[[background]]`.
pub const BACKGROUND: Section = Section {
    name: "background",
    about: "Background traffic, by the hour of the day (NET-4).",
    most: MANY_TABLES,
    keys: &[
        key(
            "sites",
            Text,
            "",
            "the group whose links it uses; headquarters: the Internet access; this or `link`",
        ),
        key(
            "link",
            Text,
            "",
            "the `[[link]]` that it uses; the link of a group means all of its links",
        ),
        required("hours", Hours, "the hours of the day in which it is present"),
        required("share", Percent, "the share of the bandwidth that it takes"),
    ],
};

/// `[[command]]`.
pub const COMMAND: Section = Section {
    name: "command",
    about: "A command of the administrator.",
    most: MANY_TABLES,
    keys: &[
        required("at", Text, "weekday and time, or a duration from the start"),
        required(
            "what",
            Choice(CommandKind::WORDS),
            "the server updates (SRV-1), the server notifies agents to update, or users choose Update Now \
             (SCH-6), agents fetch their settings (NTF-11), agents change their scan method (SPS-3)",
        ),
        key("sites", Text, "", "the group whose agents it is for; by default all"),
    ],
};

/// `[[component]]`: changes one of the catalogue.
pub const COMPONENT: Section = Section {
    name: "component",
    about: "Changes a component of the catalogue.",
    most: MANY_TABLES,
    keys: &[
        required("name", Text, "which (CMP-1)"),
        key("full", PACKAGE, "", "size of its full file; an update of 0 B in all counts as 1 B"),
        key("incremental_base", PACKAGE, "", "base size of every incremental (CMP-8)"),
        key("incremental_step", PACKAGE, "", "additional size for each release spanned (CMP-8)"),
        key(
            "incremental_sizes",
            List(&PACKAGE, INCREMENTALS as usize),
            "",
            "size of each incremental, starting with one release back, instead of base and step; the last applies to all \
             those farther back (CMP-8)",
        ),
    ],
};
