//! Access logs of update servers: W3C extended, as IIS writes it, and the combined form of nginx and Apache.

use std::collections::BTreeMap;
use std::io::{self, BufRead};

use super::content::{Asked, asked};
use super::gathering::Gathering;
use super::lines::for_each_line;
use super::request::{Fields, Request, combined};
use crate::model::observation::{Content, Event, Item, ItemId, ObservedSource};
use crate::units::Bytes;

pub(super) fn read(input: impl BufRead, into: &mut Gathering) -> io::Result<()> {
    let mut fields = Fields::default();
    let mut paths = Paths::default();
    for_each_line(input, |line| {
        let text = line.text.trim_ascii();
        if text.is_empty() {
            return;
        }
        if let Some(names) = text.strip_prefix(b"#Fields:") {
            fields = Fields::named(names.trim_ascii());
            return;
        }
        if text.starts_with(b"#") {
            return;
        }
        into.line();
        let request = if fields.count > 0 { fields.request(text) } else { combined(text) };
        match request {
            Ok(request) if line.is_whole || fields.count == 0 => paths.take(&request, into),
            // The last field of a truncated line may be incomplete.
            Ok(_) => into.unreadable(line, "cut off"),
            Err(misread) => into.unreadable(line, misread.message),
        }
    })
}

/// A cache of paths.
#[derive(Default)]
struct Paths(BTreeMap<Box<[u8]>, (Asked, Option<ItemId>)>);

impl Paths {
    fn take(&mut self, request: &Request<'_>, into: &mut Gathering) {
        let Request { moment, client, path, status, bytes, took, .. } = *request;
        let known = self.0.get(path).map(|(asked, item)| (kind(asked), *item));
        let (kind, item) = known.unwrap_or_else(|| {
            let mut asked = asked(path);
            if request.broke && path == b"-" {
                asked = Asked::Update(Content::Other);
            }
            let item = match &asked {
                Asked::Update(content) => Some(
                    into.item(Item { source: ObservedSource::Server, content: content.clone() }),
                ),
                _ => None,
            };
            let kind = kind(&asked);
            self.0.insert(path.into(), (asked, item));
            (kind, item)
        });
        let event = match (kind, status) {
            (Kind::Start, 200..=399) => Event::On,
            (Kind::Report, 200..=399) => Event::Reported,
            (Kind::Update, _) if request.broke => Event::Failed,
            (Kind::Update, 200 | 206) => Event::Sent,
            (Kind::Update, 503) => Event::Refused,
            (Kind::Update, 400..) => Event::Failed,
            _ => return into.other(),
        };
        let agent = into.agents.at(client);
        into.take(moment, agent, event, |seen| {
            let seen = seen.taking(took);
            item.map_or(seen, |item| seen.of(item, Bytes::new(bytes)))
        });
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Update,
    Start,
    Report,
    Else,
}

fn kind(asked: &Asked) -> Kind {
    match asked {
        Asked::Update(_) => Kind::Update,
        Asked::Start => Kind::Start,
        Asked::Report => Kind::Report,
        Asked::Else => Kind::Else,
    }
}
