//! Traces a few agents of a run: all their facts, and the causes of their waits.

use std::collections::{BTreeMap, BTreeSet};

use super::stocks::Stocks;
use super::track::Track;
use crate::ids::{AgentId, SourceId};
use crate::policy::notification::Notifier;
use crate::simulation::state::SERVER;
use crate::simulation::{Fact, Observer, Simulation};
use crate::units::SimTime;

/// A tracer of a few agents. Its owner advances the run from one instant to the next, and calls the tracer in between.
#[derive(Debug)]
pub struct AgentTracer {
    pub(super) tracks: Vec<Track>,
    of: BTreeMap<AgentId, usize>,
    stocks: Stocks,
    /// Tracks with new facts since the last observation.
    touched: BTreeSet<usize>,
    /// Tracks whose wait may change without a fact about the agent.
    busy: BTreeSet<usize>,
    /// The next of these to observe.
    turn: usize,
}

/// The number of waiting agents observed at each instant in addition to those with new facts. Up to this number every
/// change of a bottleneck is seen at once; beyond it, in turn.
const LOOKS: usize = 64;

/// The agents that a fact concerns.
enum Concerns {
    Agent(AgentId),
    Released,
    Changed,
    Stocked(SourceId),
    Stocks,
    Cleaned(Notifier),
    Nobody,
}

impl AgentTracer {
    /// A tracer of `agents` of a run that has not begun.
    pub fn new(simulation: &Simulation<'_>, agents: &[AgentId]) -> Self {
        let tracks: Vec<_> = agents.iter().map(|agent| Track::new(simulation, *agent)).collect();
        Self {
            of: agents.iter().enumerate().map(|(row, agent)| (*agent, row)).collect(),
            touched: (0..tracks.len()).collect(),
            tracks,
            stocks: Stocks::new(simulation),
            busy: BTreeSet::new(),
            turn: 0,
        }
    }

    /// Observes what the agents wait for from now until the next instant; the rates must have been settled.
    pub fn look(&mut self, simulation: &Simulation<'_>) {
        let touched = std::mem::take(&mut self.touched);
        let next = self.busy.range(self.turn..).chain(self.busy.range(..self.turn));
        let in_turn: Vec<usize> = next.take(LOOKS).copied().collect();
        self.turn = in_turn.last().map_or(0, |row| row + 1);
        for &row in touched.iter().chain(&in_turn) {
            self.tracks[row].look(simulation, &self.stocks);
        }
        for row in touched {
            if self.tracks[row].is_busy() {
                self.busy.insert(row);
            } else {
                self.busy.remove(&row);
            }
        }
    }

    /// Ends the trace at the end of the run.
    pub fn finish(&mut self, end: SimTime) {
        for track in &mut self.tracks {
            track.ends(end);
        }
    }

    fn each(&mut self, mut tell: impl FnMut(&mut Track) -> bool) {
        for (row, track) in self.tracks.iter_mut().enumerate() {
            if tell(track) {
                self.touched.insert(row);
            }
        }
    }
}

impl Observer for AgentTracer {
    fn observe(&mut self, at: SimTime, fact: Fact) {
        match concerns(fact) {
            Concerns::Nobody => {}
            Concerns::Agent(agent) => {
                if let Some(&row) = self.of.get(&agent) {
                    self.tracks[row].happens(at, fact);
                    self.touched.insert(row);
                }
            }
            Concerns::Released => self.each(|track| track.released(at, fact)),
            Concerns::Changed => self.each(|track| track.changed(at, fact)),
            Concerns::Stocked(source) => {
                for (row, track) in self.tracks.iter_mut().enumerate() {
                    let matters = self.stocks.matters(source, track.news_from);
                    if track.stocked(at, source, matters, fact) {
                        self.touched.insert(row);
                    }
                }
            }
            Concerns::Stocks => {
                if self.stocks.changed_by(&fact).is_some() {
                    self.stocks.follow(&fact);
                    self.touched = (0..self.tracks.len()).collect();
                }
            }
            Concerns::Cleaned(notifier) => self.each(|track| track.cleaned(at, notifier, fact)),
        }
    }
}

/// A new fact needs an arm here; its text is in `timeline_builder.rs`.
fn concerns(fact: Fact) -> Concerns {
    match fact {
        Fact::Released(_) | Fact::Recalled { .. } => Concerns::Released,
        Fact::Changed(_) | Fact::WaveBegan { .. } => Concerns::Changed,
        Fact::ServerFetched(_)
        | Fact::HasRelease { .. }
        | Fact::LostRelease { .. }
        | Fact::ServerHasRelease(_)
        | Fact::FaultBegan(_)
        | Fact::FaultEnded(_)
        | Fact::SmartProtectionFetched(_) => Concerns::Nobody,
        Fact::ServerStocked { .. } => Concerns::Stocked(SERVER),
        Fact::UpdateAgentStocked(source) | Fact::OtherSourceStocked(source) => {
            Concerns::Stocked(source)
        }
        Fact::QueueCleaned { notifier, .. } => Concerns::Cleaned(notifier),
        Fact::SourceJudged { .. } | Fact::ServerUpdates(_) | Fact::ServerChecksInVain(_) => {
            Concerns::Stocks
        }
        Fact::WentOn(agent)
        | Fact::WentOff(agent)
        | Fact::Queued { agent, .. }
        | Fact::SkippedByOrder { agent, .. }
        | Fact::NotificationSent { agent, .. }
        | Fact::Notified { agent, .. }
        | Fact::NotificationGivenUp(agent)
        | Fact::NotificationExpired(agent)
        | Fact::NoLongerTold { agent, .. }
        | Fact::SlotTimedOut(agent)
        | Fact::AwaitsSlot(agent)
        | Fact::AwaitsDesktops(agent)
        | Fact::RoundBegan { agent, .. }
        | Fact::Asked { agent, .. }
        | Fact::Waits { agent, .. }
        | Fact::Admitted { agent, .. }
        | Fact::AttemptFailed { agent, .. }
        | Fact::Left { agent, .. }
        | Fact::Served { agent, .. }
        | Fact::IndexFetched { agent, .. }
        | Fact::Interrupted { agent, .. }
        | Fact::Mirrored { agent, .. }
        | Fact::Fetched { agent, .. }
        | Fact::UpToDate(agent)
        | Fact::Outdated(agent)
        | Fact::AwaitsWave { agent, .. }
        | Fact::Quit { agent, .. }
        | Fact::SwitchedScan(agent)
        | Fact::TookSettings { agent, .. }
        | Fact::CameUpAt { agent, .. }
        | Fact::SourcesChanged { agent, .. }
        | Fact::ChangedScope(agent)
        | Fact::ScheduleSwitched { agent, .. }
        | Fact::RolledBack(agent)
        | Fact::ReturnedToImage(agent)
        | Fact::TookRecalled { agent, .. }
        | Fact::LeftRecalled { agent, .. }
        | Fact::ScanBegan(agent)
        | Fact::RoundEnded(agent)
        | Fact::ReportLost { agent, .. }
        | Fact::Reported { agent, .. } => Concerns::Agent(agent),
    }
}
