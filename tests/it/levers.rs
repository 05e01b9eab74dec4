//! The levers of waits: each key that is named exists, can be set, and shortens the wait that it is named for.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use updraft::experiment::{Levers, levers};
use updraft::measure::run::total_waits;
use updraft::measure::timeline::Reason;
use updraft::model::settings::TopologyOption;
use updraft::random::Streams;
use updraft::scenario::{Overrides, Scenario};

use crate::one_run;
use Reason::{Link, NoSlots, Place, Stock, Trigger, Wave};
use TopologyOption::{Direct, Server, ServerUa, Ua};

/// The head of a company whose server checks each minute.
const QUICK: &str = "name = \"quick\"\nduration = \"12 h\"\n[server]\nschedule = \"every 1 min\"\n";
const HQ: &str = "[headquarters]\ninternet_bandwidth = \"1 Gbit/s\"\n";
const FORTY: &str = "[headquarters]\nagents = 40\ninternet_bandwidth = \"1 Gbit/s\"\n";
const PROGRAM: &str = "[[release]]\nname = \"hot\"\nat = \"61 s\"\nprogram = true\n";
const PATTERN: &str =
    "[[release]]\nname = \"em\"\nat = \"61 s\"\ncomponents = [\"Virus Pattern\"]\n";
/// A hub, and two sites behind it with their own access to the Internet over one physical line.
const LINE: &str = "[[site]]\nname = \"hub\"\nagents = 2\nbandwidth = \"100 Mbit/s\"\n\
                    [[site]]\nname = \"b\"\nvia = \"hub\"\ncount = 2\nagents = 14\nbandwidth = \"2 Mbit/s\"\n\
                    internet = \"own\"\ninternet_bandwidth = \"50 Mbit/s\"\nline = \"100 Mbit/s\"\n";
/// A site on a link that is written out.
const WRITTEN: &str = "[[site]]\nname = \"hub\"\nagents = 2\nbandwidth = \"100 Mbit/s\"\n\
                       [[site]]\nname = \"b\"\nvia = \"none\"\nagents = 14\n\
                       [[link]]\nname = \"x\"\nfrom = \"b\"\nto = \"hub\"\nbandwidth = \"2 Mbit/s\"\n";
const MIRROR: &str = "[sources]\nexternal = \"mirror\"\n[[other_source]]\nname = \"mirror\"\n";
/// An Update Agent with its own number of places.
const PLACES: &str = "[update_agents]\ncapacity = 10\noverflow = \"queue\"\n[[site]]\nname = \"b\"\nagents = 41\n\
                      bandwidth = \"100 Mbit/s\"\n[[update_agent]]\nname = \"m\"\nsite = \"b\"\ncapacity = 1\n\
                      uplink = \"10 Mbit/s\"\n";
const BRANCH: &str =
    "[[site]]\nname = \"b\"\nagents = 50\nbandwidth = \"1 Mbit/s\"\nupdate_agents = 1\n";
const OWN_BRANCH: &str = "[[site]]\nname = \"b\"\nagents = 50\nbandwidth = \"1 Mbit/s\"\nupdate_agents = 1\n\
                          internet = \"own\"\ninternet_bandwidth = \"500 kbit/s\"\n";
const NAT: &str = "[[site]]\nname = \"b\"\nagents = 40\nbandwidth = \"100 Mbit/s\"\nnat = true\n";
const WAVES: &str = "[[group]]\nname = \"pilot\"\nshare = \"5 %\"\n[[release]]\nname = \"hot\"\nat = \"61 s\"\n\
                     program = true\nwaves = [\"pilot\"]\nwave_gap = \"4 h\"\n";

/// The waits under an option that have this cause, in agent-nanoseconds.
fn waited(scenario: &Scenario, option: TopologyOption, reason: Reason, place: &str) -> u128 {
    let runs = one_run::runs(scenario, &[option]);
    total_waits(&runs).get(&(reason, place)).copied().unwrap_or_default()
}

/// A wait by its cause: the parts of a company in which it occurs, with these values and under this option, and its
/// levers.
type Case =
    ([&'static str; 3], Set, TopologyOption, (Reason, &'static str), &'static [&'static str]);
type Set = &'static [(&'static str, &'static str)];

const CASES: &[Case] = &[
    // An Update Agent fetches a program from the server over its site's link.
    ([HQ, BRANCH, PROGRAM], &[], ServerUa, (Stock, "b/ua-1"), &["site.b.bandwidth"]),
    (
        [HQ, BRANCH, PROGRAM],
        &[("headquarters.server_nic", "500 kbit/s")],
        ServerUa,
        (Stock, "b/ua-1"),
        &["headquarters.server_nic"],
    ),
    // By itself it checks on its schedule, and fetches components over its own access to the Internet.
    (
        [HQ, OWN_BRANCH, PATTERN],
        &[],
        Ua,
        (Stock, "b/ua-1"),
        &["agents.schedule", "site.b.internet_bandwidth"],
    ),
    // What the server fetches: the narrowest on the way, or a mirror that offers it late.
    (
        [FORTY, "", PATTERN],
        &[("headquarters.internet_bandwidth", "100 kbit/s")],
        Server,
        (Stock, "server"),
        &["headquarters.internet_bandwidth"],
    ),
    (
        [FORTY, "", PATTERN],
        &[("active_update.per_connection", "100 kbit/s")],
        Server,
        (Stock, "server"),
        &["active_update.per_connection"],
    ),
    ([FORTY, MIRROR, PATTERN], &[], Server, (Stock, "mirror"), &["other_source.mirror.lag"]),
    // Links: of a site behind a line, the line itself, one that is written out.
    ([HQ, LINE, PROGRAM], &[], Server, (Link, "hub → b-001/line"), &["site.b.bandwidth"]),
    (
        [HQ, LINE, PROGRAM],
        &[("site.b.line", "1 Mbit/s"), ("site.b.internet_bandwidth", "1 Mbit/s")],
        Server,
        (Link, "b-001/line → b-001"),
        &["site.b.line"],
    ),
    ([HQ, WRITTEN, PROGRAM], &[], Server, (Link, "hub → b"), &["link.x.bandwidth"]),
    (
        [HQ, WRITTEN, PROGRAM],
        &[("link.x.bandwidth_back", "1 Mbit/s")],
        Server,
        (Link, "hub → b"),
        &["link.x.bandwidth_back"],
    ),
    // Places: of a single Update Agent, and of another source.
    ([HQ, PLACES, PROGRAM], &[], ServerUa, (Place, "m"), &["update_agent.m.capacity"]),
    (
        [FORTY, MIRROR, PATTERN],
        &[
            ("other_source.mirror.connections", "1"),
            ("other_source.mirror.overflow", "queue"),
            ("other_source.mirror.bandwidth", "20 kbit/s"),
            ("other_source.mirror.lag", "0 s"),
        ],
        Direct,
        (Place, "mirror"),
        &["other_source.mirror.connections"],
    ),
    // What triggers an update: polls, notifications, or a schedule that agents have.
    (
        [HQ, NAT, PATTERN],
        &[("server.poll_every", "2 h")],
        Server,
        (Trigger, ""),
        &["server.poll_every"],
    ),
    ([HQ, NAT, PATTERN], &[], Server, (Trigger, ""), &["server.poll_every"]),
    (
        [FORTY, "", PATTERN],
        &[("notification.on_update", "false")],
        Server,
        (Trigger, ""),
        &["notification.on_update", "agents.scheduled"],
    ),
    (
        [FORTY, "", PATTERN],
        &[("notification.on_update", "false"), ("agents.scheduled", "100 %")],
        Server,
        (Trigger, ""),
        &["notification.on_update", "agents.schedule"],
    ),
    (
        [FORTY, "", PATTERN],
        &[("agents.independent", "50 %")],
        Server,
        (Trigger, ""),
        &["notification.include_offline"],
    ),
    (
        [FORTY, "", PATTERN],
        &[("server.deploys", "false")],
        Server,
        (Trigger, ""),
        &["server.deploys"],
    ),
    ([FORTY, "", PATTERN], &[], Direct, (Trigger, ""), &["agents.schedule"]),
    (
        [FORTY, "", PATTERN],
        &[("headquarters.schedule", "every 2 h")],
        Direct,
        (Trigger, ""),
        &["headquarters.schedule"],
    ),
    (
        [HQ, BRANCH, PROGRAM],
        &[("update_agents.free_disk", "1 MB"), ("sources.fallback_to_server", "[]")],
        ServerUa,
        (Trigger, ""),
        &["update_agents.free_disk"],
    ),
    // No slots stop what the server starts, whatever slots count.
    (
        [FORTY, "", PATTERN],
        &[("server.slots", "0")],
        Server,
        (NoSlots, "server"),
        &["server.slots"],
    ),
    ([FORTY, WAVES, ""], &[], Server, (Wave, ""), &["wave.gap"]),
];

#[test]
fn the_lever_is_that_of_the_place_and_one_step_of_it_shortens_the_wait() {
    for &(parts, set, option, (reason, place), expected) in CASES {
        let text = format!("{QUICK}{}", parts.concat());
        let scenario = one_run::scenario(&text, set);
        let found = Levers::new(&scenario, option).of(reason, place);
        let keys: Vec<&str> = found.iter().map(|lever| lever.key.as_str()).collect();
        assert_eq!(keys, expected, "{reason:?} {place} {set:?}");
        let before = waited(&scenario, option, reason, place);
        assert!(before > 0, "{reason:?} {place} {set:?}");
        for lever in &found {
            let step = [(lever.key.as_str(), lever.after.as_str())];
            let further = one_run::scenario(&text, &[set, &step].concat());
            let after = waited(&further, option, reason, place);
            assert!(after < before, "{lever:?} of {reason:?} {place}: {before} → {after}");
        }
        // What is named is tried.
        let runs = one_run::runs(&scenario, &[option]);
        let tried: BTreeSet<String> =
            levers(&scenario, &runs).into_iter().map(|lever| lever.key).collect();
        assert!(keys.iter().all(|key| tried.contains(*key)), "{keys:?} of {tried:?}");
    }
}

#[test]
fn a_wait_that_no_key_shortens_has_no_lever() {
    let text = format!("{QUICK}{HQ}{BRANCH}{PROGRAM}");
    let scenario = one_run::scenario(&text, &[]);
    let of = |reason, place| Levers::new(&scenario, TopologyOption::ServerUa).of(reason, place);
    for (reason, place) in [
        (Reason::Off, ""),
        (Reason::LinkDown, "hq → b"),
        (Reason::Stock, "active-update"),
        (Reason::Failure, "b/ua-1"),
        (Reason::Place, "server"),
        (Reason::Batch, "server"),
        (Reason::Wave, ""),
        (Reason::Link, "router → elsewhere"),
    ] {
        assert_eq!(of(reason, place), [], "{reason:?} {place}");
    }
    // UAG-2: without disk space an Update Agent obtains nothing, and refuses agents.
    let disk = one_run::scenario(&text, &[("update_agents.free_disk", "1 MB")]);
    for reason in [Reason::Stock, Reason::Failure] {
        let found = Levers::new(&disk, TopologyOption::ServerUa).of(reason, "b/ua-1");
        assert_eq!(found[0].key, "update_agents.free_disk");
        assert_eq!((found[0].before.as_str(), found[0].after.as_str()), ("1 MB", "300 MB"));
    }
}

#[test]
fn a_link_has_the_key_of_its_group_and_of_its_number() {
    let text = "name = \"small\"\nduration = \"2 h\"\n[headquarters]\nagents = 10\n\
                internet_bandwidth = \"1 Mbit/s\"\n[[site]]\nname = \"region\"\nagents = 2\n\
                bandwidth = \"1 Mbit/s\"\nbandwidth_up = \"100 kbit/s\"\n[[site]]\nname = \"branch\"\n\
                count = 12\nvia = \"region\"\nagents = 2\nbandwidth = \"1 Mbit/s\"\ninternet = \"own\"\n\
                internet_bandwidth = \"1 Mbit/s\"\n[[link]]\nfrom = \"region\"\nto = \"headquarters\"\n\
                bandwidth = \"1 Mbit/s\"\n[[link]]\nname = \"mesh\"\nfrom = \"branch\"\nto = \"region\"\n\
                bandwidth = \"1 Mbit/s\"\n[[release]]\nname = \"r\"\nat = \"2 min\"\n\
                components = [\"Virus Pattern\"]\n";
    let scenario = one_run::scenario(text, &[]);
    for (place, option, keys) in [
        ("region → branch-007", Server, vec!["site.branch.bandwidth"]),
        ("hq → region", ServerUa, vec!["site.region.bandwidth", "site.region.update_agents"]),
        ("region → hq", Server, vec!["site.region.bandwidth_up"]),
        ("hq → region (2)", Server, vec!["link.0.bandwidth"]),
        ("region → branch-007 (2)", Server, vec!["link.mesh.bandwidth"]),
        ("region → branch-007 (3)", Server, vec![]),
        ("internet → branch-007", Direct, vec!["site.branch.internet_bandwidth"]),
        ("internet → hq", Server, vec!["headquarters.internet_bandwidth"]),
        ("server → hq", Server, vec!["headquarters.server_nic"]),
        ("region → branch-07", Server, vec![]),
        ("branch-001 → branch-002", Server, vec![]),
    ] {
        let found = Levers::new(&scenario, option).of(Reason::Link, place);
        let found: Vec<String> = found.into_iter().map(|lever| lever.key).collect();
        assert_eq!(found, keys, "{place}");
    }
}

/// The scenarios in `scenarios`, with their texts.
fn shipped() -> Vec<(String, Scenario)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let files = fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path());
    let scenarios = files.filter(|path| path.extension().is_some_and(|ending| ending == "toml"));
    let texts = scenarios.map(|path| fs::read_to_string(path).expect("a text"));
    texts.map(|text| (text.clone(), one_run::scenario(&text, &[]))).collect()
}

/// Every direction of every link, by its name in results.
fn directions(scenario: &Scenario) -> Vec<String> {
    let sampled = scenario.sample(&Streams::new(scenario.seed, 0));
    let topology = &sampled.topology;
    let mut numbers: BTreeMap<[u32; 2], u32> = BTreeMap::new();
    let mut all = Vec::new();
    for (_, link) in topology.links() {
        let ends = [link.from.min(link.to).0, link.from.max(link.to).0];
        let number = numbers.entry(ends).or_default();
        *number += 1;
        let suffix = if *number == 1 { String::new() } else { format!(" ({number})") };
        for [from, to] in [[link.from, link.to], [link.to, link.from]] {
            all.push(format!("{} → {}{suffix}", topology.name(from), topology.name(to)));
        }
    }
    all
}

#[test]
fn every_lever_in_a_shipped_scenario_is_a_key_that_can_be_set_and_every_link_has_one() {
    let mut wrong = Vec::new();
    for (text, scenario) in shipped() {
        let sampled = scenario.sample(&Streams::new(scenario.seed, 0));
        let company = &sampled.company;
        let update_agents = company.update_agents.iter().map(|own| own.name.clone());
        let others = company.other_sources.iter().map(|other| other.name.clone());
        let always = ["", "server", "active-update"].map(String::from);
        let sources: Vec<String> = always.into_iter().chain(update_agents).chain(others).collect();
        let directions = directions(&scenario);
        let mut all: BTreeMap<(String, String), (Reason, TopologyOption)> = BTreeMap::new();
        for option in TopologyOption::ALL {
            let levers = Levers::new(&scenario, option);
            for reason in Reason::ALL {
                let is_link = matches!(reason, Reason::Link | Reason::LinkDown);
                for place in if is_link { &directions } else { &sources } {
                    let found = levers.of(reason, place);
                    assert!(
                        reason != Reason::Link || !found.is_empty(),
                        "{} {place}",
                        scenario.name
                    );
                    let keys = found.into_iter().map(|lever| (lever.key, lever.after));
                    all.extend(keys.map(|lever| (lever, (reason, option))));
                }
            }
        }
        for ((key, after), whose) in all {
            let set = Overrides(vec![(key.clone(), after.clone())]);
            if let Err(problems) = Scenario::parse(&text, "shipped.toml", &set) {
                let problems = problems.render(false);
                wrong.push(format!("{} {whose:?}: {key} = {after}: {problems}", scenario.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
