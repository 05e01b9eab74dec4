//! Every key that a scenario may have: the one table from which reading, defaults, error messages
//! and the list of assumptions follow.

mod network_file;
mod product;
mod thresholds;
mod timeline;
mod versions;

pub use network_file::{LINK, NETWORK_SECTIONS, NETWORK_TOP, NODE};
pub use product::{NOTIFICATION, PROXY, SERVER, SIZES, SMART_PROTECTION, SOURCES, UPDATE_AGENTS};
pub use thresholds::THRESHOLD;
pub use timeline::{BACKGROUND, COMMAND, COMPONENT, FAULT, RELEASE};

pub use versions::{PRESETS, PRODUCTS, Preset};

use super::value_type::ValueType::{
    self, Choice, Clock, Count, Duration, Flag, Kinds, Mix, Percent, Rate, Spread, Text,
};

/// One key.
#[derive(Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// The form of its value.
    pub form: ValueType,
    /// Its default as it would be written; `None`: required, `Some("")`: may be left out.
    pub default: Option<&'static str>,
    /// What it means, with the ids of its rules.
    pub meaning: &'static str,
    /// Whether its default is our assumption because the vendor's documents are silent.
    pub assumption: bool,
}

/// One table of the file.
#[derive(Debug)]
pub struct Section {
    /// Its name; empty for the top of the file.
    pub name: &'static str,
    /// What it is about.
    pub about: &'static str,
    /// Whether it may come several times (`[[name]]`).
    pub repeated: bool,
    /// Its keys.
    pub keys: &'static [Key],
}

const fn key(
    name: &'static str,
    form: ValueType,
    default: &'static str,
    meaning: &'static str,
) -> Key {
    Key { name, form, default: Some(default), meaning, assumption: false }
}

const fn required(name: &'static str, form: ValueType, meaning: &'static str) -> Key {
    Key { name, form, default: None, meaning, assumption: false }
}

const fn assumed(
    name: &'static str,
    form: ValueType,
    default: &'static str,
    meaning: &'static str,
) -> Key {
    Key { name, form, default: Some(default), meaning, assumption: true }
}

/// Names of the topology options.
pub(super) const OPTIONS: &[&str] = &["server", "server-ua", "ua", "direct"];
/// Names of the online patterns.
pub const PRESENCES: &[&str] = &["always-on", "office-hours", "laptop"];
/// Names of the scan methods.
pub(super) const SCANS: &[&str] = &["conventional", "smart"];
/// Names of the address families.
pub(super) const FAMILIES: &[&str] = &["dual", "ipv4", "ipv6"];
const OVERFLOW: &[&str] = &["refuse", "queue"];

/// More agents than this in one scenario are taken for a slip of the pen.
pub const MAX_AGENTS: u64 = 10_000_000;
const MANY: u64 = 1_000_000_000;
const LAG: ValueType = Count(0, 5_000);
const AGENTS: ValueType = Count(0, MAX_AGENTS);

/// The top of the file.
pub const TOP: Section = Section {
    name: "",
    about: "What is simulated, when, and how often.",
    repeated: false,
    keys: &[
        key("schema", Count(1, 1), "1", "version of the scenario format"),
        required(
            "name",
            Text,
            "short name: letters, digits, `-` and `_`; names the results folder",
        ),
        key("title", Text, "\"\"", "one line for people"),
        key(
            "option",
            Choice(OPTIONS),
            "\"server-ua\"",
            "the topology option that `run` simulates (TOP-1 to TOP-4)",
        ),
        key(
            "product",
            Choice(PRODUCTS),
            "\"apex-one\"",
            "the product version whose defaults hold where the file says nothing; see below",
        ),
        key("seed", Count(0, u64::MAX), "1", "seed of all randomness"),
        key("replications", Count(1, 100_000), "1", "runs with different luck"),
        key("start", Text, "\"Mon 00:00\"", "weekday and time at which the scenario begins"),
        required("duration", Duration, "how long the scenario lasts, at most 10 years"),
        key("sample_every", Duration, "\"1 min\"", "interval of the time series"),
    ],
};

/// `[network]`.
pub const NETWORK: Section = Section {
    name: "network",
    about: "How transfers share links.",
    repeated: false,
    keys: &[
        key(
            "model",
            Choice(&["fluid", "tcp"]),
            "\"fluid\"",
            "how transfers share links: exact max-min, or that with the corrections of TCP below",
        ),
        assumed(
            "framing",
            Choice(&["ethernet", "wire", "none"]),
            "\"ethernet\"",
            "what bandwidths count: frames, frames with gaps on the wire, or payload only",
        ),
        assumed("startup", Flag, "true", "connections are set up and start slowly"),
        assumed(
            "random_share",
            Percent,
            "\"80 %\"",
            "spread of the shares at one bottleneck: σ of the logarithm for a transfer of 1 s",
        ),
        assumed(
            "rtt_share",
            Choice(&["cubic", "reno", "none"]),
            "\"cubic\"",
            "by which congestion control shares depend on round trips",
        ),
        assumed("queue", Duration, "\"50 ms\"", "depth of the FIFO before each link"),
    ],
};

/// `[headquarters]`.
pub const HEADQUARTERS: Section = Section {
    name: "headquarters",
    about: "The site of the server, and the company's access to the Internet.",
    repeated: false,
    keys: &[
        key("name", Text, "\"hq\"", "its name"),
        key("agents", AGENTS, "0", "agents there"),
        key("subnet", Text, "", "its address range; by default the next free one of 10.0.0.0/8"),
        key("server_nic", Rate, "\"1 Gbit/s\"", "the server's network card"),
        required("internet_bandwidth", Rate, "its access to the Internet"),
        key("internet_latency", Duration, "\"10 ms\"", "latency of that access, one way"),
        key("update_agents", Count(0, 1_024), "0", "Update Agents there"),
        key("scan", Mix(SCANS), "", "scan methods; by default as in `[agents]` (CMP-2)"),
        key("presence", Mix(PRESENCES), "", "online patterns; by default as in `[agents]`"),
        key("releases_behind", Spread(&LAG), "", "by default as in `[agents]`"),
    ],
};

/// `[active_update]`.
pub const ACTIVE_UPDATE: Section = Section {
    name: "active_update",
    about: "The vendor's server as the company meets it.",
    repeated: false,
    keys: &[
        assumed("bandwidth", Rate, "\"100 Gbit/s\"", "ActiveUpdate's own link"),
        assumed("latency", Duration, "\"10 ms\"", "latency of that link, one way"),
        assumed(
            "family",
            Choice(FAMILIES),
            "\"ipv4\"",
            "which versions of the Internet Protocol it speaks (NET-1)",
        ),
        assumed("per_connection", Rate, "\"50 Mbit/s\"", "the fastest it serves one connection"),
    ],
};

/// `[[site]]`: a group of equal sites.
pub const SITE: Section = Section {
    name: "site",
    about: "A group of equal sites. Repeat for further groups.",
    repeated: true,
    keys: &[
        required("name", Text, "name of the group; its sites are `name-001` …"),
        key("count", Count(1, 1_000_000), "1", "how many sites"),
        key("via", Text, "", "where their links lead: headquarters (default) or a group of hubs"),
        required("agents", Spread(&AGENTS), "agents at each site"),
        required("bandwidth", Spread(&Rate), "of the link, each direction"),
        key("latency", Spread(&Duration), "\"10 ms\"", "of the link, one way"),
        key(
            "internet",
            Choice(&["headquarters", "own", "none"]),
            "\"headquarters\"",
            "the way out: over its link to headquarters, by an access of its own, or none",
        ),
        key("internet_bandwidth", Spread(&Rate), "", "of its own access"),
        key("internet_latency", Duration, "\"15 ms\"", "of its own access, one way"),
        key(
            "family",
            Choice(FAMILIES),
            "\"dual\"",
            "which versions of the Internet Protocol its agents speak (NET-1)",
        ),
        key("nat", Flag, "false", "its agents are behind NAT and cannot be notified (NET-3)"),
        key("subnet", Text, "", "address block of the group; by default carved from above"),
        key("site_prefix", Count(8, 30), "24", "prefix length of each site's range"),
        key("update_agents", Count(0, 1_024), "0", "Update Agents at each site"),
        key(
            "serves",
            Choice(&["site", "downstream"]),
            "\"site\"",
            "whom they serve: their site, or also all sites below it (SRC-2)",
        ),
        key("scan", Mix(SCANS), "", "scan methods; by default as in `[agents]` (CMP-2)"),
        key("presence", Mix(PRESENCES), "", "online patterns; by default as in `[agents]`"),
        key("releases_behind", Spread(&LAG), "", "by default as in `[agents]`"),
    ],
};

/// `[agents]`.
pub const AGENTS_SECTION: Section = Section {
    name: "agents",
    about: "Agents, where their site says nothing else.",
    repeated: false,
    keys: &[
        key("scan", Mix(SCANS), "\"conventional\"", "scan methods (CMP-2)"),
        key("presence", Mix(PRESENCES), "\"always-on\"", "online patterns (NET-5)"),
        key("releases_behind", Spread(&LAG), "0", "daily releases an agent is behind at the start"),
        key(
            "scope",
            Choice(&["everything", "no-programs", "patterns-only"]),
            "\"everything\"",
            "`agents only update` (CMP-7)",
        ),
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
        ),
        key("may_disable_schedule", Flag, "false", "whether its user may disable it (SCH-1)"),
        key("disable_schedule", Percent, "\"0 %\"", "users who would disable it (SCH-1)"),
        key("settings_once_per_day", Flag, "false", "in scheduled updates (SCH-2)"),
        key(
            "schedule_by",
            Choice(&["server", "agent"]),
            "\"server\"",
            "who begins an update by a daily or weekly schedule: the server tells agents, or they begin alone (SCH-3)",
        ),
        assumed(
            "missed_schedule",
            Choice(&["next", "at-start-up"]),
            "",
            "what becomes of a schedule that was missed; by default \"next\" if it is daily or weekly, else \"at-start-up\" (SCH-5)",
        ),
        assumed(
            "told_while_busy",
            Choice(&["remember", "ignore"]),
            "\"remember\"",
            "who is told while it updates begins one more update after that, or not (NTF-12)",
        ),
        assumed(
            "settings_check",
            Choice(&["news", "always"]),
            "\"news\"",
            "settings and programs are asked for when the server has news, or in every update",
        ),
        assumed("nic", Rate, "\"1 Gbit/s\"", "an agent's network card"),
        assumed(
            "schedule",
            Text,
            "\"every 1 h, spread\"",
            "when agents look by themselves: `every 1 h`, `every 1 h, spread`, `daily 12:00 for 2 h`, `weekly Mon 12:00 for 2 h` (SCH-2, SCH-3)",
        ),
    ],
};

/// `[working_day]`.
pub const WORKING_DAY: Section = Section {
    name: "working_day",
    about: "When computers with office hours, and laptops, are on.",
    repeated: false,
    keys: &[
        assumed("arrival", Spread(&Clock), "[\"07:30\", \"09:30\"]", "computers are switched on"),
        assumed("leaving", Spread(&Clock), "[\"16:30\", \"18:30\"]", "computers are switched off"),
        assumed("absent", Percent, "\"0 %\"", "share of working days an agent stays away"),
        assumed("laptop_on", Spread(&Duration), "[\"45 min\", \"3 h\"]", "a laptop's time on"),
        assumed("laptop_off", Spread(&Duration), "[\"10 min\", \"1 h\"]", "a laptop's breaks"),
    ],
};

/// `[[update_agent]]`: one beside the groups' own.
pub const UPDATE_AGENT: Section = Section {
    name: "update_agent",
    about: "An Update Agent beside the groups' own.",
    repeated: true,
    keys: &[
        required("name", Text, "its name"),
        required("site", Text, "the site it is at, such as `branch-007`"),
        key("hosts", Kinds, "", "what it hosts; by default as in `[update_agents]` (UAG-3)"),
        key(
            "source",
            Text,
            "",
            "`server`, `active-update` or an Update Agent; by default the update source list, if `only_from_server` is off (UAG-4)",
        ),
        key("presence", Choice(PRESENCES), "", "by default as in `[update_agents]` (NET-5)"),
        key("independent", Flag, "", "by default as in `[update_agents]` (NTF-2)"),
        key("scheduled", Flag, "", "by default as in `[update_agents]` (SCH-1)"),
    ],
};

/// `[[update_source]]`: an entry of the customized list, in place of the derived ones.
pub const UPDATE_SOURCE: Section = Section {
    name: "update_source",
    about: "An entry of the customized update source list, in the order of the file; any entry replaces the list that is derived from the Update Agents (SRC-2).",
    repeated: true,
    keys: &[
        required("range", Text, "the addresses it is for, such as `10.1.0.0/16` (SRC-2)"),
        required("source", Text, "`server`, `active-update` or the name of an Update Agent"),
    ],
};

/// All sections.
pub const SECTIONS: &[&Section] = &[
    &TOP,
    &NETWORK,
    &HEADQUARTERS,
    &ACTIVE_UPDATE,
    &SITE,
    &AGENTS_SECTION,
    &WORKING_DAY,
    &SERVER,
    &NOTIFICATION,
    &UPDATE_AGENTS,
    &SOURCES,
    &PROXY,
    &SMART_PROTECTION,
    &SIZES,
    &UPDATE_AGENT,
    &UPDATE_SOURCE,
    &RELEASE,
    &COMMAND,
    &FAULT,
    &BACKGROUND,
    &COMPONENT,
    &THRESHOLD,
];
