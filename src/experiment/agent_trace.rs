//! Timelines of a few agents of one run.
//!
//! A run does not record the history of all agents. Where the agents are not known in advance, a first run determines
//! them; the same run is then repeated exactly, with a tracer on these agents.

use std::fmt;
use std::sync::atomic::AtomicBool;

use super::replicate::{Experiment, Progress};
use super::run::Run;
use crate::measure::run::{AgentRow, Outcome};
use crate::measure::timeline::Timeline;
use crate::measure::{AgentTracer, Chosen, Names};
use crate::model::settings::TopologyOption;
use crate::random::Streams;
use crate::scenario::{SampledCompany, Scenario, nearest};
use crate::units::SimTime;

/// Whom an inquiry is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// The agent or Update Agent of this name.
    Agent(String),
    /// All agents of the site of this name.
    Segment(String),
    /// So many of those that became up to date last, the last one first.
    Slowest(usize),
    /// All that are not up to date at the end.
    Failed,
}

/// What is asked.
#[derive(Debug)]
pub struct AgentTrace<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Under which option.
    pub option: TopologyOption,
    /// Which replication, from 1.
    pub replication: u32,
    /// Seed of all randomness.
    pub seed: u64,
    /// About whom.
    pub whom: Whom,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AgentTraceError {
    /// There is no agent of that name; perhaps one of a similar name.
    NoAgent(String, Option<String>),
    /// There is no site of that name; perhaps one of a similar name.
    NoSegment(String, Option<String>),
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The story of each agent that was meant.
    pub stories: Vec<Timeline>,
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
    /// How many runs it takes.
    pub fn count(&self) -> usize {
        match self.whom {
            Whom::Agent(_) | Whom::Segment(_) => 1,
            Whom::Slowest(_) | Whom::Failed => 2,
        }
    }

    /// The answer; `None` if `stop` was raised before.
    ///
    /// # Errors
    /// If there is nobody of the name that is asked for.
    pub fn answer(
        &self,
        stop: &AtomicBool,
        tell: &(dyn Fn(Progress) + Sync),
    ) -> Result<Option<Answer>, AgentTraceError> {
        let drawn = self.scenario.sample(&self.streams());
        let chosen = self.choose(&Names::new(&drawn.company), stop, tell)?;
        Ok(chosen.and_then(|agents| self.look_at(&drawn, &agents, stop, tell)))
    }

    /// Who is meant; `None` if `stop` was raised before that was known.
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
        Some(Answer { stories: tracer.stories(&run.simulation, &drawn.topology, &rows) })
    }

    fn streams(&self) -> Streams {
        Streams::new(self.seed, self.replication - 1)
    }

    /// What becomes of each agent.
    fn find(&self, stop: &AtomicBool, tell: &(dyn Fn(Progress) + Sync)) -> Option<Vec<AgentRow>> {
        let experiment = Experiment {
            scenario: self.scenario,
            options: vec![self.option],
            replications: 1,
            seed: self.seed,
            keeps_agents: true,
            threads: 1,
        };
        let run = experiment.run_one(0, self.option, self.replication, stop, tell)?;
        Some(run.agents)
    }

    /// The places of those that are meant among `rows`.
    fn meant(&self, rows: &[AgentRow]) -> Vec<usize> {
        let of = |wanted: fn(Outcome) -> bool| {
            (0..rows.len()).filter(move |row| wanted(rows[*row].outcome))
        };
        if let Whom::Slowest(count) = self.whom {
            let mut updated: Vec<usize> = of(|outcome| outcome == Outcome::Updated).collect();
            updated.sort_by_key(|row| std::cmp::Reverse(rows[*row].updated_at));
            updated.truncate(count);
            return updated;
        }
        of(|outcome| !matches!(outcome, Outcome::Updated | Outcome::Current)).collect()
    }
}
