//! Reachability: address families and the proxy (NET-1, NET-2).

use crate::ids::NodeId;

/// The versions of the Internet Protocol that a computer uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub enum Family {
    /// Both.
    #[default]
    Dual,
    /// IPv4 only.
    V4,
    /// IPv6 only.
    V6,
}

impl Family {
    /// Whether two computers have a version in common.
    pub const fn meets(self, other: Self) -> bool {
        !matches!((self, other), (Self::V4, Self::V6) | (Self::V6, Self::V4))
    }
}

/// A dual-stack proxy, a separate node in the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proxy {
    /// Its node.
    pub node: NodeId,
    /// Maximum number of connections; `None`: unlimited.
    pub connections: Option<u32>,
    /// Whether connections to the Internet use it (NET-2).
    pub to_internet: bool,
}
