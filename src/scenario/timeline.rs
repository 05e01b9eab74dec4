//! Events during a scenario: commands, faults, background traffic, and how times are written.

use std::collections::BTreeSet;

use super::diagnostic::{Diagnostic, nearest_if_shown};
use super::document::Document;
use super::groups::{Group, GroupNames, named};
use super::keys;
use super::lines::LINE;
use super::links::Graph;
use super::other_sources::WrittenSource;
use super::reader::Fields;
use super::reserved_names::PARTS;
use super::sources::{ExplicitUpdateAgent, site_names, update_agent_names};
use crate::model::calendar::{Calendar, Weekday};
use crate::model::fault::FaultKind;
use crate::model::trigger::CommandKind;
use crate::units::{SimDuration, SimTime, text};

/// The maximum expected number of failures by rates, all of which are drawn before a run.
const MOST_FAILURES: u64 = 1_000_000;

/// A command of the administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Order {
    /// Its time.
    pub at: SimTime,
    /// The command.
    pub kind: CommandKind,
    /// Its group of sites, by number; `None`: all.
    pub group: Option<usize>,
}

/// The times that a scenario may name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moments {
    /// `None` if the duration is invalid.
    pub(super) calendar: Option<Calendar>,
    pub(super) duration: SimDuration,
}

impl Moments {
    /// The time that `key` names: a weekday and a time, or a duration from the start.
    pub(super) fn read(
        self,
        fields: &Fields,
        key: &str,
        problems: &mut Vec<Diagnostic>,
    ) -> Option<SimTime> {
        let written = fields.text(key);
        if !fields.has(key) {
            return None;
        }
        let at = match (parse_moment(&written), text::parse_duration(&written)) {
            (Some((day, clock)), _) => self.calendar?.next(day, clock, SimTime::START),
            (None, Ok(after)) => SimTime::START + after,
            (None, Err(why)) => {
                let expected =
                    "a weekday and a time such as \"Mon 10:15\", or a duration from the start";
                let why = if parse_date(&written).is_some() {
                    format!("`{written}` is a date, which only `start` takes")
                } else if text::parse_clock(&written).is_ok() {
                    format!("`{written}` has no weekday")
                } else {
                    why
                };
                problems.push(Diagnostic::new("bad-value", fields.span_of(key), why, expected));
                return None;
            }
        };
        let (after, duration) = (at.since(SimTime::START), self.duration);
        if duration > SimDuration::ZERO && after >= duration {
            let end = if after == duration { "at the end" } else { "after the end" };
            let message = format!("`{written}` is {after} after the start, {end} of the scenario");
            let expected = format!("a time less than {duration} after the start");
            problems.push(Diagnostic::new("out-of-range", fields.span_of(key), message, expected));
        }
        Some(at)
    }
}

pub(super) fn read_commands(
    document: &Document<'_>,
    groups: &GroupNames,
    moments: Moments,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Order> {
    let mut orders = Vec::new();
    for fields in document.sections(&keys::COMMAND) {
        // A missing or invalid word has been reported.
        let kind = fields.maybe_word("what").unwrap_or(CommandKind::UpdateNow);
        let group = named(fields, "sites", groups, problems);
        if let Some(at) = moments.read(fields, "at", problems) {
            orders.push(Order { at, kind, group });
        }
    }
    orders.sort_by_key(|order| order.at);
    orders
}

/// `"2026-11-02 10:15"`: the calendar of a scenario that begins then.
pub(super) fn parse_date(written: &str) -> Option<Calendar> {
    let (date, clock) = written.split_once(' ')?;
    let parts: Vec<&str> = date.split('-').collect();
    let [year, month, day] = parts[..] else { return None };
    let clock = text::parse_clock(clock.trim()).ok()?;
    Calendar::from_date(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?, clock)
}

/// `"Mon 10:15"`.
pub(super) fn parse_moment(text: &str) -> Option<(Weekday, SimDuration)> {
    let (day, clock) = text.split_once(' ')?;
    Some((Weekday::named(day)?, text::parse_clock(clock.trim()).ok()?))
}

/// The part that a fault affects, by its name in the scenario.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub enum BrokenPart {
    /// The server.
    Server,
    /// `ActiveUpdate`.
    ActiveUpdate,
    /// The proxy.
    Proxy,
    /// The smart protection source.
    SmartProtection,
    /// All agents.
    Agents,
    /// An Update Agent.
    UpdateAgent(String),
    /// Another update source.
    OtherSource(String),
    /// The link of a site.
    LinkOf(String),
    /// An explicit link.
    Link(String),
}

/// The times of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum When {
    /// Once, from one time to another.
    Once {
        /// Its start.
        from: SimTime,
        /// Its end.
        until: SimTime,
    },
    /// Repeatedly, with exponentially distributed times.
    ByRates {
        /// Mean time to failure.
        every: SimDuration,
        /// Mean time to repair.
        lasts: SimDuration,
    },
}

impl When {
    /// The expected number of failures by rates in `duration`.
    fn failures(self, duration: SimDuration) -> u64 {
        match self {
            Self::Once { .. } => 0,
            Self::ByRates { every, lasts } => {
                duration.as_nanos() / (every + lasts).as_nanos().max(1)
            }
        }
    }
}

/// A fault as written.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Breakdown {
    /// The affected part.
    pub at: BrokenPart,
    /// Its type.
    pub kind: FaultKind,
    /// Its times.
    pub when: When,
}

/// The place of background traffic.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Where {
    /// The group on whose links it is, by number.
    Group(usize),
    /// The links with these names.
    Links(Vec<String>),
}

/// Background traffic as written.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct OthersTraffic {
    /// Where it is.
    pub at: Where,
    /// Whether it is present in each hour of the day.
    pub hours: [bool; 24],
    /// The share of the bandwidth, in millionths.
    pub share: u32,
}

/// The names of parts that faults may affect.
#[derive(Debug)]
pub(super) struct Names {
    sites: BTreeSet<String>,
    update_agents: BTreeSet<String>,
    others: BTreeSet<String>,
    links: BTreeSet<String>,
    /// Whether these are complete.
    are_sure: bool,
}

impl Names {
    pub(super) fn of(
        groups: &[Group],
        (explicit, others): (&[ExplicitUpdateAgent], &[WrittenSource]),
        graph: &Graph,
        are_sure: bool,
    ) -> Self {
        let mut update_agents: BTreeSet<String> = update_agent_names(groups).into_iter().collect();
        update_agents.extend(explicit.iter().map(|agent| agent.name.clone()));
        let sites = site_names(groups).into_iter().collect();
        let lines = groups.iter().filter(|group| group.line.is_some()).flat_map(line_names);
        let others = others.iter().map(|other| other.name.clone()).collect();
        let links = graph.link_names().chain(lines).collect();
        Self { sites, update_agents, others, links, are_sure }
    }

    fn part(&self, name: &str) -> Option<BrokenPart> {
        Some(match name {
            "server" => BrokenPart::Server,
            "active-update" => BrokenPart::ActiveUpdate,
            "proxy" => BrokenPart::Proxy,
            "smart-protection" => BrokenPart::SmartProtection,
            "agents" => BrokenPart::Agents,
            _ if self.update_agents.contains(name) => BrokenPart::UpdateAgent(name.into()),
            _ if self.others.contains(name) => BrokenPart::OtherSource(name.into()),
            _ if self.sites.contains(name) => BrokenPart::LinkOf(name.into()),
            _ if self.links.contains(name) => BrokenPart::Link(name.into()),
            _ => return None,
        })
    }

    fn nearest(&self, name: &str, problems: &[Diagnostic]) -> Option<String> {
        let drawn =
            self.update_agents.iter().chain(&self.others).chain(&self.sites).chain(&self.links);
        let drawn = drawn.map(String::as_str);
        nearest_if_shown(name, PARTS.into_iter().chain(drawn), problems)
    }
}

/// The names of the physical lines of a group.
fn line_names(group: &Group) -> impl Iterator<Item = String> {
    (0..group.count).map(|index| group.site_name(index) + LINE)
}

pub(super) fn read_faults(
    document: &Document<'_>,
    names: &Names,
    moments: Moments,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Breakdown> {
    let mut faults = Vec::new();
    let mut failures = 0;
    for fields in document.sections(&keys::FAULT) {
        // A missing or invalid word has been reported.
        let kind = fields.maybe_word("what").unwrap_or(FaultKind::Down);
        let name = fields.text("at");
        let Some(at) = names.part(&name) else {
            if fields.has("at") && names.are_sure {
                let message = format!("there is no `{name}`");
                let expected = "the server, another source, the proxy, `agents` or a site's link";
                let problem =
                    Diagnostic::new("unknown-name", fields.span_of("at"), message, expected);
                let help = names.nearest(&name, problems);
                problems.push(problem.with_help(help));
            }
            continue;
        };
        if let Some(table) = lacking(&at, document) {
            let message = format!("there is no `{name}` in this scenario");
            let expected = format!("a table [{table}]");
            problems.push(Diagnostic::new("unknown-name", fields.span_of("at"), message, expected));
        }
        if fields.are_sound(&["what"]) && !can_be(&at, kind) {
            let message = format!("`{name}` cannot have this fault");
            let expected = "`disk-full` and `address-change` at an Update Agent, `wrong-proxy` at \
                            `server` or `agents`, `down` at all except `agents`";
            problems.push(Diagnostic::new("conflict", fields.span_of("what"), message, expected));
        }
        if let Some(when) = read_when(fields, moments, problems) {
            let before = failures;
            failures += when.failures(moments.duration);
            if before <= MOST_FAILURES && failures > MOST_FAILURES {
                let message = format!("{failures} failures are expected by these means");
                let expected = format!("at most {MOST_FAILURES} in all faults by rates");
                let span = fields.span_of("every");
                problems.push(Diagnostic::new("absurd", span, message, expected));
            }
            faults.push(Breakdown { at, kind, when });
        }
    }
    faults
}

/// The table that creates a part, if it is missing.
fn lacking(at: &BrokenPart, document: &Document<'_>) -> Option<&'static str> {
    let section = match at {
        BrokenPart::Proxy => &keys::PROXY,
        BrokenPart::SmartProtection => &keys::SMART_PROTECTION,
        _ => return None,
    };
    (!document.has(section)).then_some(section.name)
}

/// Whether a part can have such a fault.
fn can_be(at: &BrokenPart, kind: FaultKind) -> bool {
    match kind {
        FaultKind::Down => *at != BrokenPart::Agents,
        FaultKind::DiskFull | FaultKind::AddressChange => matches!(at, BrokenPart::UpdateAgent(_)),
        FaultKind::WrongProxy => matches!(at, BrokenPart::Server | BrokenPart::Agents),
    }
}

fn read_when(fields: &Fields, moments: Moments, problems: &mut Vec<Diagnostic>) -> Option<When> {
    let (every, lasts) = (fields.duration("every"), fields.duration("lasts"));
    let mut wrong = |key, message: &str| {
        let expected = "`from` and `to`, or `every` and `lasts`";
        problems.push(Diagnostic::new("bad-time", fields.span_of(key), message, expected));
        None
    };
    let is_misread = |key| fields.mentions(key) && !fields.has(key);
    match (fields.mentions("from"), fields.mentions("every")) {
        // Invalid values have been reported.
        _ if ["from", "to", "every", "lasts"].into_iter().any(is_misread) => None,
        (true, false) if fields.mentions("lasts") => wrong("lasts", "no effect beside `from`"),
        (false, true) if fields.mentions("to") => wrong("to", "no effect beside `every`"),
        (false, true) if every > SimDuration::ZERO && lasts > SimDuration::ZERO => {
            Some(When::ByRates { every, lasts })
        }
        (true, false) => {
            let from = moments.read(fields, "from", problems)?;
            let until = moments.read(fields, "to", problems);
            match until {
                Some(until) if until > from => Some(When::Once { from, until }),
                Some(_) => {
                    let expected = "a time after `from`";
                    let span = fields.span_of("to");
                    problems.push(Diagnostic::new("bad-time", span, "not after `from`", expected));
                    None
                }
                None if fields.mentions("to") => None,
                None => Some(When::Once { from, until: SimTime::START + moments.duration }),
            }
        }
        (true, true) => wrong("every", "both fixed times and rates"),
        _ => wrong("at", "no time is given"),
    }
}

pub(super) fn read_background(
    document: &Document<'_>,
    groups: &GroupNames,
    graph: &Graph,
    problems: &mut Vec<Diagnostic>,
) -> Vec<OthersTraffic> {
    let mut all = Vec::new();
    for fields in document.sections(&keys::BACKGROUND) {
        let at = read_where(fields, groups, graph, problems);
        let mut hours = [false; 24];
        for hour in fields.hours("hours") {
            hours[usize::try_from(hour).expect("below 24")] = true;
        }
        let share = fields.count("share");
        all.extend(at.map(|at| OthersTraffic { at, hours, share }));
    }
    all
}

/// Reads the links that background traffic uses: those of a group, or a named link.
fn read_where(
    fields: &Fields,
    groups: &GroupNames,
    graph: &Graph,
    problems: &mut Vec<Diagnostic>,
) -> Option<Where> {
    match (fields.mentions("sites"), fields.mentions("link")) {
        (true, false) => named(fields, "sites", groups, problems).map(Where::Group),
        (false, true) => {
            let name = fields.text("link");
            let links = graph.links_called(&name);
            if links.is_empty() && fields.has("link") && !graph.lacks_links && groups.are_sure {
                let message = format!("there is no [[link]] `{name}`");
                let all: Vec<String> = graph.link_names().collect();
                let help = nearest_if_shown(&name, all.iter().map(String::as_str), problems);
                let span = fields.span_of("link");
                let expected = "the name of a [[link]]";
                let problem = Diagnostic::new("unknown-name", span, message, expected);
                problems.push(problem.with_help(help));
            }
            Some(Where::Links(links)).filter(|_| fields.has("link"))
        }
        (true, true) if !fields.are_sound(&["sites", "link"]) => None,
        (true, true) => {
            let (span, message) = (fields.span_of("link"), "both a group of sites and a link");
            problems.push(Diagnostic::new("conflict", span, message, "`sites` or `link`"));
            None
        }
        (false, false) => {
            let (span, message) = (fields.span.clone(), "the place of this traffic is missing");
            problems.push(Diagnostic::new("missing-key", span, message, "`sites` or `link`"));
            None
        }
    }
}
