//! Tables of every kind, by their rows and by their columns.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use updraft::experiment::sweep::DesignFile;
use updraft::import::{
    Inventory, InventoryRules, LogReader, LogRules, TopologyRules, from_topology,
};
use updraft::replay::{NetworkFile, NodeTable, TransferFile, TransferRules};
use updraft::scenario::{Overrides, Scenario};

use super::maps::rules;
use super::{List, Work};

/// A table: its header, then each of `rows` rows.
fn table(header: &str, rows: usize, row: impl Fn(usize) -> String) -> String {
    let mut text = format!("{header}\n");
    for number in 0..rows {
        let _ = writeln!(text, "{}", row(number));
    }
    text
}

/// The same words with the numbers of so many columns, separated by commas.
fn columns(count: usize, words: &str) -> String {
    let cells: Vec<String> = (0..count).map(|number| format!("{words}{number}")).collect();
    cells.join(",")
}

/// An address by a number.
fn address(number: usize) -> String {
    format!("10.{}.{}.7", number / 256 % 256, number % 256)
}

/// Reads an inventory; it is also valid to refuse it.
fn inventory(agents: String, sites: Option<String>, is_valid: bool) -> Work {
    let rules = InventoryRules::default();
    Box::new(move || {
        let sites = sites.iter().map(|sites| (sites.as_bytes(), Path::new("sites.csv")));
        let inventory = Inventory {
            agents: (agents.as_bytes(), Path::new("agents.csv")),
            sites: sites.collect(),
        };
        match inventory.scenario("long", &rules) {
            Ok(begun) => assert!(is_valid && begun.text.contains("[headquarters]")),
            Err(wrong) => assert!(!is_valid, "{}", wrong.shown[0].list[0].message),
        }
    })
}

fn agents_and_sites() -> Vec<List> {
    let two =
        || Some(String::from("site,subnet,bandwidth\nhq,10.255.0.0/16,\nb,10.0.0.0/9,2 Mbit/s\n"));
    vec![
        List::new("agents: rows at one site", move |n| {
            let rows = |row| format!("pc{row},{}", address(row));
            inventory(table("name,ip address", n, rows), two(), true)
        }),
        List::new("agents: rows at a site each", |n| {
            inventory(table("name,site", n, |row| format!("pc{row},site{row}")), None, true)
        }),
        List::new("agents: columns that are not read", move |n| {
            let header = format!("name,ip address,{}", columns(n, "other"));
            let row = |row| format!("pc{row},{},{}", address(row), columns(n, "x"));
            inventory(table(&header, 3, row), two(), true)
        }),
        List::new("agents: columns called alike", move |n| {
            let header = format!("name,ip address{}", ",ip address".repeat(n));
            let row = |row| format!("pc{row},{}{}", address(row), ",10.0.0.9".repeat(n));
            inventory(table(&header, 3, row), two(), true)
        }),
        List::new("agents: wrong rows", move |n| {
            inventory(table("name,ip address", n, |row| format!("pc{row},10.0.x")), two(), false)
        }),
        List::new("sites: rows", |n| {
            let subnet = |row| format!("s{row},10.{}.{}.0/24,2 Mbit/s", row / 256, row % 256);
            let sites = table("site,subnet,bandwidth\nhq,192.168.0.0/16,", n, subnet);
            inventory(
                table("name,ip address", 9, |row| format!("pc{row},{}", address(row))),
                Some(sites),
                true,
            )
        }),
        List::new("sites: subnets of one site", |n| {
            let subnet = |row| format!("s,10.{}.{}.0/24,2 Mbit/s", row / 256, row % 256);
            let sites = table("site,subnet,bandwidth\nhq,192.168.0.0/16,", n, subnet);
            inventory(
                table("name,ip address", 9, |row| format!("pc{row},{}", address(row))),
                Some(sites),
                true,
            )
        }),
        List::new("sites: columns that are not read", |n| {
            let header = format!("site,subnet,bandwidth,{}", columns(n, "other"));
            let sites = table(&header, 1, |_| format!("hq,192.168.0.0/16,,{}", columns(n, "x")))
                + &format!("b,10.0.0.0/8,2 Mbit/s,{}\n", columns(n, "x"));
            inventory(
                table("name,ip address", 9, |row| format!("pc{row},{}", address(row))),
                Some(sites),
                true,
            )
        }),
    ]
}

fn links(text: String) -> Work {
    let rules = TopologyRules { joins_parts: false, ..rules() };
    Box::new(move || {
        let begun = from_topology(text.as_bytes(), Path::new("links.csv"), "map", &rules);
        assert!(begun.is_ok_and(|begun| begun.text.contains("[headquarters]")));
    })
}

fn design(text: String, is_valid: bool) -> Work {
    Box::new(move || match DesignFile::parse(&text, "design.csv", false) {
        Ok(design) => assert!(is_valid && !design.points.is_empty()),
        Err(problems) => assert!(!is_valid && !problems.render(false).is_empty(), "{problems}"),
    })
}

const NETWORK: &str = "[network]\n[[network.node]]\nname = \"a\"\n[[network.node]]\nname = \"b\"\n\
    [[network.link]]\nfrom = \"a\"\nto = \"b\"\nbandwidth = \"1 Mbit/s\"\n";

fn transfers(text: &str, is_valid: bool) -> Work {
    let place = tempfile::tempdir().expect("a temporary folder");
    let path = place.path().join("transfers.csv");
    fs::write(&path, text).expect("a file");
    let network = NetworkFile::parse(NETWORK, "network.toml").expect("valid");
    Box::new(move || {
        let _place = place;
        match TransferFile::load(&path, &network, &TransferRules::default()) {
            Ok(read) => assert!(is_valid && !read.plan.is_empty()),
            Err(wrong) => assert!(!is_valid && !wrong.to_string().is_empty(), "{wrong}"),
        }
    })
}

fn prefixes(text: &str) -> Work {
    let place = tempfile::tempdir().expect("a temporary folder");
    let path = place.path().join("prefixes.csv");
    fs::write(&path, text).expect("a file");
    let network = NetworkFile::parse(NETWORK, "network.toml").expect("valid");
    Box::new(move || {
        let _place = place;
        let nodes = NodeTable::load(&path, &network).expect("valid");
        assert!(nodes.node("10.0.0.1".parse().expect("an address")).is_some());
    })
}

const COMPANY: &str = "name = \"x\"\nstart = \"Mon 00:00\"\nduration = \"24 h\"\n\
    [headquarters]\nagents = 9\ninternet_bandwidth = \"1 Mbit/s\"\n\
    [[release]]\nname = \"r\"\nat = \"1 h\"\ncomponents = [\"Virus Pattern\"]\n";

fn log(text: String) -> Work {
    let scenario = Scenario::parse(COMPANY, "x.toml", &Overrides::default()).expect("valid");
    Box::new(move || {
        let mut reader = LogReader::new(&scenario, LogRules::default());
        reader.read("10.0.1.1/access.log", text.as_bytes()).expect("a log");
        assert!(!reader.finish().expect("observations").observations.list.is_empty());
    })
}

/// Tables by their rows and columns.
pub(super) fn lists() -> Vec<List> {
    let mut lists = agents_and_sites();
    lists.extend([
        List::new("links: rows", |n| {
            links(table("from,to,bandwidth", n, |row| format!("hub,s{row},2 Mbit/s")))
        }),
        List::new("links: columns", |n| {
            let header = format!("from,to,{}", columns(n, "other"));
            links(table(&header, 3, |row| format!("hub,s{row},{}", columns(n, "x"))))
        }),
        List::new("design: rows", |n| {
            design(table("server.slots,seed", n, |row| format!("{},{row}", row + 1)), true)
        }),
        List::new("design: columns", |n| {
            let keys: Vec<String> = (0..n).map(|site| format!("site.s{site}.agents")).collect();
            design(table(&keys.join(","), 3, |row| vec![row.to_string(); n].join(",")), true)
        }),
        List::new("design: columns called alike", |n| {
            let keys = vec!["seed"; n].join(",");
            design(table(&keys, 3, |row| vec![row.to_string(); n].join(",")), false)
        }),
        List::new("transfers: rows", |n| {
            let row = |row| format!("{row},{row},a,b,1000");
            transfers(&table("id,start_s,from,to,bytes", n, row), true)
        }),
        List::new("transfers: columns", |n| {
            let header = format!("id,start_s,from,to,bytes,{}", columns(n, "other"));
            let row = |row| format!("{row},{row},a,b,1000,{}", columns(n, "x"));
            transfers(&table(&header, 3, row), true)
        }),
        List::new("transfers: wrong rows", |n| {
            let row = |row| format!("{row},{row},a,c{row},1000");
            transfers(&table("id,start_s,from,to,bytes", n, row), false)
        }),
        List::new("prefixes: rows", |n| {
            let row = |row| format!("10.{}.{}.0/24,a", row / 256, row % 256);
            prefixes(&table("prefix,node", n, row))
        }),
        List::new("log: lines", |n| {
            let line = |row| {
                let (hour, minute, second) = (row / 3600 % 24, row / 60 % 60, row % 60);
                let when = format!("02/Nov/2026:{hour:02}:{minute:02}:{second:02} +0000");
                let what = "\"GET /activeupdate/pattern/lpt$1.zip HTTP/1.1\" 200 5000";
                format!("{} - - [{when}] {what} \"-\" \"updater\"", address(row))
            };
            log(table("", n, line).trim_start().to_string())
        }),
    ]);
    lists
}
