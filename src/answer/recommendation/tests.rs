//! Options that each win once, and companies where none does.

use super::*;
use crate::answer::fixture::run;
use crate::experiment::estimates;
use crate::measure::run::Value;
use crate::model::settings::TopologyOption;
use crate::units::SimDuration;

/// The values of an option: minutes until 95 % (none: never), bytes over WAN links, the server's peak.
type Does = (Option<u64>, u64, u64);

/// This many replications of four options, whose times increase by a second from one to the next.
fn company(replications: u32, does: [Does; 4]) -> Vec<RunMeasurements> {
    let mut runs = Vec::new();
    for (option, (minutes, wan, peak)) in TopologyOption::ALL.into_iter().zip(does) {
        for replication in 1..=replications {
            let mut run = run(option, replication, &[0, 10]);
            let span = minutes
                .map(|minutes| SimDuration::from_secs(minutes * 60 + u64::from(replication)));
            for (metric, value) in &mut run.metrics {
                match metric.name {
                    "protected_p95_s" => *value = Value::Seconds(span),
                    "server_egress_peak_bps" => *value = Value::Count(peak),
                    "agents" => *value = Value::Count(6105),
                    "wan_bytes" | "agents_up_to_date" => *value = Value::Count(wan),
                    _ => {}
                }
            }
            runs.push(run);
        }
    }
    runs
}

fn of(runs: &[RunMeasurements]) -> Recommendation {
    let replications = runs.iter().map(|run| run.replication).max().unwrap_or(1);
    recommend(&Outcome { scenario: None, replications, runs, estimates: &estimates(runs) })
}

#[test]
fn the_soonest_option_is_recommended_whichever_it_is() {
    for (place, option) in TopologyOption::ALL.into_iter().enumerate() {
        let mut does = [(Some(120), 10, 10); 4];
        does[place].0 = Some(40);
        let advice = of(&company(3, does));
        assert_eq!(advice.option.as_deref(), Some(option.name()));
        assert!(advice.text.contains("1 h 20 min sooner than under "), "{}", advice.text);
    }
}

#[test]
fn of_options_that_protect_equally_soon_the_one_that_saves_the_wan_is_recommended() {
    let advice = of(&company(
        3,
        [
            (Some(46), 12_400_000_000, 9),
            (Some(47), 1_200_000_000, 9),
            (Some(90), 9, 9),
            (None, 9, 9),
        ],
    ));
    assert_eq!(
        advice.text,
        "Use server-ua: 95 % of the 6,105 agents have the release after 47 min, which is within 5 % of \
         the time under server (95 % interval of the difference −1 min to −1 min), and it takes 90 % less over WAN \
         links than server (1.2 GB instead of 12.4 GB)."
    );
    assert_eq!(advice.against.as_deref(), Some("server"));
}

#[test]
fn the_least_of_the_others_is_that_of_those_as_fast() {
    let does = [(Some(46), 300, 9), (Some(46), 100, 9), (Some(46), 200, 9), (Some(90), 101, 9)];
    let advice = of(&company(1, does)).text;
    let told = "50 % less over WAN links than ua, the least of the others that are as fast (100 B";
    assert!(advice.contains(told), "{advice}");
    // `direct` is left out by another measure, by which it is not the least.
    let does = [(Some(46), 100, 90), (Some(46), 100, 20), (Some(90), 9, 9), (Some(46), 900, 10)];
    let advice = of(&company(1, does)).text;
    assert!(advice.contains("at the server's peak than server (20 bit/s"), "{advice}");
}

#[test]
fn ten_per_cent_more_than_the_least_is_clearly_more() {
    for (more, option) in [(1_099, None), (1_100, Some("server"))] {
        let does = [(Some(46), 1_000, 9), (Some(46), more, 9), (None, 9, 9), (None, 9, 9)];
        let advice = of(&company(1, does));
        assert_eq!(advice.option.as_deref(), option, "{more}: {}", advice.text);
        let does = [(Some(46), 1_000, 9), (Some(90), more, 9), (None, 9, 9), (None, 9, 9)];
        let advice = of(&company(1, does)).text;
        assert_eq!(advice.contains("over WAN links"), option.is_some(), "{more}: {advice}");
    }
}

#[test]
fn a_server_at_rest_is_no_reason_for_more_bytes_over_the_wan() {
    // `direct` spares the server, at six times the bytes of the least: it is left out before the peak counts.
    let does = [(Some(46), 500, 90), (Some(46), 520, 90), (None, 9, 9), (Some(46), 3_000, 0)];
    let advice = of(&company(1, does));
    assert_eq!(advice.option, None, "{}", advice.text);
    let told = "no difference between server and server-ua that";
    assert!(advice.text.contains(told), "{}", advice.text);
    let left_out = "Of the options that are as fast, direct takes more over WAN links.";
    assert!(advice.text.contains(left_out), "{}", advice.text);
    // Of options that take the same over the WAN, the one that spares the server is left.
    let does = [(Some(46), 500, 90), (Some(46), 520, 90), (None, 9, 9), (Some(46), 510, 0)];
    let advice = of(&company(1, does));
    assert_eq!(advice.option.as_deref(), Some("direct"));
    let told = "and it takes 0 bit/s at the server's peak instead of 90 bit/s under server.";
    assert!(advice.text.contains(told), "{}", advice.text);
    // A server whose link hardly carries anything is no reason at all.
    let mut idle = company(1, does);
    for run in &mut idle {
        let mut own = crate::answer::fixture::link("server", "hq", &[]);
        own.peak_utilization = 0.02;
        run.links.push(own);
    }
    assert_eq!(of(&idle).option, None);
}

#[test]
fn what_does_not_differ_is_not_recommended() {
    let advice = of(&company(1, [(Some(46), 100, 100); 4]));
    assert_eq!(advice.option, None);
    assert_eq!(
        advice.text,
        "There is no difference between server, server-ua, ua and direct that one replication could show: \
         95 % of the 6,105 agents have the release after 46 min. This is one replication; \
         `--replications 10` adds intervals."
    );
}

#[test]
fn where_all_fail_it_says_which_comes_closest() {
    let advice = of(&company(2, [(None, 100, 1), (None, 3000, 1), (None, 20, 1), (None, 7, 1)]));
    assert_eq!(
        (advice.option, advice.text.as_str()),
        (
            None,
            "Under no option do 95 % of the 6,105 agents have every release within the scenario in every \
             replication; the most agents are up to date at the end under server-ua: 3,000."
        )
    );
}

#[test]
fn of_options_that_are_equal_none_is_singled_out() {
    let text = |does: [Does; 4]| of(&company(1, does)).text;
    let all = of(&company(1, [(None, 0, 1); 4]));
    assert_eq!(
        all.text,
        "Under no option do 95 % of the 6,105 agents have every release within the scenario; under each, 0 are \
         up to date at the end."
    );
    assert_eq!(all.cause, None);
    let two = text([(None, 5, 1), (None, 3000, 1), (None, 3000, 1), (None, 7, 1)]);
    assert!(
        two.ends_with("the most agents are up to date at the end under server-ua and ua: 3,000."),
        "{two}"
    );
    // Options that reach it in some replications have no mean either.
    let some = [(Some(10), 9, 9), (None, 9, 9), (None, 9, 9), (None, 9, 9)];
    assert!(text(some).contains("; under no other option do they. "), "{}", text(some));
    let mut runs = company(3, some);
    let reached = runs[0].metrics.iter().find(|(metric, _)| metric.name == PROTECTED);
    let reached = reached.map(|(_, value)| *value).expect("a time");
    for (metric, value) in &mut runs[3].metrics {
        if metric.name == PROTECTED {
            *value = reached;
        }
    }
    let advice = of(&runs).text;
    assert!(advice.ends_with("; under no other option do they in every replication."), "{advice}");
}

#[test]
fn an_option_that_counts_as_equally_fast_is_compared_as_it_is() {
    for (minutes, words) in [
        ([46, 47], "which is within 5 % of the time under server"),
        ([46, 46], "which is no later than under server"),
        ([2, 3], "which is within a minute of the time under server"),
    ] {
        let [first, second] = minutes.map(Some);
        let text =
            of(&company(1, [(first, 900, 9), (second, 100, 9), (None, 9, 9), (None, 9, 9)])).text;
        assert!(text.contains(words), "{text}");
    }
    // The times of the second option are 40, 60 and 44 minutes, so that chance explains the difference.
    let mut runs = company(3, [(Some(40), 900, 9), (Some(40), 100, 9), (None, 9, 9), (None, 9, 9)]);
    for (run, minutes) in runs[3..6].iter_mut().zip([40, 60, 44]) {
        for (metric, value) in &mut run.metrics {
            if metric.name == PROTECTED {
                *value = Value::Seconds(Some(SimDuration::from_secs(minutes * 60)));
            }
        }
    }
    let text = of(&runs).text;
    assert!(text.contains("which is not shown to be later than under server"), "{text}");
}

#[test]
fn one_agent_has_verbs_in_its_number() {
    let text = |does: [Does; 4]| {
        let mut runs = company(1, does);
        for (metric, value) in runs.iter_mut().flat_map(|run| &mut run.metrics) {
            if metric.name == "agents" {
                *value = Value::Count(1);
            }
        }
        of(&runs).text
    };
    let never = (None, 0, 9);
    for (does, words) in [
        ([never; 4], "Under no option does the only agent have every release"),
        (
            [(Some(1), 9, 9), never, never, never],
            "Use server: the only agent has the release after",
        ),
        ([(Some(1), 9, 9), never, never, never], "; under no other option does it."),
        ([(Some(1), 9, 9); 4], ": the only agent has the release after"),
    ] {
        assert!(text(does).contains(words), "{}", text(does));
    }
}

#[test]
fn a_price_is_told_with_the_lead() {
    let advice =
        of(&company(2, [(Some(10), 5_000, 9), (Some(60), 900, 9), (None, 9, 9), (None, 9, 9)]));
    assert!(
        advice.text.ends_with(", at the price of 5 kB instead of 900 B over WAN links."),
        "{}",
        advice.text
    );
}
