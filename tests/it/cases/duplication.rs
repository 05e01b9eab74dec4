//! Full files and incrementals.

use updraft::ids::AgentId;
use updraft::model::component::{Component, vendor_catalogue};
use updraft::model::settings::TopologyOption;
use updraft::model::version::{Offer, Package, Spans, Version};
use updraft::policy::duplication::{ServerPlan, agent_package, server_plan, update_agent_plan};
use updraft::simulation::Fact;
use updraft::simulation::state::SERVER;
use updraft::units::Bytes;

use crate::cases::world::{World, minute};

/// The version with this printed number, which increases by two per release (DUP-1).
const fn v(number: u16) -> Version {
    Version((number - 101) / 2)
}

/// `ActiveUpdate` at 175 with its 14 incrementals.
const AU: Offer = Offer { latest: v(175), incrementals: Spans::ALL };

fn virus_pattern() -> Component {
    let catalogue = vendor_catalogue();
    catalogue.iter().find(|component| component.name == "Virus Pattern").unwrap().clone()
}

/// The incrementals from these versions to 175.
fn to_175(from: &[u16]) -> Vec<Package> {
    from.iter().map(|from| Package::Incremental { from: v(*from), to: v(175) }).collect()
}

fn full() -> Package {
    Package::Full(v(175))
}

/// The plan of a server that holds the full versions `held`.
fn server(held: &[u16]) -> ServerPlan {
    let held: Vec<Version> = held.iter().map(|number| v(*number)).collect();
    server_plan(&held, AU, AU, &virus_pattern(), true)
}

/// DUP-3, DUP-5, DUP-6, DUP-7: a server at 171 that holds 169 to 159.
#[test]
fn t_01_the_worked_example() {
    let plan = server(&[171, 169, 167, 165, 163, 161, 159]);
    assert_eq!(plan.generated, to_175(&[169, 167, 165, 163, 161, 159]));
    assert_eq!(plan.held, [175, 171, 169, 167, 165, 163, 161].map(v));
    assert_eq!(plan.deleted, [v(159)]);
    assert_eq!(plan.downloads, to_175(&[171, 173, 157, 155, 153, 151, 149, 147]));
    assert_eq!((plan.offer.latest, plan.offer.incrementals.count()), (v(175), 14));
}

/// DUP-5, DUP-7: the same with 163 missing, as later editions print the table.
#[test]
fn t_02_one_full_version_fewer_is_one_download_more() {
    let plan = server(&[171, 169, 167, 165, 161, 159]);
    assert_eq!(plan.generated, to_175(&[169, 167, 165, 161, 159]));
    assert_eq!(plan.downloads, to_175(&[171, 173, 163, 157, 155, 153, 151, 149, 147]));
}

/// DUP-3: 147 is exactly 14 behind 175: no full file.
#[test]
fn t_03_fourteen_behind_takes_the_incremental() {
    let plan = server(&[147]);
    assert_eq!(plan.downloads[0], to_175(&[147])[0]);
    assert!(!plan.downloads.contains(&full()));
}

/// DUP-4: 145 is 15 behind: the full file and all 14 incrementals.
#[test]
fn t_04_fifteen_behind_takes_the_full_file_and_all_incrementals() {
    let all = [173, 171, 169, 167, 165, 163, 161, 159, 157, 155, 153, 151, 149, 147];
    let plan = server(&[145]);
    assert_eq!(plan.downloads, [vec![full()], to_175(&all)].concat());
    assert_eq!(plan.generated, []);
}

/// DUP-8: an Update Agent at 171 takes its own incremental and then the other 13.
#[test]
fn t_05_an_update_agent_mirrors_the_other_thirteen() {
    let plan = update_agent_plan(Offer { latest: v(171), ..AU }, AU, &virus_pattern(), true);
    assert_eq!(plan.own, Some(to_175(&[171])[0]));
    let others = [173, 169, 167, 165, 163, 161, 159, 157, 155, 153, 151, 149, 147];
    assert_eq!(plan.mirrored, to_175(&others));
    assert_eq!(plan.offer, AU);
}

/// DUP-8: at 145 it takes the full file and then all 14.
#[test]
fn t_06_an_update_agent_far_behind_takes_the_full_file_and_all_fourteen() {
    let plan = update_agent_plan(Offer { latest: v(145), ..AU }, AU, &virus_pattern(), true);
    assert_eq!(plan.own, Some(full()));
    let all = [173, 171, 169, 167, 165, 163, 161, 159, 157, 155, 153, 151, 149, 147];
    assert_eq!(plan.mirrored, to_175(&all));
}

/// DUP-9: an agent at 171 takes 171.175 and nothing else.
#[test]
fn t_07_an_agent_takes_its_incremental() {
    assert_eq!(agent_package(v(171), AU, &virus_pattern()), Some(to_175(&[171])[0]));
}

/// DUP-9: an agent at 145 takes the full file.
#[test]
fn t_08_an_agent_outside_the_window_takes_the_full_file() {
    assert_eq!(agent_package(v(145), AU, &virus_pattern()), Some(full()));
}

/// DUP-7, DUP-9: if the new set were exposed once its incrementals are generated, agents at 157
/// and 173 would have to take the full file; once it is complete, they need not.
#[test]
fn t_09_a_half_made_set_would_cost_full_files() {
    let plan = server(&[171, 169, 167, 165, 163, 161, 159]);
    let own = plan.generated.iter().chain(&plan.downloads[..1]);
    let spans = own.fold(Spans::NONE, |spans, package| match *package {
        Package::Incremental { from, to } => spans.with(from.behind(to)),
        Package::Full(_) => spans,
    });
    let half_made = Offer { latest: v(175), incrementals: spans };
    for number in [157, 173] {
        assert_eq!(agent_package(v(number), half_made, &virus_pattern()), Some(full()));
        let complete = agent_package(v(number), plan.offer, &virus_pattern());
        assert_eq!(complete, Some(to_175(&[number])[0]));
    }
}

/// DUP-7: therefore the server exposes the new set only when it is complete. Here it generates from 60 to 90 min; an
/// agent that arrives in between gets the complete old set.
#[test]
fn t_09_the_server_exposes_the_complete_set_only() {
    let world = World::of(
        r#"
duration = "3 h"
[headquarters]
agents = 1
internet_bandwidth = "100 Mbit/s"
releases_behind = 8
[server]
generation_time = "5 min"
[[release]]
name = "pattern"
at = "30 min"
components = ["Virus Pattern"]
[[release]]
name = "meanwhile"
at = "75 min"
settings = true
"#,
    );
    let pattern = world.drawn.company.releases[0].components[0];
    let offered = |story: &crate::cases::world::Timeline<'_>| {
        story.simulation.sources()[SERVER].repository.offers[pattern]
    };
    let mut story = world.begin(TopologyOption::Server);
    let before = offered(&story);
    story.go_on_until(minute(80));
    assert_eq!(offered(&story), before, "while it generates");
    story.go_on_until(minute(180));
    let after = Offer { latest: before.latest.later(1), incrementals: Spans::ALL };
    assert_eq!(offered(&story), after);

    let stocked = story.all(|fact| matches!(fact, Fact::ServerStocked { .. }).then_some(()))[0].0;
    assert!(stocked > minute(90));
    let files = story.all(|fact| match fact {
        Fact::Fetched { full, incremental, .. } if full + incremental > 0 => Some(full),
        _ => None,
    });
    assert_eq!(files.iter().map(|(_, full)| *full).collect::<Vec<_>>(), [0, 0]);
    assert!(files[0].0 < stocked && files[1].0 > stocked);
}

/// DUP-10: an Update Agent that no agent uses as a source behaves like any agent from build 12902 on, and
/// mirrors like any Update Agent before.
#[test]
fn t_10_an_unused_update_agent_mirrors_in_old_builds_only() {
    let moved = |idle_mirrors: bool| {
        let world = World::of(&format!(
            r#"
duration = "3 h"
[headquarters]
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "branch"
agents = 2
bandwidth = "100 Mbit/s"
update_agents = 1
releases_behind = 1
[update_agents]
idle_mirrors = {idle_mirrors}
[[update_source]]
range = "10.0.0.0/8"
source = "server"
[[release]]
name = "one"
at = "30 min"
components = ["Virus Pattern"]
"#
        ));
        let story = world.run(TopologyOption::ServerUa);
        let own = story.each(|fact| match fact {
            Fact::Fetched { agent: AgentId(0), bytes, full, incremental, .. } => {
                Some((bytes, full, incremental))
            }
            _ => None,
        });
        let mirrored = story.each(|fact| match fact {
            Fact::Mirrored { agent: AgentId(0), bytes, .. } => Some(bytes),
            _ => None,
        });
        (own, mirrored)
    };
    // Two releases behind needs 2 × 60 kB; the other 13 span 1 and 3 to 14 releases. Of the Smart Scan Agent Pattern it
    // lacks one release, and needs all 14 only to serve.
    let own = vec![(Bytes::new(120_000), 0, 1)];
    assert_eq!(moved(false), (own.clone(), vec![]));
    assert_eq!(moved(true), (own, vec![Bytes::new(60_000 * (105 - 2) + 1_321_257)]));
}
