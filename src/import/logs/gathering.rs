//! The common part of the log readers: collects observations, and reports lines without any.

use std::collections::{BTreeMap, BTreeSet};

use super::agents::{Agents, EXAMPLES, Sites};
use super::clock::Span;
use super::lines::Line;
use super::log_kind::LogKind;
use super::merging::{Part, merge};
use super::moment::{Moment, UtcOffset};
use super::reading::LogReading;
use super::sources::source;
use crate::ids::{AgentId, SiteId};
use crate::import::account::{counted, listed, named};
use crate::model::observation::{Event, Item, ItemId, Observation, Observations, ObservedSource};
use crate::scenario::Scenario;
use crate::units::SimDuration;

/// Rules for values that logs do not contain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogRules {
    /// The company's clock, which applies to the scenario's times and to log lines without a zone.
    pub company_clock: UtcOffset,
}

/// A clock that goes back by less than this has only reordered lines of the same time.
const ORDER: SimDuration = SimDuration::from_secs(60);

/// The observations so far.
#[derive(Debug)]
pub(super) struct Gathering {
    pub(super) sites: Sites,
    pub(super) agents: Agents,
    span: Span,
    found: Vec<Observation>,
    /// The logs so far.
    parts: Vec<Part>,
    items: Vec<Item>,
    item_ids: BTreeMap<Item, u32>,
    /// The repetitions of the scenario's span that have lines, as weeks, by temporary numbers.
    windows: BTreeMap<i64, u16>,
    last_window: Option<(i64, u16)>,
    file: FileAccount,
    account: Vec<String>,
    /// The number of lines that name a source that the scenario does not have, and the first of these names.
    unknown_sources: (usize, BTreeSet<String>),
}

/// The report on one file.
#[derive(Debug, Default)]
struct FileAccount {
    name: String,
    kind: Option<LogKind>,
    lines: u64,
    taken: u64,
    others: u64,
    outside: u64,
    unreadable: u64,
    first_unreadable: Option<(u64, &'static str)>,
    cut_off: Option<u64>,
    zones: BTreeMap<Option<UtcOffset>, u64>,
    last_moment: Option<Moment>,
    backward: u64,
    furthest_back: SimDuration,
}

impl Gathering {
    pub(super) fn new(scenario: &Scenario, rules: LogRules) -> Self {
        Self {
            sites: Sites::of(scenario),
            agents: Agents::default(),
            span: Span::new(scenario, rules.company_clock),
            found: Vec::new(),
            parts: Vec::new(),
            items: Vec::new(),
            item_ids: BTreeMap::new(),
            windows: BTreeMap::new(),
            last_window: None,
            file: FileAccount::default(),
            account: Vec::new(),
            unknown_sources: (0, BTreeSet::new()),
        }
    }

    /// Begins a file.
    pub(super) fn begin(&mut self, name: &str, kind: LogKind) {
        self.file = FileAccount { name: name.into(), kind: Some(kind), ..FileAccount::default() };
    }

    /// Counts a line.
    pub(super) fn line(&mut self) {
        self.file.lines += 1;
    }

    /// Counts a line that is not relevant here.
    pub(super) fn other(&mut self) {
        self.file.others += 1;
    }

    /// Counts an unreadable line, with the reason. The last line of a file without a line end is truncated.
    pub(super) fn unreadable(&mut self, line: &Line<'_>, why: &'static str) {
        if line.is_whole {
            self.unreadable_at(line.number, why);
        } else {
            self.file.cut_off = Some(line.number);
        }
    }

    /// The same for the line with that number.
    pub(super) fn unreadable_at(&mut self, number: u64, why: &'static str) {
        self.file.unreadable += 1;
        self.file.first_unreadable.get_or_insert((number, why));
    }

    /// The source named in a line. One that the scenario does not have counts as unknown.
    pub(super) fn source(&mut self, name: &[u8]) -> ObservedSource {
        let found = source(name, &self.sites);
        if found.is_none() {
            let (lines, names) = &mut self.unknown_sources;
            *lines += 1;
            if names.len() < EXAMPLES {
                let _ = names.insert(String::from_utf8_lossy(name).into_owned());
            }
        }
        found.unwrap_or(ObservedSource::Unknown)
    }

    /// The number of an item.
    pub(super) fn item(&mut self, item: Item) -> ItemId {
        let next = u32::try_from(self.items.len()).unwrap_or(u32::MAX - 1);
        let items = &mut self.items;
        ItemId(*self.item_ids.entry(item).or_insert_with_key(|item| {
            items.push(item.clone());
            next
        }))
    }

    /// Adds an event of `agent` at `moment`; `detail` adds further data.
    pub(super) fn take(
        &mut self,
        moment: Moment,
        agent: AgentId,
        event: Event,
        detail: impl FnOnce(Observation) -> Observation,
    ) {
        self.watch_clock(moment);
        let Some((window, at)) = self.span.place(moment) else {
            self.file.outside += 1;
            return;
        };
        self.file.taken += 1;
        let window = self.window(window);
        self.found.push(detail(Observation::new(window, at, agent, event)));
    }

    /// The time from one moment to another; `None` if the order is reversed.
    pub(super) fn span_between(&self, from: Moment, to: Moment) -> Option<SimDuration> {
        self.span.back(to, from)
    }

    fn watch_clock(&mut self, moment: Moment) {
        let file = &mut self.file;
        *file.zones.entry(moment.zone).or_insert(0) += 1;
        let back = file.last_moment.and_then(|last| self.span.back(last, moment));
        if let Some(back) = back.filter(|back| *back > ORDER) {
            file.backward += 1;
            file.furthest_back = file.furthest_back.max(back);
        }
        file.last_moment = Some(moment);
    }

    fn window(&mut self, week: i64) -> u16 {
        if let Some((last, number)) = self.last_window.filter(|(last, _)| *last == week) {
            debug_assert_eq!(last, week);
            return number;
        }
        let next = u16::try_from(self.windows.len()).unwrap_or(u16::MAX);
        let number = *self.windows.entry(week).or_insert(next);
        self.last_window = Some((week, number));
        number
    }

    /// Ends a file.
    ///
    /// # Errors
    /// If it contained no updates.
    pub(super) fn end(&mut self) -> Result<(), String> {
        let file = std::mem::take(&mut self.file);
        if file.taken + file.outside == 0 {
            return Err(match file.first_unreadable {
                Some((line, why)) => format!("line {line}: {why}"),
                None => counted_lines(file.lines, "none of them about updates"),
            });
        }
        self.parts.extend(file.kind.map(|kind| Part { kind, end: self.found.len() }));
        self.account.extend(file.told());
        Ok(())
    }

    /// All observations, with resolved agents, in order of time.
    pub(super) fn finish(mut self) -> LogReading {
        let resolved = self.agents.resolve(&self.sites);
        // Repetitions are numbered in order of time, not in that of the files.
        let order: BTreeMap<u16, u16> = self.windows.values().copied().zip(0..).collect();
        for seen in &mut self.found {
            let agent = resolved.of[seen.agent.0 as usize];
            *seen = seen.renamed(agent, seen.item());
            seen.window = order[&seen.window];
        }
        let mut observations = Observations {
            list: self.found,
            agents: resolved.sites,
            items: self.items,
            windows: u16::try_from(self.windows.len()).unwrap_or(u16::MAX),
        };
        let repeated = merge(&mut observations, &self.parts);
        let mut account = self.account;
        account.push(format!(
            "{} of {} at {}",
            counted(observations.list.len(), "event", "events"),
            counted(observations.agents.len(), "agent", "agents"),
            counted(sites_of(observations.agents.iter()), "site", "sites"),
        ));
        if repeated > 0 {
            let events = counted(repeated, "event is", "events are");
            account.push(format!("{events} also in another of these logs: counted once"));
        }
        if resolved.nowhere > 0 {
            account.push(format!(
                "{} in no subnet of the scenario, such as {}: their events count towards no site",
                counted(resolved.nowhere, "agent", "agents"),
                listed(resolved.examples.iter().map(String::as_str)),
            ));
        }
        if resolved.by_allotted > 0 {
            account.push(format!(
                "{} placed by ranges that updraft allots, because the scenario does not state those of their sites \
                 (`subnet`): only the logs of a run have such addresses",
                counted(resolved.by_allotted, "agent", "agents"),
            ));
        }
        if resolved.by_source > 0 {
            account.push(format!(
                "{} without an address placed at the site of the Update Agent that served them",
                counted(resolved.by_source, "agent", "agents"),
            ));
        }
        if resolved.shared > 0 {
            account.push(format!(
                "{} used by several agents: lines without an agent's name count as a separate agent",
                counted(resolved.shared, "address", "addresses"),
            ));
        }
        if self.agents.moves > 0 {
            let moves = usize::try_from(self.agents.moves).unwrap_or(usize::MAX);
            let moves = counted(moves, "time", "times");
            account.push(format!("an agent changed its address {moves}: the last one is used"));
        }
        let (lines, names) = self.unknown_sources;
        if lines > 0 {
            account.push(format!(
                "{} of sources that the scenario does not have, such as {}: these sources count as unknown",
                counted(lines, "line", "lines"),
                listed(names.iter().map(String::as_str)),
            ));
        }
        let is_unknown = |item: &Item| item.source == ObservedSource::Unknown;
        if observations.items.iter().any(is_unknown) && observations.tell_of(Event::Updated) {
            account.push("some updates name no source".into());
        }
        LogReading { observations, account }
    }
}

/// The number of sites among these.
fn sites_of<'a>(sites: impl Iterator<Item = &'a Option<SiteId>>) -> usize {
    let mut all: Vec<SiteId> = sites.flatten().copied().collect();
    all.sort_unstable();
    all.dedup();
    all.len()
}

fn counted_lines(lines: u64, rest: &str) -> String {
    format!("{} {rest}", counted(usize::try_from(lines).unwrap_or(usize::MAX), "line,", "lines,"))
}

impl FileAccount {
    /// In words, one line each.
    fn told(&self) -> Vec<String> {
        let (name, kind) = (named(&self.name), self.kind.map_or("", LogKind::name));
        let lines =
            |count: u64| counted(usize::try_from(count).unwrap_or(usize::MAX), "line", "lines");
        let mut told = vec![format!("{name}: {kind}, {}, {} read", lines(self.lines), self.taken)];
        let mut say = |count: u64, what: String| {
            if count > 0 {
                told.push(format!("{name}: {what}"));
            }
        };
        say(self.others, format!("{} not about updates", lines(self.others)));
        say(self.outside, format!("{} outside the scenario's span", lines(self.outside)));
        if let Some((first, why)) = self.first_unreadable {
            let count = lines(self.unreadable);
            say(
                self.unreadable,
                format!("{count} cannot be read; the first is line {first}: {why}"),
            );
        }
        if let Some(line) = self.cut_off {
            say(1, format!("truncated in line {line}"));
        }
        let unzoned = self.zones.get(&None).copied().unwrap_or_default();
        let clock = "read in the company's clock (--utc-offset)";
        say(unzoned, format!("{} without a time zone, {clock}", lines(unzoned)));
        if self.zones.len() > 1 {
            let zone = |(zone, count): (&Option<UtcOffset>, &u64)| {
                let zone = zone.map_or("none".into(), |zone| zone.to_string());
                format!("{zone} ({count})")
            };
            let zones: Vec<String> = self.zones.iter().map(zone).collect();
            say(1, format!("several time zones, each converted: {}", zones.join(", ")));
        }
        let times = counted(usize::try_from(self.backward).unwrap_or(usize::MAX), "time", "times");
        let furthest = self.furthest_back;
        say(self.backward, format!("its clock goes back {times}, by up to {furthest}"));
        told
    }
}
