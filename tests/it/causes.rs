//! Causes of waiting: small companies whose constraint is known by construction, and the sentence that names it.

use updraft::answer::recommend;
use updraft::experiment::estimates;
use updraft::model::settings::TopologyOption;
use updraft::report::{Record, Results};

use crate::one_run;

/// A company without bottlenecks; each case makes one resource scarce.
fn company(agents: u32, more: &str) -> String {
    format!(
        "name = \"one\"\nstart = \"Mon 08:00\"\nduration = \"12 h\"\n[headquarters]\nagents = {agents}\n\
         internet_bandwidth = \"1 Gbit/s\"\n[[release]]\nname = \"r\"\nat = \"30 min\"\n\
         components = [\"Virus Pattern\"]\n{more}"
    )
}

/// The sentence of the cause under `server`, and the agent-hours of exposure.
fn outcome(text: &str) -> (String, f64) {
    let scenario = one_run::scenario(text, &[]);
    let runs = one_run::runs(&scenario, &[TopologyOption::Server]);
    let record = Record::new(&scenario, vec!["updraft".into()], scenario.seed, 1);
    let exposure = runs[0].value("exposure_agent_hours").expect("a value");
    let (scenario, estimates) = (Some(&scenario), estimates(&runs));
    let results = Results { scenario, record: &record, runs: &runs, estimates: &estimates };
    (recommend(&results.outcome()).cause.expect("somebody waits"), exposure)
}

#[test]
fn the_cause_is_what_binds_by_construction_and_its_lever_helps() {
    let site = |bandwidth: &str| {
        format!(
            "[server]\nschedule = \"every 1 min\"\n[[site]]\nname = \"branch\"\nagents = 60\n\
             bandwidth = \"{bandwidth}\"\nlatency = \"10 ms\"\n"
        )
    };
    let with = |table: &str, value: &str| table.replace("VALUE", value);
    let threads = "[server]\nschedule = \"every 1 min\"\n[notification]\nthreads = VALUE\n\
                   connect_time = \"10 s\"\n";
    // Each transfer of 76 kB at 100 kbit/s takes 6 s, one after the other.
    let slots = "[server]\nschedule = \"every 1 min\"\nslots = VALUE\n[agents]\n\
                 nic = \"100 kbit/s\"\n[notification]\nthreads = 100\n";
    // Seven notifications in ten are lost, and agents check by themselves only every 11 h.
    let retries = "[server]\nschedule = \"every 1 min\"\n[agents]\nschedule = \"every 11 h\"\n\
                   [notification]\nunanswered = \"70%\"\ninterval = \"VALUE\"\n";
    let look = "[server]\nschedule = \"every VALUE\"\n";
    for (agents, bound, eased, waits, lever) in [
        (40, with(look, "4 h"), with(look, "2 h"), "until the server checks", "`server.schedule`"),
        (
            400,
            with(threads, "1"),
            with(threads, "2"),
            "in the notification queue, for a notifier thread",
            "`notification.threads`",
        ),
        (
            400,
            with(slots, "1"),
            with(slots, "2"),
            "for one of the server's slots",
            "`server.slots`",
        ),
        (40, site("20 kbit/s"), site("40 kbit/s"), "for bandwidth, hq → branch", "bandwidth"),
        (
            40,
            with(retries, "1 h"),
            with(retries, "30 min"),
            "for the notification to be repeated",
            "`notification.interval`",
        ),
    ] {
        let (told, exposure) = outcome(&company(agents, &bound));
        let (_, lever_told) = told.split_once(" The lever is ").unwrap_or_else(|| panic!("{told}"));
        assert!(told.contains(&format!("is {waits}")), "{told}");
        assert!(lever_told.contains(lever), "{told}");
        // One step of the lever removes a good part of the exposure.
        let (_, less) = outcome(&company(agents, &eased));
        assert!(less < 0.8 * exposure, "{lever}: {exposure} → {less} agent-hours");
    }
}

#[test]
fn a_longer_run_is_advised_only_where_it_can_help() {
    use TopologyOption::{Server, ServerUa};
    let head = "name = \"late\"\nstart = \"Mon 06:00\"\nduration = \"3 h\"\n[headquarters]\nagents = 1\n\
                internet_bandwidth = \"100 Mbit/s\"\n[[site]]\nname = \"b\"\nagents = 40\nbandwidth = \"1 Mbit/s\"\n\
                update_agents = 1\n[[release]]\nname = \"p\"\nat = \"Mon 07:00\"\nprogram = true\n";
    let no_disk = [("update_agents.free_disk", "1 MB"), ("sources.fallback_to_server", "[]")];
    for (option, set, caution) in [
        // Nothing will ever begin an update of most agents.
        (Server, &[("server.slots", "0")][..], "never-updated"),
        (ServerUa, &[("server.slots", "0")], "never-updated"),
        (Server, &[("notification.on_update", "false")], "never-updated"),
        (Server, &[("server.deploys", "false")], "never-updated"),
        (ServerUa, &no_disk, "never-updated"),
        // A schedule, a start, a poll or a retry is yet to come.
        (
            Server,
            &[
                ("notification.on_update", "false"),
                ("agents.scheduled", "100 %"),
                ("agents.schedule", "daily 12:00"),
            ],
            "horizon-too-short",
        ),
        (
            Server,
            &[("notification.on_update", "false"), ("agents.presence", "office-hours")],
            "horizon-too-short",
        ),
        (
            Server,
            &[
                ("notification.on_update", "false"),
                ("site.b.nat", "true"),
                ("server.poll_every", "1 d"),
            ],
            "horizon-too-short",
        ),
        (
            ServerUa,
            &[no_disk[0], no_disk[1], ("sources.retries", "9"), ("sources.retry_interval", "1 d")],
            "horizon-too-short",
        ),
        // The server or the Update Agent has yet to fetch it; transfers go on.
        (Server, &[("release.p.at", "2.9999 h")], "horizon-too-short"),
        (ServerUa, &[("site.b.bandwidth", "50 kbit/s")], "horizon-too-short"),
        (Server, &[("site.b.bandwidth", "50 kbit/s")], "horizon-too-short"),
    ] {
        let run = one_run::run(&one_run::scenario(head, set), option);
        let names: Vec<&str> = run.cautions.iter().map(|caution| &*caution.name).collect();
        assert!(names.contains(&caution), "{option:?} {set:?}: {:?}", run.cautions);
    }
}
