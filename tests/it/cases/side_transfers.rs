//! Status reports and downloads of the smart protection source: one download at a time, and what a fault does to them.

use updraft::model::settings::TopologyOption::Server;
use updraft::simulation::tag::Tag;
use updraft::units::SimTime;

use crate::cases::world::{Timeline, World, minute};

/// The purposes of the transfers in progress, apart from rounds.
fn side_transfers(story: &Timeline<'_>) -> Vec<Tag> {
    let all = story.simulation.network().transfers();
    let all = all.map(|transfer| Tag::from_number(transfer.tag));
    all.filter(|tag| matches!(tag, Tag::Report(_) | Tag::SmartProtection)).collect()
}

const SMART: &str = r#"
duration = "12 h"
[network]
model = "fluid"
[headquarters]
agents = 1
internet_bandwidth = "10 Mbit/s"
scan = "smart"
[smart_protection]
pattern = "9 GB"
"#;

/// SPS-1: 9 GB take two hours, and the source looks every hour.
#[test]
fn sps_1_a_smart_protection_source_downloads_one_pattern_at_a_time() {
    let world = World::of(SMART);
    let mut story = world.begin(Server);
    for half_hour in 1..24 {
        story.go_on_until(minute(30 * half_hour));
        assert!(side_transfers(&story).len() <= 1, "at {half_hour} half hours");
    }
    let fetched = |fact| matches!(fact, updraft::simulation::Fact::SmartProtectionFetched(_));
    assert!(story.all(|fact| fetched(fact).then_some(())).len() >= 3, "one after the other");
}

/// SPS-1: a download ends with its source, and the next one begins after it is back.
#[test]
fn sps_1_a_download_ends_as_its_source_or_its_own_host_fails() {
    for at in ["active-update", "smart-protection"] {
        let fault = format!("[[fault]]\nat = \"{at}\"\nfrom = \"90 min\"\nto = \"130 min\"\n");
        let world = World::of(&(SMART.to_string() + &fault));
        let mut story = world.begin(Server);
        for (time, downloads) in [(89, 1), (91, 0), (129, 0), (185, 1)] {
            story.go_on_until(minute(time));
            assert_eq!(side_transfers(&story).len(), downloads, "{at} at {time} min");
        }
    }
}

/// SRV-5, NET-4: a report whose link fails is lost, waits, or goes another way, as the transfers of rounds do.
#[test]
fn srv_5_a_report_over_a_link_that_fails_shares_the_fate_of_other_transfers() {
    for (link_failure, left) in [("abort", 0), ("stall", 1), ("reroute", 0)] {
        let world = World::of(&format!(
            r#"
duration = "6 h"
[network]
model = "fluid"
[headquarters]
agents = 0
internet_bandwidth = "100 Mbit/s"
[server]
report_size = "10 MB"
[sources]
link_failure = "{link_failure}"
[[site]]
name = "a"
agents = 1
bandwidth = "100 kbit/s"
[[command]]
at = "10 min"
what = "update-agents"
[[fault]]
at = "a"
from = "15 min"
to = "40 min"
"#
        ));
        let mut story = world.begin(Server);
        let of = |story: &Timeline<'_>| side_transfers(story).len();
        story.go_on_until(minute(14));
        assert_eq!(of(&story), 1, "{link_failure}");
        story.go_on_until(minute(16));
        assert_eq!(of(&story), left, "{link_failure}");
        story.go_on_until(SimTime::from_secs(3 * 3600));
        let reported = |fact| matches!(fact, updraft::simulation::Fact::Reported { .. });
        let reports = story.all(|fact| reported(fact).then_some(())).len();
        assert_eq!(reports, left, "{link_failure}");
    }
}
