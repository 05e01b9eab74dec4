//! How a map is read.

use crate::import::quantity::AttributeRule;
use crate::scenario::TextEncoding;
use crate::units::{BitRate, SimDuration};

/// What a map does not say.
#[derive(Clone, Debug, PartialEq)]
pub struct TopologyRules {
    /// The label of the node where the server is; by default the one with the most links.
    pub headquarters: Option<String>,
    /// Headquarters' access to the Internet.
    pub internet: BitRate,
    /// Bandwidth of a link that has none on the map.
    pub default_link: BitRate,
    /// Latency of a link with an end that has no position.
    pub default_latency: SimDuration,
    /// Agents at each node.
    pub agents: u64,
    /// Whether sites get an Update Agent.
    pub update_agents: bool,
    /// Whether nodes of other networks (`Internal 0`) are sites too.
    pub keeps_external: bool,
    /// Whether parts that no link joins to headquarters are joined to it by one of their own.
    pub joins_parts: bool,
    /// Which attributes hold the bandwidth, the latency and the name, before those that are known.
    pub attributes: Vec<AttributeRule>,
    /// Which columns of a table of links hold what, before those that are known.
    pub columns: Vec<(String, String)>,
    /// The encoding of the file, if it is not to be found out.
    pub encoding: Option<TextEncoding>,
    /// The sheet of a workbook of links; by default the first.
    pub sheet: Option<String>,
}
