//! Limits for the results.

use super::super::value_type::ValueType::{Choice, Limit, Text};
use super::{MANY_TABLES, OPTIONS, Section, key, required};

/// `[[threshold]]`.
pub const THRESHOLD: Section = Section {
    name: "threshold",
    about: "What must hold of the results; else `run` and `compare` end with exit code 4, and the \
            results are written all the same. The 95 % interval of the mean over the replications is judged, \
            or with one replication the value; where it reaches over a limit the threshold is undecided. What never comes about, if only in one \
            replication, is later than any limit.",
    most: MANY_TABLES,
    keys: &[
        required("metric", Text, "a metric of summary.csv, such as `protected_p95_s`"),
        key("option", Choice(OPTIONS), "", "under which option; by default under each that is run"),
        key(
            "release",
            Text,
            "\"worst\"",
            "of which release: the name of one, `each` of them by itself, or the `worst`, whose times are the \
             headline of a metric",
        ),
        key(
            "min",
            Limit,
            "",
            "the least that it may be: a quantity, or a number in the metric's unit",
        ),
        key(
            "max",
            Limit,
            "",
            "the most that it may be: a quantity, or a number in the metric's unit",
        ),
        key(
            "on_undecided",
            Choice(&["pass", "fail"]),
            "\"pass\"",
            "whether an undecided threshold lets `run` and `compare` end with exit code 4",
        ),
    ],
};
