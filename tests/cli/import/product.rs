//! The product's own files: actual sizes, and the settings of the notification queue.

use std::fs;

use predicates::str::contains;
use updraft::model::component::Component;
use updraft::model::version::{Package, Version};
use updraft::scenario::Scenario;

use super::{Place, data, updraft};

const SMART: &str = "Smart Scan Agent Pattern";

/// The size of an incremental from `back` releases back.
fn size(component: &Component, back: u16) -> u64 {
    let (from, to) = (Version(100 - back), Version(100));
    Package::Incremental { from, to }.size(component).count()
}

fn component<'s>(scenario: &'s Scenario, name: &str) -> &'s Component {
    scenario.catalogue.iter().find(|component| component.name == name).expect("a component")
}

/// The sizes in the last fields of a catalogue: the full file's, then those of the incrementals.
fn sizes(text: &str) -> Vec<u64> {
    let lines = text.lines().filter(|line| line.contains(','));
    lines.filter_map(|line| line.rsplit(',').next()?.parse().ok()).collect()
}

#[test]
fn cmp_8_both_published_catalogues_come_out_to_the_byte() {
    for (file, sum) in [("server-2021-05-05.ini", 1_321_257), ("server-2021-04-27.ini", 1_678_008)]
    {
        let place = Place::new();
        let path = data(&format!("product/{file}"));
        let published = sizes(&fs::read_to_string(&path).expect("the catalogue"));
        assert_eq!((published.len(), published[1..].iter().sum::<u64>()), (15, sum));
        let from = format!("--from-server-ini={}", path.display());
        place.init(&["single-site", &from]).success().stderr(contains("14 incrementals"));
        let (_, scenario) = place.scenario();
        let found = component(&scenario, SMART);
        assert_eq!(found.full.count(), published[0]);
        let all: Vec<u64> = (1..=14).map(|back| size(found, back)).collect();
        assert_eq!(all, published[1..]);
    }
}

#[test]
fn the_template_stays_as_it_is_and_the_overlay_makes_the_same_of_it() {
    let place = Place::new();
    let ini = data("product/server-2021-04-27.ini").display().to_string();
    let settings = data("product/ofcscan.ini").display().to_string();
    let files = ["--from-server-ini", &ini, "--from-ofcscan-ini", &settings];
    place.init(&[&["retail-chain"][..], &files].concat()).success();
    let (joined, scenario) = place.scenario();
    let template = updraft::import::template("retail-chain").expect("a template").text;
    let comments = template.lines().filter(|line| line.starts_with('#'));
    assert!(comments.clone().count() > 5);
    comments.for_each(|line| assert!(joined.contains(line), "{line}"));
    let overlay = [&files[..], &["--as-overlay", "-o", "real.toml"]].concat();
    updraft().current_dir(&place.0).arg("init").args(overlay).assert().success();
    let written = fs::read_to_string(place.path("real.toml")).expect("the overlay");
    let overlays = vec![("real.toml".to_string(), written.clone())];
    let layers = updraft::scenario::Layers { overlays, ..Default::default() };
    let laid = Scenario::parse_with(template, "out.toml", &layers).expect("valid");
    // A scenario is named after its file, whatever it is built from.
    let as_json = |scenario: &Scenario| {
        let named = Scenario { name: String::new(), ..scenario.clone() };
        serde_json::to_value(named).expect("JSON")
    };
    assert_eq!(as_json(&laid), as_json(&scenario));
    assert!(!written.contains("[headquarters]"), "{written}");
    // Any command accepts it as an overlay.
    place.write("plain.toml", template);
    let check = ["check", "plain.toml", "--overlay", "real.toml"];
    updraft().current_dir(&place.0).args(check).assert().success();
}

#[test]
fn ntf_6_7_8_9_the_queue_is_as_the_server_s_settings_have_it() {
    let place = Place::new();
    let settings = data("product/ofcscan.ini").display().to_string();
    let told = place.init(&["single-site", "--from-ofcscan-ini", &settings]).success();
    let (text, scenario) = place.scenario();
    let of = |line: &str| assert!(text.lines().any(|at| at.trim() == line), "{line} in {text}");
    ["ua_threshold = 10", "threads = 40", "scan_limit = 0"].into_iter().for_each(of);
    of("cleanup = \"weekly Mon 22:30\"");
    let queue = &scenario.settings.notification;
    assert_eq!((queue.ua_threshold, queue.threads), (10, 40));
    let stderr = String::from_utf8(told.get_output().stderr.clone()).expect("UTF-8");
    for said in [
        "ofcscan.ini: settings of the server",
        "read: Send_Notify_Thread_Number = 40",
        "not read: 2 entries: `[INI_SERVER_SECTION] Master_DomainPort`, `[INI_CLIENT_SECTION] Client_LocalServer_Port`",
    ] {
        assert!(stderr.contains(said), "{said} in {stderr}");
    }
}

#[test]
fn what_is_not_known_is_counted_and_named_and_can_be_said() {
    let place = Place::new();
    let text = "[Pattern]\nP.7=pattern/ssapi/ssaptn.1,100,2000000\nP.7.Merge.1=a,98,300\n\
        P.7.Merge.15=a,70,900\nE.2=VSAPI,engine/vsapi32.zip,12,1350445,x\nlonely\nPublisher=somebody\n";
    place.write("server.ini", text);
    let said = place.init(&["single-site", "--from-server-ini", "server.ini"]).success();
    let stderr = String::from_utf8(said.get_output().stderr.clone()).expect("UTF-8");
    for part in [
        "read: Virus Scan Engine (E.2): full file 1350445 B",
        "not read: 3 entries: `P.7.Merge.15`, `Publisher`, `P.7 (pattern/ssapi/ssaptn.1)`",
        "not read: 1 line without `=`: `lonely`",
    ] {
        assert!(stderr.contains(part), "{part} in {stderr}");
    }
    let named = ["single-site", "--from-server-ini", "server.ini", "--force", "--component"];
    place.init(&[&named[..], &["P.7=Spyware Pattern"]].concat()).success();
    let (_, scenario) = place.scenario();
    let spyware = component(&scenario, "Spyware Pattern");
    assert_eq!((spyware.full.count(), size(spyware, 1), size(spyware, 14)), (2_000_000, 300, 300));
    assert_eq!(component(&scenario, "Virus Scan Engine").full.count(), 1_350_445);
    let unknown = [&named[..], &["P.7=Spyware Patern"]].concat();
    place.init(&unknown).code(3).stderr(contains("there is no component `Spyware Patern`"));
}

#[test]
fn what_is_wrong_has_its_line_and_column_and_nothing_is_written() {
    let good = "P.1=a/ioth9.zip,900,5000\n";
    for (file, text, place_of, message) in [
        ("server", "P.1=a/ioth9.zip,900\n".to_string(), "x.ini:1:5", "too few fields"),
        (
            "server",
            "P.1=a/ioth9.zip,900,many\n".into(),
            "x.ini:1:5",
            "`many` is not a number of bytes",
        ),
        ("server", "P.1=a/ioth9.zip,900,0\n".into(), "x.ini:1:5", "0 bytes"),
        ("server", format!("{good}P.1.Merge.2=b,700,10\n"), "x.ini:2:1", "from 1 releases back"),
        ("server", format!("{good}P.1.Merge.1=b,900,10\n"), "x.ini:2:13", "not older than 900"),
        ("server", format!("{good}{good}"), "x.ini:2:1", "is repeated here"),
        ("server", "<xml/>\n".into(), "x.ini:1:1", "this file has no known entry"),
        ("server", String::new(), "x.ini:1:1", "this file has no known entry"),
        (
            "ofcscan",
            "Send_Notify_Thread_Number=20\n".into(),
            "x.ini:1:1",
            "this file has no known entry",
        ),
        (
            "ofcscan",
            "[INI_SERVER_SECTION]\nSend_Notify_UA_Threshold=51\n".into(),
            "x.ini:2:26",
            "Send_Notify_UA_Threshold is 51",
        ),
        (
            "ofcscan",
            "[INI_SERVER_SECTION]\nMax_Search_Queue=x\n".into(),
            "x.ini:2:18",
            "`x` is not a number",
        ),
    ] {
        let place = Place::new();
        place.write("x.ini", &text);
        let flag = format!("--from-{file}-ini");
        let told = place.init(&["single-site", &flag, "x.ini"]).code(3);
        let _ = told.stderr(contains(place_of)).stderr(contains(message));
        assert_eq!(place.names(), ["x.ini"], "{text}");
    }
}

#[test]
fn an_overlay_is_of_the_product_s_files_alone() {
    let place = Place::new();
    place.init(&["single-site", "--as-overlay"]).code(2);
    let ini = data("product/server-2021-05-05.ini").display().to_string();
    let map = data("topologies/Abilene.gml").display().to_string();
    let both = ["--from-topology", &map, "--from-server-ini", &ini];
    place.init(&both).success();
    assert_eq!(component(&place.scenario().1, SMART).full.count(), 21_493_972);
    place.init(&[&both[..], &["--as-overlay", "--force"]].concat()).code(2);
}
