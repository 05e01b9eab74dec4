//! Scenarios without releases: agents catch up with the contents published before the start.

use updraft::measure::run::RunMeasurements;
use updraft::model::settings::TopologyOption::Server;
use updraft::simulation::Fact;
use updraft::units::SimTime;

use super::recalls::measured;
use super::world::World;

const HOLIDAYS: &str = r#"duration = "4 h"
[headquarters]
agents = 2
internet_bandwidth = "1 Gbit/s"
[agents]
scheduled = "100 %"
schedule = "every 1 h"
"#;

fn run(more: &str) -> RunMeasurements {
    measured(
        &format!("name = \"case\"\noption = \"server\"\nstart = \"Mon 00:00\"\n{HOLIDAYS}{more}"),
        &[],
    )
}

/// Agents that are 20 releases behind check at 01:00 on their schedule and fetch full files: only the Virus Pattern is
/// more than 14 behind. Times count from the start, so the last has it shortly after an hour.
#[test]
fn after_holidays_times_count_from_the_start() {
    let run = run("releases_behind = 20\n");
    let all = run.value("protected_all_s").expect("all catch up");
    assert!((3_600.0..3_700.0).contains(&all), "{all}");
    assert_eq!(run.releases.len(), 1);
    assert_eq!(&*run.releases[0].name, "start");
    // Both are outdated for that hour: slightly more than two agent-hours.
    let exposure = run.value("exposure_agent_hours").expect("measured");
    assert!((2.0..2.06).contains(&exposure), "{exposure}");
    assert!(run.value("full_downloads").expect("measured") >= 2.0);
}

/// An agent that lacks nothing is protected at once.
#[test]
fn who_lacks_nothing_is_up_to_date_at_the_start() {
    let run = run("");
    assert_eq!(run.value("protected_all_s"), Some(0.0));
    assert_eq!(run.value("exposure_agent_hours"), Some(0.0));
}

/// A server that was restored from a backup of five days ago checks at 01:00, fetches what it lacks, and notifies its
/// agents, which never went back; an agent that is five days behind, too, then follows.
#[test]
fn srv_1_a_restored_server_catches_up_at_its_look() {
    let text = HOLIDAYS.replace("scheduled = \"100 %\"", "scheduled = \"0 %\"");
    let server = |behind: u16, more: &str| {
        let world = World::of(&format!("{text}{more}[server]\nreleases_behind = {behind}\n"));
        let story = world.run(Server);
        let stocked = story.all(|fact| matches!(fact, Fact::ServerStocked { .. }).then_some(()));
        let fetched = story.each(|fact| matches!(fact, Fact::Fetched { .. }).then_some(()));
        let after: Vec<bool> =
            stocked.iter().map(|(at, ())| *at > SimTime::from_secs(3_600)).collect();
        (after, fetched.len())
    };
    assert_eq!(server(0, ""), (vec![], 0));
    assert_eq!(server(5, ""), (vec![true], 0));
    assert_eq!(server(5, "releases_behind = 5\n"), (vec![true], 2));
}
