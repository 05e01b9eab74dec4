//! The state of an agent that determines what it waits for, by the facts about it.

use crate::ids::SourceId;
use crate::policy::notification::Notifier;
use crate::simulation::state::{SERVER, update_agent_source};
use crate::simulation::{Fact, Simulation};

/// The stage of an agent's notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    No,
    Queued,
    Connecting,
    Again,
}

/// What an agent that would begin an update waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// It is in no line.
    No,
    /// A slot of the server.
    Slot,
    /// The end of another desktop's update.
    Desktops,
}

/// The stage of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Waits,
    Served,
    Failing,
}

/// The state of an agent.
#[derive(Clone, Copy, Debug)]
pub(super) struct AgentState {
    /// [`ON`] and [`AWAITS_WAVE`].
    flags: u8,
    pub(super) told: Told,
    /// Where it waits to begin an update, whoever notifies it meanwhile.
    pub(super) line: Line,
    /// The notifier of its last record.
    pub(super) told_by: SourceId,
    /// The source of its round, if it has a stage.
    visited: SourceId,
    stage: Option<Stage>,
}

/// It is on.
const ON: u8 = 1;
/// It lacks only what it is held back from.
const AWAITS_WAVE: u8 = 1 << 1;

impl AgentState {
    /// An agent at the start of a run.
    pub(super) fn new(on: bool) -> Self {
        Self {
            flags: if on { ON } else { 0 },
            told: Told::No,
            line: Line::No,
            told_by: SERVER,
            visited: SERVER,
            stage: None,
        }
    }

    /// Whether it is on.
    pub(super) fn is_on(self) -> bool {
        self.flags & ON != 0
    }

    /// Whether it lacks only what it is held back from.
    pub(super) fn awaits_wave(self) -> bool {
        self.flags & AWAITS_WAVE != 0
    }

    fn set(&mut self, flag: u8, is_set: bool) {
        self.flags = if is_set { self.flags | flag } else { self.flags & !flag };
    }

    /// The source and the stage of its round, if it is in one.
    pub(super) fn visit(self) -> Option<(SourceId, Stage)> {
        self.stage.map(|stage| (self.visited, stage))
    }

    /// Whether it is being connected to, and in no round.
    pub(super) fn is_connecting(self) -> bool {
        self.is_on()
            && self.stage.is_none()
            && self.line == Line::No
            && self.told == Told::Connecting
    }

    /// Follows `fact`, which is about the agent.
    pub(super) fn follow(&mut self, fact: &Fact) {
        match *fact {
            Fact::WentOn(_) => self.set(ON, true),
            Fact::WentOff(_) => {
                self.set(ON, false);
                self.line = Line::No;
            }
            // A scan or a rollback brings no update.
            Fact::Queued { message, by, .. } if message.trigger().is_some() => {
                (self.told, self.told_by) = (Told::Queued, source_of(by));
            }
            Fact::AwaitsSlot(_) => self.line = Line::Slot,
            Fact::AwaitsDesktops(_) => self.line = Line::Desktops,
            Fact::RoundBegan { .. } => self.line = Line::No,
            Fact::NotificationSent { message, .. } if message.trigger().is_some() => {
                self.told = Told::Connecting;
            }
            Fact::Notified { answered, message, .. } if message.trigger().is_some() => {
                self.told = if answered { Told::No } else { Told::Again };
            }
            Fact::NotificationGivenUp(_) | Fact::NotificationExpired(_) => self.told = Told::No,
            Fact::NoLongerTold { .. } => (self.told, self.line) = (Told::No, Line::No),
            Fact::Asked { source, .. } | Fact::AttemptFailed { source, .. } => {
                (self.visited, self.stage) = (source, Some(Stage::Failing));
            }
            Fact::Waits { source, .. } => {
                (self.visited, self.stage) = (source, Some(Stage::Waits));
            }
            Fact::Admitted { source, .. } => {
                (self.visited, self.stage) = (source, Some(Stage::Served));
            }
            Fact::RoundEnded(_) => self.stage = None,
            Fact::AwaitsWave { now, .. } => self.set(AWAITS_WAVE, now),
            _ => {}
        }
    }

    /// The queue of `notifier` was emptied, of records that await a retry, too; returns whether the agent was in it.
    pub(super) fn cleaned(&mut self, notifier: SourceId) -> bool {
        let is_meant = matches!(self.told, Told::Queued | Told::Again) && self.told_by == notifier;
        if is_meant {
            self.told = Told::No;
        }
        is_meant
    }
}

/// The source that a notifier is.
pub(super) fn source_of(notifier: Notifier) -> SourceId {
    match notifier {
        Notifier::Server => SERVER,
        Notifier::UpdateAgent(index) => update_agent_source(index),
    }
}

/// The notifier that a source is, if it is one.
pub(super) fn notifier_of(simulation: &Simulation<'_>, source: SourceId) -> Notifier {
    let update_agent = simulation.sources()[source].role.update_agent();
    update_agent.map_or(Notifier::Server, Notifier::UpdateAgent)
}
