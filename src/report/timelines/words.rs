//! Events and waits in words.

use crate::answer::quantities::quantity;
use crate::measure::timeline::{Event, NotTold, Reason, RuledOut, Waited, Way};
use crate::model::change::Taken;
use crate::model::component::{ContentKind, KindSet};
use crate::units::Bytes;

/// The event in words.
#[expect(clippy::too_many_lines, reason = "a table: one sentence for each event")]
pub(in crate::report) fn event(event: &Event) -> String {
    match event {
        Event::Released { contents, .. } if contents.is_empty() => {
            "The scenario begins; only earlier releases count".into()
        }
        Event::Recalled { release, by_vendor: true } => {
            format!("Release `{release}` is withdrawn by the vendor")
        }
        Event::Recalled { release, by_vendor: false } => {
            format!("Release `{release}` is rolled back at the console")
        }
        Event::TookRecalled { release } => {
            format!("Has release `{release}`, which is recalled")
        }
        Event::Changed { what, taken, has_list } => {
            let fetched = "for agents, when they fetch their settings";
            let when = match taken {
                Taken::AtServer => "at the server, at once",
                Taken::AtAgents => fetched,
                Taken::ByUsers => "by users, at once",
            };
            let list = if *has_list && *taken != Taken::AtAgents {
                format!("; the list {fetched}")
            } else {
                String::new()
            };
            format!("A setting changes: {what} ({when}{list})")
        }
        Event::TookSettings => "Goes by its new settings from now on".into(),
        Event::ChangedScope => "Is to get other contents than before".into(),
        Event::ScheduleSwitched { on: true } => "Its user enables its schedule".into(),
        Event::ScheduleSwitched { on: false } => "Its user disables its schedule".into(),
        Event::WaveBegan { release, wave } => {
            format!("Its wave `{wave}` of release `{release}` begins")
        }
        Event::AwaitsWave { release, wave } => {
            format!("Is held back from release `{release}` until its wave `{wave}`")
        }
        Event::RolledBack => "Returns to its previous version".into(),
        Event::ReturnedToImage => "Returns to its image".into(),
        Event::Released { release, contents } => {
            format!("Release `{release}` is published: {}", contents.join(", "))
        }
        Event::Stocked { source } => format!("{} has stored it and offers it", subject(source)),
        Event::NotTold(why) => format!("Is not notified: {}", not_told(*why)),
        Event::SwitchedOn => "Its computer is switched on".into(),
        Event::CameUpAt { site } => format!("Comes up at `{site}`, with an address there"),
        Event::SwitchedOff => "Its computer is switched off".into(),
        Event::Queued { notifier, attempt } => {
            format!("Queued for notification by {}, attempt {attempt}", whom(notifier))
        }
        Event::Called { attempt, answered: true, .. } => {
            format!("Notified, attempt {attempt}: answers")
        }
        Event::Called { attempt, answered: false, wrong_family: true } => format!(
            "Notified, attempt {attempt}: no answer, because the two use different versions \
             of the Internet Protocol"
        ),
        Event::Called { attempt, answered: false, .. } => {
            format!("Notified, attempt {attempt}: no answer")
        }
        Event::SkippedByOrder(why) => {
            format!("The command at the console skips it: {}", not_told(*why))
        }
        Event::GivenUp => "Given up: that was the last attempt".into(),
        Event::Expired => "Its record has expired in the queue".into(),
        Event::ReportLost => "Its report does not reach the server: it is cut short".into(),
        Event::NotToldAgain => "Is not notified again: it has what its notifier has".into(),
        Event::NotifierIsOff => "Is no longer in the queue of its notifier, which is off".into(),
        Event::NoLongerUpdates => "No longer waits to update: automatic agent update is off".into(),
        Event::Cleaned => "The queue is cleaned up, its record with it".into(),
        Event::AwaitsSlot => "Waits for a slot of the server before it begins".into(),
        Event::AwaitsDesktops => {
            "Waits before it begins: as many non-persistent desktops update as may".into()
        }
        Event::SlotTimedOut => "Its slot times out: the server counts it as not updated".into(),
        Event::Reported { found_full: false, .. } => "Its status report reaches the server".into(),
        Event::Reported { found_full: true, .. } => {
            "Its status report reaches the server and finds the buffer full".into()
        }
        Event::UpToDate => "Up to date: has all released content".into(),
        Event::SwitchedScan => "Switches to smart scan".into(),
        Event::Scans => "Begins Scan Now".into(),
        Event::End => "The scenario ends; it still lacks released content".into(),
        Event::Began { trigger, wanted, sources, .. } => {
            let may = if sources.is_empty() { "nobody".into() } else { all(sources) };
            format!("Begins by {}: requests {}; may use {may}", trigger.name(), kinds(*wanted))
        }
        Event::Asked { source, fallback, remaining } => {
            let how = if *fallback { "Falls back to" } else { "Contacts" };
            format!("{how} {}{}", whom(source), rest(remaining))
        }
        Event::WaitsAt { source } => {
            format!("{} has no place free: it waits there", subject(source))
        }
        Event::Failed { source, failure, remaining } => {
            format!("Fails at {}: {failure}{}", whom(source), rest(remaining))
        }
        Event::Index { source, bytes, way } => {
            let (bytes, over) = (amount(*bytes), over(way));
            format!("Receives the index file of {}: {bytes}{over}", whom(source))
        }
        Event::Received { source, kind, bytes, full, incremental, way } => {
            let files = match kind {
                ContentKind::Components => {
                    format!(" ({full} full, {incremental} incremental)")
                }
                ContentKind::Settings | ContentKind::Programs => String::new(),
            };
            let (name, amount) = (kinds(KindSet::only(*kind)), amount(*bytes));
            format!("Receives {name} from {}: {amount}{files}{}", whom(source), over(way))
        }
        Event::Mirrored { source, bytes, way } => {
            let (bytes, over) = (amount(*bytes), over(way));
            format!("Receives content only to serve from {}: {bytes}{over}", whom(source))
        }
        Event::Interrupted { source, bytes, way } => {
            let (bytes, over) = (amount(*bytes), over(way));
            format!("Transfer from {} interrupted after {bytes}{over}", whom(source))
        }
        Event::NothingNew => "Ends: there is nothing new".into(),
        Event::Quit { ruled_out } => format!("Quits: no source is left{}", barred(ruled_out)),
    }
}

/// The wait in words.
pub(in crate::report) fn wait(waited: &Waited) -> String {
    let place = waited.place.as_deref().map_or("a source".into(), whom);
    let queue =
        waited.place.as_ref().map_or("in the queue".into(), |_| format!("in the queue of {place}"));
    match waited.reason {
        Reason::Off => "its computer is off".into(),
        Reason::Look => "the server has not checked for it yet".into(),
        Reason::OutOfReach => format!("{place} is out of reach"),
        Reason::Stock => format!("{place} does not have it yet"),
        Reason::Wave => "for its wave of a release to begin".into(),
        Reason::Trigger => "for a notification, restart, poll or schedule".into(),
        Reason::Slot => format!("{queue}: all slots are held"),
        Reason::NoSlots => {
            format!("{queue}, forever: server.slots is 0, so the server starts no update")
        }
        Reason::Desktops => "for another non-persistent desktop to end its update".into(),
        Reason::Thread => format!("{queue}: all notifier threads are busy"),
        Reason::Batch => format!("{queue}: the throttle"),
        Reason::Order => format!("{queue}: Update Agents are notified first"),
        Reason::Connect => "for a notifier to connect".into(),
        Reason::NoAnswer => "connect time-out: no answer".into(),
        Reason::Repeat => "for the next notification attempt".into(),
        Reason::Place => format!("for a place at {place}"),
        Reason::Failure => format!("to give up {place}"),
        Reason::SetUp => format!("to set up the connection to {place}"),
        Reason::Link => match &waited.place {
            Some(link) => format!("for bandwidth: {link}"),
            None => "for bandwidth".into(),
        },
        Reason::LinkDown => match &waited.place {
            Some(link) => format!("for a link that is down: {link}"),
            None => "for a link that is down".into(),
        },
        Reason::RateCap => format!("for bytes from {place}, limited by both ends"),
    }
}

/// The route of a transfer, unless the last one from its source took the same.
pub(super) fn over(way: &Way) -> String {
    if !way.is_new || way.hops.is_empty() {
        return String::new();
    }
    let mut all = String::from(", over ");
    let mut last = None;
    for hop in &way.hops {
        let name = hop.to_string();
        match last {
            None => all.push_str(&name),
            // The next link usually begins where this one ends.
            Some(node) if node == &hop.from => all.push_str(&name[hop.from.len()..]),
            Some(_) => {
                all.push_str("; ");
                all.push_str(&name);
            }
        }
        last = Some(&hop.to);
    }
    all
}

/// A source at the beginning of a line.
fn subject(source: &str) -> String {
    if source == "server" { "The server".into() } else { whom(source) }
}

fn whom(source: &str) -> String {
    match source {
        "server" => "the server".into(),
        "active-update" => "ActiveUpdate".into(),
        other => other.into(),
    }
}

fn all(sources: &[String]) -> String {
    let names: Vec<String> = sources.iter().map(|source| whom(source)).collect();
    names.join(", ")
}

fn rest(remaining: &[String]) -> String {
    match remaining {
        [] => "; no source remains".into(),
        [one] => format!("; {} remains", whom(one)),
        several => format!("; {} remain", all(several)),
    }
}

fn barred(ruled_out: &[RuledOut]) -> String {
    let each = ruled_out
        .iter()
        .map(|out| format!("; {} is not allowed ({})", whom(&out.source), out.rule));
    each.collect()
}

fn not_told(why: NotTold) -> &'static str {
    match why {
        NotTold::NotDeployed => "automatic agent update is off",
        NotTold::TriggerOff => "notifying after updates is off",
        NotTold::BehindNat => "it is behind NAT",
        NotTold::Off => "it is off",
        NotTold::Independent => "it is in Independent mode",
    }
}

fn kinds(set: KindSet) -> String {
    let names: Vec<&str> = set.in_order().map(kind).collect();
    if names.is_empty() { "nothing".into() } else { names.join(", ") }
}

/// A kind of content.
pub(in crate::report) fn kind(kind: ContentKind) -> &'static str {
    match kind {
        ContentKind::Settings => "settings",
        ContentKind::Components => "components",
        ContentKind::Programs => "programs",
    }
}

/// An amount of data.
#[expect(clippy::cast_precision_loss, reason = "an amount for people")]
pub(in crate::report) fn amount(bytes: Bytes) -> String {
    quantity("bytes", bytes.count() as f64)
}
