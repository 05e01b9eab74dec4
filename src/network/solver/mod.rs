//! The solvers: all compute the same rates, those of the [reference](mod@reference).

pub(crate) mod filling;
pub(crate) mod fit;
pub(crate) mod general;
pub(crate) mod placement;
pub mod reference;
pub(crate) mod tree;
