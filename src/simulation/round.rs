//! Rounds in progress: one attempt of an agent to become current.

use crate::ids::{AgentId, Column, PathId, SourceId};
use crate::model::component::{ContentKind, KindSet};
use crate::model::trigger::Trigger;
use crate::network::TransferId;
use crate::policy::source_order::Progress;
use crate::simulation::round_id::RoundId;
use crate::simulation::state::{Revisions, Target};
use crate::simulation::versions::{InternedRows, TargetsId, VersionsId};
use crate::simulation::waiting_line::Ticket;
use crate::units::Bytes;

/// The stage of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// An attempt has failed; the agent waits before it tries its next source (SRC-8).
    GivingUp,
    /// The source has no place yet.
    Waiting(Ticket),
    /// The index file is being transferred (CMP-6).
    Index,
    /// A kind of content is being transferred (CMP-5).
    Fetching(ContentKind),
    /// An Update Agent fetches what it needs only to serve (DUP-8).
    Mirroring,
}

impl Stage {
    /// Whether the agent has a place at the source.
    pub(super) fn has_place(self) -> bool {
        matches!(self, Self::Index | Self::Fetching(_) | Self::Mirroring)
    }
}

/// One round.
#[derive(Clone, Copy, Debug)]
pub(super) struct Round {
    /// The agent.
    pub agent: AgentId,
    /// The trigger.
    pub trigger: Trigger,
    /// The trigger of the update that this one repeats, if it is a retry; else the same.
    pub cause: Trigger,
    /// The last step along the sources (SRC-2 to SRC-5).
    pub progress: Progress,
    /// Kinds that are not settled yet.
    pub left: KindSet,
    /// Kinds still to be settled at the current source.
    pub asking: KindSet,
    /// The current source.
    pub source: SourceId,
    /// The stage.
    pub stage: Stage,
    /// The transfer in progress.
    pub transfer: Option<TransferId>,
    /// The route of the last transfer.
    pub path: Option<PathId>,
    /// The size of that transfer.
    pub size: Bytes,
    /// The size of the whole content, including what had arrived before.
    pub whole: Bytes,
    /// The source's revisions when the transfer began: those of the settings or programs in it (DUP-12).
    pub revisions: Revisions,
    /// The numbers of full files and incrementals in it.
    pub packages: (u16, u16),
    /// The versions to which the components in it lead, and how.
    pub targets: TargetsId,
    /// The row of these versions.
    pub versions: VersionsId,
    /// Whether any content other than index files arrived.
    pub received: bool,
    /// Whether components arrived (NTF-5).
    pub updated: bool,
    /// Whether it holds a connection of the proxy (NET-1, NET-2).
    pub by_proxy: bool,
}

/// All rounds in progress: a slab whose rows are reused.
#[derive(Debug)]
pub(super) struct Rounds {
    rows: Column<RoundId, Option<Round>>,
    /// The versions to which transfers of components lead.
    targets: InternedRows<TargetsId, Target>,
    /// The targets of rounds without such a transfer.
    no_targets: TargetsId,
    free: Vec<RoundId>,
    tickets: u64,
}

impl Rounds {
    /// No rounds, in a run with `width` components.
    pub(super) fn new(width: usize) -> Self {
        let mut targets = InternedRows::new(width);
        let no_targets = targets.intern(&vec![Target::default(); width]);
        Self { rows: Column::default(), targets, no_targets, free: Vec::new(), tickets: 0 }
    }

    /// The targets of a round that begins.
    pub(super) fn no_targets(&self) -> TargetsId {
        self.no_targets
    }

    /// Begins a round.
    pub(super) fn insert(&mut self, round: Round) -> RoundId {
        let id = self.free.pop().unwrap_or_else(|| self.rows.push(None));
        self.rows[id] = Some(round);
        id
    }

    /// Ends a round.
    pub(super) fn remove(&mut self, id: RoundId) -> Round {
        self.free.push(id);
        self.rows[id].take().expect("a round ends once")
    }

    /// A ticket for a place in a waiting line, never reused.
    pub(super) fn new_ticket(&mut self) -> Ticket {
        self.tickets += 1;
        Ticket(self.tickets)
    }

    /// Whether the round waits with this ticket.
    pub(super) fn waits(&self, id: RoundId, ticket: Ticket) -> bool {
        self.rows[id].is_some_and(|round| round.stage == Stage::Waiting(ticket))
    }

    /// A round in progress.
    #[inline]
    pub(super) fn get(&self, id: RoundId) -> &Round {
        self.rows[id].as_ref().expect("the round is in progress")
    }

    /// A round in progress, for modification.
    #[inline]
    pub(super) fn get_mut(&mut self, id: RoundId) -> &mut Round {
        self.rows[id].as_mut().expect("the round is in progress")
    }

    /// The versions to which the round's transfer of components leads.
    pub(super) fn targets(&self, id: RoundId) -> &[Target] {
        self.targets.row(self.get(id).targets)
    }

    /// The number of these targets.
    pub(super) fn intern_targets(&mut self, targets: &[Target]) -> TargetsId {
        self.targets.intern(targets)
    }

    /// All rounds.
    pub(super) fn all(&self) -> Vec<RoundId> {
        self.rows.rows().filter_map(|(id, round)| round.map(|_| id)).collect()
    }

    /// The rounds that are at `source`, in any stage.
    pub(super) fn at_source(&self, source: SourceId) -> Vec<RoundId> {
        let is_there = |round: &Option<Round>| round.is_some_and(|round| round.source == source);
        self.rows.rows().filter(|(_, round)| is_there(round)).map(|(id, _)| id).collect()
    }
}
