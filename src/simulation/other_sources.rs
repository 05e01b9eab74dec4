//! Other update sources: each offers what `ActiveUpdate` offered its lag ago. How it obtains that is
//! its owner's affair and not simulated (an assumption).

use crate::ids::{RowId, SourceId};
use crate::model::company::ListedSource;
use crate::simulation::event::Event;
use crate::simulation::fact::Fact;
use crate::simulation::run::Simulation;
use crate::simulation::state::{ACTIVE_UPDATE, SERVER, SourceRole, update_agent_source};

impl Simulation<'_> {
    /// `ActiveUpdate` offers something else: each other source does so once its lag is over.
    pub(super) fn other_sources_follow(&mut self) {
        for (number, other) in (0..).zip(&self.company.other_sources) {
            let offers = self.sources[ACTIVE_UPDATE].repository.offers.clone();
            self.other_stocks.0[number as usize].push_back(offers);
            self.event_queue.after(other.lag, Event::OtherSourceCopies(number));
        }
    }

    /// Another source offers what `ActiveUpdate` offered its lag ago.
    pub(super) fn other_source_copies(&mut self, number: u32) {
        let number = number as usize;
        let Some(offers) = self.other_stocks.0[number].pop_front() else { return };
        let source = self.other_source(number);
        self.sources[source].repository.offers = offers;
        self.note(Fact::OtherSourceStocked(source));
        self.judge_source(source);
    }

    /// The source that is other update source number `number`: these are the last.
    pub(super) fn other_source(&self, number: usize) -> SourceId {
        SourceId::from_index(self.sources.len() - self.company.other_sources.len() + number)
    }

    /// The source that an entry of a list names.
    pub(super) fn source_id(&self, listed: ListedSource) -> SourceId {
        match listed {
            ListedSource::UpdateAgent(index) => update_agent_source(index),
            ListedSource::ActiveUpdate | ListedSource::ForeignActiveUpdate => ACTIVE_UPDATE,
            ListedSource::Server => SERVER,
            ListedSource::Other(number) => self.other_source(number),
        }
    }

    /// The server's own source: `ActiveUpdate`, or another update source in its place (SRV-1).
    pub fn external(&self) -> SourceId {
        self.source_id(self.company.external)
    }

    /// Whether a source is on the Internet, so that the way to it leads out of the company.
    pub(super) fn is_on_internet(&self, source: SourceId) -> bool {
        match self.sources[source].role {
            SourceRole::ActiveUpdate => true,
            SourceRole::Other(number) => self.company.other_sources[number].is_on_internet,
            SourceRole::Server | SourceRole::UpdateAgent(_) => false,
        }
    }
}
