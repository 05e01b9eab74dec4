//! Access logs of update servers: W3C extended, as IIS writes it, and the combined form of nginx and Apache.

use std::collections::BTreeMap;
use std::io::{self, BufRead};
use std::net::Ipv4Addr;

use super::clock::{Moment, UtcOffset};
use super::content::{Asked, asked};
use super::gathering::Gathering;
use super::lines::{address, for_each_line, number, parts, thousandths};
use crate::model::observation::{Content, Event, Item, ItemId, ObservedSource};
use crate::units::{Bytes, SimDuration};

/// A request in a log line.
struct Request<'a> {
    moment: Moment,
    client: Ipv4Addr,
    path: &'a [u8],
    status: u64,
    /// Whether the connection broke.
    broke: bool,
    bytes: u64,
    took: SimDuration,
}

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
            Err(why) => into.unreadable(line, why),
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

/// The positions of the fields of a W3C log.
#[derive(Default)]
struct Fields {
    count: usize,
    date: Option<usize>,
    time: Option<usize>,
    client: Option<usize>,
    path: Option<usize>,
    status: Option<usize>,
    system: Option<usize>,
    bytes: Option<usize>,
    took: Option<usize>,
}

/// The maximum number of fields.
const MOST_FIELDS: usize = 64;

impl Fields {
    /// The fields of a `#Fields` line.
    fn named(names: &[u8]) -> Self {
        let names: Vec<&[u8]> = words(names).collect();
        let place = |name: &[u8]| {
            let at = names.iter().position(|other| other.eq_ignore_ascii_case(name));
            at.filter(|at| *at < MOST_FIELDS)
        };
        Self {
            count: names.len().min(MOST_FIELDS),
            date: place(b"date"),
            time: place(b"time"),
            client: place(b"c-ip"),
            path: place(b"cs-uri-stem").or_else(|| place(b"cs-uri")),
            status: place(b"sc-status"),
            system: place(b"sc-win32-status"),
            bytes: place(b"sc-bytes"),
            took: place(b"time-taken"),
        }
    }

    fn request<'a>(&self, line: &'a [u8]) -> Result<Request<'a>, &'static str> {
        let mut values: [&[u8]; MOST_FIELDS] = [&[]; MOST_FIELDS];
        let mut found = 0;
        for (place, value) in values.iter_mut().zip(words(line)) {
            *place = value;
            found += 1;
        }
        if found < self.count {
            return Err("fewer fields than #Fields names");
        }
        let field = |place: Option<usize>| place.map(|at| values[at]);
        let (Some(date), Some(time)) = (field(self.date), field(self.time)) else {
            return Err("#Fields names no date and no time");
        };
        let client = field(self.client).ok_or("#Fields names no c-ip")?;
        let path = field(self.path).ok_or("#Fields names no cs-uri-stem")?;
        let took = field(self.took).unwrap_or_default();
        // IIS uses milliseconds; a value with a point is in seconds, as in the format's definition.
        let millis = if took.contains(&b'.') { thousandths(took) } else { number(took) };
        Ok(Request {
            moment: Moment::of(date, time, Some(UtcOffset::UTC))
                .ok_or("expected a date and a time")?,
            client: address(client).ok_or("expected an IPv4 address as c-ip")?,
            path,
            status: field(self.status).and_then(number).unwrap_or(200),
            broke: field(self.system).and_then(number).is_some_and(|system| system != 0),
            bytes: field(self.bytes).and_then(number).unwrap_or_default(),
            took: SimDuration::from_millis(millis.unwrap_or_default()),
        })
    }
}

fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b' ').filter(|word| !word.is_empty())
}

/// `ADDRESS - USER [TIME] "METHOD PATH PROTOCOL" STATUS BYTES …`; a last word with a point is the duration in seconds.
fn combined(line: &[u8]) -> Result<Request<'_>, &'static str> {
    const FORM: &str = "expected ADDRESS - USER [TIME] \"REQUEST\" STATUS BYTES";
    let between = |text: &'_ [u8], open: u8, close: u8| {
        let from = text.iter().position(|byte| *byte == open)? + 1;
        let to = from + text[from..].iter().position(|byte| *byte == close)?;
        Some((from, to))
    };
    let (from, to) = between(line, b'[', b']').ok_or(FORM)?;
    let moment =
        Moment::combined(&line[from..to]).ok_or("expected [10/Oct/2026:13:55:36 +0100]")?;
    let rest = &line[to + 1..];
    let (first, end) = between(rest, b'"', b'"').ok_or(FORM)?;
    let [_, path, _] = parts(&rest[first..end], b' ');
    let mut numbers = words(&rest[end + 1..]);
    let status = numbers.next().and_then(number).ok_or(FORM)?;
    let bytes = numbers.next().and_then(number).unwrap_or_default();
    let last = numbers.last().map(|word| word.strip_prefix(b"rt=").unwrap_or(word));
    let millis = last.filter(|word| word.contains(&b'.')).and_then(thousandths);
    let client = words(line).next().and_then(address).ok_or("expected an IPv4 address at first")?;
    // 499: nginx's status for a client that closed the connection.
    let broke = status == 499;
    let took = SimDuration::from_millis(millis.unwrap_or_default());
    Ok(Request { moment, client, path, status, broke, bytes, took })
}
