//! The server's deployment logs, `*PtnDP*.log` (KA-0001467): seconds since 1970, address, agent, state, value, source.

use std::io::{self, BufRead};

use super::gathering::Gathering;
use super::lines::{Line, address, for_each_line, parts, seconds};
use super::moment::Moment;
use crate::model::observation::{Content, Event, Item, ObservedSource};
use crate::units::Bytes;

/// The placeholder of unknown values.
pub(super) const NONE: &[u8] = b"#NA";

pub(super) fn read(input: impl BufRead, into: &mut Gathering) -> io::Result<()> {
    for_each_line(input, |line| {
        if line.text.trim_ascii().is_empty() {
            return;
        }
        into.line();
        if let Err(why) = take(line, into) {
            into.unreadable(line, why);
        }
    })
}

/// The event of a state; the article has two spellings of some of them.
pub(super) fn state(text: &[u8]) -> Option<Event> {
    Some(match text {
        b"#BEGIN_Notify" | b"#BEGIN_Notfiy" => Event::NotifyBegins,
        b"#OK_Notify" | b"#OK_Notfiy" => Event::Answered,
        b"#FAIL_Notify" | b"#FAIL_Notfiy" => Event::Unanswered,
        b"#OK_Update" => Event::Updated,
        _ => return None,
    })
}

fn take(line: &Line<'_>, into: &mut Gathering) -> Result<(), &'static str> {
    let [time, host, guid, event, value, from, beyond] = parts(line.text, b',');
    let moment = Moment::unix(time).ok_or("expected seconds since 1970 in the first field")?;
    let event =
        state(event).ok_or("expected #BEGIN_Notify, #OK_Notify, #FAIL_Notify or #OK_Update")?;
    if !beyond.trim_ascii().is_empty() {
        return Err("expected six fields");
    }
    if guid.is_empty() || guid == NONE {
        return Err("expected an agent in the third field");
    }
    // A truncated line has its event, but its last field may be incomplete.
    if !line.is_whole && event == Event::Updated {
        return Err("truncated");
    }
    let agent = into.agents.called(guid, address(host));
    match event {
        Event::Answered => {
            let took = seconds(value).ok_or("expected seconds in the fifth field")?;
            into.take(moment, agent, event, |seen| seen.taking(took));
        }
        Event::Updated => {
            let source = into.source(from);
            if let ObservedSource::UpdateAgent(Some(site)) = source {
                into.agents.served(agent, site);
            }
            let item = into.item(Item { source, content: Content::Components });
            into.take(moment, agent, event, |seen| seen.of(item, Bytes::ZERO));
        }
        _ => into.take(moment, agent, event, |seen| seen),
    }
    Ok(())
}
