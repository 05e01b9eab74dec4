//! Observes a run and samples it.

use super::agents::AgentLedger;
use super::cautions::{Refusals, Seen, cautions};
use super::components::ComponentLedger;
use super::links::LinkLedger;
use super::names::Names;
use super::prospects::Prospects;
use super::queries::QueryLedger;
use super::recalls::RecallLedger;
use super::releases::ReleaseLedger;
use super::run::{
    AgentRow, ProtectionSample, ReleaseMeasurements, RunMeasurements, ServerSample, SourceKind,
    SourceRow, Work,
};
use super::sites;
use super::tallies::{SourceTally, source_of};
use super::update_agents::UpdateAgentLedger;
use super::waits::WaitLedger;
use crate::ids::{ChannelId, Column, LinkId, SourceId};
use crate::model::company::Company;
use crate::model::cost::{Consumption, Prices};
use crate::model::metric::{METRICS, Metric};
use crate::model::settings::TopologyOption;
use crate::model::tariff::Tariff;
use crate::model::totals::{QueryTotals, ReleaseTotals, SourceTotals, Tally, Totals};
use crate::network::Topology;
use crate::simulation::state::{SERVER, SourceRole};
use crate::simulation::{Fact, Observer, Simulation};
use crate::units::{BitRate, Bytes, SimDuration, SimTime};

/// The links whose traffic metrics measure.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// Links between places and to the Internet.
    pub wan: Vec<LinkId>,
    /// The server's link; the forward direction is outgoing.
    pub server: Option<LinkId>,
    /// `ActiveUpdate`'s link; the forward direction is outgoing.
    pub active_update: Option<LinkId>,
    /// Each Update Agent's link; the forward direction is outgoing.
    pub update_agents: Vec<LinkId>,
    /// Each other update source's link; forward is what it sends.
    pub other_sources: Vec<LinkId>,
    /// The links whose traffic has a price.
    pub tariffs: Vec<(LinkId, Tariff)>,
    /// The prices of a year, and what the bandwidth of all links costs in it, in 10⁻¹² of the currency.
    pub prices: Option<(Prices, u128)>,
}

impl Places {
    /// The link by which a source sends.
    fn link_of(&self, role: SourceRole) -> Option<LinkId> {
        match role {
            SourceRole::ActiveUpdate => self.active_update,
            SourceRole::Server => self.server,
            SourceRole::UpdateAgent(number) => self.update_agents.get(number).copied(),
            SourceRole::Other(number) => self.other_sources.get(number).copied(),
        }
    }
}

/// Measures one run.
#[derive(Debug)]
pub struct Recorder {
    places: Places,
    released_at: SimTime,
    sample_every: SimDuration,
    report_time: SimDuration,
    population: u64,
    up_to_date: u64,
    online: u64,
    /// Agents × time outdated since the release, in agent·ns, up to `exposed_to`.
    exposure: u128,
    exposed_to: SimTime,
    tally: Tally,
    sources: Column<SourceId, SourceTally>,
    /// Whether each source lacks published content.
    behind: Column<SourceId, bool>,
    generation: SimDuration,
    protection: Vec<ProtectionSample>,
    server: Vec<ServerSample>,
    links: LinkLedger,
    agents: AgentLedger,
    releases: ReleaseLedger,
    recalls: RecallLedger,
    waits: WaitLedger,
    components: ComponentLedger,
    queries: QueryLedger,
    update_agents: UpdateAgentLedger,
    last: (u64, u64),
    sampled_at: SimTime,
}

impl Recorder {
    /// An observer of `simulation`, which has not begun; `keep_agents` keeps a row for each agent.
    pub fn new(
        simulation: &Simulation<'_>,
        topology: &Topology,
        places: Places,
        sample_every: SimDuration,
        keep_agents: bool,
    ) -> Self {
        let company: &Company = simulation.company();
        let agents = simulation.agents();
        let first = company.releases.first();
        let released_at = first.map_or(SimTime::START, |release| release.at);
        Self {
            places,
            released_at,
            sample_every,
            report_time: company.settings.server.report_time,
            population: company.agents.len() as u64,
            // Agents that are up to date at the start are reported by facts of the first instant.
            up_to_date: 0,
            online: agents.all().filter(|agent| agent.online).count() as u64,
            exposure: 0,
            exposed_to: SimTime::START,
            tally: Tally::default(),
            sources: Column::filled(SourceTally::default(), simulation.sources().len()),
            behind: Column::filled(false, simulation.sources().len()),
            generation: SimDuration::ZERO,
            protection: Vec::new(),
            server: Vec::new(),
            links: LinkLedger::new(topology, |bandwidth| simulation.payload(bandwidth)),
            agents: AgentLedger::new(simulation, keep_agents),
            releases: ReleaseLedger::new(company),
            recalls: RecallLedger::new(company),
            waits: WaitLedger::new(simulation),
            components: ComponentLedger::new(simulation),
            queries: QueryLedger::new(company, agents),
            update_agents: UpdateAgentLedger::new(simulation),
            last: (0, 0),
            sampled_at: SimTime::START,
        }
    }

    /// Accumulates exposure up to `at`.
    fn expose_to(&mut self, at: SimTime) {
        let from = self.exposed_to.max(self.released_at);
        if at > from {
            let outdated = u128::from(self.population - self.up_to_date);
            self.exposure += outdated * u128::from(at.since(from).as_nanos());
        }
        self.exposed_to = at;
    }

    /// Takes a sample of the run at the end of an interval: agents up to date and outdated (REP-1), and the server's
    /// load (SRV-8).
    pub fn sample(&mut self, simulation: &Simulation<'_>) {
        let now = simulation.now();
        self.waits.sample(simulation);
        self.components.sample(simulation);
        self.recalls.sample(now);
        self.protection.push(ProtectionSample {
            time: now,
            up_to_date: self.up_to_date,
            outdated: self.population - self.up_to_date,
            online: self.online,
        });
        let span = now.since(self.sampled_at);
        let moved = self.links.sample(simulation.network(), span);
        let sent = |link: Option<LinkId>| link.map_or(0, |link| moved(link.forward()));
        let egress = BitRate::from_bits_per_sec(sent(self.places.server));
        for (source, tally) in self.sources.rows_mut() {
            let link = self.places.link_of(simulation.sources()[source].role);
            tally.peak_egress = tally.peak_egress.max(sent(link));
        }
        let server = &simulation.sources()[SERVER];
        let tally = &mut self.sources[SERVER];
        let (asked, active_peak) = (tally.asked, tally.recent_peak);
        tally.recent_peak = tally.active;
        let processed = self.tally.reports;
        self.server.push(ServerSample {
            time: now,
            egress,
            active_transfers: u64::from(server.active),
            active_peak,
            queued_requests: server.waiting.len() as u64,
            refused_requests: self.sources[SERVER].refused,
            requests_per_s: per_second(asked - self.last.0, span),
            notifications_in_flight: u64::from(simulation.server_queue().threads_busy()),
            notification_queue: simulation.server_queue().len() as u64,
            reports_per_s: per_second(processed - self.last.1, span),
            cpu: self.generation + self.report_time.saturating_mul(processed),
        });
        self.last = (asked, processed);
        self.sampled_at = now;
    }

    /// Reads within an interval between samples what agents wait for whose cause is not known yet.
    pub fn glance(&mut self, simulation: &Simulation<'_>) {
        self.waits.glance(simulation);
    }

    /// The measurements of the run, which has ended.
    pub fn finish(
        mut self,
        simulation: &Simulation<'_>,
        topology: &Topology,
        replication: u32,
    ) -> RunMeasurements {
        self.expose_to(simulation.now());
        let network = simulation.network();
        let counts = network.counts();
        let totals = self.totals(simulation);
        let measured: Vec<&'static Metric> =
            METRICS.iter().filter(|metric| metric.is_measured(&totals)).collect();
        let metrics = measured.iter().map(|metric| (*metric, (metric.value)(&totals).into()));
        let sources = self.source_rows(simulation);
        let update_agents = self.update_agents.rows(simulation, &self.sources);
        let agents = self.agents.rows(simulation);
        let refused = self.refusals(simulation);
        let reaches_95 = totals
            .releases
            .iter()
            .all(|of| of.is_recalled || of.is_wave || of.reached[1].is_some());
        let prospects = Prospects::new(simulation, &self.agents.entries, &self.behind);
        let stranded = if reaches_95 { 0 } else { prospects.stranded() };
        // The last agents vary at random, so one replication's suffice.
        let slowest = if replication == 1 { self.agents.slowest(simulation) } else { Vec::new() };
        drop(self.agents);
        let cautions = cautions(&Seen {
            option: simulation.option(),
            reaches_95,
            stranded,
            up_to_date: self.up_to_date,
            population: self.population,
            slots_timed_out: self.tally.slots_timed_out,
            refused,
            worst_burst: simulation.worst_burst(),
        });
        RunMeasurements {
            option: simulation.option(),
            replication,
            metrics: metrics.collect(),
            releases: totals.releases.iter().map(|of| of_release(of, &measured)).collect(),
            waits: self.waits.rows(simulation, topology),
            protection: self.protection,
            carried: self.recalls.samples,
            components: self.components.finish(simulation),
            server: self.server,
            sources,
            update_agents,
            links: self.links.rows(network, topology, simulation.now()),
            sites: sites::rows(simulation, topology, &self.releases),
            agents,
            slowest,
            released_at: self.released_at,
            sample_every: self.sample_every,
            work: Work {
                events: simulation.events(),
                transfers: counts.transfers_started,
                settlements: counts.settlements,
                classes_touched: counts.classes_touched,
                channels_touched: counts.channels_touched,
                rounds: counts.rounds,
                clock_moves: counts.clock_moves,
            },
            cautions,
        }
    }

    /// The number of agents that have every released content now.
    pub fn up_to_date(&self) -> u64 {
        self.up_to_date
    }

    /// The outcome of each agent so far, if kept.
    pub fn agents(&self, simulation: &Simulation<'_>) -> Vec<AgentRow> {
        self.agents.rows(simulation)
    }

    /// The totals of the run.
    fn totals(&mut self, simulation: &Simulation<'_>) -> Totals {
        let (queries, query_bytes, queries_waiting) = self.queries.finish(simulation.now());
        let network = simulation.network();
        let carried = |channel: ChannelId| network.carried(channel).count();
        let sent = |link: Option<LinkId>| link.map_or(0, |link| carried(link.forward()));
        let both = |link: &LinkId| carried(link.forward()) + carried(link.backward());
        let is_update_agent = |source| simulation.sources()[source].role.update_agent().is_some();
        let update_agents = self.sources.rows().filter(|(source, _)| is_update_agent(*source));
        let server = self.sources[SERVER];
        let mut releases = self.releases.totals(simulation.company(), simulation.now());
        let of_recalled = self.recalls.totals(simulation.now(), &mut releases);
        let wan_cost = (!self.places.tariffs.is_empty()).then(|| {
            let cost = |(link, tariff): &(LinkId, Tariff)| tariff.cost(Bytes::new(both(link)));
            self.places.tariffs.iter().map(cost).sum()
        });
        let cost = self.places.prices.map(|(prices, bandwidth)| {
            prices.of_year(Consumption {
                update_agents: self.paid_update_agents(simulation),
                bandwidth,
                traffic: wan_cost.unwrap_or_default(),
                exposure: self.exposure,
                duration: simulation.company().duration,
            })
        });
        Totals {
            carried: of_recalled,
            agents: self.population,
            up_to_date: self.up_to_date,
            quit: self.agents.quit(),
            exposure: self.exposure,
            releases,
            server: server.totals(sent(self.places.server)),
            update_agents: SourceTotals {
                refused: update_agents.map(|(_, tally)| tally.refused).sum(),
                bytes: self.places.update_agents.iter().map(|at| carried(at.forward())).sum(),
                ..SourceTotals::default()
            },
            active_update_bytes: sent(self.places.active_update),
            wan_bytes: self.places.wan.iter().map(both).sum(),
            wan_cost,
            cost,
            smart_protection: QueryTotals { queries, query_bytes, queries_waiting },
            tally: self.tally,
        }
    }

    /// Update Agents under an option that uses them.
    fn paid_update_agents(&self, simulation: &Simulation<'_>) -> u64 {
        match simulation.option() {
            TopologyOption::ServerUa | TopologyOption::Ua => self.places.update_agents.len() as u64,
            TopologyOption::Server | TopologyOption::Direct => 0,
        }
    }

    fn refusals(&self, simulation: &Simulation<'_>) -> Refusals {
        let mut all = Refusals::default();
        for (source, tally) in self.sources.rows() {
            all.add(SourceKind::of(simulation.sources()[source].role), tally);
        }
        all
    }

    fn source_rows(&self, simulation: &Simulation<'_>) -> Vec<SourceRow> {
        let names = Names::new(simulation.company());
        let rows = self.sources.rows().map(|(source, tally)| {
            let role = simulation.sources()[source].role;
            let link = self.places.link_of(role);
            let bytes =
                link.map_or(Bytes::ZERO, |link| simulation.network().carried(link.forward()));
            SourceRow {
                source: names.source(role).into(),
                kind: SourceKind::of(role),
                served: tally.served,
                refused: tally.refused,
                failed: tally.failed,
                bytes,
                peak_active: tally.peak_active,
                peak_egress: BitRate::from_bits_per_sec(tally.peak_egress),
            }
        });
        rows.collect()
    }
}

impl Observer for Recorder {
    fn observe(&mut self, at: SimTime, fact: Fact) {
        self.observe_all(&[(at, fact)]);
    }

    fn observe_all(&mut self, facts: &[(SimTime, Fact)]) {
        for (at, fact) in facts {
            self.record(*at, fact);
        }
    }

    fn observe_neighbours(&mut self, at: SimTime, fact: Fact, count: u32) {
        for next in (0..count).map_while(|places| fact.of_neighbour(places)) {
            match next {
                // The kind is known to the compiler here: a release makes all agents outdated.
                Fact::Outdated(_) => self.record(at, &next),
                _ => self.observe(at, next),
            }
        }
    }
}

impl Recorder {
    #[expect(clippy::inline_always, reason = "the loop over all facts")]
    #[inline(always)]
    fn record(&mut self, at: SimTime, fact: &Fact) {
        match *fact {
            Fact::UpToDate(_) => {
                self.expose_to(at);
                self.up_to_date += 1;
            }
            Fact::Outdated(_) => {
                self.expose_to(at);
                self.up_to_date -= 1;
            }
            Fact::WentOn(_) => self.online += 1,
            Fact::WentOff(_) => self.online -= 1,
            Fact::ServerStocked { cpu } => self.generation += cpu,
            Fact::SourceJudged { source, is_behind } => self.behind[source] = is_behind,
            _ => {}
        }
        self.tally.count(fact);
        if let Some(source) = source_of(fact) {
            self.sources[source].count(fact);
        }
        self.agents.follow(fact);
        self.releases.follow(at, fact);
        self.recalls.follow(at, fact);
        self.waits.follow(&mut self.agents.entries, at, fact);
        self.queries.follow(at, fact);
        self.update_agents.follow(fact);
    }
}

#[expect(clippy::cast_precision_loss, reason = "a rate for people")]
fn per_second(count: u64, span: SimDuration) -> f64 {
    if span == SimDuration::ZERO { 0.0 } else { count as f64 / span.as_secs_f64() }
}

/// The metrics of one release.
fn of_release(totals: &ReleaseTotals, measured: &[&'static Metric]) -> ReleaseMeasurements {
    let metrics = measured.iter().filter_map(|metric| Some((*metric, metric.of_release?)));
    ReleaseMeasurements {
        name: totals.name.as_str().into(),
        is_recalled: totals.is_recalled,
        metrics: metrics.map(|(metric, value)| (metric, value(totals).into())).collect(),
    }
}
