//! Names are data: any name is preserved, and has no side effects.

use std::fmt::Write as _;

use proptest::prelude::*;
use std::path::Path;

use updraft::import::{TopologyRules, from_topology};
use updraft::scenario::{Overrides, Scenario};
use updraft::units::{BitRate, SimDuration};

use super::{Place, names};

const NAMES: [&str; 12] = [
    "../x",
    "/etc/passwd",
    "<script>alert(1)</script>",
    "=cmd()",
    "say \"hello\" 'there'",
    "\"\"\"\n[server]\nslots = 1",
    "two\nlines",
    "tab\tand \\ and \\u0041",
    "# no comment",
    "Zürich ☃ 東京 \u{202e}txt",
    "\u{7f}\u{1b}[31mred",
    "]]>&amp;",
];

/// A name in the form that a scenario accepts: without control characters.
fn printable(name: &str) -> String {
    name.chars().filter(|c| !c.is_control() || "\t\n".contains(*c)).collect()
}

#[test]
fn hostile_names_of_an_inventory_come_through_and_the_result_runs() {
    let long = "x".repeat(10_000);
    let all: Vec<&str> = NAMES.into_iter().chain([long.as_str()]).collect();
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let mut sites = String::from("Site,Subnets,Bandwidth\nhq,10.0.0.0/24,\n");
    let mut agents = String::from("Name,IP,Domain\n");
    for (number, name) in all.iter().enumerate() {
        let _ = writeln!(sites, "{},10.{}.0.0/24,10 Mbit/s", quoted(name), number + 1);
        let _ = write!(agents, "{0},10.{1}.0.1,{0}\n{0},9.9.9.9,{0}\n", quoted(name), number + 1);
    }
    let place = Place::new();
    let _ = place.write("agents.csv", agents);
    let _ = place.write("subnets.csv", sites);
    let tables = ["--from-inventory", "agents.csv", "--subnets", "subnets.csv"];
    let done = place.init(&tables).success();
    let (_, scenario) = place.scenario();
    let all: Vec<String> = all.into_iter().map(printable).collect::<Vec<_>>();
    assert_eq!(names(&scenario)[1..], all);
    assert_eq!(scenario.settings.server.slots.normal, 250);
    let said = &done.get_output().stderr;
    assert!(!said.contains(&0x1b), "nothing that a terminal obeys is printed");
    place.run();
    assert_eq!(place.names(), ["agents.csv", "out", "out.toml", "subnets.csv"]);
}

#[test]
fn hostile_names_of_a_topology_come_through() {
    let escaped = |name: &str| {
        let name = name.replace('&', "&amp;").replace('"', "&quot;");
        name.replace('<', "&lt;").replace('>', "&gt;")
    };
    // XML has no control characters.
    let all: Vec<&str> = NAMES.into_iter().filter(|name| !name.contains('\u{1b}')).collect();
    let mut gml = String::from("graph [ label \"..\" node [ id 0 label \"hq\" ]\n");
    let mut xml = String::from("<graphml><key id=\"l\" attr.name=\"label\"/><graph>");
    xml += "<node id=\"0\"><data key=\"l\">hq</data></node>";
    for (number, name) in (1..).zip(&all) {
        let label = escaped(name);
        let _ = writeln!(
            gml,
            "node [ id {number} label \"{label}\" ] edge [ source 0 target {number} ]"
        );
        let _ = write!(xml, "<node id=\"{number}\"><data key=\"l\">{label}</data></node>");
        let _ = write!(xml, "<edge source=\"0\" target=\"{number}\"/>");
    }
    gml += "]";
    xml += "</graph></graphml>";
    for map in [gml, xml] {
        let place = Place::new();
        let _ = place.write("map", map);
        place.init(&["--from-topology", "map"]).success();
        let (_, scenario) = place.scenario();
        let all: Vec<String> = all.iter().map(|name| printable(name)).collect();
        assert_eq!(names(&scenario)[1..], all);
        assert_eq!(place.names(), ["map", "out.toml"]);
    }
}

fn rules() -> TopologyRules {
    TopologyRules {
        internet: BitRate::from_megabits(100),
        default_link: BitRate::from_megabits(10),
        default_latency: SimDuration::from_millis(5),
        agents: 10,
        joins_parts: true,
        ..TopologyRules::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_label_comes_through(label in any::<String>()) {
        let label = label.replace(['"', '&', '\0'], "");
        prop_assume!(!printable(&label).trim().is_empty() && printable(&label) != "hq" && label.trim() != "None");
        let map = format!(
            "graph [ node [ id 0 label \"hq\" ] node [ id 1 label \"{label}\" ] edge [ source 0 target 1 ] ]"
        );
        let begun = from_topology(map.as_bytes(), Path::new("map.gml"), "map", &rules()).expect("a map");
        let scenario = Scenario::parse(&begun.text, "map.toml", &Overrides::default());
        let scenario = scenario.expect("valid");
        let expected = printable(&label);
        prop_assert_eq!(names(&scenario), ["hq", expected.as_str()]);
    }

    #[test]
    fn any_bytes_are_a_map_or_refused(bytes in any::<Vec<u8>>(), words in "(graph|node|edge|id|source|target|label|\\[|\\]|[0-9]|\"| |\n){0,40}") {
        for bytes in [bytes.as_slice(), words.as_bytes()] {
            if let Err(error) = from_topology(bytes, Path::new("map.gml"), "map", &rules()) {
                prop_assert!(error.shown.iter().all(|problems| !problems.render(false).is_empty()));
            }
        }
    }
}
