//! Releases that are withdrawn or rolled back: which agents have them, and for how long.

use updraft::ids::AgentId;
use updraft::measure::run::{RunMeasurements, Value};
use updraft::model::settings::TopologyOption::{self, Direct, Server, ServerUa};
use updraft::scenario::{Overrides, Scenario};
use updraft::simulation::Fact;

use super::world::{World, minute};
use crate::one_run;

const PATTERN_594: &str = include_str!("../../data/recalls/pattern-594.toml");

/// A run of `text` under its own option.
pub(crate) fn measured(text: &str, set: &[(&str, &str)]) -> RunMeasurements {
    let scenario = one_run::scenario(text, set);
    one_run::run(&scenario, scenario.option)
}

/// Agents that had a recalled release, and agent-hours with it.
fn carried(run: &RunMeasurements) -> (f64, f64) {
    let value = |name| run.value(name).expect("it is measured");
    (value("carried_agents"), value("carried_agent_hours"))
}

/// The server checks at full hours: it fetches the pattern at 08:00, an hour before it is withdrawn, and the next at
/// 11:00. Both reach each agent over the same route in the same time, so each has the bad one for three hours: 3,200
/// agents, 9,600 agent-hours. At noon no agent has it any more.
#[test]
fn a_bad_pattern_is_with_everybody_from_8_to_11_and_with_nobody_who_looks_at_noon() {
    let hourly = measured(PATTERN_594, &[]);
    assert_eq!(carried(&hourly), (3_200.0, 9_600.0));
    let daily = measured(PATTERN_594, &[("server.schedule", "\"daily 12:00\"")]);
    assert_eq!(carried(&daily), (0.0, 0.0));
    // The curve: at 08:00 none, at 09:00 and 10:59 all, at 11:30 none; 07:00 is the start.
    let at = |minutes| {
        let found = hourly.carried.iter().find(|sample| sample.time == minute(minutes));
        found.map(|sample| (sample.agents, sample.agents_ever)).expect("a sample")
    };
    assert_eq!([60, 120, 239, 270].map(at), [(0, 0), (3_200, 3_200), (3_200, 3_200), (0, 3_200)]);
}

/// A recalled release has no time until all agents have it: the headline is that of the other.
#[test]
fn what_is_recalled_is_no_headline() {
    let run = measured(PATTERN_594, &[]);
    let headline = run.value("protected_all_s").expect("everybody has p596");
    let of = |name: &str| {
        let release = run.releases.iter().find(|release| *release.name == *name).expect("there");
        let metric = release.metrics.iter().find(|of| of.0.name == "protected_all_s");
        match metric.expect("measured").1 {
            Value::Seconds(Some(span)) => span.as_secs_f64(),
            other => panic!("{other:?}"),
        }
    };
    assert!((headline - of("p596")).abs() < 1e-9 && of("p594") > headline);
}

/// Two agents at headquarters, the pattern at 00:05, the server's check at 01:00.
fn world(more: &str, recall: &str) -> World {
    World::of(&format!(
        r#"duration = "4 h"
[headquarters]
agents = 2
internet_bandwidth = "1 Gbit/s"
{more}
[[release]]
name = "bad"
at = "5 min"
components = ["Virus Pattern"]
{recall}
"#
    ))
}

/// Which agents took the release, left it, and returned.
fn moves(world: &World, option: TopologyOption) -> [usize; 3] {
    let story = world.run(option);
    let all = |pick: fn(Fact) -> bool| story.each(|fact| pick(fact).then_some(())).len();
    [
        all(|fact| matches!(fact, Fact::TookRecalled { .. })),
        all(|fact| matches!(fact, Fact::LeftRecalled { .. })),
        all(|fact| matches!(fact, Fact::RolledBack(_))),
    ]
}

/// The server checks at 01:00. Withdrawn at 00:59, the release reaches no agent; at 01:00 itself it is withdrawn before
/// any check; at 01:01 both have it, and keep it.
#[test]
fn dup_1_nobody_takes_what_was_withdrawn_before_the_server_looked() {
    for (at, took) in [("59 min", 0), ("1 h", 0), ("61 min", 2)] {
        let world = world("", &format!("withdrawn_at = \"{at}\""));
        assert_eq!(moves(&world, Server), [took, 0, 0], "{at}");
        let story = world.run(Server);
        assert!((0..2).all(|agent| story.simulation.is_up_to_date(AgentId(agent))), "{at}");
    }
}

/// Withdrawn and rolled back at 01:30, both agents return at once. Only rolled back, the server fetches it again at
/// 02:00, and they after it: taken twice, left once.
#[test]
fn dup_6_what_is_rolled_back_and_not_withdrawn_comes_again() {
    let both = "withdrawn_at = \"90 min\"\nrolled_back_at = \"90 min\"";
    assert_eq!(moves(&world("", both), Server), [2, 2, 2]);
    assert_eq!(moves(&world("", "rolled_back_at = \"90 min\""), Server), [4, 2, 2]);
}

/// A command does not reach an agent that is off or in Independent mode: it keeps the release.
#[test]
fn sch_6_a_rollback_skips_who_is_in_independent_mode() {
    let recall = "withdrawn_at = \"90 min\"\nrolled_back_at = \"90 min\"";
    let independent = "[agents]\nindependent = \"100 %\"\n[notification]\ninclude_offline = true";
    assert_eq!(moves(&world(independent, recall), Server), [2, 0, 0]);
}

/// An Update Agent returns like any other agent, and so does its offer: an agent that checks afterwards finds nothing
/// newer.
#[test]
fn an_update_agent_that_goes_back_offers_what_it_had() {
    let site = "[[site]]\nname = \"b\"\nagents = 3\nbandwidth = \"1 Gbit/s\"\nupdate_agents = 1\n\
                [agents]\nscheduled = \"100 %\"\nschedule = \"every 30 min\"";
    let recall = "withdrawn_at = \"100 min\"\nrolled_back_at = \"100 min\"";
    assert_eq!(moves(&world(site, recall), ServerUa), [5, 5, 5]);
}

/// An agent that updates from ActiveUpdate itself has the release when it checks, and only its server can tell it to
/// return.
#[test]
fn a_withdrawn_release_is_taken_by_who_looks_between() {
    let every = "[agents]\nscheduled = \"100 %\"\nschedule = \"every 30 min\"";
    assert_eq!(moves(&world(every, "withdrawn_at = \"29 min\""), Direct), [0, 0, 0]);
    assert_eq!(moves(&world(every, "withdrawn_at = \"31 min\""), Direct), [2, 0, 0]);
}

/// What can be said of a recall, and what cannot.
#[test]
fn a_recall_is_after_its_release_and_of_components() {
    let problems = |release: &str| {
        let text = format!(
            "name = \"x\"\nduration = \"4 h\"\n[headquarters]\nagents = 1\n\
             internet_bandwidth = \"1 Gbit/s\"\n[[release]]\nname = \"r\"\nat = \"1 h\"\n{release}"
        );
        let read = Scenario::parse(&text, "x.toml", &Overrides::default());
        read.err().map(|problems| problems.list[0].code)
    };
    let components = "components = [\"Virus Pattern\"]\n";
    let of = |recall: &str| problems(&format!("{components}{recall}"));
    assert_eq!(of("withdrawn_at = \"61 min\""), None);
    assert_eq!(of("withdrawn_at = \"1 h\""), Some("bad-time"));
    assert_eq!(of("rolled_back_at = \"59 min\""), Some("bad-time"));
    assert_eq!(of("rolled_back_at = \"5 h\""), Some("out-of-range"));
    assert_eq!(of("withdrawn_at = \"soon\""), Some("bad-value"));
    assert_eq!(problems("program = true\nwithdrawn_at = \"2 h\""), Some("conflict"));
}

/// A scenario without recalls has neither the metrics nor the curve.
#[test]
fn without_a_recall_nothing_is_said_of_any() {
    let text = PATTERN_594.replace("withdrawn_at", "# withdrawn_at");
    let run = measured(&text, &[("site.branch.count", "1"), ("headquarters.agents", "2")]);
    assert!(run.metrics.iter().all(|(metric, _)| !metric.name.starts_with("carried")));
    assert!(run.carried.is_empty());
    assert_eq!(carried(&run), (0.0, 0.0));
}
