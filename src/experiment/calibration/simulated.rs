//! Converts a run to observations, so that runs and logs are measured by the same functions.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use crate::ids::{AgentId, Column, RowId, SiteId};
use crate::measure::event_log::{LoggedContent, LoggedEvent, LoggedSource, RunLog};
use crate::measure::run::SourceKind;
use crate::model::observation::{
    Content, Event, Item, ItemId, Observation, Observations, ObservedSource,
};
use crate::units::Bytes;

/// The observations of `log`, with agents at these sites.
pub fn observed(log: &RunLog, sites: &Column<AgentId, SiteId>) -> Observations {
    let at: BTreeMap<Ipv4Addr, SiteId> =
        log.agents.iter().copied().zip(sites.iter().copied()).collect();
    let sources: Vec<ObservedSource> = log.sources.iter().map(|of| source(of, &at)).collect();
    let mut items: BTreeMap<(usize, Content), ItemId> = BTreeMap::new();
    let mut item = |source: usize, content: Content| {
        let next = u32::try_from(items.len()).expect("few items");
        *items.entry((source, content)).or_insert(ItemId(next))
    };
    let mut list = Vec::with_capacity(log.lines.len());
    for line in &log.lines {
        let of = |event| Observation::new(0, line.at, line.agent, event);
        list.push(match line.event {
            LoggedEvent::On { .. } => of(Event::On),
            LoggedEvent::Off => of(Event::Off),
            LoggedEvent::NotifyBegins(by) => {
                of(Event::NotifyBegins).of(item(by.index(), Content::Other), Bytes::ZERO)
            }
            LoggedEvent::Notified { by, answered, took } => {
                let event = if answered { Event::Answered } else { Event::Unanswered };
                of(event).taking(took).of(item(by.index(), Content::Other), Bytes::ZERO)
            }
            LoggedEvent::Sent { source, content, bytes, began } => {
                let event = match content {
                    LoggedContent::CutShort => Event::Failed,
                    _ => Event::Sent,
                };
                let item = item(source.index(), content_of(content));
                of(event).taking(line.at.since(began)).of(item, bytes)
            }
            LoggedEvent::Refused(source) => {
                of(Event::Refused).of(item(source.index(), Content::Other), Bytes::ZERO)
            }
            LoggedEvent::Failed(source) => {
                of(Event::Failed).of(item(source.index(), Content::Other), Bytes::ZERO)
            }
            LoggedEvent::Reported { updated: Some((source, _)), .. } => {
                of(Event::Updated).of(item(source.index(), Content::Components), Bytes::ZERO)
            }
            LoggedEvent::Reported { updated: None, .. } => of(Event::Reported),
        });
    }
    let mut numbered: Vec<_> = items.into_iter().collect();
    numbered.sort_by_key(|(_, id)| *id);
    let items = numbered.into_iter();
    let items = items.map(|((at, content), _)| Item { source: sources[at], content }).collect();
    let agents = sites.iter().map(|site| Some(*site)).collect();
    Observations { list, agents, items, windows: 1 }
}

fn source(of: &LoggedSource, at: &BTreeMap<Ipv4Addr, SiteId>) -> ObservedSource {
    match of.kind {
        SourceKind::Server => ObservedSource::Server,
        // Logs of another source look like those of ActiveUpdate.
        SourceKind::ActiveUpdate | SourceKind::Other => ObservedSource::ActiveUpdate,
        SourceKind::UpdateAgent => {
            ObservedSource::UpdateAgent(of.address.and_then(|address| at.get(&address).copied()))
        }
    }
}

fn content_of(content: LoggedContent) -> Content {
    match content {
        LoggedContent::Index => Content::Index,
        LoggedContent::Settings => Content::Settings,
        LoggedContent::Components { .. } => Content::Components,
        LoggedContent::Program => Content::Program,
        LoggedContent::Mirror => Content::Mirror,
        LoggedContent::CutShort => Content::Other,
    }
}
