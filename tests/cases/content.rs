//! What an update consists of.

use updraft::model::component::{ScanMethod, vendor_catalogue};
use updraft::model::settings::{TopologyOption, UpdateScope};
use updraft::policy::content::gets;
use updraft::simulation::Fact;
use updraft::simulation::state::ACTIVE_UPDATE;

use crate::world::World;

/// CMP-5, SRC-6: `ActiveUpdate` is the source and a program is pending: components are updated,
/// the program is not.
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
    assert!(story.facts.iter().any(|(_, fact)| matches!(fact, Fact::Quit(_))));
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
