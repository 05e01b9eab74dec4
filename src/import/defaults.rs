//! Values that an import assumes where neither the file nor the user states one.

use crate::units::{BitRate, SimDuration};

/// Headquarters' access to the Internet.
pub const INTERNET: BitRate = BitRate::from_megabits(200);

/// The bandwidth of a link.
pub const LINK: BitRate = BitRate::from_megabits(100);

/// The latency of a link.
pub const LATENCY: SimDuration = SimDuration::from_millis(10);

/// The number of agents at each node of a map.
pub const AGENTS_AT_A_NODE: u64 = 50;
