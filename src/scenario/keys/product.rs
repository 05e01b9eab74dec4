//! The settings of the product.

use super::super::value_type::ValueType::{
    Between, Choice, Count, Flag, Hours, Kinds, Percent, Text,
};
use super::{
    DISK, FAMILIES, FILE, LAG, LIMIT, LONG_WORK, MANY, MESSAGE, OVERFLOW, POLLING, PRESENCES, RATE,
    REPEATED_SPAN, SCHEDULE, SPAN, Section, WORK, assumed, key,
};
use crate::model::change::Taken::{AtAgents, AtServer};
use crate::model::fault::LinkFailure;
use crate::model::settings::{
    NotifiedBy, SlotsCount, StaleSource, StandardSource, WhenNotifierIsOff, WhenSourceIsLost,
};
use crate::scenario::words::Words;

/// `[server]`.
pub const SERVER: Section = Section {
    name: "server",
    about: "The server: its own updates, its slots, its reports.",
    most: 1,
    keys: &[
        key("schedule", SCHEDULE, "\"every 1 h\"", "when it checks for a release (SRV-1)").changing(AtServer),
        key(
            "releases_behind",
            LAG,
            "0",
            "number of daily releases that it is behind at the start, such as after a restore from a backup; it catches up at its next check",
        ),
        key(
            "deploys",
            Flag,
            "true",
            "automatic agent update: by notification, on restart, by schedule or poll (SRV-2)",
        ).changing(AtServer),
        key(
            "generates_incrementals",
            Flag,
            "true",
            "whether it generates incrementals or downloads them all (DUP-5, DUP-11)",
        ),
        assumed("generation_time", LONG_WORK, "\"2 s\"", "CPU time of one incremental (DUP-5)"),
        assumed(
            "slots",
            Count(0, MANY),
            "250",
            "maximum client connections in normal hours: concurrent updates that the server starts; 0: it starts none. Updates that agents start (restart, schedule) need no slot and are limited by `max_transfers` (SRV-4)",
        ).changing(AtServer),
        assumed("slots_off_peak", Count(0, MANY), "250", "in off-peak hours (SRV-4)").changing(AtServer),
        assumed("slots_peak", Count(0, MANY), "250", "in peak hours (SRV-4)").changing(AtServer),
        assumed(
            "slots_count",
            Choice(SlotsCount::WORDS),
            "\"server-started\"",
            "the updates that need a slot: those that the server starts, or all, so that an agent that starts by itself waits for one; 0 slots stop only updates that the server starts (SRV-4)",
        ),
        key("off_peak_hours", Hours, "[]", "hours that count as off-peak (SRV-4)").changing(AtServer),
        key("peak_hours", Hours, "[]", "hours that count as peak (SRV-4)").changing(AtServer),
        key("slot_timeout", SPAN, "\"30 min\"", "time-out of a slot (SRV-4)").changing(AtServer),
        key("slot_timeout_update_agent", SPAN, "\"15 min\"", "the same for Update Agents (SRV-4)")
            .changing(AtServer),
        assumed(
            "max_transfers",
            Count(0, MANY),
            "0",
            "concurrent requests, whoever started the update; 0: unlimited (SRV-8)",
        ).changing(AtServer),
        assumed("overflow", Choice(OVERFLOW), "\"queue\"", "what happens to a request beyond that"),
        assumed(
            "image_updates",
            Count(0, MANY),
            "0",
            "how many non-persistent desktops, agents with an `image`, the server lets update at once; the others wait in the order in which they came, as for a slot. The product's support of virtual desktops lets one of each virtualization server update at a time (*Virtual Server Connections*); 0: it is not installed, and all may",
        )
        .changing(AtServer),
        assumed("report_size", MESSAGE, "\"2 kB\"", "size of an agent's status report (SRV-5)"),
        assumed("report_time", WORK, "\"5 ms\"", "time to process one report (SRV-5)"),
        assumed("report_buffer", Count(0, MANY), "1000", "reports that may wait (SRV-5)"),
        key(
            "family",
            Choice(FAMILIES),
            "\"dual\"",
            "the versions of the Internet Protocol that it uses (NET-1)",
        ),
        key(
            "identified_by",
            Choice(&["host-name", "address"]),
            "\"host-name\"",
            "how agents address it; with its IPv4 address, IPv6 agents cannot reach it (NET-1)",
        ),
        key(
            "poll_every",
            POLLING,
            "\"0 s\"",
            "polling interval of agents behind NAT; 0: they do not poll (SRV-6)",
        ).changing(AtAgents),
    ],
};

/// `[notification]`.
pub const NOTIFICATION: Section = Section {
    name: "notification",
    about: "Notifications of agents about updates.",
    most: 1,
    keys: &[
        key("on_update", Flag, "true", "notify agents when an update completes (NTF-1)").changing(AtServer),
        key("include_offline", Flag, "false", "notify Independent and offline agents, too (NTF-2)").changing(AtServer),
        assumed("attempts", Count(1, 100), "5", "attempts in all; the documents conflict (NTF-3)").changing(AtServer),
        key("interval", SPAN, "\"15 min\"", "interval between attempts (NTF-3)").changing(AtServer),
        key(
            "on_restart",
            Flag,
            "true",
            "agents that missed an update fetch it on restart, or when their connection is back (NTF-4)",
        ).changing(AtServer),
        assumed(
            "reconnect_spread",
            Between(&SPAN),
            "[\"0 s\", \"60 s\"]",
            "time from a repair until an agent uses its connection again (NTF-4)",
        ),
        key(
            "ua_threshold",
            Count(0, 50),
            "0",
            "agents start when at most this many Update Agents remain (NTF-6)",
        ).changing(AtServer),
        key("scan_limit", Count(0, MANY), "1000", "records that a pass examines; 0: all (NTF-7)").changing(AtServer),
        assumed("record_lifetime", SPAN, "\"24 h\"", "time until a record expires (NTF-7)").changing(AtServer),
        key("threads", Count(1, 10_000), "20", "notifier threads (NTF-8)").changing(AtServer),
        assumed("connect_time", SPAN, "\"500 ms\"", "time of a thread for one agent (NTF-8)"),
        assumed(
            "connect_timeout",
            SPAN,
            "\"20 s\"",
            "time of a thread for an agent that does not answer (NTF-8)",
        ),
        assumed(
            "unanswered",
            Percent,
            "\"0 %\"",
            "share of notifications that online agents do not answer (NTF-3)",
        ),
        assumed(
            "notified_by",
            Choice(NotifiedBy::WORDS),
            "\"update-agent\"",
            "who notifies an Update Agent's agents; the documents conflict (NTF-10)",
        ).changing(AtServer),
        key(
            "wait_for_update_agent",
            SPAN,
            "\"15 min\"",
            "how long the server waits for an Update Agent to have the update before it notifies its agents, if `notified_by = \"server\"` (NTF-10)",
        ).changing(AtServer),
        assumed(
            "when_notifier_is_off",
            Choice(WhenNotifierIsOff::WORDS),
            "\"next\"",
            "who notifies the agents of an Update Agent that is off or was given up: the Update Agent of their next entry or the server, or nobody (NTF-10)",
        ),
        assumed(
            "when_source_is_lost",
            Choice(WhenSourceIsLost::WORDS),
            "\"reconnect\"",
            "an agent whose source fails while the server cannot be reached updates when its connection is back, or waits for its next trigger (NTF-4)",
        ),
        key(
            "batch",
            Count(0, MANY),
            "0",
            "agents in a batch of the throttle; 0: no throttle (SRV-7)",
        ).changing(AtServer),
        key("batch_interval", SPAN, "\"15 s\"", "interval between batches (SRV-7)").changing(AtServer),
        key(
            "cleanup",
            SCHEDULE,
            "",
            "schedule on which the queue is emptied; by default never (NTF-9)",
        ).changing(AtServer),
        key(
            "scan_now",
            Flag,
            "false",
            "agents run Scan Now after an event-triggered update (NTF-5)",
        ).changing(AtServer),
    ],
};

/// `[update_agents]`.
pub const UPDATE_AGENTS: Section = Section {
    name: "update_agents",
    about: "All Update Agents.",
    most: 1,
    keys: &[
        key(
            "capacity",
            Count(1, MANY),
            "250",
            "maximum number of concurrent update requests (UAG-1)",
        ).changing(AtAgents),
        key(
            "capacity_by",
            Choice(&["fixed", "uplink"]),
            "\"fixed\"",
            "what `capacity` is by default: 250, or for machines that are nothing but Update Agents what the vendor measured with the fastest network card up to `uplink`, 400 at 100 Mbit/s, 900 at 1 Gbit/s and 7,700 at 10 Gbit/s (UAG-1)",
        ),
        assumed(
            "overflow",
            Choice(OVERFLOW),
            "\"refuse\"",
            "what happens to a request beyond that (UAG-1)",
        ),
        assumed("free_disk", DISK, "\"10 GB\"", "free disk space (UAG-2)"),
        key("needed_disk", DISK, "\"300 MB\"", "free disk space that it needs (UAG-2)"),
        key(
            "hosts",
            Kinds,
            "[\"components\", \"settings\", \"programs\"]",
            "the content that it hosts (UAG-3)",
        ).changing(AtAgents),
        key(
            "only_from_server",
            Flag,
            "true",
            "whether its own source is the server; otherwise the update source list, as for agents (UAG-4)",
        ).changing(AtAgents),
        assumed("presence", Choice(PRESENCES), "\"always-on\"", "when its computer is on (NET-5)"),
        key("independent", Flag, "false", "in Independent mode (NTF-2)"),
        key("scheduled", Flag, "false", "with the privilege of scheduled update (SCH-1)").changing(AtAgents),
        assumed("uplink", RATE, "\"1 Gbit/s\"", "its network card (UAG-7)"),
        key(
            "download",
            RATE,
            "",
            "the highest rate at which it downloads from its own source; its uploads to agents may use all of `uplink` (UAG-7)",
        ),
        key(
            "download_hours",
            Hours,
            "",
            "hours of the day in which `download` applies; by default all",
        ),
        key(
            "idle_mirrors",
            Flag,
            "false",
            "whether an Update Agent that no agent uses as a source mirrors, too (DUP-10)",
        ),
    ],
};

/// `[sources]`.
pub const SOURCES: Section = Section {
    name: "sources",
    about: "Update sources, and the cost of failed attempts.",
    most: 1,
    keys: &[
        key(
            "fallback_to_server",
            Kinds,
            "[\"components\", \"settings\", \"programs\"]",
            "kinds of content that agents fetch from the server when all listed sources failed (SRC-3)",
        ).changing(AtAgents),
        key(
            "external",
            Text,
            "\"active-update\"",
            "`ActiveUpdate (or other update source)`: where the server updates from, under `ua` Update Agents that name nothing else, and under `direct` agents: `active-update` or an `[[other_source]]` (TOP-1 to TOP-4)",
        ),
        key("au_privilege", Flag, "false", "agents may download from ActiveUpdate (SRC-1, SRC-4)").changing(AtAgents),
        key(
            "standard_source",
            Choice(StandardSource::WORDS),
            "\"privilege-only\"",
            "behaviour of OfficeScan 10.6 and later, or of 10.0 (SRC-1)",
        ),
        assumed(
            "unreachable_after",
            SPAN,
            "\"30 s\"",
            "time until a source that does not answer is given up (SRC-8)",
        ),
        assumed(
            "refused_after",
            SPAN,
            "\"1 s\"",
            "time until a refused agent tries its next source (SRC-8)",
        ),
        assumed(
            "broken_after",
            SPAN,
            "\"30 s\"",
            "time until a broken transfer is noticed (SRC-8)",
        ),
        assumed(
            "visit_timeout",
            LIMIT,
            "\"0 s\"",
            "maximum duration of a session at a source; 0: unlimited (SRC-8)",
        ),
        assumed(
            "resumes",
            Flag,
            "false",
            "whether a broken transfer is resumed where it stopped (SRC-8)",
        ),
        assumed(
            "retries",
            Count(0, 100),
            "0",
            "how often an agent that has found no source tries again by itself before it waits for its next trigger; the support article KA-0015106 has 5 (SRC-5)",
        ).changing(AtAgents),
        key("retry_interval", REPEATED_SPAN, "\"15 min\"", "the time until it tries again (SRC-5)")
            .changing(AtAgents),
        assumed(
            "au_after_server",
            Flag,
            "true",
            "whether agents try ActiveUpdate if the server fails as a fallback, too; the documents conflict (SRC-7)",
        ),
        key(
            "listed_by",
            Choice(&["host-name", "address"]),
            "\"host-name\"",
            "how list entries name Update Agents; entries by host name survive a new address (UAG-5)",
        ),
        assumed(
            "link_failure",
            Choice(LinkFailure::WORDS),
            "\"abort\"",
            "what happens to transfers over a link that fails (NET-4)",
        ),
        assumed(
            "stale",
            Choice(StaleSource::WORDS),
            "\"accept\"",
            "what an agent does at a source that is older than the server (SRC-9)",
        ),
    ],
};

/// `[proxy]`.
pub const PROXY: Section = Section {
    name: "proxy",
    about: "A dual-stack proxy at headquarters, which exists if this table is present.",
    most: 1,
    keys: &[
        key("internet", Flag, "false", "whether connections to the Internet use it (NET-2)"),
        key("bandwidth", RATE, "\"1 Gbit/s\"", "its network card"),
        key("connections", Count(0, MANY), "0", "maximum number of connections; 0: unlimited"),
    ],
};

/// `[smart_protection]`.
pub const SMART_PROTECTION: Section = Section {
    name: "smart_protection",
    about: "A smart protection source at headquarters, which exists if this table is present. \
            Queries are counted, but use no bandwidth because they are small (an assumption).",
    most: 1,
    keys: &[
        key(
            "schedule",
            SCHEDULE,
            "\"every 1 h\"",
            "when it downloads the Smart Scan Pattern (SPS-1)",
        )
        .changing(AtServer),
        assumed("pattern", FILE, "\"1 MB\"", "size of each download (SPS-1)"),
        assumed("queries", Count(0, 1_000_000), "30", "queries per agent and hour (SPS-2)"),
        key(
            "cached",
            Percent,
            "\"80 %\"",
            "share of queries that the agent's cache answers (SPS-2)",
        ),
        assumed("query", MESSAGE, "\"1 kB\"", "size of a query with its answer (SPS-2)"),
    ],
};

/// `[sizes]`.
pub const SIZES: Section = Section {
    name: "sizes",
    about: "Sizes of content other than components.",
    most: 1,
    keys: &[
        key("index", MESSAGE, "\"16.384 kB\"", "the index file (CMP-6)"),
        assumed("settings", FILE, "\"50 kB\"", "the configuration files (CMP-4)"),
        assumed("program", FILE, "\"150 MB\"", "an agent program or hot fix (CMP-4)"),
    ],
};
