//! The causes of waiting: the shares of time that outdated agents spend waiting under an option, and the levers that
//! would help.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::answer::quantities::quantity;
use crate::experiment::Levers;
use crate::measure::run::{RunMeasurements, total_waits};
use crate::measure::waiting::Reason;
use crate::scenario::Scenario;

/// A cause and its place, with its share of all waiting.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause {
    /// Why agents wait.
    pub reason: Reason,
    /// The source, or the direction of a link; empty if neither applies.
    pub place: String,
    /// Mean agent-seconds of a replication.
    pub agent_seconds: f64,
    /// The share of all waiting, 0 to 1.
    pub share: f64,
}

/// The causes under the option of `runs`, the longest first; from the replications that keep them.
#[expect(clippy::cast_precision_loss, reason = "a share for people")]
pub fn causes(runs: &[RunMeasurements]) -> Vec<Cause> {
    let count = runs.iter().filter(|run| !run.waits.is_empty()).count().max(1) as f64;
    let sums = total_waits(runs);
    let all: u128 = sums.values().sum();
    let mut causes: Vec<Cause> = sums
        .into_iter()
        .map(|((reason, place), agent_nanos)| Cause {
            reason,
            place: place.into(),
            agent_seconds: agent_nanos as f64 / 1e9 / count,
            share: agent_nanos as f64 / all.max(1) as f64,
        })
        .collect();
    causes.sort_by(|a, b| b.agent_seconds.total_cmp(&a.agent_seconds));
    causes
}

/// The causes with the same reason, over all places: those of many branches are many links.
pub fn by_reason(causes: &[Cause]) -> Vec<(Reason, f64)> {
    let mut sums: BTreeMap<Reason, f64> = BTreeMap::new();
    for cause in causes {
        *sums.entry(cause.reason).or_default() += cause.share;
    }
    let mut all: Vec<(Reason, f64)> = sums.into_iter().collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1));
    all
}

/// Agents that wait less on the mean are held up by nothing that is worth naming, in seconds.
const NEGLIGIBLE_SECONDS: f64 = 10.0;

/// Where agents that are on have less than this part of all waiting, computers that are off are the cause.
const NEGLIGIBLE_SHARE: f64 = 0.05;

/// So many keys are named as levers at most.
const MOST_LEVERS: usize = 3;

/// The sentence about the cause, for all agents that are on, with the levers in `scenario` if it is known; `None` if no
/// agent waited.
pub fn sentence(scenario: Option<&Scenario>, runs: &[RunMeasurements]) -> Option<String> {
    let causes = causes(runs);
    let reasons = by_reason(&causes);
    let off = reasons.iter().find(|at| at.0 == Reason::Off).map_or(0.0, |at| at.1);
    if off > 0.0 && 1.0 - off < NEGLIGIBLE_SHARE {
        let of_all = percent(off);
        return Some(format!("Of the waiting time, {of_all} is {}.", what(Reason::Off)));
    }
    let waited: f64 =
        causes.iter().filter(|at| at.reason != Reason::Off).map(|at| at.agent_seconds).sum();
    let agents = runs.first()?.value("agents").unwrap_or(1.0).max(1.0);
    if waited > 0.0 && waited / agents < NEGLIGIBLE_SECONDS {
        let mean = quantity("s", waited / agents);
        return Some(format!("Agents that are on wait {mean} on average: no cause stands out."));
    }
    let (reason, share) = *reasons.iter().find(|at| at.0 != Reason::Off)?;
    let part = share / (1.0 - off).max(f64::MIN_POSITIVE);
    let place = causes.iter().find(|cause| cause.reason == reason)?;
    let whose = if off >= 0.005 { " of agents that are on" } else { "" };
    let mut sentence = format!(
        "Of the waiting time{whose}, {} is {}{}.",
        percent(part),
        what(reason),
        at(reason, &place.place, part * place.share / share, part),
    );
    let levers = scenario.map(|of| Levers::new(of, runs[0].option).of(reason, &place.place));
    let levers = levers.unwrap_or_default().into_iter().take(MOST_LEVERS);
    let levers: Vec<String> = levers.map(|lever| format!("`{}`", lever.key)).collect();
    if !levers.is_empty() {
        write!(sentence, " The lever is {}.", levers.join(", or ")).expect("a text grows");
    }
    let is_off = |cause: &&Cause| cause.reason == Reason::Off;
    if let Some(hours) = causes.iter().find(is_off).filter(|_| off >= 0.5) {
        let lost = quantity("agent-hours", hours.agent_seconds / 3600.0);
        write!(
            sentence,
            " Computers that are off add {lost} agent-hours, {} of all.",
            percent(off)
        )
        .expect("a text grows");
    }
    Some(sentence)
}

/// A share in whole per cent.
pub fn percent(share: f64) -> String {
    match share * 100.0 {
        percent if percent > 99.5 && share < 1.0 => "nearly all".into(),
        percent => format!("{percent:.0} %"),
    }
}

/// The place where agents wait longest for a reason, with its share and that of the reason.
fn at(reason: Reason, place: &str, of_place: f64, of_reason: f64) -> String {
    if place.is_empty() || reason == Reason::Look {
        String::new()
    } else if of_place >= 0.9 * of_reason {
        format!(", {}", named(place))
    } else {
        let part = if of_place > 0.5 * of_reason { "most" } else { "the largest part" };
        format!(" ({part} of it {}: {})", named(place), percent(of_place))
    }
}

/// A cause with its place: "for bandwidth, hq → branch-017".
pub fn phrase(reason: Reason, place: &str) -> String {
    format!("{}{}", what(reason), at(reason, place, 1.0, 1.0))
}

fn named(place: &str) -> String {
    match place {
        "server" => "at the server".into(),
        "active-update" => "at ActiveUpdate".into(),
        link if link.contains('→') => link.into(),
        source => format!("at {source}"),
    }
}

/// The cause in words.
pub const fn what(reason: Reason) -> &'static str {
    match reason {
        Reason::Off => "for a computer to be switched on",
        Reason::Look => "until the server checks for the release",
        Reason::OutOfReach => "because the server cannot fetch the release",
        Reason::Stock => "until a source has fetched the release",
        Reason::Wave => "until the next wave of a release begins",
        Reason::Trigger => "until a schedule, a restart or a poll triggers an update",
        Reason::Slot => "for one of the server's slots",
        Reason::NoSlots => "forever, because the server starts no update (`server.slots` is 0)",
        Reason::Desktops => "for another non-persistent desktop to end its update",
        Reason::Thread => "in the notification queue, for a notifier thread",
        Reason::Batch => "in the notification queue, for the throttle's next batch",
        Reason::Order => "in the notification queue, behind Update Agents",
        Reason::Connect => "for the notification to be delivered",
        Reason::NoAnswer => "for notifications that are not answered",
        Reason::Repeat => "for the notification to be repeated",
        Reason::Place => "for a place at a source",
        Reason::Failure => "for attempts that fail",
        Reason::SetUp => "for connections to be set up",
        Reason::Link => "for bandwidth",
        Reason::LinkDown => "for a link that is down",
        Reason::RateCap => "for transfers limited by both ends",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::fixture::run;
    use crate::measure::run::WaitRow;
    use crate::model::settings::TopologyOption;
    use crate::scenario::Overrides;

    fn waits(rows: &[(Reason, &str, u128)]) -> Vec<RunMeasurements> {
        let mut run = run(TopologyOption::Server, 1, &[1]);
        let row = |(cause, place, seconds): &(Reason, &str, u128)| WaitRow {
            cause: *cause,
            place: (*place).into(),
            agent_nanos: seconds * 1_000_000_000,
        };
        run.waits = rows.iter().map(row).collect();
        vec![run]
    }

    /// The sentence in a small scenario.
    fn told(runs: &[RunMeasurements]) -> Option<String> {
        let text = "name = \"small\"\nduration = \"2 h\"\n[headquarters]\nagents = 10\n\
                    internet_bandwidth = \"1 Mbit/s\"\n[[release]]\nname = \"r\"\nat = \"2 min\"\n\
                    components = [\"Virus Pattern\"]\n";
        let scenario = Scenario::parse(text, "small.toml", &Overrides::default()).expect("valid");
        sentence(Some(&scenario), runs)
    }

    #[test]
    fn the_longest_wait_of_agents_that_are_on_is_the_cause() {
        let runs = waits(&[
            (Reason::Off, "", 100),
            (Reason::Look, "server", 270),
            (Reason::Link, "hq → b", 20),
            (Reason::Link, "hq → a", 10),
        ]);
        assert_eq!(
            told(&runs).expect("a cause"),
            "Of the waiting time of agents that are on, 90 % is until the server checks for the \
             release. The lever is `server.schedule`."
        );
        let links = waits(&[(Reason::Link, "hq → b", 60), (Reason::Link, "hq → a", 40)]);
        let links = told(&links).expect("a cause");
        assert!(links.contains("100 % is for bandwidth (most of it hq → b: 60 %)"), "{links}");
        // Both shares are of the agents that are on, of which the place has less than half.
        let thirds = waits(&[
            (Reason::Off, "", 100),
            (Reason::Look, "server", 20),
            (Reason::Link, "hq → b", 36),
            (Reason::Link, "hq → a", 34),
            (Reason::Link, "hq → c", 10),
        ]);
        let thirds = told(&thirds).expect("a cause");
        let expected = "80 % is for bandwidth (the largest part of it hq → b: 36 %)";
        assert!(thirds.contains(expected), "{thirds}");
        assert_eq!(told(&waits(&[])), None);
    }

    #[test]
    fn a_negligible_wait_is_not_reported_as_the_cause() {
        // 8 s of one agent.
        let short = told(&waits(&[(Reason::Look, "server", 6), (Reason::Link, "hq → b", 2)]));
        assert_eq!(
            short.as_deref(),
            Some("Agents that are on wait 8.0 s on average: no cause stands out.")
        );
        // 970 of 1,000 s pass while computers are off.
        let off = told(&waits(&[(Reason::Off, "", 970), (Reason::Look, "server", 30)]));
        assert_eq!(
            off.as_deref(),
            Some("Of the waiting time, 97 % is for a computer to be switched on.")
        );
    }
}
