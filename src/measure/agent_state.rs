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
    /// It would begin an update on its own, and has no slot of the server.
    AwaitsSlot,
    /// It would begin an update, and as many non-persistent desktops update as may.
    AwaitsDesktops,
    Connecting,
    Again,
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
    pub(super) on: bool,
    pub(super) told: Told,
    /// The notifier of its last record.
    pub(super) told_by: SourceId,
    /// The source of its round, if it has a stage.
    visited: SourceId,
    stage: Option<Stage>,
    /// Whether it lacks only what it is held back from.
    pub(super) awaits_wave: bool,
}

impl AgentState {
    /// An agent at the start of a run.
    pub(super) fn new(on: bool) -> Self {
        Self {
            on,
            told: Told::No,
            told_by: SERVER,
            visited: SERVER,
            stage: None,
            awaits_wave: false,
        }
    }

    /// The source and the stage of its round, if it is in one.
    pub(super) fn visit(self) -> Option<(SourceId, Stage)> {
        self.stage.map(|stage| (self.visited, stage))
    }

    /// Whether it is being connected to, and in no round.
    pub(super) fn is_connecting(self) -> bool {
        self.on && self.stage.is_none() && self.told == Told::Connecting
    }

    /// Follows `fact`, which is about the agent.
    pub(super) fn follow(&mut self, fact: &Fact) {
        match *fact {
            Fact::WentOn(_) => self.on = true,
            Fact::WentOff(_) => {
                self.on = false;
                self.begins();
            }
            // A scan or a rollback brings no update.
            Fact::Queued { message, by, .. } if message.trigger().is_some() => {
                (self.told, self.told_by) = (Told::Queued, source_of(by));
            }
            Fact::AwaitsSlot(_) => self.told = Told::AwaitsSlot,
            Fact::AwaitsDesktops(_) => self.told = Told::AwaitsDesktops,
            Fact::RoundBegan { .. } => self.begins(),
            Fact::NotificationSent { message, .. } if message.trigger().is_some() => {
                self.told = Told::Connecting;
            }
            Fact::Notified { answered, message, .. } if message.trigger().is_some() => {
                self.told = if answered { Told::No } else { Told::Again };
            }
            Fact::NotificationGivenUp(_)
            | Fact::NotificationExpired(_)
            | Fact::NoLongerTold { .. } => self.told = Told::No,
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
            Fact::AwaitsWave { now, .. } => self.awaits_wave = now,
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

    /// It no longer waits for a slot or for other desktops.
    fn begins(&mut self) {
        if matches!(self.told, Told::AwaitsSlot | Told::AwaitsDesktops) {
            self.told = Told::No;
        }
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
