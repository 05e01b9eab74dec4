//! The contents of an update.

use updraft::ids::AgentId;
use updraft::model::component::{ScanMethod, vendor_catalogue};
use updraft::model::settings::{TopologyOption, UpdateScope};
use updraft::policy::content::gets;
use updraft::simulation::Fact;
use updraft::simulation::state::ACTIVE_UPDATE;
use updraft::units::{Bytes, SimDuration, SimTime};

use crate::cases::world::{World, minute};

/// CMP-5, SRC-6: `ActiveUpdate` is the source and a program is pending: components are updated, the program is not.
#[test]
fn t_23_active_update_gives_components_and_no_program() {
    use updraft::model::component::ContentKind::Components;
    let world = World::of(
        r#"
duration = "4 h"
[headquarters]
agents = 1
internet_bandwidth = "100 Mbit/s"
[sources]
fallback_to_server = []
[[release]]
name = "both"
at = "30 min"
components = ["Virus Pattern"]
program = true
"#,
    );
    let story = world.run(TopologyOption::Direct);
    let fetched = story.each(|fact| match fact {
        Fact::Fetched { source, kind, .. } => Some((source, kind)),
        _ => None,
    });
    assert_eq!(fetched, [(ACTIVE_UPDATE, Components)]);
    assert!(
        story.facts().iter().any(|(_, fact)| matches!(fact, Fact::Quit { is_missing: true, .. }))
    );
}

/// CMP-2: a conventional agent gets no Smart Scan Agent Pattern, a smart one neither Virus Pattern
/// nor Spyware Active-monitoring Pattern; each gets everything else.
#[test]
fn t_24_each_scan_method_gets_its_own_patterns() {
    let catalogue = vendor_catalogue();
    let withheld = |scan| -> Vec<&str> {
        let all = catalogue.iter();
        let withheld = all.filter(|component| !gets(component, scan, UpdateScope::Everything));
        withheld.map(|component| component.name.as_str()).collect()
    };
    assert_eq!(withheld(ScanMethod::Conventional), ["Smart Scan Agent Pattern"]);
    let smart = ["Virus Pattern", "Spyware Active-monitoring Pattern"];
    assert_eq!(withheld(ScanMethod::Smart), smart);
}

/// CMP-6: an agent that is up to date transfers the index file and nothing more.
#[test]
fn cmp_6_who_is_up_to_date_transfers_the_index_file_only() {
    let world = World::of(
        r#"
duration = "12 h"
[headquarters]
agents = 1
internet_bandwidth = "100 Mbit/s"
[agents]
scheduled = "100 %"
schedule = "every 1 h, spread"
[[release]]
name = "after the end of the story"
at = "11 h 59 min 59 s"
settings = true
"#,
    );
    let mut story = world.begin(TopologyOption::Server);
    story.go_on_until(minute(11 * 60));
    let rounds = story.each(|fact| matches!(fact, Fact::RoundEnded(_)).then_some(()));
    assert_eq!(rounds.len(), 11);
    let fetched = story.each(|fact| matches!(fact, Fact::Fetched { .. }).then_some(()));
    assert_eq!(fetched, []);
    let sent = story.simulation.network().carried(world.drawn.server_link.forward());
    assert_eq!(sent, Bytes::new(11 * 16_384));
}

/// SPS-3: an agent that is switched to smart scan fetches the full Smart Scan Agent Pattern, once; one with smart scan
/// already fetches nothing.
#[test]
fn sps_3_the_change_to_smart_scan_costs_a_full_file_once() {
    let fetched = |scan: &str| {
        let world = World::of(&format!(
            r#"
duration = "6 h"
[headquarters]
agents = 1
internet_bandwidth = "100 Mbit/s"
scan = "{scan}"
[[release]]
name = "one"
at = "30 min"
components = ["Smart Scan Agent Pattern"]
[[command]]
at = "2 h"
what = "switch-to-smart-scan"
[[command]]
at = "4 h"
what = "switch-to-smart-scan"
"#
        ));
        let story = world.run(TopologyOption::Server);
        assert!(story.simulation.is_up_to_date(AgentId(0)));
        let fetched = story.all(|fact| match fact {
            Fact::Fetched { bytes, full, incremental, .. } => Some((bytes, full, incremental)),
            _ => None,
        });
        let hours = |at: SimTime| at.as_nanos() / SimDuration::from_hours(1).as_nanos();
        fetched.into_iter().map(|(at, what)| (hours(at), what)).collect::<Vec<_>>()
    };
    let full = (Bytes::new(22_000_000), 1, 0);
    assert_eq!(fetched("conventional"), [(2, full)]);
    assert_eq!(fetched("smart"), [(1, (Bytes::new(3_090), 0, 1))]);
}
