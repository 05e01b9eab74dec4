//! The trace of one agent: its present state, and all its entries.

use super::agent_state::{AgentState, Stage, Told, notifier_of, source_of};
use super::waiting::{Cause, Reason, Waits};
use crate::ids::{AgentId, Column, SourceId};
use crate::model::settings::TopologyOption;
use crate::policy::admission::deploys;
use crate::policy::notification::{Notifier, Target, is_notified};
use crate::simulation::state::{ACTIVE_UPDATE, SERVER};
use crate::simulation::{Fact, Simulation};
use crate::units::{SimDuration, SimTime};

/// An entry of the trace, and the waits since the previous one.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) at: SimTime,
    pub(super) noted: Noted,
    pub(super) waits: Waits,
}

/// The content of an entry.
#[derive(Clone, Copy, Debug)]
pub(super) enum Noted {
    Fact(Fact),
    /// Its notifier has news and does not notify it.
    NotTold(NotTold),
    /// The run ended.
    End,
}

/// Why a notifier does not notify an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotTold {
    /// Automatic agent update is off (SRV-2).
    NotDeployed,
    /// The trigger is off (NTF-1).
    TriggerOff,
    /// It is behind NAT (NET-3).
    BehindNat,
    /// It is off, and such agents are not included (NTF-2).
    Off,
    /// It is in Independent mode, and such agents are not included (NTF-2).
    Independent,
}

/// The trace of one agent.
#[derive(Debug)]
pub(super) struct Track {
    pub(super) agent: AgentId,
    pub(super) entries: Vec<Entry>,
    /// What it waited for while it was outdated.
    pub(super) total: Waits,
    notifier: Option<Notifier>,
    /// The sources whose repositories matter to it, in the order in which news reaches it.
    stocks: Vec<SourceId>,
    /// The source that it is, if it is an Update Agent.
    pub(super) serves_as: Option<SourceId>,
    state: AgentState,
    up_to_date: bool,
    /// Whether there was a release: an agent that was outdated before it waits from then on.
    has_begun: bool,
    /// Whether its notifier has had news, and it remains to be seen whether it notifies the agent.
    expects: bool,
    cause: Cause,
    since: SimTime,
    waits: Waits,
    /// The same as single waits: start, cause, duration.
    pub(super) spells: Vec<(SimTime, Cause, SimDuration)>,
}

impl Track {
    pub(super) fn new(simulation: &Simulation<'_>, agent: AgentId) -> Self {
        let notifier = simulation.notifier(agent);
        Self {
            agent,
            entries: Vec::new(),
            total: Waits::default(),
            notifier,
            stocks: stocks(simulation, notifier),
            serves_as: serves_as(simulation, agent),
            state: AgentState::new(simulation.agents()[agent].online),
            up_to_date: false,
            has_begun: false,
            expects: false,
            cause: Cause::nowhere(Reason::Trigger),
            since: SimTime::START,
            waits: Waits::default(),
            spells: Vec::new(),
        }
    }

    /// Whether it lacks released content.
    fn is_outdated(&self) -> bool {
        self.has_begun && !self.up_to_date
    }

    /// Accumulates waits up to `at`.
    fn advance(&mut self, at: SimTime) {
        let (from, span) = (self.since, at.since(self.since));
        self.since = at;
        if span == SimDuration::ZERO {
            return;
        }
        if self.is_outdated() {
            self.total.add(self.cause, span);
        }
        if self.is_outdated() || !self.cause.reason.is_idle() {
            self.waits.add(self.cause, span);
            match self.spells.last_mut() {
                Some((began, cause, length))
                    if *cause == self.cause && *began + *length == from =>
                {
                    *length += span;
                }
                _ => self.spells.push((from, self.cause, span)),
            }
        }
    }

    fn note(&mut self, at: SimTime, noted: Noted) {
        self.entries.push(Entry { at, noted, waits: std::mem::take(&mut self.waits) });
    }

    /// Handles a fact about the agent itself.
    pub(super) fn happens(&mut self, at: SimTime, fact: Fact) {
        if let Fact::Notified { answered: false, .. } = fact
            && self.cause.reason == Reason::Connect
        {
            self.cause.reason = Reason::NoAnswer;
        }
        self.advance(at);
        self.state.follow(&fact);
        match fact {
            Fact::UpToDate(_) => self.up_to_date = true,
            Fact::Outdated(_) => self.up_to_date = false,
            _ => {}
        }
        self.note(at, Noted::Fact(fact));
    }

    /// A release was published or recalled.
    pub(super) fn released(&mut self, at: SimTime, fact: Fact) -> bool {
        self.advance(at);
        self.has_begun = true;
        self.note(at, Noted::Fact(fact));
        true
    }

    /// A setting changed.
    pub(super) fn changed(&mut self, at: SimTime, fact: Fact) -> bool {
        self.advance(at);
        self.note(at, Noted::Fact(fact));
        true
    }

    /// A source has stored a release; returns whether that matters to the agent.
    pub(super) fn stocked(&mut self, at: SimTime, source: SourceId, fact: Fact) -> bool {
        let tells = self.notifier.map(source_of) == Some(source);
        if tells {
            self.expects = true;
        }
        let awaited = (tells || self.stocks.contains(&source)) && self.is_outdated();
        let matters = awaited || self.serves_as == Some(source);
        if matters {
            self.advance(at);
            self.note(at, Noted::Fact(fact));
        }
        matters || tells
    }

    /// A queue was emptied; returns whether the agent was in it.
    pub(super) fn cleaned(&mut self, at: SimTime, notifier: Notifier, fact: Fact) -> bool {
        let is_meant = self.state.cleaned(source_of(notifier));
        if is_meant {
            self.advance(at);
            self.note(at, Noted::Fact(fact));
        }
        is_meant
    }

    /// Determines what the agent waits for from now on.
    pub(super) fn look(&mut self, simulation: &Simulation<'_>, behind: &Column<SourceId, bool>) {
        self.advance(simulation.now());
        if std::mem::take(&mut self.expects)
            && self.is_outdated()
            && self.state.told == Told::No
            && self.state.visit().is_none()
            && let Some(why) = self.not_told(simulation)
        {
            self.note(simulation.now(), Noted::NotTold(why));
        }
        self.cause = self.cause_now(simulation, behind);
    }

    /// Whether the cause of its wait may change without a fact about the agent.
    pub(super) fn is_busy(&self) -> bool {
        matches!(self.state.told, Told::Queued | Told::AwaitsSlot)
            || matches!(self.state.visit(), Some((_, Stage::Served)))
    }

    /// Ends the trace at the end of the run.
    pub(super) fn ends(&mut self, end: SimTime) {
        self.advance(end);
        if self.is_outdated() {
            self.note(end, Noted::End);
        }
    }

    fn cause_now(&self, simulation: &Simulation<'_>, behind: &Column<SourceId, bool>) -> Cause {
        let AgentState { on, told, told_by, awaits_wave, .. } = self.state;
        let visit = self.state.visit();
        match (visit, told) {
            _ if !on => Cause::nowhere(Reason::Off),
            (Some((source, Stage::Waits)), _) => Cause::at(Reason::Place, source),
            (Some((source, Stage::Failing)), _) => Cause::at(Reason::Failure, source),
            (Some((source, Stage::Served)), _) => {
                Cause::of_transfer(simulation, self.agent, source)
            }
            (None, Told::Queued) => {
                let reason = simulation.block_reason(notifier_of(simulation, told_by)).into();
                Cause::at(reason, told_by)
            }
            (None, Told::AwaitsSlot) => {
                Cause::at(simulation.block_reason(Notifier::Server).into(), SERVER)
            }
            (None, Told::AwaitsDesktops) => Cause::at(Reason::Desktops, SERVER),
            (None, Told::Connecting) => Cause::at(Reason::Connect, told_by),
            (None, Told::Again) => Cause::at(Reason::Repeat, told_by),
            (None, Told::No) if awaits_wave => Cause::nowhere(Reason::Wave),
            (None, Told::No) => match self.stocks.iter().find(|source| behind[**source]) {
                Some(source) => Cause::at(Reason::Stock, *source),
                None => Cause::nowhere(Reason::Trigger),
            },
        }
    }

    /// Why the notifier, which has news, does not notify the agent; `None`: it does.
    fn not_told(&self, simulation: &Simulation<'_>) -> Option<NotTold> {
        let company = simulation.company();
        let settings = simulation.settings();
        let agents = &company.agents;
        let independent = agents[self.agent].independent;
        let behind_nat = company.sites[simulation.site_of(self.agent)].behind_nat;
        if !settings.notification.on_update {
            return Some(NotTold::TriggerOff);
        }
        if self.notifier == Some(Notifier::Server) && !deploys(&settings.server) {
            return Some(NotTold::NotDeployed);
        }
        let target = Target { online: self.state.on, independent, behind_nat };
        let told = is_notified(target, &settings.notification);
        let why = match (behind_nat, independent) {
            (true, _) => NotTold::BehindNat,
            (false, true) => NotTold::Independent,
            (false, false) => NotTold::Off,
        };
        (!told).then_some(why)
    }
}

/// The sources whose repositories matter to an agent until it is notified: if news arrives through the server, that of
/// the other update source from which it updates and its own; then its notifier's. An agent that checks on a schedule waits for none.
fn stocks(simulation: &Simulation<'_>, notifier: Option<Notifier>) -> Vec<SourceId> {
    let own = notifier.map(source_of);
    let by_server = match simulation.option() {
        TopologyOption::Server | TopologyOption::ServerUa => true,
        TopologyOption::Ua => own == Some(SERVER),
        TopologyOption::Direct => false,
    };
    let external = Some(simulation.external()).filter(|source| *source != ACTIVE_UPDATE);
    let of_server = external.into_iter().chain([SERVER]);
    let mut all: Vec<SourceId> = of_server.filter(|_| by_server).collect();
    all.extend(own.filter(|source| *source != SERVER));
    all
}

/// The source that `agent` is under this option.
fn serves_as(simulation: &Simulation<'_>, agent: AgentId) -> Option<SourceId> {
    simulation.sources().rows().find(|(_, source)| source.host == Some(agent)).map(|(id, _)| id)
}
