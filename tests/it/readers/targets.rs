//! One function for each reader: it takes any bytes and must neither panic nor accept values that later code cannot
//! handle. The same functions are targets of cargo-fuzz (`fuzz/`) and of ordinary tests.

use std::fs;
use std::path::Path;

use updraft::experiment::sweep::DesignFile;
use updraft::import::{
    Inventory, InventoryRules, LogReader, LogRules, ProductFile, ProductRules, TopologyRules,
    from_product_file, from_topology,
};
use updraft::replay::{NetworkFile, NodeTable, TransferFile, TransferRules};
use updraft::report::{Claim, LoadedFolder, LoadedResults, merge};
use updraft::scenario::{Layers, Overrides, Scenario, text_of};

/// A reader, by the name of its target and of its corpus.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    pub(crate) read: fn(&[u8]),
}

/// All readers.
pub(crate) const TARGETS: &[Target] = &[
    Target { name: "scenario", read: scenario },
    Target { name: "layers", read: layers },
    Target { name: "network", read: network },
    Target { name: "transfers", read: transfers },
    Target { name: "prefixes", read: prefixes },
    Target { name: "inventory", read: inventory },
    Target { name: "workbook", read: workbook },
    Target { name: "source_list", read: source_list },
    Target { name: "map", read: map },
    Target { name: "log", read: log },
    Target { name: "product", read: product },
    Target { name: "design", read: design },
    Target { name: "shard", read: shard },
    Target { name: "manifest", read: manifest },
];

/// The target named `name`.
pub(crate) fn target(name: &str) -> fn(&[u8]) {
    TARGETS.iter().find(|target| target.name == name).expect("a target of this name").read
}

/// The parts of `bytes` between bytes that never occur in text.
fn parts(bytes: &[u8], count: usize) -> Vec<&[u8]> {
    let mut parts: Vec<&[u8]> = bytes.splitn(count, |byte| *byte == 0xff).collect();
    parts.resize(count, &[]);
    parts
}

fn scenario(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    parse(text, &Layers::default());
}

fn layers(bytes: &[u8]) {
    let parts = parts(bytes, 4);
    let texts: Option<Vec<&str>> =
        parts.iter().map(|part| std::str::from_utf8(part).ok()).collect();
    let Some([text, project, overlay, variables]) =
        texts.as_deref().and_then(<[&str]>::first_chunk)
    else {
        return;
    };
    let variables = variables.lines().filter_map(|line| line.split_once('='));
    let variables = variables.map(|(name, value)| (name.into(), value.into()));
    let Ok(environment) = updraft::scenario::Environment::of(variables) else { return };
    let layers = Layers {
        project: Some(("updraft.toml".into(), (*project).into())),
        overlays: vec![("overlay.toml".into(), (*overlay).into())],
        environment,
        set: Overrides::default(),
    };
    parse(text, &layers);
}

/// Reads a scenario: a refused one is reported in every format, an accepted one reads again from its stored form.
fn parse(text: &str, layers: &Layers) {
    match Scenario::parse_with(text, "fuzz.toml", layers) {
        Ok(scenario) => {
            let again = Scenario::parse(&scenario.toml, "kept.toml", &Overrides::default());
            assert!(again.is_ok(), "a scenario that is kept reads again");
        }
        Err(problems) => {
            assert!(!problems.list.is_empty(), "nothing is refused without a word");
            let _ = (problems.render(false), problems.to_string(), problems.records().count());
        }
    }
}

fn network(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Err(problems) = NetworkFile::parse(text, "network.toml") {
        let _ = (problems.render(false), problems.to_string());
    }
}

const NETWORK: &str = "[network]\n[[network.node]]\nname = \"a\"\n[[network.node]]\nname = \"b\"\n\
    [[network.link]]\nfrom = \"a\"\nto = \"b\"\nbandwidth = \"1 Mbit/s\"\n";

fn transfers(bytes: &[u8]) {
    let network = NetworkFile::parse(NETWORK, "network.toml").expect("valid");
    let mut nodes = None;
    in_file("prefixes.csv", b"prefix,node\n10.0.1.0/24,a\n10.0.0.0/8,b\n", |path| {
        nodes = NodeTable::load(path, &network).ok();
    });
    let rules =
        TransferRules { nodes: nodes.as_ref(), server: Some("a"), ..TransferRules::default() };
    in_file("transfers.csv", bytes, |path| {
        if let Err(error) = TransferFile::load(path, &network, &rules) {
            let _ = error.to_string();
        }
    });
}

const COMPANY: &str = "name = \"x\"\nstart = \"Mon 00:00\"\nduration = \"24 h\"\n\
    [headquarters]\nagents = 9\ninternet_bandwidth = \"1 Mbit/s\"\n\
    [[site]]\nname = \"site\"\nagents = 9\nbandwidth = \"1 Mbit/s\"\n\
    [[release]]\nname = \"r\"\nat = \"1 h\"\ncomponents = [\"Virus Pattern\"]\n";

fn prefixes(bytes: &[u8]) {
    let network = NetworkFile::parse(NETWORK, "network.toml").expect("valid");
    in_file("prefixes.csv", bytes, |path| {
        if let Err(error) = NodeTable::load(path, &network) {
            assert!(!error.to_string().is_empty(), "nothing is refused without a word");
        }
    });
}

/// A log, and the estimates from what can be read of it.
fn log(bytes: &[u8]) {
    let scenario = Scenario::parse(COMPANY, "x.toml", &Overrides::default()).expect("valid");
    let mut reader = LogReader::new(&scenario, LogRules::default());
    if let Err(error) = reader.read("10.0.1.1/any.log", bytes) {
        assert!(!error.to_string().is_empty(), "nothing is refused without a word");
        return;
    }
    match reader.finish() {
        Ok(reading) => {
            let (list, agents) = (&reading.observations.list, &reading.observations.agents);
            assert!(list.iter().all(|seen| agents.get(seen.agent).is_some()));
            assert!(list.is_sorted_by_key(|seen| (seen.window, seen.at)));
            let _ =
                updraft::experiment::calibration::estimates_of(&scenario, &reading.observations);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

fn inventory(bytes: &[u8]) {
    let parts = parts(bytes, 2);
    let (agents, subnets) = (parts[0], parts[1]);
    read_inventory(&Inventory {
        agents: (agents, Path::new("agents.csv")),
        sites: vec![(subnets, Path::new("subnets.csv"))],
    });
}

/// A workbook is the table of agents, of sites, and of links.
fn workbook(bytes: &[u8]) {
    let file = (bytes, Path::new("company.xlsx"));
    read_inventory(&Inventory { agents: file, sites: vec![file] });
    read_inventory(&Inventory { agents: file, sites: Vec::new() });
    map(bytes);
}

fn read_inventory(inventory: &Inventory<'_>) {
    for skips_bad_rows in [false, true] {
        let rules = InventoryRules { skips_bad_rows, ..InventoryRules::default() };
        match inventory.scenario("fuzz", &rules) {
            Ok(begun) => begun_is_toml(&begun.text),
            Err(error) => error.shown.iter().for_each(|problems| {
                let _ = problems.render(false);
            }),
        }
    }
}

fn map(bytes: &[u8]) {
    for path in ["map.graphml", "map.gml"] {
        let rules = TopologyRules::default();
        match from_topology(bytes, Path::new(path), "fuzz", &rules) {
            Ok(begun) => begun_is_toml(&begun.text),
            Err(error) => error.shown.iter().for_each(|problems| {
                let _ = problems.render(false);
            }),
        }
    }
}

/// A list of update sources as an overlay.
fn source_list(bytes: &[u8]) {
    const BASE: &str = "name = \"x\"\nduration = \"1 h\"\n[headquarters]\nagents = 1\n\
        internet_bandwidth = \"1 Mbit/s\"\n[[site]]\nname = \"a\"\nagents = 2\n\
        bandwidth = \"2 Mbit/s\"\nupdate_agents = 1\n\
        [[release]]\nname = \"r\"\nat = \"0 s\"\ncomponents = [\"Virus Pattern\"]\n";
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let overlays = vec![("update_sources.csv".to_string(), text.to_string())];
    parse(BASE, &Layers { overlays, ..Layers::default() });
}

fn product(bytes: &[u8]) {
    const BASE: &str = "name = \"x\"\nduration = \"1 h\"\n[headquarters]\nagents = 1\n\
        internet_bandwidth = \"1 Mbit/s\"\n";
    let said = [("P.1".to_string(), "Spyware Pattern".to_string())];
    for which in [ProductFile::Catalogue, ProductFile::Settings] {
        for components in [Vec::new(), said.to_vec()] {
            let rules = ProductRules { components };
            match from_product_file(which, bytes, Path::new("product.ini"), &rules) {
                Ok(begun) => begun_is_toml(&format!("{BASE}{}", begun.text)),
                Err(error) => error.shown.iter().for_each(|problems| {
                    let _ = problems.render(false);
                }),
            }
        }
    }
}

/// The output of an import is a valid scenario, or its problems can be reported.
fn begun_is_toml(text: &str) {
    if let Err(problems) = Scenario::parse(text, "begun.toml", &Overrides::default()) {
        let _ = problems.render(false);
        assert!(
            problems.list.iter().all(|problem| problem.code != "syntax"),
            "an import writes TOML: {problems}"
        );
    }
}

fn design(bytes: &[u8]) {
    let parse = |text: String| DesignFile::parse(&text, "design.csv", false);
    if let Err(problems) = text_of(bytes, "design.csv").and_then(parse) {
        let _ = problems.render(false);
    }
}

fn shard(bytes: &[u8]) {
    in_file("shard-1-of-2.json", bytes, |path| {
        if let Err(error) = merge(&[path.to_path_buf()]) {
            let _ = error.to_string();
        }
    });
}

fn manifest(bytes: &[u8]) {
    in_file("manifest.json", bytes, |path| read_folder(path.parent().expect("a folder")));
}

/// Reads a results folder in every possible way.
pub(crate) fn read_folder(folder: &Path) {
    if let Err(error) = LoadedResults::read(folder) {
        let _ = error.to_string();
    }
    if let Err(error) = LoadedFolder::read(folder) {
        let _ = error.to_string();
    }
    match Claim::read(folder) {
        Ok(claim) => {
            let _ = (claim.file_count(), claim.changed().map_err(|error| error.to_string()));
        }
        Err(error) => {
            let _ = error.to_string();
        }
    }
}

fn in_file(name: &str, bytes: &[u8], read: impl FnOnce(&Path)) {
    let place = tempfile::tempdir().expect("a temporary folder");
    let path = place.path().join(name);
    fs::write(&path, bytes).expect("a file");
    read(&path);
}
