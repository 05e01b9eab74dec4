//! Inventories.

use predicates::str::contains;

use super::{Place, data, names};

/// The traits of the agents of a group of sites.
fn traits(scenario: &updraft::scenario::Scenario, group: usize) -> updraft::scenario::Traits {
    scenario.groups[group].traits.over(&scenario.agents)
}

const SITES: &str =
    "Site,Subnets,Bandwidth,Latency\nhq,10.0.0.0/16,,\nlyon,10.1.0.0/24,8 Mbit/s,5 ms\n";

fn shipped(name: &str) -> String {
    data("inventories").join(name).display().to_string()
}

/// `init` from these tables.
fn init(
    place: &Place,
    agents: impl AsRef<[u8]>,
    sites: &str,
    more: &[&str],
) -> assert_cmd::assert::Assert {
    let _ = place.write("agents.csv", agents);
    let _ = place.write("subnets.csv", sites);
    let tables = ["--from-inventory", "agents.csv", "--subnets", "subnets.csv"];
    place.init(&[tables.as_slice(), more].concat())
}

#[test]
fn agents_are_at_the_site_of_their_longest_prefix_and_the_result_runs() {
    let place = Place::new();
    let (agents, subnets) = (shipped("agents.csv"), shipped("subnets.csv"));
    let tables = ["--from-inventory", &agents, "--subnets", &subnets];
    let stray = contains("agents.csv:99: \"STRAY-1\" is in no subnet");
    place.init(&tables).success().stderr(stray).stderr(contains("by domain: \"Lab\" 1"));
    let (text, scenario) = place.scenario();
    assert_eq!(names(&scenario), ["Headquarters", "Lyon", "Oslo", "Attic"]);
    let agents: Vec<u64> = scenario.groups.iter().map(|group| group.agents[0].from).collect();
    assert_eq!(agents, [30, 25, 12, 30], "10.0.1.0/24 is the attic's, within headquarters' /16");
    assert!(text.contains("1 agent with an address that is in no subnet"), "{text}");
    let shares = |group: usize| {
        let parts = traits(&scenario, group).scan.expect("a default");
        parts.iter().map(|part| (part.share, part.from)).collect::<Vec<_>>()
    };
    assert_eq!(shares(0), [(10, 0), (20, 1)], "10 conventional, 20 smart");
    assert_eq!(shares(1), [(1, 1)]);
    assert_eq!(scenario.agents.independent, Some(72_164), "7 of 97");
    let presence = traits(&scenario, 2).presence.expect("a default");
    assert_eq!(presence[0].from, 2, "all of Oslo was off: laptops");
    place.run();
}

#[test]
fn tables_of_other_languages_marks_and_delimiters_are_read() {
    let table = "Rechnername;IP-Adresse;Suchmethode;Verbindungsstatus\r\nÄ;10.1.0.7;Intelligente Suche;Offline\r\n";
    let wide = |bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        format!("\u{feff}{table}").encode_utf16().flat_map(bytes).collect()
    };
    let marked = format!("\u{feff}{table}").into_bytes();
    let tabs = table.replace(';', "\t").into_bytes();
    let kinds =
        [table.as_bytes().to_vec(), marked, tabs, wide(u16::to_le_bytes), wide(u16::to_be_bytes)];
    for bytes in kinds {
        let place = Place::new();
        init(&place, bytes, SITES, &[]).success();
        let (_, scenario) = place.scenario();
        assert_eq!(scenario.groups[1].agents[0].from, 1);
        assert_eq!(traits(&scenario, 1).scan.expect("a default")[0].from, 1);
    }
    let place = Place::new();
    let read = init(&place, b"Name,IP\nB\xfcro,10.1.0.1\n", SITES, &[]).success();
    read.stderr(contains(
        "agents.csv: CSV in windows-1252, because it is not UTF-8 (--encoding overrides this)",
    ));
    let refused = init(&place, b"Name,IP\nB\x90ro,10.1.0.1\n", SITES, &["--force"]).code(3);
    refused
        .stderr(contains("agents.csv:2:2"))
        .stderr(contains("not UTF-8"))
        .stderr(contains("--encoding shift_jis"));
}

#[test]
fn columns_and_words_can_be_named() {
    let place = Place::new();
    let agents = "Maschine,Adr,Zustand\nA,10.1.0.7,Dozing\n";
    init(&place, agents, SITES, &[]).code(3).stderr(contains("--column name=\"HEADER\""));
    let columns = ["--column", "name=Maschine", "--column", "ip=Adr", "--column", "status=Zustand"];
    init(&place, agents, SITES, &columns)
        .code(3)
        .stderr(contains("`Dozing` is not a known status"));
    let words = [columns.as_slice(), &["--word", "dozing=offline"]].concat();
    init(&place, agents, SITES, &words).success();
    assert_eq!(traits(&place.scenario().1, 1).presence.expect("a default")[0].from, 2);
    init(&place, agents, SITES, &["--column", "nmae=Maschine"])
        .code(2)
        .stderr(contains("did you mean `name`?"));
    init(&place, agents, SITES, &["--word", "standby=of"]).code(2);
}

#[test]
fn wrong_rows_are_refused_with_their_positions_or_skipped_and_counted() {
    let agents = "Name,IP,Status\nA,10.1.0.7,Online\n,10.1.0.8,Online\nC,10.1.0,Broken\nD\n";
    let place = Place::new();
    let refused = init(&place, agents, SITES, &[]).code(3);
    let refused = refused.stderr(contains("agents.csv:3:1")).stderr(contains("agents.csv:4:3"));
    refused.stderr(contains("agents.csv:4:10")).stderr(contains("agents.csv:5:1"));
    assert_eq!(place.names(), ["agents.csv", "subnets.csv"]);
    let done = init(&place, agents, SITES, &["--skip-bad-rows"]).success();
    done.stderr(contains("agents.csv:5:1")).stderr(contains("3 rows that could not be read"));
    let (text, scenario) = place.scenario();
    assert_eq!(scenario.groups[1].agents[0].from, 1);
    assert!(text.contains("3 rows that could not be read"));
}

#[test]
fn wrong_sites_are_refused() {
    let cases = [
        ("a,10.1.0.5/16,,", "subnets.csv:2:3", "did you mean `10.1.0.0/16`?"),
        ("a,10.1.0.0/33,,", "subnets.csv:2:3", "not an address range"),
        ("a,10.1.0.0/16,10,", "subnets.csv:2:15", "a unit of data rate is missing"),
        ("a,10.1.0.0/16,0 Mbit/s,", "subnets.csv:2:15", "rate of zero"),
        ("a,10.1.0.0/16,#¡VALOR!,", "subnets.csv:2:15", "an error of a formula"),
        ("a,10.1.0.0/16,2026-01-02,", "subnets.csv:2:15", "a date or a time of day"),
        ("a,10.1.0.0/16,,5", "subnets.csv:2:16", "a unit of time is missing"),
        ("a,10.1.0.0/16,,\nb,10.1.0.0/16,,", "subnets.csv:3:3", "also at `a`"),
        (
            "a,10.1.0.0/16,2 Mbit/s,\na,10.2.0.0/16,1 Mbit/s,",
            "subnets.csv:3:15",
            "a different bandwidth",
        ),
        ("a,10.1.0.0/16,,5 ms\na,10.2.0.0/16,,6 ms", "subnets.csv:3:16", "a different latency"),
        ("a,10.1.0.0/16,,\nb,10.2.0.0/16,,", "no bandwidth", "--headquarters"),
    ];
    for (rows, at, said) in cases {
        let place = Place::new();
        let sites = format!("Site,Subnets,Bandwidth,Latency\n{rows}\n");
        let refused = init(&place, "Name,IP\nA,10.1.0.1\n", &sites, &[]).code(3);
        refused.stderr(contains(at)).stderr(contains(said));
        assert!(!place.path("out.toml").exists());
    }
}

#[test]
fn addresses_are_written_where_a_scenario_can_have_them() {
    let place = Place::new();
    init(&place, "Name,IP\nA,10.1.0.1\n", SITES, &[]).success();
    let (_, scenario) = place.scenario();
    assert_eq!(scenario.groups[0].subnets[0].to_string(), "10.0.0.0/16");
    assert_eq!(scenario.groups[1].subnets[0].to_string(), "10.1.0.0/24");
    let linked = SITES.replace(",,", ",50 Mbit/s,");
    init(&place, "Name,IP\nA,10.1.0.1\n", &linked, &["--force"]).success();
    let (_, scenario) = place.scenario();
    let ranges: Vec<String> =
        scenario.groups.iter().map(|group| group.subnets[0].to_string()).collect();
    assert_eq!(ranges, ["10.1.1.0/24", "10.0.0.0/16", "10.1.0.0/24"], "the server has a free one");
    let nested = SITES.replace("10.0.0.0/16", "10.0.0.0/8");
    init(&place, "Name,IP\nA,10.1.0.1\n", &nested, &["--force"]).success();
    // An address in what headquarters is allotted instead is of no other site.
    let (text, scenario) = place.scenario();
    assert!(text.contains("# addresses: 10.0.0.0/8"), "{text}");
    assert_eq!(scenario.groups[1].subnets[0].to_string(), "10.1.0.0/24");
    assert_eq!(text.matches("subnet = ").count(), 1, "{text}");
    let more = "paris,10.2.0.0/24;10.3.0.0/24,8 Mbit/s,5 ms\n";
    let whole = "rome,10.0.0.0/8,8 Mbit/s,5 ms\n".to_string();
    for (sites, whose) in [
        (nested.clone(), "of \"hq\": comments"),
        (SITES.to_string() + more, "of \"paris\": comments"),
        (nested + more, "of all sites: comments"),
        (
            "Site,Subnets,Bandwidth,Latency\nhq,192.168.0.0/24,,\n".to_string() + more + &whole,
            "of all sites",
        ),
        (SITES.replace("10.1.0.0/24", "fd00::/64;10.0.5.0/24"), "of all sites: comments"),
    ] {
        let agents = "Name,IP\nA,10.1.0.1\nB,10.0.5.1\nC,10.2.0.1\n";
        let done = init(&place, agents, &sites, &["--force"]).success();
        done.stderr(contains(format!("addresses {whose}")));
        let (text, _) = place.scenario();
        assert_eq!(text.contains("subnet = "), !whose.contains("all"), "{sites}");
    }
}

#[test]
fn a_skipped_row_of_sites_leaves_nothing_behind() {
    let place = Place::new();
    let sites = "Site,Subnets,Bandwidth,Latency,Update Agents\nhq,10.0.0.0/16,,,\nlyon,10.1.0.0/24,8 Mbit/s,5 ms,1\n\
                 lyon,10.2.0.0/24,9 Mbit/s,,\nlyon,10.3.0.0/24,,6 ms,\nlyon,10.4.0.0/24,,,2\noslo,10.1.0.0/24,2 Mbit/s,,\n";
    let agents = "Name,IP\nA,10.1.0.1\nB,10.2.0.1\nC,10.3.0.1\nD,10.4.0.1\nE,10.0.0.1\n";
    let done = init(&place, agents, sites, &["--skip-bad-rows"]).success();
    let done = done.stderr(contains("4 rows of sites that could not be read: skipped"));
    done.stderr(contains("3 agents with an address that is in no subnet"));
    let (_, scenario) = place.scenario();
    assert_eq!(names(&scenario), ["hq", "lyon"]);
    let lyon = &scenario.groups[1];
    assert_eq!([lyon.agents[0].from, lyon.update_agents.into()], [1, 1]);
}

#[test]
fn headquarters_is_the_site_without_a_link_or_the_one_that_is_named_or_a_place_of_its_own() {
    let agents = "Name,IP\nA,10.1.0.1\nB,10.0.0.1\n";
    let place = Place::new();
    init(&place, agents, SITES, &["--headquarters", "lyon"])
        .success()
        .stderr(contains("no link to itself"));
    let (_, scenario) = place.scenario();
    assert_eq!(names(&scenario), ["lyon", "hq"]);
    assert_eq!(scenario.groups[1].bandwidth[0].from, 100_000_000, "--default-link");
    let linked = SITES.replace(",,", ",50 Mbit/s,");
    init(&place, agents, &linked, &["--force"]).success();
    assert_eq!(names(&place.scenario().1), ["hq-2", "hq", "lyon"]);
    init(&place, agents, SITES, &["--force", "--headquarters", "loyn"])
        .code(3)
        .stderr(contains("did you mean `lyon`?"));
}

/// The Update Agents of headquarters and of the sites, and the account.
fn update_agents(agents: &str, sites: &str, more: &[&str]) -> (Vec<u32>, String) {
    let place = Place::new();
    let done = init(&place, agents, sites, more).success();
    let (_, scenario) = place.scenario();
    let all = scenario.groups.iter().map(|group| group.update_agents).collect();
    (all, String::from_utf8_lossy(&done.get_output().stderr).into_owned())
}

#[test]
fn update_agents_are_where_the_tables_say_headquarters_included() {
    let rows =
        "name,ip,Update Agent\na,10.0.0.1,yes\nb,10.1.0.1,No\nc,10.1.0.2,TRUE\nd,10.1.0.3,x\n";
    assert_eq!(update_agents(rows, SITES, &[]).0, [1, 2]);
    assert_eq!(update_agents(rows, SITES, &["--no-update-agents"]).0, [0, 0]);
    let counts =
        "Site,Subnets,Bandwidth,Update Agents\nhq,10.0.0.0/16,,1\nlyon,10.1.0.0/24,8 Mbit/s,7\n";
    let plain = rows.replace("Update Agent", "Owner");
    let (all, account) = update_agents(&plain, counts, &[]);
    assert_eq!(all, [1, 3], "lyon has three agents");
    assert!(account.contains("1 site with more Update Agents than agents"), "{account}");
    let (all, account) = update_agents(rows, counts, &[]);
    assert_eq!(all, [1, 2]);
    assert!(account.contains("1 site with another number of Update Agents"), "{account}");
    // Each row of a site states its number, which must be the same.
    let prefixes = |second: &str| {
        format!(
            "Site,Subnets,Bandwidth,Update Agents\nhq,10.0.0.0/16,,\nlyon,10.1.0.0/24,8 Mbit/s,yes\n\
             lyon,10.2.0.0/24,,{second}\n"
        )
    };
    for second in ["yes", "1", ""] {
        assert_eq!(update_agents(&plain, &prefixes(second), &[]).0, [0, 1], "{second}");
    }
    let refused = init(&Place::new(), &plain, &prefixes("2"), &[]).code(3);
    refused
        .stderr(contains("subnets.csv:4:19"))
        .stderr(contains("different number of Update Agents"));
    // Without a table that says so: sites of at least ten agents.
    let row = |number: usize| format!("n{number},10.{}.0.{number}\n", number % 2);
    let many: String = (1..=21).map(row).collect();
    assert_eq!(update_agents(&format!("name,ip\n{many}"), SITES, &[]).0, [1, 1]);
    let place = Place::new();
    let wrong = rows.replace("TRUE", "perhaps");
    let refused = init(&place, wrong, SITES, &[]).code(3);
    refused.stderr(contains("agents.csv:4:12")).stderr(contains("expected yes or no"));
}

#[test]
fn a_link_has_two_rates_in_one_column_or_in_two() {
    let rates = |sites: &str| {
        let place = Place::new();
        init(&place, "name,ip\na,10.1.0.1\n", sites, &[]).success();
        let (_, scenario) = place.scenario();
        let lyon = &scenario.groups[1];
        (lyon.bandwidth[0].from, lyon.link.up.first().map(|up| up.from))
    };
    let table = |header: &str, cells: &str| {
        let commas = ",".repeat(header.matches(',').count());
        format!("Site,Subnets,{header}\nhq,10.0.0.0/16,{commas}\nlyon,10.1.0.0/24,{cells}\n")
    };
    let adsl = (20_000_000, Some(1_000_000));
    assert_eq!(rates(&table("Bandwidth", "20/1 Mbit/s")), adsl);
    assert_eq!(rates(&table("Download (Mbps),Upload (Mbps)", "20,1")), adsl);
    assert_eq!(rates(&table("Bandwidth,bandwidth_up", "20 Mbit/s,20 Mbit/s")), (20_000_000, None));
    let place = Place::new();
    let twice = table("Bandwidth,Upload", "20/1 Mbit/s,2 Mbit/s");
    init(&place, "name,ip\na,10.1.0.1\n", &twice, &[]).code(3).stderr(contains("two rates away"));
    let alone = table("Bandwidth,Upload", ",2 Mbit/s");
    let refused = init(&place, "name,ip\na,10.1.0.1\n", &alone, &[]).code(3);
    refused.stderr(contains("none towards it"));
    // A word in the cell names a direction, too.
    for (cells, said) in [
        (table("Bandwidth", "10 Mbps up"), "none towards it"),
        (table("Bandwidth,Upload", "20 Mbit/s,2 Mbit/s down"), "a rate towards the site"),
        (table("Bandwidth,Upload", "20 Mbit/s,20/2 Mbit/s"), "two rates"),
    ] {
        init(&place, "name,ip\na,10.1.0.1\n", &cells, &[]).code(3).stderr(contains(said));
    }
    assert_eq!(rates(&table("Bandwidth,Upload", "20 Mbit/s down,1 Mbit/s up")), adsl);
}

#[test]
fn a_quote_that_is_not_closed_is_refused_with_its_place() {
    let agents = "Name,IP,Note\nA,10.1.0.7,\nB,10.1.0.8,\"new\nC,10.1.0.9,\nD,10.1.0.10,\n";
    let place = Place::new();
    let said = "this quote is not closed: 2 lines below belong to its cell";
    let refused = init(&place, agents, SITES, &[]).code(3);
    refused.stderr(contains("agents.csv:3:12")).stderr(contains(said));
    let skipped = init(&place, agents, SITES, &["--skip-bad-rows"]).success();
    skipped.stderr(contains(said)).stderr(contains("1 row that could not be read"));
    assert_eq!(place.scenario().1.groups[1].agents[0].from, 1);
    let sites = SITES.replace("lyon", "\"lyon");
    let refused = init(&place, agents, &sites, &["--force"]).code(3);
    refused.stderr(contains("subnets.csv:3:1")).stderr(contains("this quote is not closed"));
    let _ = place.write("header.csv", "Name,\"IP\nA,10.1.0.7\n");
    let tables = ["--from-inventory", "header.csv", "--subnets", "subnets.csv", "--force"];
    let _ = place.write("subnets.csv", SITES);
    place.init(&tables).code(3).stderr(contains("header.csv:1:6")).stderr(contains("not closed"));
}

/// An agent of several addresses is where the longest prefix is, whatever their order.
#[test]
fn the_longest_prefix_counts_over_all_addresses_of_an_agent() {
    for addresses in ["10.0.0.7;10.1.0.7", "10.1.0.7;10.0.0.7"] {
        let place = Place::new();
        init(&place, format!("Name,IP\nA,{addresses}\nB,10.0.0.8\n"), SITES, &[]).success();
        let agents = place.scenario().1.groups;
        let agents: Vec<u64> = agents.iter().map(|group| group.agents[0].from).collect();
        assert_eq!(agents, [1, 1], "{addresses}");
    }
}

#[test]
fn the_best_known_of_several_rates_counts_in_any_table() {
    let headers = "Available bandwidth (Mbit/s),Speed (Mbit/s),Bandwidth (Mbit/s)";
    let place = Place::new();
    let sites = with_rates(headers, "1,2,20", "1,2,8");
    init(&place, THREE, &sites.replace("10.0.0.0/16,", "10.0.0.0/16,,,"), &[]).success();
    let _ = place.write("links.csv", format!("from,to,{headers}\nhq,Lyon,1,2,20\nhq,Oslo,1,2,8\n"));
    let of_sites = place.scenario().1.groups;
    place.init(&["--from-topology", "links.csv", "--force"]).success();
    let of_links = place.scenario().1.groups;
    for groups in [of_sites, of_links] {
        let rates = groups[1..].iter().map(|site| site.bandwidth[0].from);
        assert_eq!(rates.collect::<Vec<_>>(), [20_000_000, 8_000_000]);
    }
}

#[test]
fn a_circuit_with_two_ends_is_the_link_of_its_site() {
    let subnets = "site,prefix\nhq,10.0.0.0/16\nlyon,10.1.0.0/24\noslo,10.2.0.0/24\n";
    let rates = |circuits: &str| {
        let place = Place::new();
        let _ = place.write("circuits.csv", circuits);
        let more = ["--subnets", "circuits.csv"];
        let done = init(&place, "name,ip\na,10.1.0.1\n", subnets, &more).success();
        let (_, scenario) = place.scenario();
        let rates: Vec<u64> =
            scenario.groups[1..].iter().map(|group| group.bandwidth[0].from).collect();
        (rates, String::from_utf8_lossy(&done.get_output().stderr).into_owned())
    };
    let header = "cid,Side A,Side Z,Commit rate (Kbps)\n";
    let star = format!("{header}1,hq,lyon,20000\n2,oslo,hq,8000\n");
    assert_eq!(rates(&star).0, [20_000_000, 8_000_000]);
    let carrier = format!("{header}1,lyon,MPLS,20000\n2,lyon,MPLS,30000\n3,oslo,MPLS,8000\n");
    let (found, account) = rates(&carrier);
    assert_eq!(found, [30_000_000, 8_000_000]);
    assert!(account.contains("`lyon` has another circuit: 30 Mbit/s is used, not 20 Mbit/s"));
    let with_status = "cid,Status,Side A,Side Z,Commit rate (Kbps)\n";
    let (found, account) = rates(&format!(
        "{with_status}1,Active,hq,lyon,20000\n2,Planned,hq,lyon,90000\n3,Active,oslo,hq,8000\n\
         4,Decommissioned,oslo,hq,9000\n"
    ));
    assert_eq!(found, [20_000_000, 8_000_000]);
    assert!(account.contains("2 links not in service: left out"), "{account}");
    let place = Place::new();
    let _ = place.write("circuits.csv", format!("{header}1,lyon,oslo,20000\n"));
    let more = ["--subnets", "circuits.csv"];
    let refused = init(&place, "name,ip\na,10.1.0.1\n", subnets, &more).code(3);
    refused.stderr(contains("which of `lyon` and `oslo` is the site?"));
}

#[test]
fn an_anonymous_scenario_holds_no_name_and_no_address_and_is_the_same_company() {
    let place = Place::new();
    let (agents, subnets) = (shipped("agents.csv"), shipped("subnets.csv"));
    let tables = ["--from-inventory", &agents, "--subnets", &subnets, "--force"];
    place.init(&tables).success();
    let (_, known) = place.scenario();
    let done = place.init(&[tables.as_slice(), &["--anonymise"]].concat()).success();
    let (text, hidden) = place.scenario();
    let said = String::from_utf8_lossy(&done.get_output().stderr).replace(&agents, "");
    for secret in
        ["Headquarters\"", "Lyon", "Oslo", "Attic", "10.", "2001:", "STRAY", "Lab", "agents.csv"]
    {
        let without_latency = text.replace("10 ms", "");
        assert!(!without_latency.contains(secret), "{secret} in {text}");
        assert!(secret == "10." || !said.contains(secret), "{secret} in {said}");
    }
    assert_eq!(names(&hidden), ["site-001", "site-002", "site-003", "site-004"]);
    for (known, hidden) in known.groups.iter().zip(&hidden.groups) {
        assert_eq!(
            (&known.agents, &known.traits.scan, &known.traits.presence),
            (&hidden.agents, &hidden.traits.scan, &hidden.traits.presence)
        );
        assert_eq!((&known.bandwidth, &known.latency), (&hidden.bandwidth, &hidden.latency));
    }
}

/// A table of sites with a column that has this header and these values for Lyon and Oslo.
fn with_rates(header: &str, lyon: &str, oslo: &str) -> String {
    format!(
        "Site,Subnets,{header}\nhq,10.0.0.0/16,\nLyon,10.1.0.0/24,{lyon}\nOslo,10.2.0.0/24,{oslo}\n"
    )
}

const THREE: &str = "Name,IP\nA,10.0.0.5\nB,10.1.0.5\nC,10.2.0.5\n";

#[test]
fn a_bandwidth_is_found_under_headers_that_do_not_name_it() {
    for (header, lyon, oslo) in [
        ("WAN-Bandbreite (Mbit/s)", "20", "8"),
        ("Max Bandwidth (Mbps)", "20", "8"),
        ("Internet Speed", "20 Mbps", "8 Mbps"),
        ("Mbps", "20", "8"),
        ("kbit/s", "20000", "8000"),
        ("Circuit", "20 Mbit/s MPLS", "8 Mbit/s"),
        ("Connection", "20M", "8M"),
        ("Standortanbindung (Mbit/s)", "20", "8"),
    ] {
        let place = Place::new();
        let read = contains(format!("bandwidth (`{header}`)"));
        init(&place, THREE, &with_rates(header, lyon, oslo), &[]).success().stderr(read);
        let rates = place.scenario().1.groups;
        let rates = rates[1..].iter().map(|site| site.bandwidth[0].from);
        assert_eq!(rates.collect::<Vec<_>>(), [20_000_000, 8_000_000], "{header}");
    }
}

#[test]
fn rates_of_which_nothing_says_what_they_are_are_asked_about() {
    let place = Place::new();
    for (header, lyon, oslo) in [("Contract", "20 Mbps", "8 Mbps"), ("Traffic (Mbps)", "20", "8")] {
        let sites = with_rates(header, lyon, oslo);
        let problem = init(&place, THREE, &sites, &[]).code(3);
        let problem = problem.stderr(contains("unclear-column")).stderr(contains("--default-link"));
        let flag = format!("--column bandwidth=\"{header}\"");
        let _ = problem.stderr(contains(flag));
        let named = ["--column", &format!("bandwidth={header}")];
        init(&place, THREE, &sites, &[named.as_slice(), &["--force"]].concat()).success();
        assert_eq!(place.scenario().1.groups[1].bandwidth[0].from, 20_000_000);
        init(&place, THREE, &sites, &["--default-link", "5 Mbit/s", "--force"]).success();
        assert_eq!(place.scenario().1.groups[1].bandwidth[0].from, 5_000_000);
    }
    // Generations of mobile networks are no rates.
    init(&place, THREE, &with_rates("Connection", "4G", "5G"), &["--force"])
        .success()
        .stderr(contains("not read: `Connection`"));
}

#[test]
fn totals_and_counts_of_rows_are_no_sites_and_no_agents() {
    let place = Place::new();
    let sites = with_rates("Bandwidth (Mbps)", "20", "8") + "Total,,28\n";
    let agents = format!("{THREE}(3 rows)\n");
    let total_in = |name: &str| sites.replace("Total,,", &format!("{name},,"));
    for name in ["Total", "Gesamtergebnis", "Total général", "Totale complessivo", "Eindtotaal"] {
        let done = init(&place, &agents, &total_in(name), &["--force"]).success();
        done.stderr(contains("1 row of totals: left out"));
        assert_eq!(names(&place.scenario().1), ["hq", "Lyon", "Oslo"], "{name}");
    }
}

#[test]
fn the_first_header_may_be_the_number_sign() {
    let place = Place::new();
    let agents = "# of 2 November, by name\n#,Endpoint,IP\n1,A,10.1.0.1\n2,B,10.0.0.1\n";
    init(&place, agents, SITES, &[]).success().stderr(contains("not read: `#`"));
    let (_, scenario) = place.scenario();
    assert_eq!(scenario.groups[1].agents[0].from, 1);
}

#[test]
fn a_network_may_have_a_wildcard_mask() {
    let place = Place::new();
    let sites = "Site,Network,Wildcard mask,Bandwidth\nhq,10.0.0.0,0.0.255.255,\nLyon,10.1.0.0,0.0.0.255,8 Mbps\n";
    let agents = "Name,IP\nA,10.0.9.5\nB,10.1.0.5\nC,10.1.1.5\n";
    let problem = contains("\"C\" is in no subnet");
    init(&place, agents, sites, &[]).success().stderr(problem);
}
