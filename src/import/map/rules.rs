//! The rules for reading a map.

use crate::import::defaults;
use crate::import::quantity::AttributeRule;
use crate::scenario::TextEncoding;
use crate::units::{BitRate, SimDuration};

/// Rules for values that a map does not contain.
#[derive(Clone, Debug, PartialEq)]
pub struct TopologyRules {
    /// The label of the server's node; by default the one with the most links.
    pub headquarters: Option<String>,
    /// Headquarters' access to the Internet.
    pub internet: BitRate,
    /// Bandwidth of a link without one on the map.
    pub default_link: BitRate,
    /// Latency of a link with an end that has no position.
    pub default_latency: SimDuration,
    /// Agents at each node.
    pub agents: u64,
    /// Whether sites get an Update Agent.
    pub update_agents: bool,
    /// Whether nodes of other networks (`Internal 0`) become sites, too.
    pub keeps_external: bool,
    /// Whether parts that are not connected to headquarters are joined to it by an additional link.
    pub joins_parts: bool,
    /// The attributes for the bandwidth, the latency and the name, before the known ones.
    pub attributes: Vec<AttributeRule>,
    /// The columns of a table of links, before the known ones.
    pub columns: Vec<(String, String)>,
    /// The encoding of the file; by default detected.
    pub encoding: Option<TextEncoding>,
    /// The sheet of a workbook of links; by default the first.
    pub sheet: Option<String>,
}

impl Default for TopologyRules {
    fn default() -> Self {
        Self {
            headquarters: None,
            internet: defaults::INTERNET,
            default_link: defaults::LINK,
            default_latency: defaults::LATENCY,
            agents: defaults::AGENTS_AT_A_NODE,
            update_agents: true,
            keeps_external: false,
            joins_parts: false,
            attributes: Vec::new(),
            columns: Vec::new(),
            encoding: None,
            sheet: None,
        }
    }
}
