//! `TmuDump.txt`, the record of an agent, an Update Agent or the server of its own downloads.
//!
//! A download begins with `Downloading [url]` and ends with `Successfully wrote [n]B`. The file does not name its
//! agent: an address in its path does, such as `10.1.0.5/TmuDump.txt`.

use std::io::{self, BufRead};

use super::content::{Asked, asked};
use super::gathering::Gathering;
use super::lines::{address, for_each_line, number};
use super::moment::Moment;
use crate::ids::AgentId;
use crate::model::observation::{Content, Event, Item};
use crate::units::{Bytes, SimDuration};

/// The text at the beginning and end of a download.
pub(super) const BEGINS: &[u8] = b"Downloading [";
pub(super) const ENDS: &[u8] = b"Successfully wrote [";

pub(super) fn read(input: impl BufRead, file: &str, into: &mut Gathering) -> io::Result<()> {
    let agent = owner(file, into);
    let mut begun: Option<(Moment, Item)> = None;
    for_each_line(input, |line| {
        if line.text.trim_ascii().is_empty() {
            return;
        }
        into.line();
        let (begins, ends) = (within(line.text, BEGINS), within(line.text, ENDS));
        if begins.is_none() && ends.is_none() {
            return into.other();
        }
        let Some(moment) = moment(line.text) else {
            return into.unreadable(line, "expected a date and a time at first");
        };
        if let Some(url) = begins {
            begun = Some((moment, item(url, into)));
            return;
        }
        match (ends.and_then(number), begun.take()) {
            (Some(bytes), Some((since, item))) => {
                let took = into.span_between(since, moment);
                let item = into.item(item);
                into.take(moment, agent, Event::Sent, |seen| {
                    seen.taking(took.unwrap_or(SimDuration::ZERO)).of(item, Bytes::new(bytes))
                });
            }
            (None, _) => into.unreadable(line, "expected the number of bytes written"),
            (_, None) => into.unreadable(line, "ends a download that was not begun"),
        }
    })
}

/// The agent of the file, by the first address in its path.
fn owner(file: &str, into: &mut Gathering) -> AgentId {
    let words = file.split(|c: char| !(c.is_ascii_digit() || c == '.'));
    let found = words.map(|word| word.trim_matches('.')).find_map(|word| address(word.as_bytes()));
    match found {
        Some(address) => into.agents.at(address),
        None => into.agents.called(file.as_bytes(), None),
    }
}

/// The text in the brackets after `words`.
fn within<'a>(text: &'a [u8], words: &[u8]) -> Option<&'a [u8]> {
    let at = text.windows(words.len()).position(|part| part == words)? + words.len();
    let rest = &text[at..];
    rest.iter().position(|byte| *byte == b']').map(|end| &rest[..end])
}

/// The date and the time at the beginning of a line, with or without brackets.
fn moment(text: &[u8]) -> Option<Moment> {
    let is_part = |byte: &u8| byte.is_ascii_digit() || b":/.-".contains(byte);
    let mut words = text.split(|byte| !is_part(byte)).filter(|word| word.len() >= 8);
    Moment::of(words.next()?, words.next()?, None)
}

/// The content and the source of a download URL.
fn item(url: &[u8], into: &mut Gathering) -> Item {
    let behind = url.windows(3).position(|part| part == b"://").map_or(url, |at| &url[at + 3..]);
    let slash = behind.iter().position(|byte| *byte == b'/').unwrap_or(behind.len());
    let (host, path) = behind.split_at(slash);
    let content = match asked(path) {
        Asked::Update(content) => content,
        _ => Content::Other,
    };
    let is_plain = !host.contains(&b':');
    let with_port = if is_plain { [host, b":80"].concat() } else { host.to_vec() };
    Item { source: into.source(&with_port), content }
}
