//! The events of a run that the product's own logs would record: notifications, transfers, reports, connections of
//! agents.
//!
//! An observer. It also reads the simulation after each instant, because a log line has more data than a fact: the
//! files of a transfer, the version that an agent has when it reports.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use crate::ids::{AgentId, ComponentId, RowId, SourceId};
use crate::model::calendar::Calendar;
use crate::model::company::Company;
use crate::model::component::{ComponentKind, ContentKind};
use crate::model::version::{Package, Version};
use crate::policy::attempt::AttemptFailure;
use crate::policy::content;
use crate::policy::duplication::agent_package;
use crate::simulation::state::{SERVER, SourceRole};
use crate::simulation::{Fact, Observer, Simulation};
use crate::units::{Bytes, SimDuration, SimTime};

use super::agent_state::source_of;
use super::names::Names;
use super::run::SourceKind;

/// The data from which a run's logs are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunLog {
    /// The calendar of its times.
    pub calendar: Calendar,
    /// The server's address: the second to last of the first site's range.
    pub server: Ipv4Addr,
    /// The agents' addresses, by their numbers.
    pub agents: Vec<Ipv4Addr>,
    /// The sources, by their numbers.
    pub sources: Vec<LoggedSource>,
    /// The components, by their numbers.
    pub components: Vec<LoggedComponent>,
    /// The events, in order of time.
    pub lines: Vec<LoggedLine>,
    /// The files of transfers whose files are known, in order of the transfers.
    pub files: Vec<LoggedFile>,
}

impl RunLog {
    /// The source with this number.
    pub fn source(&self, source: SourceId) -> &LoggedSource {
        &self.sources[source.index()]
    }

    /// Whether `source` is the server.
    pub fn is_server(&self, source: SourceId) -> bool {
        self.source(source).kind == SourceKind::Server
    }

    /// The component of a file.
    pub fn component(&self, file: &LoggedFile) -> &LoggedComponent {
        &self.components[file.component.index()]
    }

    /// The address of the agent of an event.
    pub fn address(&self, line: &LoggedLine) -> Ipv4Addr {
        self.agents[line.agent.index()]
    }
}

/// A source as logs name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedSource {
    /// Its name in results, such as `branch-017/ua-1`.
    pub name: String,
    /// Its type.
    pub kind: SourceKind,
    /// Its address; none of `ActiveUpdate` and other update sources.
    pub address: Option<Ipv4Addr>,
}

/// A component as logs name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedComponent {
    /// The vendor's name.
    pub name: String,
    /// Pattern, engine or driver.
    pub kind: ComponentKind,
}

/// A logged event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoggedLine {
    /// Its time.
    pub at: SimTime,
    /// The number of the agent.
    pub agent: AgentId,
    /// Its type and data.
    pub event: LoggedEvent,
}

/// The type and data of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoggedEvent {
    /// The computer was switched on; `connects`: the server was informed.
    On {
        /// Whether it has a connection to the server.
        connects: bool,
    },
    /// The computer was switched off.
    Off,
    /// A source began to notify the agent (NTF-8).
    NotifyBegins(SourceId),
    /// The agent was notified, or the attempt failed, after this time.
    Notified {
        /// The notifier.
        by: SourceId,
        /// Whether it answered.
        answered: bool,
        /// The duration.
        took: SimDuration,
    },
    /// A source sent it content.
    Sent {
        /// The source.
        source: SourceId,
        /// The content.
        content: LoggedContent,
        /// The size.
        bytes: Bytes,
        /// The start of the transfer.
        began: SimTime,
    },
    /// A source had no place (UAG-1).
    Refused(SourceId),
    /// It could not use a source for another reason (SRC-8).
    Failed(SourceId),
    /// The server received the agent's status (SRV-5).
    Reported {
        /// The size of the report.
        bytes: Bytes,
        /// The duration of its transfer.
        took: SimDuration,
        /// If components had arrived before: their source, and the present version of the agent's pattern.
        updated: Option<(SourceId, Version)>,
    },
}

impl LoggedEvent {
    /// The source of the event.
    pub fn source(self) -> Option<SourceId> {
        match self {
            Self::On { .. } | Self::Off => None,
            Self::NotifyBegins(source)
            | Self::Notified { by: source, .. }
            | Self::Sent { source, .. }
            | Self::Refused(source)
            | Self::Failed(source) => Some(source),
            Self::Reported { updated, .. } => updated.map(|(source, _)| source),
        }
    }
}

/// The content that a source sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoggedContent {
    /// The index file (CMP-6).
    Index,
    /// Settings.
    Settings,
    /// Components: these of [`RunLog::files`]; none if the transfer was the rest of an interrupted one.
    Components {
        /// The index of the first file.
        first: usize,
        /// The index after the last file.
        end: usize,
    },
    /// A program.
    Program,
    /// Content that an Update Agent needs only to serve (DUP-8).
    Mirror,
    /// An interrupted transfer.
    CutShort,
}

/// A file of a transfer of components.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoggedFile {
    /// Its component.
    pub component: ComponentId,
    /// Full file or incremental.
    pub package: Package,
    /// Its size.
    pub bytes: Bytes,
}

/// Observes a run, and reads it after each instant.
#[derive(Debug, Default)]
pub struct EventLog {
    lines: Vec<LoggedLine>,
    files: Vec<LoggedFile>,
    /// Facts since the last instant.
    new: Vec<(SimTime, Fact)>,
    /// Notifications in progress: notifier, agent, start.
    notifying: BTreeMap<(SourceId, AgentId), SimTime>,
    /// Agents at a source.
    visits: BTreeMap<AgentId, Visit>,
    /// The source of components that an agent has not reported yet.
    unreported: BTreeMap<AgentId, SourceId>,
    /// When an agent's last round ended, if it has not reported since.
    ended: BTreeMap<AgentId, SimTime>,
}

/// An agent's session at a source.
#[derive(Debug)]
struct Visit {
    /// When the transfer in progress began.
    since: SimTime,
    /// The files of components that the agent lacks.
    lacks: Vec<LoggedFile>,
}

impl Observer for EventLog {
    fn observe(&mut self, at: SimTime, fact: Fact) {
        self.new.push((at, fact));
    }
}

impl EventLog {
    /// Records the events of the last instant of `simulation`.
    pub fn look(&mut self, simulation: &mut Simulation<'_>) {
        let mut new = std::mem::take(&mut self.new);
        for (at, fact) in new.drain(..) {
            self.take_down(at, fact, simulation);
        }
        self.new = new;
    }

    /// The record of the run, which has ended.
    pub fn finish(mut self, simulation: &mut Simulation<'_>) -> RunLog {
        self.look(simulation);
        let company = simulation.company();
        let range = company.sites.iter().next().map(|site| site.subnet);
        let server = range.map_or(Ipv4Addr::UNSPECIFIED, |range| {
            Ipv4Addr::from(u32::from(range.broadcast()).saturating_sub(1))
        });
        let names = Names::new(company);
        let source = |source: SourceId| {
            let role = simulation.sources()[source].role;
            let address = match role {
                SourceRole::UpdateAgent(number) => {
                    Some(company.agents.address.of(company.update_agents[number].agent))
                }
                SourceRole::Server => Some(server),
                SourceRole::ActiveUpdate | SourceRole::Other(_) => None,
            };
            LoggedSource { name: names.source(role).into(), kind: SourceKind::of(role), address }
        };
        let components = company.catalogue.iter();
        RunLog {
            calendar: company.calendar,
            server,
            agents: company.agents.ids().map(|agent| company.agents.address.of(agent)).collect(),
            sources: simulation.sources().ids().map(source).collect(),
            components: components
                .map(|component| LoggedComponent {
                    name: component.name.clone(),
                    kind: component.kind,
                })
                .collect(),
            lines: self.lines,
            files: self.files,
        }
    }

    fn line(&mut self, at: SimTime, agent: AgentId, event: LoggedEvent) {
        self.lines.push(LoggedLine { at, agent, event });
    }

    fn take_down(&mut self, at: SimTime, fact: Fact, simulation: &mut Simulation<'_>) {
        match fact {
            Fact::WentOn(agent) => {
                let connects = simulation.is_reachable(SERVER, agent);
                self.line(at, agent, LoggedEvent::On { connects });
            }
            Fact::WentOff(agent) => self.line(at, agent, LoggedEvent::Off),
            Fact::NotificationSent { agent, by, message } if message.trigger().is_some() => {
                self.notifying.insert((source_of(by), agent), at);
                self.line(at, agent, LoggedEvent::NotifyBegins(source_of(by)));
            }
            Fact::Notified { agent, by, answered, message, .. } if message.trigger().is_some() => {
                let by = source_of(by);
                let began = self.notifying.remove(&(by, agent)).unwrap_or(at);
                let took = at.since(began);
                self.line(at, agent, LoggedEvent::Notified { by, answered, took });
            }
            Fact::AttemptFailed { agent, source, failure } => {
                let is_refused = matches!(failure, AttemptFailure::Refused(_));
                let event = if is_refused { LoggedEvent::Refused } else { LoggedEvent::Failed };
                self.line(at, agent, event(source));
            }
            Fact::RoundEnded(agent) => {
                self.visits.remove(&agent);
                self.ended.insert(agent, at);
            }
            Fact::Reported { agent, .. } => self.reported(at, agent, simulation),
            _ => self.sent(at, fact, simulation),
        }
    }

    /// Facts about the transfers of an agent at a source.
    fn sent(&mut self, at: SimTime, fact: Fact, simulation: &Simulation<'_>) {
        let (agent, source, content, bytes) = match fact {
            Fact::Admitted { agent, .. } => {
                self.visits.insert(agent, Visit { since: at, lacks: Vec::new() });
                return;
            }
            Fact::IndexFetched { agent, source, bytes, .. } => {
                (agent, source, LoggedContent::Index, bytes)
            }
            Fact::Fetched { agent, source, kind, bytes, .. } => {
                let content = match kind {
                    ContentKind::Settings => LoggedContent::Settings,
                    ContentKind::Programs => LoggedContent::Program,
                    ContentKind::Components => self.components(agent, source, bytes),
                };
                (agent, source, content, bytes)
            }
            Fact::Mirrored { agent, source, bytes, .. } => {
                (agent, source, LoggedContent::Mirror, bytes)
            }
            Fact::Interrupted { agent, source, bytes, .. } => {
                (agent, source, LoggedContent::CutShort, bytes)
            }
            _ => return,
        };
        let began = self.visits.get(&agent).map_or(at, |visit| visit.since);
        self.line(at, agent, LoggedEvent::Sent { source, content, bytes, began });
        if let Some(visit) = self.visits.get_mut(&agent) {
            visit.since = at;
            visit.lacks = lacks(simulation, source, agent);
        }
    }

    /// The components that `agent` has received, as files if they are the ones that it lacked.
    fn components(&mut self, agent: AgentId, source: SourceId, bytes: Bytes) -> LoggedContent {
        self.unreported.insert(agent, source);
        let first = self.files.len();
        let lacked = self.visits.get(&agent).map_or(&[][..], |visit| &visit.lacks);
        let whole: Bytes = lacked.iter().map(|file| file.bytes).sum();
        if whole == bytes {
            self.files.extend_from_slice(lacked);
        }
        LoggedContent::Components { first, end: self.files.len() }
    }

    fn reported(&mut self, at: SimTime, agent: AgentId, simulation: &Simulation<'_>) {
        let took = self.ended.remove(&agent).map_or(SimDuration::ZERO, |ended| at.since(ended));
        let source = self.unreported.remove(&agent);
        let updated = source.zip(pattern_version(simulation, agent));
        let bytes = simulation.company().settings.server.report_size;
        self.line(at, agent, LoggedEvent::Reported { bytes, took, updated });
    }
}

/// The files of components at `source` that `agent` lacks now (DUP-9).
fn lacks(simulation: &Simulation<'_>, source: SourceId, agent: AgentId) -> Vec<LoggedFile> {
    let company: &Company = simulation.company();
    let (scan, scope) = (simulation.agents()[agent].scan, simulation.settings_of(agent).scope);
    let own = simulation.agents().versions(agent).iter();
    let offers = simulation.sources()[source].repository.offers.iter();
    let rows = company.catalogue.rows().zip(own.zip(offers));
    let held = simulation.held_back(agent);
    rows.filter(|((_, component), _)| content::gets(component, scan, scope))
        .filter(|((id, _), (_, offer))| !simulation.holds(held, *id, offer.latest))
        .filter_map(|((id, component), (own, offer))| {
            let package = agent_package(*own, *offer, component)?;
            Some(LoggedFile { component: id, package, bytes: package.size(component) })
        })
        .collect()
}

/// The version of the pattern that deployments report: the first pattern of the catalogue that the agent gets, which by
/// its scan method is the Virus Pattern or the Smart Scan Agent Pattern (CMP-2).
fn pattern_version(simulation: &Simulation<'_>, agent: AgentId) -> Option<Version> {
    let scan = simulation.agents()[agent].scan;
    let versions = simulation.agents().versions(agent).iter();
    let mut rows = simulation.company().catalogue.iter().zip(versions);
    let is_it = |component: &crate::model::component::Component| {
        component.kind == ComponentKind::Pattern && component.goes_to(scan)
    };
    rows.find(|(component, _)| is_it(component)).map(|(_, version)| *version)
}
