//! The tables of runs.

use std::path::Path;

use super::results::Results;
use crate::experiment::{self, Estimate};
use crate::measure::run::{
    AgentRow, ComponentCount, ComponentRow, LinkRow, RunMeasurements, SiteRelease, SiteRow,
};
use crate::report::atomic_directory::{AtomicDirectory, ReportError};
use crate::report::tables::{Definition, Number, Table, TableFormat, value, write_all};
use crate::units::SimTime;

/// Writes all tables.
pub(in crate::report) fn write(
    results: &Results<'_>,
    folder: &AtomicDirectory,
) -> Result<(), ReportError> {
    let runs = results.runs;
    let mut tables = vec![
        summary(runs),
        estimates(results),
        quantiles(runs),
        probabilities(runs),
        protection(runs),
        server_load(runs),
        sources(runs),
        update_agents(runs),
        links(runs),
        link_load(runs),
        sites(runs),
        waits(runs),
        components("components", runs, |row| row.at_server, "latest_at_server"),
        components("components_vendor", runs, |row| row.at_vendor, "latest_at_vendor"),
        agents("slowest_agents", runs, |run| &run.slowest),
    ];
    if runs.iter().any(|run| !run.carried.is_empty()) {
        tables.push(carried(runs));
    }
    if runs.iter().any(|run| !run.agents.is_empty()) {
        tables.push(agents("agents", runs, |run| &run.agents));
    }
    write_all(&tables, &results.record.tables, folder)
}

/// A table with the rows that `of` yields for each run, with the common first columns.
fn of_runs<'a, T>(
    name: &str,
    runs: &'a [RunMeasurements],
    of: impl Fn(&'a RunMeasurements) -> &'a [T],
) -> Definition<'a, (&'a RunMeasurements, &'a T)> {
    let rows = runs.iter().flat_map(|run| of(run).iter().map(move |row| (run, row)));
    Table::of(name, rows)
        .text("option", |(run, _)| run.option.name())
        .integer("replication", |(run, _)| run.replication)
}

/// summary.csv, as in a results folder.
///
/// # Errors
/// If it cannot be built.
pub fn summary_csv(results: &Results<'_>) -> Result<Vec<u8>, ReportError> {
    let text = summary(results.runs).written(TableFormat::Csv);
    text.map_err(|cause| ReportError::at(Path::new("summary.csv"), cause))
}

/// The headline of each metric, then the metrics of each release, run by run.
fn summary(runs: &[RunMeasurements]) -> Table<'_> {
    let rows = runs.iter().flat_map(|run| {
        let headlines = run.metrics.iter().map(move |of| (run, "", of));
        let of_releases = run.releases.iter().flat_map(move |release| {
            release.metrics.iter().map(move |of| (run, release.name.as_ref(), of))
        });
        headlines.chain(of_releases)
    });
    Table::of("summary", rows)
        .text("option", |(run, ..)| run.option.name())
        .integer("replication", |(run, ..)| run.replication)
        .text("release", |(_, release, _)| release)
        .text("metric", |(.., (metric, _))| metric.name)
        .text("unit", |(.., (metric, _))| metric.unit)
        .number("value", |(.., (_, of))| value(*of))
        .done()
}

/// For each option the headlines, followed by the metrics of each release.
fn estimates<'a>(results: &Results<'a>) -> Table<'a> {
    let of_releases = experiment::release_estimates(results.runs);
    let rows: Vec<&Estimate> = results
        .by_option()
        .flat_map(|runs| {
            let all = results.estimates.iter().chain(&of_releases);
            all.filter(move |estimate| estimate.option == runs[0].option)
        })
        .collect();
    Table::of("estimates", rows)
        .text("option", |estimate| estimate.option.name())
        .text("release", |estimate| estimate.release.as_deref().unwrap_or_default().to_string())
        .text("metric", |estimate| estimate.metric.name)
        .text("unit", |estimate| estimate.metric.unit)
        .number("mean", |estimate| estimate.mean.and_then(Number::real))
        .number("ci95_low", |estimate| estimate.ci95.and_then(|(low, _)| Number::real(low)))
        .number("ci95_high", |estimate| estimate.ci95.and_then(|(_, high)| Number::real(high)))
        .integer("replications", |estimate| estimate.replications)
        .done()
}

fn quantiles(runs: &[RunMeasurements]) -> Table<'_> {
    Table::of("quantiles", &experiment::quantiles(runs))
        .text("option", |of| of.option.name())
        .text("metric", |of| of.metric.name)
        .text("unit", |of| of.metric.unit)
        .number("quantile", |of| Number::real(of.share))
        .number("value", |of| of.value.and_then(Number::real))
        .number("ci_low", |of| of.interval.and_then(|at| at.low).and_then(Number::real))
        .number("ci_high", |of| of.interval.and_then(|at| at.high).and_then(Number::real))
        .number("coverage", |of| of.interval.map(|at| Number::probability(at.coverage)))
        .integer("replications", |of| of.replications)
        .integer("never", |of| of.never)
        .done()
}

fn probabilities(runs: &[RunMeasurements]) -> Table<'_> {
    Table::of("probabilities", &experiment::probabilities(runs))
        .text("option", |of| of.option.name())
        .text("metric", |of| of.metric.name)
        .number("probability", |of| Number::real(f64::from(of.times) / f64::from(of.replications)))
        .number("ci95_low", |of| Number::real(of.ci95.0))
        .number("ci95_high", |of| Number::real(of.ci95.1))
        .integer("times", |of| of.times)
        .integer("replications", |of| of.replications)
        .done()
}

fn protection(runs: &[RunMeasurements]) -> Table<'_> {
    of_runs("protection", runs, |run| &run.protection)
        .number("time_s", |(_, sample)| Number::time(sample.time))
        .integer("up_to_date", |(_, sample)| sample.up_to_date)
        .integer("outdated", |(_, sample)| sample.outdated)
        .integer("online", |(_, sample)| sample.online)
        .done()
}

fn carried(runs: &[RunMeasurements]) -> Table<'_> {
    of_runs("carried", runs, |run| &run.carried)
        .number("time_s", |(_, sample)| Number::time(sample.time))
        .text("release", |(_, sample)| sample.release.as_ref())
        .integer("agents", |(_, sample)| sample.agents)
        .integer("agents_ever", |(_, sample)| sample.agents_ever)
        .done()
}

fn server_load(runs: &[RunMeasurements]) -> Table<'_> {
    of_runs("server_load", runs, |run| &run.server)
        .number("time_s", |(_, sample)| Number::time(sample.time))
        .integer("egress_bps", |(_, sample)| sample.egress.bits_per_sec())
        .integer("active_transfers", |(_, sample)| sample.active_transfers)
        .integer("queued_requests", |(_, sample)| sample.queued_requests)
        .integer("refused_requests", |(_, sample)| sample.refused_requests)
        .number("requests_per_s", |(_, sample)| Number::real(sample.requests_per_s))
        .integer("notifications_in_flight", |(_, sample)| sample.notifications_in_flight)
        .integer("notification_queue", |(_, sample)| sample.notification_queue)
        .number("reports_per_s", |(_, sample)| Number::real(sample.reports_per_s))
        .number("cpu_seconds", |(_, sample)| Number::span(sample.cpu))
        .integer("active_transfers_peak", |(_, sample)| sample.active_peak)
        .done()
}

fn update_agents(runs: &[RunMeasurements]) -> Table<'_> {
    of_runs("update_agents", runs, |run| &run.update_agents)
        .text("update_agent", |(_, of)| of.update_agent.as_str())
        .integer("agents", |(_, of)| of.agents)
        .integer("served", |(_, of)| of.served)
        .integer("refused", |(_, of)| of.refused)
        .integer("fell_back", |(_, of)| of.fell_back)
        .integer("outdated", |(_, of)| of.outdated)
        .done()
}

fn sources(runs: &[RunMeasurements]) -> Table<'_> {
    of_runs("sources", runs, |run| &run.sources)
        .text("source", |(_, of)| of.source.as_str())
        .text("kind", |(_, of)| of.kind.name())
        .integer("served", |(_, of)| of.served)
        .integer("refused", |(_, of)| of.refused)
        .integer("failed", |(_, of)| of.failed)
        .integer("bytes", |(_, of)| of.bytes.count())
        .integer("peak_active", |(_, of)| of.peak_active)
        .integer("peak_egress_bps", |(_, of)| of.peak_egress.bits_per_sec())
        .done()
}

fn links(runs: &[RunMeasurements]) -> Table<'_> {
    of_runs("links", runs, |run| &run.links)
        .text("link", |(_, link)| link.link.as_str())
        .text("direction", |(_, link)| link.direction.as_str())
        .integer("capacity_bps", |(_, link)| link.capacity.bits_per_sec())
        .integer("bytes", |(_, link)| link.bytes.count())
        .number("mean_utilization", |(_, link)| Number::real(link.mean_utilization))
        .number("peak_utilization", |(_, link)| Number::real(link.peak_utilization))
        .number("saturated_s", |(_, link)| Number::span(link.saturated))
        .done()
}

/// A span of time in which a direction of a link was equally busy.
#[derive(Clone, Copy)]
struct Busy<'a> {
    run: &'a RunMeasurements,
    link: &'a LinkRow,
    from: SimTime,
    to: SimTime,
    per_mille: u16,
}

/// Spans of equal utilization of the first replication; none for idle links.
fn link_load(runs: &[RunMeasurements]) -> Table<'_> {
    let first = runs.iter().filter(|run| run.replication == 1);
    let links = first.flat_map(|run| run.links.iter().map(move |link| (run, link)));
    let spans = links.flat_map(|(run, link)| {
        let mut to = 0;
        link.utilization_per_mille.chunk_by(|a, b| a == b).filter_map(move |span| {
            let from = to;
            to += span.len();
            let start = from.checked_sub(1).map_or(SimTime::START, |end| run.server[end].time);
            let end = run.server[to - 1].time;
            let busy = Busy { run, link, from: start, to: end, per_mille: span[0] };
            (span[0] > 0).then_some(busy)
        })
    });
    Table::of("link_load", spans)
        .text("option", |busy| busy.run.option.name())
        .integer("replication", |busy| busy.run.replication)
        .text("link", |busy| busy.link.link.as_str())
        .text("direction", |busy| busy.link.direction.as_str())
        .number("from_s", |busy| Number::time(busy.from))
        .number("to_s", |busy| Number::time(busy.to))
        .number("mean_utilization", |busy| Number::decimal(busy.per_mille.into(), 3))
        .done()
}

/// The values of a site for all releases, or for one.
#[derive(Clone, Copy)]
struct AtSite<'a> {
    run: &'a RunMeasurements,
    site: &'a SiteRow,
    release: &'a str,
    has: SiteRelease,
}

/// Each site with the worst of its releases, and if there are several, with each of them.
fn sites(runs: &[RunMeasurements]) -> Table<'_> {
    let rows = runs.iter().flat_map(|run| run.sites.iter().map(move |site| (run, site)));
    let rows = rows.flat_map(|(run, site)| {
        let worst = SiteRelease { up_to_date: site.up_to_date, protected: site.protected };
        let headline = AtSite { run, site, release: "", has: worst };
        let releases = site.releases.iter().zip(&run.releases);
        let each = releases.map(move |(has, release)| AtSite {
            run,
            site,
            release: &release.name,
            has: *has,
        });
        std::iter::once(headline).chain(each)
    });
    Table::of("sites", rows)
        .text("option", |at| at.run.option.name())
        .integer("replication", |at| at.run.replication)
        .text("release", |at| at.release)
        .text("site", |at| at.site.site.as_str())
        .text("above", |at| at.site.above.as_str())
        .text("link", |at| at.site.link.as_str())
        .integer("agents", |at| at.site.agents)
        .integer("agents_up_to_date", |at| at.has.up_to_date)
        .number("protected_p50_s", |at| at.has.protected[0].map(Number::span))
        .number("protected_p95_s", |at| at.has.protected[1].map(Number::span))
        .number("protected_all_s", |at| at.has.protected[2].map(Number::span))
        .done()
}

fn waits(runs: &[RunMeasurements]) -> Table<'_> {
    of_runs("waits", runs, |run| &run.waits)
        .text("cause", |(_, wait)| wait.cause.name())
        .text("where", |(_, wait)| wait.place.as_str())
        .number("agent_seconds", |(_, wait)| Number::agent_seconds(wait.agent_nanos))
        .done()
}

/// The components over time, counted relative to `by`; `latest` is the header of the column of the version.
fn components<'a>(
    name: &str,
    runs: &'a [RunMeasurements],
    by: fn(&ComponentRow) -> ComponentCount,
    latest: &'static str,
) -> Table<'a> {
    of_runs(name, runs, |run| &run.components)
        .number("time_s", |(_, row)| Number::time(row.time))
        .text("component", |(_, row)| row.component.as_ref())
        .integer(latest, move |(_, row)| by(row).latest)
        .integer("agents_updated", move |(_, row)| by(row).updated)
        .integer("agents_outdated", move |(_, row)| by(row).outdated)
        .done()
}

/// The agents that `chosen` selects in a run.
fn agents<'a>(
    name: &str,
    runs: &'a [RunMeasurements],
    chosen: fn(&RunMeasurements) -> &[AgentRow],
) -> Table<'a> {
    of_runs(name, runs, chosen)
        .text("agent", |(_, agent)| agent.agent.as_str())
        .text("segment", |(_, agent)| agent.segment.as_str())
        .number("updated_at_s", |(_, agent)| agent.updated_at.map(Number::time))
        .text("source", |(_, agent)| agent.source.as_str())
        .integer("attempts", |(_, agent)| agent.attempts)
        .integer("bytes", |(_, agent)| agent.bytes.count())
        .text("outcome", |(_, agent)| agent.outcome.name())
        .done()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::run::{AgentOutcome, Value};
    use crate::model::settings::TopologyOption;
    use crate::report::fixture::{owned, run};
    use crate::units::{Bytes, SimDuration};

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
            outcome: AgentOutcome::Quit,
        }];
        let runs = [run];
        assert!(sources(&runs).as_csv().contains("\ndirect,1,'=1+1,server,"));
        assert!(links(&runs).as_csv().contains("\ndirect,1,'@SUM(A1),\"'+hq, -branch\","));
        let row = "\ndirect,1,'-2+3,'\tsite,,\"'=HYPERLINK(\"\"x\"\")\",1,0,quit\n";
        assert!(
            agents("agents", &runs, |run| &run.agents).as_csv().ends_with(row),
            "{}",
            agents("agents", &runs, |run| &run.agents).as_csv()
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
            outcome: AgentOutcome::Updated,
        }];
        let runs = [small];
        assert_eq!(
            protection(&runs).as_csv(),
            "option,replication,time_s,up_to_date,outdated,online\n\
             server-ua,1,60,0,10,10\n\
             server-ua,1,120,7,3,10\n"
        );
        assert_eq!(
            server_load(&runs).as_csv(),
            "option,replication,time_s,egress_bps,active_transfers,queued_requests,\
             refused_requests,requests_per_s,notifications_in_flight,notification_queue,\
             reports_per_s,cpu_seconds,active_transfers_peak\n\
             server-ua,1,60,0,0,0,0,0.5,0,0,0,1.5,0\n\
             server-ua,1,120,8000000,3,0,0,0.5,0,5,0,1.5,4\n"
        );
        assert_eq!(
            sources(&runs).as_csv(),
            "option,replication,source,kind,served,refused,failed,bytes,peak_active,\
             peak_egress_bps\n\
             server-ua,1,server,server,9,1,0,1000,4,8000000\n"
        );
        assert_eq!(
            links(&runs).as_csv(),
            "option,replication,link,direction,capacity_bps,bytes,mean_utilization,\
             peak_utilization,saturated_s\n\
             server-ua,1,hq – branch,hq → branch,10000000,77,0.25,1,0.25\n"
        );
        assert_eq!(
            link_load(&runs).as_csv(),
            "option,replication,link,direction,from_s,to_s,mean_utilization\n\
             server-ua,1,hq – branch,hq → branch,60,120,0.7\n"
        );
        assert_eq!(
            sites(&runs).as_csv(),
            "option,replication,release,site,above,link,agents,agents_up_to_date,protected_p50_s,\
             protected_p95_s,protected_all_s\n\
             server-ua,1,,hq,internet,internet – hq,5,4,120,,\n\
             server-ua,1,,branch,hq,hq – branch,5,4,120,,\n"
        );
        assert_eq!(
            agents("agents", &runs, |run| &run.agents).as_csv(),
            "option,replication,agent,segment,updated_at_s,source,attempts,bytes,outcome\n\
             server-ua,1,hq/pc-1,hq,120.000000001,server,2,1000000,updated\n"
        );
    }

    /// The metrics that cover the formats of numbers: a count, a time, one that was never reached, and a product.
    const TOLD: [&str; 4] =
        ["agents", "protected_p50_s", "protected_all_s", "exposure_agent_hours"];

    #[test]
    fn summary_and_estimates_have_a_row_a_number() {
        let option = TopologyOption::Server;
        let mut runs = vec![run(option, 1, &[1]), run(option, 2, &[1])];
        for run in &mut runs {
            run.metrics.retain(|(metric, _)| TOLD.contains(&metric.name));
        }
        let owned = owned(runs);
        assert_eq!(
            summary(&owned.runs).as_csv(),
            "option,replication,release,metric,unit,value\n\
             server,1,,agents,count,1\n\
             server,1,,protected_p50_s,s,4980.5\n\
             server,1,,protected_all_s,s,\n\
             server,1,,exposure_agent_hours,agent-hours,2.25\n\
             server,2,,agents,count,2\n\
             server,2,,protected_p50_s,s,4980.5\n\
             server,2,,protected_all_s,s,\n\
             server,2,,exposure_agent_hours,agent-hours,2.25\n"
        );
        let estimates = estimates(&owned.results()).as_csv();
        let rows: Vec<&str> = estimates.lines().collect();
        assert_eq!(rows[0], "option,release,metric,unit,mean,ci95_low,ci95_high,replications");
        // t(1) = 12.706, s/√n = 0.5: the last digits are the library's.
        assert!(rows[1].starts_with("server,,agents,count,1.5,-4.85"), "{}", rows[1]);
        assert!(rows[1].ends_with(",2"), "{}", rows[1]);
        assert_eq!(rows[2], "server,,protected_p50_s,s,4980.5,4980.5,4980.5,2");
        assert_eq!(rows[3], "server,,protected_all_s,s,,,,0");
        assert_eq!(rows[4], "server,,exposure_agent_hours,agent-hours,2.25,2.25,2.25,2");
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
        let owned = owned(runs);
        let means = estimates(&owned.results()).as_csv();
        assert_eq!(means.lines().nth(2), Some("server,,protected_all_s,s,,,,7"));
        let quantiles = quantiles(&owned.runs).as_csv();
        let rows: Vec<&str> = quantiles.lines().collect();
        let (header, rows) = rows.split_first().expect("a header");
        assert_eq!(
            *header,
            "option,metric,unit,quantile,value,ci_low,ci_high,coverage,replications,never"
        );
        // The 2nd and the 9th of 10 enclose the median; no two of them enclose the 90 % quantile.
        assert!(rows[0].starts_with("server,protected_p50_s,s,0.5,4980.5,4980.5,4980.5,0.978516"));
        assert!(rows[2].starts_with("server,protected_all_s,s,0.5,300,120,,0.978516"));
        assert!(rows[2].ends_with(",10,3"), "{}", rows[2]);
        assert_eq!(rows[3], "server,protected_all_s,s,0.9,,,,,10,3");
        let probabilities = probabilities(&owned.runs).as_csv();
        let rows: Vec<&str> = probabilities.lines().collect();
        assert_eq!(rows[0], "option,metric,probability,ci95_low,ci95_high,times,replications");
        // Newcombe 1998: 7 of 10 is 0.3968 to 0.8922.
        assert!(rows[2].starts_with("server,protected_all_s,0.7,0.396"), "{}", rows[2]);
        assert!(rows[2].ends_with(",7,10") && rows[2].contains(",0.892"), "{}", rows[2]);
        assert_eq!(rows.len(), 3);
    }
}
