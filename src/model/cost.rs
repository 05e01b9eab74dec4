//! What a configuration costs in a year: Update Agents, bandwidth, traffic and exposure.

use crate::units::{BitRate, SimDuration};

/// A year of 365 days.
const YEAR: SimDuration = SimDuration::from_hours(24 * 365);
/// Months of a year.
const MONTHS: u128 = 12;
/// The nanoseconds of an hour in which an agent costs a thousandth, divided by the 10⁻¹² of the currency in one.
const AGENT_NANOS: u128 = 3600;

/// The prices of `[cost]`, in thousandths of the currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Prices {
    /// Of an Update Agent in a year.
    pub update_agent: u64,
    /// Of a Mbit/s of a link in a month, unless the link has a price of its own.
    pub mbps: u64,
    /// Of 10⁹ bytes over a link that has no price of its own.
    pub per_gb: Option<u64>,
    /// Of an hour in which an agent is outdated.
    pub agent_hour: u64,
    /// How often in a year the scenario takes place; `None`: as often as its duration fits into 365 days.
    pub runs: Option<u32>,
}

/// The cost of a year by item, in 10⁻¹² of the currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct YearlyCost {
    /// Of Update Agents.
    pub update_agents: u128,
    /// Of the bandwidth of links.
    pub bandwidth: u128,
    /// Of the traffic of links.
    pub traffic: u128,
    /// Of agents that are outdated.
    pub exposure: u128,
}

impl YearlyCost {
    /// The sum of all items.
    pub const fn total(self) -> u128 {
        self.update_agents
            .saturating_add(self.bandwidth)
            .saturating_add(self.traffic)
            .saturating_add(self.exposure)
    }
}

/// What a run takes of each item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Consumption {
    /// Update Agents.
    pub update_agents: u64,
    /// The cost of the bandwidth of all links in a year, in 10⁻¹² of the currency.
    pub bandwidth: u128,
    /// The cost of the traffic of links in the run, in 10⁻¹² of the currency.
    pub traffic: u128,
    /// Agents × time outdated in the run, in agent-nanoseconds.
    pub exposure: u128,
    /// The duration of the run.
    pub duration: SimDuration,
}

impl Prices {
    /// The cost of Update Agents in a year, in 10⁻¹² of the currency.
    pub fn of_update_agents(self, count: u64) -> u128 {
        u128::from(count) * u128::from(self.update_agent) * 1_000_000_000
    }

    /// The cost of a link's bandwidth in a year, in 10⁻¹² of the currency; `own` is the link's own price of a Mbit/s.
    pub fn of_bandwidth(self, rate: BitRate, own: Option<u64>) -> u128 {
        // A thousandth for each 10⁶ bit/s is 1,000 × 10⁻¹² for each bit/s.
        let price = u128::from(own.unwrap_or(self.mbps));
        (u128::from(rate.bits_per_sec()) * MONTHS * 1000).saturating_mul(price)
    }

    /// The cost of a year in which runs like this one take place.
    pub fn of_year(self, run: Consumption) -> YearlyCost {
        let exposure = run.exposure.saturating_mul(self.agent_hour.into()) / AGENT_NANOS;
        YearlyCost {
            update_agents: self.of_update_agents(run.update_agents),
            bandwidth: run.bandwidth,
            traffic: self.in_a_year(run.traffic, run.duration),
            exposure: self.in_a_year(exposure, run.duration),
        }
    }

    /// A sum of one run, for all runs of a year; rounded down.
    fn in_a_year(self, sum: u128, duration: SimDuration) -> u128 {
        if let Some(runs) = self.runs {
            return sum.saturating_mul(runs.into());
        }
        let (year, one) = (u128::from(YEAR.as_nanos()), u128::from(duration.as_nanos().max(1)));
        (sum / one).saturating_mul(year).saturating_add(sum % one * year / one)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIT: u128 = 1_000_000_000_000;

    #[test]
    fn each_item_has_its_price() {
        let prices = Prices {
            update_agent: 120_000,
            mbps: 2_500,
            per_gb: None,
            agent_hour: 50,
            runs: Some(52),
        };
        let run = Consumption {
            update_agents: 3,
            // 10 Mbit/s × 2.50 × 12 months = 300.
            bandwidth: prices.of_bandwidth(BitRate::from_megabits(10), None),
            traffic: 7 * UNIT,
            // 40 agents for half an hour: 20 agent-hours × 0.05 = 1.
            exposure: 40 * u128::from(SimDuration::from_mins(30).as_nanos()),
            duration: SimDuration::from_hours(24),
        };
        let year = prices.of_year(run);
        assert_eq!(year.update_agents, 360 * UNIT, "3 × 120");
        assert_eq!(year.bandwidth, 300 * UNIT);
        assert_eq!(year.traffic, 364 * UNIT, "52 × 7");
        assert_eq!(year.exposure, 52 * UNIT);
        assert_eq!(year.total(), 1076 * UNIT);
        // The link's own price replaces the general one: 10 × 4 × 12.
        assert_eq!(prices.of_bandwidth(BitRate::from_megabits(10), Some(4_000)), 480 * UNIT);
    }

    #[test]
    fn without_a_number_a_year_has_as_many_runs_as_fit() {
        let prices = Prices::default();
        // Two days fit 182.5 times.
        let two_days = SimDuration::from_hours(48);
        assert_eq!(prices.in_a_year(2 * UNIT, two_days), 365 * UNIT);
        // The greatest sums do not overflow.
        assert!(prices.in_a_year(u128::MAX / 2, SimDuration::from_nanos(1)) > 0);
    }
}
