//! Interactions of rules: small companies of `tests/data/rules`, each with its expected result.

use std::path::Path;

use updraft::measure::run::{AgentRow, RunMeasurements, Value};
use updraft::scenario::{Overrides, Scenario};

use crate::one_run;

/// A run of one of the companies, which begins on Monday at 10:00, under its own option.
pub(super) fn run(name: &str, set: &[(&str, &str)]) -> Outcome {
    run_with(name, "", set)
}

/// The same with `more` appended to the file.
pub(super) fn run_with(name: &str, more: &str, set: &[(&str, &str)]) -> Outcome {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/rules/{name}.toml"));
    let text = std::fs::read_to_string(file).expect("a company of the rules") + more;
    let scenario = one_run::scenario(&text, set);
    Outcome(one_run::run(&scenario, scenario.option))
}

pub(super) struct Outcome(pub(super) RunMeasurements);

impl Outcome {
    pub(super) fn row(&self, agent: &str) -> &AgentRow {
        self.0.agents.iter().find(|row| row.agent == agent).expect("an agent of the company")
    }

    /// When `agent` was last brought up to date, in seconds since 10:00; `None`: it is not up to date.
    pub(super) fn updated(&self, agent: &str) -> Option<f64> {
        self.row(agent).updated_at.map(updraft::units::SimTime::as_secs_f64)
    }

    pub(super) fn count(&self, metric: &str) -> u64 {
        match self.0.metrics.iter().find(|(known, _)| known.name == metric) {
            Some((_, Value::Count(count))) => *count,
            other => panic!("{metric} is {other:?}"),
        }
    }

    fn bytes_over(&self, direction: &str) -> u64 {
        let found = self.0.links.iter().find(|link| link.direction == direction);
        found.expect("a link").bytes.count()
    }
}

/// Seconds from 10:00 to a time of the same day.
fn at(hour: u32, minute: u32) -> f64 {
    f64::from((hour - 10) * 3600 + minute * 60)
}

/// DUP-12: content released at the source while the Update Agent fetched is not part of its offer.
#[test]
fn dup_12_an_update_agent_serves_only_what_it_has_received() {
    for option in ["server-ua", "ua"] {
        let run = run("ua-serves-what-it-never-got", &[("option", option)]);
        let [update_agent, agent] = ["a/pc-0001", "a/pc-0002"].map(|name| run.updated(name));
        let update_agent = update_agent.expect("it updates in the end");
        assert!(agent.expect("it is told after that") > update_agent, "{option}");
        // The incrementals of c1, 60 kB × (1 + 2 + … + 14), and the engine of c2.
        assert!(run.bytes_over("hq → a") >= 6_300_000 + 3_000_000, "{option}");
    }
}

/// NTF-12.
#[test]
fn ntf_12_who_is_told_while_busy_updates_after_that() {
    let name = "told-while-busy";
    let remembers = run(name, &[]);
    let updated = remembers.updated("a/pc-0001").expect("it remembers");
    assert!((at(11, 0)..at(11, 10)).contains(&updated), "{updated}");
    let ignore = ("agents.told_while_busy", "ignore");
    assert_eq!(run(name, &[ignore]).updated("a/pc-0001"), None);
    // An Update Agent, too, and with it its branch.
    let branch = [("site.a.update_agents", "1"), ("site.a.agents", "3")];
    let with = run(name, &branch);
    for agent in ["a/pc-0001", "a/pc-0002", "a/pc-0003"] {
        assert!(with.updated(agent).is_some(), "{agent}");
    }
}

/// NTF-10, UAG-3.
#[test]
fn ntf_10_what_an_update_agent_does_not_host_the_server_tells() {
    let run = run("ua-without-components-box", &[]);
    for agent in ["a/pc-0002", "a/pc-0003"] {
        let updated = run.updated(agent).expect("the server tells it");
        assert!((at(11, 0)..at(11, 1)).contains(&updated), "{agent}: {updated}");
        assert_eq!(run.row(agent).source, "server");
    }
    let without_disk =
        run_with("ua-without-components-box", "", &[("update_agents.free_disk", "200 MB")]);
    assert_eq!(without_disk.count("agents_outdated"), 0);
}

/// NTF-5.
#[test]
fn ntf_5_only_event_triggered_updates_are_followed_by_a_scan() {
    let name = "scan-now-after-schedule";
    let scheduled = run(name, &[]);
    assert_eq!((scheduled.count("scans_started"), scheduled.count("agents_up_to_date")), (0, 4));
    assert_eq!(scheduled.count("notifications_sent"), 0);
    let order = |what: &str| {
        let order = format!("[[command]]\nat = \"Mon 11:30\"\nwhat = \"{what}\"\n");
        run_with(name, &order, &[("agents.scheduled", "0 %")])
    };
    for what in ["update-now", "update-agents"] {
        let ordered = order(what);
        assert_eq!((ordered.count("scans_started"), ordered.count("agents_outdated")), (0, 0));
    }
    // By a notification: one to update, and one to scan.
    let told = run(name, &[("notification.on_update", "true"), ("agents.scheduled", "0 %")]);
    assert_eq!((told.count("scans_started"), told.count("notifications_sent")), (4, 8));
}

/// SRV-2.
#[test]
fn srv_2_without_automatic_update_only_orders_update() {
    let name = "automatic-update-off";
    let all_day = ("agents.presence", "always-on");
    let scheduled = ("agents.scheduled", "100 %");
    let daily = ("agents.schedule", "daily 15:00 for 1 h");
    for set in [vec![], vec![scheduled], vec![all_day, scheduled], vec![all_day, scheduled, daily]]
    {
        for option in ["server", "server-ua", "ua", "direct"] {
            let set: Vec<_> = set.iter().copied().chain([("option", option)]).collect();
            let run = run(name, &set);
            assert_eq!(run.count("agents_up_to_date"), 0, "{set:?}");
            assert_eq!(run.count("notifications_sent"), 0, "{set:?}");
        }
    }
    for what in ["update-now", "update-agents"] {
        let order = format!("[[command]]\nat = \"Mon 15:00\"\nwhat = \"{what}\"\n");
        assert_eq!(run_with(name, &order, &[]).count("agents_up_to_date"), 4, "{what}");
    }
}

/// NTF-10.
#[test]
fn ntf_10_the_server_waits_for_the_update_agent_before_it_tells_its_agents() {
    let name = "server-notifies-reading-b";
    let run_b = run(name, &[]);
    for agent in ["a/pc-0002", "a/pc-0003"] {
        assert!(run_b.updated(agent) > run_b.updated("a/pc-0001"), "{agent}");
        assert_eq!(run_b.row(agent).source, "a/ua-1");
    }
    assert_eq!(run_b.count("notifications_sent"), 3);
    // The server waits 15 minutes for a slow one, then notifies its agents nevertheless.
    let slow =
        run(name, &[("site.a.bandwidth", "\"40 kbit/s\""), ("sources.stale", "next-source")]);
    let [update_agent, agent] = ["a/pc-0001", "a/pc-0002"].map(|name| slow.updated(name));
    assert!(update_agent < Some(at(11, 15)) && agent > Some(at(11, 15)), "{agent:?}");
}

/// NTF-6.
#[test]
fn ntf_6_the_threshold_does_not_depend_on_the_number_of_threads() {
    for threads in ["1", "2", "20", "100"] {
        let run = run("threshold-depends-on-threads", &[("notification.threads", threads)]);
        let updated = run.updated("hq/pc-0001").expect("told after the Update Agent");
        assert!(updated >= at(12, 0) + 33.0, "{threads}: {updated}");
        assert!(updated < at(12, 1), "{threads}: {updated}");
    }
}

/// NET-1.
#[test]
fn net_1_a_pure_ipv6_server_reaches_activeupdate_by_a_proxy_only() {
    let name = "pure-ipv6-server-reaches-au";
    let alone = run(name, &[]);
    assert_eq!((alone.count("au_egress_bytes"), alone.count("agents_outdated")), (0, 2));
    let proxy = run_with(name, "[proxy]\n", &[]);
    assert!(proxy.count("au_egress_bytes") > 0);
    assert_eq!(proxy.count("agents_outdated"), 0);
    for family in ["ipv6", "dual"] {
        let run = run(name, &[("active_update.family", family)]);
        assert_eq!(run.count("agents_outdated"), 0, "{family}");
    }
    let other = run(
        name,
        &[("active_update.family", "ipv6"), ("server.family", "ipv4"), ("site.b.family", "ipv4")],
    );
    assert_eq!((other.count("au_egress_bytes"), other.count("agents_outdated")), (0, 2));
    // A dual-stack server that agents reach by its IPv4 address itself connects by either protocol.
    let dual = run(
        name,
        &[
            ("active_update.family", "ipv6"),
            ("server.family", "dual"),
            ("server.identified_by", "address"),
            ("site.b.family", "ipv4"),
        ],
    );
    assert_eq!(dual.count("agents_outdated"), 0);
}

/// SCH-4, SCH-5.
#[test]
fn sch_5_a_missed_window_waits_for_the_next_unless_the_scenario_says_otherwise() {
    let name = "offline-in-the-window";
    let by_document = run(name, &[]);
    assert_eq!(by_document.count("agents_up_to_date"), 0);
    let at_start_up = run(name, &[("agents.missed_schedule", "at-start-up")]);
    assert_eq!(at_start_up.count("agents_up_to_date"), 2);
    // A missed schedule of hours runs at start-up, unless configured to wait.
    let hourly = ("agents.schedule", "every 20 h");
    assert_eq!(run(name, &[hourly]).count("agents_up_to_date"), 2);
    let waits = [("agents.missed_schedule", "next"), ("agents.schedule", "daily 20:00 for 1 h")];
    assert_eq!(run(name, &waits).count("agents_up_to_date"), 0);
}

/// SCH-3.
#[test]
fn sch_3_by_a_window_the_server_tells_or_agents_begin_alone() {
    let name = "offline-in-the-window";
    let on = [("agents.presence", "always-on")];
    let by_server = run(name, &on);
    assert_eq!(by_server.count("agents_up_to_date"), 2);
    assert_eq!(by_server.count("notifications_sent"), 2 * 4, "once in each window");
    let by_agent = run(name, &[on[0], ("agents.schedule_by", "agent")]);
    assert_eq!(by_agent.count("agents_up_to_date"), 2);
    assert_eq!(by_agent.count("notifications_sent"), 0);
    // Without the server no agent is notified.
    let down = "[[fault]]\nat = \"server\"\nfrom = \"Mon 11:30\"\nto = \"Mon 14:30\"\n";
    let when = |by: &str| {
        let set = [on[0], ("agents.schedule_by", by), ("duration", "\"23 h\"")];
        run_with(name, down, &set).count("rounds")
    };
    assert_eq!((when("server"), when("agent")), (0, 2));
}

/// NTF-4.
#[test]
fn ntf_4_who_had_no_connection_updates_as_it_is_back() {
    let name = "reconnects-after-link-failure";
    let reconnected = run(name, &[]);
    let mut all: Vec<f64> = ["a/pc-0001", "a/pc-0002"]
        .iter()
        .map(|agent| reconnected.updated(agent).expect("as its connection is back"))
        .collect();
    assert!(all.iter().all(|updated| (at(13, 30)..at(13, 32)).contains(updated)), "{all:?}");
    all.dedup();
    assert_eq!(all.len(), 2, "not at once");
    let at_once = run(name, &[("notification.reconnect_spread", "\"0 s\"")]);
    assert!(at_once.updated("a/pc-0001") < Some(at(13, 30) + 5.0));
    let never = run(name, &[("notification.on_restart", "false")]);
    assert_eq!(never.updated("a/pc-0001"), None);
    // An Update Agent that had none, and then its agents.
    let branch = run(name, &[("site.a.update_agents", "1")]);
    assert_eq!(branch.count("agents_outdated"), 0);
}

/// NTF-10, NET-1.
#[test]
fn ntf_10_an_update_agent_of_another_family_tells_nobody() {
    let run = run("wrong-family-ua-hides-agents", &[]);
    for agent in ["b/pc-0001", "b/pc-0002"] {
        assert_eq!(run.row(agent).source, "server");
        assert!(run.updated(agent) < Some(at(11, 1)), "{agent}");
    }
    assert_eq!(run.row("a/pc-0002").source, "UA-A");
}

/// SRC-2.
#[test]
fn src_2_downstream_means_the_sites_below_whatever_their_addresses() {
    let name = "serves-downstream-no-effect";
    let run_down = run(name, &[]);
    for leaf in ["leaf-001", "leaf-002"] {
        for number in 1..=3 {
            let agent = format!("{leaf}/pc-{number:04}");
            assert_eq!(run_down.row(&agent).source, "hub/ua-1", "{agent}");
        }
    }
    assert_eq!(run_down.count("agents_outdated"), 0);
    assert_eq!(run_down.row("hq/pc-0001").source, "server");
    // A leaf with its own Update Agent has that one first.
    let own = run(name, &[("site.leaf.update_agents", "1")]);
    assert_eq!(own.row("leaf-001/pc-0002").source, "leaf-001/ua-1");
    let site_only = run(name, &[("site.hub.serves", "site")]);
    assert_eq!(site_only.row("leaf-001/pc-0002").source, "server");
}

/// UAG-4.
#[test]
fn uag_4_an_update_agent_that_may_uses_the_list_as_agents_do() {
    let name = "only-from-server-off-ignored";
    let by_list = run(name, &[]);
    assert_eq!(by_list.row("a/pc-0001").source, "UA-B");
    assert_eq!(by_list.row("b/pc-0001").source, "server");
    assert_eq!(by_list.count("agents_outdated"), 0);
    let from_server = run(name, &[("update_agents.only_from_server", "true")]);
    assert_eq!(from_server.row("a/pc-0001").source, "server");
}

/// SRC-5.
#[test]
fn src_5_nobody_quits_who_lacks_nothing() {
    let name = "quit-though-up-to-date";
    assert_eq!(run(name, &[]).count("agents_quit"), 0);
    let settings = "[[release]]\nname = \"s\"\nat = \"Mon 11:00\"\nsettings = true\n";
    assert_eq!(run_with(name, settings, &[]).count("agents_quit"), 2, "these they lack");
}

/// NTF-9, NTF-7.
#[test]
fn ntf_9_records_that_wait_for_their_retry_are_removed_too() {
    let name = "cleanup-leaves-retries";
    let cleaned = run(name, &[]);
    assert_eq!(cleaned.count("notifications_sent"), 2);
    assert_eq!(cleaned.count("notifications_cleaned"), 2);
    let never = ("notification.cleanup", "\"daily 09:00 for 1 s\"");
    let expired = run(name, &[never, ("notification.record_lifetime", "\"1 min\"")]);
    assert_eq!(expired.count("notifications_sent"), 2);
    assert_eq!(expired.count("notifications_expired"), 2);
    let lasting = run(name, &[never]);
    assert_eq!(lasting.count("notifications_sent"), 10);
}

/// NTF-10.
#[test]
fn ntf_10_where_the_notifier_is_off_the_next_one_tells() {
    let name = "second-entry-up-first-off";
    for by in ["update-agent", "server"] {
        let by = ("notification.notified_by", by);
        let next = run(name, &[by]);
        for agent in ["a/pc-0003", "a/pc-0004"] {
            assert_eq!(next.row(agent).source, "a/ua-2", "{agent}");
            assert!(next.updated(agent) < Some(at(11, 2)), "{agent}");
        }
    }
    let nobody = run(name, &[("notification.when_notifier_is_off", "nobody")]);
    assert_eq!(nobody.updated("a/pc-0003"), None);
    // Without a second one the server notifies.
    let alone = run(name, &[("site.a.update_agents", "1")]);
    assert_eq!(alone.row("a/pc-0003").source, "server");
    // One that does not answer is given up after the fifth attempt.
    let included = run(name, &[("notification.include_offline", "true")]);
    assert!(included.updated("a/pc-0003").is_some());
}

/// NTF-2, SCH-1, NET-5: shares apply to ordinary agents; an Update Agent has the values of its own table.
#[test]
fn ntf_2_update_agents_are_not_drawn_into_independent_mode() {
    let name = "second-entry-up-first-off";
    let drawn = [
        ("agents.independent", "100 %"),
        ("agents.scheduled", "100 %"),
        ("agents.presence", "office-hours"),
        ("start", "Sat 10:00"),
        ("site.a.update_agents", "1"),
    ];
    let weekend = |more: &str| {
        let file =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/rules/{name}.toml"));
        let text = std::fs::read_to_string(file).expect("a company of the rules");
        let text = text.split("[[fault]]").next().expect("before the fault").replace("Mon", "Sat");
        let set = drawn.map(|(key, value)| (key.to_string(), value.to_string()));
        let text = text + more;
        Scenario::parse(&text, name, &Overrides(set.to_vec()))
            .unwrap_or_else(|problems| panic!("{problems}"))
    };
    let of = |more: &str, name: &str| {
        let scenario = weekend(more);
        let company = scenario.sample(&updraft::random::Streams::new(1, 0)).company;
        let served = company.update_agents.iter().find(|served| served.name == name);
        let agent = served.expect("an Update Agent").agent;
        let agents = company.agents;
        (
            agents.presence.get(agent).name(),
            agents[agent].is_independent(),
            agents[agent].is_scheduled(),
        )
    };
    assert_eq!(of("", "a/ua-1"), ("always-on", false, false));
    let all = "[update_agents]\nindependent = true\nscheduled = true\npresence = \"laptop\"\n";
    assert_eq!(of(all, "a/ua-1"), ("laptop", true, true));
    let own = "[[update_agent]]\nname = \"own\"\nsite = \"a\"\nindependent = true\n";
    assert_eq!(of(own, "own"), ("always-on", true, false));
    assert_eq!(
        of(&format!("{all}{own}presence = \"office-hours\"\nscheduled = false\n"), "own"),
        ("office-hours", true, false)
    );
}

/// SRC-2, UAG-4: entries without effect or without a target are reported.
#[test]
fn uag_4_sources_that_lead_nowhere_are_errors() {
    let problems = |name: &str, more: &str, set: &[(&str, &str)]| {
        let file =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/rules/{name}.toml"));
        let text = std::fs::read_to_string(file).expect("a company of the rules") + more;
        let set = set.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
        let read = Scenario::parse(&text, name, &Overrides(set));
        let problems = read.map_or_else(|problems| problems.list, |_| Vec::new());
        problems.iter().map(|problem| problem.code).collect::<Vec<_>>()
    };
    let listed = "only-from-server-off-ignored";
    let third = "[[update_agent]]\nname = \"UA-C\"\nsite = \"b\"\nsource = \"UA-A\"\n";
    assert_eq!(problems(listed, third, &[]), [""; 0]);
    let only = ("update_agents.only_from_server", "true");
    assert_eq!(problems(listed, third, &[only]), ["conflict"]);
    // The list leads UA-B to UA-A, and UA-A to UA-B.
    let back = "[[update_source]]\nrange = \"10.2.0.0/16\"\nsource = \"UA-A\"\n";
    assert_eq!(problems(listed, back, &[]), ["loop"]);
    assert_eq!(problems(listed, back, &[only]), [""; 0]);
    let two = [("site.a.update_agents", "2"), ("update_agents.only_from_server", "false")];
    assert_eq!(problems("second-entry-up-first-off", "", &two), ["loop"]);
    let downstream = "serves-downstream-no-effect";
    assert_eq!(problems(downstream, "", &[]), [""; 0]);
    assert_eq!(problems(downstream, "", &[("site.leaf.serves", "downstream")]), ["conflict"]);
    let written = "[[update_source]]\nrange = \"10.0.0.0/8\"\nsource = \"server\"\n";
    assert_eq!(problems(downstream, written, &[]), ["conflict"]);
}

/// UAG-3: what an Update Agent hosts does not depend on what its computer gets (CMP-7).
#[test]
fn uag_3_an_update_agent_fetches_the_programs_that_it_hosts() {
    let name = "hosts-programs-that-it-does-not-get";
    for set in [
        [("option", "server-ua"), ("notification.notified_by", "update-agent")],
        [("option", "server-ua"), ("notification.notified_by", "server")],
        [("option", "ua"), ("notification.notified_by", "update-agent")],
    ] {
        let run = run(name, &set);
        for agent in ["b/pc-0002", "b/pc-0003", "b/pc-0004"] {
            assert!(run.updated(agent).is_some_and(|at| at > 0.0), "{agent} {set:?}");
            assert_eq!(run.row(agent).source, "b/ua-1", "{set:?}");
        }
    }
}

/// An Update Agent with the settings of desktops waits for none of them.
#[test]
fn an_update_agent_is_no_desktop() {
    let run = run("update-agent-among-desktops", &[]);
    // The release is an hour after the start; the full pattern takes some seven minutes, that of all desktops hours.
    let update_agent = run.updated("branch/pc-0001").expect("it updates");
    assert!(update_agent < 1.25 * 3600.0, "{update_agent}");
}

/// CMP-5: what weighs nothing is fetched, too, by whoever serves it.
#[test]
fn cmp_5_a_release_without_bytes_reaches_all() {
    for option in ["server", "server-ua", "ua", "direct"] {
        let run = run("weightless-component", &[("option", option)]);
        assert_eq!(run.count("agents_outdated"), 0, "{option}");
    }
}
