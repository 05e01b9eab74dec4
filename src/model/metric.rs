//! The metrics of `summary.csv`: one table.

/// A metric of `summary.csv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Its name, with its unit at the end where it has one.
    pub name: &'static str,
    /// Its unit: `s`, `bytes`, `bit/s`, `agent-hours` or `count`.
    pub unit: &'static str,
    /// The question it answers, for people.
    pub question: &'static str,
}

impl Metric {
    /// The metric called `name`.
    pub fn named(name: &str) -> Option<Self> {
        METRICS.into_iter().find(|metric| metric.name == name)
    }
}

const fn metric(name: &'static str, unit: &'static str, question: &'static str) -> Metric {
    Metric { name, unit, question }
}

/// All metrics, in the order of `summary.csv`.
pub const METRICS: [Metric; 43] = [
    metric("agents", "count", "How many agents are there?"),
    metric("agents_up_to_date", "count", "How many have every released content at the end?"),
    metric("agents_outdated", "count", "How many lack some at the end?"),
    metric("agents_quit", "count", "How many found no source for something they lacked (SRC-5)?"),
    metric("protected_p50_s", "s", "How long from the release until half of all agents have it?"),
    metric("protected_p95_s", "s", "How long until 95 % have it?"),
    metric("protected_p99_s", "s", "How long until 99 % have it?"),
    metric("protected_all_s", "s", "How long until all have it?"),
    metric("exposure_agent_hours", "agent-hours", "How long are agents outdated, all together?"),
    metric("server_egress_peak_bps", "bit/s", "How fast does the server send at most?"),
    metric("server_egress_bytes", "bytes", "How much does the server send?"),
    metric("server_active_transfers_peak", "count", "How many requests does it serve at once?"),
    metric("server_requests", "count", "How many requests reach the server?"),
    metric("server_refused", "count", "How many does it turn away?"),
    metric("notifications_sent", "count", "How many notifications are sent?"),
    metric("notifications_retried", "count", "How many of them are repeats (NTF-3)?"),
    metric("notifications_given_up", "count", "How many agents are given up (NTF-3)?"),
    metric("wan_bytes", "bytes", "How much crosses links between places and to the Internet?"),
    metric("au_egress_bytes", "bytes", "How much does ActiveUpdate send?"),
    metric("ua_egress_bytes", "bytes", "How much do Update Agents send?"),
    metric("ua_refused", "count", "How many requests do Update Agents turn away (UAG-1)?"),
    metric("fallbacks", "count", "How often does an agent fall back beyond its list (SRC-3)?"),
    metric("full_downloads", "count", "How many full files do agents fetch (DUP-9)?"),
    metric("incremental_downloads", "count", "How many incrementals do agents fetch (DUP-9)?"),
    metric("slots_timed_out", "count", "How many of the server's slots time out (SRV-4)?"),
    metric("reports_delayed", "count", "How many reports find the buffer full (SRV-5)?"),
    metric("rounds", "count", "How many rounds do agents begin?"),
    metric("attempts_failed", "count", "How many attempts at sources fail (SRC-8)?"),
    metric("failed_unreachable", "count", "How many because the source was unreachable?"),
    metric("failed_wrong_family", "count", "How many because it speaks another protocol (NET-1)?"),
    metric("failed_refused", "count", "How many because it had no place?"),
    metric("failed_not_hosted", "count", "How many because it does not host what was wanted?"),
    metric("failed_broken", "count", "How many because the transfer broke?"),
    metric("failed_timed_out", "count", "How many because the visit took too long?"),
    metric("failed_stale", "count", "How many because the source was old (SRC-9)?"),
    metric(
        "scans_started",
        "count",
        "How many agents scan after an event-triggered update (NTF-5)?",
    ),
    metric("notifications_expired", "count", "How many records expire in the queue (NTF-7)?"),
    metric("notifications_cleaned", "count", "How many are removed by its clean-up (NTF-9)?"),
    metric("server_files_read", "count", "How many files does the server read to serve (SRV-8)?"),
    metric("sps_queries", "count", "How many queries does the smart protection source answer?"),
    metric("sps_query_bytes", "bytes", "How much are these?"),
    metric("sps_queries_waiting", "count", "How many queries find it down (SPS-2)?"),
    metric("sps_pattern_bytes", "bytes", "How much does it download itself (SPS-1)?"),
];
