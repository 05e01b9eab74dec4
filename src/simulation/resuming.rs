//! Contents whose transfers are interrupted: what is still wanted, and what need not be fetched again (SRC-8).

use crate::model::component::ContentKind;
use crate::policy::attempt::{AttemptFailure, Unreachable};
use crate::policy::content::rest_of;
use crate::simulation::kept::Content;
use crate::simulation::round::{Round, Stage};
use crate::simulation::round_id::RoundId;
use crate::simulation::run::Simulation;
use crate::simulation::state::update_agent_source;
use crate::units::Bytes;

impl Simulation<'_> {
    /// Fetches a content of `size`, without the part that arrived before a transfer of the same content was interrupted.
    pub(super) fn fetch_content(&mut self, id: RoundId, stage: Stage, size: Bytes) {
        let round = self.rounds.get_mut(id);
        (round.stage, round.whole) = (stage, size);
        let agent = round.agent;
        let mut rest = size;
        if !self.kept.is_empty()
            && let Some(content) = self.content_of(id)
        {
            let kept = self.kept.arrived(agent, &content, size);
            rest = rest_of(size, kept, self.settings().source.resumes);
        }
        if !self.start_transfer(id, stage, rest) {
            // The route has been cut since the agent was admitted: it continues with another source.
            self.turn_away(id, AttemptFailure::Unreachable(Unreachable::NoRoute));
        }
    }

    /// The content of the round's transfer.
    pub(super) fn content_of(&self, id: RoundId) -> Option<Content> {
        let Round { agent, stage, revisions, .. } = *self.rounds.get(id);
        match stage {
            Stage::Fetching(ContentKind::Settings) => Some(Content::Settings(revisions.settings)),
            Stage::Fetching(ContentKind::Programs) => Some(Content::Programs(revisions.program)),
            Stage::Fetching(ContentKind::Components) => {
                Some(Content::Components(self.rounds.targets(id).to_vec()))
            }
            Stage::Mirroring => {
                let index = self.update_agents.serving(agent)?;
                Some(Content::ToServe(self.sources[update_agent_source(index)].incoming.clone()))
            }
            Stage::GivingUp | Stage::Waiting(_) | Stage::Index => None,
        }
    }

    /// The part that has arrived of a content whose transfer was interrupted may count (SRC-8).
    pub(super) fn keep_what_arrived(&mut self, id: RoundId, bytes: Bytes) {
        if !self.settings().source.resumes {
            return;
        }
        if let Some(content) = self.content_of(id) {
            let Round { agent, whole, size, .. } = *self.rounds.get(id);
            // The part that a resumed transfer had before counts, too.
            let arrived = whole.saturating_sub(size) + bytes;
            self.kept.keep(agent, content, (whole, arrived));
        }
    }

    /// A content that was not fetched as a whole is still wanted; that which an Update Agent fetches only to serve is
    /// components.
    pub(super) fn wants_again(&mut self, id: RoundId) {
        let round = self.rounds.get_mut(id);
        let kind = match round.stage {
            Stage::Fetching(kind) => kind,
            Stage::Mirroring => ContentKind::Components,
            Stage::GivingUp | Stage::Waiting(_) | Stage::Index => return,
        };
        round.left = round.left.with_if(kind, true);
    }

    /// The content of the round's transfer has arrived as a whole.
    pub(super) fn forget_kept(&mut self, id: RoundId) {
        if !self.kept.is_empty()
            && let Some(content) = self.content_of(id)
        {
            self.kept.forget(self.rounds.get(id).agent, &content);
        }
    }
}
