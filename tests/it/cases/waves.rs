//! Releases that groups of agents get one after the other.

use updraft::ids::{AgentId, ReleaseId};
use updraft::measure::run::Value;
use updraft::measure::waiting::Reason;
use updraft::model::settings::TopologyOption::{Server, ServerUa};
use updraft::scenario::{Overrides, Scenario};
use updraft::simulation::Fact;

use super::world::{World, minute};
use crate::one_run;

/// Four agents at headquarters (0 to 3), of which the first is the pilot and the next two are the second wave. The
/// pattern comes out at 00:10, and the server has it at 01:00.
const STAGED: &str = r#"duration = "10 h"
[headquarters]
agents = 4
internet_bandwidth = "100 Mbit/s"
[[group]]
name = "pilot"
agents = ["hq/pc-0001"]
nic = "1 Gbit/s"
[[group]]
name = "early"
agents = ["hq/pc-0002", "hq/pc-0003"]
nic = "1 Gbit/s"
"#;

fn release(what: &str, waves: &str) -> String {
    format!("[[release]]\nname = \"new\"\nat = \"10 min\"\n{what}\n{waves}\n")
}

const PATTERN: &str = "components = [\"Virus Pattern\"]";
const PROGRAM: &str = "program = true";
const WAVES: &str = "waves = [\"pilot\", \"early\"]";

/// The whole minutes at which each agent got the release.
fn got(text: &str) -> Vec<(u32, u64)> {
    let world = World::of(&format!("{STAGED}{text}"));
    let story = world.run(Server);
    let all = story.all(|fact| match fact {
        Fact::HasRelease { agent, release: ReleaseId(0) } => Some(agent.0),
        _ => None,
    });
    let mut all: Vec<(u32, u64)> =
        all.into_iter().map(|(at, agent)| (agent, at.as_nanos() / 60_000_000_000)).collect();
    all.sort_unstable();
    all
}

/// The first wave begins with the publication at 00:10, the next ones two and four hours later. The pilot gets the
/// pattern when the server has it, the others when their wave begins.
#[test]
fn each_wave_begins_a_gap_after_the_one_before() {
    let staged = release(PATTERN, &format!("{WAVES}\nwave_gap = \"2 h\""));
    assert_eq!(got(&staged), [(0, 60), (1, 130), (2, 130), (3, 250)]);
    assert_eq!(got(&release(PATTERN, "")), [(0, 60), (1, 60), (2, 60), (3, 60)]);
    // A program is at the server at once.
    let staged = release(PROGRAM, &format!("{WAVES}\nwave_gap = \"2 h\""));
    assert_eq!(got(&staged), [(0, 10), (1, 130), (2, 130), (3, 250)]);
}

/// All get it within 01:00: each wave begins when the one before has it, a minute at most later.
#[test]
fn the_next_wave_begins_when_the_share_has_it() {
    let staged = release(PATTERN, &format!("{WAVES}\nwave_done = \"100 %\""));
    assert_eq!(got(&staged), [(0, 60), (1, 60), (2, 60), (3, 60)]);
    // Both: not before 02:10 either.
    let staged = release(PATTERN, &format!("{WAVES}\nwave_done = \"100 %\"\nwave_gap = \"2 h\""));
    assert_eq!(got(&staged), [(0, 60), (1, 130), (2, 130), (3, 250)]);
}

/// The second wave has two agents. One of them is off until 08:00 in the morning: half of it are done at 01:00, the
/// whole of it when that one is back.
#[test]
fn a_wave_that_is_not_done_keeps_the_next_one_waiting() {
    let begun = |done: &str| {
        let staged = release(PATTERN, &format!("{WAVES}\nwave_done = \"{done}\""));
        let office = "[working_day]\narrival = \"08:00\"\nleaving = \"18:00\"\n";
        let world = World::of(&format!("{STAGED}{staged}{office}")).with_off(AgentId(2));
        let story = world.run(Server);
        let waves = story.all(|fact| match fact {
            Fact::WaveBegan { wave, .. } => Some(wave),
            _ => None,
        });
        waves.into_iter().map(|(at, _)| at.as_nanos() / 60_000_000_000).collect::<Vec<u64>>()
    };
    assert_eq!(begun("50 %"), [10, 60, 60]);
    assert_eq!(begun("51 %"), [10, 60, 480]);
}

/// Withdrawn at 01:30: only the pilot has it, and nobody gets it any more, although the server goes on to offer it.
#[test]
fn no_wave_follows_a_release_that_is_recalled() {
    let staged =
        release(PATTERN, &format!("{WAVES}\nwave_gap = \"2 h\"\nwithdrawn_at = \"90 min\""));
    assert_eq!(got(&staged), [(0, 60)]);
}

/// Who is held back from one component gets the other: the spyware pattern comes out at 00:20 for all.
#[test]
fn an_agent_is_held_back_from_its_release_only() {
    let staged = release(PATTERN, &format!("{WAVES}\nwave_gap = \"2 h\""));
    let other = "[[release]]\nname = \"other\"\nat = \"20 min\"\ncomponents = [\"Spyware Active-monitoring Pattern\"]\n";
    let world = World::of(&format!("{STAGED}{staged}{other}"));
    let story = world.run(Server);
    let has = |release| {
        let all = story.all(|fact| match fact {
            Fact::HasRelease { agent: AgentId(3), release: of } if of == ReleaseId(release) => {
                Some(())
            }
            _ => None,
        });
        all[0].0.as_nanos() / 60_000_000_000
    };
    assert_eq!((has(0), has(1)), (250, 60));
    // A newer version of the same component is nobody's wave: with it, all have the older release, too.
    let newer =
        "[[release]]\nname = \"newer\"\nat = \"70 min\"\ncomponents = [\"Virus Pattern\"]\n";
    assert_eq!(got(&(staged + newer)), [(0, 60), (1, 120), (2, 120), (3, 120)]);
}

/// Update Agents belong to the first wave, so that they have what their agents are to get.
#[test]
fn an_update_agent_has_it_before_its_agents() {
    let staged = release(PATTERN, &format!("{WAVES}\nwave_gap = \"2 h\""));
    let branch =
        "[[site]]\nname = \"branch\"\nagents = 2\nupdate_agents = 1\nbandwidth = \"100 Mbit/s\"\n";
    let world = World::of(&format!("{STAGED}{staged}{branch}"));
    let story = world.run(ServerUa);
    let has = |agent| {
        let all = story.all(|fact| match fact {
            Fact::HasRelease { agent: who, .. } if who == AgentId(agent) => Some(()),
            _ => None,
        });
        all[0].0
    };
    assert!(has(4) < minute(62));
    let last = has(5);
    assert!(last >= minute(250) && last < minute(251), "{last}");
}

/// The rows of a wave count its own agents, and time from its start. The last wave has one agent, which is told at
/// 04:10 when the release is 4 h old, and has it within a minute; of the release, half (two of four) are done at 02:10.
#[test]
fn each_wave_has_a_row_beside_the_release() {
    let staged = release(PROGRAM, &format!("{WAVES}\nwave_gap = \"2 h\""));
    let text = format!("name = \"case\"\nstart = \"Mon 00:00\"\n{STAGED}{staged}");
    let run = one_run::run(&one_run::scenario(&text, &[]), Server);
    let names: Vec<&str> = run.releases.iter().map(|release| &*release.name).collect();
    assert_eq!(names, ["new", "new: wave pilot", "new: wave early", "new: wave others"]);
    let value = |row: usize, metric: &str| {
        let found = run.releases[row].metrics.iter().find(|(known, _)| known.name == metric);
        found.expect("a metric of releases").1
    };
    let seconds = |row| match value(row, "protected_all_s") {
        Value::Seconds(span) => span.expect("reached").as_secs_f64(),
        other => panic!("{other:?}"),
    };
    let hours = |row: usize| seconds(row) / 3600.0;
    assert!((4.0..4.1).contains(&hours(0)), "{}", hours(0));
    assert!((1..4).all(|row| hours(row) < 0.1));
    let counts: Vec<Value> = (0..4).map(|row| value(row, "agents_up_to_date")).collect();
    assert_eq!(counts, [4, 1, 2, 1].map(Value::Count));
    // The headline is that of the release.
    let headline = run.metrics.iter().find(|(metric, _)| metric.name == "protected_all_s");
    assert_eq!(headline.expect("a metric").1, value(0, "protected_all_s"));
}

/// The program is at the server at 00:10. The pilot gets it at once, the two early agents wait for their wave until
/// 02:10, the last agent until 04:10: 2 × 2 h and 4 h, to some seconds that notifications take. `explain` says so of
/// the last agent. Nobody waits for a notification, because all are told when their wave begins.
#[test]
fn agents_that_are_held_back_wait_for_their_wave() {
    let staged = release(PROGRAM, &format!("{WAVES}\nwave_gap = \"2 h\""));
    let text = format!("name = \"case\"\nstart = \"Mon 00:00\"\n{STAGED}{staged}");
    let scenario = one_run::scenario(&text, &[]);
    let run = one_run::run(&scenario, Server);
    let hours = |cause: Reason| {
        let rows = run.waits.iter().filter(|row| row.cause == cause);
        rows.map(|row| row.agent_nanos).sum::<u128>() / 1_000_000 * 1000 / 3_600_000
    };
    assert_eq!((hours(Reason::Wave), hours(Reason::Trigger)), (8_000, 0));
    // A pattern waits for the server's check until 01:00 at first, and for the wave only then for those that are on.
    let staged = release(PATTERN, &format!("{WAVES}\nwave_gap = \"2 h\""));
    let text = format!("name = \"case\"\nstart = \"Mon 00:00\"\n{STAGED}{staged}");
    let run = one_run::run(&one_run::scenario(&text, &[]), Server);
    let rows = run.waits.iter().filter(|row| row.cause == Reason::Wave);
    let wave: u128 = rows.map(|row| row.agent_nanos).sum();
    assert_eq!(wave / 3_600_000_000_000, 8, "all three wait from the publication on");
}

#[test]
fn waves_that_cannot_be_are_refused() {
    let codes = |more: &str| -> Vec<&'static str> {
        let text = format!("name = \"case\"\nstart = \"Mon 00:00\"\n{STAGED}{more}");
        let read = Scenario::parse(&text, "case.toml", &Overrides::default());
        let problems = read.map_or_else(|problems| problems.list, |_| Vec::new());
        problems.iter().map(|problem| problem.code).collect()
    };
    let of = |what: &str, waves: &str| codes(&release(what, waves));
    let gap = "wave_gap = \"1 h\"";
    assert_eq!(of(PATTERN, &format!("{WAVES}\n{gap}")), [""; 0]);
    assert_eq!(of(PATTERN, WAVES), ["conflict"]);
    assert_eq!(of("settings = true", &format!("{WAVES}\n{gap}")), ["conflict"]);
    let groups = "waves = [\"pilot\", \"earlier\"]";
    assert_eq!(of(PATTERN, &format!("{groups}\n{gap}")), ["unknown-name"]);
    let twice = "waves = [\"pilot\", \"early\", \"pilot\"]";
    assert_eq!(of(PATTERN, &format!("{twice}\n{gap}")), ["duplicate"]);
    assert_eq!(of(PATTERN, gap), ["conflict"]);
}

/// `wave.gap` is that of every release that comes in waves, and of no other.
#[test]
fn one_key_sets_the_gaps_of_all_waves() {
    let staged = release(PATTERN, &format!("{WAVES}\nwave_gap = \"2 h\""));
    let other = "[[release]]\nname = \"other\"\nat = \"20 min\"\nprogram = true\n";
    let text = format!("name = \"case\"\nstart = \"Mon 00:00\"\n{STAGED}{staged}{other}");
    let gaps = |text: &str, set: &str| {
        let overrides = Overrides(vec![(set.into(), "3 h".into())]);
        let read = Scenario::parse(text, "case.toml", &overrides);
        read.map_err(|problems| problems.to_string()).map(|scenario| {
            let waves = scenario.releases.iter().map(|of| of.waves.as_ref());
            waves.map(|waves| waves.map(|waves| waves.gap.as_nanos() / 3_600_000_000_000)).collect()
        })
    };
    assert_eq!(gaps(&text, "wave.gap"), Ok(vec![Some(3), None]));
    let without = text.replace(&staged, "");
    let problem = gaps(&without, "wave.gap").expect_err("nothing comes in waves");
    assert!(problem.contains("no [[release]] has `waves`"), "{problem}");
    let problem = gaps(&text, "wave.pause").expect_err("no such key");
    assert!(problem.contains("gap and done"), "{problem}");
}
