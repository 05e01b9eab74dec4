//! The updates that the server's slots limit, and the network card that each transfer uses.

use super::meetings::{run, run_with};

/// SRV-4: eight computers are switched on at once; the server starts none of their updates.
#[test]
fn srv_4_a_restart_passes_freely_where_slots_count_what_the_server_starts() {
    let name = "restarts-and-slots";
    let at_once = |set: &[(&str, &str)]| {
        let run = run(name, set);
        assert_eq!(run.count("agents_outdated"), 0, "{set:?}");
        let waits = |cause: &str| run.0.waits.iter().any(|wait| wait.cause.name() == cause);
        (run.count("server_active_transfers_peak"), waits("slot"))
    };
    assert_eq!(at_once(&[]), (8, false));
    // The lever that does limit.
    assert_eq!(at_once(&[("server.max_transfers", "2")]), (2, false));
    // The other reading: a slot for every update, one after the other.
    let all = ("server.slots_count", "all");
    assert_eq!(at_once(&[all]), (1, true));
    assert_eq!(at_once(&[all, ("server.slots", "3")]), (3, true));
    assert_eq!(at_once(&[all, ("server.slots", "8")]), (8, false));
    // No slots at all stop updates that the server starts, and no others.
    assert_eq!(at_once(&[all, ("server.slots", "0")]), (8, false));
    // An agent that waits for a server that goes down begins, finds no source, and returns with the server, and so
    // does an agent whose transfer breaks (NTF-4).
    let fault = "[[fault]]\nat = \"server\"\nfrom = \"Mon 08:00:10\"\nto = \"Mon 09:00\"\n";
    let through_fault = run_with(name, fault, &[all]);
    assert_eq!(through_fault.count("agents_outdated"), 0);
    assert_eq!(through_fault.count("failed_broken"), 1);
    assert!(through_fault.count("failed_unreachable") > 0);
}

/// SRC-8, NET-5: a transfer interrupted because a computer is switched off is a failed attempt, with its cause.
#[test]
fn src_8_what_is_cut_off_is_a_failed_attempt() {
    // From 08:00 on 24 MB need 24 s, of which the computers stay for ten.
    for (count, failed) in [("server-started", 8), ("all", 1)] {
        let set = [("working_day.leaving", "08:00:10"), ("server.slots_count", count)];
        let run = run("restarts-and-slots", &set);
        let causes = (run.count("attempts_failed"), run.count("failed_cut_off"));
        assert_eq!(causes, (failed, failed), "{count}");
    }
}

/// UAG-7: only an agent's own downloads run at an agent's network card.
#[test]
fn uag_7_the_nic_of_agents_is_of_agents() {
    let name = "agent-nic-throttles-server";
    let slow = ("agents.nic", "154.4 kbit/s");
    let offers = |set: &[(&str, &str)]| {
        let run = run(name, set);
        let found = run.0.metrics.iter().find(|(known, _)| known.name == "server_offers_s");
        format!("{:?}", found.expect("a metric").1)
    };
    assert_eq!(offers(&[slow]), offers(&[]));
    assert!(offers(&[slow]).contains("Some"), "{}", offers(&[slow]));
    // 1,544 kbit/s for five at 154.4 kbit/s each: they take about ten times as long as one alone would.
    assert!(
        run(name, &[slow]).updated("remote/pc-0001") > run(name, &[]).updated("remote/pc-0001")
    );
    // An Update Agent fetches through its own card.
    let with_agent = [("site.remote.update_agents", "1"), ("option", "server-ua")];
    let update_agent = |slow: &[(&str, &str)]| {
        run(name, &[&with_agent[..], slow].concat()).updated("remote/pc-0001")
    };
    assert_eq!(update_agent(&[slow]), update_agent(&[]));
    let uplink = ("update_agents.uplink", "154.4 kbit/s");
    assert!(update_agent(&[uplink]) > update_agent(&[]));
}
