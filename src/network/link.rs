//! Links, what may pass them, and by what routes over them are chosen.

use crate::ids::NodeId;
use crate::units::{BitRate, SimDuration};

/// What may pass a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Carries {
    /// Everything.
    #[default]
    Everything,
    /// Only what stays inside the company.
    Inside,
    /// Only what comes from the Internet or goes there.
    Internet,
}

/// What a transfer is, as far as its route depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Traffic {
    /// It stays inside the company.
    Inside,
    /// It comes from the Internet or goes there.
    Internet,
}

impl Carries {
    /// Whether `traffic` may pass.
    pub const fn admits(self, traffic: Traffic) -> bool {
        match self {
            Self::Everything => true,
            Self::Inside => matches!(traffic, Traffic::Inside),
            Self::Internet => matches!(traffic, Traffic::Internet),
        }
    }
}

/// A full-duplex link: each direction has its bandwidth to itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its first node; the forward channel leads away from here.
    pub from: NodeId,
    /// Its second node.
    pub to: NodeId,
    /// Bandwidth of the forward channel.
    pub bandwidth: BitRate,
    /// Bandwidth of the backward channel.
    pub backward: BitRate,
    /// Time from one end to the other, either way.
    pub latency: SimDuration,
    /// What it counts for where routes are chosen by cost.
    pub cost: u32,
    /// What may pass it.
    pub carries: Carries,
}

/// By what the best of several routes is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub enum RoutesBy {
    /// Least latency.
    #[default]
    Latency,
    /// Least cost, the sum of the links' costs.
    Cost,
}

/// How routes are chosen; then the fewest hops count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct RouteChoice {
    /// By what.
    pub by: RoutesBy,
    /// Whether routes that are equal are shared: lanes take different ones. Else all take the first.
    pub are_shared: bool,
}

impl RouteChoice {
    /// Whether it is the one that holds if nothing is said.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// How many lanes there are: two, three, four and six equal routes are shared evenly.
    pub const fn lanes(self) -> u32 {
        if self.are_shared { 12 } else { 1 }
    }
}
