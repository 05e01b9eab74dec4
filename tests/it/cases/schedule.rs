//! Checks on a schedule.

use updraft::ids::{AgentId, RowId};
use updraft::model::calendar::Schedule;
use updraft::model::component::ContentKind;
use updraft::model::settings::TopologyOption;
use updraft::model::trigger::{Message, Trigger};
use updraft::policy::schedule::missed;
use updraft::simulation::Fact;
use updraft::units::{SimDuration, SimTime};

use crate::cases::world::{World, minute};

/// SCH-3: daily at 12:00 with a window of 2 h: each agent once a day, all inside the window, about half of them in each
/// hour; whether the server notifies them or they begin by themselves.
#[test]
fn t_13_a_daily_window_is_kept_and_filled_evenly() {
    let told = windows("server", |fact| match fact {
        Fact::Queued { agent, message: Message::Scheduled, .. } => Some(agent),
        _ => None,
    });
    let begun = windows("agent", |fact| match fact {
        Fact::RoundBegan { agent, trigger: Trigger::Schedule, .. } => Some(agent),
        _ => None,
    });
    assert_eq!(told, begun, "at the same moments");
}

/// When each agent is notified, or begins, in three days.
fn windows(by: &str, pick: fn(Fact) -> Option<AgentId>) -> Vec<(SimTime, AgentId)> {
    let agents = 1000;
    let world = World::of(&format!(
        r#"
duration = "3 d"
[headquarters]
agents = {agents}
internet_bandwidth = "1 Gbit/s"
[agents]
schedule = "daily 12:00 for 2 h"
schedule_by = "{by}"
[[release]]
name = "one"
at = "1 h"
components = ["Virus Pattern"]
"#
    ));
    let story = world.run(TopologyOption::Direct);
    let looks = story.all(pick);
    for day in 0..3 {
        let [begin, middle, end] = [12, 13, 14].map(|hour| minute((day * 24 + hour) * 60));
        let mut times = vec![0; agents];
        let today = looks.iter().filter(|(at, _)| (minute(day * 24 * 60)..end).contains(at));
        today.for_each(|(_, agent)| times[agent.index()] += 1);
        assert!(times.iter().all(|times| *times == 1), "day {day}");
        let early = looks.iter().filter(|(at, _)| (begin..middle).contains(at)).count();
        // Half of a thousand, within five standard deviations.
        assert!((420..=580).contains(&early), "{early} in the first hour of day {day}");
        let late = looks.iter().filter(|(at, _)| (middle..end).contains(at)).count();
        assert_eq!(early + late, agents, "day {day}");
    }
    assert_eq!(looks.len(), 3 * agents, "none outside the windows");
    looks
}

/// SCH-5: last update at 10:00, hourly schedule, start-up at 18:00: 8 h > 1 h, so it runs.
#[test]
fn t_30_a_missed_schedule_runs_at_start_up() {
    let hourly = Schedule::Every { interval: SimDuration::from_hours(1), spread: false };
    assert!(missed(Some(minute(10 * 60)), minute(18 * 60), hourly, None));
    assert!(
        !missed(Some(minute(17 * 60)), minute(18 * 60), hourly, None),
        "1 h is not more than 1 h"
    );
}

/// SCH-2: hourly schedule, *configurations only once per day* on: 24 checks for components and one for settings in a
/// day; off: 24 and 24. There are new settings every hour.
#[test]
fn t_14_settings_once_a_day_and_components_each_time() {
    let day = |once: bool| {
        let hourly =
            |hour| format!("[[release]]\nname = \"{hour}\"\nat = \"{hour} h\"\nsettings = true");
        let releases = (0..24).map(hourly).collect::<Vec<_>>().join("\n");
        let world = World::of(&format!(
            r#"
duration = "24 h"
[headquarters]
agents = 1
internet_bandwidth = "100 Mbit/s"
[agents]
scheduled = "100 %"
schedule = "every 1 h, spread"
settings_once_per_day = {once}
[notification]
on_update = false
{releases}
"#
        ));
        let story = world.run(TopologyOption::Server);
        let looks = story.each(|fact| match fact {
            Fact::RoundBegan { wanted, .. } => Some(wanted.has(ContentKind::Components)),
            _ => None,
        });
        assert!(looks.iter().all(|components| *components));
        let settings = story.each(|fact| match fact {
            Fact::Fetched { kind, .. } => Some(kind),
            _ => None,
        });
        assert!(settings.iter().all(|kind| *kind == ContentKind::Settings));
        (looks.len(), settings.len())
    };
    assert_eq!(day(true), (24, 1));
    assert_eq!(day(false), (24, 24));
}

/// SCH-1: an agent with the privilege checks on its schedule; its user may disable that only if both options permit it.
#[test]
fn sch_1_scheduled_update_is_a_privilege() {
    let looks = |privilege: &str| {
        let world = World::of(&format!(
            r#"
duration = "12 h"
[headquarters]
agents = 10
internet_bandwidth = "100 Mbit/s"
[agents]
{privilege}
[[release]]
name = "one"
at = "30 min"
settings = true
"#
        ));
        let story = world.run(TopologyOption::Server);
        let looks = story.each(|fact| match fact {
            Fact::RoundBegan { trigger: Trigger::Schedule, .. } => Some(()),
            _ => None,
        });
        looks.len()
    };
    let disabled = "scheduled = \"100 %\"\ndisable_schedule = \"100 %\"";
    assert_eq!(looks(""), 0);
    assert_eq!(looks("scheduled = \"100 %\""), 10 * 12);
    assert_eq!(looks(disabled), 10 * 12);
    assert_eq!(looks(&format!("{disabled}\nmay_disable_schedule = true")), 0);
}

/// SCH-3: on the 15th of each month at noon exactly, from the 14th, 23:00: 13 hours after the start.
#[test]
fn sch_3_a_monthly_schedule_comes_on_its_day() {
    use updraft::model::settings::TopologyOption::Server;
    use updraft::scenario::{Overrides, Scenario};
    use updraft::simulation::{Fact, Observer, Simulation};
    use updraft::units::SimTime;

    struct Began(Vec<SimTime>);
    impl Observer for Began {
        fn observe(&mut self, at: SimTime, fact: Fact) {
            if matches!(fact, Fact::RoundBegan { .. }) {
                self.0.push(at);
            }
        }
    }
    let text = |start: &str| {
        format!(
            "name = \"month\"\nstart = \"{start}\"\nduration = \"40 d\"\nsample_every = \"1 h\"\n\
             [headquarters]\nagents = 1\ninternet_bandwidth = \"1 Gbit/s\"\n\
             [agents]\nscheduled = \"100 %\"\nschedule = \"monthly 15 12:00\"\n\
             [notification]\non_update = false\n\
             [[release]]\nname = \"r\"\nat = \"1 h\"\nsettings = true\n"
        )
    };
    let read = |start: &str| Scenario::parse(&text(start), "m.toml", &Overrides::default());
    let scenario = read("2026-11-14 23:00").unwrap_or_else(|problems| panic!("{problems}"));
    let streams = updraft::random::Streams::new(1, 0);
    let drawn = scenario.sample(&streams);
    let transport = scenario.transport;
    let mut simulation =
        Simulation::new(&drawn.company, &drawn.topology, transport, Server, streams);
    let mut began = Began(Vec::new());
    simulation.run_until(SimTime::START + scenario.duration, &mut began);
    // November has 30 days.
    let hours: Vec<u64> = began.0.iter().map(|at| at.as_nanos() / 3_600_000_000_000).collect();
    assert_eq!(hours, [13, 13 + 30 * 24]);
    let problems = read("Sat 23:00").unwrap_err();
    assert_eq!(problems.list[0].code, "conflict");
    assert_eq!(read("2026-11-31 23:00").unwrap_err().list[0].code, "bad-value");
}

/// SCH-3: nightly from 22:00 for 8 h, in a scenario that begins at midnight: three quarters of the agents still have
/// their moment of the window that began the evening before, and the others wait for the next.
#[test]
fn sch_3_a_window_that_began_before_the_scenario_is_kept() {
    let begun = |schedule: &str| {
        let world = World::of(&format!(
            r#"
duration = "22 h"
[headquarters]
agents = 1000
internet_bandwidth = "1 Gbit/s"
[agents]
scheduled = "100 %"
schedule = "{schedule}"
[notification]
on_update = false
"#
        ));
        let story = world.run(TopologyOption::Server);
        story.all(|fact| match fact {
            Fact::Queued { agent, message: Message::Scheduled, .. } => Some(agent),
            _ => None,
        })
    };
    let first = begun("daily 22:00 for 8 h");
    // Within five standard deviations of 750.
    assert!((680..=820).contains(&first.len()), "{}", first.len());
    assert!(first.iter().all(|(at, _)| *at < minute(6 * 60)));
    // A time that is the start is met there, and not again.
    let exact = begun("daily 00:00");
    assert_eq!(exact.len(), 1000);
    assert!(exact.iter().all(|(at, _)| *at == SimTime::START));
}

/// SRV-1: the server's check at the start finds what is released then.
#[test]
fn srv_1_the_server_checks_at_the_start_if_its_schedule_says_so() {
    let world = World::of(
        r#"
duration = "2 h"
[headquarters]
agents = 1
internet_bandwidth = "1 Gbit/s"
[server]
schedule = "daily 00:00"
[[release]]
name = "one"
at = "0 s"
components = ["Virus Pattern"]
"#,
    );
    let story = world.run(TopologyOption::Server);
    let updated = story.all(|fact| match fact {
        Fact::UpToDate(agent) => Some(agent),
        _ => None,
    });
    let is_soon = |at: SimTime| SimTime::START < at && at < minute(60);
    assert!(updated.iter().any(|(at, _)| is_soon(*at)), "{updated:?}");
}
