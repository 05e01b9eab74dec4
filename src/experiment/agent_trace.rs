//! Timelines of a few agents of one run.
//!
//! A run does not record the history of all agents. Where the agents are not known in advance, a first run determines
//! them; the same run is then repeated exactly, with a tracer on these agents.

use std::fmt;
use std::sync::atomic::AtomicBool;

use super::replicate::{Experiment, Progress};
use super::run::Run;
use crate::measure::run::{AgentOutcome, AgentRow};
use crate::measure::timeline::Timeline;
use crate::measure::{AgentTracer, Chosen, Names};
use crate::model::settings::TopologyOption;
use crate::random::Streams;
use crate::scenario::{SampledCompany, Scenario, nearest};
use crate::units::SimTime;

/// The agents that are selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// The agent or Update Agent with this name.
    Agent(String),
    /// All agents of the site with this name.
    Segment(String),
    /// This many of the agents that were up to date last, latest first.
    Slowest(usize),
    /// All agents that are not up to date at the end.
    Failed,
}

/// A request for timelines.
#[derive(Debug)]
pub struct AgentTrace<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// The option.
    pub option: TopologyOption,
    /// The number of the replication, from 1.
    pub replication: u32,
    /// Seed of all random numbers.
    pub seed: u64,
    /// The selected agents.
    pub whom: Whom,
}

/// Why there is no result.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AgentTraceError {
    /// There is no agent with that name; a similar name, if any.
    NoAgent(String, Option<String>),
    /// There is no site with that name; a similar name, if any.
    NoSegment(String, Option<String>),
}

/// The result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The timeline of each selected agent.
    pub timelines: Vec<Timeline>,
}

impl fmt::Display for AgentTraceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let help = match self {
            Self::NoAgent(name, help) => {
                write!(f, "there is no agent `{name}`: expected a name of agents.csv or of an ")?;
                write!(f, "Update Agent, such as `hq/pc-0001` or `hq/ua-1`")?;
                help
            }
            Self::NoSegment(name, help) => {
                write!(f, "there is no site `{name}`: expected the name of a site, such as `hq`")?;
                help
            }
        };
        help.as_ref().map_or(Ok(()), |help| write!(f, "; {help}"))
    }
}

impl std::error::Error for AgentTraceError {}

impl AgentTrace<'_> {
    /// The number of runs needed.
    pub fn count(&self) -> usize {
        match self.whom {
            Whom::Agent(_) | Whom::Segment(_) => 1,
            Whom::Slowest(_) | Whom::Failed => 2,
        }
    }

    /// The timelines; `None` if `stop` was set before the end.
    ///
    /// # Errors
    /// If no agent or site has the requested name.
    pub fn answer(
        &self,
        stop: &AtomicBool,
        tell: &(dyn Fn(Progress) + Sync),
    ) -> Result<Option<Answer>, AgentTraceError> {
        let drawn = self.scenario.sample(&self.streams());
        let chosen = self.choose(&Names::new(&drawn.company), stop, tell)?;
        Ok(chosen.and_then(|agents| self.look_at(&drawn, &agents, stop, tell)))
    }

    /// The selected agents; `None` if `stop` was set before they were known.
    fn choose(
        &self,
        names: &Names<'_>,
        stop: &AtomicBool,
        tell: &(dyn Fn(Progress) + Sync),
    ) -> Result<Option<Chosen>, AgentTraceError> {
        match &self.whom {
            Whom::Agent(name) => {
                let near = || {
                    let all: Vec<String> = names.agents().collect();
                    nearest(name, all.iter().map(String::as_str))
                };
                let agent = names.agent_called(name);
                let agent = agent.ok_or_else(|| AgentTraceError::NoAgent(name.clone(), near()))?;
                Ok(Some(vec![agent]))
            }
            Whom::Segment(name) => {
                let agents = names.agents_at(name);
                let near = || nearest(name, names.segments());
                Ok(Some(agents.ok_or_else(|| AgentTraceError::NoSegment(name.clone(), near()))?))
            }
            Whom::Slowest(_) | Whom::Failed => {
                let rows = self.find(stop, tell);
                Ok(rows.map(|rows| names.in_rows(&self.meant(&rows))))
            }
        }
    }

    /// Repeats the run with a tracer on `agents`.
    fn look_at(
        &self,
        drawn: &SampledCompany,
        agents: &Chosen,
        stop: &AtomicBool,
        tell: &(dyn Fn(Progress) + Sync),
    ) -> Option<Answer> {
        let mut run = Run::new(self.scenario, drawn, self.option, self.streams());
        let tracer = AgentTracer::new(&run.simulation, agents);
        let mut observers = (run.recorder(true), tracer);
        let end = SimTime::START + self.scenario.duration;
        let of = (self.count() - 1, self.option, self.replication);
        run.finish(&mut observers, stop, |simulation, (recorder, _)| {
            tell(Progress::of(of, simulation, recorder, end));
        })?;
        let (recorder, mut tracer) = observers;
        tracer.finish(end);
        let rows = recorder.agents(&run.simulation);
        Some(Answer { timelines: tracer.timelines(&run.simulation, &drawn.topology, &rows) })
    }

    fn streams(&self) -> Streams {
        Streams::new(self.seed, self.replication - 1)
    }

    /// The outcome of each agent.
    fn find(&self, stop: &AtomicBool, tell: &(dyn Fn(Progress) + Sync)) -> Option<Vec<AgentRow>> {
        let experiment = Experiment {
            scenario: self.scenario,
            options: vec![self.option],
            replications: 1,
            seed: self.seed,
            keeps_agents: true,
            ensemble: &[],
            threads: 1,
        };
        let run = experiment.run_one(0, self.option, self.replication, stop, tell)?;
        Some(run.agents)
    }

    /// The indices of the selected agents in `rows`.
    fn meant(&self, rows: &[AgentRow]) -> Vec<usize> {
        let of = |wanted: fn(AgentOutcome) -> bool| {
            (0..rows.len()).filter(move |row| wanted(rows[*row].outcome))
        };
        if let Whom::Slowest(count) = self.whom {
            let mut updated: Vec<usize> = of(|outcome| outcome == AgentOutcome::Updated).collect();
            updated.sort_by_key(|row| std::cmp::Reverse(rows[*row].updated_at));
            updated.truncate(count);
            return updated;
        }
        of(|outcome| !matches!(outcome, AgentOutcome::Updated | AgentOutcome::Current)).collect()
    }
}
