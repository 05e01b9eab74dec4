//! Job scripts that distribute the shards of a sweep over a cluster.

use minijinja::{Environment, UndefinedBehavior, context};

use super::tables::TableFormats;

/// The scheduler that distributes the shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheduler {
    /// A job array of Slurm.
    Slurm,
    /// An Indexed Job of Kubernetes.
    Kubernetes,
    /// A Snakefile.
    Snakemake,
}

/// A sweep to distribute.
#[derive(Debug)]
pub struct ClusterJob<'a> {
    /// The scenario's name.
    pub name: &'a str,
    /// The words of the command, without the program, the shard and the output.
    pub sweep: &'a [String],
    /// The folder of the merged results.
    pub output: &'a str,
    /// The formats of their tables.
    pub tables: &'a TableFormats,
    /// The number of shards.
    pub shards: u32,
    /// The number of runs.
    pub runs: usize,
}

impl ClusterJob<'_> {
    /// The script for `scheduler`.
    ///
    /// # Errors
    /// If a word of the command cannot be quoted (it holds a zero byte).
    pub fn script(&self, scheduler: Scheduler) -> Result<String, Box<dyn std::error::Error>> {
        let template = match scheduler {
            Scheduler::Slurm => include_str!("../../assets/cluster/slurm.sh"),
            Scheduler::Kubernetes => include_str!("../../assets/cluster/kubernetes.yaml"),
            Scheduler::Snakemake => include_str!("../../assets/cluster/Snakefile"),
        };
        let folder = format!("{}-shards", self.output.trim_end_matches('/'));
        let sweep = shlex::try_join(self.sweep.iter().map(String::as_str))?;
        let shards = self.shards.to_string();
        let own = ["--shard", "auto", "--shards", &shards, "-o", &folder, "--no-progress"];
        let begin = std::iter::once("updraft").chain(self.sweep.iter().map(String::as_str));
        let words: Vec<&str> = begin.chain(own).collect();
        let tables = self.tables.words();
        let merge = ["updraft", "merge", &folder, "-o", self.output];
        let merge: Vec<&str> = merge.into_iter().chain(tables.iter().map(String::as_str)).collect();
        let merge_text = shlex::try_join(merge[1..].iter().copied())?;
        // Names in Kubernetes consist of lower-case letters, digits and `-`.
        let name = self.name.to_lowercase().replace('_', "-");
        // Snakemake uses braces for its own purposes; JSON is also valid YAML and Python.
        let in_python = |text: &str| serde_json::to_string(text);
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        let script = environment.render_str(
            template,
            context! {
                version => env!("CARGO_PKG_VERSION"),
                runs => self.runs,
                shards => self.shards,
                name,
                sweep_text => in_python(&sweep)?,
                sweep,
                folder => shlex::try_quote(&folder)?,
                merge_text => in_python(&merge_text)?,
                merge => merge_text,
                folder_text => in_python(&folder)?,
                output_text => in_python(self.output)?,
                sweep_words => serde_json::to_string(&words)?,
                merge_words => serde_json::to_string(&merge)?,
            },
        )?;
        Ok(script + "\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::TableFormat;

    const SCHEDULERS: [Scheduler; 3] =
        [Scheduler::Slurm, Scheduler::Kubernetes, Scheduler::Snakemake];

    #[test]
    fn every_script_runs_and_joins_all_shards() {
        let words = ["sweep", "my study.toml", "--vary", "site.b.bandwidth=1 Mbit/s,2 Mbit/s"];
        let sweep = words.map(String::from);
        let tables = [TableFormat::Parquet].into_iter().collect();
        let (name, output) = ("my_study", "out");
        let job = ClusterJob { name, sweep: &sweep, output, tables: &tables, shards: 7, runs: 99 };
        for scheduler in SCHEDULERS {
            let script = job.script(scheduler).unwrap();
            assert!(script.contains("my study.toml"), "{script}");
            assert!(script.contains("out-shards") && script.contains("merge"), "{script}");
            assert!(script.contains("99 runs in 7 shards"), "{script}");
            assert_eq!(script.matches("--tables").count(), 1, "of the join: {script}");
        }
        let slurm = job.script(Scheduler::Slurm).unwrap();
        assert!(slurm.contains("--array=1-7") && slurm.contains("sweep 'my study.toml' --vary"));
        let kubernetes = job.script(Scheduler::Kubernetes).unwrap();
        assert!(kubernetes.contains("name: my-study-sweep"), "{kubernetes}");
        assert!(kubernetes.contains("\"--shard\",\"auto\",\"--shards\",\"7\""), "{kubernetes}");
    }
}
