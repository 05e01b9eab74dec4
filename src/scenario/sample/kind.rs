//! Kinds of agents.

use super::super::traits::Traits;

/// What agents of one group of sites that are in the same groups of agents have in common.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) traits: Traits,
    /// The index of their profile.
    pub(super) profile: usize,
    /// The index of their habit, if computers roam.
    pub(super) habit: Option<u32>,
    /// The index of their cohort, if releases come in waves.
    pub(super) cohort: Option<u32>,
}
