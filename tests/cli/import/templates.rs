//! The templates.

use std::fs;

use predicates::str::contains;
use updraft::import::TEMPLATES;

use super::{Place, updraft};

#[test]
fn every_template_is_valid_and_small_and_runs() {
    for template in TEMPLATES {
        let place = Place::new();
        place.init(&[template.name]).success().stdout(contains("next: updraft check out.toml"));
        let (text, scenario) = place.scenario();
        // Only its name differs.
        let own = format!("\nname = \"{}\"\n", template.name);
        assert_eq!(text, template.text.replace(&own, "\nname = \"out\"\n"));
        assert_eq!(scenario.name, "out");
        assert!(
            text.starts_with("# ") && text.contains("\n# What to look for"),
            "{}",
            template.name
        );
        let streams = updraft::random::Streams::new(1, 0);
        let agents = scenario.sample(&streams).company.agents.len();
        assert!((500..=1500).contains(&agents), "{}: {agents} agents", template.name);
        updraft().current_dir(&place.0).args(["check", "out.toml"]).assert().success();
        let compare = ["compare", "out.toml", "--replications", "1", "--quiet", "-o", "out"];
        updraft().current_dir(&place.0).args(compare).assert().success();
        let summary = fs::read_to_string(place.path("out/summary.csv")).expect("results");
        for option in ["server", "server-ua", "ua", "direct"] {
            let reached = format!("{option},1,,protected_all_s,s,");
            let line = summary.lines().find(|line| line.starts_with(&reached)).expect(option);
            assert_ne!(line, reached, "{}: all agents are reached", template.name);
        }
    }
}

#[test]
fn a_file_that_is_there_stays_unless_force_is_used() {
    let place = Place::new();
    let mine = place.write("out.toml", "mine");
    place.init(&["single-site"]).code(1).stderr(contains("--force replaces it"));
    assert_eq!(fs::read_to_string(&mine).expect("a file"), "mine");
    place.init(&["single-site", "--force"]).success();
    assert_ne!(fs::read_to_string(&mine).expect("a file"), "mine");
    assert_eq!(place.names(), ["out.toml"], "nothing is left aside");
}

#[test]
fn a_folder_and_a_dangling_link_are_not_replaced() {
    let place = Place::new();
    fs::create_dir(place.path("out.toml")).expect("a folder");
    place.init(&["single-site", "--force"]).code(1);
    place.init(&["single-site"]).code(1);
    assert!(place.path("out.toml").is_dir());
    #[cfg(unix)]
    {
        let place = Place::new();
        std::os::unix::fs::symlink("nowhere", place.path("out.toml")).expect("a link");
        place.init(&["single-site"]).code(1);
        assert_eq!(place.names(), ["out.toml"]);
    }
}

#[test]
fn an_unknown_template_yields_the_nearest_one_and_the_list() {
    let place = Place::new();
    let answer = contains("did you mean `retail-chain`?");
    place.init(&["retial-chain"]).code(2).stderr(answer).stderr(contains("single-site"));
    assert_eq!(place.names(), [""; 0]);
    let list = updraft().args(["list", "templates"]).assert().success();
    let listed = String::from_utf8_lossy(&list.get_output().stdout).into_owned();
    assert!(TEMPLATES.iter().all(|template| listed.contains(template.name)), "{listed}");
}

#[test]
fn what_has_no_meaning_for_a_template_is_refused() {
    let place = Place::new();
    place.init(&["single-site", "--headquarters", "hq"]).code(2);
    place.init(&["single-site", "--agents-per-node", "5"]).code(2);
    place.init(&["--subnets", "subnets.csv"]).code(2);
    assert_eq!(place.names(), [""; 0]);
}
