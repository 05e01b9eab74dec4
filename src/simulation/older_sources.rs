//! Sources that are older than the server (SRC-9).

use crate::ids::{AgentId, SourceId};
use crate::model::component::ContentKind;
use crate::model::wave::Held;
use crate::policy::content;
use crate::simulation::round::Round;
use crate::simulation::round_id::RoundId;
use crate::simulation::run::Simulation;
use crate::simulation::state::{SERVER, SourceRole};

impl Simulation<'_> {
    /// Whether the round's source has an older version than the server of content of `kind` that the agent is to get
    /// (SRC-9).
    pub(super) fn is_older(&mut self, id: RoundId, kind: ContentKind) -> bool {
        let Round { agent, source, .. } = *self.rounds.get(id);
        if matches!(self.sources[source].role, SourceRole::ActiveUpdate | SourceRole::Server) {
            return false;
        }
        let held = self.held_back(agent);
        let [own, server] = [source, SERVER].map(|at| self.sources[at].repository.revisions);
        match kind {
            ContentKind::Settings => own.settings < server.settings,
            ContentKind::Programs => {
                own.program < server.program && !self.holds_program(held, server.program)
            }
            ContentKind::Components => self.has_older_components(agent, source, held),
        }
    }

    fn has_older_components(&mut self, agent: AgentId, source: SourceId, held: Held) -> bool {
        let (scan, scope) = (self.agents[agent].scan, self.settings_of(agent).scope);
        let [own, server] = [source, SERVER].map(|at| &self.sources[at].repository);
        let key = (own.edition(), server.edition(), (scan, scope, held));
        if let Some(known) = self.memo.age(source, key) {
            return known;
        }
        let mut pairs = own.offers.iter().zip(&server.offers).zip(self.company.catalogue.rows());
        let is_older = pairs.any(|((offer, server), (id, component))| {
            content::gets(component, scan, scope)
                && offer.latest < server.latest
                && !self.holds(held, id, server.latest)
        });
        self.memo.keep_age(source, key, is_older);
        is_older
    }
}
