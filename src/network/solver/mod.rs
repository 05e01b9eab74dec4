//! The solvers: all compute the same rates, those of the [reference](reference).

pub(crate) mod general;
pub(crate) mod placement;
pub mod reference;
pub(crate) mod tree;
