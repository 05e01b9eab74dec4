//! A request as an access log records it: W3C extended, as IIS writes it, or the combined form of nginx and Apache.

use std::net::Ipv4Addr;

use super::lines::{address, number, parts, thousandths};
use super::moment::{Moment, UtcOffset};
use crate::units::SimDuration;

/// A request in a log line.
pub(crate) struct Request<'a> {
    /// When the line was written: at the end of the request, except by Apache.
    pub(crate) moment: Moment,
    pub(crate) client: Ipv4Addr,
    /// The server's address, if it is recorded.
    pub(crate) server: Option<Ipv4Addr>,
    pub(crate) path: &'a [u8],
    pub(crate) status: u64,
    /// Whether the connection broke.
    pub(crate) broke: bool,
    pub(crate) bytes: u64,
    pub(crate) took: SimDuration,
}

/// The positions of the fields of a W3C log.
#[derive(Default)]
pub(crate) struct Fields {
    pub(crate) count: usize,
    date: Option<usize>,
    time: Option<usize>,
    client: Option<usize>,
    server: Option<usize>,
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
    pub(crate) fn named(names: &[u8]) -> Self {
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
            server: place(b"s-ip"),
            path: place(b"cs-uri-stem").or_else(|| place(b"cs-uri")),
            status: place(b"sc-status"),
            system: place(b"sc-win32-status"),
            bytes: place(b"sc-bytes"),
            took: place(b"time-taken"),
        }
    }

    /// Those of the names on a `#Fields` line that no transfer needs.
    pub(crate) fn ignored(&self, names: &[u8]) -> Vec<String> {
        let read = [self.date, self.time, self.client, self.server, self.bytes, self.took];
        let ignored = words(names).enumerate().filter(|(at, _)| !read.contains(&Some(*at)));
        ignored.map(|(_, name)| String::from_utf8_lossy(name).into_owned()).collect()
    }

    pub(crate) fn request<'a>(&self, line: &'a [u8]) -> Result<Request<'a>, &'static str> {
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
            server: field(self.server).and_then(address),
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
pub(crate) fn combined(line: &[u8]) -> Result<Request<'_>, &'static str> {
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
    Ok(Request { moment, client, server: None, path, status, broke, bytes, took })
}
