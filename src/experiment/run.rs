//! The loop of one run, with its observers.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::measure::event_log::EventLog;
use crate::measure::{AgentTracer, Places, Recorder};
use crate::model::settings::TopologyOption;
use crate::random::Streams;
use crate::scenario::{SampledCompany, Scenario};
use crate::simulation::{Fact, Observer, Simulation};
use crate::units::{SimDuration, SimTime};

/// An observer of a run: it receives facts, and reads the run between instants.
///
/// In a pair, the first is called first.
pub(super) trait RunObserver: Observer {
    /// Whether it reads the run after each instant.
    const LOOKS: bool;

    /// Reads the run after an instant; the rates until the next one are settled.
    fn look(&mut self, _: &mut Simulation<'_>) {}

    /// Reads the run at the end of an interval ([`Scenario::sample_every`]).
    fn sample(&mut self, _: &Simulation<'_>) {}

    /// Reads the run within an interval, [`GLANCE_AFTER`] events.
    fn glance(&mut self, _: &Simulation<'_>) {}
}

/// How long after an event observers glance at a run: what lasts longer is seen in any interval.
const GLANCE_AFTER: SimDuration = SimDuration::from_secs(1);

/// One run: a drawn company, under one option.
pub(super) struct Run<'a> {
    scenario: &'a Scenario,
    drawn: &'a SampledCompany,
    pub(super) simulation: Simulation<'a>,
}

impl<'a> Run<'a> {
    /// The run of `drawn`, which was drawn from `scenario` by `streams`, before its first event.
    pub(super) fn new(
        scenario: &'a Scenario,
        drawn: &'a SampledCompany,
        option: TopologyOption,
        streams: Streams,
    ) -> Self {
        let (topology, transport) = (&drawn.topology, scenario.transport);
        let simulation = Simulation::new(&drawn.company, topology, transport, option, streams);
        Self { scenario, drawn, simulation }
    }

    /// A recorder for it; `keeps_agents` keeps a row for each agent.
    pub(super) fn recorder(&self, keeps_agents: bool) -> Recorder {
        let every = self.scenario.sample_every;
        let places = places(self.drawn);
        Recorder::new(&self.simulation, &self.drawn.topology, places, every, keeps_agents)
    }

    /// Runs to the end; `None` if `stop` was set before. `tell` is called at the end of each interval.
    pub(super) fn finish<O: RunObserver>(
        &mut self,
        observer: &mut O,
        stop: &AtomicBool,
        tell: impl Fn(&Simulation<'_>, &O),
    ) -> Option<()> {
        let simulation = &mut self.simulation;
        let end = SimTime::START + self.scenario.duration;
        let (mut now, mut moment) = (SimTime::START, SimTime::START);
        while now < end {
            if stop.load(Ordering::Relaxed) {
                return None;
            }
            now = now.saturating_add(self.scenario.sample_every).min(end);
            loop {
                let glance = simulation.next_moment().saturating_add(GLANCE_AFTER).min(now);
                while O::LOOKS && moment <= glance {
                    simulation.run_until(moment, observer);
                    moment = simulation.next_moment();
                    observer.look(simulation);
                }
                simulation.run_until(glance, observer);
                if glance == now {
                    break;
                }
                observer.glance(simulation);
            }
            observer.sample(simulation);
            tell(simulation, observer);
        }
        Some(())
    }
}

/// The network positions at which metrics are measured.
pub fn places(drawn: &SampledCompany) -> Places {
    Places {
        wan: drawn.wan.clone(),
        server: Some(drawn.server_link),
        active_update: Some(drawn.active_update_link),
        update_agents: drawn.update_agent_links.clone(),
        other_sources: drawn.other_source_links.clone(),
        tariffs: drawn.tariffs.clone(),
        prices: drawn.prices,
    }
}

impl RunObserver for Recorder {
    const LOOKS: bool = false;

    fn sample(&mut self, simulation: &Simulation<'_>) {
        Recorder::sample(self, simulation);
    }

    fn glance(&mut self, simulation: &Simulation<'_>) {
        Recorder::glance(self, simulation);
    }
}

impl RunObserver for AgentTracer {
    const LOOKS: bool = true;

    fn look(&mut self, simulation: &mut Simulation<'_>) {
        AgentTracer::look(self, simulation);
    }
}

impl RunObserver for EventLog {
    const LOOKS: bool = true;

    fn look(&mut self, simulation: &mut Simulation<'_>) {
        EventLog::look(self, simulation);
    }
}

impl<A: Observer, B: Observer> Observer for (A, B) {
    fn observe(&mut self, at: SimTime, fact: Fact) {
        self.0.observe(at, fact);
        self.1.observe(at, fact);
    }
}

impl<A: RunObserver, B: RunObserver> RunObserver for (A, B) {
    const LOOKS: bool = A::LOOKS || B::LOOKS;

    fn look(&mut self, simulation: &mut Simulation<'_>) {
        self.0.look(simulation);
        self.1.look(simulation);
    }

    fn sample(&mut self, simulation: &Simulation<'_>) {
        self.0.sample(simulation);
        self.1.sample(simulation);
    }

    fn glance(&mut self, simulation: &Simulation<'_>) {
        self.0.glance(simulation);
        self.1.glance(simulation);
    }
}
