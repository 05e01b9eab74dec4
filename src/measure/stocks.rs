//! What sources lack, and the cause that follows for agents that wait without a notification or an update.

use super::waiting::{Cause, Reason};
use crate::ids::{Column, SourceId};
use crate::model::settings::TopologyOption;
use crate::simulation::state::{ACTIVE_UPDATE, SERVER};
use crate::simulation::{Fact, Simulation};

/// The sources that lack published content, and whether the server is updating.
#[derive(Debug)]
pub(super) struct Stocks {
    behind: Column<SourceId, bool>,
    server_updates: bool,
    /// The other update source from which the server updates, if it does not from `ActiveUpdate`.
    external: Option<SourceId>,
    option: TopologyOption,
}

impl Stocks {
    /// Before the first event of a run.
    pub(super) fn new(simulation: &Simulation<'_>) -> Self {
        let external = simulation.external();
        Self {
            behind: Column::filled(false, simulation.sources().len()),
            server_updates: false,
            external: Some(external).filter(|source| *source != ACTIVE_UPDATE),
            option: simulation.option(),
        }
    }

    /// The source about which `fact` says something new.
    #[inline]
    pub(super) fn changed_by(&self, fact: &Fact) -> Option<SourceId> {
        match *fact {
            Fact::SourceJudged { source, is_behind } => {
                Some(source).filter(|source| self.behind[*source] != is_behind)
            }
            Fact::ServerUpdates(now) => Some(SERVER).filter(|_| self.server_updates != now),
            _ => None,
        }
    }

    /// Follows `fact`.
    pub(super) fn follow(&mut self, fact: &Fact) {
        match *fact {
            Fact::SourceJudged { source, is_behind } => self.behind[source] = is_behind,
            Fact::ServerUpdates(now) => self.server_updates = now,
            _ => {}
        }
    }

    /// All sources.
    pub(super) fn sources(&self) -> impl Iterator<Item = SourceId> + use<> {
        self.behind.ids()
    }

    /// Whether the server's stock depends on that of `source`, or is it.
    pub(super) fn is_of_server(&self, source: SourceId) -> bool {
        source == SERVER || self.external == Some(source)
    }

    /// Whether news comes through the server to agents with this notifier; an agent without one checks on a schedule.
    fn comes_by_server(&self, notifier: Option<SourceId>) -> bool {
        match self.option {
            TopologyOption::Server | TopologyOption::ServerUa => true,
            TopologyOption::Ua => notifier == Some(SERVER),
            TopologyOption::Direct => false,
        }
    }

    /// Whether the stock of `source` matters to agents with this notifier.
    pub(super) fn matters(&self, source: SourceId, notifier: Option<SourceId>) -> bool {
        notifier == Some(source) || (self.is_of_server(source) && self.comes_by_server(notifier))
    }

    /// Why agents with this notifier wait that are idle: a source upstream has no news yet, or nothing triggers an update.
    pub(super) fn cause(&self, notifier: Option<SourceId>) -> Cause {
        if self.comes_by_server(notifier) {
            if let Some(external) = self.external.filter(|source| self.behind[*source]) {
                return Cause::at(Reason::Stock, external);
            }
            if self.behind[SERVER] {
                let reason = if self.server_updates { Reason::Stock } else { Reason::Look };
                return Cause::at(reason, SERVER);
            }
        }
        match notifier {
            Some(source) if source != SERVER && self.behind[source] => {
                Cause::at(Reason::Stock, source)
            }
            _ => Cause::nowhere(Reason::Trigger),
        }
    }
}
