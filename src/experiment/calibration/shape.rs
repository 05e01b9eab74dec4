//! The groups of sites and the days by which observations are counted.

use crate::ids::{Column, SiteId};
use crate::model::calendar::{Calendar, Weekday};
use crate::model::observation::Observation;
use crate::scenario::Scenario;
use crate::units::{SimDuration, SimTime};

/// The groups and the days of a scenario.
#[derive(Clone, Debug)]
pub struct Shape {
    /// The names of the groups of sites, headquarters first.
    pub groups: Vec<String>,
    /// The number of sites of each.
    pub counts: Vec<u32>,
    group_of: Column<SiteId, usize>,
    calendar: Calendar,
}

/// A day of a log: the repetition of the scenario's span, and the day in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogDay {
    /// The repetition of the span, from 0.
    pub window: u16,
    /// The day in it, from 0.
    pub day: u32,
}

/// The time of an event on a clock that continues through the repetitions of the scenario's span.
pub(super) fn in_one_line(seen: &Observation) -> SimTime {
    /// Longer than any span: ten years.
    const APART_S: u64 = 3_653 * 86_400;
    let before = SimTime::from_secs(APART_S * u64::from(seen.window % 50));
    SimTime::from_nanos(before.as_nanos() + seen.at.as_nanos() % (APART_S * 1_000_000_000))
}

impl Shape {
    /// The shape of `scenario`.
    pub fn of(scenario: &Scenario) -> Self {
        let groups = scenario.groups.iter();
        let sites = groups.clone().enumerate();
        Self {
            groups: groups.clone().map(|group| group.name.clone()).collect(),
            counts: groups.map(|group| group.count).collect(),
            group_of: sites.flat_map(|(at, group)| (0..group.count).map(move |_| at)).collect(),
            calendar: scenario.calendar,
        }
    }

    /// The group of a site.
    pub fn group(&self, site: SiteId) -> usize {
        self.group_of[site]
    }

    /// The day of the span at `at`.
    pub fn day(&self, at: SimTime) -> u32 {
        self.calendar.day(at)
    }

    /// The weekday of a day.
    pub fn weekday(&self, day: u32) -> Weekday {
        self.calendar.weekday(day)
    }

    /// The time since midnight at `at`.
    pub fn clock(&self, at: SimTime) -> SimDuration {
        self.calendar.clock(at)
    }

    /// The hour of the day at `at`.
    pub fn hour(&self, at: SimTime) -> u8 {
        let hours = self.clock(at).as_nanos() / SimDuration::from_hours(1).as_nanos();
        u8::try_from(hours.min(23)).expect("an hour of a day")
    }
}
