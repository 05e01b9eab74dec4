//! The smart protection source (SPS): what smart-scan agents ask while they scan.

use super::calendar::Schedule;
use crate::ids::NodeId;
use crate::units::Bytes;

/// A smart protection source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SmartProtection {
    /// Where it is.
    pub node: NodeId,
    /// Its parameters.
    pub settings: SmartProtectionSettings,
}

/// What is assumed of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct SmartProtectionSettings {
    /// When it downloads the Smart Scan Pattern from `ActiveUpdate` (SPS-1).
    pub schedule: Schedule,
    /// How much that is each time (assumption).
    pub pattern: Bytes,
    /// Queries of one agent in an hour, before its cache (SPS-2; assumption).
    pub queries_per_hour: u32,
    /// Of a million queries, how many the agent's cache answers (SPS-2).
    pub cached_per_million: u32,
    /// A query with its answer (assumption).
    pub query: Bytes,
}
