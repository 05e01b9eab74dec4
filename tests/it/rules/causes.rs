//! Timelines name the cause that delays an agent's update: one small company, one obstacle after the other.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use updraft::experiment::{AgentTrace, Experiment, Whom};
use updraft::measure::timeline::{Event, Step, Timeline};
use updraft::scenario::{Overrides, Scenario};
use updraft::units::SimDuration;

/// Two agents at a site with an Update Agent; agents check by themselves, every hour.
const COMPANY: &str = r#"
name = "causes"
option = "server-ua"
start = "Mon 10:00"
duration = "6 h"
[headquarters]
agents = 0
internet_bandwidth = "1 Gbit/s"
[agents]
scheduled = "100 %"
schedule = "every 1 h"
[[site]]
name = "a"
agents = 2
bandwidth = "100 Mbit/s"
update_agents = 1
[[release]]
name = "c"
at = "Mon 10:20"
components = ["Virus Pattern"]
"#;

/// The steps of the agent that is not an Update Agent.
fn steps(more: &str, set: &[(&str, &str)]) -> Vec<Step> {
    let set = set.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
    let scenario = Scenario::parse(&(COMPANY.to_owned() + more), "causes", &Overrides(set))
        .unwrap_or_else(|problems| panic!("{problems}"));
    timelines(&scenario, Whom::Agent("a/pc-0002".into())).swap_remove(0).steps
}

/// The timelines of `whom` under the scenario's option.
fn timelines(scenario: &Scenario, whom: Whom) -> Vec<Timeline> {
    let (option, seed) = (scenario.option, scenario.seed);
    let trace = AgentTrace { scenario, option, replication: 1, seed, whom };
    let answer = trace.answer(&AtomicBool::new(false), &|_| {}).expect("a known name");
    answer.expect("not stopped").timelines
}

/// The first failed attempt: its cause, the rules, and the delay until the next source is tried.
fn failure(steps: &[Step]) -> (&'static str, Vec<&'static str>, f64) {
    let found = steps.iter().enumerate().find_map(|(place, step)| match &step.event {
        Event::Failed { failure, .. } => {
            let mut later = steps[place + 1..].iter();
            let next =
                later.find(|step| step.event.name() == "asked").expect("the server is asked");
            let after = next.at.since(step.at).as_secs_f64();
            Some((*failure, step.rules.clone(), after))
        }
        _ => None,
    });
    found.unwrap_or_else(|| panic!("no attempt fails: {steps:#?}"))
}

#[test]
fn uag_2_a_full_disk_is_named_and_costs_no_connect_time_out() {
    let disk = [("update_agents.free_disk", "\"200 MB\"")];
    let (why, rules, after) = failure(&steps("", &disk));
    assert_eq!((why, rules), ("refused: its disk is full", vec!["SRC-8", "UAG-2"]));
    assert!(after < 2.0, "{after}");
}

#[test]
fn uag_5_an_old_address_is_named() {
    let moved =
        "[[fault]]\nat = \"a/ua-1\"\nwhat = \"address-change\"\nfrom = \"0 s\"\nto = \"5 h\"\n";
    let (why, rules, after) = failure(&steps(moved, &[("sources.listed_by", "address")]));
    assert_eq!(
        (why, rules),
        ("unreachable: its list entry has an old address", vec!["SRC-8", "UAG-5"])
    );
    assert!((29.0..31.0).contains(&after), "{after}");
}

#[test]
fn net_2_wrong_proxy_settings_and_a_full_proxy_are_named() {
    let direct = ("option", "direct");
    let wrong = "[proxy]\ninternet = true\n[[fault]]\nat = \"agents\"\nwhat = \"wrong-proxy\"\nfrom = \"0 s\"\nto = \"5 h\"\n";
    let (why, rules, _) = failure(&steps(wrong, &[direct]));
    assert_eq!((why, rules), ("unreachable: wrong proxy settings", vec!["SRC-8", "NET-2"]));
    let down =
        "[proxy]\ninternet = true\n[[fault]]\nat = \"proxy\"\nfrom = \"0 s\"\nto = \"5 h\"\n";
    let (why, rules, _) = failure(&steps(down, &[direct]));
    assert_eq!((why, rules), ("unreachable: the proxy is down", vec!["SRC-8", "NET-2"]));
    // Both agents check at 11:00; the proxy connects the first.
    let full = "[proxy]\ninternet = true\nconnections = 1\n";
    let (why, rules, _) = failure(&steps(full, &[direct]));
    assert_eq!((why, rules), ("refused: the proxy is full", vec!["SRC-8", "NET-2"]));
}

#[test]
fn net_4_a_dead_link_is_named() {
    let cut = "[[fault]]\nat = \"a\"\nfrom = \"0 s\"\nto = \"5 h\"\n";
    let (why, rules, _) = failure(&steps(cut, &[("option", "server")]));
    assert_eq!((why, rules), ("unreachable: a link on the route is down", vec!["SRC-8", "NET-4"]));
}

#[test]
fn srv_4_a_wait_for_slots_that_are_none_is_told_as_one_without_end() {
    let slots = ["slots", "slots_peak", "slots_off_peak"].map(|key| (format!("server.{key}"), "0"));
    let mut set: Vec<(&str, &str)> =
        slots.iter().map(|(key, value)| (key.as_str(), *value)).collect();
    set.extend([("agents.scheduled", "\"0 %\""), ("option", "server")]);
    let steps = steps("", &set);
    let waits = steps.iter().flat_map(|step| &step.waits);
    let reasons: Vec<&str> = waits.map(|waited| waited.reason.name()).collect();
    assert!(reasons.contains(&"no-slots"), "{reasons:?}");
}

#[test]
fn sch_6_whom_an_order_skips_is_told() {
    let order = "[[command]]\nat = \"Mon 10:40\"\nwhat = \"update-agents\"\n";
    let steps = steps(order, &[("agents.independent", "\"100 %\"")]);
    let skipped = steps.iter().find(|step| step.event.name() == "skipped-by-order");
    assert_eq!(skipped.expect("it is skipped").rules, ["SCH-6", "NTF-2"]);
}

/// NTF-9: who was removed from the queue no longer waits in it. One thread notifies an agent a minute from 10:30:30 on, so
/// the n-th waits n - 1 minutes, and at 11:00 the other 70 have waited 29.5: 435 + 70 × 29.5 = 2500 minutes.
#[test]
fn ntf_9_whoever_is_removed_from_the_queue_no_longer_waits_in_it() {
    let text = r#"
name = "cleaned"
option = "server"
start = "Mon 10:00"
duration = "6 h"
[headquarters]
agents = 100
internet_bandwidth = "1 Gbit/s"
[agents]
presence = "always-on"
[notification]
threads = 1
connect_time = "1 min"
cleanup = "daily 11:00 for 1 h"
[[release]]
name = "c"
at = "Mon 10:30:30"
settings = true
"#;
    let scenario = Scenario::parse(text, "cleaned", &Overrides::default())
        .unwrap_or_else(|problems| panic!("{problems}"));
    let experiment = Experiment {
        scenario: &scenario,
        options: vec![scenario.option],
        replications: 1,
        seed: 1,
        keeps_agents: false,
        ensemble: &[],
        threads: 1,
    };
    let run = experiment.run_on_this_thread(scenario.option, 1);
    let queued = run.waits.iter().find(|wait| wait.cause.name() == "notifier-thread");
    assert_eq!(queued.expect("one thread").agent_nanos, 2_500 * 60_000_000_000);
}

/// Agent-seconds of each cause at each place.
fn waits(name: &str, set: &[(&str, &str)], more: &str) -> Vec<(&'static str, String, f64)> {
    let run = super::meetings::run_with(name, more, set);
    let seconds = |nanos: u128| SimDuration::from_nanos(u64::try_from(nanos).expect("days"));
    let rows = run.0.waits.iter();
    rows.map(|row| (row.cause.name(), row.place.clone(), seconds(row.agent_nanos).as_secs_f64()))
        .collect()
}

fn wait_for(name: &str, cause: &str, place: &str) -> f64 {
    let all = waits(name, &[], "");
    let found = all.iter().filter(|row| row.0 == cause && row.1 == place);
    found.map(|row| row.2).sum()
}

/// SRV-1, SRC-2: ten agents wait 20 minutes for the mirror, and then 50 for the server's check at 09:00.
#[test]
fn srv_1_a_server_that_does_not_update_has_not_looked_yet() {
    let [mirror, look] = [("stock", "mirror"), ("server-look", "server")]
        .map(|(cause, place)| wait_for("mirror-lags", cause, place));
    assert!((mirror - 10.0 * 20.0 * 60.0).abs() < 1.0, "{mirror}");
    assert!((look - 10.0 * 50.0 * 60.0).abs() < 1.0, "{look}");
}

/// REP-2, NTF-10: after the new list the other site's Update Agent counts.
#[test]
fn rep_2_agents_with_a_new_list_wait_for_its_update_agent_and_fall_back_from_it() {
    let name = "list-replaced-by-another-site";
    assert!(wait_for(name, "stock", "a/ua-1") < 1.0);
    assert!(wait_for(name, "stock", "b/ua-1") > 700.0);
    let run = super::meetings::run(name, &[]);
    let of = |name: &str| run.0.update_agents.iter().find(|row| row.update_agent == name);
    let before = of("a/ua-1").expect("a row");
    assert!(before.fell_back <= before.refused, "{before:?}");
}

/// NTF-8: three agents, twice 20 seconds each.
#[test]
fn ntf_8_all_of_a_wait_for_an_answer_that_does_not_come_has_that_cause() {
    let company = include_str!("../../data/rules/released-during-connect.toml");
    let scenario = Scenario::parse(company, "released", &Overrides::default())
        .unwrap_or_else(|problems| panic!("{problems}"));
    let lines = timelines(&scenario, Whom::Segment("hq".into()));
    let mut spans: BTreeMap<&str, f64> = BTreeMap::new();
    for waited in lines.iter().flat_map(|line| &line.waits) {
        *spans.entry(waited.reason.name()).or_default() += waited.span.as_secs_f64();
    }
    assert!(!spans.contains_key("connect"), "{spans:?}");
    assert!((spans["connect-timeout"] - 120.0).abs() < 1e-6, "{spans:?}");
}

/// NET-4: the link is down for 5 of 6 minutes.
#[test]
fn net_4_a_link_that_is_down_is_no_bottleneck() {
    let name = "stalled-transfer";
    let [down, link] = ["link-down", "link"].map(|cause| wait_for(name, cause, "hq → b"));
    assert!((down - 300.0).abs() < 15.0 && link < 75.0, "{down} {link}");
    let run = super::meetings::run(name, &[]);
    let row = run.0.links.iter().find(|row| row.direction == "hq → b").expect("a link");
    assert!(row.saturated.as_secs_f64() < 61.0, "{row:?}");
}

/// The longest wait of agents that are on, with its place.
fn longest_wait(name: &str, set: &[(&str, &str)], more: &str) -> (&'static str, String) {
    let all = waits(name, set, more);
    let on = all.into_iter().filter(|row| row.0 != "off");
    let (cause, place, _) = on.max_by(|a, b| a.2.total_cmp(&b.2)).expect("agents wait");
    (cause, place)
}

/// A company, settings and further sections of it, and the longest wait with its place.
type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str, (&'a str, &'a str));

#[test]
fn agents_wait_for_what_delays_them_and_not_for_a_trigger() {
    let by_server = ("notification.notified_by", "server");
    let change = |to: &str| {
        let key = "key = \"notification.notified_by\"";
        format!("[[change]]\nname = \"later\"\nat = \"Mon 10:10\"\n{key}\nto = \"{to}\"\n")
    };
    let direct =
        [("option", "direct"), ("agents.scheduled", "100 %"), ("agents.schedule", "every 1 min")];
    let (to_server, to_update_agent) = (change("server"), change("update-agent"));
    let all: [Case<'_>; 10] = [
        // NTF-10: the server, or the Update Agent, notifies when the Update Agent has it.
        ("server-waits-for-update-agent", &[], "", ("stock", "b/ua-1")),
        ("server-waits-for-update-agent", &[by_server], "", ("stock", "b/ua-1")),
        ("server-waits-for-update-agent", &[], &to_server, ("stock", "b/ua-1")),
        ("server-waits-for-update-agent", &[by_server], &to_update_agent, ("stock", "b/ua-1")),
        // UAG-3: the Update Agent that hosts what is new.
        ("hosts-only-what-is-new", &[], "", ("stock", "programs")),
        // SRC-2: agents have their news from where they update.
        ("mirror-lags", &direct, "", ("stock", "mirror")),
        // SRV-1: the server checks, and its source is out of service, or the server is.
        ("active-update-out-of-service", &[], "", ("out-of-reach", "active-update")),
        (
            "active-update-out-of-service",
            &[("server.schedule", "every 1 h")],
            "",
            ("server-look", "server"),
        ),
        // NTF-12: it would begin, whoever notifies it.
        ("desktops-notified-in-line", &[], "", ("desktops", "server")),
        // Nothing takes longer than an interval between samples.
        ("shorter-than-a-sample", &[], "", ("link", "server → hq")),
    ];
    for (name, set, more, (cause, place)) in all {
        assert_eq!(longest_wait(name, set, more), (cause, place.into()), "{name} {set:?} {more}");
    }
}

/// SRV-1: two hours less half a minute out of service, and 13 s of 40 agents until the next check has brought the release.
#[test]
fn srv_1_an_outage_lasts_until_the_repair() {
    let outage = wait_for("active-update-out-of-service", "out-of-reach", "active-update");
    assert!((outage - 40.0 * (2.0 * 3600.0 - 30.0)).abs() < 1.0, "{outage}");
}

/// NET-3: the Update Agent is behind the same NAT, and does not notify because the agents are off (NTF-2).
#[test]
fn net_3_an_agent_behind_the_nat_of_its_update_agent_is_not_notified_because_it_is_off() {
    let company = include_str!("../../data/rules/behind-the-nat-of-its-update-agent.toml");
    let scenario = Scenario::parse(company, "nat", &Overrides::default())
        .unwrap_or_else(|problems| panic!("{problems}"));
    let line = timelines(&scenario, Whom::Agent("b/pc-0002".into())).swap_remove(0);
    let rules: Vec<_> = line
        .steps
        .iter()
        .filter(|step| matches!(step.event, Event::NotTold(_)))
        .map(|step| step.rules.clone())
        .collect();
    assert_eq!(rules, [["NTF-2"]], "{:#?}", line.steps);
}
