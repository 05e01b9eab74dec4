//! The waits of all outdated agents, summed by cause: `waits.csv`.
//!
//! The time of every agent that lacks released content is attributed to one cause at every instant, from the first
//! release on, as [`super::timeline`] does for single agents. Agents that wait for the same cause form a group; a group
//! counts its members, so that the cost of an event does not depend on the number of waiting agents. Two types of
//! groups have a cause that no fact determines: why a queue does not move, and what limits a transfer. These are
//! sampled with the run, and the time since the last sample is attributed to the sampled causes; of the transfers, at
//! most [`LOOKS`] for each source are sampled. A group of which no cause is known yet is sampled more often, so that
//! what all agents wait for is found even if it takes less time than an interval between samples.

use std::collections::BTreeMap;

use super::agent_state::{Line, Stage, Told, notifier_of, source_of};
use super::agents::{Entry, NOBODY};
use super::names::{self, Names};
use super::run::WaitRow;
use super::stocks::Stocks;
use super::waiting::{Cause, Place, Reason};
use crate::ids::{AgentId, Column, RowId, SourceId};
use crate::network::Topology;
use crate::simulation::state::SERVER;
use crate::simulation::{Fact, Simulation};
use crate::units::SimTime;

/// The maximum number of transfers of a source that are examined in one sample.
const LOOKS: usize = 64;

/// The types of groups of each source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Idle,
    Queued,
    Connecting,
    Again,
    Place,
    Failing,
    Served,
}

const KINDS: [Kind; 7] = [
    Kind::Idle,
    Kind::Queued,
    Kind::Connecting,
    Kind::Again,
    Kind::Place,
    Kind::Failing,
    Kind::Served,
];

/// Agents that are off.
const OFF: usize = 0;
/// Agents that nobody notifies, and that are idle.
const UNTOLD: usize = 1;
/// Agents that are held back until their wave, and that are idle.
const HELD: usize = 2;
/// Non-persistent desktops that wait for others to end their updates.
const DESKTOPS: usize = 3;
/// The first group of a source.
const FIRST: usize = 4;

/// Agents that wait for the same cause.
#[derive(Clone, Debug, Default)]
struct Group {
    /// None: of agents that are off, that nobody notifies, that are held back, or that wait for other desktops.
    kind: Option<Kind>,
    /// The number of outdated agents in it.
    count: u64,
    /// The nanoseconds at which agents left it minus those at which they entered it, modulo 2¹²⁸, as if all had left and
    /// entered when its time was last attributed.
    balance: u128,
    /// Whether it is among the active groups.
    is_active: bool,
    /// The members with a transfer, to be sampled.
    members: Vec<AgentId>,
    /// The last sample: causes, and the number of agents with each.
    seen: Vec<(Cause, u64)>,
    /// Whether it is among the unknown groups.
    is_unknown: bool,
}

impl Group {
    /// Whether its cause is sampled.
    fn is_sampled(&self) -> bool {
        matches!(self.kind, Some(Kind::Queued | Kind::Served))
    }

    /// Whether no sample has shown more than connections that are being set up.
    fn is_to_be_known(&self) -> bool {
        self.seen.iter().all(|(cause, _)| cause.reason == Reason::SetUp)
    }

    /// Agents × time that is not attributed to a cause at `at`, in agent-nanoseconds.
    fn pending(&self, at: SimTime) -> u128 {
        self.balance.wrapping_add(self.nanos_of_all(at))
    }

    /// Takes that time, which is then attributed.
    fn take_pending(&mut self, at: SimTime) -> u128 {
        let pending = self.pending(at);
        self.balance = self.nanos_of_all(at).wrapping_neg();
        pending
    }

    fn nanos_of_all(&self, at: SimTime) -> u128 {
        u128::from(self.count) * u128::from(at.as_nanos())
    }

    /// Whether it lists its members.
    fn is_listed(&self) -> bool {
        self.kind == Some(Kind::Served)
    }
}

type Agents = Column<AgentId, Entry>;

/// The waits of all agents.
#[derive(Debug)]
pub(super) struct WaitLedger {
    groups: Vec<Group>,
    /// Groups with agents or pending time whose causes are sampled.
    active: Vec<usize>,
    /// Those of them whose cause is not known yet.
    unknown: Vec<usize>,
    totals: BTreeMap<Cause, u128>,
    stocks: Stocks,
    /// Whether there was a release.
    has_begun: bool,
}

impl WaitLedger {
    pub(super) fn new(simulation: &Simulation<'_>) -> Self {
        let sources = simulation.sources().len();
        let mut groups = vec![Group::default(); FIRST];
        let of_source = KINDS.map(|kind| Group { kind: Some(kind), ..Group::default() });
        (0..sources).for_each(|_| groups.extend_from_slice(&of_source));
        Self {
            groups,
            active: Vec::new(),
            unknown: Vec::new(),
            totals: BTreeMap::new(),
            stocks: Stocks::new(simulation),
            has_begun: false,
        }
    }

    /// Records a fact.
    pub(super) fn follow(&mut self, agents: &mut Agents, at: SimTime, fact: &Fact) {
        match *fact {
            Fact::Released(_) => self.released(agents, at),
            Fact::ServerUpdates(_) | Fact::ServerChecksInVain(_) | Fact::SourceJudged { .. } => {
                self.stocks_change(at, fact);
            }
            Fact::SourcesChanged { agent, news_from, .. } => {
                self.change(agents, at, agent, |own| own.news_from = news_from.unwrap_or(NOBODY));
            }
            Fact::UpToDate(agent) => {
                if agents[agent].is_outdated() {
                    self.leave(agents, at, agent, group_now(&agents[agent]));
                }
                agents[agent].catches_up(at);
            }
            Fact::Outdated(agent) if self.has_begun => {
                self.enter(agents, at, agent, group_now(&agents[agent]));
            }
            Fact::Outdated(agent) => agents[agent].falls_behind(),
            Fact::Notified { agent, answered, message, .. } => {
                // That a scan or a rollback is not answered says nothing of an update.
                if !answered && message.trigger().is_some() {
                    self.has_not_answered(agents, at, agent);
                }
                self.change(agents, at, agent, |own| own.state.follow(fact));
            }
            Fact::WentOn(agent)
            | Fact::WentOff(agent)
            | Fact::AwaitsSlot(agent)
            | Fact::AwaitsDesktops(agent)
            | Fact::RoundBegan { agent, .. }
            | Fact::Queued { agent, .. }
            | Fact::NotificationSent { agent, .. }
            | Fact::NotificationGivenUp(agent)
            | Fact::NotificationExpired(agent)
            | Fact::NoLongerTold { agent, .. }
            | Fact::Asked { agent, .. }
            | Fact::AttemptFailed { agent, .. }
            | Fact::Waits { agent, .. }
            | Fact::Admitted { agent, .. }
            | Fact::AwaitsWave { agent, .. }
            | Fact::RoundEnded(agent) => {
                self.change(agents, at, agent, |own| own.state.follow(fact));
            }
            Fact::QueueCleaned { notifier, records } if records > 0 => {
                for agent in agents.ids() {
                    self.change(agents, at, agent, |own| {
                        let _ = own.state.cleaned(source_of(notifier));
                    });
                }
            }
            _ => {}
        }
    }

    /// Samples why queues do not move and what limits transfers, and attributes the time since the last sample.
    pub(super) fn sample(&mut self, simulation: &Simulation<'_>) {
        let now = simulation.now();
        for group in std::mem::take(&mut self.active) {
            self.look(simulation, group);
            let own = &mut self.groups[group];
            own.is_active = own.count > 0 || own.pending(now) > 0;
            if own.is_active {
                self.active.push(group);
            }
        }
    }

    /// Samples the groups with agents whose cause is not known yet.
    pub(super) fn glance(&mut self, simulation: &Simulation<'_>) {
        for group in std::mem::take(&mut self.unknown) {
            let own = &self.groups[group];
            if own.count > 0 && own.is_to_be_known() {
                self.look(simulation, group);
            }
            let own = &mut self.groups[group];
            own.is_unknown = own.count > 0 && own.is_to_be_known();
            if own.is_unknown {
                self.unknown.push(group);
            }
        }
    }

    /// Samples a group, and attributes its time since the last sample.
    fn look(&mut self, simulation: &Simulation<'_>, group: usize) {
        let (kind, source) = of_source(group);
        let seen = match kind {
            Kind::Queued if self.groups[group].count > 0 => {
                let reason = simulation.block_reason(notifier_of(simulation, source)).into();
                vec![(Cause::at(reason, source), 1)]
            }
            Kind::Served => self.limits(simulation, group, source),
            _ => Vec::new(),
        };
        let own = &mut self.groups[group];
        if !seen.is_empty() {
            own.seen = seen;
        }
        if !own.seen.is_empty() {
            let pending = own.take_pending(simulation.now());
            let seen = own.seen.clone();
            self.attribute(pending, &seen);
        }
    }

    /// The rows of `waits.csv`, the longest first; `simulation` has ended and was sampled.
    pub(super) fn rows(mut self, simulation: &Simulation<'_>, topology: &Topology) -> Vec<WaitRow> {
        let now = simulation.now();
        for group in 0..self.groups.len() {
            self.attribute_pending(now, group);
        }
        let names = Names::new(simulation.company());
        let numbers = names::numbers(topology);
        let mut totals: Vec<(Cause, u128)> =
            self.totals.into_iter().filter(|(_, agent_nanos)| *agent_nanos > 0).collect();
        totals.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        let row = |(cause, agent_nanos): (Cause, u128)| WaitRow {
            cause: cause.reason,
            place: match cause.place {
                Place::Nowhere => String::new(),
                Place::Source(source) => names.source(simulation.sources()[source].role).into(),
                Place::Channel(channel) => names::direction(topology, &numbers, channel),
            },
            agent_nanos,
        };
        totals.into_iter().map(row).collect()
    }

    /// A release was published: from the first one on, agents that were outdated before it wait.
    fn released(&mut self, agents: &mut Agents, at: SimTime) {
        if std::mem::replace(&mut self.has_begun, true) {
            return;
        }
        for agent in agents.ids() {
            if agents[agent].is_behind_before_release() {
                self.enter(agents, at, agent, group_now(&agents[agent]));
            }
        }
    }

    /// What a source has, or whether the server updates, changes, and with it the cause of the waits of idle agents.
    fn stocks_change(&mut self, at: SimTime, fact: &Fact) {
        let Some(source) = self.stocks.changed_by(fact) else { return };
        if self.stocks.is_of_server(source) {
            self.attribute_pending(at, UNTOLD);
            for source in self.stocks.sources() {
                self.attribute_pending(at, group(Kind::Idle, source));
            }
        } else {
            self.attribute_pending(at, group(Kind::Idle, source));
        }
        self.stocks.follow(fact);
    }

    /// An agent's state changes, and with it possibly the cause of its wait.
    fn change(
        &mut self,
        agents: &mut Agents,
        at: SimTime,
        agent: AgentId,
        change: impl FnOnce(&mut Entry),
    ) {
        let own = &mut agents[agent];
        if !own.is_outdated() {
            return change(own);
        }
        let before = group_now(own);
        change(own);
        let after = group_now(own);
        if after != before {
            self.leave(agents, at, agent, before);
            self.enter(agents, at, agent, after);
        }
    }

    /// An agent that was being connected to does not answer: the whole wait has that cause.
    fn has_not_answered(&mut self, agents: &Agents, at: SimTime, agent: AgentId) {
        let number = group_now(&agents[agent]);
        let (kind, source) = of_source(number);
        if !agents[agent].is_outdated() || number < FIRST || kind != Kind::Connecting {
            return;
        }
        let since = SimTime::from_nanos(agents[agent].mark());
        let span = u128::from(at.since(since).as_nanos());
        let group = &mut self.groups[number];
        group.balance = group.balance.wrapping_sub(span);
        self.attribute(span, &[(Cause::at(Reason::NoAnswer, source), 1)]);
    }

    /// An outdated agent counts in group `number` from now on.
    fn enter(&mut self, agents: &mut Agents, at: SimTime, agent: AgentId, number: usize) {
        let group = &mut self.groups[number];
        group.count += 1;
        group.balance = group.balance.wrapping_sub(at.as_nanos().into());
        if group.is_sampled() {
            if !std::mem::replace(&mut group.is_active, true) {
                self.active.push(number);
            }
            if group.is_to_be_known() && !std::mem::replace(&mut group.is_unknown, true) {
                self.unknown.push(number);
            }
        }
        agents[agent].wait(if group.is_listed() {
            group.members.push(agent);
            group.members.len() as u64 - 1
        } else {
            at.as_nanos()
        });
    }

    /// It no longer does.
    fn leave(&mut self, agents: &mut Agents, at: SimTime, agent: AgentId, number: usize) {
        let group = &mut self.groups[number];
        group.count -= 1;
        group.balance = group.balance.wrapping_add(at.as_nanos().into());
        if group.is_listed() {
            let mark = agents[agent].mark();
            let place = usize::try_from(mark).expect("a place among the members");
            let _ = group.members.swap_remove(place);
            if let Some(moved) = group.members.get(place) {
                agents[*moved].wait(mark);
            }
        }
    }

    /// Attributes the time of a group up to `at` to its cause. Of the groups whose cause is sampled, that is the time
    /// before the first sample: transfers and queues in no sample take less than a second.
    fn attribute_pending(&mut self, at: SimTime, number: usize) {
        let pending = self.groups[number].take_pending(at);
        if pending > 0 {
            self.attribute(pending, &[(self.cause(number), 1)]);
        }
    }

    /// Distributes `agent_nanos` over causes in proportion to their weights, exact to the nanosecond.
    fn attribute(&mut self, agent_nanos: u128, causes: &[(Cause, u64)]) {
        let mut weights: u128 = causes.iter().map(|(_, weight)| u128::from(*weight)).sum();
        let mut left = agent_nanos;
        for (cause, weight) in causes {
            let part = left * u128::from(*weight) / weights.max(1);
            *self.totals.entry(*cause).or_default() += part;
            left -= part;
            weights -= u128::from(*weight);
        }
    }

    /// The cause of a group, without a sample.
    fn cause(&self, number: usize) -> Cause {
        match number {
            OFF => return Cause::nowhere(Reason::Off),
            HELD => return Cause::nowhere(Reason::Wave),
            DESKTOPS => return Cause::at(Reason::Desktops, SERVER),
            _ => {}
        }
        if number == UNTOLD {
            return self.stocks.cause(None);
        }
        let (kind, source) = of_source(number);
        match kind {
            Kind::Idle => self.stocks.cause(Some(source)),
            Kind::Connecting => Cause::at(Reason::Connect, source),
            Kind::Again => Cause::at(Reason::Repeat, source),
            Kind::Place => Cause::at(Reason::Place, source),
            Kind::Failing => Cause::at(Reason::Failure, source),
            Kind::Queued => Cause::at(Reason::Thread, source),
            Kind::Served => Cause::at(Reason::SetUp, source),
        }
    }

    /// The limits of the transfers at a source, for an evenly spread sample of them.
    fn limits(
        &self,
        simulation: &Simulation<'_>,
        number: usize,
        source: SourceId,
    ) -> Vec<(Cause, u64)> {
        let members = &self.groups[number].members;
        let looks = members.len().min(LOOKS);
        let mut seen: BTreeMap<Cause, u64> = BTreeMap::new();
        for nth in 0..looks {
            let agent = members[nth * members.len() / looks];
            let cause = Cause::of_transfer(simulation, agent, source);
            *seen.entry(cause).or_default() += 1;
        }
        seen.into_iter().collect()
    }
}

/// The number of the group of a type at a source.
fn group(kind: Kind, source: SourceId) -> usize {
    FIRST + source.index() * KINDS.len() + kind as usize
}

/// The number of the group in which an agent counts if it is outdated.
fn group_now(&Entry { state, news_from, .. }: &Entry) -> usize {
    match (state.visit(), state.told) {
        _ if !state.is_on() => OFF,
        (Some((source, Stage::Waits)), _) => group(Kind::Place, source),
        (Some((source, Stage::Failing)), _) => group(Kind::Failing, source),
        (Some((source, Stage::Served)), _) => group(Kind::Served, source),
        (None, _) if state.line == Line::Slot => group(Kind::Queued, SERVER),
        (None, _) if state.line == Line::Desktops => DESKTOPS,
        (None, Told::Queued) => group(Kind::Queued, state.told_by),
        (None, Told::Connecting) => group(Kind::Connecting, state.told_by),
        (None, Told::Again) => group(Kind::Again, state.told_by),
        (None, Told::No) if state.awaits_wave() => HELD,
        (None, Told::No) if news_from == NOBODY => UNTOLD,
        (None, Told::No) => group(Kind::Idle, news_from),
    }
}

/// The type and the source of a group at a source.
fn of_source(number: usize) -> (Kind, SourceId) {
    let number = number.saturating_sub(FIRST);
    (KINDS[number % KINDS.len()], SourceId::from_index(number / KINDS.len()))
}
