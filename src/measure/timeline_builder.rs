//! Builds timelines from traces: names for numbers, and the rules that decided.

use std::collections::BTreeMap;

use super::agent_state::source_of;
use super::agent_tracer::AgentTracer;
use super::names::{Names, direction, numbers};
use super::run::AgentRow;
use super::timeline::{Event, Hop, RuledOut, Spell, Step, Timeline, Waited, Way};
use super::track::{Entry, NotTold, Noted, Track};
use super::waiting::{Cause, Place, Waits};
use crate::ids::{AgentId, ChannelId, Column, LinkId, PathId, ReleaseId, RowId, SourceId};
use crate::model::calendar::Schedule;
use crate::model::change::Taken;
use crate::model::component::{ContentKind, KindSet};
use crate::model::trigger::{Message, Trigger};
use crate::network::Topology;
use crate::policy::attempt::AttemptFailure;
use crate::policy::notification::{Notifier, SkippedByOrder};
use crate::simulation::fact::{NoLongerTold, Recall};
use crate::simulation::state::{ACTIVE_UPDATE, SERVER, Standpoint};
use crate::simulation::{Fact, Simulation};
use crate::units::{SimDuration, SimTime};

impl AgentTracer {
    /// The timelines of all traced agents, whose rows of `agents.csv` are among `rows`.
    pub fn timelines(
        &self,
        simulation: &Simulation<'_>,
        topology: &Topology,
        rows: &[AgentRow],
    ) -> Vec<Timeline> {
        let names = Names::new(simulation.company());
        let numbers = numbers(topology);
        let names = (&names, &numbers);
        let tell = |track| TimelineBuilder::new(simulation, topology, names, track).timeline(rows);
        self.tracks.iter().map(tell).collect()
    }
}

/// A timeline under construction.
struct TimelineBuilder<'a> {
    simulation: &'a Simulation<'a>,
    topology: &'a Topology,
    names: &'a Names<'a>,
    /// The number of each link among those with the same ends.
    numbers: &'a Column<LinkId, u32>,
    track: &'a Track,
    /// The route of the last transfer from each source.
    ways: BTreeMap<SourceId, PathId>,
    steps: Vec<Step>,
    /// Waits before entries that form no step.
    waits: Waits,
    /// The sources of the current round, and the number of those tried.
    plan: Vec<(SourceId, bool)>,
    tried: usize,
    ruled_out: Vec<RuledOut>,
    /// Whether the current round has had a result, or had none for a stated reason.
    has_outcome: bool,
    switched_on: Option<SimTime>,
    /// The settings by which the agent goes, and the other site that it is at.
    at: Standpoint,
    /// The queue of the agent's last record.
    told_by: Notifier,
}

/// A step's event and rules.
type Told = (Event, Vec<&'static str>);

impl<'a> TimelineBuilder<'a> {
    fn new(
        simulation: &'a Simulation<'a>,
        topology: &'a Topology,
        (names, numbers): (&'a Names<'a>, &'a Column<LinkId, u32>),
        track: &'a Track,
    ) -> Self {
        Self {
            simulation,
            topology,
            names,
            numbers,
            track,
            ways: BTreeMap::new(),
            steps: Vec::new(),
            waits: Waits::default(),
            plan: Vec::new(),
            tried: 0,
            ruled_out: Vec::new(),
            has_outcome: false,
            switched_on: None,
            at: Standpoint::default(),
            told_by: Notifier::Server,
        }
    }

    fn timeline(mut self, rows: &[AgentRow]) -> Timeline {
        let track = self.track;
        for entry in &track.entries {
            self.waits.add_all(&entry.waits);
            if let Some((event, rules)) = self.tell(entry) {
                let waits = std::mem::take(&mut self.waits);
                self.steps.push(Step { at: entry.at, event, rules, waits: self.waited(&waits) });
            }
        }
        let (agent, company) = (track.agent, self.simulation.company());
        let mut waits = self.waited(&track.total);
        waits.sort_by_key(|waited| std::cmp::Reverse(waited.span));
        let row = rows[agent.index()].clone();
        let published = company.releases.iter().map(|release| release.at);
        let before = row.updated_at.unwrap_or(SimTime::START);
        let last = published.clone().filter(|at| *at <= before).max();
        Timeline {
            row,
            serves_as: track.serves_as.map(|source| self.source(source)),
            scan: self.simulation.agents()[agent].scan,
            presence: company.agents.presence.get(agent),
            behind: company.agents.behind.get(agent),
            released_at: last.or_else(|| published.min()).unwrap_or(SimTime::START),
            outdated: track.total.sum(),
            waits,
            spells: track.spells.iter().map(|spell| self.spell(*spell)).collect(),
            steps: self.steps,
        }
    }

    fn waited(&self, waits: &Waits) -> Vec<Waited> {
        waits.0.iter().map(|&(cause, span)| self.waited_for(cause, span)).collect()
    }

    fn spell(&self, (from, cause, span): (SimTime, Cause, SimDuration)) -> Spell {
        Spell { from, waited: self.waited_for(cause, span) }
    }

    fn waited_for(&self, cause: Cause, span: SimDuration) -> Waited {
        let name = |place| match place {
            Place::Nowhere => None,
            Place::Source(source) => Some(self.source(source)),
            Place::Channel(channel) => Some(direction(self.topology, self.numbers, channel)),
        };
        Waited { reason: cause.reason, place: name(cause.place), span, rule: cause.rule() }
    }

    fn source(&self, source: SourceId) -> String {
        self.names.source(self.simulation.sources()[source].role).to_owned()
    }

    /// The step for `entry`, if it forms one.
    fn tell(&mut self, entry: &Entry) -> Option<Told> {
        match entry.noted {
            Noted::Fact(Fact::Queued { by, attempt, message, .. }) => {
                self.told_by = by;
                let rule = match (message, by) {
                    _ if attempt > 1 => "NTF-3",
                    (Message::Manual, _) => "SCH-6",
                    (Message::FetchSettings, _) => "NTF-11",
                    (Message::Scheduled, _) => "SCH-3",
                    (Message::ScanNow, _) => "NTF-5",
                    (Message::RollBack, _) => "DUP-6",
                    (Message::Update, Notifier::Server) => "NTF-1",
                    (Message::Update, Notifier::UpdateAgent(_)) => "NTF-10",
                };
                Some((Event::Queued { notifier: self.source(source_of(by)), attempt }, vec![rule]))
            }
            Noted::Fact(fact) => self.tell_fact(entry.at, fact),
            Noted::NotTold(why) => Some((Event::NotTold(why), vec![why.rule()])),
            Noted::End => Some((Event::End, vec![])),
        }
    }

    fn tell_fact(&mut self, at: SimTime, fact: Fact) -> Option<Told> {
        let told = match fact {
            Fact::Released(release) => self.released(release),
            Fact::ServerStocked { .. } => {
                (Event::Stocked { source: self.source(SERVER) }, vec!["SRV-1", "DUP-7"])
            }
            Fact::UpdateAgentStocked(source) => {
                (Event::Stocked { source: self.source(source) }, vec!["DUP-8"])
            }
            Fact::OtherSourceStocked(source) => {
                (Event::Stocked { source: self.source(source) }, vec!["SRC-2"])
            }
            Fact::WentOn(_) => {
                self.switched_on = Some(at);
                (Event::SwitchedOn, vec!["NET-5"])
            }
            Fact::WentOff(_) => {
                self.at.visiting = None;
                self.has_outcome = true;
                (Event::SwitchedOff, vec!["NET-5"])
            }
            Fact::Notified { attempt, answered, .. } => {
                let notifier = source_of(self.told_by);
                let wrong_family =
                    !answered && self.simulation.speaks_other_family(notifier, self.track.agent);
                let mut rules = if answered { vec!["NTF-8"] } else { vec!["NTF-3", "NTF-8"] };
                rules.extend(wrong_family.then_some("NET-1"));
                (Event::Called { attempt, answered, wrong_family }, rules)
            }
            Fact::SkippedByOrder { why, .. } => {
                let (why, rule) = match why {
                    SkippedByOrder::Off => (NotTold::Off, "SCH-4"),
                    SkippedByOrder::Independent => (NotTold::Independent, "NTF-2"),
                    SkippedByOrder::BehindNat => (NotTold::BehindNat, "NET-3"),
                };
                (Event::SkippedByOrder(why), vec!["SCH-6", rule])
            }
            Fact::NotificationGivenUp(_) => (Event::GivenUp, vec!["NTF-3"]),
            Fact::NotificationExpired(_) => (Event::Expired, vec!["NTF-7"]),
            Fact::QueueCleaned { .. } => (Event::Cleaned, vec!["NTF-9"]),
            Fact::AwaitsSlot(_) => (Event::AwaitsSlot, vec!["SRV-4"]),
            Fact::AwaitsDesktops(_) => (Event::AwaitsDesktops, vec![]),
            Fact::SlotTimedOut(_) => (Event::SlotTimedOut, vec!["SRV-4"]),
            Fact::UpToDate(_) => (Event::UpToDate, vec![]),
            Fact::SwitchedScan(_) => (Event::SwitchedScan, vec!["SPS-3"]),
            Fact::Recalled { release, how } => (
                Event::Recalled {
                    release: self.release(release),
                    by_vendor: how == Recall::Withdrawn,
                },
                vec![if how == Recall::Withdrawn { "DUP-1" } else { "DUP-6" }],
            ),
            Fact::TookRecalled { release, .. } => {
                (Event::TookRecalled { release: self.release(release) }, vec![])
            }
            Fact::RolledBack(_) => (Event::RolledBack, vec!["DUP-6"]),
            Fact::ReturnedToImage(_) => (Event::ReturnedToImage, vec!["NET-5"]),
            Fact::ScanBegan(_) => (Event::Scans, vec!["NTF-5"]),
            Fact::ReportLost { .. } => (Event::ReportLost, vec!["NET-4", "SRV-5"]),
            Fact::Reported { outcome, .. } => {
                let (found_full, done) = (outcome.found_full, outcome.done);
                (Event::Reported { found_full, done }, vec!["SRV-5"])
            }
            _ => return self.tell_change(at, fact),
        };
        Some(told)
    }

    /// The steps that change what the agent goes by, what it may get, or whether it is notified.
    fn tell_change(&mut self, at: SimTime, fact: Fact) -> Option<Told> {
        let told = match fact {
            Fact::CameUpAt { site, .. } => {
                self.at.visiting = Some(site);
                let site = self.simulation.company().sites[site].name.clone();
                (Event::CameUpAt { site }, vec!["NET-5"])
            }
            Fact::NoLongerTold { why: NoLongerTold::HasEverything, .. } => {
                (Event::NotToldAgain, vec!["NTF-3"])
            }
            Fact::NoLongerTold { why: NoLongerTold::NotifierIsOff, .. } => {
                (Event::NotifierIsOff, vec!["NTF-10"])
            }
            Fact::NoLongerTold { why: NoLongerTold::NotAutomatically, .. } => {
                (Event::NoLongerUpdates, vec!["SRV-2"])
            }
            Fact::Changed(number) => self.changed(number),
            Fact::TookSettings { edition, .. } => {
                self.at.edition = edition;
                (Event::TookSettings, vec!["NTF-11"])
            }
            Fact::ChangedScope(_) => (Event::ChangedScope, vec!["CMP-7"]),
            Fact::WaveBegan { release, wave } => return self.wave(release, wave),
            Fact::ScheduleSwitched { on, .. } => (Event::ScheduleSwitched { on }, vec!["SCH-1"]),
            _ => return self.tell_round(at, fact),
        };
        Some(told)
    }

    /// The steps of a round.
    fn tell_round(&mut self, at: SimTime, fact: Fact) -> Option<Told> {
        let told = match fact {
            Fact::RoundBegan { agent, trigger, wanted } => self.began(at, agent, trigger, wanted),
            Fact::Asked { source, fallback, .. } => self.asked(source, fallback),
            Fact::Waits { source, .. } => {
                (Event::WaitsAt { source: self.source(source) }, vec!["UAG-1"])
            }
            // Switching off the computer is a separate step, and so is each interruption.
            Fact::AttemptFailed { failure: AttemptFailure::CutOff, .. } => return None,
            Fact::AttemptFailed { source, failure, .. } => {
                self.has_outcome = true;
                let remaining = self.remaining();
                let (source, rules) =
                    (self.source(source), std::iter::once("SRC-8").chain(failure.rule()).collect());
                (Event::Failed { source, failure: failure.name(), remaining }, rules)
            }
            Fact::IndexFetched { source, bytes, path, .. } => {
                let way = self.way(source, path);
                (Event::Index { source: self.source(source), bytes, way }, vec!["CMP-6"])
            }
            Fact::Fetched { source, kind, bytes, full, incremental, path, .. } => {
                self.has_outcome = true;
                let way = self.way(source, path);
                let source = self.source(source);
                let rules = match kind {
                    ContentKind::Components => vec!["CMP-5", "DUP-9"],
                    ContentKind::Settings | ContentKind::Programs => vec!["CMP-5"],
                };
                (Event::Received { source, kind, bytes, full, incremental, way }, rules)
            }
            Fact::Mirrored { source, bytes, path, .. } => {
                self.has_outcome = true;
                let way = self.way(source, path);
                (Event::Mirrored { source: self.source(source), bytes, way }, vec!["DUP-8"])
            }
            Fact::Interrupted { source, bytes, path, .. } => {
                self.has_outcome = true;
                let way = self.way(source, path);
                (Event::Interrupted { source: self.source(source), bytes, way }, vec!["SRC-8"])
            }
            Fact::Quit { is_missing: true, .. } => {
                self.has_outcome = true;
                let ruled_out = std::mem::take(&mut self.ruled_out);
                let mut rules = vec!["SRC-5"];
                rules.extend(ruled_out.iter().map(|out| out.rule));
                rules.dedup();
                (Event::Quit { ruled_out }, rules)
            }
            Fact::RoundEnded(_) if !self.has_outcome => (Event::NothingNew, vec!["CMP-6"]),
            _ => return None,
        };
        Some(told)
    }

    /// The route of a transfer from a source.
    fn way(&mut self, source: SourceId, path: Option<PathId>) -> Way {
        let Some(path) = path else { return Way { hops: Vec::new(), is_new: false } };
        let is_new = self.ways.insert(source, path) != Some(path);
        let hop = |channel: &ChannelId| {
            let [from, to] =
                self.topology.ends(*channel).map(|node| self.topology.name(node).to_string());
            Hop { from, to, number: self.numbers[channel.link()] }
        };
        Way { hops: self.simulation.channels(path).iter().map(hop).collect(), is_new }
    }

    fn release(&self, release: ReleaseId) -> String {
        self.simulation.company().releases[release.index()].name.clone()
    }

    fn released(&self, release: ReleaseId) -> Told {
        let company = self.simulation.company();
        let release = &company.releases[release.index()];
        let components = release.components.iter();
        let mut contents: Vec<String> =
            components.map(|component| company.catalogue[*component].name.clone()).collect();
        contents.extend(release.settings.then(|| "settings".into()));
        contents.extend(release.program.then(|| "program".into()));
        let mut rules = Vec::new();
        rules.extend((!release.components.is_empty()).then_some("DUP-2"));
        rules.extend((release.settings || release.program).then_some("SRV-3"));
        (Event::Released { release: release.name.clone(), contents }, rules)
    }

    /// The beginning of a wave: of the agent's own, or of the first one while it waits for its own.
    fn wave(&self, release: ReleaseId, wave: u16) -> Option<Told> {
        let company = self.simulation.company();
        let own = company.wave_of(self.track.agent, release);
        let names = &company.releases[release.index()].waves.as_ref()?.names;
        let name = names[usize::from(own)].clone();
        let release = self.release(release);
        match wave {
            _ if wave == own => Some((Event::WaveBegan { release, wave: name }, vec![])),
            0 => Some((Event::AwaitsWave { release, wave: name }, vec![])),
            _ => None,
        }
    }

    fn changed(&self, number: u32) -> Told {
        let change = &self.simulation.company().changes[number as usize];
        let rule = match change.taken {
            Taken::AtServer | Taken::AtAgents => "SRV-3",
            Taken::ByUsers => "SCH-1",
        };
        let (what, taken) = (change.what.clone(), change.taken);
        (Event::Changed { what, taken, has_list: change.list.is_some() }, vec![rule])
    }

    fn began(&mut self, at: SimTime, agent: AgentId, trigger: Trigger, wanted: KindSet) -> Told {
        self.plan = self.simulation.source_plan(self.at, agent, wanted);
        self.ruled_out = self.ruled_out(agent);
        self.tried = 0;
        self.has_outcome = false;
        let rule = match trigger {
            Trigger::Notification => match self.simulation.notifier(agent) {
                Some(Notifier::UpdateAgent(_)) => "NTF-10",
                Some(Notifier::Server) | None => "NTF-1",
            },
            Trigger::NotifyAll => "NTF-11",
            Trigger::Manual | Trigger::UpdateNow => "SCH-6",
            Trigger::Restart => "NTF-4",
            Trigger::Schedule if self.switched_on == Some(at) => "SCH-5",
            Trigger::Schedule => {
                match self.simulation.profile_with(self.at.edition, agent).schedule {
                    Schedule::Every { .. } => "SCH-2",
                    Schedule::Daily { .. } | Schedule::Weekly { .. } | Schedule::Monthly { .. } => {
                        "SCH-3"
                    }
                }
            }
            Trigger::Poll => "SRV-6",
            Trigger::Retry => "SRC-5",
        };
        let sources = self.remaining();
        let ruled_out = self.ruled_out.clone();
        (Event::Began { trigger, wanted, sources, ruled_out }, vec![rule])
    }

    fn asked(&mut self, source: SourceId, fallback: bool) -> Told {
        // Entries that host none of the remaining kinds are skipped without a request.
        let rest = self.plan.iter().skip(self.tried);
        let place = rest.take_while(|planned| **planned != (source, fallback)).count();
        self.tried = (self.tried + place + 1).min(self.plan.len());
        let has_list = self.simulation.has_source_list(self.at, self.track.agent);
        let rule = match (has_list, fallback) {
            (false, _) => "SRC-1",
            (true, false) => "SRC-2",
            (true, true) if source == ACTIVE_UPDATE => self.last_resort(),
            (true, true) => "SRC-3",
        };
        let mut rules = vec![rule];
        rules.extend(self.track.serves_as.map(|_| "UAG-4"));
        let (source, remaining) = (self.source(source), self.remaining());
        (Event::Asked { source, fallback, remaining }, rules)
    }

    /// The sources of the round that have not been tried.
    fn remaining(&self) -> Vec<String> {
        self.plan.iter().skip(self.tried).map(|(source, _)| self.source(*source)).collect()
    }

    /// The rule about `ActiveUpdate` after a list.
    fn last_resort(&self) -> &'static str {
        let fallback = self.simulation.settings_with(self.at.edition).source.fallback_to_server;
        if fallback.has(ContentKind::Components) { "SRC-7" } else { "SRC-4" }
    }

    /// The server and `ActiveUpdate`, if the round's plan does not include them.
    fn ruled_out(&self, agent: AgentId) -> Vec<RuledOut> {
        let has_list = self.simulation.has_source_list(self.at, agent);
        let last_resort = if has_list { self.last_resort() } else { "SRC-1" };
        let all = [(SERVER, "SRC-3"), (ACTIVE_UPDATE, last_resort)];
        let is_planned = |source| self.plan.iter().any(|(planned, _)| *planned == source);
        let missing = all.into_iter().filter(|(source, _)| !is_planned(*source));
        missing.map(|(source, rule)| RuledOut { source: self.source(source), rule }).collect()
    }
}
