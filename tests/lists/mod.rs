//! Inputs that contain a list of any length, of every kind that is read or run, and the work that each costs.
//!
//! `tests/memory` counts blocks and bytes of the work at one length and at twice that length, `tests/external` counts
//! instructions: neither may grow faster than the list.

mod maps;
mod networks;
mod runs;
pub(crate) mod scenarios;
mod tables;

/// The work of an input that is ready.
pub(crate) type Work = Box<dyn FnOnce()>;

/// A list.
pub(crate) struct List {
    pub(crate) name: String,
    /// The work at a length.
    pub(crate) at: Box<dyn Fn(usize) -> Work>,
}

impl List {
    fn new(name: impl Into<String>, at: impl Fn(usize) -> Work + 'static) -> Self {
        Self { name: name.into(), at: Box::new(at) }
    }
}

/// All lists.
pub(crate) fn all() -> impl Iterator<Item = List> {
    let scenarios = scenarios::lists().into_iter().chain(runs::lists());
    scenarios.chain(tables::lists()).chain(maps::lists()).chain(networks::lists())
}
