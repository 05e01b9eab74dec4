//! Prices, for the cost of a year.

use super::super::value_type::ValueType::{Count, Price};
use super::{Section, key};

/// `[cost]`.
pub const COST_OF_YEAR: Section = Section {
    name: "cost",
    about: "Prices, in one currency. With this table results have `cost_per_year` and its items: Update Agents (under \
            `server-ua` and `ua`), the bandwidth of the links between places and to the Internet, their traffic, and the \
            hours in which agents are outdated. Traffic and hours of the scenario count as often as it takes place in a year.",
    most: 1,
    keys: &[
        key("update_agent_per_year", Price, "0", "of an Update Agent in a year"),
        key(
            "mbps_per_month",
            Price,
            "0",
            "of each Mbit/s of the faster direction of a link in a month, unless the link has a `price_per_mbps`",
        ),
        key(
            "per_gb",
            Price,
            "",
            "of the traffic of links without a `price_per_gb`, for `wan_cost` and the cost of a year",
        ),
        key("per_agent_hour", Price, "0", "of each hour in which an agent is outdated"),
        key(
            "runs_per_year",
            Count(1, 1_000_000),
            "",
            "how often in a year the scenario takes place; by default as often as its duration fits into 365 days",
        ),
    ],
};
