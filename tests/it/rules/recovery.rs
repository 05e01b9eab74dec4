//! What goes on after a fault, a recall or a change has interrupted it: small companies of `tests/data/rules`, found by a
//! trial of this project.

use super::meetings::{Outcome, run, run_with};

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

/// NTF-10, UAG-2, UAG-5, UAG-3: all of an Update Agent's agents are told by the server as soon as the Update Agent, which
/// has not told them yet, cannot.
#[test]
fn ntf_10_the_agents_of_an_update_agent_that_can_no_longer_announce_are_told_by_the_server() {
    for (name, by) in [
        // The server tells the Update Agent at 01:00:13; the faults begin at 01:00:30.
        ("update-agent-goes-off-while-mirroring", 3700.0),
        ("disk-full-before-it-announces", 3700.0),
        ("address-change-before-it-announces", 3700.0),
        ("hosts-less-by-new-settings", 3620.0),
    ] {
        let run = run(name, &[]);
        for agent in ["br/pc-0002", "br/pc-0003", "br/pc-0004"] {
            let updated = run.updated(agent).unwrap_or_else(|| panic!("{name}: {agent} never"));
            assert!(updated < by, "{name}: {agent} at {updated}");
            assert_eq!(run.row(agent).source, "server", "{name}: {agent}");
        }
    }
}

/// NTF-10, NTF-3.
#[test]
fn ntf_10_who_is_in_the_queue_of_an_update_agent_that_goes_off_is_told_by_the_server() {
    let name = "update-agent-goes-off-with-a-queue";
    let run_of = |set: &[(&str, &str)]| run(name, set);
    let gone = run_of(&[]);
    // It goes off at 01:04, two seconds before its second connection is made.
    assert_eq!(gone.row("br/pc-0002").source, "br/ua-1");
    for agent in ["br/pc-0003", "br/pc-0004"] {
        let updated = gone.updated(agent).expect("the server tells it");
        assert!((span(1, 4)..span(1, 8)).contains(&updated), "{agent} at {updated}");
    }
    let waits = run_of(&[("notification.when_notifier_is_off", "nobody")]);
    let updated = waits.updated("br/pc-0004");
    assert!(updated.is_none_or(|at| at > span(7, 59)), "{updated:?}");
}

/// NTF-10, NTF-11.
#[test]
fn ntf_10_agents_are_told_of_all_that_their_update_agent_has_whichever_it_was_awaited_for() {
    let told = run("settings-released-while-awaited", &[]);
    assert_eq!(told.row("br/pc-0002").source, "br/ua-1");
    // The Update Agent of the new list had announced the engine before.
    let listed = run("list-replaced-between-announcements", &[]);
    for agent in ["b/pc-0002", "b/pc-0003"] {
        assert_eq!(listed.row(agent).source, "a/ua-1", "{agent}");
        assert!(listed.updated(agent).is_some(), "{agent}");
    }
}

/// NTF-12.
#[test]
fn ntf_12_who_is_told_in_line_updates_after_what_it_waits_for() {
    let updated = run("desktop-told-in-line", &[]).updated("br/pc-0001");
    // The desktop before it fetches 48 MB over 100 kbit/s until 01:18.
    assert!(updated.is_some_and(|at| (span(1, 18)..span(1, 19)).contains(&at)), "{updated:?}");
}

/// DUP-7, DUP-12.
#[test]
fn dup_7_a_server_offers_no_incrementals_that_it_has_not_got() {
    let run = run("release-after-roll-back", &[]);
    // 48 MB of the pattern, and 300 kB of the firewall's.
    let bytes = run.row("hq/pc-0001").bytes.count();
    assert!((48_300_000..48_400_000).contains(&bytes), "{bytes}");
}

/// DUP-6.
#[test]
fn dup_6_a_roll_back_ends_transfers_of_what_is_rolled_back_and_no_others() {
    // Rolled back at 01:03, and the agent's transfer lasts until 01:08.
    let run_of = |name: &str, set: &[(&str, &str)]| run(name, set);
    let agent = run_of("rolled-back-during-transfer", &[]);
    assert_eq!(agent.count("carried_agents"), 1);
    assert_eq!(agent.count("agents_outdated"), 0);
    for name in ["roll-back-during-another-update", "roll-back-while-generating-another"] {
        let withdrawn = run_of(name, &[]).updated("hq/pc-0001");
        let kept = [("release.bad.withdrawn_at", "Mon 07:00")];
        let kept = [kept[0], ("release.bad.rolled_back_at", "Mon 07:00")];
        let undisturbed = run_of(name, &kept).updated("hq/pc-0001");
        let [withdrawn, undisturbed] = [withdrawn, undisturbed].map(|at| at.expect("updated"));
        assert!((withdrawn - undisturbed).abs() < 5.0, "{name}: {withdrawn} {undisturbed}");
    }
}

/// SRC-5, SCH-2, SRV-2, NTF-5, NTF-11: a retry is the update that it repeats.
#[test]
fn src_5_a_retry_is_the_update_that_it_repeats() {
    let settings = run("settings-taken-by-a-retry", &[]);
    // Settings of 02:10, and not those released at 03:10 on the same day.
    assert_eq!(settings.count("agents_outdated"), 1);
    let slot = run("retry-waits-for-a-slot", &[]);
    assert_eq!(slot.updated("b/pc-0001"), None, "automatic update is off");
    let command = run("command-while-a-retry-is-due", &[]);
    let updated = command.updated("br/pc-0001");
    assert!(updated.is_some_and(|at| (span(1, 15)..span(1, 17)).contains(&at)), "{updated:?}");
    assert_eq!(run("scan-after-a-retry", &[]).count("scans_started"), 2);
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
    let run = run("roll-back-unanswered", &[]);
    // Rolled back at 10:30, and the link is down until 10:35.
    let carrying = run.0.carried.iter().filter(|sample| sample.agents > 0);
    let last = carrying.map(|sample| sample.time.as_secs_f64()).next_back();
    assert!(last.is_some_and(|at| (span(2, 30)..=span(2, 46)).contains(&at)), "{last:?}");
    assert_eq!(run.count("carried_agents"), 3);
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

/// SCH-3, SRV-4.
#[test]
fn sch_3_who_is_told_by_schedule_and_is_current_frees_its_slot() {
    let run = run("told-by-schedule-and-current", &[]);
    assert_eq!(run.count("slots_timed_out"), 0);
}

/// NTF-4, TOP-3.
#[test]
fn ntf_4_under_ua_an_agent_has_missed_what_its_update_agent_has() {
    let updated = run("restart-under-ua", &[]).updated("a/pc-0002");
    // It is switched on at 09:00; the company begins at 06:00.
    assert!(updated.is_some_and(|at| (span(3, 0)..span(3, 2)).contains(&at)), "{updated:?}");
}

#[test]
fn an_agent_is_up_to_date_since_it_caught_up_last() {
    let run = run("withdrawn-after-update", &[]);
    for agent in ["hq/pc-0001", "hq/pc-0002", "hq/pc-0003"] {
        let updated = run.updated(agent);
        // The server looks at 11:00, and the release is withdrawn at 13:00.
        assert!(updated.is_some_and(|at| (span(1, 0)..span(1, 2)).contains(&at)), "{updated:?}");
    }
}

/// CMP-7, NTF-11.
#[test]
fn cmp_7_the_settings_that_an_update_has_fetched_decide_what_else_it_fetches() {
    let narrowed = run("scope-narrowed", &[]);
    assert!(narrowed.row("hq/pc-0001").bytes.count() < 1_000_000, "no program");
    let widened = run("scope-widened", &[]);
    assert!(widened.row("hq/pc-0001").bytes.count() > 100_000_000, "the program, too");
    assert_eq!(widened.count("agents_outdated"), 0);
}

/// SRC-2, NTF-11.
#[test]
fn src_2_a_new_list_is_tried_from_its_first_entry_on() {
    assert_eq!(run("list-replaced-during-update", &[]).row("a/pc-0001").source, "NEW");
}

/// NET-3, SRV-6, NET-5.
#[test]
fn net_3_a_computer_polls_behind_nat_at_home_wherever_it_fetched_its_settings() {
    let run = run("polls-at-home-after-roaming", &[]);
    for agent in ["n/pc-0001", "n/pc-0002", "n/pc-0003", "n/pc-0004"] {
        assert!(run.updated(agent).is_some(), "{agent} polls");
    }
}

/// SRV-7.
#[test]
fn srv_7_a_shorter_interval_between_batches_is_in_force_at_once() {
    let run = run("batch-interval-shortened", &[]);
    let mut updated: Vec<f64> =
        run.0.agents.iter().map(|row| run.updated(&row.agent).expect("it is told")).collect();
    updated.sort_by(f64::total_cmp);
    // One is told at 11:00, and from the change at 11:10 on one each minute.
    for (nth, at) in (0..).zip(&updated[1..]) {
        assert!((span(1, 10 + nth)..span(1, 11 + nth)).contains(at), "{updated:?}");
    }
}

/// SRV-7: the interval counts from a batch, not from a look at a queue without records.
#[test]
fn srv_7_batches_are_an_interval_apart_whenever_the_queue_was_looked_at() {
    let run = run("throttled", &[]);
    let mut updated: Vec<f64> =
        run.0.agents.iter().map(|row| run.updated(&row.agent).expect("it is told")).collect();
    updated.sort_by(f64::total_cmp);
    for (nth, at) in updated.iter().enumerate() {
        let batch = [0.0, 0.0, 15.0, 15.0, 30.0, 30.0][nth];
        assert!((at - updated[0] - batch).abs() < 1.0, "{updated:?}");
    }
}

/// SRV-4, SCH-3: a report frees the slot of whom the server told, in either reading.
#[test]
fn sch_3_who_is_told_to_update_by_schedule_reports_that_there_is_nothing_new() {
    for slots_count in ["server-started", "all"] {
        let run = run("told-by-schedule-without-news", &[("server.slots_count", slots_count)]);
        let reports: f64 = run.0.server.iter().map(|sample| sample.reports_per_s).sum();
        assert!(reports > 0.0, "{slots_count}");
    }
}

/// SRV-2.
#[test]
fn srv_2_who_waits_to_be_notified_is_not_once_automatic_update_is_off() {
    let name = "automatic-update-switched-off";
    assert_eq!(run(name, &[]).count("notifications_sent"), 1);
    // One that does not answer is not told again, and one that waits for a slot does not begin.
    let unanswered = [("notification.unanswered", "100 %"), ("notification.batch", "4")];
    assert_eq!(run(name, &unanswered).count("notifications_sent"), 4);
}

/// NET-5.
#[test]
fn net_5_a_desktop_that_goes_off_waits_no_longer_for_others() {
    assert_eq!(run("desktop-goes-off-in-line", &[]).row("b/pc-0001").attempts, 0);
}

/// SCH-3.
#[test]
fn sch_3_a_window_that_began_before_midnight_goes_on_in_a_schedule_that_begins_again() {
    let name = "window-over-midnight";
    let weekly = run(name, &[("agents.schedule", "weekly Mon 23:00 for 6 h")]);
    for run in [run(name, &[]), weekly] {
        assert_eq!(run.count("agents_outdated"), 0);
    }
}

/// SRC-8, DUP-8, NTF-4.
#[test]
fn src_8_what_has_arrived_counts_whatever_comes_in_between() {
    // 150 MB of the program and some components; not a second time what had arrived of the program.
    let agent = run("resumed-after-other-content", &[]).row("a/pc-0001").bytes.count();
    assert!((150_000_000..152_000_000).contains(&agent), "{agent}");
    let run = run("mirroring-interrupted", &[("command", "[]")]);
    let (host, without) = (run.row("a/pc-0001"), run_without_fault());
    assert_eq!(run.0.update_agents.len(), 1);
    let again = host.bytes.count() - without;
    assert!((1..100_000).contains(&again), "an index file more, and not {again} bytes");
}

/// The bytes that the Update Agent gets in `mirroring-interrupted` if its link does not fail.
fn run_without_fault() -> u64 {
    run("mirroring-interrupted", &[("fault", "[]"), ("command", "[]")])
        .row("a/pc-0001")
        .bytes
        .count()
}

/// SRC-5, NTF-11, SRV-2.
#[test]
fn src_5_a_retry_requests_what_found_no_source() {
    let changed = run("changed-settings-find-no-source", &[]);
    assert_eq!(changed.count("agents_quit"), 1);
    let row = changed.row("a/pc-0002");
    assert!(row.bytes.count() > 16_384, "{row:?}");
    // Notify All Agents is about settings, and automatic update is off.
    let retried = run("retry-of-notify-all", &[]);
    assert_eq!(retried.updated("a/pc-0001"), None);
    assert!(retried.row("a/pc-0001").bytes.count() > 16_384);
}

/// SRV-1, DUP-5.
#[test]
fn srv_1_a_server_that_fails_generates_again_after_its_next_check() {
    let name = "server-down-while-generating";
    let short = run(name, &[]).updated("hq/pc-0001");
    let long = run(name, &[("fault.0.to", "Mon 11:31")]).updated("hq/pc-0001");
    assert!(short.is_some_and(|at| at > span(2, 0)), "{short:?}");
    assert_eq!(short, long);
}

/// NTF-3.
#[test]
fn ntf_3_who_has_all_that_its_notifier_has_is_not_notified_again() {
    assert_eq!(run("repeated-though-it-has-all", &[]).count("notifications_sent"), 1);
}

/// NET-2.
#[test]
fn net_2_the_server_takes_a_connection_of_the_proxy() {
    let run = run("proxy-full-by-server", &[]);
    let refused: u64 = run.0.sources.iter().map(|row| row.refused).sum();
    assert!(refused > 0);
}

/// The greatest number of transfers of the server at once, until 09:20: afterwards an agent updates on its own.
fn most_served(run: &Outcome) -> u64 {
    let samples = run.0.server.iter().filter(|sample| sample.time.as_secs_f64() <= span(1, 20));
    samples.map(|sample| sample.active_peak).max().unwrap_or(0)
}

/// SRV-4: a slot is held from the notification until the report, whatever else its agent is told meanwhile.
#[test]
fn srv_4_who_updates_keeps_its_slot_when_it_is_told_again() {
    let cut = "[[fault]]\nat = \"a\"\nfrom = \"Mon 09:10\"\nto = \"Mon 09:12\"\n";
    for slots_count in ["server-started", "all"] {
        for fault in [cut, ""] {
            let set = [("server.slots_count", slots_count)];
            let run = run_with("told-again-while-it-updates", fault, &set);
            assert_eq!(most_served(&run), 2, "{slots_count} {fault}");
        }
    }
}

/// DUP-6, SPS-3, NTF-1: whoever returns to an older version than the server offers gets that.
#[test]
fn dup_6_no_agent_stays_behind_the_server_after_a_roll_back() {
    for name in [
        "rolled-back-after-switch-to-smart-scan",
        "roll-back-far-behind",
        "roll-back-answered-late",
        "rolled-back-one-after-the-other",
    ] {
        assert_eq!(run(name, &[]).count("agents_outdated"), 0, "{name}");
    }
}

/// An agent whose wave has not come gets the release at 20:50.
#[test]
fn a_release_that_was_withdrawn_before_anyone_had_it_ends_no_waves() {
    let run = run("wave-before-a-withdrawn-release", &[]);
    let [pilot, other] = ["hq/pc-0001", "hq/pc-0002"].map(|agent| run.updated(agent));
    assert!(pilot.is_some_and(|at| at < 3.0 * 3600.0), "{pilot:?}");
    // Since the start at 08:00.
    assert!(other.is_some_and(|at| at >= (12.0 + 5.0 / 6.0) * 3600.0), "{other:?}");
}

/// SPS-3, NTF-1.
#[test]
fn sps_3_an_update_that_the_switch_to_smart_scan_interrupts_begins_again() {
    assert_eq!(run("switched-while-it-fetches-a-program", &[]).count("agents_outdated"), 0);
}
