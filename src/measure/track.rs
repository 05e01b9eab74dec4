//! The trace of one agent: its present state, and all its entries.

use super::agent_state::{AgentState, Line, Stage, Told, notifier_of, source_of};
use super::stocks::Stocks;
use super::waiting::{Cause, Reason, Waits};
use crate::ids::{AgentId, SourceId};
use crate::policy::admission::deploys;
use crate::policy::notification::{Notifier, Target, is_notified};
use crate::simulation::state::SERVER;
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

/// When a cause began: the time, and the number of entries before.
#[derive(Clone, Copy, Debug)]
struct Began {
    at: SimTime,
    entries: usize,
    /// How long it waited for this cause before, while outdated.
    waited: SimDuration,
}

/// The trace of one agent.
#[derive(Debug)]
pub(super) struct Track {
    pub(super) agent: AgentId,
    pub(super) entries: Vec<Entry>,
    /// What it waited for while it was outdated.
    pub(super) total: Waits,
    notifier: Option<Notifier>,
    /// The source whose news reaches it.
    pub(super) news_from: Option<SourceId>,
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
    /// When its cause began; `None`: it begins now, even if it is that of before.
    began: Option<Began>,
    /// The same as single waits: start, cause, duration.
    pub(super) spells: Vec<(SimTime, Cause, SimDuration)>,
}

impl Track {
    pub(super) fn new(simulation: &Simulation<'_>, agent: AgentId) -> Self {
        Self {
            agent,
            entries: Vec::new(),
            total: Waits::default(),
            notifier: simulation.notifier(agent),
            news_from: simulation.source_of_news(agent),
            serves_as: serves_as(simulation, agent),
            state: AgentState::new(simulation.agents()[agent].online),
            up_to_date: false,
            has_begun: false,
            expects: false,
            cause: Cause::nowhere(Reason::Trigger),
            since: SimTime::START,
            waits: Waits::default(),
            began: None,
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

    /// A notifier has connected in vain: all of that wait has this cause.
    fn is_not_answered(&mut self) {
        let Some(began) = self.began else { return };
        let (from, to) = (self.cause, Cause { reason: Reason::NoAnswer, ..self.cause });
        for entry in &mut self.entries[began.entries..] {
            entry.waits.rename(from, to);
        }
        self.waits.rename(from, to);
        let span = self.total.of(from).saturating_sub(began.waited);
        self.total.take(from, span);
        self.total.add(to, span);
        let last = self.spells.iter().rposition(|(start, ..)| *start < began.at);
        let after = last.map_or(0, |last| last + 1);
        for (_, cause, _) in &mut self.spells[after..] {
            *cause = if *cause == from { to } else { *cause };
        }
        // The first of them may continue a wait of the same cause before.
        if let Some((start, cause, length)) = last.map(|last| &mut self.spells[last])
            && *cause == from
            && *start + *length > began.at
        {
            let before = began.at.since(*start);
            let rest = length.saturating_sub(before);
            *length = before;
            self.spells.insert(after, (began.at, to, rest));
        }
    }

    fn note(&mut self, at: SimTime, noted: Noted) {
        self.entries.push(Entry { at, noted, waits: std::mem::take(&mut self.waits) });
    }

    /// Handles a fact about the agent itself.
    pub(super) fn happens(&mut self, at: SimTime, fact: Fact) {
        self.advance(at);
        let was_connecting = self.state.is_connecting();
        if let Fact::Notified { answered: false, message, .. } = fact
            && message.trigger().is_some()
            && was_connecting
            && self.cause.reason == Reason::Connect
        {
            self.is_not_answered();
        }
        self.state.follow(&fact);
        if self.state.is_connecting() && !was_connecting {
            self.began = None;
        }
        match fact {
            Fact::UpToDate(_) => self.up_to_date = true,
            Fact::Outdated(_) => {
                self.up_to_date = false;
                let waited = self.total.of(self.cause);
                self.began = self.began.map(|began| Began { waited, ..began });
            }
            Fact::SourcesChanged { notifier, news_from, .. } => {
                (self.notifier, self.news_from) = (notifier, news_from);
            }
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

    /// A source has stored a release, on which news for the agent depends if it is `upstream`; returns whether that
    /// matters to the agent.
    pub(super) fn stocked(
        &mut self,
        at: SimTime,
        source: SourceId,
        upstream: bool,
        fact: Fact,
    ) -> bool {
        let tells = self.news_from == Some(source);
        if tells {
            self.expects = true;
        }
        let matters = (upstream && self.is_outdated()) || self.serves_as == Some(source);
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
    pub(super) fn look(&mut self, simulation: &Simulation<'_>, stocks: &Stocks) {
        self.advance(simulation.now());
        if std::mem::take(&mut self.expects)
            && self.is_outdated()
            && self.state.told == Told::No
            && !self.state.awaits_wave()
            && self.state.visit().is_none()
            && let Some(why) = self.not_told(simulation)
        {
            self.note(simulation.now(), Noted::NotTold(why));
        }
        let cause = self.cause_now(simulation, stocks);
        if self.began.is_none() || cause != self.cause {
            let waited = self.total.of(cause);
            self.began = Some(Began { at: self.since, entries: self.entries.len(), waited });
        }
        self.cause = cause;
    }

    /// Whether the cause of its wait may change without a fact about the agent.
    pub(super) fn is_busy(&self) -> bool {
        self.state.told == Told::Queued
            || self.state.line == Line::Slot
            || matches!(self.state.visit(), Some((_, Stage::Served)))
    }

    /// Ends the trace at the end of the run.
    pub(super) fn ends(&mut self, end: SimTime) {
        self.advance(end);
        if self.is_outdated() {
            self.note(end, Noted::End);
        }
    }

    fn cause_now(&self, simulation: &Simulation<'_>, stocks: &Stocks) -> Cause {
        let AgentState { told, told_by, line, .. } = self.state;
        let visit = self.state.visit();
        match (visit, told) {
            _ if !self.state.is_on() => Cause::nowhere(Reason::Off),
            (Some((source, Stage::Waits)), _) => Cause::at(Reason::Place, source),
            (Some((source, Stage::Failing)), _) => Cause::at(Reason::Failure, source),
            (Some((source, Stage::Served)), _) => {
                Cause::of_transfer(simulation, self.agent, source)
            }
            (None, _) if line == Line::Slot => {
                Cause::at(simulation.block_reason(Notifier::Server).into(), SERVER)
            }
            (None, _) if line == Line::Desktops => Cause::at(Reason::Desktops, SERVER),
            (None, Told::Queued) => {
                let reason = simulation.block_reason(notifier_of(simulation, told_by)).into();
                Cause::at(reason, told_by)
            }
            (None, Told::Connecting) => Cause::at(Reason::Connect, told_by),
            (None, Told::Again) => Cause::at(Reason::Repeat, told_by),
            (None, Told::No) if self.state.awaits_wave() => Cause::nowhere(Reason::Wave),
            (None, Told::No) => stocks.cause(self.news_from),
        }
    }

    /// Why the notifier, which has news, does not notify the agent; `None`: it does.
    fn not_told(&self, simulation: &Simulation<'_>) -> Option<NotTold> {
        let settings = simulation.settings();
        if !settings.notification.on_update {
            return Some(NotTold::TriggerOff);
        }
        if self.notifier == Some(Notifier::Server) && !deploys(&settings.server) {
            return Some(NotTold::NotDeployed);
        }
        let target = simulation.target_of(self.notifier?, self.agent);
        let told = is_notified(target, &settings.notification);
        let why = match target {
            Target { behind_nat: true, .. } => NotTold::BehindNat,
            Target { independent: true, .. } => NotTold::Independent,
            _ => NotTold::Off,
        };
        (!told).then_some(why)
    }
}

/// The source that `agent` is under this option.
fn serves_as(simulation: &Simulation<'_>, agent: AgentId) -> Option<SourceId> {
    simulation.sources().rows().find(|(_, source)| source.host == Some(agent)).map(|(id, _)| id)
}
