//! Maps of networks.

use predicates::str::contains;
use updraft::units::BitRate;

use super::{Place, data, names};

fn map(name: &str) -> String {
    data("topologies").join(name).display().to_string()
}

#[test]
fn both_forms_of_a_map_make_the_same_scenario_and_it_runs() {
    let texts = ["Abilene.gml", "Abilene.graphml"].map(|name| {
        let place = Place::new();
        place.init(&["--from-topology", &map(name)]).success();
        place.run();
        place.scenario().0.replace(name, "MAP")
    });
    assert_eq!(texts[0], texts[1]);
}

#[test]
fn the_location_of_a_map_changes_nothing_in_the_scenario() {
    let [here, far] =
        ["", "a/way/that/is/longer/than/a/line/of/the/comment/at/the/top/of/the/scenario"].map(
            |way| {
                let place = Place::new();
                let folder = place.path(way);
                std::fs::create_dir_all(&folder).expect("a folder can be made");
                let copy = folder.join("Abilene.gml");
                std::fs::copy(map("Abilene.gml"), &copy).expect("the map can be copied");
                place.init(&["--from-topology", &copy.display().to_string()]).success();
                place.scenario().0
            },
        );
    assert_eq!(here, far);
}

#[test]
fn abilene_hangs_on_its_busiest_node_by_the_ways_of_least_latency() {
    let place = Place::new();
    place.init(&["--from-topology", &map("Abilene.gml")]).success();
    let (_, scenario) = place.scenario();
    assert_eq!(scenario.groups.len(), 11);
    let group = |name: &str| {
        scenario.groups.iter().find(|group| group.name == name).unwrap_or_else(|| panic!("{name}"))
    };
    let above = |name: &str| scenario.groups[group(name).via.expect("a site")].name.as_str();
    // Five nodes have three links; the first of them in the file is headquarters.
    assert_eq!(names(&scenario)[0], "Sunnyvale");
    assert_eq!([above("Seattle"), above("Denver"), above("Los Angeles")], ["Sunnyvale"; 3]);
    assert_eq!([above("Kansas City"), above("Houston")], ["Denver", "Los Angeles"]);
    // Seattle to Sunnyvale: 1,138.6 km of great circle at 5 us/km; its label says OC-192c.
    let seattle = group("Seattle");
    let latency = seattle.latency[0].from;
    assert!(latency.abs_diff(5_693_000) < 1_000, "{latency} ns");
    assert_eq!(seattle.bandwidth[0].from, 192 * 51_840_000);
    assert_eq!(seattle.agents[0].from, 50);
}

/// Abilene has 11 nodes and 14 links: ten are in the tree, four beside it.
#[test]
fn a_map_that_is_no_tree_stays_a_graph() {
    let place = Place::new();
    place.init(&["--from-topology", &map("Abilene.gml")]).success();
    let (text, scenario) = place.scenario();
    assert_eq!((scenario.graph.links.len(), text.matches("\n[[link]]\n").count()), (4, 4));
    let sampled = scenario.sample(&updraft::random::Streams::new(1, 0));
    let between_sites = sampled.wan.len() - 1;
    assert_eq!(between_sites, 14, "and the access to the Internet");
    place.run();
}

/// Headquarters 0, nodes 1 and 2 at it, and a cable between those over two bends; node 9 hangs on a bend with three cables,
/// which stays.
#[test]
fn cables_beside_the_tree_have_no_bends() {
    let node = |id: u32, kind: &str| format!("node [ id {id} label \"n{id}\" type \"{kind}\" ]\n");
    let edge = |from: u32, to: u32| {
        format!("edge [ source {from} target {to} LinkSpeedRaw {from}{to}000000.0 ]\n")
    };
    let bends: String = [3, 4, 5].map(|id| node(id, "Seacable Waypoint")).concat();
    let nodes: String = [0, 1, 2, 9].map(|id| node(id, "x")).concat();
    let cable = [(0, 1), (0, 2), (1, 3), (3, 4), (4, 2), (1, 5), (2, 5), (5, 9)];
    let edges: String = cable.map(|(from, to)| edge(from, to)).concat();
    let place = Place::new();
    let map = place.write("m.gml", format!("graph [\n{nodes}{bends}{edges}]"));
    place.init(&["--from-topology", &map.display().to_string(), "--headquarters", "n0"]).success();
    let (text, scenario) = place.scenario();
    assert_eq!(names(&scenario), ["n0", "n1", "n2", "n5", "n9"]);
    // 1 – 3 – 4 – 2 at the rate of its thinnest part, and 2 – 5, as 5 hangs on 1.
    let links: Vec<u64> =
        scenario.graph.links.iter().map(|link| link.bandwidth.bits_per_sec()).collect();
    assert_eq!(links, [13_000_000, 25_000_000], "{text}");
    place.run();
}

#[test]
fn flags_say_what_the_map_does_not() {
    let place = Place::new();
    let flags = [
        "--headquarters",
        "Chicago",
        "--agents-per-node",
        "300",
        "--internet",
        "1 Gbit/s",
        "--no-update-agents",
    ];
    place.init(&[["--from-topology", &map("Abilene.gml")].as_slice(), &flags].concat()).success();
    let (_, scenario) = place.scenario();
    assert_eq!(names(&scenario)[0], "Chicago");
    assert_eq!(scenario.headquarters.internet_bandwidth, BitRate::from_megabits(1000));
    assert!(scenario.groups.iter().all(|group| group.agents[0].from == 300));
    assert!(scenario.groups.iter().all(|group| group.update_agents == 0));
    let place = Place::new();
    let wrong = ["--from-topology", &map("Abilene.gml"), "--headquarters", "Chicgo"];
    place.init(&wrong).code(3).stderr(contains("did you mean `Chicago`?"));
    assert_eq!(place.names(), [""; 0]);
}

#[test]
fn parts_and_other_networks_are_left_out_or_joined_and_it_is_said() {
    let sites = |flags: &[&str]| {
        let place = Place::new();
        let kent = map("KentmanApr2007.graphml");
        let done = place.init(&[["--from-topology", &kent].as_slice(), flags].concat()).success();
        let notes = String::from_utf8_lossy(&done.get_output().stderr).into_owned();
        (place.scenario().1.groups.len(), notes)
    };
    let (plain, notes) = sites(&[]);
    for said in
        ["not connected to headquarters", "of other networks", "bandwidths added", "--default-link"]
    {
        assert!(notes.contains(said), "{said}: {notes}");
    }
    let (joined, _) = sites(&["--join-parts"]);
    let (all, notes) = sites(&["--join-parts", "--keep-external"]);
    assert!(plain < joined && joined < all, "{plain} {joined} {all}");
    assert_eq!(all, 23, "all nodes");
    assert!(!notes.contains("of other networks"));
}

/// Two nodes in London and Paris, and one without a position.
const SMALL: &str = "graph [ directed DIRECTED
  node [ id 0 label \"London\" Latitude 51.5 Longitude 0 ]
  node [ id 1 label \"Paris\" Latitude 48.86 Longitude 2.35 ]
  node [ id 2 label \"None\" ]
  node [ id 3 label \"Paris\" Latitude 48.86 Longitude 2.35 ]
  edge [ source 0 target 1 LinkLabel \"10-34 Mb/s\" ]
  edge [ source 1 target 0 LinkLabel \"E3\" ]
  edge [ source 0 target 2 ]
  edge [ source 2 target 2 LinkSpeedRaw 5.0 ]
  edge [ source 0 target 3 LinkSpeedRaw 2.0E6 ]
]";

#[test]
fn parallel_links_are_added_and_the_two_directions_of_a_directed_map_are_one_link() {
    for (directed, towards, away) in [("0", 44_368_000, None), ("1", 10_000_000, Some(34_368_000))]
    {
        let place = Place::new();
        let map = place.write("m.gml", SMALL.replace("DIRECTED", directed));
        place.init(&["--from-topology", &map.display().to_string()]).success();
        let (text, scenario) = place.scenario();
        assert_eq!(names(&scenario), ["London", "Paris", "node-2", "Paris-2"]);
        let [_, paris, nowhere, second] = &scenario.groups[..] else { panic!("four groups") };
        assert_eq!(paris.bandwidth[0].from, towards);
        assert_eq!(paris.link.up.first().map(|up| up.from), away);
        assert_eq!(nowhere.bandwidth[0].from, 100_000_000);
        assert_eq!(nowhere.latency[0].from, 10_000_000);
        assert_eq!(second.bandwidth[0].from, 2_000_000);
        assert_eq!(second.latency, paris.latency);
        for said in ["1 link from a node to itself", "1 link without a speed", "named `node-`"] {
            assert!(text.contains(said), "{said}: {text}");
        }
    }
}

#[test]
fn labels_of_links_have_decimal_commas_pairs_and_ranges() {
    let import = |label: &str| {
        let place = Place::new();
        let dot = format!("graph {{ hq -- lyon [label=\"{label}\"]; }}");
        let _ = place.write("l.dot", dot);
        let done = place.init(&["--from-topology", "l.dot", "--headquarters", "hq"]);
        (place, done)
    };
    for (label, down, up, latency) in [
        ("0,5 Mbit/s", 500_000, None, 10_000_000),
        ("2,5 Mbit/s, 12,5 ms", 2_500_000, None, 12_500_000),
        ("50/10 Mbit/s", 50_000_000, Some(10_000_000), 10_000_000),
        ("10–20 Mbit/s", 10_000_000, None, 10_000_000),
        ("10 Mbit/s\\n0,5 ms", 10_000_000, None, 500_000),
    ] {
        let (place, done) = import(label);
        let _ = done.success();
        let (_, scenario) = place.scenario();
        let lyon = &scenario.groups[1];
        assert_eq!(lyon.bandwidth[0].from, down, "{label}");
        assert_eq!(lyon.link.up.first().map(|up| up.from), up, "{label}");
        assert_eq!(lyon.latency[0].from, latency, "{label}");
    }
    for label in ["2,048 Mbit/s", "2 Mbit/s, 1,200 ms"] {
        let (_, done) = import(label);
        done.code(3).stderr(contains("l.dot:1:9")).stderr(contains("is ambiguous"));
    }
}

#[test]
fn names_that_graphviz_writes_as_escapes_are_those_of_the_nodes() {
    let place = Place::new();
    let dot = "graph wan { node [label=\"\\N\"]; hq; lyon [label=\"\\N, France\"]; hq -- lyon; hq -- 7; }";
    let _ = place.write("wan.dot", dot);
    place.init(&["--from-topology", "wan.dot"]).success();
    assert_eq!(names(&place.scenario().1), ["hq", "lyon, France", "node-7"]);
}

#[test]
fn links_that_are_not_in_service_are_left_out_of_any_map() {
    let table = "From,To,Bandwidth,Status\nhq,lyon,2 Mbit/s,Connected\nhq,lyon,8 Mbit/s,Decommissioned\n\
                 hq,oslo,4 Mbit/s,Connected\nhq,rome,4 Mbit/s,Planned\n";
    let graph = "graph { edge [bandwidth=\"2 Mbit/s\"] hq -- lyon; hq -- oslo [bandwidth=\"4 Mbit/s\"]; \
                 hq -- lyon [status=planned]; hq -- rome [status=offline]; }";
    for (name, map) in [("edges.csv", table), ("wan.dot", graph)] {
        let place = Place::new();
        let _ = place.write(name, map);
        let done = place.init(&["--from-topology", name, "--headquarters", "hq"]).success();
        done.stderr(contains("2 links not in service: left out"));
        let (_, scenario) = place.scenario();
        assert_eq!(names(&scenario), ["hq", "lyon", "oslo"], "{name}");
        let rates = [1, 2].map(|at| scenario.groups[at].bandwidth[0].from);
        assert_eq!(rates, [2_000_000, 4_000_000], "{name}");
    }
}

/// The link to Lyon of each form has 20 Mbit/s towards it and 1 Mbit/s away from it.
#[test]
fn the_two_directions_of_a_link_are_one_link_in_every_form() {
    let json = |graph: &str, there: &str, nodes: &str| {
        let edge = |from: &str, to: &str, speed: &str| {
            format!(
                "{{\"source\":\"{from}\",\"target\":\"{to}\",{there},\"metadata\":{{\"bandwidth\":\"{speed} Mbit/s\"}}}}"
            )
        };
        let edges = [edge("hq", "lyon", "20"), edge("lyon", "hq", "1")].join(",");
        graph.replace("GRAPH", &format!("\"nodes\":{nodes},\"edges\":[{edges}]"))
    };
    let by_name = "{\"hq\":{},\"lyon\":{}}";
    let keys = "[{\"key\":\"hq\"},{\"key\":\"lyon\"}]";
    let any = "\"key\":\"e\"";
    let graphml = |default: &str, edge: &str| {
        format!(
            "<graphml><key id=\"d\" for=\"edge\" attr.name=\"bandwidth\"/><graph edgedefault=\"{default}\">\
             <node id=\"hq\"/><node id=\"lyon\"/>\
             <edge source=\"hq\" target=\"lyon\" {edge}><data key=\"d\">20 Mbit/s</data></edge>\
             <edge source=\"lyon\" target=\"hq\" {edge}><data key=\"d\">1 Mbit/s</data></edge></graph></graphml>"
        )
    };
    let gexf = |default: &str, edge: &str| {
        format!(
            "<gexf><graph defaultedgetype=\"{default}\"><nodes><node id=\"hq\"/><node id=\"lyon\"/></nodes><edges>\
             <edge source=\"hq\" target=\"lyon\" {edge} bandwidth=\"20 Mbit/s\"/>\
             <edge source=\"lyon\" target=\"hq\" {edge} bandwidth=\"1 Mbit/s\"/></edges></graph></gexf>"
        )
    };
    let weathermap =
        |link: &str| format!("NODE hq\n LABEL hq\nNODE lyon\n LABEL lyon\nLINK a\n{link}\n");
    let forms = [
        json("{\"graph\":{\"directed\":true,GRAPH}}", any, by_name),
        json("{\"graph\":{GRAPH}}", "\"directed\":true", by_name),
        json("{\"directed\":true,GRAPH}", any, keys),
        json("{\"directed\":true,\"elements\":{GRAPH}}", any, keys),
        json("{\"options\":{\"type\":\"directed\"},GRAPH}", any, keys),
        json("{\"options\":{\"type\":\"mixed\"},GRAPH}", any, keys),
        graphml("directed", ""),
        graphml("undirected", "directed=\"true\""),
        gexf("directed", ""),
        gexf("undirected", "type=\"directed\""),
        "<platform><host id=\"hq\"/><host id=\"lyon\"/><link id=\"a\" bandwidth=\"20Mbps\"/><link id=\"b\" bandwidth=\"1Mbps\"/>\
         <route src=\"hq\" dst=\"lyon\" symmetrical=\"NO\"><link_ctn id=\"a\"/></route>\
         <route src=\"lyon\" dst=\"hq\" symmetrical=\"no\"><link_ctn id=\"b\"/></route></platform>"
            .to_string(),
        weathermap(" NODES hq lyon\n BANDWIDTH 20M 1M"),
        weathermap(" NODES lyon hq\n BANDWIDTH 1M 20M"),
        "graph [ directed 1 node [ id 0 label \"hq\" ] node [ id 1 label \"lyon\" ]\
         edge [ source 0 target 1 bandwidth \"20M\" ] edge [ source 1 target 0 bandwidth \"1M\" ] ]"
            .to_string(),
        "digraph { hq -> lyon [bandwidth=\"20 Mbit/s\"]; lyon -> hq [bandwidth=\"1 Mbit/s\"] }".to_string(),
        "from,to,bandwidth\nhq,lyon,20 Mbit/s\nlyon,hq,1 Mbit/s\n".to_string(),
        "from,to,bandwidth\nhq,lyon,20/1 Mbit/s\nlyon,hq,20/1 Mbit/s\n".to_string(),
    ];
    for form in forms {
        let place = Place::new();
        let _ = place.write("m", &form);
        place.init(&["--from-topology", "m", "--headquarters", "hq"]).success();
        let (text, scenario) = place.scenario();
        assert_eq!(names(&scenario), ["hq", "lyon"], "{form}");
        let lyon = &scenario.groups[1];
        assert_eq!(lyon.bandwidth[0].from, 20_000_000, "{form}");
        assert_eq!(lyon.link.up.first().map(|up| up.from), Some(1_000_000), "{form}");
        assert!(!text.contains("parallel"), "{form}: {text}");
    }
}

/// An undirected link beside directed ones adds to both directions.
#[test]
fn links_without_a_direction_among_directed_ones_have_both() {
    let edge = |more: &str, speed: &str| {
        format!(
            "{{\"source\":\"lyon\",\"target\":\"hq\",{more},\"attributes\":{{\"bandwidth\":\"{speed} Mbit/s\"}}}}"
        )
    };
    for (more, towards, away) in
        [("\"undirected\":true", 5_000_000, Some(25_000_000)), ("\"key\":\"e\"", 25_000_000, None)]
    {
        let edges = [edge("\"key\":\"d\"", "20"), edge(more, "5")].join(",");
        let place = Place::new();
        let _ = place.write(
            "m",
            format!(
                "{{\"options\":{{\"type\":\"mixed\"}},\"nodes\":[{{\"key\":\"hq\"}},{{\"key\":\"lyon\"}}],\"edges\":[{edges}]}}"
            ),
        );
        let told = place.init(&["--from-topology", "m", "--headquarters", "hq"]).success();
        told.stderr(contains("1 link parallel to another"));
        let (_, scenario) = place.scenario();
        let lyon = &scenario.groups[1];
        assert_eq!(lyon.bandwidth[0].from, towards, "{more}");
        assert_eq!(lyon.link.up.first().map(|up| up.from), away, "{more}");
    }
}

#[test]
fn a_direction_without_a_speed_has_that_of_the_other() {
    let table = "from,to,bandwidth\nhq,lyon,2 Mbit/s\nlyon,hq,\noslo,hq,\nhq,oslo,4/1 Mbit/s\n\
                 hq,paris,\nparis,hq,\n";
    let place = Place::new();
    let _ = place.write("links.csv", table);
    let told = place.init(&["--from-topology", "links.csv", "--headquarters", "hq"]).success();
    let told = told.stderr(contains("2 links without a speed: that of the other direction"));
    told.stderr(contains("2 links without a speed: --default-link"));
    let (_, scenario) = place.scenario();
    let rates: Vec<_> = scenario.groups[1..]
        .iter()
        .map(|group| (group.bandwidth[0].from, group.link.up.first().map(|up| up.from)))
        .collect();
    assert_eq!(rates, [(2_000_000, None), (4_000_000, Some(1_000_000)), (100_000_000, None)]);
}

#[test]
fn positions_of_a_layout_are_told() {
    let place = Place::new();
    let map = |x: &str| {
        format!(
            "{{\"nodes\":[{{\"id\":\"hq\",\"pos\":[{x},0.5]}},{{\"id\":\"lyon\",\"pos\":[0.1,0.2]}}],\
             \"links\":[{{\"source\":\"hq\",\"target\":\"lyon\"}}]}}"
        )
    };
    for (x, said) in [
        ("0.3", "read: positions from `pos` as longitude and latitude (2)"),
        ("300", "not read: of nodes `pos`"),
    ] {
        let _ = place.write("map.json", map(x));
        place.init(&["--from-topology", "map.json", "--force"]).success().stderr(contains(said));
    }
}

#[test]
fn an_invalid_map_is_refused_with_its_position_and_nothing_is_written() {
    let cases = [
        ("graph [ node [ id 0 ] node [ id 0 ] ]", "m:1:23", "two nodes with the id `0`"),
        ("graph [ node [ id 0 ]\nedge [ source 0 target 7 ] ]", "m:2:1", "there is no node `7`"),
        ("graph [ node [ id 0 Latitude 91 Longitude 0 ] ]", "m:1:9", "`91` is not a latitude"),
        ("graph [ node [ id 0 Latitude nan Longitude 0 ] ]", "m:1:9", "`nan` is not a latitude"),
        ("graph [ ]", "m:1:1", "no nodes"),
        ("graph [", "m:1:8", "ends inside a list"),
        ("<graphml>\n<graph></graphml>", "m:2:8", "expected GraphML"),
        ("", "m:1:1", "this is an empty file"),
        ("Lyon", "m:1:1", "this is a text, which is not read as a map"),
        ("<mxfile/>", "m:1:1", "this is a draw.io drawing"),
    ];
    for (text, at, said) in cases {
        let place = Place::new();
        let _ = place.write("m", text);
        place.init(&["--from-topology", "m"]).code(3).stderr(contains(at)).stderr(contains(said));
        assert_eq!(place.names(), ["m"]);
    }
    let place = Place::new();
    place.init(&["--from-topology", "no-such-file"]).code(1);
    let _ = place.write("m", "graph [ node [ id 0 ] ]");
    let many = ["--from-topology", "m", "--agents-per-node", "1000000"];
    place.init(&many).success();
}
