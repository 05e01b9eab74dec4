//! All contents of an agent or a source can be traced through transfers to `ActiveUpdate`, or to the console: each
//! transfer was begun no earlier than its content was complete at its sender (DUP-12).

use updraft::ids::{AgentId, Column, ComponentId, RowId, SourceId};
use updraft::model::company::Release;
use updraft::model::component::ContentKind;
use updraft::model::version::Version;
use updraft::simulation::state::{ACTIVE_UPDATE, Revisions, SourceRole};
use updraft::simulation::tag::Tag;
use updraft::simulation::{Fact, Simulation};
use updraft::units::SimTime;

use super::ledger::Over;

/// The contents that an agent or source has had since an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
struct State {
    versions: Vec<Version>,
    revisions: Revisions,
}

/// The states of one source, each with the instant from which it was valid.
type History = Vec<(SimTime, State)>;

/// The offers of every source over time, and the contents of every agent.
#[derive(Debug)]
pub(crate) struct Origins {
    sources: Column<SourceId, History>,
    agents: Column<AgentId, State>,
    /// When the server's last complete transfer began.
    server_began: SimTime,
    /// The last transfer of each Update Agent that was only to serve: its start and its source.
    mirrored: Vec<Option<(SimTime, SourceId)>>,
    released: Vec<Version>,
}

fn of_source(simulation: &Simulation<'_>, source: SourceId) -> State {
    let repository = &simulation.sources()[source].repository;
    let versions = repository.offers.iter().map(|offer| offer.latest).collect();
    State { versions, revisions: repository.revisions }
}

fn of_agent(simulation: &Simulation<'_>, agent: AgentId) -> State {
    let agents = simulation.agents();
    State { versions: agents.versions(agent).to_vec(), revisions: agents.revisions.get(agent) }
}

impl Origins {
    /// The contents of all at the start.
    pub(crate) fn at_start(simulation: &Simulation<'_>) -> Self {
        let history = |source| vec![(SimTime::START, of_source(simulation, source))];
        let released = of_source(simulation, ACTIVE_UPDATE).versions;
        Self {
            sources: simulation.sources().ids().map(history).collect(),
            agents: simulation.agents().ids().map(|id| of_agent(simulation, id)).collect(),
            server_began: SimTime::START,
            mirrored: vec![None; simulation.sources().len()],
            released,
        }
    }

    /// Follows an instant with `facts` and the ended transfers `over`.
    ///
    /// # Panics
    /// If an agent or source has content without a transfer.
    pub(crate) fn follow(&mut self, simulation: &Simulation<'_>, facts: &[Fact], over: &[Over]) {
        let now = simulation.now();
        let began = |agent: AgentId| {
            let found = over.iter().find(|over| over.agent == Some(agent));
            found.map_or(now, |over| over.begun)
        };
        if let Some(over) = over.iter().find(|over| over.tag == Tag::ServerStock) {
            self.server_began = over.begun;
        }
        for fact in facts {
            match *fact {
                Fact::Released(release) => {
                    for component in &simulation.company().releases[release.index()].components {
                        let newest = &mut self.released[component.index()];
                        *newest = newest.later(1);
                    }
                }
                Fact::Mirrored { agent, source, .. } => {
                    let hosts = simulation.sources().rows();
                    for (mirror, _) in hosts.filter(|(_, at)| at.host == Some(agent)) {
                        self.mirrored[mirror.index()] = Some((began(agent), source));
                    }
                }
                _ => {}
            }
        }
        // Sources first: an agent that fetched in this instant may have done so before or after.
        for source in simulation.sources().ids() {
            self.follow_source(simulation, source);
        }
        self.follow_agents(simulation, facts, &began);
    }

    fn follow_source(&mut self, simulation: &Simulation<'_>, source: SourceId) {
        let (now, has) = (simulation.now(), of_source(simulation, source));
        let had = &self.sources[source].last().expect("there is a first").1;
        if has == *had {
            return;
        }
        // Recalls make a source return to an older version.
        let recalls = simulation.company().releases.iter().any(Release::is_recalled);
        for (row, version) in has.versions.iter().enumerate().filter(|_| !recalls) {
            assert!(
                *version >= had.versions[row],
                "law downgrade: {now}: {source:?} offers {version:?} after {:?} of component {row}",
                had.versions[row]
            );
            let component = ComponentId::from_index(row);
            // A file of 0 B is there without a transfer that could be seen.
            let weighs_nothing =
                simulation.company().catalogue[component].full == updraft::units::Bytes::ZERO;
            let is_right = *version == had.versions[row]
                || weighs_nothing
                || match simulation.sources()[source].role {
                    SourceRole::ActiveUpdate => *version == self.released[row],
                    SourceRole::Server => {
                        let from = simulation.external();
                        self.offered(from, component, self.server_began, *version)
                    }
                    SourceRole::Other(number) => {
                        // What ActiveUpdate offered its lag ago.
                        let lag = simulation.company().other_sources[number].lag;
                        let then = now.since(SimTime::START).saturating_sub(lag);
                        let then = SimTime::START + then;
                        self.offered(ACTIVE_UPDATE, component, then, *version)
                    }
                    SourceRole::UpdateAgent(number) => {
                        let host = simulation.company().update_agents[number].agent;
                        let own = simulation.agents().versions(host)[row];
                        *version == own
                            || self.mirrored[source.index()].is_some_and(|(began, from)| {
                                self.offered(from, component, began, *version)
                            })
                    }
                };
            assert!(is_right, "law origin: {now}: {source:?} offers {version:?} of {component:?}");
        }
        if let Some(host) = simulation.sources()[source].host {
            let own = simulation.agents().revisions.get(host);
            assert!(
                has.revisions.settings <= own.settings && has.revisions.program <= own.program,
                "law origin: {now}: {source:?} offers {:?} and has {own:?}",
                has.revisions
            );
        }
        self.sources[source].push((now, has));
    }

    /// Whether `source` offered this version of a component at some point of the instant `at`.
    fn offered(&self, source: SourceId, component: ComponentId, at: SimTime, v: Version) -> bool {
        self.during(source, at).any(|state| state.versions[component.index()] == v)
    }

    /// The states of a source during an instant.
    fn during(&self, source: SourceId, at: SimTime) -> impl Iterator<Item = &State> {
        let history = &self.sources[source];
        let later = history.iter().position(|(since, _)| *since >= at).unwrap_or(history.len());
        let until = history.iter().position(|(since, _)| *since > at).unwrap_or(history.len());
        history[later.saturating_sub(1)..until].iter().map(|(_, state)| state)
    }

    fn follow_agents(
        &mut self,
        simulation: &Simulation<'_>,
        facts: &[Fact],
        began: &dyn Fn(AgentId) -> SimTime,
    ) {
        let now = simulation.now();
        for agent in simulation.agents().ids() {
            let has = of_agent(simulation, agent);
            if has == self.agents[agent] {
                continue;
            }
            let switched = facts.iter().any(|fact| {
                matches!(
                    fact,
                    Fact::SwitchedScan(who)
                        | Fact::RolledBack(who)
                        | Fact::ReturnedToImage(who)
                        if *who == agent
                )
            });
            let fetched = |kind| source_of(facts, agent, kind);
            let had = &self.agents[agent];
            for (row, version) in has.versions.iter().enumerate() {
                if *version == had.versions[row] || switched {
                    continue;
                }
                let old = had.versions[row];
                assert!(*version > old, "law downgrade: {now}: {agent:?}, component {row}");
                let from = fetched(ContentKind::Components);
                let is_right = from.is_some_and(|source| {
                    self.offered(source, ComponentId::from_index(row), began(agent), *version)
                });
                assert!(
                    is_right,
                    "law origin: {now}: {agent:?} has {version:?} of component {row} from {from:?}, \
                     which did not offer it when the transfer began"
                );
            }
            let is_of_image = facts
                .iter()
                .any(|fact| matches!(fact, Fact::ReturnedToImage(who) if *who == agent));
            for (kind, own, before, of) in [
                (
                    ContentKind::Settings,
                    has.revisions.settings,
                    had.revisions.settings,
                    (|state: &State| state.revisions.settings.into()) as fn(&State) -> u64,
                ),
                (
                    ContentKind::Programs,
                    has.revisions.program,
                    had.revisions.program,
                    (|state: &State| state.revisions.program.into()) as fn(&State) -> u64,
                ),
            ] {
                // An image has no revision that was published later.
                if is_of_image && own == 0 {
                    continue;
                }
                assert!(own >= before, "law downgrade: {now}: {agent:?}, {kind:?}");
                let right =
                    |source| self.during(source, began(agent)).any(|s| of(s) == u64::from(own));
                assert!(
                    own == before || fetched(kind).is_some_and(right),
                    "law origin: {now}: {agent:?} has {kind:?} {own}, which nobody sent"
                );
            }
            self.agents[agent] = has;
        }
    }
}

/// The source from which an agent fetched a kind of content in an instant.
fn source_of(facts: &[Fact], agent: AgentId, kind: ContentKind) -> Option<SourceId> {
    facts.iter().find_map(|fact| match fact {
        Fact::Fetched { agent: who, source, kind: of, .. } if *who == agent && *of == kind => {
            Some(*source)
        }
        _ => None,
    })
}
