//! Links, the traffic that they carry, and the criteria by which routes are chosen.

use crate::ids::NodeId;
use crate::units::{BitRate, SimDuration};

/// The traffic that a link carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Carries {
    /// All traffic.
    #[default]
    Everything,
    /// Only traffic inside the company.
    Inside,
    /// Only traffic from or to the Internet.
    Internet,
}

/// The category of a transfer that its route depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Traffic {
    /// Inside the company.
    Inside,
    /// From or to the Internet.
    Internet,
}

impl Carries {
    /// Whether the link carries `traffic`.
    pub const fn admits(self, traffic: Traffic) -> bool {
        match self {
            Self::Everything => true,
            Self::Inside => matches!(traffic, Traffic::Inside),
            Self::Internet => matches!(traffic, Traffic::Internet),
        }
    }
}

/// A full-duplex link: each direction has its full bandwidth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its first node; the forward channel leads away from it.
    pub from: NodeId,
    /// Its second node.
    pub to: NodeId,
    /// Bandwidth of the forward channel.
    pub bandwidth: BitRate,
    /// Bandwidth of the backward channel.
    pub backward: BitRate,
    /// Latency in either direction.
    pub latency: SimDuration,
    /// Its cost, if routes are chosen by cost.
    pub cost: u32,
    /// The traffic that it carries.
    pub carries: Carries,
}

/// The criterion by which the best of several routes is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub enum RoutesBy {
    /// Least latency.
    #[default]
    Latency,
    /// Least cost, the sum of the links' costs.
    Cost,
}

/// How routes are chosen; ties are broken by the fewest hops.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct RouteChoice {
    /// The criterion.
    pub by: RoutesBy,
    /// Whether equal routes are shared: lanes take different ones. Otherwise all take the first.
    pub are_shared: bool,
}

impl RouteChoice {
    /// Whether this is the default.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// The number of lanes: two, three, four and six equal routes are shared evenly.
    pub const fn lanes(self) -> u32 {
        if self.are_shared { 12 } else { 1 }
    }
}
