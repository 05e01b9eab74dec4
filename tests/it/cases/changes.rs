//! Changes of settings while the scenario runs: the server has them at once, agents when they have fetched them, and
//! users disable schedules at once.

use updraft::ids::{AgentId, SourceId};
use updraft::model::settings::TopologyOption::{Server, ServerUa};
use updraft::model::trigger::Trigger;
use updraft::policy::attempt::AttemptFailure;
use updraft::scenario::{Overrides, Scenario};
use updraft::simulation::Fact;
use updraft::simulation::state::{SERVER, update_agent_source};
use updraft::units::SimTime;

use super::world::{World, minute};

/// Two ordinary agents at headquarters (the first two computers of the branch are its Update Agent and a third), which
/// check every hour, beginning at 01:00. Nothing is released.
const HOURLY: &str = r#"duration = "290 min"
[headquarters]
agents = 2
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "branch"
agents = 2
update_agents = 1
bandwidth = "1 Gbit/s"
[agents]
scheduled = "100 %"
schedule = "every 1 h"
may_disable_schedule = true
[notification]
on_update = false
[[group]]
name = "pilots"
agents = ["hq/pc-0001"]
nic = "1 Gbit/s"
"#;

/// The whole minutes at which `agent` began a round by `trigger`.
fn began(more: &str, agent: u32, trigger: Trigger) -> Vec<u64> {
    let world = World::of(&format!("{HOURLY}{more}"));
    let story = world.run(Server);
    let rounds = story.all(|fact| match fact {
        Fact::RoundBegan { agent: who, trigger: by, .. } => {
            (who == AgentId(agent) && by == trigger).then_some(())
        }
        _ => None,
    });
    rounds.into_iter().map(|(at, ())| at.as_nanos() / 60_000_000_000).collect()
}

fn change(at: &str, key: &str, to: &str, more: &str) -> String {
    format!("[[change]]\nat = \"{at}\"\nkey = \"{key}\"\nto = {to}\n{more}\n")
}

/// The list leads to the server, from 00:10 on to the Update Agent. At 01:00 both agents still go by the old list, and
/// fetch the new one with their settings: from 02:00 on they ask the Update Agent first.
#[test]
fn ntf_11_until_it_has_its_settings_an_agent_goes_by_the_old_list() {
    let list = "[[update_source]]\nrange = \"10.0.0.0/8\"\nsource = \"server\"\n\
                [[change]]\nname = \"new\"\nat = \"10 min\"\n\
                [[update_source]]\nchange = \"new\"\nrange = \"10.0.0.0/8\"\nsource = \"branch/ua-1\"\n";
    let asked = |more: &str| -> Vec<(u64, SourceId)> {
        let world = World::of(&format!("{HOURLY}{list}{more}"));
        let story = world.run(ServerUa);
        let asked = story.all(|fact| match fact {
            Fact::Asked { agent: AgentId(0), source, .. } => Some(source),
            _ => None,
        });
        asked.into_iter().map(|(at, source)| (at.as_nanos() / 60_000_000_000, source)).collect()
    };
    let update_agent = update_agent_source(0);
    assert_eq!(
        asked(""),
        [(60, SERVER), (120, update_agent), (180, update_agent), (240, update_agent)],
    );
    // Notify All Agents at 00:20: they have the new list at once, and use it at 01:00.
    let order = "[[command]]\nat = \"20 min\"\nwhat = \"notify-all\"\n";
    assert_eq!(asked(order)[..2], [(20, SERVER), (60, update_agent)]);
}

/// The pilot fetches the new schedule at 01:00 and checks every 90 min since midnight from then on; the other goes on.
#[test]
fn sch_2_a_new_schedule_begins_when_an_agent_has_fetched_it() {
    let slower = change("5 min", "agents.schedule", "\"every 90 min\"", "group = \"pilots\"");
    assert_eq!(began(&slower, 0, Trigger::Schedule), [60, 90, 180, 270]);
    assert_eq!(began(&slower, 1, Trigger::Schedule), [60, 120, 180, 240]);
}

/// Users disable their schedules at 01:30 and enable them again at 03:30: no check at 02:00 and 03:00.
#[test]
fn sch_1_a_user_disables_the_schedule_at_a_given_time() {
    let off = change("90 min", "agents.disable_schedule", "\"100 %\"", "");
    let on = change("210 min", "agents.disable_schedule", "\"0 %\"", "");
    assert_eq!(began(&(off.clone() + &on), 0, Trigger::Schedule), [60, 240]);
    // The privilege to disable it is taken back at 00:30: the agent has that from 01:00 on, so its user cannot.
    let never = change("30 min", "agents.may_disable_schedule", "false", "");
    assert_eq!(began(&(never + &off), 0, Trigger::Schedule), [60, 120, 180, 240]);
}

/// Without the privilege an agent does not check: it has lost that with the settings of 01:00.
#[test]
fn sch_1_the_privilege_ends_when_the_settings_have_been_fetched() {
    let none = change("30 min", "agents.scheduled", "\"0 %\"", "");
    assert_eq!(began(&none, 0, Trigger::Schedule), [60]);
    // It fetches them again by command at 03:30: the privilege is given back at 02:30.
    let again = change("150 min", "agents.scheduled", "\"100 %\"", "");
    let order = "[[command]]\nat = \"210 min\"\nwhat = \"notify-all\"\n";
    assert_eq!(began(&(none + &again + order), 0, Trigger::Schedule), [60, 240]);
}

/// Automatic agent update is off from 01:30 to 03:30.
#[test]
fn srv_2_automatic_update_is_switched_off_and_on_again() {
    let off = change("90 min", "server.deploys", "false", "");
    let on = change("210 min", "server.deploys", "true", "");
    assert_eq!(began(&(off + &on), 0, Trigger::Schedule), [60, 240]);
}

/// Both agents at headquarters and the third of the branch go to the Update Agent at 01:00. It serves one at a time, so
/// two are refused. From 00:10 on it is to serve two, and it does so once it has its settings, by *Notify All Agents* at
/// 00:20: one is refused.
#[test]
fn uag_1_an_update_agent_serves_more_when_it_has_its_settings() {
    let few = "[update_agents]\ncapacity = 1\n\
               [[update_source]]\nrange = \"10.0.0.0/8\"\nsource = \"branch/ua-1\"\n";
    let refused = |more: &str| {
        let world = World::of(&format!("{HOURLY}{few}{more}"));
        let story = world.run(ServerUa);
        let refused = story.all(|fact| match fact {
            Fact::AttemptFailed { failure: AttemptFailure::Refused(_), .. } => Some(()),
            _ => None,
        });
        refused.iter().filter(|(at, ())| (minute(60)..minute(61)).contains(at)).count()
    };
    let two = change("10 min", "update_agents.capacity", "2", "");
    let order = "[[command]]\nat = \"20 min\"\nwhat = \"notify-all\"\n";
    assert_eq!([refused(""), refused(&two), refused(&format!("{two}{order}"))], [2, 2, 1]);
}

/// One with a capacity of its own keeps it.
#[test]
fn uag_1_a_capacity_of_its_own_stays() {
    let list = "[[update_agent]]\nname = \"own\"\nsite = \"branch\"\ncapacity = 1\n\
                [[update_source]]\nrange = \"10.0.0.0/8\"\nsource = \"own\"\n";
    let two = change("10 min", "update_agents.capacity", "2", "");
    let order = "[[command]]\nat = \"20 min\"\nwhat = \"notify-all\"\n";
    let world = World::of(&format!("{HOURLY}{list}{two}{order}"));
    let own = update_agent_source(1);
    let story = world.run(ServerUa);
    let refused = story.all(|fact| match fact {
        Fact::AttemptFailed { source, failure: AttemptFailure::Refused(_), .. } => {
            (source == own).then_some(())
        }
        _ => None,
    });
    assert!(refused.iter().any(|(at, ())| (minute(60)..minute(61)).contains(at)));
}

/// The Update Agent (agent 2) has no privilege of scheduled update at first; it checks each hour once it has it.
#[test]
fn sch_1_an_update_agent_gets_the_privilege_with_its_settings() {
    let given = change("10 min", "update_agents.scheduled", "true", "");
    let order = "[[command]]\nat = \"20 min\"\nwhat = \"notify-all\"\n";
    assert_eq!(began("", 2, Trigger::Schedule), [0_u64; 0]);
    assert_eq!(began(&given, 2, Trigger::Schedule), [0_u64; 0]);
    assert_eq!(began(&(given + order), 2, Trigger::Schedule), [60, 120, 180, 240]);
}

/// The branch is behind NAT and polls each hour. The pattern is at the server at 02:00: its agents (2 and 3) fetch it by
/// a poll within the hour. If polling ends at 00:30, they fetch that setting by their next poll, and poll no more.
#[test]
fn srv_6_polling_ends_when_agents_have_fetched_that() {
    let behind_nat = "nat = true\n[agents]\nscheduled = \"0 %\"\n[server]\npoll_every = \"1 h\"\n\
                      [[release]]\nname = \"new\"\nat = \"90 min\"\ncomponents = [\"Virus Pattern\"]\n";
    let head = HOURLY.split("[agents]").next().expect("a head");
    let polls = |more: &str| -> Vec<u64> {
        let world = World::of(&format!("{head}{behind_nat}{more}"));
        let story = world.run(Server);
        let rounds = story.all(|fact| match fact {
            Fact::RoundBegan { trigger: Trigger::Poll, .. } => Some(()),
            _ => None,
        });
        rounds.into_iter().map(|(at, ())| at.as_nanos() / 3_600_000_000_000).collect()
    };
    assert_eq!(polls(""), [2, 2]);
    let never = change("30 min", "server.poll_every", "\"0 s\"", "");
    let after = polls(&never);
    assert!(after.len() == 2 && after.iter().all(|hour| *hour < 2), "{after:?}");
}

/// The server serves both of its agents at 01:00; limited to one from 00:10 on, one of them waits for its place.
#[test]
fn srv_8_the_server_serves_fewer_at_once() {
    let waits = |more: &str| {
        let world = World::of(&format!("{HOURLY}{more}"));
        let story = world.run(Server);
        let waits = story.all(|fact| match fact {
            Fact::Waits { source: SERVER, .. } => Some(()),
            _ => None,
        });
        waits.iter().filter(|(at, ())| (minute(60)..minute(61)).contains(at)).count()
    };
    let one = change("10 min", "server.max_transfers", "1", "");
    assert_eq!(waits(""), 0);
    assert!(waits(&one) > 0);
}

/// A message says why a key cannot change.
#[test]
fn what_is_no_setting_of_the_console_is_refused_with_the_reason() {
    for (key, to, why) in [
        ("site.branch.bandwidth", "\"1 Mbit/s\"", "[[fault]]"),
        ("agents.scan", "\"smart\"", "switch-to-smart-scan"),
        ("notification.connect_time", "\"1 s\"", "an assumption"),
        ("release.all.at", "\"1 h\"", "a time of its own"),
        ("server.family", "\"ipv4\"", "takes effect while the product runs"),
    ] {
        let text = format!(
            "name = \"case\"\nstart = \"Mon 00:00\"\n{HOURLY}{}",
            change("1 h", key, to, "")
        );
        let problems = Scenario::parse(&text, "case.toml", &Overrides::default());
        let problems = problems.expect_err(key).to_string();
        assert!(problems.contains("cannot change") && problems.contains(why), "{problems}");
    }
}

/// The release comes out at 00:10, the server has it at 01:00 and may start no update until 02:00.
#[test]
fn srv_4_slots_that_the_server_gets_are_used_at_once() {
    let world = |more: &str| {
        World::of(&format!(
            "duration = \"4 h\"\n[headquarters]\nagents = 3\ninternet_bandwidth = \"100 Mbit/s\"\n\
             [server]\nslots = 0\n[[release]]\nname = \"one\"\nat = \"10 min\"\n\
             components = [\"Virus Pattern\"]\n{more}"
        ))
    };
    let sent = |more: &str| -> Vec<SimTime> {
        let world = world(more);
        let story = world.run(Server);
        let sent = story.all(|fact| matches!(fact, Fact::NotificationSent { .. }).then_some(()));
        sent.into_iter().map(|(at, ())| at).collect()
    };
    assert_eq!(sent(""), []);
    assert_eq!(sent(&change("2 h", "server.slots", "2", ""))[..2], [minute(120); 2]);
    // In peak hours only: there are none before 03:00.
    let peak = change("2 h", "server.peak_hours", "[3]", "")
        + &change("2 h", "server.slots_peak", "5", "");
    assert_eq!(sent(&peak), [minute(180); 3]);
}

/// It checks at 00:45 (every 45 min) instead of 01:00, and not at 01:00.
#[test]
fn srv_1_the_server_checks_by_its_new_schedule() {
    let stocked = |more: &str| -> Vec<u64> {
        let world = World::of(&format!(
            "duration = \"3 h\"\n[headquarters]\nagents = 1\ninternet_bandwidth = \"1 Gbit/s\"\n\
             [[release]]\nname = \"one\"\nat = \"50 min\"\ncomponents = [\"Virus Pattern\"]\n{more}"
        ));
        let story = world.run(Server);
        let stocked = story.all(|fact| matches!(fact, Fact::ServerStocked { .. }).then_some(()));
        stocked.into_iter().map(|(at, ())| at.as_nanos() / 60_000_000_000).collect()
    };
    assert_eq!(stocked(""), [60]);
    let other = change("20 min", "server.schedule", "\"every 45 min\"", "");
    assert_eq!(stocked(&other), [90]);
}

/// The smart protection source downloads at 01:30 and 03:00 (every 90 min), not at 01:00 and 02:00.
#[test]
fn sps_1_the_source_downloads_by_its_new_schedule() {
    let text = |more: &str| {
        format!(
            "duration = \"3 h 10 min\"\n[headquarters]\nagents = 1\n\
             internet_bandwidth = \"1 Gbit/s\"\n{more}"
        )
    };
    let other = change("20 min", "smart_protection.schedule", "\"every 90 min\"", "");
    let fetched = |more: &str| -> Vec<u64> {
        let world = World::of(&text(&format!("[smart_protection]\n{more}")));
        let story = world.run(Server);
        let all = story.all(|fact| matches!(fact, Fact::SmartProtectionFetched(_)).then_some(()));
        all.into_iter().map(|(at, ())| at.as_nanos() / 60_000_000_000).collect()
    };
    assert_eq!(fetched(""), [60, 120, 180]);
    assert_eq!(fetched(&other), [90, 180]);
    let without =
        Scenario::parse(&format!("name = \"x\"\n{}", text(&other)), "x", &Overrides::default());
    let problems = without.expect_err("there is no source").to_string();
    assert!(problems.contains("there is no smart protection source"), "{problems}");
}

/// A program of 3 MB comes out at 02:30 that the pilot is not to get any more: it stays up to date, and the other one gets it at 03:00.
#[test]
fn cmp_7_an_agent_is_judged_by_the_scope_that_it_has() {
    let program = "[sizes]\nprogram = \"3 MB\"\n[[release]]\nname = \"fix\"\nat = \"150 min\"\nprogram = true\n";
    let scope = |at: &str| change(at, "agents.scope", "\"no-programs\"", "group = \"pilots\"");
    let since = |more: &str| {
        let world = World::of(&format!("{HOURLY}{program}{more}"));
        let story = world.run(Server);
        let all = story.all(|fact| match fact {
            Fact::UpToDate(agent) if agent.0 < 2 => Some(agent),
            _ => None,
        });
        let of = |agent| {
            let mine = all.iter().filter(|(at, who)| *who == AgentId(agent) && *at >= minute(150));
            mine.map(|(at, _)| at.as_nanos() / 60_000_000_000).collect::<Vec<u64>>()
        };
        [of(0), of(1)]
    };
    assert_eq!(since(&scope("30 min")), [vec![], vec![180]]);
    // Changed after its publication: the pilot has the settings, and is judged anew, at 03:00.
    assert_eq!(since(&scope("170 min")), [vec![180], vec![180]]);
}

/// A change moves no draw: until it happens, everything is as without it.
#[test]
fn a_change_has_no_effect_before_its_time() {
    let facts = |more: &str| {
        let world = World::of(&format!("{HOURLY}{more}"));
        let story = world.run(ServerUa);
        let before = story.facts().iter().filter(|(at, _)| *at < minute(150));
        before.copied().collect::<Vec<_>>()
    };
    let later = change("150 min", "agents.schedule", "\"daily 04:00 for 30 min\"", "");
    assert_eq!(facts(""), facts(&later));
}

#[test]
fn a_change_that_cannot_be_is_refused() {
    let codes = |more: &str| -> Vec<&'static str> {
        let text = format!("name = \"case\"\nstart = \"Mon 00:00\"\n{HOURLY}{more}");
        let read = Scenario::parse(&text, "case.toml", &Overrides::default());
        let problems = read.map_or_else(|problems| problems.list, |_| Vec::new());
        problems.iter().map(|problem| problem.code).collect()
    };
    assert_eq!(codes(""), [""; 0]);
    let pilots = "group = \"pilots\"";
    let refused = |key: &str, to: &str, more: &str| {
        let scope = change("1 min", "agents.scope", "\"no-programs\"", pilots);
        codes(&(scope + &change("1 h", key, to, more)))
    };
    assert_eq!(refused("server.slots", "50", ""), [""; 0]);
    assert_eq!(refused("server.slots", "\"many\"", ""), ["bad-value"]);
    assert_eq!(refused("server.slots", "50", pilots), ["conflict"]);
    assert_eq!(refused("server.report_size", "\"1 kB\"", ""), ["unknown-name"]);
    assert_eq!(refused("agents.scope", "\"no-programs\"", "group = \"pilot\""), ["unknown-name"]);
    assert_eq!(refused("agents.schedule", "\"hourly\"", ""), ["bad-schedule"]);
    assert_eq!(codes("[[change]]\nat = \"1 h\"\ngroup = \"pilots\"\n"), ["conflict", "conflict"]);
    let entry =
        "[[update_source]]\nrange = \"10.0.0.0/8\"\nsource = \"server\"\nchange = \"none\"\n";
    let scope = change("1 min", "agents.scope", "\"no-programs\"", pilots);
    assert_eq!(codes(&(scope + entry)), ["unknown-name"]);
}
