//! Update sources that are neither the vendor's nor the product's.

use super::reach::Family;
use super::settings::Overflow;
use crate::ids::NodeId;
use crate::units::SimDuration;

/// An update source by its URL, such as a mirror of `ActiveUpdate` that the company or its provider
/// keeps (SRC-2). It serves components only, as `ActiveUpdate` does (SRC-6; assumption).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherSource {
    /// Its name.
    pub name: String,
    /// Its own node, behind its network card.
    pub node: NodeId,
    /// Whether it is on the Internet.
    pub is_on_internet: bool,
    /// How long after `ActiveUpdate` it offers something (assumption).
    pub lag: SimDuration,
    /// Connections that it serves at once; `None`: any number.
    pub connections: Option<u32>,
    /// What happens to one more.
    pub overflow: Overflow,
    /// Which versions of the Internet Protocol it speaks (NET-1).
    pub family: Family,
}
