//! What goes on after a fault, a recall or a change has interrupted it: small companies of `tests/data/rules`, found by a
//! trial of this project.

use super::meetings::run;

/// Seconds of so many hours and minutes.
fn span(hours: u32, minutes: u32) -> f64 {
    f64::from(hours * 3600 + minutes * 60)
}

/// UAG-2, UAG-3.
#[test]
fn uag_2_an_update_agent_offers_later_what_it_could_not_serve_when_it_got_it() {
    for (name, from) in
        [("program-got-without-disk", (3, 9)), ("hosts-more-by-new-settings", (3, 9))]
    {
        let run = run(name, &[]);
        // The computer is switched on at 09:09.
        let updated = run.updated("b/pc-0002").unwrap_or_else(|| panic!("{name}: never"));
        assert!((span(from.0, from.1)..span(from.0, from.1 + 1)).contains(&updated), "{updated}");
        assert_eq!(run.row("b/pc-0002").source, "b/ua-1", "{name}");
    }
}

/// SRC-9.
#[test]
fn src_9_a_source_with_an_older_program_is_older() {
    let name = "update-agent-takes-too-long";
    // The server tells the agent at 02:44, when the Update Agent has not got the program.
    let accepts = run(name, &[]).updated("s1/pc-0002").expect("it is told again at 02:49");
    assert!((span(2, 49)..span(2, 50)).contains(&accepts), "{accepts}");
    let turns = run(name, &[("sources.stale", "next-source")]);
    assert_eq!(turns.row("s1/pc-0002").source, "server");
    let waits = run(name, &[("sources.stale", "nothing-to-do")]);
    assert_eq!(waits.updated("s1/pc-0002"), Some(accepts));
}

/// NTF-10.
#[test]
fn ntf_10_agents_whose_update_agent_goes_off_before_it_tells_them_are_told_by_the_next() {
    let gone = run("awaited-update-agent-goes-off", &[]).updated("b/pc-0002");
    // The Update Agent goes off at 09:05, and the engine takes eight minutes over the link.
    assert!(gone.is_some_and(|at| (span(1, 13)..span(1, 14)).contains(&at)), "{gone:?}");
    let next = run("first-entry-goes-off", &[]);
    let updated = next.updated("a/pc-0002");
    assert!(updated.is_some_and(|at| (span(1, 13)..span(1, 14)).contains(&at)), "{updated:?}");
    let nobody = ("notification.when_notifier_is_off", "nobody");
    let waits = run("first-entry-goes-off", &[nobody]).updated("a/pc-0002");
    assert!(waits.is_none_or(|at| at > span(9, 30)), "{waits:?}");
}

/// NTF-4.
#[test]
fn ntf_4_who_waits_for_a_wave_gets_what_was_published_before() {
    let updated = run("wave-of-withdrawn-release", &[]).updated("hq/pc-0002");
    assert!(updated.is_some_and(|at| (span(3, 9)..span(3, 10)).contains(&at)), "{updated:?}");
}

/// NTF-3.
#[test]
fn ntf_3_a_command_to_roll_back_is_repeated_until_it_is_answered() {
    let updated = run("roll-back-unanswered", &[]).updated("b/pc-0001");
    // Rolled back at 10:30, and the link is down until 10:35.
    assert!(updated.is_some_and(|at| (span(2, 45)..span(2, 46)).contains(&at)), "{updated:?}");
}

/// DUP-6.
#[test]
fn dup_6_what_was_rolled_back_and_withdrawn_is_gone() {
    let run_of = |name: &str| run(name, &[]);
    for name in ["two-rolled-back-at-once", "served-but-not-used"] {
        let run = run_of(name);
        let last = run.0.carried.last().expect("a sample");
        assert!(last.agents_ever > 0 && last.agents == 0, "{name}: {last:?}");
        assert_eq!(run.count("agents_outdated"), 0, "{name}");
    }
    assert_eq!(run_of("rolled-back-while-generating").count("carried_agents"), 0);
}

/// NTF-1.
#[test]
fn ntf_1_an_update_that_a_roll_back_interrupts_begins_again() {
    let updated = run("roll-back-interrupts-update", &[]).updated("b/pc-0001");
    assert!(updated.is_some_and(|at| at < span(2, 30)), "{updated:?}");
}

/// SCH-2.
#[test]
fn sch_2_settings_that_were_not_taken_are_still_due_on_that_day() {
    let name = "settings-once-a-day-fail";
    let without = run(name, &[("agents.settings_once_per_day", "false")]);
    let once = run(name, &[]);
    for outcome in [&without, &once] {
        assert_eq!(outcome.count("agents_outdated"), 0);
    }
    assert_eq!(once.updated("hq/pc-0001"), without.updated("hq/pc-0001"));
}

/// NET-2, NET-4.
#[test]
fn net_2_the_server_fetches_again_after_its_proxy_or_its_link_has_failed() {
    assert_eq!(run("proxy-fails-under-server", &[]).count("agents_up_to_date"), 0);
    let link = run("link-fails-under-server", &[]);
    assert_eq!(link.count("agents_outdated"), 0);
    assert!(link.updated("hq/pc-0001").is_some_and(|at| at < span(3, 0)));
}
