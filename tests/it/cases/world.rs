//! Small worlds: a scenario is read, drawn and run under the laws, and all facts are kept.

use updraft::ids::AgentId;
use updraft::model::presence::Presence;
use updraft::model::settings::TopologyOption;
use updraft::random::Streams;
use updraft::scenario::{Overrides, SampledCompany, Scenario};
use updraft::simulation::{Fact, Simulation};
use updraft::units::SimTime;

use crate::laws::Laws;

/// The maximum number of agents with checks at every instant; with more that takes too long.
const FEW: usize = 100;

/// A company and its network on a Monday at midnight.
pub(crate) struct World {
    scenario: Scenario,
    streams: Streams,
    pub(crate) drawn: SampledCompany,
}

/// The facts of a run, and the final state of the world.
pub(crate) struct Timeline<'w> {
    laws: Laws,
    pub(crate) simulation: Simulation<'w>,
}

impl World {
    /// The world of the scenario whose text continues with `text` after its name and start.
    pub(crate) fn of(text: &str) -> Self {
        let text = format!("name = \"case\"\nstart = \"Mon 00:00\"\n{text}");
        let scenario = Scenario::parse(&text, "case.toml", &Overrides::default())
            .unwrap_or_else(|problems| panic!("{problems}"));
        let streams = Streams::new(1, 0);
        let drawn = scenario.sample(&streams);
        Self { scenario, streams, drawn }
    }

    /// The same world with the computer of `agent` off until morning.
    pub(crate) fn with_off(mut self, agent: AgentId) -> Self {
        self.drawn.company.agents.presence.set(agent, Presence::OfficeHours);
        self
    }

    /// Starts a run under `option`.
    pub(crate) fn begin(&self, option: TopologyOption) -> Timeline<'_> {
        let SampledCompany { company, topology, .. } = &self.drawn;
        let transport = self.scenario.transport;
        let simulation =
            Simulation::new(company, topology, transport, option, self.streams.clone());
        Timeline { laws: Laws::at_start(&simulation), simulation }
    }

    /// Runs the whole scenario under `option`.
    pub(crate) fn run(&self, option: TopologyOption) -> Timeline<'_> {
        let mut story = self.begin(option);
        story.go_on_until(SimTime::START + self.scenario.duration);
        if story.is_small() {
            story.laws.hold_at_end(&mut story.simulation);
        }
        story
    }
}

impl Timeline<'_> {
    /// Continues the run.
    pub(crate) fn go_on_until(&mut self, end: SimTime) {
        if self.is_small() {
            self.laws.go_on_until(&mut self.simulation, end);
        } else {
            self.laws.only_listen_until(&mut self.simulation, end);
        }
    }

    fn is_small(&self) -> bool {
        self.simulation.agents().len() <= FEW
    }

    /// All facts so far.
    pub(crate) fn facts(&self) -> &[(SimTime, Fact)] {
        &self.laws.facts
    }

    /// The results of `pick` for each fact that it accepts, with its time.
    pub(crate) fn all<T>(&self, pick: impl Fn(Fact) -> Option<T>) -> Vec<(SimTime, T)> {
        self.facts().iter().filter_map(|(at, fact)| Some((*at, pick(*fact)?))).collect()
    }

    /// The same without the times.
    pub(crate) fn each<T>(&self, pick: impl Fn(Fact) -> Option<T>) -> Vec<T> {
        self.facts().iter().filter_map(|(_, fact)| pick(*fact)).collect()
    }
}

/// This many minutes after midnight.
pub(crate) fn minute(minutes: u64) -> SimTime {
    SimTime::from_secs(minutes * 60)
}
