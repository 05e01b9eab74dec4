//! A plain table: `agent,time,event,source,bytes`.

use std::io::{self, BufRead};

use super::gathering::Gathering;
use super::lines::{address, number};
use super::moment::Moment;
use crate::model::observation::{Content, Event, Item, ObservedSource};
use crate::scenario::Rows;
use crate::units::Bytes;

/// The columns, of which the last two are optional.
const COLUMNS: [&str; 5] = ["agent", "time", "event", "source", "bytes"];

/// The words of the third column, and their meanings.
const EVENTS: [(&str, Event, Option<Content>); 17] = [
    ("on", Event::On, None),
    ("off", Event::Off, None),
    ("notify", Event::NotifyBegins, None),
    ("answered", Event::Answered, None),
    ("unanswered", Event::Unanswered, None),
    ("refused", Event::Refused, None),
    ("failed", Event::Failed, None),
    ("updated", Event::Updated, Some(Content::Components)),
    ("reported", Event::Reported, None),
    ("index", Event::Sent, Some(Content::Index)),
    ("settings", Event::Sent, Some(Content::Settings)),
    ("components", Event::Sent, Some(Content::Components)),
    ("program", Event::Sent, Some(Content::Program)),
    ("mirrored", Event::Sent, Some(Content::Mirror)),
    ("sent", Event::Sent, Some(Content::Other)),
    ("interrupted", Event::Failed, Some(Content::Other)),
    ("downloaded", Event::Sent, Some(Content::Components)),
];

/// Whether `line` is the header of such a table.
pub(super) fn is_header(line: &[u8]) -> bool {
    let mut rows = Rows::new(line, b',');
    let is_row = rows.advance().expect("memory can be read");
    is_row && places(&rows)[..3].iter().all(Option::is_some)
}

/// The positions of the columns in the header at which `rows` is.
fn places(rows: &Rows<impl BufRead>) -> [Option<usize>; COLUMNS.len()] {
    let is_called =
        |at: &usize, name: &str| rows.cell(*at).trim_ascii().eq_ignore_ascii_case(name.as_bytes());
    COLUMNS.map(|column| (0..rows.width()).find(|at| is_called(at, column)))
}

pub(super) fn read(input: impl BufRead, into: &mut Gathering) -> io::Result<()> {
    let mut rows = Rows::new(input, b',');
    let mut columns = [None; COLUMNS.len()];
    let mut width = 0;
    while rows.advance()? {
        if width == 0 {
            width = rows.width();
            columns = places(&rows);
            continue;
        }
        into.line();
        let value = |column: usize| {
            let at = columns[column].filter(|at| *at < rows.width());
            at.map_or(&b""[..], |at| rows.cell(at).trim_ascii())
        };
        let values = std::array::from_fn(value);
        let is_beyond = (width..rows.width()).any(|at| !rows.cell(at).trim_ascii().is_empty());
        let taken = if rows.open_quote().is_some() {
            Err("its quote is not closed, so that lines below belong to it")
        } else if is_beyond {
            Err("expected no more cells than in the header")
        } else {
            take(&values, into)
        };
        if let Err(why) = taken {
            into.unreadable_at(rows.line() as u64, why);
        }
    }
    Ok(())
}

fn take(
    [agent, time, event, from, bytes]: &[&[u8]; 5],
    into: &mut Gathering,
) -> Result<(), &'static str> {
    let moment = Moment::iso(time).ok_or("expected a time such as 2026-11-02T06:00:00Z")?;
    let known = EVENTS.iter().find(|(word, ..)| event.eq_ignore_ascii_case(word.as_bytes()));
    let (_, event, content) =
        known.ok_or("expected an event such as notify, answered or updated")?;
    if agent.is_empty() {
        return Err("expected an agent in the first column");
    }
    let bytes = if bytes.is_empty() { 0 } else { number(bytes).ok_or("expected whole bytes")? };
    let agent = match address(agent) {
        Some(address) => into.agents.at(address),
        None => into.agents.called(agent, None),
    };
    let source = into.source(from);
    let item = match content {
        Some(content) => Some(Item { source, content: content.clone() }),
        None if source != ObservedSource::Unknown => Some(Item { source, content: Content::Other }),
        None => None,
    };
    let item = item.map(|item| into.item(item));
    into.take(moment, agent, *event, |seen| {
        item.map_or(seen, |item| seen.of(item, Bytes::new(bytes)))
    });
    Ok(())
}
