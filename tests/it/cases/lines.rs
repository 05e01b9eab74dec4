//! Contracts of links, and the data that agents and server exchange in addition to updates.

use updraft::ids::{LinkId, SiteId};
use updraft::measure::METRICS;
use updraft::measure::run::Metric;
use updraft::model::settings::TopologyOption::{Direct, Server, ServerUa};
use updraft::network::Traffic;
use updraft::scenario::{Overrides, Scenario};
use updraft::units::BitRate;

use crate::cases::world::{Timeline, World, minute};
use crate::one_run::{run, scenario};

/// Four agents at a branch behind 1 Mbit/s.
fn branch(of_site: &str, more: &str) -> World {
    World::of(&format!(
        r#"
duration = "26 h"
[headquarters]
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "branch"
agents = 4
bandwidth = "1 Mbit/s"
{of_site}
{more}
"#
    ))
}

/// What the two directions of `link` can carry now, towards a site and away from it, in bit/s.
fn capacities(story: &Timeline<'_>, link: LinkId) -> [u64; 2] {
    let network = story.simulation.network();
    [link.forward(), link.backward()].map(|channel| network.capacity(channel).bits_per_sec())
}

fn link_of_branch(world: &World) -> LinkId {
    world.drawn.company.sites[SiteId(1)].link
}

/// ADSL: 20 Mbit/s down, 1 Mbit/s up.
#[test]
fn net_4_a_link_may_be_faster_down_than_up() {
    let world = branch("bandwidth_up = \"256 kbit/s\"", "");
    let link = *world.drawn.topology.link(link_of_branch(&world));
    assert_eq!(link.bandwidth, BitRate::from_megabits(1));
    assert_eq!(link.backward, BitRate::from_bits_per_sec(256_000));
}

/// NET-4: in hour 1 others take 90 % of 1 Mbit/s, and 100 kbit/s are left, or the 400 kbit/s that are
/// committed; in hour 2 all of it.
#[test]
fn net_4_a_committed_rate_is_left() {
    let others = "[[background]]\nsites = \"branch\"\nhours = [1]\nshare = \"90 %\"";
    for (committed, left) in [("", 100_000), ("committed = \"400 kbit/s\"", 400_000)] {
        let world = branch(committed, others);
        let link = link_of_branch(&world);
        let mut story = world.begin(Server);
        story.go_on_until(minute(90));
        assert_eq!(capacities(&story, link), [left; 2]);
        story.go_on_until(minute(150));
        assert_eq!(capacities(&story, link), [1_000_000; 2]);
    }
}

/// NET-4: traffic of others on a link that is written out leaves the other links alone; the name of a link
/// between groups means all of its links.
#[test]
fn net_4_background_may_be_on_a_written_link() {
    let world = branch(
        "count = 2",
        "[[link]]\nname = \"second\"\nfrom = \"hq\"\nto = \"branch\"\nbandwidth = \"2 Mbit/s\"\n\
         [[background]]\nlink = \"second\"\nhours = [1]\nshare = \"75 %\"\n\
         [[background]]\nlink = \"second-002\"\nhours = [1]\nshare = \"5 %\"",
    );
    let mut story = world.begin(Server);
    story.go_on_until(minute(90));
    let named = |from: &str, to: &str, bandwidth| {
        let topology = &world.drawn.topology;
        let mut links = topology.links().filter(|(_, link)| {
            let ends = [link.from, link.to].map(|node| topology.name(node));
            ends == [from, to] && link.bandwidth == BitRate::from_megabits(bandwidth)
        });
        links.next().expect("a link").0
    };
    assert_eq!(capacities(&story, named("hq", "branch-001", 2)), [500_000; 2]);
    assert_eq!(capacities(&story, named("hq", "branch-002", 2)), [400_000; 2]);
    assert_eq!(capacities(&story, named("hq", "branch-001", 1)), [1_000_000; 2]);
}

/// NET-4: four agents that are on say 12.6 MB a day each: 4 × 12,600,000 × 8 / 86,400 = 4,666 bit/s
/// towards the site, and half of it back; nothing while they are off or the server is down.
#[test]
fn net_4_agents_and_server_talk_beside_updates() {
    let world = branch(
        "",
        "[agents]\npresence = \"office-hours\"\nother_traffic = \"12.6 MB\"\n\
         other_traffic_up = \"6.3 MB\"\n[working_day]\narrival = \"08:00\"\nleaving = \"17:00\"\n\
         [[fault]]\nat = \"server\"\nfrom = \"Mon 12:30\"\nto = \"Mon 13:30\"",
    );
    let link = link_of_branch(&world);
    let mut story = world.begin(Server);
    for (at, expected) in [
        (7 * 60 + 30, [1_000_000, 1_000_000]),
        (9 * 60 + 30, [995_334, 997_667]),
        (12 * 60 + 45, [1_000_000, 1_000_000]),
        (13 * 60 + 45, [995_334, 997_667]),
        (18 * 60, [1_000_000, 1_000_000]),
    ] {
        story.go_on_until(minute(at));
        assert_eq!(capacities(&story, link), expected, "minute {at}");
    }
}

/// UAG-7: from 8 to 10 an Update Agent fetches at 2 Mbit/s at most, and sends at 1 Gbit/s always.
#[test]
fn uag_7_an_update_agent_may_fetch_slowly_by_day_and_send_fast() {
    let world = branch(
        "update_agents = 1",
        "[update_agents]\ndownload = \"2 Mbit/s\"\ndownload_hours = [8, 9]",
    );
    let link = world.drawn.company.update_agents[0].link;
    let mut story = world.begin(ServerUa);
    let full = 1_000_000_000;
    for (hour, expected) in [(7, full), (8, 2_000_000), (9, 2_000_000), (10, full)] {
        story.go_on_until(minute(hour * 60 + 30));
        assert_eq!(capacities(&story, link), [full, expected], "{hour} h");
    }
}

/// What comes from the server and what comes from the Internet share one physical line, and a fault of it
/// cuts both off.
#[test]
fn net_4_link_and_internet_access_share_a_line() {
    let own = "internet = \"own\"\ninternet_bandwidth = \"4 Mbit/s\"\nline = \"3 Mbit/s\"";
    let world = branch(own, "[[fault]]\nat = \"branch/line\"\nfrom = \"1 h\"\nto = \"2 h\"");
    let (company, topology) = (&world.drawn.company, &world.drawn.topology);
    let site = company.sites[SiteId(1)].node;
    let last = |from, traffic| {
        let route = topology.routes_from(from, traffic).between(site).expect("a way");
        *route.channels.last().expect("links")
    };
    let line = last(company.server, Traffic::Inside);
    assert_eq!(line, last(company.active_update, Traffic::Internet));
    assert_eq!(topology.link(line.link()).bandwidth, BitRate::from_megabits(3));
    let mut story = world.begin(Direct);
    story.go_on_until(minute(90));
    assert_eq!(capacities(&story, line.link()), [0, 0]);
    story.go_on_until(minute(150));
    assert_eq!(capacities(&story, line.link()), [3_000_000; 2]);
}

/// What a scenario says that it measures is what its runs measure.
#[test]
fn a_run_has_the_metrics_that_its_scenario_measures() {
    let with = |of_release: &str, more: &str| {
        format!(
            "name = \"case\"\nduration = \"2 h\"\n[headquarters]\nagents = 1\n\
             internet_bandwidth = \"100 Mbit/s\"\n[[release]]\nname = \"one\"\nat = \"30 min\"\n\
             components = [\"Virus Pattern\"]\n{of_release}\n{more}\n"
        )
    };
    let priced =
        "[[site]]\nname = \"branch\"\nagents = 1\nbandwidth = \"1 Mbit/s\"\nprice_per_gb = 1";
    let linked = "[[link]]\nfrom = \"headquarters\"\nto = \"internet\"\nbandwidth = \"1 Mbit/s\"\nprice_per_gb = 1";
    for (of_release, more, lacking) in [
        ("", "", 8),
        ("", priced, 7),
        ("", linked, 7),
        ("", "[cost]\nmbps_per_month = 1", 3),
        ("", "[cost]\nper_gb = 1", 2),
        ("rolled_back_at = \"1 h\"", "", 6),
        ("withdrawn_at = \"1 h\"", "[cost]\nper_gb = 1", 0),
    ] {
        let scenario = scenario(&with(of_release, more), &[]);
        let run = run(&scenario, Server);
        let measured: Vec<&str> = run.metrics.iter().map(|(metric, _)| metric.name).collect();
        let (lacks, has): (Vec<Metric>, Vec<Metric>) =
            METRICS.iter().partition(|metric| scenario.unmeasured(metric).is_some());
        assert_eq!(measured, has.iter().map(|metric| metric.name).collect::<Vec<_>>(), "{more}");
        assert_eq!(lacks.len(), lacking, "{of_release} {more}");
    }
}

/// An agent fetches the index file and settings, and reports: 16,384 + 50,000 + 2,000 bytes cross its link.
/// At 2.50 a gigabyte that is 68,384 × 2.5 × 10⁻⁹ = 0.00017096; with 60,000 bytes free of charge
/// 8,384 × 2.5 × 10⁻⁹ = 0.00002096.
#[test]
fn what_crosses_a_link_costs_its_price() {
    let cost = |of_site: &str| {
        let text = format!(
            "name = \"case\"\nduration = \"2 h\"\n[headquarters]\n\
             internet_bandwidth = \"100 Mbit/s\"\n[[site]]\nname = \"branch\"\nagents = 1\n\
             bandwidth = \"1 Mbit/s\"\n{of_site}\n[[release]]\nname = \"one\"\nat = \"30 min\"\n\
             settings = true\n"
        );
        let measured = run(&scenario(&text, &[]), Server);
        let metric = measured.metrics.iter().find(|(metric, _)| metric.name == "wan_cost");
        metric.and_then(|(_, value)| value.as_f64())
    };
    assert_eq!(cost(""), None);
    assert_eq!(cost("price_per_gb = 2.5"), Some(0.000_170_96));
    assert_eq!(cost("price_per_gb = 2.5\ndata_cap = \"60 kB\""), Some(0.000_020_96));
    // Then the 16,384 bytes of the server's index file cost as much over headquarters' access.
    assert_eq!(cost("data_cap = \"60 kB\"\n[cost]\nper_gb = 2.5"), Some(0.000_061_92));
}

#[test]
fn a_data_cap_needs_the_price_of_its_line_or_that_of_all() {
    let read = |of_headquarters: &str, more: &str| {
        let text = format!(
            "name = \"case\"\nduration = \"2 h\"\n[headquarters]\nagents = 1\n\
             internet_bandwidth = \"100 Mbit/s\"\n{of_headquarters}\n{more}\n"
        );
        Scenario::parse(&text, "case.toml", &Overrides::default())
    };
    let site = "[[site]]\nname = \"branch\"\nagents = 1\nbandwidth = \"1 Mbit/s\"\n";
    let cap = "data_cap = \"60 kB\"";
    let own = "internet = \"own\"\ninternet_bandwidth = \"1 Mbit/s\"";
    let link = "[[link]]\nfrom = \"hq\"\nto = \"branch\"\nbandwidth = \"1 Mbit/s\"";
    for (of_headquarters, more) in [
        ("internet_data_cap = \"60 kB\"", String::new()),
        ("", format!("{site}{cap}")),
        ("", format!("{site}{own}\ninternet_{cap}")),
        ("", format!("{site}{link}\n{cap}")),
    ] {
        let problems = read(of_headquarters, &more).expect_err("no price").to_string();
        assert!(problems.contains("in addition, or `per_gb` in [cost]"), "{problems}");
        let priced = read(of_headquarters, &format!("{more}\n[cost]\nper_gb = 2.5"));
        assert!(priced.is_ok(), "{more}: {}", priced.expect_err("a problem"));
    }
}

/// The same agent, at prices of a year in which the scenario takes place 1,000 times. Bandwidth: 1 Mbit/s of the site
/// at 2 and 100 Mbit/s of headquarters' access at 0.50 a month, 24 + 600 in a year. Traffic: 1,000 × 0.00017096 over
/// the site's link, nothing over the access, whose own price is 0. An Update Agent costs 120 where it is used.
#[test]
fn a_year_costs_update_agents_bandwidth_traffic_and_exposure() {
    let text = "name = \"case\"\nduration = \"2 h\"\n[headquarters]\nagents = 1\nupdate_agents = 1\n\
                internet_bandwidth = \"100 Mbit/s\"\ninternet_price_per_gb = 0\ninternet_price_per_mbps = 0.5\n\
                [[site]]\nname = \"branch\"\nagents = 1\nbandwidth = \"1 Mbit/s\"\n\
                [cost]\nupdate_agent_per_year = 120\nmbps_per_month = 2\nper_gb = 2.5\nper_agent_hour = 0.1\n\
                runs_per_year = 1000\n[[release]]\nname = \"one\"\nat = \"30 min\"\nsettings = true\n";
    for (option, update_agents) in [(Server, 0.0), (ServerUa, 120.0)] {
        let measured = run(&scenario(text, &[]), option);
        let of = |name: &str| measured.value(name).expect("measured");
        assert_eq!(measured.value("cost_per_year_update_agents"), Some(update_agents));
        assert_eq!(measured.value("cost_per_year_bandwidth"), Some(624.0));
        assert_eq!(measured.value("cost_per_year_traffic"), Some(0.170_96));
        let exposure = 100.0 * of("exposure_agent_hours");
        assert!((of("cost_per_year_exposure") - exposure).abs() < 1e-9);
        let sum = update_agents + 624.0 + 0.170_96 + exposure;
        assert!((of("cost_per_year") - sum).abs() < 1e-9);
    }
    let (head, _) = text.split_once("internet_price_per_gb").expect("prices");
    let (_, rest) = text.split_once("runs_per_year = 1000\n").expect("prices");
    let without = format!("{head}{rest}");
    let measured = run(&scenario(&without, &[]), Server);
    assert!(measured.metrics.iter().all(|(metric, _)| !metric.name.starts_with("cost_")));
}
