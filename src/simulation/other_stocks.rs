//! What is on its way to other update sources.

use std::collections::VecDeque;

use crate::ids::{Column, ComponentId};
use crate::model::company::Company;
use crate::model::version::Offer;

/// What is on its way to each other update source, what it offers next at the front.
#[derive(Debug)]
pub(super) struct OtherStocks(pub(super) Vec<VecDeque<Column<ComponentId, Offer>>>);

impl OtherStocks {
    /// Nothing is on its way: what was out as the scenario begins is there.
    pub(super) fn of(company: &Company) -> Self {
        Self(vec![VecDeque::new(); company.other_sources.len()])
    }
}
