//! The tables: RFC 4180, LF, `.` as decimal point, a unit in each column's name.

use csv::{Terminator, WriterBuilder};

use super::folder::{ClaimedFolder, ReportError};
use super::results::Results;
use crate::measure::run::{RunMeasurements, SourceKind, Value};
use crate::units::{SimDuration, SimTime};

/// Rows of one table, the header first.
type Rows = Vec<Vec<String>>;

/// Writes all tables.
pub(super) fn write(results: &Results<'_>, folder: &ClaimedFolder) -> Result<(), ReportError> {
    let runs = results.runs;
    let mut tables = vec![
        ("summary.csv", summary(runs)),
        ("estimates.csv", estimates(results)),
        ("protection.csv", protection(runs)),
        ("server_load.csv", server_load(runs)),
        ("sources.csv", sources(runs)),
        ("links.csv", links(runs)),
    ];
    if runs.iter().any(|run| !run.agents.is_empty()) {
        tables.push(("agents.csv", agents(runs)));
    }
    for (name, rows) in tables {
        let text = render(&rows).map_err(|cause| ReportError::at(folder.target(), cause))?;
        folder.write(name, &text)?;
    }
    Ok(())
}

fn render(rows: &Rows) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut writer =
        WriterBuilder::new().terminator(Terminator::Any(b'\n')).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row)?;
    }
    Ok(writer.into_inner().map_err(csv::IntoInnerError::into_error)?)
}

fn header(names: &str) -> Rows {
    vec![names.split(',').map(String::from).collect()]
}

/// The columns that every row begins with.
fn begin(run: &RunMeasurements) -> Vec<String> {
    vec![run.option.name().into(), run.replication.to_string()]
}

/// A text that a spreadsheet takes for text, whatever it begins with.
fn text(cell: &str) -> String {
    let runs = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if runs { format!("'{cell}") } else { cell.into() }
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

fn value(value: Value) -> String {
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
    let number = |number: Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
    for estimate in results.estimates {
        rows.push(vec![
            estimate.option.name().into(),
            estimate.metric.name.into(),
            estimate.metric.unit.into(),
            number(estimate.mean),
            number(estimate.ci95.map(|(low, _)| low)),
            number(estimate.ci95.map(|(_, high)| high)),
            estimate.replications.to_string(),
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

fn sources(runs: &[RunMeasurements]) -> Rows {
    let mut rows = header(
        "option,replication,source,kind,served,refused,failed,bytes,peak_active,peak_egress_bps",
    );
    for run in runs {
        for source in &run.sources {
            let kind = match source.kind {
                SourceKind::ActiveUpdate => "active-update",
                SourceKind::Server => "server",
                SourceKind::UpdateAgent => "update-agent",
            };
            let mut row = begin(run);
            row.extend([text(&source.source), kind.into()]);
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

fn agents(runs: &[RunMeasurements]) -> Rows {
    let mut rows =
        header("option,replication,agent,segment,updated_at_s,source,attempts,bytes,outcome");
    for run in runs {
        for agent in &run.agents {
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
        assert_eq!(text("=1+1"), "'=1+1");
        assert_eq!(text("@SUM(A1)"), "'@SUM(A1)");
        assert_eq!(text("branch-001"), "branch-001");
    }

    #[test]
    fn names_with_commas_quotes_and_lines_are_one_cell() {
        let rows = vec![vec!["a,b".into(), "say \"x\"".into(), "two\nlines".into()]];
        let text = String::from_utf8(render(&rows).unwrap()).unwrap();
        assert_eq!(text, "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\"\n");
    }
}
