//! Notifications of Independent agents, commands at the console, removal from the queue, and the throttle.

use updraft::ids::AgentId;
use updraft::model::component::ContentKind;
use updraft::model::settings::TopologyOption;
use updraft::model::trigger::Trigger;
use updraft::policy::notification::Notifier;
use updraft::simulation::Fact;
use updraft::units::SimDuration;

use crate::cases::world::{World, minute};

/// A laptop that is on until 115 min and from 120 min on, and a pattern that the server has at 60
/// min: which rounds it begins, and how often it scans.
fn independent(share: &str, more: &str) -> (Vec<Trigger>, usize) {
    let world = World::of(&format!(
        r#"
duration = "3 h"
[headquarters]
agents = 1
presence = "laptop"
internet_bandwidth = "100 Mbit/s"
[working_day]
arrival = "00:00"
laptop_on = "115 min"
laptop_off = "5 min"
[agents]
independent = "{share}"
[notification]
scan_now = true
{more}
[[release]]
name = "one"
at = "30 min"
components = ["Virus Pattern"]
"#
    ));
    let story = world.run(TopologyOption::Server);
    let rounds = story.each(|fact| match fact {
        Fact::RoundBegan { trigger, .. } => Some(trigger),
        _ => None,
    });
    let scans = story.each(|fact| matches!(fact, Fact::ScanBegan(_)).then_some(()));
    (rounds, scans.len())
}

/// NTF-2, NTF-4, NTF-5: an Independent agent is notified only if such agents are included; it never scans at once, and
/// a restart never makes it update.
#[test]
fn t_15_independent_agents_are_told_only_if_included() {
    assert_eq!(independent("100 %", ""), (vec![], 0));
    assert_eq!(independent("100 %", "include_offline = true"), (vec![Trigger::Notification], 0));
    // Any other agent is notified, scans, and updates on restart if it was not notified.
    assert_eq!(independent("0 %", ""), (vec![Trigger::Notification], 1));
    assert_eq!(independent("0 %", "on_update = false"), (vec![Trigger::Restart], 1));
}

/// NTF-5: *Scan Now* follows received components, and nothing else.
#[test]
fn ntf_5_scan_now_follows_a_successful_update() {
    let scans = |more: &str| {
        let world = World::of(&format!(
            r#"
duration = "3 h"
[headquarters]
agents = 3
internet_bandwidth = "100 Mbit/s"
[[release]]
name = "one"
at = "30 min"
{more}
"#
        ));
        let story = world.run(TopologyOption::Server);
        let ended = story.each(|fact| matches!(fact, Fact::RoundEnded(_)).then_some(()));
        let scans = story.each(|fact| matches!(fact, Fact::ScanBegan(_)).then_some(()));
        (ended.len(), scans.len())
    };
    let on = "[notification]\nscan_now = true";
    assert_eq!(scans(&format!("components = [\"Virus Pattern\"]\n{on}")), (3, 3));
    assert_eq!(scans("components = [\"Virus Pattern\"]"), (3, 0));
    assert_eq!(scans(&format!("settings = true\n{on}")), (3, 0));
}

/// NTF-9: the clean-up empties the queue at its hour; by default nothing is removed.
#[test]
fn ntf_9_the_clean_up_empties_the_queue() {
    let run = |cleanup: &str| {
        let world = World::of(&format!(
            r#"
duration = "6 h"
[headquarters]
agents = 100
internet_bandwidth = "100 Mbit/s"
[notification]
threads = 1
connect_time = "1 min"
{cleanup}
[[release]]
name = "one"
at = "1830 s"
settings = true
"#
        ));
        let story = world.run(TopologyOption::Server);
        let told = story.each(|fact| matches!(fact, Fact::Notified { .. }).then_some(()));
        let cleaned = story.all(|fact| match fact {
            Fact::QueueCleaned { notifier: Notifier::Server, records } => Some(records),
            _ => None,
        });
        (told.len(), cleaned)
    };
    assert_eq!(run(""), (100, vec![]));
    // From 30.5 to 60 min 29 agents have been notified, and one more is being notified.
    assert_eq!(run("cleanup = \"daily 01:00 for 1 h\""), (30, vec![(minute(60), 70)]));
}

/// NTF-11: *Notify All Agents* makes every agent fetch its settings, and only these.
#[test]
fn ntf_11_notify_all_agents_is_about_settings() {
    let world = World::of(
        r#"
duration = "3 h"
[headquarters]
agents = 5
internet_bandwidth = "100 Mbit/s"
[notification]
on_update = false
[[release]]
name = "both"
at = "30 min"
components = ["Virus Pattern"]
settings = true
[[command]]
at = "90 min"
what = "notify-all"
"#,
    );
    let story = world.run(TopologyOption::Server);
    let mut fetched = story.all(|fact| match fact {
        Fact::Fetched { agent, kind, .. } => Some((agent, kind)),
        _ => None,
    });
    assert!(fetched.iter().all(|(at, _)| *at > minute(90)));
    fetched.sort_by_key(|(_, (agent, _))| *agent);
    let fetched: Vec<_> = fetched.into_iter().map(|(_, what)| what).collect();
    assert_eq!(fetched, [0, 1, 2, 3, 4].map(|agent| (AgentId(agent), ContentKind::Settings)));
}

/// SRV-7: 1,000 agents, five in each batch, a batch every 15 s: 200 batches, so that the time of the
/// last one is over after 3,000 s, which are 50 min.
#[test]
fn t_35_the_throttle_tells_a_thousand_agents_in_fifty_minutes() {
    let world = World::of(
        r#"
duration = "3 h"
[headquarters]
agents = 1000
internet_bandwidth = "100 Mbit/s"
[notification]
batch = 5
[[release]]
name = "one"
at = "30 min"
settings = true
"#,
    );
    let story = world.run(TopologyOption::Server);
    let sent = story.all(|fact| matches!(fact, Fact::NotificationSent { .. }).then_some(()));
    let times: Vec<_> = sent.iter().map(|(at, ())| at.since(minute(30))).collect();
    let expected = (0..1000).map(|agent| SimDuration::from_secs(agent / 5 * 15));
    assert_eq!(times, expected.collect::<Vec<_>>());
    let batch = SimDuration::from_secs(15);
    assert_eq!(times.last().map(|last| *last + batch), Some(SimDuration::from_mins(50)));
}
