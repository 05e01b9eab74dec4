//! Limits for the results.

use super::super::value_type::ValueType::{Choice, Limit, Text};
use super::{MANY_TABLES, OPTIONS, Section, key, required};

/// `[[threshold]]`.
pub const THRESHOLD: Section = Section {
    name: "threshold",
    about: "Limits for the results; if one is broken, `run` and `compare` end with exit code 4, and the \
            results are still written. The 95 % interval of the mean over the replications is judged, \
            or with one replication the value; if it contains a limit, the threshold is undecided. A time that is never reached, even in one \
            replication, is later than any limit.",
    most: MANY_TABLES,
    keys: &[
        required(
            "metric",
            Text,
            "a metric of summary.csv that this scenario measures, such as `protected_p95_s`",
        ),
        key("option", Choice(OPTIONS), "", "the option; by default each option that is run"),
        key(
            "release",
            Text,
            "\"worst\"",
            "the release: its name, `each` individually, or the `worst`, whose times are the \
             headline of a metric",
        ),
        key(
            "min",
            Limit,
            "",
            "the minimum: a quantity, or a number in the metric's unit with up to three decimals",
        ),
        key(
            "max",
            Limit,
            "",
            "the maximum: a quantity, or a number in the metric's unit with up to three decimals",
        ),
        key(
            "on_undecided",
            Choice(&["pass", "fail"]),
            "\"pass\"",
            "whether `run` and `compare` end with exit code 4 for an undecided threshold",
        ),
    ],
};
