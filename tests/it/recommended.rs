//! Recommendations: six small companies in which each option is the best once, one in which none is, and one in which
//! all fail.

use std::collections::BTreeMap;

use updraft::experiment::estimates;
use updraft::model::settings::TopologyOption;
use updraft::report::{Record, Results, quantity, recommend, summary_csv};

use crate::one_run;

/// A company of two branches.
struct Company {
    duration: &'static str,
    /// How often the server checks for updates.
    looks: &'static str,
    headquarters: u32,
    /// Agents of each branch.
    branch: u32,
    bandwidth: &'static str,
    update_agents: u32,
}

impl Company {
    fn text(&self) -> String {
        let Self { duration, looks, headquarters, branch, bandwidth, update_agents } = self;
        format!(
            "name = \"one\"\nstart = \"Mon 08:00\"\nduration = \"{duration}\"\n[headquarters]\n\
             agents = {headquarters}\ninternet_bandwidth = \"100 Mbit/s\"\n[server]\n\
             schedule = \"every {looks}\"\n[[site]]\nname = \"branch\"\ncount = 2\nagents = {branch}\n\
             bandwidth = \"{bandwidth}\"\nupdate_agents = {update_agents}\n[[release]]\nname = \"r\"\n\
             at = \"30 min\"\ncomponents = [\"Virus Pattern\"]\n"
        )
    }

    /// The recommendation, its text, and the seconds until 95 % under each option, from `summary.csv`.
    fn simulated(&self) -> (Option<String>, String, BTreeMap<String, Option<f64>>) {
        let scenario = one_run::scenario(&self.text(), &[]);
        let runs = one_run::runs(&scenario, &TopologyOption::ALL);
        let record = Record::new(&scenario, vec!["updraft".into()], scenario.seed, 1);
        let results = Results { record: &record, runs: &runs, estimates: &estimates(&runs) };
        let summary = String::from_utf8(summary_csv(&results).expect("a table")).expect("text");
        let times = summary.lines().filter_map(|row| {
            let cells: Vec<&str> = row.split(',').collect();
            let is_it = cells[2].is_empty() && cells[3] == "protected_p95_s";
            is_it.then(|| (cells[0].to_string(), cells[5].parse().ok()))
        });
        let times: BTreeMap<_, _> = times.collect();
        assert_eq!(times.len(), 4, "{summary}");
        let advice = recommend(&results);
        (advice.option, advice.text, times)
    }
}

/// The server checks each minute, and links have enough bandwidth.
const WIDE: Company = Company {
    duration: "12 h",
    looks: "1 min",
    headquarters: 10,
    branch: 40,
    bandwidth: "10 Mbit/s",
    update_agents: 0,
};

#[test]
fn each_option_is_recommended_where_it_protects_soonest() {
    for (option, company) in [
        // Forty agents fetch less over their link than an Update Agent that hosts everything.
        ("server", Company { bandwidth: "100 kbit/s", update_agents: 1, ..WIDE }),
        // Two hundred and fifty fetch more.
        ("server-ua", Company { bandwidth: "200 kbit/s", branch: 250, update_agents: 1, ..WIDE }),
        // The server checks too seldom; Update Agents learn of the release from agents that check by themselves.
        (
            "ua",
            Company {
                looks: "6 h",
                headquarters: 1,
                bandwidth: "20 Mbit/s",
                update_agents: 1,
                ..WIDE
            },
        ),
        // Most agents are at headquarters, which has no Update Agent.
        ("direct", Company { looks: "6 h", headquarters: 40, branch: 2, ..WIDE }),
    ] {
        let (recommended, text, times) = company.simulated();
        assert_eq!(recommended.as_deref(), Some(option), "{text} {times:?}");
        let own = times[option].expect("it protects");
        for (other, time) in times.iter().filter(|(other, _)| *other != option) {
            let time = time.unwrap_or(f64::INFINITY);
            assert!(time > own + 60.0 && time > own * 1.05, "{other}: {time} {own}");
        }
        let told = format!(" have the release after {}, ", quantity("s", own));
        assert!(text.starts_with(&format!("Use {option}: ")) && text.contains(&told), "{text}");
    }
}

#[test]
fn none_is_recommended_where_none_is_better_or_none_protects() {
    // Without Update Agents three of the options are equal.
    let (recommended, text, times) = WIDE.simulated();
    assert_eq!(recommended, None, "{text}");
    assert!(text.contains("no difference between server, server-ua and ua that "), "{text}");
    assert!(
        times["server"] == times["server-ua"] && times["direct"] > times["server"],
        "{times:?}"
    );
    // In an hour nothing can cross these links.
    let narrow = Company { duration: "1 h", bandwidth: "2 kbit/s", branch: 60, ..WIDE };
    let (recommended, text, times) = narrow.simulated();
    assert_eq!(recommended, None, "{text}");
    assert!(
        text.starts_with("Under no option do 95 % of the 130 agents have every release"),
        "{text}"
    );
    assert!(times.values().all(Option::is_none), "{times:?}");
}
