//! The table of the metrics of `summary.csv`. Each row has the name of a metric, its unit, the question it answers, and
//! its computation from the totals of a run.

use super::cost::YearlyCost;
use super::totals::{Carried, ReleaseTotals, Totals};
use crate::units::SimDuration;
use Quantity::{AgentTime, Count, Money, Time};

/// The exact value of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// A whole number.
    Count(u64),
    /// A time; `None` if it was never reached.
    Time(Option<SimDuration>),
    /// Agents × time, in agent-nanoseconds.
    AgentTime(u128),
    /// A sum of money, in 10⁻¹² of its unit.
    Money(u128),
}

/// Which values of a metric are better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// Less.
    Less,
    /// More.
    More,
    /// Neither: it describes how the work is done, not how well.
    Neither,
}

/// A metric of `summary.csv`.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// Its name, which ends with its unit if it has one.
    pub name: &'static str,
    /// Its unit: `s`, `bytes`, `bit/s`, `agent-hours`, `cost` or `count`.
    pub unit: &'static str,
    /// The question it answers, shown to users.
    pub question: &'static str,
    /// Which value is better.
    pub better: Better,
    /// Its headline value; for times, that of the worst release.
    pub value: fn(&Totals) -> Quantity,
    /// Its value for one release, if defined.
    pub of_release: Option<fn(&ReleaseTotals) -> Quantity>,
    /// What it requires to be measured; results of a run that lacks it omit the metric.
    pub requires: Option<Requirement>,
}

/// What a scenario must have so that a metric is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// A release that is withdrawn or rolled back.
    Recall,
    /// A price of traffic.
    TrafficPrice,
    /// The prices of a year.
    YearlyPrices,
}

impl Requirement {
    /// What to write into a scenario that lacks it.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Recall => "a [[release]] with `withdrawn_at` or `rolled_back_at`",
            Self::TrafficPrice => {
                "a price of traffic (`price_per_gb`, `internet_price_per_gb`, or `per_gb` in [cost])"
            }
            Self::YearlyPrices => "a table [cost] with prices (`updraft explain cost`)",
        }
    }

    const fn is_met_by(self, totals: &Totals) -> bool {
        match self {
            Self::Recall => totals.carried.is_some(),
            Self::TrafficPrice => totals.wan_cost.is_some(),
            Self::YearlyPrices => totals.cost.is_some(),
        }
    }
}

/// Names are unique.
impl PartialEq for Metric {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Metric {}

impl Metric {
    /// The metric named `name`.
    pub fn named(name: &str) -> Option<Self> {
        METRICS.into_iter().find(|metric| metric.name == name)
    }

    /// Whether it is measured in a run with these totals.
    pub fn is_measured(&self, totals: &Totals) -> bool {
        self.requires.is_none_or(|requirement| requirement.is_met_by(totals))
    }

    /// The metrics that have a value for each release, in the order of [`METRICS`].
    pub fn of_releases() -> impl Iterator<Item = Self> {
        METRICS.into_iter().filter(|metric| metric.of_release.is_some())
    }

    const fn count(
        name: &'static str,
        question: &'static str,
        value: fn(&Totals) -> Quantity,
    ) -> Self {
        Self {
            name,
            unit: "count",
            question,
            better: Better::Neither,
            value,
            of_release: None,
            requires: None,
        }
    }

    const fn bytes(
        name: &'static str,
        question: &'static str,
        value: fn(&Totals) -> Quantity,
    ) -> Self {
        Self { unit: "bytes", ..Self::count(name, question, value) }
    }

    const fn time(
        name: &'static str,
        question: &'static str,
        value: fn(&Totals) -> Quantity,
        of_release: fn(&ReleaseTotals) -> Quantity,
    ) -> Self {
        let time = Self { unit: "s", ..Self::count(name, question, value) };
        time.less_is_better().with_releases(of_release)
    }

    /// An item of the cost of a year.
    const fn cost(
        name: &'static str,
        question: &'static str,
        value: fn(&Totals) -> Quantity,
    ) -> Self {
        let cost = Self { unit: "cost", ..Self::count(name, question, value) };
        Self { requires: Some(Requirement::YearlyPrices), ..cost.less_is_better() }
    }

    /// The same, where less is better.
    const fn less_is_better(self) -> Self {
        Self { better: Better::Less, ..self }
    }

    /// The same, where more is better.
    const fn more_is_better(self) -> Self {
        Self { better: Better::More, ..self }
    }

    const fn with_releases(self, of_release: fn(&ReleaseTotals) -> Quantity) -> Self {
        Self { of_release: Some(of_release), ..self }
    }
}

/// The time of the worst release that was not recalled; never, if one of them never reached it.
fn worst(totals: &Totals, time: fn(&ReleaseTotals) -> Option<SimDuration>) -> Quantity {
    let kept = totals.releases.iter().filter(|release| !release.is_recalled && !release.is_wave);
    let times: Option<Vec<SimDuration>> = kept.map(time).collect();
    Quantity::Time(times.and_then(|times| times.into_iter().max()))
}

fn carried_in(totals: &Totals) -> Carried {
    totals.carried.unwrap_or_default()
}

fn yearly(totals: &Totals) -> YearlyCost {
    totals.cost.unwrap_or_default()
}

/// All metrics, in the order of `summary.csv`.
pub static METRICS: [Metric; 53] = [
    Metric::count("agents", "How many agents are there?", |t| Count(t.agents)),
    Metric::count("agents_up_to_date", "How many agents have all released content at the end?", |t| {
        Count(t.up_to_date)
    })
    .more_is_better()
    .with_releases(|r| Count(r.up_to_date)),
    Metric::count("agents_outdated", "How many agents lack some released content at the end?", |t| {
        Count(t.agents - t.up_to_date)
    })
    .less_is_better()
    .with_releases(|r| Count(r.agents - r.up_to_date)),
    Metric::count(
        "agents_quit",
        "How many agents found no source for content that they lacked (SRC-5)?",
        |t| Count(t.quit),
    )
    .less_is_better(),
    Metric::time(
        "protected_p50_s",
        "How long from the release until half of the agents have it?",
        |t| worst(t, |r| r.reached[0]),
        |r| Time(r.reached[0]),
    ),
    Metric::time(
        "protected_p95_s",
        "How long from the release until 95 % of the agents have it?",
        |t| worst(t, |r| r.reached[1]),
        |r| Time(r.reached[1]),
    ),
    Metric::time(
        "protected_p99_s",
        "How long from the release until 99 % of the agents have it?",
        |t| worst(t, |r| r.reached[2]),
        |r| Time(r.reached[2]),
    ),
    Metric::time(
        "protected_all_s",
        "How long from the release until all agents have it?",
        |t| worst(t, |r| r.reached[3]),
        |r| Time(r.reached[3]),
    ),
    Metric {
        name: "exposure_agent_hours",
        unit: "agent-hours",
        question: "How long are agents outdated in total?",
        better: Better::Less,
        value: |t| AgentTime(t.exposure),
        of_release: Some(|r| AgentTime(r.exposure)),
        requires: None,
    },
    Metric {
        name: "server_egress_peak_bps",
        unit: "bit/s",
        question: "What is the server's peak sending rate?",
        better: Better::Less,
        value: |t| Count(t.server.peak_egress_bps),
        of_release: None,
        requires: None,
    },
    Metric::bytes("server_egress_bytes", "How many bytes does the server send?", |t| {
        Count(t.server.bytes)
    })
    .less_is_better(),
    Metric::count(
        "server_active_transfers_peak",
        "How many requests does the server serve at once at most (limited by `server.max_transfers`; slots limit only \
         updates that the server starts)?",
        |t| Count(t.server.peak_active),
    )
    .less_is_better(),
    Metric::count("server_requests", "How many requests reach the server?", |t| {
        Count(t.server.asked)
    })
    .less_is_better(),
    Metric::count("server_refused", "How many requests does the server refuse?", |t| Count(t.server.refused)),
    Metric::count("notifications_sent", "How many notifications are sent: to update, to fetch settings, to scan or to roll back?", |t| {
        Count(t.tally.notified)
    }),
    Metric::count("notifications_retried", "How many notifications are retries (NTF-3)?", |t| {
        Count(t.tally.repeated)
    }),
    Metric::count("notifications_given_up", "How often is an agent given up after the last notification (NTF-3)?", |t| {
        Count(t.tally.given_up)
    })
    .less_is_better(),
    Metric::bytes("wan_bytes", "How many bytes cross links between places and to the Internet?", |t| {
        Count(t.wan_bytes)
    })
    .less_is_better(),
    Metric::bytes("au_egress_bytes", "How many bytes does ActiveUpdate send?", |t| {
        Count(t.active_update_bytes)
    })
    .less_is_better(),
    Metric::bytes("ua_egress_bytes", "How many bytes do Update Agents send?", |t| {
        Count(t.update_agents.bytes)
    }),
    Metric::count("ua_refused", "How many requests do Update Agents refuse (UAG-1)?", |t| {
        Count(t.update_agents.refused)
    }),
    Metric::count("fallbacks", "How often does an agent fall back beyond its list (SRC-3)?", |t| {
        Count(t.tally.fallbacks)
    }),
    Metric::count("full_downloads", "How many full files do agents fetch (DUP-9)?", |t| {
        Count(t.tally.full)
    }),
    Metric::count("incremental_downloads", "How many incrementals do agents fetch (DUP-9)?", |t| {
        Count(t.tally.incremental)
    }),
    Metric::count(
        "slots_timed_out",
        "How many of the server's slots, which limit updates that it starts, time out (SRV-4)?",
        |t| Count(t.tally.slots_timed_out),
    )
    .less_is_better(),
    Metric::count("reports_delayed", "How many reports find the buffer full (SRV-5)?", |t| {
        Count(t.tally.reports_delayed)
    })
    .less_is_better(),
    Metric::count("rounds", "How many rounds do agents begin?", |t| Count(t.tally.rounds)),
    Metric::count("attempts_failed", "How many attempts at sources fail (SRC-8)?", |t| {
        Count(t.tally.failed.all())
    })
    .less_is_better(),
    Metric::count("failed_unreachable", "How many attempts fail because the source is unreachable?", |t| {
        Count(t.tally.failed.unreachable)
    })
    .less_is_better(),
    Metric::count(
        "failed_wrong_family",
        "How many attempts fail because the source uses another protocol version (NET-1)?",
        |t| Count(t.tally.failed.wrong_family),
    )
    .less_is_better(),
    Metric::count("failed_refused", "How many attempts fail because the source has no place?", |t| {
        Count(t.tally.failed.refused)
    })
    .less_is_better(),
    Metric::count("failed_not_hosted", "How many attempts fail because the source does not host the requested content?", |t| {
        Count(t.tally.failed.not_hosted)
    })
    .less_is_better(),
    Metric::count("failed_broken", "How many attempts fail because the transfer breaks?", |t| {
        Count(t.tally.failed.broken)
    })
    .less_is_better(),
    Metric::count("failed_timed_out", "How many attempts fail because the session times out?", |t| {
        Count(t.tally.failed.timed_out)
    })
    .less_is_better(),
    Metric::count(
        "failed_cut_off",
        "How many attempts fail because the agent's own computer is switched off (NET-5)?",
        |t| Count(t.tally.failed.cut_off),
    )
    .less_is_better(),
    Metric::count("failed_stale", "How many attempts fail because the source is outdated (SRC-9)?", |t| {
        Count(t.tally.failed.stale)
    })
    .less_is_better(),
    Metric::count(
        "scans_started",
        "How many scans do event-triggered updates start (NTF-5)?",
        |t| Count(t.tally.scans),
    ),
    Metric::count("notifications_expired", "How many records expire in the queue (NTF-7)?", |t| {
        Count(t.tally.expired)
    })
    .less_is_better(),
    Metric::count("notifications_cleaned", "How many records does the queue's clean-up remove (NTF-9)?", |t| {
        Count(t.tally.cleaned)
    }),
    Metric::count(
        "server_files_read",
        "How many files does the server read to serve agents (SRV-8)?",
        |t| Count(t.tally.files_read),
    ),
    Metric::count(
        "sps_queries",
        "How many queries does the smart protection source answer?",
        |t| Count(t.smart_protection.queries),
    ),
    Metric::bytes("sps_query_bytes", "How many bytes do these queries take?", |t| {
        Count(t.smart_protection.query_bytes)
    }),
    Metric::count("sps_queries_waiting", "How many queries find it down (SPS-2)?", |t| {
        Count(t.smart_protection.queries_waiting)
    })
    .less_is_better(),
    Metric::bytes("sps_pattern_bytes", "How many bytes does the smart protection source download (SPS-1)?", |t| {
        Count(t.tally.smart_pattern)
    }),
    Metric::time(
        "server_offers_s",
        "How long from the release until the server offers it (SRV-1)?",
        |t| worst(t, |r| r.server_offers),
        |r| Time(r.server_offers),
    ),
    Metric {
        requires: Some(Requirement::Recall),
        ..Metric::count(
            "carried_agents",
            "How many agents had a release that is withdrawn or rolled back?",
            |t| Count(carried_in(t).agents),
        )
        .less_is_better()
        .with_releases(|r| Count(r.carried.agents))
    },
    Metric {
        name: "carried_agent_hours",
        unit: "agent-hours",
        question: "How long did agents have such a release in total?",
        better: Better::Less,
        value: |t| AgentTime(carried_in(t).agent_nanos),
        of_release: Some(|r| AgentTime(r.carried.agent_nanos)),
        requires: Some(Requirement::Recall),
    },
    Metric {
        name: "wan_cost",
        unit: "cost",
        question: "What does the traffic of links with a price cost, in the currency of the prices?",
        better: Better::Less,
        value: |t| Money(t.wan_cost.unwrap_or_default()),
        of_release: None,
        requires: Some(Requirement::TrafficPrice),
    },
    Metric::cost(
        "cost_per_year",
        "What does a year cost at the prices of `[cost]`: Update Agents, bandwidth, traffic and exposure?",
        |t| Money(yearly(t).total()),
    ),
    Metric::cost("cost_per_year_update_agents", "Of that, what do Update Agents cost?", |t| {
        Money(yearly(t).update_agents)
    }),
    Metric::cost("cost_per_year_bandwidth", "Of that, what does the bandwidth of links cost?", |t| {
        Money(yearly(t).bandwidth)
    }),
    Metric::cost("cost_per_year_traffic", "Of that, what does the traffic of links cost?", |t| {
        Money(yearly(t).traffic)
    }),
    Metric::cost("cost_per_year_exposure", "Of that, what do outdated agents cost?", |t| {
        Money(yearly(t).exposure)
    }),
];
