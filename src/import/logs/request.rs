//! A request as an access log records it: W3C extended, as IIS writes it, or the combined form of nginx and Apache.

use std::net::Ipv4Addr;

use super::lines::{address, millis, number, parts, seconds};
use super::moment::{Moment, UtcOffset};
use crate::units::SimDuration;

/// A request in a log line.
pub(crate) struct Request<'a> {
    /// When the line was written: at the end of the request, except by Apache.
    pub(crate) moment: Moment,
    pub(crate) client: Ipv4Addr,
    /// The server's address, if it is recorded.
    pub(crate) server: Option<Ipv4Addr>,
    /// Empty if it is not recorded.
    pub(crate) path: &'a [u8],
    pub(crate) status: u64,
    /// Whether the connection broke.
    pub(crate) broke: bool,
    pub(crate) bytes: u64,
    pub(crate) took: SimDuration,
}

/// Why a line cannot be read as a request.
pub(crate) struct Misread<'a> {
    /// The word that is wrong, or the whole line.
    pub(crate) part: &'a [u8],
    pub(crate) message: &'static str,
    pub(crate) expected: &'static str,
}

impl<'a> Misread<'a> {
    /// A line in a log whose `#Fields` lack one.
    fn without(line: &'a [u8], message: &'static str) -> Self {
        let expected =
            "date, time, c-ip, and sc-bytes for the size or cs-uri-stem for the name of a file";
        Self { part: line, message, expected }
    }

    fn number(part: &'a [u8], message: &'static str) -> Self {
        Self { part, message, expected: "digits only, or - for no value" }
    }
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

/// The word of a field without a value.
const NONE: &[u8] = b"-";

impl Fields {
    /// The fields of a `#Fields` line.
    pub(crate) fn named(names: &[u8]) -> Self {
        let names: Vec<&[u8]> = words(names).collect();
        let place = |name: &[u8]| {
            let at = names.iter().position(|other| other.eq_ignore_ascii_case(name));
            at.filter(|at| *at < MOST_FIELDS)
        };
        Self {
            count: names.len(),
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

    /// A line as a request for what its path names.
    pub(crate) fn request<'a>(&self, line: &'a [u8]) -> Result<Request<'a>, Misread<'a>> {
        match self.path {
            Some(_) => self.read(line),
            None => Err(Misread::without(line, "#Fields names no cs-uri-stem")),
        }
    }

    /// A line as a transfer of bytes, whatever they are.
    pub(crate) fn transfer<'a>(&self, line: &'a [u8]) -> Result<Request<'a>, Misread<'a>> {
        match self.bytes {
            Some(_) => self.read(line),
            None => Err(Misread::without(line, "#Fields names no sc-bytes")),
        }
    }

    fn read<'a>(&self, line: &'a [u8]) -> Result<Request<'a>, Misread<'a>> {
        let mut values: [&[u8]; MOST_FIELDS] = [&[]; MOST_FIELDS];
        let mut found = 0;
        for word in words(line) {
            if found == self.count {
                let message = "more words than #Fields names";
                return Err(Misread { part: word, message, expected: "one word for each field" });
            }
            if let Some(place) = values.get_mut(found) {
                *place = word;
            }
            found += 1;
        }
        if found < self.count {
            let message = "fewer words than #Fields names";
            return Err(Misread { part: line, message, expected: "one word for each field" });
        }
        let field = |place: Option<usize>| place.map(|at| values[at]);
        let (Some(date), Some(clock)) = (field(self.date), field(self.time)) else {
            return Err(Misread::without(line, "#Fields names no date and no time"));
        };
        let Some(client) = field(self.client) else {
            return Err(Misread::without(line, "#Fields names no c-ip"));
        };
        let count = |place, message| match field(place).filter(|word| *word != NONE) {
            Some(word) => number(word).map(Some).ok_or(Misread::number(word, message)),
            None => Ok(None),
        };
        let system = count(self.system, "sc-win32-status is not a whole number")?;
        let took = field(self.took).filter(|word| *word != NONE).map(|word| {
            // IIS uses milliseconds; a value with a point is in seconds, as in the format's definition.
            let took = if word.contains(&b'.') { seconds(word) } else { millis(word) };
            took.ok_or(Misread::number(word, "time-taken is not a number of milliseconds"))
        });
        Ok(Request {
            moment: Moment::of(date, clock, Some(UtcOffset::UTC)).ok_or(Misread {
                part: date,
                message: "date and time cannot be read",
                expected: "a date and a time, such as 2026-11-02 and 09:00:02",
            })?,
            client: client_address(client)?,
            server: field(self.server).and_then(address),
            path: field(self.path).unwrap_or_default(),
            status: count(self.status, "sc-status is not a whole number")?.unwrap_or(200),
            broke: system.is_some_and(|system| system != 0),
            bytes: count(self.bytes, "sc-bytes is not a whole number")?.unwrap_or_default(),
            took: took.transpose()?.unwrap_or_default(),
        })
    }
}

fn client_address(word: &[u8]) -> Result<Ipv4Addr, Misread<'_>> {
    let message = "the client's address cannot be read";
    address(word).ok_or(Misread { part: word, message, expected: "an IPv4 address" })
}

/// The words of a line between spaces; one in quotes may have spaces.
fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = &rest[rest.iter().take_while(|byte| **byte == b' ').count()..];
        let end = |from: usize| {
            let space = rest[from..].iter().position(|byte| *byte == b' ');
            space.map_or(rest.len(), |at| from + at)
        };
        let quoted = rest.strip_prefix(b"\"");
        let closing = quoted.and_then(|quoted| quoted.iter().position(|byte| *byte == b'"'));
        let (word, after) = rest.split_at(end(closing.map_or(0, |at| at + 2)));
        rest = after;
        (!word.is_empty()).then_some(word)
    })
}

/// `ADDRESS - USER [TIME] "METHOD PATH PROTOCOL" STATUS BYTES …`; a last word `rt=2.000`, or only the number with its
/// point, is the duration in seconds.
pub(crate) fn combined(line: &[u8]) -> Result<Request<'_>, Misread<'_>> {
    let form = Misread {
        part: line,
        message: "not a line of the combined form",
        expected: "ADDRESS - USER [TIME] \"REQUEST\" STATUS BYTES",
    };
    let between = |text: &'_ [u8], open: u8, close: u8| {
        let from = text.iter().position(|byte| *byte == open)? + 1;
        let to = from + text[from..].iter().position(|byte| *byte == close)?;
        Some((from, to))
    };
    let Some((from, to)) = between(line, b'[', b']') else { return Err(form) };
    let moment = Moment::combined(&line[from..to]).ok_or(Misread {
        part: &line[from..to],
        message: "the time cannot be read",
        expected: "[10/Oct/2026:13:55:36 +0100]",
    })?;
    let rest = &line[to + 1..];
    let Some((first, end)) = between(rest, b'"', b'"') else { return Err(form) };
    let [_, path, _] = parts(&rest[first..end], b' ');
    let mut numbers = words(&rest[end + 1..]);
    let (Some(status), Some(bytes)) = (numbers.next(), numbers.next()) else { return Err(form) };
    let status =
        number(status).ok_or(Misread::number(status, "the status is not a whole number"))?;
    let bytes = if bytes == NONE { Some(0) } else { number(bytes) }
        .ok_or(Misread::number(bytes, "the bytes are not a whole number"))?;
    let took = numbers.last().map_or(Ok(SimDuration::ZERO), duration)?;
    let client = client_address(words(line).next().unwrap_or(line))?;
    // 499: nginx's status for a client that closed the connection.
    let broke = status == 499;
    Ok(Request { moment, client, server: None, path, status, broke, bytes, took })
}

/// The duration that the last word of a line is, or zero if it is something else.
fn duration(word: &[u8]) -> Result<SimDuration, Misread<'_>> {
    match word.strip_prefix(b"rt=") {
        Some(NONE) => Ok(SimDuration::ZERO),
        Some(took) => seconds(took).ok_or(Misread::number(word, "rt is not a number of seconds")),
        None if word.contains(&b'.') => Ok(seconds(word).unwrap_or_default()),
        None => Ok(SimDuration::ZERO),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: &[u8] =
        b"date time c-ip cs-uri-stem sc-status sc-win32-status sc-bytes time-taken";

    /// A word that is wrong, with what is wrong; or the numbers of the request.
    fn told(read: Result<Request<'_>, Misread<'_>>) -> String {
        read.map_or_else(
            |Misread { part, message, .. }| format!("{}: {message}", String::from_utf8_lossy(part)),
            |Request { status, broke, bytes, took, .. }| {
                format!("{status} {broke} {bytes} {}", took.as_nanos())
            },
        )
    }

    #[test]
    fn a_number_that_cannot_be_read_is_not_zero() {
        for (numbers, expected) in [
            ("200 0 1000 20", "200 false 1000 20000000"),
            ("200 64 1000 0.02", "200 true 1000 20000000"),
            ("- - - -", "200 false 0 0"),
            ("OK 0 1000 20", "OK: sc-status is not a whole number"),
            ("200 0x40 1000 20", "0x40: sc-win32-status is not a whole number"),
            ("200 0 1,000 20", "1,000: sc-bytes is not a whole number"),
            ("200 0 1000x 20", "1000x: sc-bytes is not a whole number"),
            (
                "200 0 99999999999999999999999 20",
                "99999999999999999999999: sc-bytes is not a whole number",
            ),
            ("200 0 1000 abc", "abc: time-taken is not a number of milliseconds"),
            ("200 0 1000 0,02", "0,02: time-taken is not a number of milliseconds"),
            (
                "200 0 1000 9999999999999999999",
                "9999999999999999999: time-taken is not a number of milliseconds",
            ),
            ("200 0 1000 20 \"a b\"", "\"a b\": more words than #Fields names"),
            ("200 0 1000 20 more", "more: more words than #Fields names"),
        ] {
            let line = format!("2026-11-02 09:00:02 10.2.0.4 /a {numbers}");
            assert_eq!(told(Fields::named(FIELDS).transfer(line.as_bytes())), expected, "{line}");
        }
        for (numbers, expected) in [
            ("200 1000 \"-\" \"curl/8.5.0\"", "200 false 1000 0"),
            ("499 - \"-\" \"a\" rt=2", "499 true 0 2000000000"),
            ("200 1000 10.0.0.1", "200 false 1000 0"),
            ("200 1000 0.250", "200 false 1000 250000000"),
            ("200 1000 rt=-", "200 false 1000 0"),
            ("OK 1000", "OK: the status is not a whole number"),
            ("200 1,000", "1,000: the bytes are not a whole number"),
            (
                "200 12345678901234567890123",
                "12345678901234567890123: the bytes are not a whole number",
            ),
            ("200 1000 rt=2,5", "rt=2,5: rt is not a number of seconds"),
        ] {
            let line =
                format!("10.2.0.4 - - [02/Nov/2026:09:00:00 +0100] \"GET /a HTTP/1.1\" {numbers}");
            assert_eq!(told(combined(line.as_bytes())), expected, "{line}");
        }
    }

    #[test]
    fn fields_are_needed_for_what_is_computed_with_them() {
        let line = b"2026-11-02 09:00:02 10.2.0.4 5";
        let [sized, named] =
            [&b"date time c-ip sc-bytes"[..], b"date time c-ip cs-uri-stem"].map(Fields::named);
        assert_eq!(told(sized.transfer(line)), "200 false 5 0");
        assert!(told(sized.request(line)).ends_with("#Fields names no cs-uri-stem"));
        assert_eq!(told(named.request(line)), "200 false 0 0");
        assert!(told(named.transfer(line)).ends_with("#Fields names no sc-bytes"));
        let quoted = Fields::named(b"date time c-ip cs(User-Agent) sc-bytes");
        let line_of = |agent: &str| format!("2026-11-02 09:00:02 10.2.0.4 {agent} 5");
        for agent in ["\"Mozilla/5.0 (X11; Linux)\"", "\"\"", "Mozilla/5.0+(X11)", "\"unclosed"] {
            assert_eq!(
                told(quoted.transfer(line_of(agent).as_bytes())),
                "200 false 5 0",
                "{agent}"
            );
        }
        // Beyond the fields that are read, words are counted all the same.
        let many = [&b"date time c-ip cs-uri-stem"[..], &b" x".repeat(80)].concat();
        let line = [&line[..], &b" 1".repeat(80)].concat();
        assert_eq!(told(Fields::named(&many).request(&line)), "200 false 0 0");
        let more = [&line[..], b" 1"].concat();
        assert_eq!(told(Fields::named(&many).request(&more)), "1: more words than #Fields names");
    }
}
