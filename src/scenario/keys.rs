//! Every key that a scenario may have: the one table from which reading, defaults, error messages
//! and the list of assumptions follow.

mod graph;
mod network_file;
mod product;
mod thresholds;
mod timeline;
mod versions;

pub use graph::{ROUTER, WAN_LINK};
pub use network_file::{LINK, NETWORK_SECTIONS, NETWORK_TOP, NODE};
pub use product::{NOTIFICATION, PROXY, SERVER, SIZES, SMART_PROTECTION, SOURCES, UPDATE_AGENTS};
pub use thresholds::THRESHOLD;
pub use timeline::{BACKGROUND, COMMAND, COMPONENT, FAULT, RELEASE};

pub use versions::{PRESETS, PRODUCTS, Preset};

use super::value_type::ValueType::{
    self, Bytes, Choice, Clock, Count, Duration, Flag, Interval, Kinds, Mix, Percent, Rate, Spread,
    Text, Texts,
};
use crate::policy::source_order::MAX_LIST_ENTRIES;
use crate::units::{self, BitRate, SimDuration};

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

impl Key {
    /// Whether `written`, which is TOML, is a value of this key.
    pub fn takes(&self, written: &str) -> bool {
        toml::de::DeValue::parse(written).is_ok_and(|value| self.form.read(&value).is_ok())
    }
}

/// One table of the file.
#[derive(Debug)]
pub struct Section {
    /// Its name; empty for the top of the file.
    pub name: &'static str,
    /// What it is about.
    pub about: &'static str,
    /// How many there may be: one (`[name]`), or a list of at most so many (`[[name]]`).
    pub most: usize,
    /// Its keys.
    pub keys: &'static [Key],
}

impl Section {
    /// Whether it is a list of tables (`[[name]]`).
    pub const fn repeated(&self) -> bool {
        self.most > 1
    }
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

/// A key of `[agents]` that a site or a group may say otherwise.
const fn inherited(name: &'static str, form: ValueType) -> Key {
    key(name, form, "", "by default as in `[agents]`")
}

/// Names of the topology options.
pub(super) const OPTIONS: &[&str] = &["server", "server-ua", "ua", "direct"];
/// Names of the online patterns.
pub const PRESENCES: &[&str] = &["always-on", "office-hours", "laptop"];
/// Names of the scan methods.
pub(super) const SCANS: &[&str] = &["conventional", "smart"];
/// Names of the address families.
pub(super) const FAMILIES: &[&str] = &["dual", "ipv4", "ipv6"];
const SCOPES: &[&str] = &["everything", "no-programs", "patterns-only"];
const SETTINGS_CHECKS: &[&str] = &["news", "always"];
const OVERFLOW: &[&str] = &["refuse", "queue"];

/// More agents than this in one scenario are taken for a slip of the pen.
pub const MAX_AGENTS: u64 = 10_000_000;
/// The longest scenario.
pub const LONGEST: SimDuration = SimDuration::from_hours(24 * 3653);
/// More tables than this in one list are taken for a slip of the pen.
const MANY_TABLES: usize = 100_000;
const MANY: u64 = 1_000_000_000;
const LAG: ValueType = Count(0, 5_000);
const AGENTS: ValueType = Count(0, MAX_AGENTS);
const SECOND: SimDuration = SimDuration::from_secs(1);
/// A span of time that something waits or takes: as long as a scenario may last.
const SPAN: ValueType = Duration(SimDuration::ZERO, LONGEST);
/// A span that comes again and again: not so short that nothing but it happens.
const REPEATED_SPAN: ValueType = Duration(SECOND, LONGEST);
/// How often agents poll: the console takes whole minutes.
const POLLING: ValueType = Interval(SimDuration::from_mins(1), LONGEST);
/// How long something may go on; 0: without a limit.
const LIMIT: ValueType = Interval(SimDuration::from_millis(1), LONGEST);
/// A mean of times between failures, or of repairs; 0: not given.
const MEAN_TIME: ValueType = Interval(SECOND, LONGEST);
/// The work of a processor on one thing.
const WORK: ValueType = Duration(SimDuration::ZERO, SimDuration::from_secs(10));
/// One way over a link.
const LATENCY: ValueType = Duration(SimDuration::ZERO, SimDuration::from_secs(10));
/// A link or a network card.
const RATE: ValueType = Rate(BitRate::from_bits_per_sec(1_000), BitRate::MAX);
/// A file that is downloaded.
const FILE: ValueType = Bytes(units::Bytes::new(10_000_000_000));
/// A message.
const MESSAGE: ValueType = Bytes(units::Bytes::new(10_000_000));
/// A disk.
const DISK: ValueType = Bytes(units::Bytes::new(1_000_000_000_000_000));

/// The top of the file.
pub const TOP: Section = Section {
    name: "",
    about: "What is simulated, when, and how often.",
    most: 1,
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
        key(
            "start",
            Text,
            "\"Mon 00:00\"",
            "weekday, or date, and time at which the scenario begins: `Mon 06:00`, `2026-11-02 06:00`",
        ),
        required(
            "duration",
            Duration(SimDuration::from_millis(1), LONGEST),
            "how long the scenario lasts",
        ),
        key(
            "sample_every",
            Duration(SimDuration::from_millis(1), LONGEST),
            "\"1 min\"",
            "interval of the time series; at most a million samples",
        ),
    ],
};

/// `[network]`.
pub const NETWORK: Section = Section {
    name: "network",
    about: "How transfers share links.",
    most: 1,
    keys: &[
        key(
            "model",
            Choice(&["fluid", "tcp"]),
            "\"fluid\"",
            "how transfers share links: exact max-min, or that with the corrections of TCP below",
        ),
        key(
            "routes_by",
            Choice(&["latency", "cost"]),
            "\"latency\"",
            "which way is taken: that of the least latency or of the least cost, then of the fewest links",
        ),
        key(
            "equal_routes",
            Choice(&["first", "shared"]),
            "\"first\"",
            "of ways that are equal all take the first, or agents take turns",
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
        assumed("queue", LATENCY, "\"50 ms\"", "depth of the FIFO before each link"),
    ],
};

/// `[headquarters]`.
pub const HEADQUARTERS: Section = Section {
    name: "headquarters",
    about: "The site of the server, and the company's access to the Internet.",
    most: 1,
    keys: &[
        key("name", Text, "\"hq\"", "its name"),
        key("agents", AGENTS, "0", "agents there"),
        key("subnet", Text, "", "its address range; by default the next free one of 10.0.0.0/8"),
        key("server_nic", RATE, "\"1 Gbit/s\"", "the server's network card"),
        required("internet_bandwidth", RATE, "its access to the Internet"),
        key("internet_latency", LATENCY, "\"10 ms\"", "latency of that access, one way"),
        key("update_agents", Count(0, 1_024), "0", "Update Agents there"),
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
        inherited("schedule", Text),
    ],
};

/// `[active_update]`.
pub const ACTIVE_UPDATE: Section = Section {
    name: "active_update",
    about: "The vendor's server as the company meets it.",
    most: 1,
    keys: &[
        assumed("bandwidth", RATE, "\"100 Gbit/s\"", "ActiveUpdate's own link"),
        assumed("latency", LATENCY, "\"10 ms\"", "latency of that link, one way"),
        assumed("per_connection", RATE, "\"50 Mbit/s\"", "the fastest it serves one connection"),
    ],
};

/// `[[site]]`: a group of equal sites.
pub const SITE: Section = Section {
    name: "site",
    about: "A group of equal sites. Repeat for further groups.",
    most: MANY_TABLES,
    keys: &[
        required("name", Text, "name of the group; its sites are `name-001` …"),
        key("count", Count(1, 1_000_000), "1", "how many sites"),
        key(
            "via",
            Text,
            "",
            "where their links lead: headquarters (default) or a group of hubs; `none`: they have none but each [[link]] that is written",
        ),
        required("agents", Spread(&AGENTS), "agents at each site"),
        key(
            "bandwidth",
            Spread(&RATE),
            "",
            "of the link, each direction; needed but for `via = \"none\"`",
        ),
        key("latency", Spread(&LATENCY), "\"10 ms\"", "of the link, one way"),
        key("cost", graph::COST, "10", "of the link, where `network.routes_by = \"cost\"`"),
        key(
            "internet",
            Choice(&["headquarters", "own", "none"]),
            "\"headquarters\"",
            "the way out: over its link to headquarters, by an access of its own, or none",
        ),
        key("internet_bandwidth", Spread(&RATE), "", "of its own access"),
        key("internet_latency", LATENCY, "\"15 ms\"", "of its own access, one way"),
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
            "whom they serve: their site, or also the sites below it (SRC-2)",
        ),
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
        inherited("schedule", Text),
    ],
};

/// `[agents]`.
pub const AGENTS_SECTION: Section = Section {
    name: "agents",
    about: "Agents, where their site says nothing else.",
    most: 1,
    keys: &[
        key("scan", Mix(SCANS), "\"conventional\"", "scan methods (CMP-2)"),
        key("presence", Mix(PRESENCES), "\"always-on\"", "online patterns (NET-5)"),
        key("releases_behind", Spread(&LAG), "0", "daily releases an agent is behind at the start"),
        key("scope", Choice(SCOPES), "\"everything\"", "`agents only update` (CMP-7)"),
        key("independent", Percent, "\"0 %\"", "in Independent mode (NTF-2, NTF-4, NTF-5)"),
        key("scheduled", Percent, "\"0 %\"", "with the privilege of scheduled update (SCH-1)"),
        key("may_disable_schedule", Flag, "false", "whether its user may disable it (SCH-1)"),
        key("disable_schedule", Percent, "\"0 %\"", "users who would disable it (SCH-1)"),
        key("settings_once_per_day", Flag, "false", "in scheduled updates (SCH-2)"),
        assumed(
            "settings_check",
            Choice(SETTINGS_CHECKS),
            "\"news\"",
            "settings and programs are asked for when the server has news, or in every update",
        ),
        assumed("nic", RATE, "\"1 Gbit/s\"", "an agent's network card"),
        assumed(
            "schedule",
            Text,
            "\"every 1 h, spread\"",
            "when agents look by themselves: `every 1 h`, `every 1 h, spread`, `daily 12:00 for 2 h`, `weekly Mon 12:00 for 2 h`, `monthly 15 12:00 for 2 h` (for which `start` has a date; in a month without that day on its last); the last three without `for`: exactly then (SCH-2, SCH-3)",
        ),
    ],
};

/// `[[group]]`.
pub const GROUP: Section = Section {
    name: "group",
    about: "Agents for which other values than those of `[agents]` hold: all that `sites`, `agents` and \
            `share` say together. Where several name an agent the last one counts, key by key: `[agents]`, \
            its `[[site]]`, each `[[group]]` in the order of the file.",
    most: 1_000,
    keys: &[
        required("name", Text, "its name"),
        key(
            "sites",
            Texts,
            "[]",
            "the sites, or groups of sites, whose agents it has; by default all",
        ),
        key("agents", Texts, "[]", "its agents, such as `branch-001/pc-0007`; by default all"),
        key("share", Percent, "\"100 %\"", "how many of these, drawn"),
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
        inherited("schedule", Text),
    ],
};

/// `[working_day]`.
pub const WORKING_DAY: Section = Section {
    name: "working_day",
    about: "When computers with office hours, and laptops, are on.",
    most: 1,
    keys: &[
        assumed("arrival", Spread(&Clock), "[\"07:30\", \"09:30\"]", "computers are switched on"),
        assumed("leaving", Spread(&Clock), "[\"16:30\", \"18:30\"]", "computers are switched off"),
        assumed("absent", Percent, "\"0 %\"", "share of working days an agent stays away"),
        assumed("laptop_on", Spread(&REPEATED_SPAN), "[\"45 min\", \"3 h\"]", "a laptop's time on"),
        assumed("laptop_off", Spread(&REPEATED_SPAN), "[\"10 min\", \"1 h\"]", "a laptop's breaks"),
    ],
};

/// `[[update_agent]]`: one beside the groups' own.
pub const UPDATE_AGENT: Section = Section {
    name: "update_agent",
    about: "An Update Agent beside the groups' own.",
    most: MANY_TABLES,
    keys: &[
        required("name", Text, "its name"),
        required("site", Text, "the site it is at, such as `branch-007`"),
        key("hosts", Kinds, "", "what it hosts; by default as in `[update_agents]` (UAG-3)"),
        key("source", Text, "\"server\"", "`server`, `active-update` or an Update Agent (UAG-4)"),
    ],
};

/// `[[update_source]]`: an entry of the customized list, in place of the derived ones.
pub const UPDATE_SOURCE: Section = Section {
    name: "update_source",
    about: "An entry of the customized update source list, in the order of the file; any entry replaces the list that is derived from the Update Agents (SRC-2).",
    most: MAX_LIST_ENTRIES,
    keys: &[
        required(
            "range",
            Text,
            "the addresses it is for: a block such as `10.1.0.0/16`, or from one to another as the console has it, `10.1.0.1-10.1.0.40` (SRC-2)",
        ),
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
    &ROUTER,
    &WAN_LINK,
    &AGENTS_SECTION,
    &GROUP,
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
