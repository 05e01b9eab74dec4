//! `updraft plan`: its result, its files, and their validity.

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use assert_cmd::Command;
use updraft::experiment::Experiment;
use updraft::experiment::plan::{
    Goal, Method, Probe, Question, Setting, Survival, Target, places, update_agents_at,
    with_update_agents_at,
};
use updraft::measure::run::RunMeasurements;
use updraft::model::settings::TopologyOption;
use updraft::scenario::{Overrides, Scenario};

/// Four small branches behind slow links of unequal bandwidth, a full file for all.
const SMALL: &str = r#"
name = "small"
start = "Mon 10:00"
duration = "6 h"

[headquarters]
agents = 4
internet_bandwidth = "100 Mbit/s"

[[site]]
name = "narrow"
count = 2
agents = 8
bandwidth = "4 Mbit/s"

[[site]]
name = "wide"
count = 2
agents = 8
bandwidth = "50 Mbit/s"

[agents]
releases_behind = 20

[[release]]
name = "monday"
at = "Mon 10:15"
components = ["Virus Pattern"]
"#;

fn parse(text: &str) -> Scenario {
    Scenario::parse(text, "small.toml", &Overrides::default()).unwrap_or_else(|all| panic!("{all}"))
}

fn plan(scenario: &Path, output: &Path, more: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = Command::cargo_bin("updraft").expect("the program is built");
    command.arg("plan").arg(scenario).arg("-o").arg(output).args(more).assert()
}

/// The days of a search, simulated under `option`.
fn runs_of(scenario: &Scenario, option: TopologyOption, days: u32) -> Vec<RunMeasurements> {
    let experiment = Experiment {
        scenario,
        options: vec![option],
        replications: days,
        seed: scenario.seed,
        keeps_agents: false,
        ensemble: &[],
        threads: 0,
    };
    let runs = experiment.run(&AtomicBool::new(false), &|_| {}).expect("threads");
    runs.expect("nobody stops it")
}

/// The minimum number of Update Agents, found by trying every set of sites on the days of the search.
fn exhaustive(scenario: &Scenario, target: &Target, days: u32) -> u32 {
    let places = places(scenario);
    let mut sets: Vec<u32> = (0..1 << places.len()).collect();
    sets.sort_by_key(|set| set.count_ones());
    let does = |set: &u32| {
        let numbers: Vec<u32> = (0..places.len()).map(|place| set >> place & 1).collect();
        let candidate = with_update_agents_at(scenario, &places, &numbers).expect("a short list");
        runs_of(&candidate, TopologyOption::ServerUa, days).iter().all(|run| target.is_met_by(run))
    };
    sets.iter().find(|set| does(set)).expect("some set does").count_ones()
}

#[test]
fn it_needs_as_many_as_an_exhaustive_search() {
    let scenario = parse(SMALL);
    for limit in [3600, 3400, 3200] {
        let target = Target::parse(&format!("protected_p95_s <= {limit}")).expect("a target");
        let settings =
            [Setting { levers: Vec::new(), scenario: scenario.clone(), ensemble: Vec::new() }];
        let question = Question {
            settings: &settings,
            goal: Goal::Fewest,
            survival: Survival::default(),
            targets: std::slice::from_ref(&target),
            confidence: 0.9,
            most: 100,
            days: 4,
            fresh_days: 30,
            budget: 10_000,
            seed: scenario.seed,
            threads: 0,
        };
        let none = AtomicBool::new(false);
        let plan = question.answer(Method::Simulation, &none, &|_| {}).expect("threads");
        let found = plan.choice.map(|choice| choice.numbers.iter().sum::<u32>());
        assert_eq!(found, Some(exhaustive(&scenario, &target, 4)), "{limit}: {:?}", plan.probes);
    }
}

#[test]
fn what_holds_on_the_required_share_of_days_goes_on_to_validation() {
    // The days differ in how far agents are behind.
    let scenario = parse(&SMALL.replace("releases_behind = 20", "releases_behind = [0, 20]"));
    let target = Target::parse("wan_bytes <= 0").expect("a target");
    let places = places(&scenario);
    let none = vec![0; places.len()];
    let without = with_update_agents_at(&scenario, &places, &none).expect("a short list");
    let runs = runs_of(&without, TopologyOption::ServerUa, 4);
    let mut values: Vec<f64> = runs.iter().filter_map(|run| target.value(run)).collect();
    values.sort_by(f64::total_cmp);
    assert!(values[2] < values[3], "{values:?}");
    let target = Target { limit: values[2].midpoint(values[3]), ..target };
    let settings = [Setting { levers: Vec::new(), scenario, ensemble: Vec::new() }];
    let question = Question {
        settings: &settings,
        goal: Goal::Fewest,
        survival: Survival::default(),
        targets: std::slice::from_ref(&target),
        confidence: 0.75,
        most: 100,
        days: 4,
        fresh_days: 30,
        budget: 10_000,
        seed: settings[0].scenario.seed,
        threads: 0,
    };
    let stop = AtomicBool::new(false);
    let plan = question.answer(Method::Simulation, &stop, &|_| {}).expect("threads");
    let of_none = |fresh| {
        let is_it = |probe: &&Probe| probe.update_agents == 0 && probe.fresh == fresh;
        plan.probes.iter().find(is_it).expect("a probe")
    };
    assert_eq!((of_none(false).met, of_none(false).days), (3, 4));
    assert!(of_none(true).days > 0, "three of four days are the share");
    assert_eq!(plan.bound, 0, "it was not shown to fail");
}

#[test]
fn the_plan_is_a_scenario_and_a_list_for_the_console() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let file = place.path().join("small.toml");
    fs::write(&file, SMALL).expect("a scenario");
    let (one, two) = (place.path().join("one"), place.path().join("two"));
    let target = ["--target", "protected_p95_s <= 3200", "--fresh-days", "52"];
    plan(&file, &one, &[&target[..], &["--threads", "1"]].concat()).success();
    plan(&file, &two, &[&target[..], &["--threads", "3"]].concat()).success();
    let read = |folder: &Path, name: &str| fs::read_to_string(folder.join(name)).expect(name);
    for name in ["plan.csv", "probes.csv", "update_sources.csv", "plan.toml", "summary.csv"] {
        assert_eq!(read(&one, name), read(&two, name), "{name}: threads decide nothing");
    }
    let planned = parse(&read(&one, "plan.toml"));
    assert_eq!(planned.name, "small-plan");
    let list = read(&one, "update_sources.csv");
    assert_eq!(list.lines().count(), 1 + planned.update_sources.len());
    assert!(!planned.update_agents.is_empty());
    for entry in &planned.update_sources {
        assert!(list.contains(&entry.range.to_string()), "{entry:?}");
    }
    // The rest of the folder is a run of plan.toml.
    let again = place.path().join("again");
    Command::cargo_bin("updraft")
        .expect("the program is built")
        .args(["run", "--quiet", "-o"])
        .arg(&again)
        .arg(one.join("plan.toml"))
        .assert()
        .success();
    assert_eq!(read(&one, "summary.csv"), read(&again, "summary.csv"));
    // Its list is read back as it was written, in place of the one in the scenario.
    let text = read(&one, "plan.toml");
    let (head, rest) = text.split_once("[[update_source]]").expect("a list");
    let rest = rest.split("\n[").skip(1).filter(|table| !table.starts_with("[update_source]]"));
    let without: String =
        std::iter::once(head.to_string()).chain(rest.map(|table| format!("\n[{table}"))).collect();
    assert!(!without.contains("update_source"), "{without}");
    let bare = place.path().join("plan.toml");
    fs::write(&bare, without).expect("a scenario");
    let by_list = place.path().join("by-list");
    Command::cargo_bin("updraft")
        .expect("the program is built")
        .args(["run", "--quiet", "-o"])
        .arg(&by_list)
        .arg("--overlay")
        .arg(one.join("update_sources.csv"))
        .arg(&bare)
        .assert()
        .success();
    assert_eq!(read(&one, "summary.csv"), read(&by_list, "summary.csv"));
    // Neither redrawing nor verifying loses any file.
    let (before, page) = (read(&one, "manifest.json"), read(&one, "report.html"));
    assert_eq!(read(&two, "report.html"), page);
    // The page begins with the question and the answer, not with the run that illustrates it.
    let number = planned.update_agents.len();
    for said in [
        "so that protected_p95_s &lt;= 53 min 20 s holds on 95.0 % of days?",
        &format!("With {number} Update Agent"),
        "updraft plan small.toml",
    ] {
        assert!(page.contains(said), "{said}");
    }
    let updraft = || Command::cargo_bin("updraft").expect("the program is built");
    updraft().arg("report").arg(&one).assert().success();
    assert_eq!(read(&one, "update_sources.csv"), list);
    assert_eq!([read(&one, "manifest.json"), read(&one, "report.html")], [before, page]);
    updraft().arg("verify").arg(&one).assert().success();
    fs::write(two.join("plan.csv"), "site\n").expect("a change");
    updraft().arg("verify").arg(&two).assert().code(4);
    let met = ["--target", "protected_p95_s <= 3200"];
    let rules = place.path().join("rules");
    let said = plan(&file, &rules, &[&met[..], &["--method", "formula"]].concat());
    let said = String::from_utf8(said.get_output().stdout.clone()).expect("text");
    assert!(said.contains("symantec: ") && said.contains("kaspersky"), "{said}");
}

/// [`SMALL`] with its own Update Agents: two at headquarters, one at each slow site.
fn with_own() -> String {
    let at_headquarters = ("agents = 4\n", "agents = 4\nupdate_agents = 2\n");
    let at_narrow = (
        "agents = 8\nbandwidth = \"4 Mbit/s\"",
        "agents = 8\nbandwidth = \"4 Mbit/s\"\nupdate_agents = 1",
    );
    SMALL.replacen(at_headquarters.0, at_headquarters.1, 1).replacen(at_narrow.0, at_narrow.1, 1)
}

#[test]
fn a_plan_is_told_as_a_change_and_its_overlay_makes_it_of_the_scenario() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let file = place.path().join("small.toml");
    fs::write(&file, with_own()).expect("a scenario");
    let (output, planned, laid) =
        (place.path().join("out"), place.path().join("planned"), place.path().join("laid"));
    let target = ["--target", "protected_p95_s <= 3200", "--fresh-days", "52"];
    let said = plan(&file, &output, &[&target[..], &["--set", "server.slots=200"]].concat());
    let said = String::from_utf8(said.success().get_output().stdout.clone()).expect("text");
    assert!(said.contains("  - hq"), "{said}");
    assert!(said.contains("to add, ") && said.contains("to remove"), "{said}");
    assert!(said.contains("Bound: "), "{said}");
    let read = |folder: &Path, name: &str| fs::read_to_string(folder.join(name)).expect(name);
    let before = scenario_sites(&parse(&with_own()));
    let rows = read(&output, "plan.csv");
    for (site, number) in before.iter().filter(|(_, number)| *number > 0) {
        let row = rows.lines().find(|row| row.starts_with(&format!("{site},"))).expect("a row");
        assert_eq!(row.split(',').nth(2), Some(number.to_string().as_str()), "{row}");
    }
    let updraft = || Command::cargo_bin("updraft").expect("the program is built");
    let whole = output.join("plan.toml");
    updraft().args(["run", "--quiet", "-o"]).arg(&planned).arg(&whole).assert().success();
    let overlay = output.join("plan-overlay.toml");
    let mut run = updraft();
    run.args(["run", "--quiet", "-o"]).arg(&laid).arg(&file).arg("--overlay").arg(&overlay);
    run.assert().success();
    assert_eq!(read(&laid, "summary.csv"), read(&planned, "summary.csv"));
    // It repeats nothing from the scenario.
    let text = read(&output, "plan-overlay.toml");
    assert!(text.contains("slots = 200") && !text.contains("[[release]]"), "{text}");
    assert!(!text.contains("duration") && !text.contains("bandwidth"), "{text}");
}

/// The number of Update Agents at each site.
fn scenario_sites(scenario: &Scenario) -> Vec<(String, u32)> {
    let places = places(scenario);
    let numbers = update_agents_at(scenario, &places);
    places.into_iter().map(|place| place.site).zip(numbers).collect()
}

#[test]
fn it_reports_when_there_is_no_plan() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let file = place.path().join("small.toml");
    fs::write(&file, SMALL).expect("a scenario");
    let output = place.path().join("out");
    let said = plan(&file, &output, &["--target", "protected_p95_s <= 60"]).code(4);
    let said = String::from_utf8(said.get_output().stdout.clone()).expect("text");
    assert!(said.contains("No plan was found that meets"), "{said}");
    assert!(said.contains("Tried: ") && said.contains(" candidates of up to "), "{said}");
    // The evidence is a run of the closest candidate, and its distance from the targets.
    assert!(said.contains("Closest: ") && said.contains(" days; "), "{said}");
    assert!(said.contains("Bound: at least "), "{said}");
    let closest = fs::read_to_string(output.join("closest.toml")).expect("what came closest");
    assert!(parse(&closest).name.ends_with("-plan"));
    let again = place.path().join("again");
    let mut run = Command::cargo_bin("updraft").expect("the program is built");
    run.args(["run", "--quiet", "-o"]).arg(&again).arg(output.join("closest.toml"));
    run.assert().success();
    let read = |folder: &Path| fs::read_to_string(folder.join("summary.csv")).expect("a summary");
    assert_eq!(read(&output), read(&again));
    assert!(output.join("probes.csv").is_file(), "the evidence is kept");
    let page = fs::read_to_string(output.join("report.html")).expect("a page");
    assert!(page.contains("The closest, "), "the page says so");
    assert!(!output.join("plan.toml").exists());
    let both = ["--target", "rounds >= 9", "--target", "rounds <= 8"];
    plan(&file, &output, &both).code(2);
    plan(&file, &output, &["--target", "rounds <= 8", "--fresh-days", "10"]).code(2);
    plan(&file, &output, &["--target", "roundz <= 8"]).code(2);
    plan(&file, &output, &["--target", "rounds <= 8", "--lever", "server.slotz=1"]).code(3);
    plan(&file, &output, &["--target", "rounds <= 8", "--lever", "site.wide.count=1,2"]).code(2);
}

#[test]
fn a_lever_can_replace_update_agents() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let file = place.path().join("small.toml");
    fs::write(&file, SMALL).expect("a scenario");
    let output = place.path().join("out");
    let target = ["--target", "protected_p95_s <= 3200", "--format", "json", "--quiet"];
    plan(&file, &output, &target).success();
    let count = |output: &Path| {
        let text = fs::read_to_string(output.join("plan.toml")).expect("a plan");
        parse(&text).update_agents.len()
    };
    let without = count(&output);
    // With fast links no Update Agent is needed.
    let wider = ["--lever", "site.narrow.bandwidth=4 Mbit/s,100 Mbit/s"];
    plan(&file, &output, &[&target[..], &wider].concat()).success();
    let with = count(&output);
    assert!(with < without, "{with} with the lever, {without} without");
    let text = fs::read_to_string(output.join("plan.toml")).expect("a plan");
    assert!(text.contains("100 Mbit/s"), "the lever is in the plan");
}

/// Prices at which some Update Agents are worth their cost.
const PRICES: &str = "\n[cost]\nupdate_agent_per_year = 300\nmbps_per_month = 0.5\nper_gb = 0.5\nper_agent_hour = 0.02\n";

/// A few days of the search, and few fresh ones.
const FEW: [&str; 6] = ["--confidence", "50", "--days", "4", "--fresh-days", "5"];

#[test]
fn the_cheapest_plan_tells_its_cost_its_rivals_and_the_days_that_missed() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let file = place.path().join("small.toml");
    fs::write(&file, SMALL).expect("a scenario");
    let output = place.path().join("out");
    // Without prices nothing is cheap.
    let said = plan(&file, &output, &["--minimise", "cost"]).code(2);
    let said = String::from_utf8(said.get_output().stderr.clone()).expect("text");
    assert!(said.contains("it requires a table [cost]"), "{said}");
    for target in [
        "cost_per_year <= 100",
        "wan_cost <= 100",
        "carried_agents <= 1",
        // No run has a value for it, so none would miss it.
        "protected_p95_s <= 2 h, release = none",
    ] {
        plan(&file, &output, &["--target", target]).code(2);
    }
    plan(&file, &output, &[]).code(2);

    fs::write(&file, format!("{SMALL}{PRICES}")).expect("a scenario");
    let said = plan(&file, &output, &[&["--minimise", "cost"][..], &FEW].concat()).success();
    let said = String::from_utf8(said.get_output().stdout.clone()).expect("text");
    assert!(
        said.contains(" a year, of it ") && said.contains("Cost of a year against time"),
        "{said}"
    );
    assert!(said.contains("No placement is cheaper"), "{said}");
    let read = |name: &str| fs::read_to_string(output.join(name)).expect(name);
    assert!(read("plan.csv").lines().next().expect("a header").ends_with(",cost_per_year"));
    assert!(read("summary.csv").contains(",cost_per_year_traffic,cost,"));
    // On the front the cost rises and the time falls; the plan is the cheapest of all candidates.
    let rows = read("trade_off.csv");
    let rows: Vec<Vec<&str>> = rows.lines().skip(1).map(|row| row.split(',').collect()).collect();
    let number = |cell: &str| cell.parse::<f64>().expect("a number");
    let front: Vec<(f64, f64)> = rows
        .iter()
        .filter(|row| row[7] == "true")
        .map(|row| (number(row[5]), number(row[6])))
        .collect();
    assert!(
        front.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 > pair[1].1),
        "{front:?}"
    );
    assert!(rows.iter().all(|row| number(row[5]) >= front[0].0));
    for name in ["trade-off.svg", "trade-off.png"] {
        assert!(output.join(name).is_file(), "{name}");
    }
    let page = read("report.html");
    assert!(page.contains("Which Update Agents make a year cost least?"), "the question");
    assert!(page.contains("id=\"plan-trade-off\""), "the front");

    // A search that is cut off shows what it tried by then.
    let cut_off = [&["--minimise", "cost", "--budget", "12", "--force"][..], &FEW].concat();
    plan(&file, &output, &cut_off).success();
    for name in ["trade_off.csv", "risk.csv"] {
        assert!(read(name).lines().count() > 1, "{name}");
    }

    // A target between two days: some of the fresh days miss it, and each says why.
    let target = ["--target", "protected_p95_s <= 40 min", "--minimise", "cost"];
    let outcome = plan(&file, &output, &[&target[..], &FEW].concat());
    let code = outcome.get_output().status.code();
    assert!(matches!(code, Some(0 | 4)), "{code:?}");
    let days = read("days.csv");
    assert!(
        days.starts_with("day,met,protected_p95_s,outage,cause,where,agent_seconds\n"),
        "{days}"
    );
    let causes = days.lines().skip(1).map(|row| row.split(',').nth(4).expect("a cause"));
    assert!(causes.into_iter().all(|cause| !cause.is_empty()), "{days}");
    let risk = read("risk.csv");
    let head = "update_agents,days,days_missed,share_missed,ci95_low,ci95_high\n";
    assert!(risk.starts_with(head) && risk.lines().count() > 2, "{risk}");
}

#[test]
fn a_plan_survives_any_one_update_agent() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let file = place.path().join("small.toml");
    fs::write(&file, SMALL).expect("a scenario");
    let output = place.path().join("out");
    let target = Target::parse("protected_p95_s <= 3400").expect("a target");
    let asked = ["--target", "protected_p95_s <= 3400", "--confidence", "90", "--days", "4"];
    let survive = ["--survive", "1", "--fresh-days", "30"];
    let said = plan(&file, &output, &[&asked[..], &survive].concat()).success();
    let said = String::from_utf8(said.get_output().stdout.clone()).expect("text");
    assert!(said.contains("with any one Update Agent off"), "{said}");
    let text = fs::read_to_string(output.join("plan.toml")).expect("a plan");
    let planned = parse(&text);
    assert!(!planned.update_agents.is_empty(), "{said}");
    // With each of them off in turn, the days of the search meet the target.
    for agent in &planned.update_agents {
        let off = format!("{text}\n[[fault]]\nat = \"{}\"\nfrom = \"0 s\"\n", agent.name);
        let scenario = parse(&off);
        let runs = runs_of(&scenario, scenario.option, 4);
        assert!(runs.iter().all(|run| target.is_met_by(run)), "{} is off", agent.name);
    }
    // If the link of a site is down, more than 5 % of the agents are never protected.
    let link = ["--target", "protected_p95_s <= 2 h", "--survive", "link"];
    let said = plan(&file, &output, &[&link[..], &FEW].concat()).code(4);
    let said = String::from_utf8(said.get_output().stdout.clone()).expect("text");
    assert!(said.contains("-001 is off; ") || said.contains("-002 is off; "), "{said}");
}

#[test]
fn slots_schedules_ceilings_and_links_are_levers() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let file = place.path().join("small.toml");
    let link = "\n[[link]]\nname = \"second\"\nfrom = \"hq\"\nto = \"narrow-001\"\nbandwidth = \"1 Mbit/s\"\n";
    fs::write(&file, format!("{SMALL}{link}")).expect("a scenario");
    let output = place.path().join("out");
    for lever in [
        "server.slots=10,250",
        "server.schedule=every 1 h,every 15 min",
        "agents.schedule=\"every 1 h, spread\",\"daily 12:00 for 2 h\"",
        "server.max_transfers=5,0",
        "update_agents.capacity=10,250",
        "link.second.bandwidth=1 Mbit/s,10 Mbit/s",
    ] {
        let asked = ["--target", "protected_p95_s <= 1 h", "--format", "json", "--lever", lever];
        let said = plan(&file, &output, &[&asked[..], &FEW].concat());
        let said = said.get_output().clone();
        assert!(matches!(said.status.code(), Some(0 | 4)), "{lever}: {said:?}");
        let probes = fs::read_to_string(output.join("probes.csv")).expect("probes");
        let mut settings: Vec<&str> = probes.lines().skip(1).collect();
        settings.retain(|row| !row.starts_with("unchanged"));
        let key = lever.split('=').next().expect("a key");
        let tried = settings.iter().filter(|row| row.contains(key)).count();
        assert!(tried > 0, "{lever}: {probes}");
    }
    let lever = ["--target", "rounds <= 8", "--lever", "server.slots=10,10"];
    plan(&file, &output, &lever).code(2);
    let lever = ["--target", "rounds <= 8", "--lever", "server.slots=10,20"];
    plan(&file, &output, &[&lever[..], &["--lever", "server.slots=30,40"]].concat()).code(2);
    plan(&file, &output, &[&lever[..], &["--set", "server.slots=10"]].concat()).code(2);
}

#[test]
fn without_a_plan_the_text_tells_what_was_shown() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let file = place.path().join("small.toml");
    fs::write(&file, SMALL).expect("a scenario");
    let output = place.path().join("out");
    let told = |more: &[&str]| {
        let target = ["--target", "protected_p95_s <= 60", "--days", "2", "--force"];
        let said = plan(&file, &output, &[&target[..], more].concat()).code(4);
        String::from_utf8(said.get_output().stdout.clone()).expect("text")
    };
    let all = told(&["--max-update-agents", "1"]);
    assert!(all.contains("No plan of up to 1 Update Agent meets"), "{all}");
    let cut = told(&["--budget", "3"]);
    assert!(cut.contains("No plan was found that meets"), "{cut}");
    assert!(cut.contains("there may be a plan. --budget N"), "{cut}");
}

#[test]
fn the_candidates_that_are_listed_are_the_closest_of_their_number() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let file = place.path().join("two.toml");
    let text = "name = \"two\"\nduration = \"3 h\"\n\
                [headquarters]\nagents = 10\ninternet_bandwidth = \"50 Mbit/s\"\n\
                [[site]]\nname = \"small\"\nagents = 4\nbandwidth = \"2 Mbit/s\"\n\
                [[site]]\nname = \"large\"\nagents = 9\nbandwidth = \"2 Mbit/s\"\n\
                [agents]\nreleases_behind = 20\n\
                [[release]]\nname = \"one\"\nat = \"10 min\"\ncomponents = [\"Virus Pattern\"]\n";
    fs::write(&file, text).expect("a scenario");
    let more = ["--target", "wan_bytes <= 1 MB", "--days", "2", "--survive", "1"];
    let told = plan(&file, &place.path().join("out"), &more).code(4);
    let told = String::from_utf8(told.get_output().stdout.clone()).expect("text");
    let (_, closest) = told.split_once("Closest: 2 Update Agents").expect("the closest");
    let mean = closest.split("2 of 2 days; ").nth(1).and_then(|rest| rest.split(" on av").next());
    let (_, candidates) = told.split_once("\nCandidates").expect("the candidates");
    let of_two = candidates.lines().find(|line| line.starts_with("     2 ")).expect("a line");
    assert!(of_two.ends_with(mean.expect("a mean")), "{told}");
}

#[test]
fn an_option_without_update_agents_does_not_lower_the_bound() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let file = place.path().join("small.toml");
    fs::write(&file, SMALL).expect("a scenario");
    let output = place.path().join("out");
    let bound = |lever: &[&str]| {
        let target = ["--target", "protected_p95_s <= 3200", "--days", "4", "--format", "json"];
        let said = plan(&file, &output, &[&target[..], &["--force"], lever].concat()).success();
        let told: serde_json::Value =
            serde_json::from_slice(&said.get_output().stdout).expect("JSON");
        told["lower_bound"].as_u64().expect("a bound")
    };
    let alone = bound(&[]);
    assert!(alone > 1, "{alone}");
    assert_eq!(bound(&["--lever", "option=server-ua,server"]), alone);
}

#[test]
fn the_list_of_a_change_is_left_out_and_a_fault_of_an_update_agent_is_refused() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let file = place.path().join("small.toml");
    let output = place.path().join("out");
    let target = ["--target", "protected_p95_s <= 3400", "--days", "4", "--fresh-days", "52"];
    let slots =
        "[[change]]\nname = \"slots\"\nat = \"Mon 11:00\"\nkey = \"server.slots\"\nto = 200\n";
    let list = |change: &str| {
        format!(
            "[[update_source]]\nchange = \"{change}\"\nrange = \"10.0.0.0/8\"\nsource = \"server\"\n"
        )
    };
    let only_list = "[[change]]\nname = \"list\"\nat = \"Mon 12:00\"\n";
    for (tables, left) in [
        (format!("{only_list}{}", list("list")), 0),
        (format!("{only_list}{slots}{}{}", list("list"), list("slots")), 1),
    ] {
        fs::write(&file, format!("{}{tables}", with_own())).expect("a scenario");
        plan(&file, &output, &[&target[..], &["--force"]].concat()).success();
        let text = fs::read_to_string(output.join("plan.toml")).expect("a plan");
        let changes = parse(&text).changes;
        assert_eq!(changes.len(), left, "{text}");
        assert!(changes.iter().all(|change| change.what == "server.slots = 200"), "{changes:?}");
    }
    let own = "[[fault]]\nat = \"narrow-001/ua-1\"\nfrom = \"1 h\"\n";
    fs::write(&file, SMALL.replacen("count = 2", "count = 2\nupdate_agents = 1", 1) + own)
        .expect("a scenario");
    let said = plan(&file, &output, &[&target[..], &["--force"]].concat()).code(2);
    let said = String::from_utf8(said.get_output().stderr.clone()).expect("text");
    assert!(said.contains("[[fault]] of the Update Agent `narrow-001/ua-1`"), "{said}");
}

#[test]
fn what_a_plan_does_not_use_is_no_lever() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let file = place.path().join("small.toml");
    fs::write(&file, SMALL).expect("a scenario");
    for (lever, why) in [
        ("seed=1,2", "see --seed"),
        ("replications=1,2", "see --days"),
        ("headquarters.update_agents=0,1", "places the Update Agents"),
        ("site.wide.update_agents=0,1", "places the Update Agents"),
        ("site.wide.serves=\"site\",\"downstream\"", "places the Update Agents"),
        ("update_agent.x.capacity=1,2", "places the Update Agents"),
        ("update_source.0.source=server", "places the Update Agents"),
    ] {
        let asked = ["--target", "protected_p95_s <= 3400", "--lever", lever];
        let said = plan(&file, &place.path().join("out"), &asked).code(2);
        let said = String::from_utf8(said.get_output().stderr.clone()).expect("text");
        assert!(said.contains("error: --lever ") && said.contains(why), "{lever}: {said}");
    }
}
