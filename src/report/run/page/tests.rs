//! The page by its content; `tests/external/page` opens it in a browser.

use super::*;
use crate::measure::run::{
    AgentOutcome, AgentRow, Caution, ComponentCount, ComponentRow, LinkRow, RunMeasurements,
    SourceKind, SourceRow, Value as Measured, WaitRow,
};
use crate::model::settings::TopologyOption;
use crate::report::fixture::{OwnedResults, link, owned, run, site};
use crate::report::page::hash;
use crate::units::{BitRate, SimDuration, SimTime};

fn four() -> Vec<RunMeasurements> {
    TopologyOption::ALL.into_iter().map(|option| run(option, 1, &[0, 0, 0, 4, 10])).collect()
}

fn page(owned: &OwnedResults) -> String {
    render(&owned.results()).expect("a page")
}

/// The text between the last occurrence of `from` and the next of `to`.
fn between<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let rest = page.rsplit_once(from).expect("the first text").1;
    rest.split_once(to).expect("the second text").0
}

fn data(page: &str) -> serde_json::Value {
    let json = between(page, "<script type=\"application/json\" id=\"data\">", "</script>");
    serde_json::from_str(json).expect("JSON")
}

/// Sets a metric of a run.
fn set(run: &mut RunMeasurements, name: &str, value: Measured) {
    run.metrics.iter_mut().find(|(metric, _)| metric.name == name).expect("a metric").1 = value;
}

fn after(minutes: u64) -> Measured {
    Measured::Seconds(Some(SimDuration::from_mins(minutes)))
}

#[test]
fn names_are_data_wherever_they_stand() {
    const NAME: &str = "</script><script>alert(1)</script>\"'<!--";
    let mut runs = four();
    for run in &mut runs {
        run.sites.push(site(NAME, "hq"));
        run.links.push(link("hq", NAME, &[1]));
        run.cautions = vec![Caution { name: "x".into(), seen: NAME.into(), advice: NAME.into() }];
    }
    let page = page(&owned(runs));
    assert!(!page.contains("<script>alert") && !page.contains("<!--"), "{page}");
    assert_eq!(page.matches("</script>").count(), 2, "the data, and what is ours");
    assert_eq!(data(&page)["network"]["sites"][2]["name"], NAME);
}

#[test]
fn the_security_policy_knows_the_blocks_of_the_page_and_nothing_else() {
    let page = page(&owned(four()));
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\">");
    let style = between(&page, "<style>", "</style>");
    let script = between(&page, "<script>", "</script>");
    let expected = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
        hash(style),
        hash(script)
    );
    assert_eq!(policy, expected);
    assert!(!page.contains(" style=\"") && !page.contains(" onclick="));
}

#[test]
fn each_cell_holds_its_number_and_the_best_is_marked() {
    let mut runs = four();
    set(&mut runs[1], "server_requests", Measured::Count(0));
    let page = page(&owned(runs));
    let row = between(&page, "<tr data-metric=\"server_requests\">", "</tr>");
    let cells: Vec<&str> = row.split("<td ").skip(1).collect();
    assert_eq!(cells.len(), 4);
    assert!(cells[0].starts_with("data-exact=\"1\""), "{}", cells[0]);
    assert!(cells[1].starts_with("data-exact=\"0\"") && cells[1].contains("class=\"best\""));
    assert!(!cells[2].contains("best"));
    assert!(page.contains("<td data-exact=\"\" title=\"protected_all_s = never\">never</td>"));
    assert!(page.contains("<pre id=\"command\" data-folder>updraft compare</pre>"));
}

#[test]
fn the_recommendation_is_the_answer_of_the_page() {
    let mut runs = four();
    for (run, minutes) in runs.iter_mut().zip([50, 40, 70, 60]) {
        set(run, "protected_p95_s", after(minutes));
        set(run, "agents", Measured::Count(6000));
        run.waits = vec![WaitRow {
            cause: Reason::Look,
            place: "server".into(),
            agent_nanos: 3_600_000_000_000_000,
        }];
    }
    let owned = owned(runs);
    let page = page(&owned);
    let answer = between(&page, "id=\"answer\">", "</p>");
    assert!(
        answer.starts_with("Use server-ua: 95 % of the 6,000 agents have the release"),
        "{answer}"
    );
    assert!(between(&page, "id=\"cause\">", "</p>").contains("until the server checks"));
    let row = between(&page, "<tr data-cause=\"server-look\">", "</tr>");
    assert_eq!(row.matches("<meter ").count(), 4);
    assert_eq!(answer::shown_first(&owned.results()), 1);
}

#[test]
fn the_map_says_how_busy_a_link_is_and_where_update_agents_are() {
    let mut runs = four();
    for run in runs.iter_mut().skip(1) {
        run.links.push(link("branch/ua-1", "branch", &[]));
        run.sources.push(SourceRow {
            source: "branch/ua-1".into(),
            kind: SourceKind::UpdateAgent,
            served: 3,
            refused: 2,
            failed: 1,
            bytes: crate::units::Bytes::new(5),
            peak_active: 4,
            peak_egress: BitRate::from_megabits(6),
        });
    }
    runs[0].links.push(link("branch/ua-1", "branch", &[]));
    let network = &data(&page(&owned(runs)))["network"];
    assert_eq!(network["sites"][1]["above"], 0);
    assert_eq!(network["sites"][1]["link"], 0);
    assert_eq!(network["links"][0]["ends"], serde_json::json!([0, 1]));
    // 0, 40 and 100 % in the minutes from the release on, in steps of 2 %.
    assert_eq!(network["outcomes"][0]["load"][0], "00Ko");
    assert_eq!(network["frames"], serde_json::json!([0.0, 60.0, 120.0, 180.0]));
    assert_eq!(network["update_agents"][0]["site"], 1);
    assert_eq!(network["outcomes"][0]["update_agents"], serde_json::json!([]));
    let row = serde_json::json!([[3, 2, 1, 5, 4, 6_000_000]]);
    assert_eq!(network["outcomes"][1]["update_agents"], row);
    assert_eq!(network["outcomes"][1]["sites"][0], serde_json::json!([1, 120.0, null, null]));
}

#[test]
fn a_link_is_of_the_sites_at_its_ends_whatever_it_is() {
    let mut runs = four();
    for run in &mut runs {
        run.sites.push(site("north – south", "hq"));
        run.links.push(link("internet", "branch", &[]));
        run.links.push(link("internet", "hq", &[]));
        run.links.push(link("hq", "north – south", &[]));
        run.links.push(link("active-update", "internet", &[]));
    }
    let network = &data(&page(&owned(runs)))["network"];
    let sites: Vec<_> = (0..5).map(|place| network["links"][place]["ends"].clone()).collect();
    let expected = [&[0, 1][..], &[1], &[0], &[0, 2], &[]];
    assert_eq!(sites, expected.map(|sites| serde_json::json!(sites)));
}

#[test]
fn routers_are_places_after_the_sites() {
    let mut runs = four();
    for run in &mut runs {
        run.sites.push(site("far", "r2"));
        run.links.push(link("r1", "r2", &[]));
        run.links.push(link("far", "r2", &[]));
    }
    let mut owned = owned(runs);
    owned.record.scenario["graph"] = serde_json::json!({ "routers": ["r1", "r2"], "links": [] });
    let network = &data(&page(&owned))["network"];
    assert_eq!(network["routers"], serde_json::json!(["r1", "r2"]));
    assert_eq!(network["sites"][2]["above"], 4, "after headquarters, branch, far and r1");
    assert_eq!(network["links"][1]["ends"], serde_json::json!([3, 4]));
    assert_eq!(network["links"][2]["ends"], serde_json::json!([2, 4]));
}

#[test]
fn the_slowest_agents_are_told_by_option() {
    let mut runs = four();
    runs[1].slowest = vec![
        AgentRow {
            agent: "branch/pc-0002".into(),
            segment: "branch".into(),
            updated_at: None,
            source: String::new(),
            attempts: 4,
            bytes: crate::units::Bytes::ZERO,
            outcome: AgentOutcome::Quit,
        },
        AgentRow {
            agent: "hq/pc-0001".into(),
            segment: "hq".into(),
            updated_at: Some(crate::units::SimTime::from_secs(200)),
            source: "server".into(),
            attempts: 1,
            bytes: crate::units::Bytes::ZERO,
            outcome: AgentOutcome::Updated,
        },
    ];
    for run in &mut runs {
        set(run, "agents", Measured::Count(10));
    }
    let page = page(&owned(runs));
    let slowest = &data(&page)["slowest"];
    assert_eq!(slowest[0], serde_json::json!([]));
    let expected = serde_json::json!([
        { "name": "branch/pc-0002", "site": "branch", "after": null, "source": "", "attempts": 4,
          "outcome": "quit" },
        { "name": "hq/pc-0001", "site": "hq", "after": 80.0, "source": "server", "attempts": 1,
          "outcome": "updated" },
    ]);
    assert_eq!(slowest[1], expected);
    assert!(page.contains("The 2 of all 10 agents that were up to date last, or never."));
}

#[test]
fn a_page_of_6000_sites_all_busy_is_at_most_2_mb_and_keeps_the_last() {
    let busy: Vec<u64> = (0..720).map(|minute| (minute * 7) % 11).collect();
    let mut runs: Vec<RunMeasurements> =
        TopologyOption::ALL.into_iter().map(|option| run(option, 1, &[0; 720])).collect();
    for run in &mut runs {
        for number in 0..6000 {
            let name = format!("a-branch-office-{number:05}");
            run.links.push(link("hq", &name, &busy.iter().map(|at| at % 10).collect::<Vec<_>>()));
            run.sites.push(site(&name, "hq"));
        }
    }
    let last = runs[0].sites.len() - 1;
    for site in &mut runs[0].sites[..last] {
        site.protected = [Some(SimDuration::from_mins(1)); 3];
    }
    for run in &mut runs[1..] {
        run.sites.iter_mut().for_each(|site| site.protected = [Some(SimDuration::ZERO); 3]);
    }
    let page = page(&owned(runs));
    assert!(page.len() <= 2_000_000, "{} bytes", page.len());
    let network = &data(&page)["network"];
    assert!(page.contains("3000 of 6002 sites: those with sites below them"), "it is said");
    assert!(page.contains("3000 of 6001 links: those that were bottlenecks longest"));
    assert!(page.contains("The map shows 3000 of the 6002 sites"));
    let sites = network["sites"].as_array().expect("sites");
    assert!(sites.len() >= 1500 && sites[0]["name"] == "hq");
    assert_eq!(sites[sites.len() - 1]["name"], "a-branch-office-05999");
}

/// REP-1: each component that changes has a curve and a row; one that does not is left out.
#[test]
fn rep_1_each_component_that_changes_has_a_curve_and_a_row() {
    let mut runs = four();
    for run in &mut runs {
        let count = |latest, updated| ComponentCount { latest, updated, outdated: 10 - updated };
        let row = |component: &str, minute: u64, server, vendor| ComponentRow {
            time: SimTime::from_secs(60 * minute),
            component: component.into(),
            at_server: server,
            at_vendor: vendor,
        };
        // The vendor has the second version from the second minute on, the server from the fourth.
        run.components = (1..=5)
            .map(|minute| {
                let vendor = u16::from(minute >= 2);
                let server = u16::from(minute >= 4);
                let having = if minute == 5 { 7 } else { 0 };
                let by = |latest| count(latest, if latest == 0 { 10 } else { having });
                row("Virus Pattern", minute, by(server), by(vendor))
            })
            .collect();
        run.components.push(row("Virus Scan Engine", 5, count(0, 10), count(0, 10)));
    }
    let page = page(&owned(runs));
    let components = &data(&page)["components"];
    assert_eq!(components.as_array().map(Vec::len), Some(1));
    let values = |by: &str| components[0][by]["curves"][0]["values"].clone();
    assert_eq!(values("by_server"), serde_json::json!([100.0, 100.0, 100.0, 0.0, 70.0]));
    assert_eq!(values("by_vendor"), serde_json::json!([100.0, 0.0, 0.0, 0.0, 70.0]));
    let table = between(&page, "<table class=\"components\">", "</table>");
    assert_eq!(table.matches("server +1: 7 / 3<span class=\"half\">vendor +1: 7 / 3").count(), 4);
    assert!(!table.contains("Virus Scan Engine"), "{table}");
}

/// A month sampled each minute, and all components of the catalogue, stay small.
#[test]
fn many_components_leave_the_page_small() {
    let minutes: usize = 43_200;
    let counts: Vec<u64> = (0..minutes).map(|minute| (minute * 10 / minutes) as u64).collect();
    let mut runs: Vec<RunMeasurements> =
        TopologyOption::ALL.into_iter().map(|option| run(option, 1, &counts)).collect();
    let without = page(&owned(runs.clone())).len();
    for run in &mut runs {
        let count = ComponentCount { latest: 1, updated: 3, outdated: 7 };
        let of = |minute: usize, number| ComponentRow {
            time: SimTime::from_secs(60 * minute as u64),
            component: format!("component {number}").into(),
            at_server: count,
            at_vendor: count,
        };
        let sampled = (1..=minutes).step_by(60);
        run.components = sampled.flat_map(|at| (0..20).map(move |n| of(at, n))).collect();
    }
    let added = page(&owned(runs)).len() - without;
    assert!(added < 400_000, "{added} bytes");
}

#[test]
fn a_live_page_has_the_scenario_with_the_settings_of_its_command() {
    let mut owned = owned(four());
    assert!(live::live(&owned.results()).expect("no problem").is_none());
    owned.record.command.extend(["--set".into(), "server.slots=7".into()]);
    owned.record.make_live();
    let data = live::live(&owned.results()).expect("no problem");
    let live = serde_json::to_value(data).expect("JSON");
    assert_eq!(live["toml"], owned.record.scenario_toml.clone().expect("a text"));
    assert_eq!(live["set"], serde_json::json!([["server.slots", "7"]]));
    let sliders = live["sliders"].as_array().expect("a list");
    let slots = sliders.iter().find(|slider| slider["key"] == "server.slots").expect("a slider");
    let at = usize::try_from(slots["at"].as_u64().expect("a place")).expect("a small number");
    assert_eq!(slots["steps"][at], "7");
    let keys = live["keys"].as_array().expect("a list");
    assert!(keys.contains(&"release.r.at".into()) && keys.contains(&"server.slots".into()));
}

#[test]
fn a_link_has_the_capacity_of_its_busier_direction_and_both_ends_of_a_parallel_one() {
    let mut run = run(TopologyOption::Server, 1, &[0, 0, 10]);
    let up = LinkRow { direction: "branch → hq".into(), ..run.links[0].clone() };
    let up = LinkRow { capacity: BitRate::from_megabits(2), mean_utilization: 0.5, ..up };
    let second = |row: &LinkRow| LinkRow { link: format!("{} (2)", row.link), ..row.clone() };
    run.links.push(up);
    let second = second(&run.links[0]);
    run.links.push(second);
    let network = &data(&page(&owned(vec![run])))["network"];
    let of = |link: usize| network["outcomes"][0]["links"][link][0].clone();
    assert_eq!([of(0), of(1)], [2_000_000, 10_000_000]);
    assert_eq!(network["links"][1]["ends"], network["links"][0]["ends"]);
    assert_eq!(network["links"][1]["ends"], serde_json::json!([0, 1]));
}
