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
    /// What is out of reach, if the server has checked in vain.
    out_of_reach: Option<SourceId>,
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
            out_of_reach: None,
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
            Fact::ServerChecksInVain(at) => Some(SERVER).filter(|_| self.out_of_reach != at),
            _ => None,
        }
    }

    /// Follows `fact`.
    pub(super) fn follow(&mut self, fact: &Fact) {
        match *fact {
            Fact::SourceJudged { source, is_behind } => self.behind[source] = is_behind,
            Fact::ServerUpdates(now) => self.server_updates = now,
            Fact::ServerChecksInVain(at) => self.out_of_reach = at,
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

    /// Whether news comes through the server to agents that have it from this source; an agent without one checks on a
    /// schedule.
    fn comes_by_server(&self, news_from: Option<SourceId>) -> bool {
        match self.option {
            TopologyOption::Server | TopologyOption::ServerUa => true,
            TopologyOption::Ua => news_from == Some(SERVER),
            TopologyOption::Direct => false,
        }
    }

    /// The other update source from which news comes, directly or through the server.
    fn external_for(&self, news_from: Option<SourceId>) -> Option<SourceId> {
        let fetches_there =
            self.option == TopologyOption::Direct || self.comes_by_server(news_from);
        self.external.filter(|_| fetches_there)
    }

    /// Whether the stock of `source` matters to agents that have news from this source.
    pub(super) fn matters(&self, source: SourceId, news_from: Option<SourceId>) -> bool {
        news_from == Some(source)
            || self.external_for(news_from) == Some(source)
            || (source == SERVER && self.comes_by_server(news_from))
    }

    /// Why agents wait that are idle and have news from this source: a source upstream has none yet, or nothing triggers an
    /// update.
    pub(super) fn cause(&self, news_from: Option<SourceId>) -> Cause {
        if let Some(external) = self.external_for(news_from).filter(|source| self.behind[*source]) {
            return Cause::at(Reason::Stock, external);
        }
        if self.comes_by_server(news_from) && self.behind[SERVER] {
            return match self.out_of_reach {
                _ if self.server_updates => Cause::at(Reason::Stock, SERVER),
                Some(source) => Cause::at(Reason::OutOfReach, source),
                None => Cause::at(Reason::Look, SERVER),
            };
        }
        match news_from {
            Some(source) if source != SERVER && self.behind[source] => {
                Cause::at(Reason::Stock, source)
            }
            _ => Cause::nowhere(Reason::Trigger),
        }
    }
}
