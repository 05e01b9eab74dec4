//! Files as written by other programs, one small one of each format, and their expected results.

use predicates::prelude::*;
use predicates::str::contains;

use super::{Place, data, names};

/// The folder of a format, copied to a temporary folder.
fn place(kind: &str) -> Place {
    let place = Place::new();
    for entry in std::fs::read_dir(data("imports").join(kind)).expect("the folder") {
        let entry = entry.expect("an entry");
        let copy = place.path(&entry.file_name().to_string_lossy());
        let _ = std::fs::copy(entry.path(), copy).expect("a file can be copied");
    }
    place
}

/// The output of a successful import.
fn account(place: &Place, arguments: &[&str]) -> String {
    let done = place.init(arguments).success();
    String::from_utf8_lossy(&done.get_output().stderr).into_owned()
}

/// Each site below headquarters: name, bit/s, nanoseconds.
fn links(place: &Place) -> Vec<(String, u64, u64)> {
    let (_, scenario) = place.scenario();
    let link = |group: &updraft::scenario::Group| {
        (group.name.clone(), group.bandwidth[0].from, group.latency[0].from)
    };
    scenario.groups.iter().skip(1).map(link).collect()
}

fn agents(place: &Place) -> Vec<(String, u64)> {
    let (_, scenario) = place.scenario();
    scenario.groups.iter().map(|group| (group.name.clone(), group.agents[0].from)).collect()
}

fn pairs(expected: &[(&str, u64)]) -> Vec<(String, u64)> {
    expected.iter().map(|(name, count)| ((*name).to_string(), *count)).collect()
}

const MS: u64 = 1_000_000;

#[test]
fn a_map_whose_numbers_have_no_unit_asks_for_it_and_is_read_with_it() {
    let place = place("map-graphml-bandwidth-delay");
    let refused = place.init(&["--from-topology", "graphmlbw.graphml"]).code(3);
    let refused = refused.stderr(contains("graphmlbw.graphml:9:5"));
    let refused = refused.stderr(contains("--attribute bandwidth=\"bandwidth Mbit/s\""));
    refused.stderr(contains("--attribute latency=\"delay ms\""));
    assert!(!place.path("out.toml").exists());
    let units = ["--attribute", "bandwidth=bandwidth Mbit/s", "--attribute", "latency=delay ms"];
    place.init(&[["--from-topology", "graphmlbw.graphml"].as_slice(), &units].concat()).success();
    assert_eq!(links(&place), [("Lyon".into(), 2_000_000, 300 * MS)]);
    let unknown = [
        "--from-topology",
        "graphmlbw.graphml",
        "--attribute",
        "bandwidth=bandwith Mbit/s",
        "--force",
    ];
    place.init(&unknown).code(3).stderr(contains("did you mean `bandwidth`?"));
}

#[test]
fn the_length_of_a_link_gives_its_latency() {
    let place = place("map-topohub-lon-lat-dist");
    let said = account(&place, &["--from-topology", "topohub.gml"]);
    assert_eq!(links(&place), [("no1.no".into(), 100_000_000, 6_716_000)]);
    assert!(said.contains("latency from `dist` at 5 us/km (1)"), "{said}");
    assert!(said.contains("1 link without a speed"), "{said}");
    let length = ["--from-topology", "topohub.gml", "--attribute", "latency=dist*10us", "--force"];
    place.init(&length).success();
    assert_eq!(links(&place)[0].2, 13_432_000);
}

#[test]
fn a_point_that_may_separate_thousands_is_refused_with_the_unit_in_the_header_too() {
    let place = Place::new();
    let _ = place.write("agents.csv", "Name,IP\na,10.1.0.1\nb,10.0.0.1\n");
    let sites = |header: &str, cell: &str| {
        let table = format!("Site;Subnets;{header}\nhq;10.0.0.0/24;\nLyon;10.1.0.0/24;{cell}\n");
        let _ = place.write("sites.csv", table);
        ["--from-inventory", "agents.csv", "--subnets", "sites.csv", "--force"]
    };
    let edges = |header: &str, cell: &str| {
        let _ = place.write("edges.csv", format!("from;to;{header}\nhq;Lyon;{cell}\n"));
        ["--from-topology", "edges.csv", "--force"]
    };
    let said = "is ambiguous: write";
    for (header, cell) in [
        ("Bandbreite (kbit/s)", "10.000"),
        ("Bandbreite (Mbit/s)", "1.000"),
        ("bw", "10.000 kbit/s"),
    ] {
        place
            .init(&sites(header, cell))
            .code(3)
            .stderr(contains("sites.csv:3").and(contains(said)));
        place
            .init(&edges(header, cell))
            .code(3)
            .stderr(contains("edges.csv:2").and(contains(said)));
    }
    place.init(&edges("distance (km)", "1.200")).code(3).stderr(contains(said));
    place
        .init(&edges("distance (km)", "1,200"))
        .code(3)
        .stderr(contains("is ambiguous: the comma"));
    place
        .init(&edges("distance (km)", "far"))
        .code(3)
        .stderr(contains("the length `distance (km)`"));
    place.init(&edges("distance (km)", "1200,5")).success();
    assert_eq!(links(&place)[0].2, 6_003_000);
    place.init(&sites("Bandbreite (Mbit/s)", "2.048")).success();
    assert_eq!(links(&place)[0].1, 2_048_000);
    // The numbers of other formats are written by programs, with a decimal point.
    let json = r#"{"nodes":["hq","Lyon"],"links":[{"source":"hq","target":"Lyon","length_km":1.200,"bandwidth_mbps":1.000}]}"#;
    let _ = place.write("map.json", json);
    place.init(&["--from-topology", "map.json", "--force"]).success();
    assert_eq!(links(&place), [("Lyon".into(), 1_000_000, 6_000)]);
}

#[test]
fn two_columns_with_the_same_header_are_refused() {
    let place = Place::new();
    let _ = place.write("agents.csv", "Name,IP\na,10.1.0.1\nb,10.0.0.1\n");
    let said = "there are two columns `bandwidth`";
    let table = "from,to,bandwidth,bandwidth\nhq,Lyon,2 Mbit/s,4 Mbit/s\n";
    let _ = place.write("edges.csv", table);
    let refused = place.init(&["--from-topology", "edges.csv"]).code(3);
    refused.stderr(contains("edges.csv:1:19").and(contains(said)));
    let table =
        "Site,Subnets,bandwidth,bandwidth\nhq,10.0.0.0/24,,\nLyon,10.1.0.0/24,2 Mbit/s,4 Mbit/s\n";
    let _ = place.write("sites.csv", table);
    let refused = place.init(&["--from-inventory", "agents.csv", "--subnets", "sites.csv"]);
    refused.code(3).stderr(contains("sites.csv:1:24").and(contains(said)));
    assert_eq!(place.names(), ["agents.csv", "edges.csv", "sites.csv"]);
}

#[test]
fn groups_of_yed_are_sites() {
    let place = place("map-yed-groups");
    let said = account(&place, &["--from-topology", "yedgroup.graphml"]);
    let (_, scenario) = place.scenario();
    assert_eq!(names(&scenario), ["Site A", "node-n1"]);
    assert!(said.contains("1 group is one site, of 2 nodes in all"), "{said}");
}

#[test]
fn labels_of_yed_are_names_and_rates() {
    let place = place("map-yed-labels");
    place.init(&["--from-topology", "yed.graphml"]).success();
    let (_, scenario) = place.scenario();
    assert_eq!(names(&scenario), ["HQ-RTR", "Lyon", "Oslo"]);
    assert_eq!(
        links(&place),
        [("Lyon".into(), 2_000_000, 10 * MS), ("Oslo".into(), 512_000, 10 * MS)]
    );
}

#[test]
fn dot_csv_gexf_and_simgrid_are_read() {
    let place = |kind, file: &str| {
        let place = place(kind);
        place.init(&["--from-topology", file]).success();
        place.run();
        links(&place)
    };
    let expected = [("lyon".to_string(), 2_000_000, 10 * MS), ("oslo".into(), 512_000, 10 * MS)];
    assert_eq!(place("format-dot", "wan.dot"), expected);
    let expected = [("lyon".to_string(), 2_000_000, 12 * MS), ("oslo".into(), 500_000, 25 * MS)];
    assert_eq!(place("format-edge-list-csv", "edges.csv"), expected);
    assert_eq!(place("format-gexf", "wan.gexf"), [("Lyon".to_string(), 100_000_000, 10 * MS)]);
    assert_eq!(place("format-simgrid", "platform.xml"), [("lyon".to_string(), 2_000_000, 12 * MS)]);
}

#[test]
fn inventories_of_other_consoles_have_other_headers() {
    for (file, expected) in [
        ("lans.csv", [("Headquarters", 1), ("Lyon", 0), ("Oslo", 0)]),
        ("wsus.csv", [("Headquarters", 1), ("Lyon", 0), ("Oslo", 0)]),
        ("sccm.csv", [("Headquarters", 1), ("Lyon", 1), ("Oslo", 0)]),
    ] {
        let place = place("inventory-headers-of-others");
        place.init(&["--from-inventory", file, "--subnets", "sites.csv"]).success();
        assert_eq!(agents(&place), pairs(&expected), "{file}");
    }
}

#[test]
fn lines_above_the_header_are_left_out() {
    let place = place("inventory-powershell-type-line");
    let said = account(&place, &["--from-inventory", "type.csv", "--subnets", "sites.csv"]);
    assert_eq!(agents(&place), pairs(&[("Headquarters", 1), ("Lyon", 0), ("Oslo", 1)]));
    assert!(said.contains("1 line above the header left out"), "{said}");
    assert!(said.contains("type.csv:4: \"PC2\" has no address"), "{said}");
    assert!(
        said.contains("not read: `DNSHostName`, `Enabled`, `LastLogonDate`, `OperatingSystem`"),
        "{said}"
    );
}

#[test]
fn a_column_of_sites_needs_no_subnets() {
    let place = place("inventory-site-column-no-subnets");
    let said = account(&place, &["--from-inventory", "sccm.csv"]);
    assert_eq!(agents(&place), pairs(&[("HQ", 1), ("Lyon", 1)]));
    assert!(said.contains("headquarters: \"HQ\", by its name"), "{said}");
    assert!(said.contains("1 site without a bandwidth: --default-link"), "{said}");
    let _ = place.write("rates.csv", "Site,Bandwidth (kbps)\nlyon,512\n");
    place.init(&["--from-inventory", "sccm.csv", "--subnets", "rates.csv", "--force"]).success();
    assert_eq!(links(&place), [("lyon".into(), 512_000, 10 * MS)]);
}

#[test]
fn columns_that_are_read_and_that_are_not_are_said() {
    let place = place("inventory-unknown-columns-unsaid");
    let said = account(&place, &["--from-inventory", "v1.csv", "--subnets", "sites.csv"]);
    let read = "v1.csv: read: name (`Endpoint name`), ip (`IP addresses`), domain (`Endpoint group`), status (`Sensor connectivity`)";
    for line in [
        read,
        "v1.csv: not read: `Operating system`",
        "v1.csv: not found: scan, pattern, location",
        "every agent has the latest components at the start",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    let (_, scenario) = place.scenario();
    assert_eq!(
        scenario.groups[1].traits.over(&scenario.agents).presence.expect("a default")[0].from,
        2,
        "who is disconnected is a laptop"
    );
}

#[test]
fn rates_are_read_as_people_write_them() {
    let place = place("sites-bandwidth-mbps");
    place.init(&["--from-inventory", "ok.csv", "--subnets", "s.csv"]).success();
    let expected = [("Lyon".into(), 2_000_000, 10 * MS), ("Oslo".into(), 512_000, 10 * MS)];
    assert_eq!(links(&place), expected);
    for (cell, bits) in [
        ("2M", 2_000_000),
        ("E1", 2_048_000),
        ("2048 kbps", 2_048_000),
        ("\"2,5 Mbit/s\"", 2_500_000),
        ("20/1 Mbit/s", 20_000_000),
        ("1 Gbps", 1_000_000_000),
    ] {
        let _ = place.write(
            "s.csv",
            format!("Site,Subnets,Bandwidth\nHQ,10.0.0.0/16,\nLyon,10.1.0.0/24,{cell}\n"),
        );
        place.init(&["--from-inventory", "ok.csv", "--subnets", "s.csv", "--force"]).success();
        assert_eq!(links(&place)[0].1, bits, "{cell}");
        let (_, scenario) = place.scenario();
        let up: Vec<u64> = scenario.groups[1].link.up.iter().map(|part| part.from).collect();
        let expected = if cell.starts_with("20/1") { vec![1_000_000] } else { vec![] };
        assert_eq!(up, expected, "{cell}");
    }
    let _ = place
        .write("s.csv", "Site,Subnets,Bandwidth\nHQ,10.0.0.0/16,\nLyon,10.1.0.0/24,100 MB/s\n");
    let refused =
        place.init(&["--from-inventory", "ok.csv", "--subnets", "s.csv", "--force"]).code(3);
    refused.stderr(contains("s.csv:3:18")).stderr(contains("800 Mbit/s"));
    let _ = place.write("s.csv", "Site,Subnets,Bandwidth\nHQ,10.0.0.0/16,\nLyon,10.1.0.0/24,2\n");
    let refused =
        place.init(&["--from-inventory", "ok.csv", "--subnets", "s.csv", "--force"]).code(3);
    refused.stderr(contains("--attribute bandwidth=\"Bandwidth Mbit/s\""));
    let unit = ["--attribute", "bandwidth=Bandwidth Mbit/s", "--force"];
    place
        .init(&[["--from-inventory", "ok.csv", "--subnets", "s.csv"].as_slice(), &unit].concat())
        .success();
    assert_eq!(links(&place)[0].1, 2_000_000);
}

#[test]
fn distinguished_names_are_sites() {
    let place = place("sites-distinguished-names");
    let tables = ["--from-inventory", "ok.csv", "--subnets", "s3.csv", "--headquarters", "Lyon"];
    place.init(&[tables.as_slice(), &["--column", "subnets=Name"]].concat()).success();
    let (_, scenario) = place.scenario();
    assert_eq!(names(&scenario), ["Lyon", "Headquarters", "Oslo"]);
    place.init(&[tables.as_slice(), &["--force"]].concat()).success();
    assert_eq!(names(&place.scenario().1), ["Lyon", "Headquarters", "Oslo"]);
}

#[test]
fn ranges_are_read_in_all_their_forms() {
    let place = place("sites-ranges-from-to");
    let columns = [
        "--column",
        "site=DisplayName",
        "--column",
        "subnets=Value",
        "--headquarters",
        "Headquarters",
    ];
    let tables = ["--from-inventory", "ok.csv", "--subnets", "s5.csv"];
    let said = account(&place, &[tables.as_slice(), &columns].concat());
    assert_eq!(agents(&place), pairs(&[("Headquarters", 1), ("Lyon", 1), ("Oslo", 1)]));
    assert!(said.contains("1 network without a mask"), "{said}");
    for file in ["ft.csv", "wild.csv"] {
        place.init(&["--from-inventory", "ok.csv", "--subnets", file, "--force"]).success();
        assert_eq!(agents(&place), pairs(&[("HQ", 1), ("Lyon", 1)]), "{file}");
    }
    let (_, scenario) = place.scenario();
    assert_eq!(scenario.groups[0].subnets[0].to_string(), "10.0.0.0/16");
}

#[test]
fn rows_of_sites_can_be_left_out() {
    let place = place("sites-rows-without-site");
    let tables =
        ["--from-inventory", "ok.csv", "--subnets", "p.csv", "--headquarters", "Headquarters"];
    place
        .init(&tables)
        .code(3)
        .stderr(contains("p.csv:2:"))
        .stderr(contains("--skip-bad-rows skips such rows"));
    let said = account(&place, &[tables.as_slice(), &["--skip-bad-rows"]].concat());
    assert!(said.contains("1 row of sites that could not be read: skipped"), "{said}");
    assert_eq!(agents(&place), pairs(&[("Headquarters", 1), ("Lyon", 1)]));
}

#[test]
fn addresses_that_are_none_are_left_out_and_counted() {
    let place = place("agents-address-not-known");
    let said = account(&place, &["--from-inventory", "odd.csv", "--subnets", "sites.csv"]);
    assert!(said.contains("4 agents without an address: left out"), "{said}");
    assert_eq!(agents(&place), pairs(&[("Headquarters", 0), ("Lyon", 1), ("Oslo", 0)]));
}

#[test]
fn nobody_in_any_subnet_is_told_of_the_tables() {
    let place = place("message-no-agents");
    let refused = place.init(&["--from-inventory", "ok.csv", "--subnets", "s.csv"]).code(3);
    let said = "3 of 3 agents are in no subnet of s.csv: PC1 10.0.0.5, PC2 10.1.0.5, PC3 10.2.0.5";
    refused.stderr(contains(said)).stderr(contains("ok.csv"));
    assert!(!place.path("out.toml").exists());
    // DHCP scopes: a network and its mask in two columns.
    place.init(&["--from-inventory", "ok.csv", "--subnets", "s4.csv"]).success();
    assert_eq!(agents(&place), pairs(&[("Headquarters", 1), ("Lyon", 1), ("Oslo", 1)]));
}

#[test]
fn gml_that_ends_in_white_space_of_two_bytes_has_its_place() {
    let place = Place::new();
    let file = data("imports").join("gml-panic-nbsp-at-end.gml").display().to_string();
    let refused = place.init(&["--from-topology", &file]).code(3);
    refused.stderr(contains("gml-panic-nbsp-at-end.gml:1:1"));
}

#[test]
fn ten_maps_of_topohubs_form_become_sites_with_the_latency_of_their_lengths() {
    use std::fmt::Write as _;
    for map in 0..10_usize {
        // Every other map has drawing coordinates, every third bends of cables.
        let (on_sheet, has_bends) = (map % 2 == 1, map % 3 == 0);
        let scale = if on_sheet { 40.0 } else { 1.0 };
        let mut gml = format!(
            "graph [\n  name \"map-{map}\"\n  directed 0\n  stats [\n    nodes {}\n  ]\n",
            5 + map
        );
        for node in 0..5 + map {
            let kind = if has_bends && node == 2 { "    type \"Seacable Waypoint\"\n" } else { "" };
            let place = f64::from(u32::try_from(node + 1).expect("small")) * scale;
            let _ = write!(
                gml,
                "  node [\n    id {node}\n    label \"R{node}\"\n{kind}    lon {place}\n    lat {place}\n  ]\n"
            );
        }
        for node in 1..5 + map {
            let _ = write!(
                gml,
                "  edge [\n    source {}\n    target {node}\n    dist {}.5\n  ]\n",
                node - 1,
                100 * node
            );
        }
        gml.push(']');
        let place = Place::new();
        let _ = place.write("map.gml", gml);
        let said = account(&place, &["--from-topology", "map.gml", "--headquarters", "R0"]);
        let links = links(&place);
        assert_eq!(links.len(), 4 + map - usize::from(has_bends));
        assert_eq!(links[0].2, 503_000, "100.5 km, to the microsecond");
        let behind_bend = if has_bends { 1_003_000 + 1_503_000 } else { 1_003_000 };
        assert_eq!(links[1].2, behind_bend);
        assert_eq!(said.contains("positions are drawing coordinates"), on_sheet, "{said}");
        assert_eq!(said.contains("waypoint of a cable is not a site"), has_bends, "{said}");
    }
}

#[test]
fn attributes_of_other_programs_are_read() {
    let graph = |edge: &str| {
        format!(
            "graph [ node [ id 0 label \"hq\" ] node [ id 1 name \"lyon\" ] edge [ source 0 target 1 {edge} ] ]"
        )
    };
    for (edge, bits, latency) in [
        ("bandwidth \"2 Mbit/s\" delay \"12 ms\"", 2_000_000, 12 * MS),
        ("capacity_mbps 2 latency_ms 12", 2_000_000, 12 * MS),
        ("label \"2 Mbit/s, 12 ms\"", 2_000_000, 12 * MS),
        ("rtt_ms 24 speed \"2M\"", 2_000_000, 12 * MS),
        ("LinkSpeed \"2\" LinkSpeedUnits \"M\" length_km 100", 2_000_000, 500_000),
        ("bandwidth \"N/A\" weight 7", 100_000_000, 10 * MS),
    ] {
        let place = Place::new();
        let _ = place.write("map.gml", graph(edge));
        place.init(&["--from-topology", "map.gml"]).success();
        assert_eq!(links(&place), [("lyon".into(), bits, latency)], "{edge}");
    }
    for edge in ["bw 2", "capacity 1000", "latency 5", "speed \"fast\""] {
        let place = Place::new();
        let _ = place.write("map.gml", graph(edge));
        place.init(&["--from-topology", "map.gml"]).code(3).stderr(contains("--attribute"));
    }
    // Shadow: hosts have a bandwidth, and each node has a link to itself.
    let place = Place::new();
    let shadow = "graph [ node [ id 0 label \"a\" host_bandwidth_down \"100 Mbit\" host_bandwidth_up \"50 Mbit\" ]
        node [ id 1 label \"b\" host_bandwidth_down \"10 Mbit\" ]
        edge [ source 0 target 0 latency \"10 ms\" ] edge [ source 0 target 1 latency \"20 ms\" packet_loss 0.0 ] ]";
    let _ = place.write("map.gml", shadow);
    place.init(&["--from-topology", "map.gml"]).success();
    assert_eq!(links(&place), [("b".into(), 10_000_000, 20 * MS)]);
}

#[test]
fn staleness_is_read_from_the_pattern() {
    let place = Place::new();
    let _ = place
        .write("s.csv", "Site,Subnets,Bandwidth\nHQ,10.0.0.0/16,\nLyon,10.1.0.0/24,2 Mbit/s\n");
    let agents = "Endpoint,IP Address,Virus Pattern\nA,10.0.0.1,17.321.00\nB,10.1.0.1,17.321.00\nC,10.1.0.2,17.317.00\nD,10.1.0.3,16.001.00\n";
    let _ = place.write("a.csv", agents);
    let said = account(&place, &["--from-inventory", "a.csv", "--subnets", "s.csv"]);
    assert!(said.contains("the newest version is 17.321"), "{said}");
    let (text, _) = place.scenario();
    let behind =
        "releases_behind = [{ share = 1, at = 0 }, { share = 1, at = 2 }, { share = 1, at = 15 }]";
    assert!(text.contains(behind) && text.contains("releases_behind = 0"), "{text}");
    place.run();
}

#[test]
fn a_workbook_holds_agents_and_sites_on_sheets_of_their_own() {
    let place = Place::new();
    let book = data("imports").join("company.xlsx").display().to_string();
    let tables = ["--from-inventory", &book, "--subnets", &book];
    let said = account(&place, &tables);
    assert!(said.contains("Excel workbook, sheet `Agents`"), "{said}");
    assert!(said.contains("Excel workbook, sheet `Sites`"), "{said}");
    assert_eq!(links(&place), [("Lyon".into(), 2_500_000, 10 * MS)]);
    let refused =
        place.init(&[tables.as_slice(), &["--force", "--sheet", "Agent"]].concat()).code(3);
    refused.stderr(contains("there is no sheet `Agent`: the workbook has Agents, Sites"));
}

/// A bandwidth that a formula could not compute is not the lack of one, which is headquarters'.
#[test]
fn errors_of_formulas_are_refused_in_workbooks_and_in_csv() {
    let place = Place::new();
    let book = data("imports").join("formula-errors.xlsx").display().to_string();
    let _ = place.write("a.csv", "Endpoint,IP Address\nA,10.0.0.1\nB,10.1.0.1\nC,10.2.0.1\n");
    let sites = "Site,Subnet,Bandwidth (Mbps),Latency (ms)\nHQ,10.0.0.0/16,#N/A,\n\
                 Lyon,10.1.0.0/16,#REF!,#DIV/0!\nOslo,10.2.0.0/16,8.5,#N/A\n";
    let _ = place.write("sites.csv", sites);
    for table in [book.as_str(), "sites.csv"] {
        let tables = ["--from-inventory", "a.csv", "--subnets", table];
        let refused = place.init(&tables).code(3);
        let refused = refused.stderr(contains("`#REF!` is an error of a formula"));
        refused.stderr(contains(format!("{table}:3:18"))).stderr(contains(format!("{table}:3:24")));
        assert!(!place.path("out.toml").exists());
        place.init(&[tables.as_slice(), &["--skip-bad-rows", "--force"]].concat()).success();
        assert_eq!(links(&place), [("Oslo".into(), 8_500_000, 10 * MS)]);
        std::fs::remove_file(place.path("out.toml")).expect("a scenario");
    }
}

#[test]
fn no_value_is_written_in_the_language_of_the_spreadsheet() {
    for none in ["#N/A", "#NV", "#N/D"] {
        let place = Place::new();
        let table =
            format!("Endpoint,IP Address,Site\nA,10.0.0.1,\nB,10.1.0.1,{none}\nC,,{none}\n");
        let _ = place.write("a.csv", table);
        let sites =
            format!("Site,Subnet,Bandwidth\nHQ,10.0.0.0/16,{none}\nLyon,10.1.0.0/16,2 Mbit/s\n");
        let _ = place.write("s.csv", sites);
        place.init(&["--from-inventory", "a.csv", "--subnets", "s.csv"]).success();
        assert_eq!(agents(&place), pairs(&[("HQ", 1), ("Lyon", 1)]), "{none}");
        place.init(&["--from-inventory", "a.csv", "--force"]).code(3);
    }
}

#[test]
fn hidden_sheets_dates_and_formulas_without_values_of_a_workbook_are_no_rates() {
    let place = Place::new();
    let book = data("imports").join("odd-cells.xlsx").display().to_string();
    let _ = place.write("a.csv", "Endpoint,IP Address\nA,10.0.0.1\nB,10.1.0.1\n");
    let tables = ["--from-inventory", "a.csv", "--subnets", &book];
    let init = |sheet: &str| {
        let sheet: &[&str] =
            if sheet.is_empty() { &["--force"] } else { &["--force", "--sheet", sheet] };
        place.init(&[tables.as_slice(), sheet].concat())
    };
    let said = "sheet `Sites` (not `Notes`, `Dates`, `Formulas`, `Renewed`, the hidden `Old sites`: --sheet)";
    init("").success().stderr(contains(said));
    assert_eq!(links(&place), [("Lyon".into(), 8_000_000, 12 * MS)]);
    init("Old sites").success();
    assert_eq!(links(&place), [("Lyon".into(), 1_000_000, 12 * MS)]);
    init("Renewed").success().stderr(contains("not read: `Renewed`"));
    assert_eq!(links(&place), [("Lyon".into(), 8_000_000, 12 * MS)]);
    let refused = init("Dates").code(3).stderr(contains(":3:18"));
    let refused = refused.stderr(contains("`2026-01-02` is a date or a time of day"));
    refused.stderr(contains("`00:00:05` is a date or a time of day"));
    init("Formulas")
        .code(3)
        .stderr(contains(":3:18"))
        .stderr(contains("a formula without its value"));
}

/// A smart-scan agent never gets the Virus Pattern, and a conventional one never the Smart Scan Agent Pattern (CMP-2).
#[test]
fn staleness_is_that_of_the_pattern_of_the_scan_method() {
    let place = Place::new();
    let _ = place
        .write("s.csv", "Site,Subnets,Bandwidth\nHQ,10.0.0.0/16,\nLyon,10.1.0.0/24,2 Mbit/s\n");
    let agents = "Endpoint,IP,Scan method,Virus Pattern,Smart Scan Agent Pattern\n\
                  A,10.1.0.5,Smart Scan,15.001.00,17.321.00\nB,10.1.0.6,Smart Scan,15.001.00,17.321.00\n\
                  C,10.1.0.7,Conventional Scan,17.321.00,N/A\nD,10.1.0.8,Smart Scan,15.001.00,\n";
    let _ = place.write("a.csv", agents);
    let said = account(&place, &["--from-inventory", "a.csv", "--subnets", "s.csv"]);
    assert!(
        said.contains("1 agent with no version but one of a pattern of the other scan method"),
        "{said}"
    );
    let (text, _) = place.scenario();
    assert!(text.contains("releases_behind = 0"), "{text}");
}

#[test]
fn values_of_a_map_that_are_no_texts_are_refused_or_told() {
    let place = Place::new();
    let map = |link: &str| {
        format!(
            "{{\"nodes\":[{{\"id\":\"hq\",\"ports\":[\"a\"]}},{{\"id\":\"lyon\"}}],\n\"links\":[{{\"source\":\"hq\",\"target\":\"lyon\",{link}}}]}}"
        )
    };
    let init = |link: &str, more: &[&str]| {
        let _ = place.write("map.json", map(link));
        place.init(&[["--from-topology", "map.json", "--force"].as_slice(), more].concat())
    };
    let object = r#""bandwidth":{"value":2,"unit":"Mbit/s"}"#;
    init(object, &[])
        .code(3)
        .stderr(contains("map.json:2:53"))
        .stderr(contains("an object or a list"));
    let told = init(r#""cost":{"eur":2},"bw":"2 Mbit/s""#, &[]).success();
    told.stderr(contains("not read: of links `cost`")).stderr(contains("of nodes `ports`"));
    let rule = ["--attribute", "bandwidth=cost Mbit/s"];
    init(r#""cost":{"eur":2}"#, &rule).code(3).stderr(contains("`cost` of this link"));
    // The one rate that an attribute has may be that of the other direction.
    init(r#""bw":"10 Mbps up""#, &[]).code(3).stderr(contains("none towards it"));
}
