//! Flows: transfers, the classes they form, and when each ends by the virtual time of its class.

pub(crate) mod class;
pub(crate) mod completions;
pub(crate) mod slab;
pub(crate) mod state;
pub(crate) mod virtual_time;
