//! The smart protection source (SPS), which smart-scan agents query while they scan.

use super::calendar::Schedule;
use crate::units::Bytes;

/// The parameters of the smart protection source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct SmartProtectionSettings {
    /// When it downloads the Smart Scan Pattern from `ActiveUpdate` (SPS-1).
    pub schedule: Schedule,
    /// The size of each of these downloads (assumption).
    pub pattern: Bytes,
    /// Queries of one agent per hour, before its cache (SPS-2; assumption).
    pub queries_per_hour: u32,
    /// The share of queries, in millionths, that the agent's cache answers (SPS-2).
    pub cached_per_million: u32,
    /// The size of a query with its answer (assumption).
    pub query: Bytes,
}
