//! Merges what several logs contain of the same events, so that each event counts once.

use std::cmp::Reverse;

use super::log_kind::LogKind;
use crate::ids::AgentId;
use crate::model::observation::{Event, ItemId, Observation, Observations};
use crate::units::{Bytes, SimDuration, SimTime};

/// A log, by what it added to the observations.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) kind: LogKind,
    /// The number of observations up to its end.
    pub(super) end: usize,
}

/// All that is known of an event, in the order of time.
type Key = (u16, SimTime, AgentId, Event, Option<ItemId>, Bytes, SimDuration);

fn key(seen: &Observation) -> Key {
    (seen.window, seen.at, seen.agent, seen.event, seen.item(), seen.bytes, seen.took())
}

/// Sorts the observations of the logs `parts` by time, and drops those that another log has, too. Returns their number.
///
/// Logs of one kind repeat lines: of equal lines, the log with most of them counts, because one log may have two equal
/// events. Logs of two kinds describe an event in different words and to a different fraction of the second: of those
/// in one second, the kind with most of them counts.
pub(super) fn merge(observations: &mut Observations, parts: &[Part]) -> usize {
    let before = observations.list.len();
    if parts.len() > 1 {
        let all = std::mem::take(&mut observations.list);
        let of_file = |(at, seen)| {
            // What a log contains that could not be read to its end belongs to the last one.
            let file = parts.partition_point(|part| part.end <= at).min(parts.len() - 1);
            (seen, parts[file].kind, file)
        };
        let mut all: Vec<(Observation, LogKind, usize)> =
            all.into_iter().enumerate().map(of_file).collect();
        all.sort_unstable_by_key(|(seen, kind, file)| (*kind, key(seen), *file));
        let one_kind = most(
            all.chunk_by(|one, other| (one.1, key(&one.0)) == (other.1, key(&other.0))),
            |(_, _, file)| *file,
        );
        let mut all: Vec<_> = one_kind.collect();
        let second = |seen: &Observation| {
            let is_sent = matches!(seen.event, Event::Sent | Event::Refused | Event::Failed);
            // Other events have no source, or only in logs of some kinds.
            let source = is_sent.then(|| observations.source(seen));
            (seen.window, seen.at.as_nanos() / 1_000_000_000, seen.agent, seen.event, source)
        };
        all.sort_by_cached_key(|(seen, kind, _)| (second(seen), *kind));
        let kept =
            most(all.chunk_by(|one, other| second(&one.0) == second(&other.0)), |(_, kind, _)| {
                *kind
            });
        let list = kept.map(|(seen, ..)| seen).collect();
        observations.list = list;
    }
    observations.list.sort_unstable_by_key(key);
    before - observations.list.len()
}

/// Of each group the longest run with the same origin; the first of several.
fn most<'l, T: Copy + 'l, O: PartialEq>(
    groups: impl Iterator<Item = &'l [T]>,
    origin: impl Fn(&T) -> O + Copy,
) -> impl Iterator<Item = T> {
    groups.flat_map(move |group| {
        let runs = group.chunk_by(move |one, other| origin(one) == origin(other));
        let longest = runs.min_by_key(|run| Reverse(run.len()));
        longest.unwrap_or_default().iter().copied()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::observation::{Content, Item, ObservedSource};

    /// An event of agent 0 after so many milliseconds.
    fn seen(millis: u64, event: Event, item: Option<u32>) -> Observation {
        let seen = Observation::new(0, SimTime::from_nanos(millis * 1_000_000), AgentId(0), event);
        item.map_or(seen, |item| seen.of(ItemId(item), Bytes::new(7)))
    }

    /// The events that count of these logs, in milliseconds, and the number of the others.
    fn merged(logs: &[(LogKind, &[Observation])]) -> (Vec<u64>, usize) {
        let item = |source| Item { source, content: Content::Other };
        let items = vec![item(ObservedSource::Server), item(ObservedSource::UpdateAgent(None))];
        let mut observations = Observations { items, ..Observations::default() };
        let mut parts = Vec::new();
        for (kind, list) in logs {
            observations.list.extend(*list);
            parts.push(Part { kind: *kind, end: observations.list.len() });
        }
        let repeated = merge(&mut observations, &parts);
        let millis = observations.list.iter().map(|seen| seen.at.as_nanos() / 1_000_000);
        (millis.collect(), repeated)
    }

    #[test]
    fn an_event_counts_as_often_as_the_log_with_most_of_them_has_it() {
        let sent = |millis| seen(millis, Event::Sent, Some(0));
        let kind = LogKind::Extended;
        let (twice, once) = ([sent(1_000), sent(1_000)], [sent(1_000), sent(1_200)]);
        assert_eq!(merged(&[(kind, &twice)]), (vec![1_000, 1_000], 0));
        assert_eq!(merged(&[(kind, &twice), (kind, &once)]), (vec![1_000, 1_000, 1_200], 1));
        assert_eq!(merged(&[(kind, &twice), (kind, &twice)]), (vec![1_000, 1_000], 2));
        let other = [seen(1_000, Event::Sent, Some(1)), seen(1_000, Event::Reported, None)];
        assert_eq!(merged(&[(kind, &twice), (kind, &other)]), (vec![1_000; 4], 0));
    }

    #[test]
    fn logs_of_two_kinds_tell_an_event_to_the_second() {
        let plain = [
            seen(1_250, Event::Sent, Some(0)),
            seen(1_300, Event::Sent, Some(1)),
            seen(2_500, Event::Answered, Some(0)),
            seen(3_500, Event::Off, None),
        ];
        let access = [seen(1_000, Event::Sent, Some(0)), seen(1_000, Event::Sent, Some(0))];
        let deployment = [seen(2_000, Event::Answered, None)];
        let logs: [(LogKind, &[Observation]); 3] = [
            (LogKind::Plain, &plain),
            (LogKind::Extended, &access),
            (LogKind::Deployment, &deployment),
        ];
        assert_eq!(merged(&logs), (vec![1_000, 1_000, 1_300, 2_000, 3_500], 2));
    }
}
