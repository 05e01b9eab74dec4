//! The tables: RFC 4180, LF, `.` as decimal point, a unit in each column's name.

use std::path::Path;

use csv::{Terminator, WriterBuilder};

use super::folder::{ClaimedFolder, ReportError};
use super::results::Results;
use crate::experiment;
use crate::measure::run::{AgentRow, RunMeasurements, Value};
use crate::units::{SimDuration, SimTime};

/// Rows of one table, the header first.
pub(super) type Rows = Vec<Vec<String>>;

/// Writes all tables.
pub(super) fn write(results: &Results<'_>, folder: &ClaimedFolder) -> Result<(), ReportError> {
    let runs = results.runs;
    let mut tables = vec![
        ("summary.csv", summary(runs)),
        ("estimates.csv", estimates(results)),
        ("quantiles.csv", quantiles(runs)),
        ("probabilities.csv", probabilities(runs)),
        ("protection.csv", protection(runs)),
        ("server_load.csv", server_load(runs)),
        ("sources.csv", sources(runs)),
        ("update_agents.csv", update_agents(runs)),
        ("links.csv", links(runs)),
        ("link_load.csv", link_load(runs)),
        ("sites.csv", sites(runs)),
        ("slowest_agents.csv", agents(runs, |run| &run.slowest)),
    ];
    if runs.iter().any(|run| !run.agents.is_empty()) {
        tables.push(("agents.csv", agents(runs, |run| &run.agents)));
    }
    for (name, rows) in tables {
        let text = render(&rows).map_err(|cause| ReportError::at(folder.target(), cause))?;
        folder.write(name, &text)?;
    }
    Ok(())
}

/// summary.csv, as it stands in a results folder.
///
/// # Errors
/// If it cannot be made.
pub fn summary_csv(results: &Results<'_>) -> Result<Vec<u8>, ReportError> {
    let text = render(&summary(results.runs));
    text.map_err(|cause| ReportError::at(Path::new("summary.csv"), cause))
}

/// The table as CSV.
pub(super) fn render(rows: &Rows) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut writer =
        WriterBuilder::new().terminator(Terminator::Any(b'\n')).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row)?;
    }
    Ok(writer.into_inner().map_err(csv::IntoInnerError::into_error)?)
}

/// A table of these columns, without rows.
pub(super) fn header(names: &str) -> Rows {
    vec![names.split(',').map(String::from).collect()]
}

/// The columns that every row begins with.
fn begin(run: &RunMeasurements) -> Vec<String> {
    vec![run.option.name().into(), run.replication.to_string()]
}

/// A text that a spreadsheet takes for text, whatever it begins with; [`read_text`] undoes it.
pub(super) fn text(cell: &str) -> String {
    if would_run(cell) { format!("'{cell}") } else { cell.into() }
}

/// The text of which [`text`] made `cell`.
pub(super) fn read_text(cell: &str) -> String {
    if would_run(cell) { cell[1..].into() } else { cell.into() }
}

/// Whether a spreadsheet would run a cell, or would if it did not begin with apostrophes.
fn would_run(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// Seconds with as many decimals as are needed, at most nine.
pub(super) fn seconds(nanos: u64) -> String {
    let (whole, part) = (nanos / 1_000_000_000, nanos % 1_000_000_000);
    if part == 0 {
        return whole.to_string();
    }
    let digits = format!("{part:09}");
    format!("{whole}.{}", digits.trim_end_matches('0'))
}

fn at(time: SimTime) -> String {
    seconds(time.as_nanos())
}

fn span(span: SimDuration) -> String {
    seconds(span.as_nanos())
}

/// The value of a metric.
pub(super) fn value(value: Value) -> String {
    match value {
        Value::Count(count) => count.to_string(),
        Value::Seconds(Some(time)) => span(time),
        Value::Seconds(None) => String::new(),
        Value::Real(real) => real.to_string(),
    }
}

fn summary(runs: &[RunMeasurements]) -> Rows {
    let mut rows = header("option,replication,metric,unit,value");
    for run in runs {
        for (metric, of) in &run.metrics {
            let mut row = begin(run);
            row.extend([metric.name.into(), metric.unit.into(), value(*of)]);
            rows.push(row);
        }
    }
    rows
}

fn estimates(results: &Results<'_>) -> Rows {
    let mut rows = header("option,metric,unit,mean,ci95_low,ci95_high,replications");
    for estimate in results.estimates {
        rows.push(vec![
            estimate.option.name().into(),
            estimate.metric.name.into(),
            estimate.metric.unit.into(),
            maybe(estimate.mean),
            maybe(estimate.ci95.map(|(low, _)| low)),
            maybe(estimate.ci95.map(|(_, high)| high)),
            estimate.replications.to_string(),
        ]);
    }
    rows
}

/// A number, empty where there is none.
fn maybe(number: Option<f64>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

fn quantiles(runs: &[RunMeasurements]) -> Rows {
    let mut rows =
        header("option,metric,unit,quantile,value,ci_low,ci_high,coverage,replications,never");
    for quantile in experiment::quantiles(runs) {
        let interval = quantile.interval;
        rows.push(vec![
            quantile.option.name().into(),
            quantile.metric.name.into(),
            quantile.metric.unit.into(),
            quantile.share.to_string(),
            maybe(quantile.value),
            maybe(interval.and_then(|interval| interval.low)),
            maybe(interval.and_then(|interval| interval.high)),
            interval.map(|interval| format!("{:.6}", interval.coverage)).unwrap_or_default(),
            quantile.replications.to_string(),
            quantile.never.to_string(),
        ]);
    }
    rows
}

fn probabilities(runs: &[RunMeasurements]) -> Rows {
    let mut rows = header("option,metric,probability,ci95_low,ci95_high,times,replications");
    for probability in experiment::probabilities(runs) {
        let (low, high) = probability.ci95;
        let share = f64::from(probability.times) / f64::from(probability.replications);
        rows.push(vec![
            probability.option.name().into(),
            probability.metric.name.into(),
            share.to_string(),
            low.to_string(),
            high.to_string(),
            probability.times.to_string(),
            probability.replications.to_string(),
        ]);
    }
    rows
}

fn protection(runs: &[RunMeasurements]) -> Rows {
    let mut rows = header("option,replication,time_s,up_to_date,outdated,online");
    for run in runs {
        for sample in &run.protection {
            let mut row = begin(run);
            let counts = [sample.up_to_date, sample.outdated, sample.online];
            row.push(at(sample.time));
            row.extend(counts.map(|count| count.to_string()));
            rows.push(row);
        }
    }
    rows
}

fn server_load(runs: &[RunMeasurements]) -> Rows {
    let mut rows = header(
        "option,replication,time_s,egress_bps,active_transfers,queued_requests,refused_requests,\
         requests_per_s,notifications_in_flight,notification_queue,reports_per_s,cpu_seconds",
    );
    for run in runs {
        for sample in &run.server {
            let mut row = begin(run);
            row.extend([
                at(sample.time),
                sample.egress.bits_per_sec().to_string(),
                sample.active_transfers.to_string(),
                sample.queued_requests.to_string(),
                sample.refused_requests.to_string(),
                sample.requests_per_s.to_string(),
                sample.notifications_in_flight.to_string(),
                sample.notification_queue.to_string(),
                sample.reports_per_s.to_string(),
                span(sample.cpu),
            ]);
            rows.push(row);
        }
    }
    rows
}

fn update_agents(runs: &[RunMeasurements]) -> Rows {
    let mut rows =
        header("option,replication,update_agent,agents,served,refused,fell_back,outdated");
    for run in runs {
        for of in &run.update_agents {
            let mut row = begin(run);
            row.push(text(&of.update_agent));
            let counts = [of.agents, of.served, of.refused, of.fell_back, of.outdated];
            row.extend(counts.map(|count| count.to_string()));
            rows.push(row);
        }
    }
    rows
}

fn sources(runs: &[RunMeasurements]) -> Rows {
    let mut rows = header(
        "option,replication,source,kind,served,refused,failed,bytes,peak_active,peak_egress_bps",
    );
    for run in runs {
        for source in &run.sources {
            let mut row = begin(run);
            row.extend([text(&source.source), source.kind.name().into()]);
            let counts = [
                source.served,
                source.refused,
                source.failed,
                source.bytes.count(),
                source.peak_active,
                source.peak_egress.bits_per_sec(),
            ];
            row.extend(counts.map(|count| count.to_string()));
            rows.push(row);
        }
    }
    rows
}

fn links(runs: &[RunMeasurements]) -> Rows {
    let mut rows = header(
        "option,replication,link,direction,capacity_bps,bytes,mean_utilization,peak_utilization,\
         saturated_s",
    );
    for run in runs {
        for link in &run.links {
            let mut row = begin(run);
            row.extend([
                text(&link.link),
                text(&link.direction),
                link.capacity.bits_per_sec().to_string(),
                link.bytes.count().to_string(),
                link.mean_utilization.to_string(),
                link.peak_utilization.to_string(),
                span(link.saturated),
            ]);
            rows.push(row);
        }
    }
    rows
}

/// Spans of equal utilisation of the first replication; there are none for what was idle.
fn link_load(runs: &[RunMeasurements]) -> Rows {
    let mut rows = header("option,replication,link,direction,from_s,to_s,mean_utilization");
    for run in runs.iter().filter(|run| run.replication == 1) {
        for link in &run.links {
            let mut to = 0;
            for span in link.utilization_per_mille.chunk_by(|a, b| a == b) {
                let from = to;
                to += span.len();
                if span[0] == 0 {
                    continue;
                }
                let mut row = begin(run);
                let start = from.checked_sub(1).map_or(SimTime::START, |end| run.server[end].time);
                row.extend([
                    text(&link.link),
                    text(&link.direction),
                    at(start),
                    at(run.server[to - 1].time),
                    seconds(u64::from(span[0]) * 1_000_000),
                ]);
                rows.push(row);
            }
        }
    }
    rows
}

fn sites(runs: &[RunMeasurements]) -> Rows {
    let mut rows = header(
        "option,replication,site,above,link,agents,agents_up_to_date,protected_p50_s,\
         protected_p95_s,protected_all_s",
    );
    for run in runs {
        for site in &run.sites {
            let mut row = begin(run);
            row.extend([&site.site, &site.above, &site.link].map(|name| text(name)));
            row.extend([site.agents, site.up_to_date].map(|count| count.to_string()));
            row.extend(site.protected.map(|after| after.map(span).unwrap_or_default()));
            rows.push(row);
        }
    }
    rows
}

/// The agents that `chosen` finds in a run.
fn agents(runs: &[RunMeasurements], chosen: fn(&RunMeasurements) -> &[AgentRow]) -> Rows {
    let mut rows =
        header("option,replication,agent,segment,updated_at_s,source,attempts,bytes,outcome");
    for run in runs {
        for agent in chosen(run) {
            let mut row = begin(run);
            row.extend([
                text(&agent.agent),
                text(&agent.segment),
                agent.updated_at.map(at).unwrap_or_default(),
                text(&agent.source),
                agent.attempts.to_string(),
                agent.bytes.count().to_string(),
                agent.outcome.name().into(),
            ]);
            rows.push(row);
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::run::Outcome;
    use crate::model::settings::TopologyOption;
    use crate::report::fixture::{kept, run};
    use crate::units::Bytes;

    /// A table as it is written.
    fn said(rows: &Rows) -> String {
        String::from_utf8(render(rows).unwrap()).unwrap()
    }

    #[test]
    fn seconds_are_exact_and_short() {
        for (nanos, said) in
            [(0, "0"), (1, "0.000000001"), (1_500_000_000, "1.5"), (60_000_000_000, "60")]
        {
            assert_eq!(seconds(nanos), said);
        }
    }

    #[test]
    fn a_cell_that_a_spreadsheet_would_run_is_neutralised() {
        for start in ["=", "+", "-", "@", "\t", "\r"] {
            let hostile = format!("{start}cmd|' /C calc'!A0");
            assert_eq!(text(&hostile), format!("'{hostile}"));
        }
        assert_eq!(text("branch-001"), "branch-001");
        assert_eq!(text(""), "");
        for name in ["=1", "'=1", "''@x", "'s-Hertogenbosch", "branch", ""] {
            assert_eq!(read_text(&text(name)), name);
        }
    }

    #[test]
    fn hostile_names_are_neutralised_wherever_they_stand() {
        let mut run = run(TopologyOption::Direct, 1, &[1]);
        run.sources[0].source = "=1+1".into();
        run.links[0].link = "@SUM(A1)".into();
        run.links[0].direction = "+hq, -branch".into();
        run.agents = vec![AgentRow {
            agent: "-2+3".into(),
            segment: "\tsite".into(),
            updated_at: None,
            source: "=HYPERLINK(\"x\")".into(),
            attempts: 1,
            bytes: Bytes::ZERO,
            outcome: Outcome::Quit,
        }];
        let runs = [run];
        assert!(said(&sources(&runs)).contains("\ndirect,1,'=1+1,server,"));
        assert!(said(&links(&runs)).contains("\ndirect,1,'@SUM(A1),\"'+hq, -branch\","));
        let row = "\ndirect,1,'-2+3,'\tsite,,\"'=HYPERLINK(\"\"x\"\")\",1,0,quit\n";
        assert!(
            said(&agents(&runs, |run| &run.agents)).ends_with(row),
            "{}",
            said(&agents(&runs, |run| &run.agents))
        );
    }

    #[test]
    fn each_table_has_its_columns_and_formats() {
        let mut small = run(TopologyOption::ServerUa, 1, &[0, 7]);
        small.agents = vec![AgentRow {
            agent: "hq/pc-1".into(),
            segment: "hq".into(),
            updated_at: Some(SimTime::from_nanos(120_000_000_001)),
            source: "server".into(),
            attempts: 2,
            bytes: Bytes::new(1_000_000),
            outcome: Outcome::Updated,
        }];
        let runs = [small];
        assert_eq!(
            said(&protection(&runs)),
            "option,replication,time_s,up_to_date,outdated,online\n\
             server-ua,1,60,0,10,10\n\
             server-ua,1,120,7,3,10\n"
        );
        assert_eq!(
            said(&server_load(&runs)),
            "option,replication,time_s,egress_bps,active_transfers,queued_requests,\
             refused_requests,requests_per_s,notifications_in_flight,notification_queue,\
             reports_per_s,cpu_seconds\n\
             server-ua,1,60,0,0,0,0,0.5,0,0,0,1.5\n\
             server-ua,1,120,8000000,3,0,0,0.5,0,5,0,1.5\n"
        );
        assert_eq!(
            said(&sources(&runs)),
            "option,replication,source,kind,served,refused,failed,bytes,peak_active,\
             peak_egress_bps\n\
             server-ua,1,server,server,9,1,0,1000,4,8000000\n"
        );
        assert_eq!(
            said(&links(&runs)),
            "option,replication,link,direction,capacity_bps,bytes,mean_utilization,\
             peak_utilization,saturated_s\n\
             server-ua,1,hq – branch,hq → branch,10000000,77,0.25,1,0.25\n"
        );
        assert_eq!(
            said(&link_load(&runs)),
            "option,replication,link,direction,from_s,to_s,mean_utilization\n\
             server-ua,1,hq – branch,hq → branch,60,120,0.7\n"
        );
        assert_eq!(
            said(&sites(&runs)),
            "option,replication,site,above,link,agents,agents_up_to_date,protected_p50_s,\
             protected_p95_s,protected_all_s\n\
             server-ua,1,hq,internet,internet – hq,5,4,120,,\n\
             server-ua,1,branch,hq,hq – branch,5,4,120,,\n"
        );
        assert_eq!(
            said(&agents(&runs, |run| &run.agents)),
            "option,replication,agent,segment,updated_at_s,source,attempts,bytes,outcome\n\
             server-ua,1,hq/pc-1,hq,120.000000001,server,2,1000000,updated\n"
        );
    }

    /// The metrics by which the formats of numbers are told: a count, a time, one that never came
    /// about, and a product.
    const TOLD: [&str; 4] =
        ["agents", "protected_p50_s", "protected_all_s", "exposure_agent_hours"];

    #[test]
    fn summary_and_estimates_have_a_row_a_number() {
        let option = TopologyOption::Server;
        let mut runs = vec![run(option, 1, &[1]), run(option, 2, &[1])];
        for run in &mut runs {
            run.metrics.retain(|(metric, _)| TOLD.contains(&metric.name));
        }
        let kept = kept(runs);
        assert_eq!(
            said(&summary(&kept.runs)),
            "option,replication,metric,unit,value\n\
             server,1,agents,count,1\n\
             server,1,protected_p50_s,s,4980.5\n\
             server,1,protected_all_s,s,\n\
             server,1,exposure_agent_hours,agent-hours,2.25\n\
             server,2,agents,count,2\n\
             server,2,protected_p50_s,s,4980.5\n\
             server,2,protected_all_s,s,\n\
             server,2,exposure_agent_hours,agent-hours,2.25\n"
        );
        let estimates = said(&estimates(&kept.results()));
        let rows: Vec<&str> = estimates.lines().collect();
        assert_eq!(rows[0], "option,metric,unit,mean,ci95_low,ci95_high,replications");
        // t(1) = 12.706, s/√n = 0.5: the last digits are the library's.
        assert!(rows[1].starts_with("server,agents,count,1.5,-4.85"), "{}", rows[1]);
        assert!(rows[1].ends_with(",2"), "{}", rows[1]);
        assert_eq!(rows[2], "server,protected_p50_s,s,4980.5,4980.5,4980.5,2");
        assert_eq!(rows[3], "server,protected_all_s,s,,,,0");
        assert_eq!(rows[4], "server,exposure_agent_hours,agent-hours,2.25,2.25,2.25,2");
        assert_eq!(rows.len(), 5);
    }

    #[test]
    fn what_is_never_reached_is_later_than_all_and_no_mean_is_told() {
        let option = TopologyOption::Server;
        let mut runs: Vec<_> = (1..=10).map(|nth| run(option, nth, &[1])).collect();
        for run in &mut runs {
            run.metrics.retain(|(metric, _)| TOLD[1..3].contains(&metric.name));
            let after = |nth: u32| (nth <= 7).then(|| SimDuration::from_mins(nth.into()));
            run.metrics[1].1 = Value::Seconds(after(run.replication));
        }
        let kept = kept(runs);
        let means = said(&estimates(&kept.results()));
        assert_eq!(means.lines().nth(2), Some("server,protected_all_s,s,,,,7"));
        let quantiles = said(&quantiles(&kept.runs));
        let rows: Vec<&str> = quantiles.lines().collect();
        let (header, rows) = rows.split_first().expect("a header");
        assert_eq!(
            *header,
            "option,metric,unit,quantile,value,ci_low,ci_high,coverage,replications,never"
        );
        // The 2nd and the 9th of 10 hold the median; no two of them hold the 90 % quantile.
        assert!(rows[0].starts_with("server,protected_p50_s,s,0.5,4980.5,4980.5,4980.5,0.978516"));
        assert!(rows[2].starts_with("server,protected_all_s,s,0.5,300,120,,0.978516"));
        assert!(rows[2].ends_with(",10,3"), "{}", rows[2]);
        assert_eq!(rows[3], "server,protected_all_s,s,0.9,,,,,10,3");
        let probabilities = said(&probabilities(&kept.runs));
        let rows: Vec<&str> = probabilities.lines().collect();
        assert_eq!(rows[0], "option,metric,probability,ci95_low,ci95_high,times,replications");
        // Newcombe 1998: 7 of 10 is 0.3968 to 0.8922.
        assert!(rows[2].starts_with("server,protected_all_s,0.7,0.396"), "{}", rows[2]);
        assert!(rows[2].ends_with(",7,10") && rows[2].contains(",0.892"), "{}", rows[2]);
        assert_eq!(rows.len(), 3);
    }

    #[test]
    fn names_with_commas_quotes_and_lines_are_one_cell() {
        let rows = vec![vec!["a,b".into(), "say \"x\"".into(), "two\nlines".into()]];
        let text = String::from_utf8(render(&rows).unwrap()).unwrap();
        assert_eq!(text, "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\"\n");
    }
}
