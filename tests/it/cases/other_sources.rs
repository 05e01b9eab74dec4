//! Other update sources: their lag, their places, who updates from them, and which address is that of
//! `ActiveUpdate`.

use updraft::ids::AgentId;
use updraft::measure::run::Value;
use updraft::model::component::KindSet;
use updraft::model::settings::TopologyOption::{self, Direct, Server, ServerUa, Ua};
use updraft::scenario::{Overrides, Scenario};
use updraft::simulation::Fact;
use updraft::simulation::state::{SERVER, SourceRole, Standpoint};
use updraft::units::SimTime;

use super::world::{World, minute};
use crate::one_run;

/// A mirror on the Internet, and an access of 8 Mbit/s. A pattern of which every incremental weighs 1 MB
/// comes out at 00:10; the mirror offers it 80 minutes later.
const COMPANY: &str = r#"duration = "5 h"
[headquarters]
internet_bandwidth = "8 Mbit/s"
agents = 2
[server]
generation_time = "0 s"
[[other_source]]
name = "mirror"
url = "http://mirror.example/activeupdate"
lag = "80 min"
connections = 1
[[component]]
name = "Virus Pattern"
full = "100 MB"
incremental_base = "1 MB"
incremental_step = "0 B"
[[release]]
name = "daily"
at = "10 min"
components = ["Virus Pattern"]
"#;

fn stocked(text: &str) -> Vec<(SimTime, bool)> {
    let world = World::of(text);
    let story = world.run(Server);
    story.all(|fact| match fact {
        Fact::OtherSourceStocked(_) => Some(false),
        Fact::ServerStocked { .. } => Some(true),
        _ => None,
    })
}

/// The server looks on the hour. From the mirror it has the pattern at 02:00 and not at 01:00: at 01:00
/// the mirror offers nothing new, at 01:30 it does. The index file and 8 incrementals (the one to the
/// latest, and the 7 that six generated ones leave of 14), of 1 MB each, take 8.016384 s at 1 MB/s.
#[test]
fn srv_1_a_server_with_another_source_is_late_by_its_lag() {
    let at = |minutes: u64| minute(minutes).as_nanos() + 8_016_384_000;
    let external = format!("{COMPANY}[sources]\nexternal = \"mirror\"\n");
    let found: Vec<(u64, bool)> =
        stocked(&external).iter().map(|(at, server)| (at.as_nanos(), *server)).collect();
    assert_eq!(found, [(minute(90).as_nanos(), false), (at(120), true)]);
    let found: Vec<(u64, bool)> =
        stocked(COMPANY).iter().map(|(at, server)| (at.as_nanos(), *server)).collect();
    assert_eq!(found, [(at(60), true), (minute(90).as_nanos(), false)]);
}

/// Told at one instant of settings and the pattern, one of two agents has the mirror's only place. The
/// other is refused and goes to the server.
#[test]
fn src_2_another_source_serves_so_many_at_once() {
    let list = "[[update_source]]\nrange = \"10.0.0.0/8\"\nsource = \"mirror\"\n";
    let run = |more: &str| {
        let text = format!("name = \"case\"\nstart = \"Mon 00:00\"\n{COMPANY}{list}{more}");
        let scenario = one_run::scenario(&text, &[("other_source.mirror.lag", "0 s")]);
        one_run::run(&scenario, ServerUa)
    };
    let row = |run: &updraft::measure::run::RunMeasurements, name: &str| {
        let found = run.sources.iter().find(|row| row.source == name);
        found.map(|row| (row.kind.name(), row.served, row.refused)).expect("a source")
    };
    let refusing = run("");
    assert_eq!(row(&refusing, "mirror"), ("other-source", 1, 1));
    assert_eq!(row(&refusing, "server").1, 1);
    let fallbacks = refusing.metrics.iter().find(|(metric, _)| metric.name == "fallbacks");
    assert!(matches!(fallbacks, Some((_, Value::Count(1)))), "{fallbacks:?}");
    let scenario = |set| {
        let text = format!("name = \"case\"\nstart = \"Mon 00:00\"\n{COMPANY}{list}");
        let lag = ("other_source.mirror.lag", "0 s");
        one_run::run(&one_run::scenario(&text, &[lag, set]), ServerUa)
    };
    let queueing = scenario(("other_source.mirror.overflow", "queue"));
    assert_eq!(row(&queueing, "mirror"), ("other-source", 2, 0));
    let roomy = scenario(("other_source.mirror.connections", "2"));
    assert_eq!(row(&roomy, "mirror"), ("other-source", 2, 0));
}

/// TOP-3 and TOP-4 have the other source in the place of `ActiveUpdate`, too; an Update Agent may name it
/// by itself (UAG-4). From an other source components alone are asked (SRC-6).
#[test]
fn src_6_another_source_stands_in_the_place_of_active_update() {
    let asks = |more: &str, option: TopologyOption, agent: AgentId| -> Vec<(SourceRole, bool)> {
        let world = World::of(&format!("{COMPANY}{more}"));
        let begun = world.begin(option);
        let plan = begun.simulation.source_plan(Standpoint::default(), agent, KindSet::ALL);
        let role = |source| begun.simulation.sources()[source].role;
        plan.into_iter().map(|(source, fallback)| (role(source), fallback)).collect()
    };
    let (mirror, server) = (SourceRole::Other(0), SourceRole::Server);
    let external = "[sources]\nexternal = \"mirror\"\n";
    assert_eq!(asks(external, Direct, AgentId(0)), [(mirror, false), (server, true)]);
    let active_update = SourceRole::ActiveUpdate;
    assert_eq!(asks("", Direct, AgentId(0)), [(active_update, false), (server, true)]);
    let agent = "[[update_agent]]\nname = \"ua\"\nsite = \"hq\"\n";
    let with_ua = format!("{agent}{external}");
    assert_eq!(asks(&with_ua, Ua, AgentId(0)), [(mirror, false), (server, true)]);
    let own = format!("[update_agents]\nonly_from_server = false\n{agent}source = \"mirror\"\n");
    assert_eq!(asks(&own, ServerUa, AgentId(0)), [(mirror, false), (server, true)]);
}

/// Without the fallback an agent turns to `ActiveUpdate` unless that is in the list, which the article
/// says of `osce11-p` for 11.0 and of `osce12-p` for XG. The other address leads to `ActiveUpdate` as an
/// entry and does not count as it.
#[test]
fn src_4_the_address_of_the_own_version_is_the_active_update_in_the_list() {
    let plan = |product: &str, address: &str| {
        let world = World::of(&format!(
            "product = \"{product}\"\n{COMPANY}[sources]\nfallback_to_server = []\n\
             [[update_source]]\nrange = \"10.0.0.0/8\"\n\
             source = \"http://{address}.activeupdate.trendmicro.com/activeupdate\"\n"
        ));
        world
            .begin(ServerUa)
            .simulation
            .source_plan(Standpoint::default(), AgentId(0), KindSet::ALL)
            .len()
    };
    // The entry alone, or the entry and then ActiveUpdate as the last resort.
    assert_eq!(plan("officescan-11", "osce11-p"), 1);
    assert_eq!(plan("officescan-11", "osce12-p"), 2);
    assert_eq!(plan("officescan-xg", "osce12-p"), 1);
    assert_eq!(plan("officescan-xg", "osce11-p"), 2);
}

/// While the mirror is down its visitors find nobody, and the server, if it is its source, nothing new.
#[test]
fn another_source_breaks_as_others_do() {
    let fault = "[sources]\nexternal = \"mirror\"\n[[fault]]\nat = \"mirror\"\nfrom = \"100 min\"\nto = \"170 min\"\n";
    let served = stocked(&format!("{COMPANY}{fault}"));
    let by_server: Vec<u64> =
        served.iter().filter(|(_, server)| *server).map(|(at, _)| at.as_nanos()).collect();
    assert_eq!(by_server, [minute(180).as_nanos() + 8_016_384_000]);
    let world = World::of(&format!("{COMPANY}{fault}"));
    assert_ne!(world.begin(Server).simulation.external(), SERVER);
}

#[test]
fn sources_that_mean_nothing_are_refused_with_a_way_out() {
    let told = |more: &str| {
        let text = format!("name = \"case\"\nstart = \"Mon 00:00\"\n{COMPANY}{more}");
        let read = Scenario::parse(&text, "case.toml", &Overrides::default());
        let problems = read.map_or_else(|problems| problems, |_| panic!("{more} is valid"));
        problems.list.iter().map(|at| format!("{}: {}", at.code, at.message)).collect::<Vec<_>>()
    };
    let site = "[[site]]\nname = \"far\"\ncount = 3\nagents = 1\nbandwidth = \"1 Mbit/s\"\n";
    for (more, expected) in [
        ("[sources]\nexternal = \"miror\"\n", "unknown-name: `miror` does not stand"),
        ("[sources]\nexternal = \"server\"\n", "unknown-name: `server` does not stand"),
        ("[[other_source]]\nname = \"mirror\"\n", "duplicate: `mirror` is the name of"),
        ("[[other_source]]\nname = \"hq\"\n", "duplicate: `hq` is the name of"),
        ("[[other_source]]\nname = \"m2\"\nat = \"nowhere\"\n", "unknown-name: there is no place"),
        (
            &*format!("{site}[[other_source]]\nname = \"m2\"\nat = \"far\"\n"),
            "conflict: `far` has 3 sites",
        ),
        (
            "[[other_source]]\nname = \"m2\"\nurl = \"http://osce12-p.activeupdate.trendmicro.com/activeupdate\"\n",
            "conflict: `http://osce12",
        ),
        (
            "[[update_source]]\nrange = \"10.0.0.0/8\"\nsource = \"miror\"\n",
            "unknown-name: there is no `miror`",
        ),
    ] {
        let told = told(more);
        assert!(told.len() == 1 && told[0].starts_with(expected), "{more}: {told:?}");
    }
}

/// A dual-stack site, a pure IPv6 one with a prefix of its own, each with an Update Agent and an agent; a
/// list of three entries. A pure IPv6 agent has no IPv4 address, so the block of everything is not for it.
#[test]
fn src_2_a_prefix_is_for_the_agents_that_have_an_address_in_it() {
    let site = |name: &str, family: &str, prefix: &str| {
        format!(
            "[[site]]\nname = \"{name}\"\nagents = 2\nbandwidth = \"1 Mbit/s\"\nupdate_agents = 1\n\
             family = \"{family}\"\nsubnet6 = \"{prefix}\"\n"
        )
    };
    let sites = site("dual", "dual", "2001:db8:1::/64") + &site("pure", "ipv6", "2001:db8:2::/64");
    let entry = |range: &str, source: &str| {
        format!("[[update_source]]\nrange = \"{range}\"\nsource = \"{source}\"\n")
    };
    let sources = |list: &str| -> Vec<Vec<SourceRole>> {
        let world = World::of(&format!("{COMPANY}{sites}{list}"));
        let begun = world.begin(ServerUa);
        let plan = |agent| {
            begun.simulation.source_plan(Standpoint::default(), AgentId(agent), KindSet::COMPONENTS)
        };
        let role = |source| begun.simulation.sources()[source].role;
        // The second agent of each site: the first is its Update Agent.
        let plans = [3, 5].map(|agent| plan(agent).into_iter().map(|(source, _)| role(source)));
        plans.map(Iterator::collect).into()
    };
    let [dual, pure] = [0, 1].map(SourceRole::UpdateAgent);
    let server = SourceRole::Server;
    let list = entry("2001:db8:2::/64", "pure/ua-1")
        + &entry("0.0.0.0/0", "dual/ua-1")
        + &entry("2001:db8::/32", "server");
    assert_eq!(sources(&list), [vec![dual, server, server], vec![pure, server, server]]);
    // The list that follows from the Update Agents has the prefix of the pure site.
    assert_eq!(sources(""), [vec![dual, server], vec![pure, server]]);
}
