//! The table of all keys of a scenario, from which parsing, defaults, error messages and the list of assumptions are
//! derived.

mod changes;
mod company;
mod cost;
mod graph;
mod network_file;
mod other_sources;
mod product;
mod thresholds;
mod timeline;
mod versions;

pub use changes::{CHANGE, changeable};
pub use company::{ACTIVE_UPDATE, AGENTS_SECTION, GROUP, HEADQUARTERS, SITE};
pub use cost::COST_OF_YEAR;
pub use graph::{ROUTER, WAN_LINK};
pub use network_file::{LINK, NETWORK_SECTIONS, NETWORK_TOP, NODE};
pub use other_sources::OTHER_SOURCE;
pub use product::{NOTIFICATION, PROXY, SERVER, SIZES, SMART_PROTECTION, SOURCES, UPDATE_AGENTS};
pub use thresholds::THRESHOLD;
pub use timeline::{BACKGROUND, COMMAND, COMPONENT, FAULT, RELEASE};

pub use versions::{PRESETS, PRODUCTS, Preset};

use super::value_type::ValueType::{
    self, Between, Bytes, Choice, Clock, Count, Duration, Flag, Interval, Kinds, Percent, Rate,
    Text,
};
use crate::model::change::Taken;
use crate::model::component::ScanMethod;
use crate::model::presence::Presence;
use crate::model::reach::Family;
use crate::model::settings::{Overflow, SettingsCheck, UpdateScope};
use crate::network::RoutesBy;
use crate::scenario::words::{Framing, RttShare, Words};
use crate::units::{self, BitRate, SimDuration};

/// One key.
#[derive(Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// The type of its value.
    pub form: ValueType,
    /// Its default as it would be written; `None`: required, `Some("")`: optional.
    pub default: Option<&'static str>,
    /// Its meaning, with the ids of its rules.
    pub meaning: &'static str,
    /// Whether its default is our assumption because the vendor's documents are silent.
    pub assumption: bool,
    /// Who has a new value by a `[[change]]`, and when; `None`: it cannot change while the scenario runs.
    pub changes: Option<Taken>,
}

impl Key {
    /// The same key, which a `[[change]]` can change.
    const fn changing(self, taken: Taken) -> Self {
        Self { changes: Some(taken), ..self }
    }

    /// Whether `written`, which is TOML, is a valid value of this key.
    pub fn takes(&self, written: &str) -> bool {
        toml::de::DeValue::parse(written).is_ok_and(|value| self.form.read(&value).is_ok())
    }
}

/// One table of the file.
#[derive(Debug)]
pub struct Section {
    /// Its name; empty for the top of the file.
    pub name: &'static str,
    /// Its description.
    pub about: &'static str,
    /// The number of tables: one (`[name]`), or a list with at most this many (`[[name]]`).
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
    Key { name, form, default: Some(default), meaning, assumption: false, changes: None }
}

const fn required(name: &'static str, form: ValueType, meaning: &'static str) -> Key {
    Key { name, form, default: None, meaning, assumption: false, changes: None }
}

const fn assumed(
    name: &'static str,
    form: ValueType,
    default: &'static str,
    meaning: &'static str,
) -> Key {
    Key { name, form, default: Some(default), meaning, assumption: true, changes: None }
}

/// Names of the topology options.
pub(super) const OPTIONS: &[&str] = &["server", "server-ua", "ua", "direct"];
/// Names of the online patterns.
pub const PRESENCES: &[&str] = Presence::WORDS;
/// Names of the scan methods.
pub(super) const SCANS: &[&str] = ScanMethod::WORDS;
/// Names of the address families.
pub(super) const FAMILIES: &[&str] = Family::WORDS;
const SCOPES: &[&str] = UpdateScope::WORDS;
const SETTINGS_CHECKS: &[&str] = SettingsCheck::WORDS;
const OVERFLOW: &[&str] = Overflow::WORDS;

/// The maximum number of agents in one scenario; more are treated as a typing error.
pub const MAX_AGENTS: u64 = 10_000_000;
/// The longest scenario.
pub const LONGEST: SimDuration = SimDuration::from_hours(24 * 3653);
/// The maximum number of tables in one list; more are treated as a typing error.
const MANY_TABLES: usize = 100_000;
/// The maximum number of changes of settings.
const MANY_CHANGES: usize = 1_000;
const MANY: u64 = 1_000_000_000;
const LAG: ValueType = Count(0, super::value_type::MOST_BEHIND);
const AGENTS: ValueType = Count(0, MAX_AGENTS);
const SECOND: SimDuration = SimDuration::from_secs(1);
/// A span that something waits or takes: at most the length of a scenario.
const SPAN: ValueType = Duration(SimDuration::ZERO, LONGEST);
/// A schedule that repeats within the longest scenario.
const SCHEDULE: ValueType = ValueType::Schedule(LONGEST);
/// A recurring span: long enough that other events happen in between.
const REPEATED_SPAN: ValueType = Duration(SECOND, LONGEST);
/// The polling interval of agents: the console accepts whole minutes.
const POLLING: ValueType = Interval(SimDuration::from_mins(1), LONGEST);
/// A limit on a duration; 0: no limit.
const LIMIT: ValueType = Interval(SimDuration::from_millis(1), LONGEST);
/// A mean time between failures; 0: not given.
const MEAN_TIME: ValueType = Interval(SECOND, LONGEST);
/// A mean time to repair; 0: not given.
const REPAIR: ValueType = Interval(SimDuration::from_nanos(1), LONGEST);
/// The processor time of a short task.
const WORK: ValueType = Duration(SimDuration::ZERO, SimDuration::from_secs(10));
/// The processor time of processing a file.
const LONG_WORK: ValueType = Duration(SimDuration::ZERO, SimDuration::from_hours(1));
/// The one-way latency of a link.
const LATENCY: ValueType = Duration(SimDuration::ZERO, SimDuration::from_secs(10));
/// The bandwidth of a link or a network card.
const RATE: ValueType = Rate(BitRate::from_bits_per_sec(1), BitRate::MAX);
/// The committed rate of a link.
const COMMITTED: Key = key(
    "committed",
    RATE,
    "",
    "the rate of each direction that remains whatever the traffic of `[[background]]` (NET-4)",
);
/// A file that is downloaded; one of 0 B would never be fetched.
const FILE: ValueType = Bytes(units::Bytes::new(1), LARGEST_FILE);
/// A package of a component, or a part of its size.
const PACKAGE: ValueType = Bytes(units::Bytes::ZERO, LARGEST_FILE);
const LARGEST_FILE: units::Bytes = units::Bytes::new(10_000_000_000);
/// The size of a message.
const MESSAGE: ValueType = Bytes(units::Bytes::ZERO, units::Bytes::new(10_000_000));
/// The size of a disk.
const DISK: ValueType = Bytes(units::Bytes::ZERO, units::Bytes::new(1_000_000_000_000_000));

/// The top of the file.
pub const TOP: Section = Section {
    name: "",
    about: "The simulated scenario: its duration, start, option and replications.",
    most: 1,
    keys: &[
        key("schema", Count(1, 1), "1", "version of the scenario format"),
        required(
            "name",
            Text,
            "short name: letters, digits, `-` and `_`; names the results folder",
        ),
        key("title", Text, "\"\"", "a title of one line"),
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
            "the product version whose defaults apply; see below",
        ),
        key("seed", Count(0, u64::MAX), "1", "seed of all randomness"),
        key(
            "replications",
            Count(1, 100_000),
            "1",
            "runs with different random numbers; `compare` makes as many as it takes where this is not written",
        ),
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
            "releases",
            Choice(&["listed", "as-measured"]),
            "\"listed\"",
            "the releases: each `[[release]]`, or in addition a calendar that matches the 4 MB per agent and day that the vendor measured, an assumption (docs/components.md)",
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
            "how transfers share links: exact max-min fairness, or that with the TCP corrections below",
        ),
        key(
            "routes_by",
            Choice(RoutesBy::WORDS),
            "\"latency\"",
            "the criterion for routes: least latency or least cost, then fewest links",
        ),
        key(
            "equal_routes",
            Choice(&["first", "shared"]),
            "\"first\"",
            "whether all use the first of several equal routes, or agents alternate between them",
        ),
        assumed(
            "framing",
            Choice(Framing::WORDS),
            "\"ethernet\"",
            "what a bandwidth includes: frames, frames with gaps on the wire, or payload only",
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
            Choice(RttShare::WORDS),
            "\"cubic\"",
            "the congestion control by which shares depend on round trips",
        ),
        assumed("queue", LATENCY, "\"50 ms\"", "depth of the FIFO before each link"),
    ],
};

/// `[working_day]`.
pub const WORKING_DAY: Section = Section {
    name: "working_day",
    about: "The hours in which computers with office hours, and laptops, are on.",
    most: 1,
    keys: &[
        assumed("arrival", Between(&Clock), "[\"07:30\", \"09:30\"]", "computers are switched on"),
        assumed("leaving", Between(&Clock), "[\"16:30\", \"18:30\"]", "computers are switched off"),
        assumed("absent", Percent, "\"0 %\"", "share of working days on which an agent is absent"),
        assumed(
            "laptop_on",
            Between(&REPEATED_SPAN),
            "[\"45 min\", \"3 h\"]",
            "a laptop's time on",
        ),
        assumed(
            "laptop_off",
            Between(&REPEATED_SPAN),
            "[\"10 min\", \"1 h\"]",
            "a laptop's breaks",
        ),
    ],
};

/// `[[update_agent]]`: one in addition to those of the groups.
pub const UPDATE_AGENT: Section = Section {
    name: "update_agent",
    about: "An Update Agent in addition to those of the groups.",
    most: MANY_TABLES,
    keys: &[
        required("name", Text, "its name"),
        required("site", Text, "its site, such as `branch-007`"),
        key(
            "hosts",
            Kinds,
            "",
            "the content that it hosts; by default as in `[update_agents]` (UAG-3)",
        ),
        key("capacity", Count(1, MANY), "", "by default as in `[update_agents]` (UAG-1)"),
        key("free_disk", DISK, "", "by default as in `[update_agents]` (UAG-2)"),
        key("uplink", RATE, "", "by default as in `[update_agents]` (UAG-7)"),
        key(
            "source",
            Text,
            "",
            "`server`, `active-update`, an `[[other_source]]` or an Update Agent; by default the update source list, if `only_from_server` is off (UAG-4)",
        ),
        key("presence", Choice(PRESENCES), "", "by default as in `[update_agents]` (NET-5)"),
        key("independent", Flag, "", "by default as in `[update_agents]` (NTF-2)"),
        key("scheduled", Flag, "", "by default as in `[update_agents]` (SCH-1)"),
    ],
};

/// `[[update_source]]`: an entry of the customized list, which replaces the derived ones.
pub const UPDATE_SOURCE: Section = Section {
    name: "update_source",
    about: "An entry of the customized update source list, in the order of the file; entries replace the list that is derived from the Update Agents (SRC-2).",
    most: MANY_TABLES,
    keys: &[
        required(
            "range",
            Text,
            "the addresses it is for: a block such as `10.1.0.0/16`, from one to another as the console has it, `10.1.0.1-10.1.0.40`, or an IPv6 prefix, `2001:db8:1::/48` (SRC-2)",
        ),
        required(
            "source",
            Text,
            "`server`, `active-update`, the name of an Update Agent, name or URL of an `[[other_source]]`, or an address of ActiveUpdate, which is the ActiveUpdate of SRC-4 if it is that of `product`",
        ),
        key(
            "change",
            Text,
            "",
            "the `[[change]]` by which this entry replaces the list, with the other entries that name it; by default it belongs to the list of the start (NTF-11)",
        ),
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
    &OTHER_SOURCE,
    &UPDATE_AGENT,
    &CHANGE,
    &UPDATE_SOURCE,
    &RELEASE,
    &COMMAND,
    &FAULT,
    &BACKGROUND,
    &COMPONENT,
    &COST_OF_YEAR,
    &THRESHOLD,
];
