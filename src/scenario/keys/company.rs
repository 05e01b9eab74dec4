//! The company: headquarters, sites, agents and groups of agents.

use super::super::value_type::ValueType::{
    self, Choice, Count, Flag, Image, Mix, Percent, Price, Spread, Text, Texts,
};
use super::graph::COST;
use super::{
    AGENTS, COMMITTED, DISK, FAMILIES, Key, LAG, LATENCY, MANY_TABLES, PRESENCES, RATE, SCANS,
    SCHEDULE, SCOPES, SETTINGS_CHECKS, Section, assumed, key, required,
};
use crate::model::change::Taken::{AtAgents, ByUsers};
use crate::model::settings::{MissedSchedule, ScheduleBy, ToldWhileBusy};
use crate::scenario::words::Words;

/// A key of `[agents]` that a site or a group may override.
const fn inherited(name: &'static str, form: ValueType) -> Key {
    key(name, form, "", "by default as in `[agents]`")
}

/// The keys of a section, followed by the keys of `[agents]` that its agents may override.
macro_rules! traits_after {
    ($($own:expr),* $(,)?) => {
        &[
            $($own,)*
            inherited("scan", Mix(SCANS)),
            inherited("presence", Mix(PRESENCES)),
            inherited("releases_behind", Spread(&LAG)),
            inherited("scope", Choice(SCOPES)),
            inherited("independent", Percent),
            inherited("scheduled", Percent),
            inherited("may_disable_schedule", Flag),
            inherited("disable_schedule", Percent),
            inherited("settings_once_per_day", Flag),
            inherited("settings_check", Choice(SETTINGS_CHECKS)),
            inherited("nic", RATE),
            inherited("schedule", SCHEDULE),
            inherited("image", Image),
            inherited("roaming", Percent),
            inherited("roams_to", Texts),
        ]
    };
}

/// `[headquarters]`.
pub const HEADQUARTERS: Section = Section {
    name: "headquarters",
    about: "The site of the server, and the company's access to the Internet.",
    most: 1,
    keys: traits_after![
        key("name", Text, "\"hq\"", "its name"),
        key("agents", AGENTS, "0", "agents there"),
        key("subnet", Text, "", "its address range; by default the next free one of 10.0.0.0/8"),
        key("subnet6", Text, "", "its IPv6 prefix, of which it has the first /64"),
        key("server_nic", RATE, "\"1 Gbit/s\"", "the server's network card"),
        required("internet_bandwidth", RATE, "its access to the Internet"),
        key("internet_latency", LATENCY, "\"10 ms\"", "latency of that access, one way"),
        key(
            "internet_committed",
            RATE,
            "",
            "what each direction of that access leaves whatever `[[background]]` takes (NET-4)",
        ),
        key("internet_price_per_gb", Price, "", "of what crosses that access, for `wan_cost`"),
        key(
            "internet_price_per_mbps",
            Price,
            "",
            "of each Mbit/s of that access in a month; by default as in `[cost]`"
        ),
        key(
            "internet_data_cap",
            DISK,
            "",
            "the traffic of the link in the scenario that is free of charge"
        ),
        key("update_agents", Count(0, 1_024), "0", "Update Agents there"),
    ],
};

/// `[active_update]`.
pub const ACTIVE_UPDATE: Section = Section {
    name: "active_update",
    about: "The vendor's server as seen by the company.",
    most: 1,
    keys: &[
        assumed("bandwidth", RATE, "\"100 Gbit/s\"", "ActiveUpdate's own link"),
        assumed("latency", LATENCY, "\"10 ms\"", "latency of that link, one way"),
        assumed(
            "family",
            Choice(FAMILIES),
            "\"ipv4\"",
            "the versions of the Internet Protocol that it uses (NET-1)",
        ),
        assumed("per_connection", RATE, "\"50 Mbit/s\"", "its maximum rate for one connection"),
    ],
};

/// `[[site]]`: a group of equal sites.
pub const SITE: Section = Section {
    name: "site",
    about: "A group of equal sites. Repeat the table for further groups.",
    most: MANY_TABLES,
    keys: traits_after![
        required(
            "name",
            Text,
            "name of the group; its sites are `name-001` …, or `name` if `count` is 1"
        ),
        key("count", Count(1, 1_000_000), "1", "number of sites"),
        key(
            "via",
            Text,
            "",
            "the other end of their links: headquarters (default) or a group of hubs; `none`: they have no links except explicit `[[link]]` tables",
        ),
        required("agents", Spread(&AGENTS), "agents at each site"),
        key(
            "bandwidth",
            Spread(&RATE),
            "",
            "of the link, each direction; required unless `via = \"none\"`",
        ),
        key(
            "bandwidth_up",
            Spread(&RATE),
            "",
            "of the link away from the site, as ADSL and VSAT have it; by default as `bandwidth`",
        ),
        COMMITTED,
        key("price_per_gb", Price, "", "of the traffic of the link, for `wan_cost`"),
        key(
            "price_per_mbps",
            Price,
            "",
            "of each Mbit/s of the link in a month, and of its own access or the line that both share; by default as in `[cost]`"
        ),
        key("data_cap", DISK, "", "the traffic of the link in the scenario that is free of charge"),
        key("latency", Spread(&LATENCY), "\"10 ms\"", "of the link, one way"),
        key("cost", COST, "10", "of the link, if `network.routes_by = \"cost\"`"),
        key(
            "internet",
            Choice(&["headquarters", "own", "none"]),
            "\"headquarters\"",
            "access to the Internet: over its link to headquarters, by its own access, or none",
        ),
        key("internet_bandwidth", Spread(&RATE), "", "of its own access"),
        key("internet_latency", LATENCY, "\"15 ms\"", "of its own access, one way"),
        key("internet_price_per_gb", Price, "", "of the traffic of its own access, for `wan_cost`"),
        key(
            "internet_data_cap",
            DISK,
            "",
            "the traffic of that access in the scenario that is free of charge"
        ),
        key(
            "line",
            RATE,
            "",
            "the bandwidth towards the site of the physical line that its link and its own access share; `[[fault]]` refers to it as `name/line`",
        ),
        key(
            "line_up",
            RATE,
            "",
            "the bandwidth of that line away from the site; by default the same"
        ),
        key(
            "family",
            Choice(FAMILIES),
            "\"dual\"",
            "the versions of the Internet Protocol that its agents use (NET-1)",
        ),
        key("nat", Flag, "false", "its agents are behind NAT and cannot be notified (NET-3)"),
        key(
            "subnet",
            Text,
            "",
            "address block of the group; by default allotted from the block above"
        ),
        key("site_prefix", Count(8, 30), "24", "prefix length of each site's range"),
        key(
            "subnet6",
            Text,
            "",
            "IPv6 prefix of the group, a /64 for each site: list entries with a prefix find its agents by it, and pure IPv6 agents by nothing else; without it `subnet` stands for them (SRC-2, NET-1)",
        ),
        key("update_agents", Count(0, 1_024), "0", "Update Agents at each site"),
        key(
            "serves",
            Choice(&["site", "downstream"]),
            "\"site\"",
            "the sites that they serve: their own, or also all sites below it (SRC-2)",
        ),
    ],
};

/// `[agents]`.
pub const AGENTS_SECTION: Section = Section {
    name: "agents",
    about: "Agents, unless their site or group overrides a value.",
    most: 1,
    keys: &[
        key("scan", Mix(SCANS), "\"conventional\"", "scan methods (CMP-2)"),
        key("presence", Mix(PRESENCES), "\"always-on\"", "online patterns (NET-5)"),
        key(
            "releases_behind",
            Spread(&LAG),
            "0",
            "number of daily releases that an agent is behind at the start",
        ),
        key("scope", Choice(SCOPES), "\"everything\"", "`agents only update` (CMP-7)").changing(AtAgents),
        key(
            "independent",
            Percent,
            "\"0 %\"",
            "in Independent mode; not Update Agents (NTF-2, NTF-4, NTF-5)",
        ),
        key(
            "scheduled",
            Percent,
            "\"0 %\"",
            "with the privilege of scheduled update; not Update Agents (SCH-1)",
        ).changing(AtAgents),
        key("may_disable_schedule", Flag, "false", "whether its user may disable it (SCH-1)").changing(AtAgents),
        key("disable_schedule", Percent, "\"0 %\"", "users who would disable it (SCH-1)").changing(ByUsers),
        key("settings_once_per_day", Flag, "false", "in scheduled updates (SCH-2)").changing(AtAgents),
        key(
            "schedule_by",
            Choice(ScheduleBy::WORDS),
            "\"server\"",
            "who begins an update on a schedule with a window: the server notifies agents, or they begin by themselves (SCH-3)",
        ),
        assumed(
            "missed_schedule",
            Choice(MissedSchedule::WORDS),
            "",
            "what happens to a missed schedule; by default \"at-start-up\" for an interval (`every …`), else \"next\" (SCH-5)",
        ),
        assumed(
            "told_while_busy",
            Choice(ToldWhileBusy::WORDS),
            "\"remember\"",
            "whether an agent that is notified while it updates begins one more update afterwards (NTF-12)",
        ),
        assumed(
            "settings_check",
            Choice(SETTINGS_CHECKS),
            "\"news\"",
            "whether agents request settings and programs only when the server has news, or in every update",
        ),
        assumed("nic", RATE, "\"1 Gbit/s\"", "an agent's network card"),
        assumed(
            "other_traffic",
            DISK,
            "\"0 B\"",
            "data that the server sends to each agent in a day in addition to updates, such as answers to heartbeats: at a constant rate to each agent that is on, counted by the hour; the vendor measured 12.6 MB (NET-4)",
        ),
        assumed(
            "other_traffic_up",
            DISK,
            "\"0 B\"",
            "the same from the agent to the server, such as heartbeats (NET-4)",
        ),
        assumed(
            "schedule",
            SCHEDULE,
            "\"every 1 h, spread\"",
            "when agents check by themselves: `every 1 h`, `every 1 h, spread`, `daily 12:00 for 2 h`, `weekly Mon 12:00 for 2 h`, `monthly 15 12:00 for 2 h` (requires a `start` with a date; in a month without that day, on its last); without `for`, the last three mean exactly that time (SCH-2, SCH-3)",
        ).changing(AtAgents),
        assumed(
            "image",
            Image,
            "",
            "non-persistent desktops: at each log-off, when the computer goes off, they return to an image that is so many daily releases behind; they start from it, too (NET-5)",
        ),
        assumed(
            "roaming",
            Percent,
            "\"0 %\"",
            "how often a computer that is switched on comes up at another site: until it is switched off it has an address, the list entries, the link and the NAT of that site; at the start all are at home, and Update Agents stay there (NET-5)",
        ),
        key(
            "roams_to",
            Texts,
            "[]",
            "the sites, or groups of sites, at which it comes up, each site as likely; by default any other site",
        ),
    ],
};

/// `[[group]]`.
pub const GROUP: Section = Section {
    name: "group",
    about: "Agents with values other than those of `[agents]`, selected by `sites`, `agents` and \
            `share` together. If several tables apply to an agent the last one counts, key by key: `[agents]`, \
            its `[[site]]`, each `[[group]]` in the order of the file.",
    most: 1_000,
    keys: traits_after![
        required("name", Text, "its name"),
        key(
            "sites",
            Texts,
            "[]",
            "the sites, or groups of sites, whose agents belong to it; by default all",
        ),
        key("agents", Texts, "[]", "its agents, such as `branch-001/pc-0007`; by default all"),
        key("share", Percent, "\"100 %\"", "the share of these, drawn at random"),
    ],
};
