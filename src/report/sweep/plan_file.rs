//! The plan of a sweep as JSON inside a shard file, so that shards of different machines can be merged.

use serde::{Deserialize, Serialize};

use crate::experiment::sweep::{Applied, Design, PROGRAM, Point, SweepPlan};
use crate::measure::METRICS;
use crate::measure::run::Metric;
use crate::model::settings::TopologyOption;
use crate::scenario::Template;

/// A stored plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PlanFile {
    pub(super) program: String,
    /// The hash of the sweep.
    pub(super) sweep: String,
    /// The number of its runs.
    pub(super) runs: usize,
    pub(super) command: Vec<String>,
    template: Template,
    keys: Vec<String>,
    points: Vec<PointRow>,
    /// Conditions, and the number of points that each left out.
    conditions: Vec<(String, usize)>,
    seed: u64,
    replications: u32,
    drawn: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct PointRow {
    number: usize,
    values: Vec<String>,
    options: Vec<String>,
}

impl PlanFile {
    /// The plan of a sweep with this hash.
    pub(super) fn new(
        plan: &SweepPlan,
        sweep: String,
        command: &[String],
        drawn: &[Metric],
    ) -> Self {
        let point = |point: &Point| PointRow {
            number: point.number,
            values: point.values.clone(),
            options: point.options.iter().map(|option| option.name().into()).collect(),
        };
        let condition = |at: &Applied| (at.condition.clone(), at.left_out);
        Self {
            program: PROGRAM.into(),
            sweep,
            runs: plan.runs().len(),
            command: command.to_vec(),
            template: plan.template.clone(),
            keys: plan.design.keys.clone(),
            points: plan.design.points.iter().map(point).collect(),
            conditions: plan.design.conditions.iter().map(condition).collect(),
            seed: plan.seed,
            replications: plan.replications,
            drawn: drawn.iter().map(|metric| metric.name.into()).collect(),
        }
    }

    /// The plan.
    ///
    /// # Errors
    /// If this program does not know an option or a metric.
    pub(super) fn plan(&self) -> Result<(SweepPlan, Vec<Metric>), String> {
        let option = |name: &String| {
            TopologyOption::named(name).ok_or_else(|| format!("there is no option `{name}`"))
        };
        let point = |row: &PointRow| {
            let options = row.options.iter().map(option).collect::<Result<_, _>>()?;
            Ok::<_, String>(Point { number: row.number, values: row.values.clone(), options })
        };
        let metric = |name: &String| {
            let found = METRICS.into_iter().find(|metric| metric.name == name);
            found.ok_or_else(|| format!("there is no metric `{name}`"))
        };
        let points = self.points.iter().map(point).collect::<Result<_, _>>()?;
        let conditions = self.conditions.iter().map(|(condition, left_out)| Applied {
            condition: condition.clone(),
            left_out: *left_out,
        });
        let plan = SweepPlan {
            template: self.template.clone(),
            design: Design { keys: self.keys.clone(), points, conditions: conditions.collect() },
            seed: self.seed,
            replications: self.replications,
        };
        Ok((plan, self.drawn.iter().map(metric).collect::<Result<_, _>>()?))
    }
}
