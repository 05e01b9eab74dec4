//! `docs/components.md` states the catalogue that runs use, and its bytes per day.

use std::fs;
use std::path::Path;

use updraft::model::component::{Component, ScanMethod, vendor_catalogue};
use updraft::model::settings::TopologyOption;
use updraft::units::decimal::Thousandths;

use crate::one_run;

fn document() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/components.md");
    fs::read_to_string(path).expect("the document")
}

fn row(component: &Component) -> String {
    let scan = match (component.conventional, component.smart) {
        (true, true) => "both",
        (true, false) => "conventional",
        (false, _) => "smart",
    };
    let step = match component.incremental {
        None => "–".into(),
        Some(size) if size.listed.is_some() => "listed".into(),
        Some(size) => size.step.count().to_string(),
    };
    format!(
        "| {} | {} | {scan} | {} | {step} | {} | {} |",
        component.name,
        component.kind,
        component.full.count(),
        Thousandths::new(component.releases_per_1000_days.into()),
        component.source
    )
}

#[test]
fn cmp_1_the_document_has_the_row_of_each_component() {
    let document = document();
    for component in &vendor_catalogue() {
        assert!(document.contains(&row(component)), "{}", row(component));
    }
}

#[test]
fn cmp_8_the_document_has_the_sizes_that_are_listed() {
    let document = document();
    let mut listed = 0;
    for component in &vendor_catalogue() {
        if let Some(sizes) = component.incremental.and_then(|size| size.listed) {
            let sizes = sizes.map(|size| size.count().to_string());
            let row = format!("| {} | {} |", component.name, sizes.join(" | "));
            assert!(document.contains(&row), "{row}");
            listed += 1;
        }
    }
    assert_eq!(listed, 1);
}

#[test]
fn cmp_8_the_document_states_what_a_day_weighs() {
    let document = document();
    for (scan, name) in [(ScanMethod::Conventional, "conventional"), (ScanMethod::Smart, "smart")] {
        let (mut incrementals, mut whole) = (0, 0);
        for component in vendor_catalogue().iter().filter(|component| component.goes_to(scan)) {
            let cadence = u64::from(component.releases_per_1000_days);
            match component.incremental {
                Some(size) => incrementals += cadence * size.of(1).count(),
                None => whole += cadence * component.full.count(),
            }
        }
        let grouped = |thousandths: u64| {
            let bytes = thousandths / 1000;
            format!("{},{:03} B", bytes / 1000, bytes % 1000)
        };
        let row = format!("| {name} | {} | {} |", grouped(incrementals), grouped(whole));
        assert!(document.contains(&row), "{row}");
    }
}

/// With the calendar of `releases = "as-measured"` an agent receives the volume that the vendor measured, 4 MB of
/// component updates a day, within a twentieth.
#[test]
fn cmp_8_the_measured_calendar_meets_the_measured_volume() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/measured-week.toml");
    let text = fs::read_to_string(path).expect("a shipped scenario");
    for (scan, by_hand) in [
        // A day's incrementals: 60 + 4 + 10 + 20 + 20 kB, and 27 MB sent whole in seven days.
        ("conventional", 7 * 114_000 + 27_000_000),
        // 3,090 B, and 4 + 10 + 20 kB.
        ("smart", 7 * 37_090 + 27_000_000),
    ] {
        let set = [("agents.scan", scan), ("site.branch.count", "1"), ("site.branch.agents", "3")];
        let scenario = one_run::scenario(&text, &set);
        assert_eq!(scenario.releases.len(), 7);
        let run = one_run::run(&scenario, TopologyOption::Server);
        for agent in &run.agents {
            // In addition to components there is an index file a day, of 16,384 B (CMP-6).
            assert_eq!(agent.bytes.count(), by_hand + 7 * 16_384, "{scan}: {}", agent.agent);
            let day = agent.bytes.count() / 7;
            assert!((3_800_000..=4_200_000).contains(&day), "{scan}: {day} B a day");
        }
    }
}
