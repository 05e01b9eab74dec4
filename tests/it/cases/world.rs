//! Small worlds: a scenario is read, drawn and lived through, and everything that happens is kept.

use updraft::ids::AgentId;
use updraft::model::presence::Presence;
use updraft::model::settings::TopologyOption;
use updraft::random::Streams;
use updraft::scenario::{Overrides, SampledCompany, Scenario};
use updraft::simulation::{Fact, Observer, Simulation};
use updraft::units::SimTime;

/// A company and its network on a Monday at midnight.
pub(crate) struct World {
    scenario: Scenario,
    streams: Streams,
    pub(crate) drawn: SampledCompany,
}

/// What happened in a run, and how it left the world.
pub(crate) struct Timeline<'w> {
    pub(crate) facts: Vec<(SimTime, Fact)>,
    pub(crate) simulation: Simulation<'w>,
}

impl World {
    /// The world of the scenario that goes on with `text` after its name and start.
    pub(crate) fn of(text: &str) -> Self {
        let text = format!("name = \"case\"\nstart = \"Mon 00:00\"\n{text}");
        let scenario = Scenario::parse(&text, "case.toml", &Overrides::default())
            .unwrap_or_else(|problems| panic!("{problems}"));
        let streams = Streams::new(1, 0);
        let drawn = scenario.sample(&streams);
        Self { scenario, streams, drawn }
    }

    /// The same world with the computer of `agent` off until it is morning.
    pub(crate) fn with_off(mut self, agent: AgentId) -> Self {
        self.drawn.company.agents.presence[agent] = Presence::OfficeHours;
        self
    }

    /// Begins a run under `option`.
    pub(crate) fn begin(&self, option: TopologyOption) -> Timeline<'_> {
        let SampledCompany { company, topology, .. } = &self.drawn;
        let transport = self.scenario.transport;
        let simulation =
            Simulation::new(company, topology, transport, option, self.streams.clone());
        Timeline { facts: Vec::new(), simulation }
    }

    /// Runs the whole scenario under `option`.
    pub(crate) fn run(&self, option: TopologyOption) -> Timeline<'_> {
        let mut story = self.begin(option);
        story.go_on_until(SimTime::START + self.scenario.duration);
        story
    }
}

impl Timeline<'_> {
    /// Lets the run go on.
    pub(crate) fn go_on_until(&mut self, end: SimTime) {
        self.simulation.run_until(end, &mut Facts(&mut self.facts));
    }

    /// What `pick` makes of each fact that it knows, with its time.
    pub(crate) fn all<T>(&self, pick: impl Fn(Fact) -> Option<T>) -> Vec<(SimTime, T)> {
        self.facts.iter().filter_map(|(at, fact)| Some((*at, pick(*fact)?))).collect()
    }

    /// The same without the times.
    pub(crate) fn each<T>(&self, pick: impl Fn(Fact) -> Option<T>) -> Vec<T> {
        self.facts.iter().filter_map(|(_, fact)| pick(*fact)).collect()
    }
}

struct Facts<'a>(&'a mut Vec<(SimTime, Fact)>);

impl Observer for Facts<'_> {
    fn observe(&mut self, at: SimTime, fact: Fact) {
        self.0.push((at, fact));
    }
}

/// So many minutes after midnight.
pub(crate) fn minute(minutes: u64) -> SimTime {
    SimTime::from_secs(minutes * 60)
}
