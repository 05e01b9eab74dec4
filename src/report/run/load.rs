//! Reads runs from their results folder.

mod rows;

use std::collections::BTreeMap;
use std::path::Path;

use serde::de::DeserializeOwned;

use super::cautions::CautionRow;
use super::manifest::{Manifest, RunCautions};
use super::results::{Record, Results};
use crate::experiment::{DETAILED, Estimate, estimates};
use crate::measure::METRICS;
use crate::measure::run::{
    LinkRow, Metric, ReleaseMeasurements, RunMeasurements, UpdateAgentRow, Value, Work,
};
use crate::model::settings::TopologyOption;
use crate::model::totals::Totals;
use crate::report::atomic_directory::restore;
use crate::report::load::{Files, ResultsLoadError, read, value};
use crate::report::manifest;
use crate::report::tables::read_text;
use crate::scenario::Scenario;
use crate::units::{BitRate, Bytes, SimDuration, SimTime};
use rows::OfRun;

/// The content of a results folder.
#[derive(Debug)]
pub struct LoadedResults {
    scenario: Option<Scenario>,
    record: Record,
    runs: Vec<RunMeasurements>,
    estimates: Vec<Estimate>,
    /// The number of missing runs.
    runs_missing: usize,
}

/// A folder that is being read.
struct RunReader<'a> {
    files: Files<'a>,
    manifest: Manifest,
    runs: Vec<RunMeasurements>,
    /// The index of the run of an option and a replication.
    places: BTreeMap<(&'static str, u32), usize>,
    /// The operations of the engine in each run.
    works: BTreeMap<(String, u32), Work>,
}

impl LoadedResults {
    /// Reads the results in `folder`.
    ///
    /// # Errors
    /// If a file cannot be read, was changed, or if runs are missing.
    pub fn read(folder: &Path) -> Result<Self, ResultsLoadError> {
        let kept = Self::read_incomplete(folder)?;
        match kept.runs_missing {
            0 => Ok(kept),
            missing => Err(ResultsLoadError::Invalid(
                folder.into(),
                format!("{missing} runs are missing; run the scenario again with --resume"),
            )),
        }
    }

    /// Reads the results in `folder`, even if runs are missing.
    ///
    /// # Errors
    /// If a file cannot be read, or was changed.
    pub(in crate::report) fn read_incomplete(folder: &Path) -> Result<Self, ResultsLoadError> {
        restore(folder);
        let path = folder.join(manifest::NAME);
        let manifest = Manifest::parse(&read(&path)?);
        let manifest = manifest.map_err(|cause| ResultsLoadError::Invalid(path, cause))?;
        let files = Files::new(folder, manifest.files_blake3.clone());
        let (runs, places) = (Vec::new(), BTreeMap::new());
        let works = manifest.works();
        let mut reader = RunReader { files, manifest, runs, places, works };
        reader.summary()?;
        reader.samples()?;
        reader.carried()?;
        reader.sources()?;
        reader.update_agents()?;
        reader.links()?;
        reader.link_load()?;
        reader.sites()?;
        reader.waits()?;
        reader.components()?;
        reader.agents()?;
        reader.slowest()?;
        let RunReader { manifest, runs, .. } = reader;
        let runs_missing = manifest.runs_missing;
        let record = manifest.record();
        let record = record
            .map_err(|cause| ResultsLoadError::Invalid(folder.join(manifest::NAME), cause))?;
        let scenario = record.scenario();
        Ok(Self { scenario, estimates: estimates(&runs), record, runs, runs_missing })
    }

    /// The record of the simulation.
    pub(in crate::report) fn record(&self) -> &Record {
        &self.record
    }

    /// Replaces the runs with the same option and replication by `runs`.
    pub fn replace(&mut self, runs: Vec<RunMeasurements>) {
        for mut run in runs {
            let is_it = |at: &&mut RunMeasurements| {
                (at.option, at.replication) == (run.option, run.replication)
            };
            if let Some(place) = self.runs.iter_mut().find(is_it) {
                // A folder stores the cautions of all runs together, including those of this one.
                run.cautions = std::mem::take(&mut place.cautions);
                *place = run;
            }
        }
        self.estimates = estimates(&self.runs);
    }

    /// Makes the page of these results simulate in the browser.
    pub(in crate::report) fn make_live(&mut self) {
        self.record.make_live();
    }

    /// The runs.
    pub fn into_runs(self) -> Vec<RunMeasurements> {
        self.runs
    }

    /// The results.
    pub fn results(&self) -> Results<'_> {
        let (scenario, record) = (self.scenario.as_ref(), &self.record);
        Results { scenario, record, runs: &self.runs, estimates: &self.estimates }
    }
}

impl RunReader<'_> {
    /// Passes each row of a table to `put`, with its run.
    fn each<T: OfRun + DeserializeOwned>(
        &mut self,
        name: &str,
        mut put: impl FnMut(&mut RunMeasurements, T) -> Result<(), String>,
    ) -> Result<(), ResultsLoadError> {
        for (line, row) in self.files.rows::<T>(name)? {
            let (option, replication) = row.run();
            let place = self.places.get(&(option.0.name(), replication)).copied();
            let done = place
                .ok_or_else(|| "summary.csv has no such run".to_string())
                .and_then(|place| put(&mut self.runs[place], row));
            done.map_err(|cause| self.files.at_line(name, line, cause))?;
        }
        Ok(())
    }

    /// The runs and their metrics.
    fn summary(&mut self) -> Result<(), ResultsLoadError> {
        const NAME: &str = "summary.csv";
        for (line, row) in self.files.rows::<rows::SummaryRow>(NAME)? {
            let fail = |cause: String| self.files.at_line(NAME, line, cause);
            let metric = METRICS.iter().find(|metric| metric.name == row.metric);
            let metric =
                metric.ok_or_else(|| fail(format!("no metric is called `{}`", row.metric)))?;
            let value = value(&row.value, *metric).map_err(fail)?;
            let key = (row.option.0.name(), row.replication);
            let place = self.places.get(&key).copied().unwrap_or(self.runs.len());
            if place == self.runs.len() {
                let run = self.new_run(row.option.0, row.replication);
                self.runs.push(run.map_err(|cause| self.files.at_line(NAME, line, cause))?);
                let _ = self.places.insert(key, place);
            }
            let run = &mut self.runs[place];
            let release = read_text(&row.release);
            if release.is_empty() {
                run.metrics.push((metric, value));
                continue;
            }
            if run.releases.last().is_none_or(|last| *last.name != *release) {
                run.releases.push(ReleaseMeasurements {
                    is_recalled: self.manifest.is_recalled(&release),
                    name: release.into(),
                    metrics: Vec::new(),
                });
            }
            let last = run.releases.last_mut().expect("just pushed");
            last.metrics.push((metric, value));
        }
        let names = |metrics: &[(&Metric, Value)]| -> Vec<&str> {
            metrics.iter().map(|(metric, _)| metric.name).collect()
        };
        // Some metrics are measured only if they apply to the scenario.
        let usual = Totals::default();
        let first_names = self.runs.first().map_or(Vec::new(), |run| names(&run.metrics));
        let all: Vec<&Metric> = METRICS
            .iter()
            .filter(|metric| metric.is_measured(&usual) || first_names.contains(&metric.name))
            .collect();
        let of_releases: Vec<&str> = all
            .iter()
            .filter(|metric| metric.of_release.is_some())
            .map(|metric| metric.name)
            .collect();
        let first = self.runs.first().map_or(0, |run| run.releases.len());
        let complete = |run: &RunMeasurements| {
            names(&run.metrics).into_iter().eq(all.iter().map(|metric| metric.name))
                && run.releases.len() == first
                && run.releases.iter().all(|release| names(&release.metrics) == of_releases)
        };
        if self.runs.is_empty() || !self.runs.iter().all(complete) {
            return Err(self.files.invalid(NAME, "not all metrics of each run in their order"));
        }
        self.cautions();
        Ok(())
    }

    /// The cautions of each run, or else those of all runs, whose texts name their runs, as those of the first.
    fn cautions(&mut self) {
        let all = |rows: &[CautionRow]| rows.iter().map(CautionRow::caution).collect();
        let Some(of_runs) = &self.manifest.cautions_of_runs else {
            self.runs[0].cautions = all(&self.manifest.cautions);
            return;
        };
        for run in &mut self.runs {
            let is_it = |at: &&RunCautions| {
                (at.option.as_str(), at.replication) == (run.option.name(), run.replication)
            };
            run.cautions = of_runs.iter().find(is_it).map_or(Vec::new(), |at| all(&at.cautions));
        }
    }

    fn new_run(&self, option: TopologyOption, replication: u32) -> Result<RunMeasurements, String> {
        let work = self.works.get(&(option.name().to_string(), replication)).copied();
        Ok(RunMeasurements {
            option,
            replication,
            metrics: Vec::new(),
            releases: Vec::new(),
            waits: Vec::new(),
            components: Vec::new(),
            carried: Vec::new(),
            protection: Vec::new(),
            server: Vec::new(),
            sources: Vec::new(),
            update_agents: Vec::new(),
            links: Vec::new(),
            sites: Vec::new(),
            agents: Vec::new(),
            slowest: Vec::new(),
            released_at: SimTime::from_nanos(self.manifest.measured_release_ns),
            sample_every: SimDuration::from_nanos(self.manifest.sample_every_ns),
            work: work.ok_or("manifest.json has no such run")?,
            cautions: Vec::new(),
        })
    }

    fn samples(&mut self) -> Result<(), ResultsLoadError> {
        self.each("protection.csv", |run, row: rows::ProtectionRow| {
            run.protection.push(row.sample());
            Ok(())
        })?;
        self.each("server_load.csv", |run, row: rows::ServerLoadRow| {
            let sample = row.sample();
            let twin = run.protection.get(run.server.len()).map(|sample| sample.time);
            if twin != Some(sample.time) {
                return Err("protection.csv has no sample of that time".into());
            }
            run.server.push(sample);
            Ok(())
        })?;
        let same = |run: &RunMeasurements| {
            let has_details = run.replication <= DETAILED;
            run.server.len() == run.protection.len() && run.server.is_empty() != has_details
        };
        if self.runs.iter().all(same) {
            Ok(())
        } else {
            Err(self
                .files
                .invalid("server_load.csv", "a run has fewer samples than in protection.csv"))
        }
    }

    /// Only scenarios that recall a release have this table.
    fn carried(&mut self) -> Result<(), ResultsLoadError> {
        if !self.manifest.files_blake3.contains_key("carried.csv") {
            return Ok(());
        }
        self.each("carried.csv", |run, row: rows::CarriedRow| {
            run.carried.push(row.sample());
            Ok(())
        })
    }

    fn sources(&mut self) -> Result<(), ResultsLoadError> {
        self.each("sources.csv", |run, row: rows::SourcesRow| {
            run.sources.push(row.source()?);
            Ok(())
        })
    }

    fn update_agents(&mut self) -> Result<(), ResultsLoadError> {
        self.each("update_agents.csv", |run, row: rows::UpdateAgentsRow| {
            run.update_agents.push(UpdateAgentRow {
                update_agent: read_text(&row.update_agent),
                agents: row.agents,
                served: row.served,
                refused: row.refused,
                fell_back: row.fell_back,
                outdated: row.outdated,
            });
            Ok(())
        })
    }

    fn links(&mut self) -> Result<(), ResultsLoadError> {
        self.each("links.csv", |run, row: rows::LinksRow| {
            // Load over time is stored for the first replication only.
            let samples = if run.replication == 1 { run.protection.len() } else { 0 };
            run.links.push(LinkRow {
                link: read_text(&row.link),
                direction: read_text(&row.direction),
                capacity: BitRate::from_bits_per_sec(row.capacity_bps),
                bytes: Bytes::new(row.bytes),
                mean_utilization: row.mean_utilization,
                peak_utilization: row.peak_utilization,
                saturated: row.saturated_s.0,
                utilization_per_mille: vec![0; samples],
            });
            Ok(())
        })
    }

    /// Rows are in the order of the links, so the search for each link starts at the last one.
    fn link_load(&mut self) -> Result<(), ResultsLoadError> {
        let mut last = 0;
        self.each("link_load.csv", |run, row: rows::LinkLoadRow| {
            let (name, direction) = (read_text(&row.link), read_text(&row.direction));
            let is_it = |link: &LinkRow| link.link == name && link.direction == direction;
            let from_last = run.links.iter().skip(last).position(is_it).map(|found| last + found);
            let found = from_last.or_else(|| run.links.iter().position(is_it));
            last = found.ok_or("links.csv has no such direction of a link")?;
            let per_mille = row.per_mille()?;
            let ends = |time: SimTime| run.protection.partition_point(|at| at.time <= time);
            let (from, to) = (ends(row.from_s.time()), ends(row.to_s.time()));
            let span = run.links[last].utilization_per_mille.get_mut(from..to);
            span.ok_or("a span that ends before it begins")?.fill(per_mille);
            Ok(())
        })
    }

    fn sites(&mut self) -> Result<(), ResultsLoadError> {
        self.each("sites.csv", |run, row: rows::SitesRow| {
            if row.release.is_empty() {
                run.sites.push(row.site());
                return Ok(());
            }
            let last = run.sites.last_mut().filter(|site| site.site == read_text(&row.site));
            let last = last.ok_or("a release without the row of its site before it")?;
            last.releases.push(row.release());
            Ok(())
        })
    }

    /// The two tables have the same rows in the same order.
    fn components(&mut self) -> Result<(), ResultsLoadError> {
        self.each("components.csv", |run, row: rows::ComponentsRow| {
            run.components.push(row.component());
            Ok(())
        })?;
        let mut next: BTreeMap<_, usize> = BTreeMap::new();
        self.each("components_vendor.csv", |run, row: rows::VendorComponentsRow| {
            let place = next.entry((run.option.name(), run.replication)).or_default();
            let of = run.components.get_mut(*place).filter(|of| row.is_of(of));
            of.ok_or("components.csv has no such row")?.at_vendor = row.count();
            *place += 1;
            Ok(())
        })
    }

    fn waits(&mut self) -> Result<(), ResultsLoadError> {
        self.each("waits.csv", |run, row: rows::WaitsRow| {
            run.waits.push(row.wait()?);
            Ok(())
        })
    }

    fn agents(&mut self) -> Result<(), ResultsLoadError> {
        if !self.files.has("agents.csv") {
            return Ok(());
        }
        self.each("agents.csv", |run, row: rows::AgentsRow| {
            run.agents.push(row.agent()?);
            Ok(())
        })
    }

    fn slowest(&mut self) -> Result<(), ResultsLoadError> {
        self.each("slowest_agents.csv", |run, row: rows::AgentsRow| {
            run.slowest.push(row.agent()?);
            Ok(())
        })
    }
}
