//! The invariants of every run at every instant, for any company: one observer that any test can attach to a run.

use std::collections::{BTreeMap, BTreeSet};

use updraft::ids::{AgentId, Column, ComponentId, ReleaseId, RowId, SourceId};
use updraft::model::company::{Company, Release};
use updraft::model::component::ContentKind;
use updraft::model::settings::TopologyOption;
use updraft::network::{Method, Topology, Transport};
use updraft::policy::attempt::AttemptFailure;
use updraft::policy::content;
use updraft::random::Streams;
use updraft::simulation::reading::Standing;
use updraft::simulation::state::{ACTIVE_UPDATE, FIRST_VERSION, Revisions, SERVER};
use updraft::simulation::{Fact, Observer, Simulation};
use updraft::units::SimTime;

use super::ledger::Ledger;
use super::origins::Origins;

/// The number of instants from which on a run of such a company is taken as endless.
const MOST_INSTANTS: u64 = 300_000;

/// All facts, in order.
pub(crate) type Facts = Vec<(SimTime, Fact)>;

/// Executes a run under the laws and returns its facts.
///
/// # Panics
/// With `law NAME: …` if a law is violated, or if the engine itself panics.
pub(crate) fn obey(
    (company, topology): (&Company, &Topology),
    transport: Transport,
    option: TopologyOption,
    streams: Streams,
) -> Facts {
    let mut simulation = Simulation::new(company, topology, transport, option, streams);
    let mut laws = Laws::at_start(&simulation);
    laws.go_on_until(&mut simulation, SimTime::START + company.duration);
    laws.hold_at_end(&mut simulation);
    laws.facts
}

/// The same run with the rates computed by `method`, without the laws.
pub(crate) fn relive(
    (company, topology): (&Company, &Topology),
    transport: Transport,
    option: TopologyOption,
    streams: Streams,
    method: Method,
) -> Facts {
    let mut simulation =
        Simulation::with_method(company, topology, transport, option, streams, method);
    let mut all = Timed(Vec::new());
    simulation.run_until(SimTime::START + company.duration, &mut all);
    all.0
}

struct Timed(Facts);

impl Observer for Timed {
    fn observe(&mut self, at: SimTime, fact: Fact) {
        self.0.push((at, fact));
    }
}

/// The laws, and the facts so far.
#[derive(Debug)]
pub(crate) struct Laws {
    pub(crate) facts: Facts,
    ledger: Ledger,
    origins: Origins,
    online: Column<AgentId, bool>,
    /// Newest versions and revisions released.
    newest: (Vec<u16>, Revisions),
    /// The newest revision of settings: that of a release, or of a change (NTF-11).
    settings: u16,
    /// Newest versions issued, those that each release brought, and those that were recalled.
    issued: Vec<u16>,
    brought: BTreeMap<ReleaseId, Vec<(usize, u16)>>,
    recalled: BTreeSet<(usize, u16)>,
    settlements: u64,
    /// Agents that wait for the end of a failed attempt, since when and after which failure.
    turning: BTreeMap<AgentId, (SimTime, AttemptFailure)>,
    /// The number of agents that each source served at the last instant.
    served: BTreeMap<SourceId, u32>,
    /// Agents that lack only what they are held back from until their wave.
    held_back: BTreeSet<AgentId>,
}

impl Laws {
    /// Before the first instant of a run.
    pub(crate) fn at_start(simulation: &Simulation<'_>) -> Self {
        Self {
            facts: Vec::new(),
            ledger: Ledger::default(),
            origins: Origins::at_start(simulation),
            online: simulation.agents().all().map(|agent| agent.online).collect(),
            newest: (
                vec![FIRST_VERSION.0; simulation.company().catalogue.len()],
                Revisions::default(),
            ),
            settings: 0,
            issued: vec![FIRST_VERSION.0; simulation.company().catalogue.len()],
            brought: BTreeMap::new(),
            recalled: BTreeSet::new(),
            settlements: 0,
            turning: BTreeMap::new(),
            served: BTreeMap::new(),
            held_back: BTreeSet::new(),
        }
    }

    /// Advances a run to `end`, instant by instant.
    ///
    /// # Panics
    /// If a law is violated.
    pub(crate) fn go_on_until(&mut self, simulation: &mut Simulation<'_>, end: SimTime) {
        for instant in 0.. {
            let now = simulation.now();
            assert!(instant < MOST_INSTANTS, "law end: the run is at {now} and goes on");
            let moment = simulation.next_moment();
            let mut happened = Timed(Vec::new());
            simulation.run_until(moment.min(end), &mut happened);
            self.hold(simulation, &happened.0);
            if moment >= end {
                break;
            }
        }
    }

    /// Advances a run to `end` and collects its facts, unchecked.
    pub(crate) fn only_listen_until(&mut self, simulation: &mut Simulation<'_>, end: SimTime) {
        let mut happened = Timed(std::mem::take(&mut self.facts));
        simulation.run_until(end, &mut happened);
        self.facts = happened.0;
    }

    /// Checks an instant with `facts`.
    fn hold(&mut self, simulation: &mut Simulation<'_>, happened: &[(SimTime, Fact)]) {
        self.facts.extend(happened);
        let facts: Vec<Fact> = happened.iter().map(|(_, fact)| *fact).collect();
        for fact in &facts {
            self.take(simulation, *fact);
        }
        let over = self.ledger.book(simulation, &facts);
        self.ledger.balances(simulation);
        self.origins.follow(simulation, &facts, &over);
        places(simulation, &mut self.served);
        self.held_back(simulation);
        self.recalls(simulation);
        slots(simulation);
        self.up_to_date(simulation);
        self.rates(simulation);
    }

    /// Follows a fact; no agent is served while off, or by an Update Agent that is off.
    fn take(&mut self, simulation: &Simulation<'_>, fact: Fact) {
        let now = simulation.now();
        match fact {
            Fact::WentOn(agent) => self.online[agent] = true,
            Fact::WentOff(agent) => self.online[agent] = false,
            Fact::Released(id) => {
                let release = &simulation.company().releases[id.index()];
                for component in release.components.iter().map(|component| component.index()) {
                    self.issued[component] += 1;
                    self.newest.0[component] = self.issued[component];
                    self.brought.entry(id).or_default().push((component, self.issued[component]));
                }
                self.settings += u16::from(release.settings);
                if release.settings {
                    self.newest.1.settings = self.settings;
                }
                self.newest.1.program += u16::from(release.program);
            }
            Fact::AwaitsWave { agent, now: is } => {
                let held = &mut self.held_back;
                let differs = if is { held.insert(agent) } else { held.remove(&agent) };
                assert!(differs, "law held: {now}: {agent:?} is told twice");
            }
            Fact::Changed(number) => {
                let change = &simulation.company().changes[number as usize];
                self.settings += u16::from(change.is_for_agents());
            }
            Fact::Recalled { release, .. } => {
                for &(component, version) in self.brought.get(&release).into_iter().flatten() {
                    let _ = self.recalled.insert((component, version));
                    let mut all = (FIRST_VERSION.0 + 1..=self.issued[component]).rev();
                    let left = all.find(|left| !self.recalled.contains(&(component, *left)));
                    self.newest.0[component] = left.unwrap_or(FIRST_VERSION.0);
                }
            }
            Fact::IndexFetched { agent, source, .. }
            | Fact::Mirrored { agent, source, .. }
            | Fact::Fetched { agent, source, .. }
            | Fact::Admitted { agent, source } => {
                assert!(self.online[agent], "law off: {now}: {agent:?} is served while off");
                let host = simulation.sources()[source].host;
                assert!(
                    host.is_none_or(|host| self.online[host] && host != agent),
                    "law off: {now}: {source:?} serves {agent:?} while off, or itself"
                );
            }
            Fact::Quit { agent, is_missing } => assert!(
                !(is_missing && has_everything(simulation, agent)),
                "law quit: {now}: {agent:?} quits, is said to lack something, and has everything"
            ),
            Fact::AttemptFailed { agent, failure, .. } => {
                let _ = self.turning.insert(agent, (now, failure));
            }
            _ => {}
        }
        if let Fact::RoundEnded(agent) | Fact::Asked { agent, .. } = fact {
            let _ = self.turning.remove(&agent);
        }
    }

    /// An agent is up to date exactly if it has the newest of everything that it is to get.
    fn up_to_date(&self, simulation: &Simulation<'_>) {
        let company = simulation.company();
        for agent in simulation.agents().ids() {
            let scope = simulation.settings_of(agent).scope;
            let scan = simulation.agents()[agent].scan;
            let own = simulation.agents().revisions.get(agent);
            let versions = simulation.agents().versions(agent).iter().zip(&self.newest.0);
            let has_all = versions
                .zip(&company.catalogue)
                .filter(|(_, component)| content::gets(component, scan, scope))
                .all(|((own, newest), _)| own.0 >= *newest)
                && own.settings >= self.newest.1.settings
                && (own.program >= self.newest.1.program || !content::gets_programs(scope));
            assert!(
                has_all == simulation.is_up_to_date(agent),
                "law count: {}: {agent:?} has everything: {has_all}",
                simulation.now()
            );
        }
    }

    /// The server offers nothing that was rolled back after its vendor had withdrawn it.
    fn recalls(&self, simulation: &Simulation<'_>) {
        if simulation.external() != ACTIVE_UPDATE {
            return;
        }
        let now = simulation.now();
        for (id, brought) in &self.brought {
            let Release { withdrawn_at, rolled_back_at, .. } =
                simulation.company().releases[id.index()];
            let is_gone = rolled_back_at.is_some_and(|at| {
                at <= now && withdrawn_at.is_some_and(|withdrawn| withdrawn <= at)
            });
            for (row, version) in brought.iter().filter(|_| is_gone) {
                let component = ComponentId::from_index(*row);
                let offer = simulation.sources()[SERVER].repository.offers[component];
                assert!(
                    offer.latest.0 != *version,
                    "law recall: {now}: the server offers {version} of {component:?} again"
                );
            }
        }
    }

    /// Agents of which the facts say that they wait for their wave are held back, and lack something.
    fn held_back(&self, simulation: &Simulation<'_>) {
        for agent in &self.held_back {
            let is_held = !simulation.held_back(*agent).is_none();
            let lacks = !simulation.agents()[*agent].up_to_date;
            assert!(
                is_held && lacks,
                "law held: {}: {agent:?} waits for no wave",
                simulation.now()
            );
        }
    }

    /// The rates are those of the reference solver: a weighted max-min allocation.
    fn rates(&mut self, simulation: &mut Simulation<'_>) {
        let _ = simulation.next_moment();
        let network = simulation.network();
        if network.counts().settlements == self.settlements {
            return;
        }
        self.settlements = network.counts().settlements;
        if let Err(difference) = network.check_against_reference() {
            panic!("law rates: {}: {difference}", simulation.now());
        }
    }

    /// Checks the end of a run: no round is stuck.
    ///
    /// # Panics
    /// If a law is violated.
    pub(crate) fn hold_at_end(&self, simulation: &mut Simulation<'_>) {
        let now = simulation.now();
        let settings = &simulation.company().settings.source;
        for agent in simulation.agents().ids() {
            match simulation.standing(agent) {
                None | Some(Standing::Waits(_)) => {}
                Some(Standing::HasPlace(source)) => assert!(
                    simulation.transfer_of(agent).is_some(),
                    "law end: {agent:?} has a place at {source:?} and fetches nothing"
                ),
                Some(Standing::TurnsElsewhere) => {
                    let (since, failure) = self.turning[&agent];
                    assert!(
                        since + failure.delay(settings) >= now,
                        "law end: {agent:?} has turned elsewhere since {since}"
                    );
                }
            }
        }
        super::told::hold(simulation, &self.facts);
    }
}

/// Every source counts the agents that have a place or wait; none waits while there is a free place. `before` are the
/// numbers served at the last check: only where a limit was lowered, there are more than it allows, and none is added.
fn places(simulation: &mut Simulation<'_>, before: &mut BTreeMap<SourceId, u32>) {
    let now = simulation.now();
    let mut standing: Column<SourceId, (u32, Vec<AgentId>)> =
        Column::filled((0, Vec::new()), simulation.sources().len());
    for agent in simulation.agents().ids() {
        match simulation.standing(agent) {
            Some(Standing::HasPlace(source)) => standing[source].0 += 1,
            Some(Standing::Waits(source)) => standing[source].1.push(agent),
            Some(Standing::TurnsElsewhere) | None => {}
        }
    }
    for (source, (served, waiting)) in standing.rows() {
        let at = &simulation.sources()[source];
        let (active, capacity) = (at.active, at.capacity);
        assert!(active == *served, "law places: {now}: {source:?} counts {active}, has {served}");
        assert!(
            at.waiting.len() == waiting.len(),
            "law places: {now}: {source:?} counts {} that wait, has {waiting:?}",
            at.waiting.len()
        );
        let earlier = before.insert(source, active).unwrap_or(0);
        let was_lowered = !simulation.company().changes.is_empty() && active <= earlier;
        assert!(
            capacity.is_none_or(|most| active <= most) || was_lowered,
            "law places: {now}: {source:?} serves {active} of at most {capacity:?}"
        );
        let has_room = capacity.is_none_or(|most| active < most);
        let idle =
            waiting.iter().find(|agent| has_room && simulation.is_reachable(source, **agent));
        assert!(idle.is_none(), "law places: {now}: {idle:?} waits at {source:?}, which has room");
    }
}

/// Slots that are held are counted, and never more than the largest cap.
fn slots(simulation: &Simulation<'_>) {
    let (now, held) = (simulation.now(), simulation.slots_held());
    let counted = simulation.agents().all().filter(|agent| agent.slot.is_held()).count();
    assert!(counted == held as usize, "law slots: {now}: {held} are counted, {counted} held");
    let company = simulation.company();
    let later = company.changes.iter().map(|change| &change.settings);
    let caps = std::iter::once(&company.settings).chain(later).map(|settings| {
        let slots = &settings.server.slots;
        slots.normal.max(slots.off_peak).max(slots.peak)
    });
    let most = caps.max().unwrap_or_default();
    assert!(held <= most, "law slots: {now}: {held} are held of at most {most}");
}

/// Whether an agent has every released content, the settings of the server, and all that it is to serve.
fn has_everything(simulation: &Simulation<'_>, agent: AgentId) -> bool {
    let server = simulation.sources()[SERVER].repository.revisions;
    let mut own = simulation.sources().iter().filter(|source| source.host == Some(agent));
    simulation.is_up_to_date(agent)
        && simulation.agents().revisions.get(agent).settings >= server.settings
        && own.all(|source| {
            let hosts_programs = source.hosts.has(ContentKind::Programs);
            let has_program = source.repository.revisions.program >= server.program;
            source.incoming.is_empty() && (!hosts_programs || has_program)
        })
}
