//! The settings of the product.

use super::super::value_type::ValueType::{
    Choice, Count, Flag, Hours, Kinds, Percent, Spread, Text,
};
use super::{
    DISK, FAMILIES, FILE, LAG, LIMIT, LONG_WORK, MANY, MESSAGE, OVERFLOW, POLLING, PRESENCES, RATE,
    SPAN, Section, WORK, assumed, key,
};
use crate::model::fault::LinkFailure;
use crate::model::settings::{
    NotifiedBy, SlotsCount, StaleSource, StandardSource, WhenNotifierIsOff,
};
use crate::scenario::words::Words;

/// `[server]`.
pub const SERVER: Section = Section {
    name: "server",
    about: "The server: its own updates, its slots, its reports.",
    most: 1,
    keys: &[
        key("schedule", Text, "\"every 1 h\"", "when it looks for a release (SRV-1)"),
        key(
            "releases_behind",
            LAG,
            "0",
            "daily releases that it is behind at the start, as one restored from a backup; it catches up at its next look",
        ),
        key(
            "deploys",
            Flag,
            "true",
            "automatic agent update: by notification, on restart, by schedule or poll (SRV-2)",
        ),
        key("generates_incrementals", Flag, "true", "or downloads them all (DUP-5, DUP-11)"),
        assumed("generation_time", LONG_WORK, "\"2 s\"", "CPU time of one incremental (DUP-5)"),
        assumed(
            "slots",
            Count(0, MANY),
            "250",
            "maximum client connections in normal hours: updates at once that the server starts; 0: it starts none. What agents start (restart, schedule) passes freely and is limited by `max_transfers` (SRV-4)",
        ),
        assumed("slots_off_peak", Count(0, MANY), "250", "in off-peak hours (SRV-4)"),
        assumed("slots_peak", Count(0, MANY), "250", "in peak hours (SRV-4)"),
        assumed(
            "slots_count",
            Choice(SlotsCount::WORDS),
            "\"server-started\"",
            "whose updates need a slot: those that the server starts, or all, so that an agent that starts by itself waits for one; 0 slots hold back only what the server starts (SRV-4)",
        ),
        key("off_peak_hours", Hours, "[]", "hours that count as off-peak (SRV-4)"),
        key("peak_hours", Hours, "[]", "hours that count as peak (SRV-4)"),
        key("slot_timeout", SPAN, "\"30 min\"", "until a slot is given up (SRV-4)"),
        key("slot_timeout_update_agent", SPAN, "\"15 min\"", "the same for Update Agents (SRV-4)"),
        assumed(
            "max_transfers",
            Count(0, MANY),
            "0",
            "requests served at once, whoever started the update; 0: any number (SRV-8)",
        ),
        assumed("overflow", Choice(OVERFLOW), "\"queue\"", "what happens to one more"),
        assumed("report_size", MESSAGE, "\"2 kB\"", "an agent's status report (SRV-5)"),
        assumed("report_time", WORK, "\"5 ms\"", "to process one report (SRV-5)"),
        assumed("report_buffer", Count(0, MANY), "1000", "reports that may wait (SRV-5)"),
        key(
            "family",
            Choice(FAMILIES),
            "\"dual\"",
            "which versions of the Internet Protocol it speaks (NET-1)",
        ),
        key(
            "identified_by",
            Choice(&["host-name", "address"]),
            "\"host-name\"",
            "by its IPv4 address, IPv6 agents cannot reach it (NET-1)",
        ),
        key("poll_every", POLLING, "\"0 s\"", "agents behind NAT poll; 0: they do not (SRV-6)"),
    ],
};

/// `[notification]`.
pub const NOTIFICATION: Section = Section {
    name: "notification",
    about: "Who is told of an update, and how.",
    most: 1,
    keys: &[
        key("on_update", Flag, "true", "tell agents when an update completes (NTF-1)"),
        key("include_offline", Flag, "false", "also Independent and offline agents (NTF-2)"),
        assumed("attempts", Count(1, 100), "5", "attempts in all; the documents conflict (NTF-3)"),
        key("interval", SPAN, "\"15 min\"", "from one attempt to the next (NTF-3)"),
        key(
            "on_restart",
            Flag,
            "true",
            "who missed an update fetches it on restart, or as its connection is back (NTF-4)",
        ),
        assumed(
            "reconnect_spread",
            Spread(&SPAN),
            "[\"0 s\", \"60 s\"]",
            "from a repair until an agent finds its connection again (NTF-4)",
        ),
        key("ua_threshold", Count(0, 50), "0", "Update Agents left when agents start (NTF-6)"),
        key("scan_limit", Count(0, MANY), "1000", "records that a pass sees, 0: all (NTF-7)"),
        assumed("record_lifetime", SPAN, "\"24 h\"", "until a record expires (NTF-7)"),
        key("threads", Count(1, 10_000), "20", "notifier threads (NTF-8)"),
        assumed("connect_time", SPAN, "\"500 ms\"", "a thread's time with one agent (NTF-8)"),
        assumed("connect_timeout", SPAN, "\"20 s\"", "with one that is silent (NTF-8)"),
        assumed("unanswered", Percent, "\"0 %\"", "notifications that online agents miss (NTF-3)"),
        assumed(
            "notified_by",
            Choice(NotifiedBy::WORDS),
            "\"update-agent\"",
            "who tells an Update Agent's agents; the documents conflict (NTF-10)",
        ),
        key(
            "wait_for_update_agent",
            SPAN,
            "\"15 min\"",
            "how long the server, where it tells an Update Agent's agents, waits for that to have the update (NTF-10)",
        ),
        assumed(
            "when_notifier_is_off",
            Choice(WhenNotifierIsOff::WORDS),
            "\"next\"",
            "who tells the agents of an Update Agent that is off or was given up: that of their next entry or the server, or nobody (NTF-10)",
        ),
        key("batch", Count(0, MANY), "0", "agents in a batch of the throttle, 0: none (SRV-7)"),
        key("batch_interval", SPAN, "\"15 s\"", "from one batch to the next (SRV-7)"),
        key(
            "cleanup",
            Text,
            "",
            "schedule on which the queue is emptied; by default never (NTF-9)",
        ),
        key("scan_now", Flag, "false", "Scan Now after an event-triggered update (NTF-5)"),
    ],
};

/// `[update_agents]`.
pub const UPDATE_AGENTS: Section = Section {
    name: "update_agents",
    about: "All Update Agents.",
    most: 1,
    keys: &[
        key("capacity", Count(1, MANY), "250", "update requests at once (UAG-1)"),
        assumed("overflow", Choice(OVERFLOW), "\"refuse\"", "what happens to one more (UAG-1)"),
        assumed("free_disk", DISK, "\"10 GB\"", "free disk (UAG-2)"),
        key("needed_disk", DISK, "\"300 MB\"", "free disk that it needs (UAG-2)"),
        key(
            "hosts",
            Kinds,
            "[\"components\", \"settings\", \"programs\"]",
            "what it hosts (UAG-3)",
        ),
        key(
            "only_from_server",
            Flag,
            "true",
            "its own source is the server; else the update source list, as for agents (UAG-4)",
        ),
        assumed("presence", Choice(PRESENCES), "\"always-on\"", "when its computer is on (NET-5)"),
        key("independent", Flag, "false", "in Independent mode (NTF-2)"),
        key("scheduled", Flag, "false", "with the privilege of scheduled update (SCH-1)"),
        assumed("uplink", RATE, "\"1 Gbit/s\"", "its network card (UAG-7)"),
        key("idle_mirrors", Flag, "false", "one that is nobody's source mirrors too (DUP-10)"),
    ],
};

/// `[sources]`.
pub const SOURCES: Section = Section {
    name: "sources",
    about: "Where agents update from, and what a failed attempt costs.",
    most: 1,
    keys: &[
        key(
            "fallback_to_server",
            Kinds,
            "[\"components\", \"settings\", \"programs\"]",
            "kinds fetched from the server when all listed sources failed (SRC-3)",
        ),
        key("au_privilege", Flag, "false", "agents may download from ActiveUpdate (SRC-1, SRC-4)"),
        key(
            "standard_source",
            Choice(StandardSource::WORDS),
            "\"privilege-only\"",
            "reading of 10.6 and later, or of 10.0 (SRC-1)",
        ),
        assumed("unreachable_after", SPAN, "\"30 s\"", "to give up a silent source (SRC-8)"),
        assumed("refused_after", SPAN, "\"1 s\"", "to turn elsewhere when refused (SRC-8)"),
        assumed("broken_after", SPAN, "\"30 s\"", "to notice a broken transfer (SRC-8)"),
        assumed("visit_timeout", LIMIT, "\"0 s\"", "longest visit to a source, 0: any (SRC-8)"),
        assumed("resumes", Flag, "false", "a broken transfer goes on where it stopped (SRC-8)"),
        assumed(
            "au_after_server",
            Flag,
            "true",
            "ActiveUpdate follows if the server fails as fallback too; the documents conflict (SRC-7)",
        ),
        key(
            "listed_by",
            Choice(&["host-name", "address"]),
            "\"host-name\"",
            "how list entries name Update Agents: which of them survive a new address (UAG-5)",
        ),
        assumed(
            "link_failure",
            Choice(LinkFailure::WORDS),
            "\"abort\"",
            "what becomes of transfers over a link that fails (NET-4)",
        ),
        assumed(
            "stale",
            Choice(StaleSource::WORDS),
            "\"accept\"",
            "what to make of a source that is older than the server (SRC-9)",
        ),
    ],
};

/// `[proxy]`.
pub const PROXY: Section = Section {
    name: "proxy",
    about: "A dual-stack proxy at headquarters; there is one if this table is written.",
    most: 1,
    keys: &[
        key("internet", Flag, "false", "the way to the Internet leads through it (NET-2)"),
        key("bandwidth", RATE, "\"1 Gbit/s\"", "its network card"),
        key("connections", Count(0, MANY), "0", "connections at once, 0: any number"),
    ],
};

/// `[smart_protection]`.
pub const SMART_PROTECTION: Section = Section {
    name: "smart_protection",
    about: "A smart protection source at headquarters; there is one if this table is written. \
            Queries are counted; they are too small to take bandwidth from updates (an assumption).",
    most: 1,
    keys: &[
        key("schedule", Text, "\"every 1 h\"", "when it downloads the Smart Scan Pattern (SPS-1)"),
        assumed("pattern", FILE, "\"1 MB\"", "how much that is each time (SPS-1)"),
        assumed("queries", Count(0, 1_000_000), "30", "of an agent in an hour (SPS-2)"),
        key("cached", Percent, "\"80 %\"", "queries that the agent's cache answers (SPS-2)"),
        assumed("query", MESSAGE, "\"1 kB\"", "a query with its answer (SPS-2)"),
    ],
};

/// `[sizes]`.
pub const SIZES: Section = Section {
    name: "sizes",
    about: "What is transferred beside components.",
    most: 1,
    keys: &[
        key("index", MESSAGE, "\"16.384 kB\"", "the index file (CMP-6)"),
        assumed("settings", FILE, "\"50 kB\"", "the configuration files (CMP-4)"),
        assumed("program", FILE, "\"150 MB\"", "an agent program or hot fix (CMP-4)"),
    ],
};
