//! Groups of agents: their values, the precedence of tables, and that they change no draw of other agents.

use std::collections::BTreeSet;

use updraft::ids::{AgentId, RowId};
use updraft::model::component::ScanMethod;
use updraft::model::settings::TopologyOption::Server;
use updraft::random::Streams;
use updraft::scenario::{Overrides, SampledCompany, Scenario};
use updraft::simulation::Fact;
use updraft::units::{SimDuration, SimTime};

use super::world::{World, minute};
use crate::one_run;

/// Two sites of two agents each behind fast lines, all on a schedule; settings of 3 MB change at 00:05.
const TWO_SITES: &str = r#"duration = "3 h"
[headquarters]
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "north"
agents = 2
bandwidth = "1 Gbit/s"
[[site]]
name = "south"
agents = 2
bandwidth = "1 Gbit/s"
scan = "smart"
[agents]
scheduled = "100 %"
schedule = "every 1 h"
[notification]
on_update = false
[sizes]
settings = "3 MB"
[[release]]
name = "rules"
at = "5 min"
settings = true
"#;

/// When each agent has the settings.
fn protected(groups: &str) -> Vec<SimTime> {
    let world = World::of(&format!("{TWO_SITES}{groups}"));
    let story = world.run(Server);
    let mut all: Vec<(AgentId, SimTime)> = story
        .all(|fact| if let Fact::UpToDate(agent) = fact { Some(agent) } else { None })
        .into_iter()
        // At the start everybody is up to date.
        .filter(|(at, _)| *at > minute(5))
        .map(|(at, agent)| (agent, at))
        .collect();
    all.sort_unstable();
    all.into_iter().map(|(_, at)| at).collect()
}

/// The hour is due at 01:00, ten minutes at 00:10.
#[test]
fn sch_2_a_group_looks_by_its_own_schedule() {
    let group = "[[group]]\nname = \"pilots\"\nsites = [\"north\"]\nschedule = \"every 10 min\"\n";
    let whole_minutes = |at: &SimTime| at.as_nanos() / 60_000_000_000;
    let minutes: Vec<u64> = protected(group).iter().map(whole_minutes).collect();
    assert_eq!(minutes, [10, 10, 60, 60]);
    let minutes: Vec<u64> = protected("").iter().map(whole_minutes).collect();
    assert_eq!(minutes, [60; 4]);
}

/// Some have the privilege: without it no agent checks, and none is notified.
#[test]
fn sch_1_a_group_has_its_own_privilege() {
    let group = "[[group]]\nname = \"rest\"\nagents = [\"south/pc-0002\"]\nscheduled = \"0 %\"\n";
    assert_eq!(protected(group).len(), 3);
}

/// 24 Mbit at 1 Mbit/s, after an index file of 16.384 kB: 24.131072 s.
#[test]
fn a_group_has_its_own_network_cards() {
    let group = "[[group]]\nname = \"old\"\nsites = [\"north\"]\nagents = [\"north/pc-0001\"]\n\
                 nic = \"1 Mbit/s\"\n";
    let times = protected(group);
    assert_eq!(times[0].since(minute(60)), SimDuration::from_nanos(24_131_072_000));
    assert!(times[1] < minute(61) && times[1].since(minute(60)) < SimDuration::from_secs(1));
}

fn sampled(groups: &str) -> SampledCompany {
    let text = format!("name = \"case\"\nstart = \"Mon 00:00\"\n{TWO_SITES}{groups}");
    let text = text.replace("agents = 2", "agents = 500");
    let text =
        text.replace("[[site]]\nname = \"north\"", "[[site]]\nsite_prefix = 22\nname = \"north\"");
    let text = text.replace("name = \"south\"", "site_prefix = 22\nname = \"south\"");
    let scenario = Scenario::parse(&text, "case.toml", &Overrides::default());
    scenario.unwrap_or_else(|problems| panic!("{problems}")).sample(&Streams::new(7, 0))
}

fn is_smart(drawn: &SampledCompany, agent: usize) -> bool {
    drawn.company.agents.scan.get(AgentId::from_index(agent)) == ScanMethod::Smart
}

/// `[agents]` says conventional, the site smart, the group conventional, a later group smart again.
#[test]
fn of_agents_site_and_groups_the_last_one_counts_key_by_key() {
    let group = |name: &str, scan: &str| {
        format!("[[group]]\nname = \"{name}\"\nsites = [\"south\"]\nscan = \"{scan}\"\n")
    };
    let smart = |groups: &str| {
        let drawn = sampled(groups);
        [is_smart(&drawn, 0), is_smart(&drawn, 999)]
    };
    assert_eq!(smart(""), [false, true]);
    assert_eq!(smart(&group("one", "conventional")), [false, false]);
    let both = group("one", "conventional") + &group("two", "smart");
    assert_eq!(smart(&both), [false, true]);
    let other = "[[group]]\nname = \"three\"\nsites = [\"south\"]\nindependent = \"100 %\"\n";
    let drawn = sampled(other);
    assert!(is_smart(&drawn, 999) && drawn.company.agents[AgentId(999)].is_independent());
}

/// 300 of 1,000 are expected, with a standard deviation of 14.5.
#[test]
fn a_share_is_drawn_and_another_group_moves_no_one() {
    let third = "[[group]]\nname = \"third\"\nshare = \"30 %\"\nindependent = \"100 %\"\n";
    let before = "[[group]]\nname = \"before\"\nshare = \"50 %\"\nnic = \"10 Mbit/s\"\n";
    let alone = sampled(third);
    assert!((240..360).contains(&alone.group_members[0]), "{:?}", alone.group_members);
    let second = sampled(&format!("{before}{third}"));
    assert_eq!(second.group_members[1], alone.group_members[0]);
    let columns = |drawn: &SampledCompany| {
        let agents = &drawn.company.agents;
        let flags = |agent| (agents[agent].is_independent(), agents[agent].is_scheduled());
        agents.ids().map(flags).collect::<Vec<(bool, bool)>>()
    };
    assert_eq!(columns(&second), columns(&alone));
    assert_eq!((alone.company.profiles.len(), second.company.profiles.len()), (1, 2));
}

/// Agents are in some of many groups: in more combinations than 16 bits can count.
#[test]
fn groups_may_combine_in_any_number_of_ways() {
    let sampled = |groups: &str, release: &str| {
        let text = format!(
            "name = \"case\"\nduration = \"1 min\"\n[headquarters]\nagents = 170000\n\
             internet_bandwidth = \"1 Gbit/s\"\n{groups}\n[[release]]\nname = \"one\"\n\
             at = \"0 s\"\ncomponents = [\"Virus Pattern\"]\n{release}"
        );
        let scenario = Scenario::parse(&text, "case.toml", &Overrides::default());
        let scenario = scenario.unwrap_or_else(|problems| panic!("{problems}"));
        scenario.sample(&Streams::new(1, 0)).company
    };
    let group = |number: u32, trait_of: &str| {
        format!("[[group]]\nname = \"g{number}\"\nshare = \"50 %\"\n{trait_of}\n")
    };
    // Waves: only the first group of each agent counts.
    let groups: String = (0..20).map(|number| group(number, "")).collect();
    let names: Vec<String> = (0..20).map(|number| format!("\"g{number}\"")).collect();
    let company =
        sampled(&groups, &format!("waves = [{}]\nwave_gap = \"1 s\"\n", names.join(", ")));
    // Update Agents, 20 waves and the others.
    assert!((10..=22).contains(&company.cohorts.len()), "{}", company.cohorts.len());
    // Profiles: the last group of each kind counts.
    let kinds = ["nic = \"# Mbit/s\"", "schedule = \"every # min\"", "scheduled = \"# %\""];
    let groups: String = (1..=180)
        .map(|number: u32| {
            let value = number.div_ceil(3);
            let kind = kinds[number as usize % 3].replace('#', &value.to_string());
            group(number, &kind).replace("50 %", "4 %")
        })
        .collect();
    let company = sampled(&groups, "");
    let used: BTreeSet<usize> =
        company.agents.ids().map(|agent| company.agents[agent].profile()).collect();
    assert!(company.profiles.len() > 65_536, "{}", company.profiles.len());
    assert_eq!(used, (0..company.profiles.len()).collect());
}

#[test]
fn a_group_that_contradicts_itself_is_refused() {
    let codes = |group: &str| -> Vec<&'static str> {
        let text = format!("name = \"case\"\nstart = \"Mon 00:00\"\n{TWO_SITES}{group}");
        let read = Scenario::parse(&text, "case.toml", &Overrides::default());
        read.map_or_else(
            |problems| problems.list.iter().map(|at| at.code).collect(),
            |_| Vec::new(),
        )
    };
    let group = |more: &str| codes(&format!("[[group]]\nname = \"g\"\n{more}\n"));
    assert_eq!(group("nic = \"1 Mbit/s\""), [""; 0]);
    assert_eq!(group(""), ["conflict"]);
    assert_eq!(group("sites = [\"west\"]\nnic = \"1 Mbit/s\""), ["unknown-name"]);
    assert_eq!(group("agents = [\"north/7\"]\nnic = \"1 Mbit/s\""), ["unknown-name"]);
    assert_eq!(group("schedule = \"hourly\""), ["bad-schedule"]);
    let twice = "[[group]]\nname = \"g\"\nnic = \"1 Mbit/s\"\n".repeat(2);
    assert_eq!(codes(&twice), ["duplicate"]);
}

/// Here headquarters is named `hq`; a table may use that name, or `headquarters`.
#[test]
fn headquarters_are_named_by_what_they_are_too() {
    let read = |name: &str| {
        let text = format!(
            "name = \"case\"\nstart = \"Mon 00:00\"\nduration = \"2 h\"\n[headquarters]\nagents = 2\n\
             internet_bandwidth = \"10 Mbit/s\"\n[[site]]\nname = \"branch\"\nagents = 3\n\
             bandwidth = \"1 Mbit/s\"\nvia = \"{name}\"\n[[link]]\nfrom = \"branch\"\nto = \"{name}\"\n\
             bandwidth = \"1 Mbit/s\"\n[[background]]\nsites = \"{name}\"\nhours = [1]\nshare = \"5 %\"\n\
             [[command]]\nsites = \"{name}\"\nat = \"1 h\"\nwhat = \"update-now\"\n"
        );
        one_run::scenario(&text, &[])
    };
    let (named, meant) = (read("hq"), read("headquarters"));
    assert_eq!(format!("{:?}", meant.groups), format!("{:?}", named.groups));
    assert_eq!(format!("{:?}", meant.commands), format!("{:?}", named.commands));
    assert_eq!(meant.commands[0].group, Some(0));
}
