//! The emitted manifest, validated against the schemas of Kubernetes, and its pods, run as the Job controller would.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use yaml_rust2::{Yaml, YamlLoader};

use super::{Outcome, PROGRAM, emit, installed, is_as_in_one_process};

/// The index whose first pod is killed.
const KILLED: usize = 1;

pub(super) fn run(place: &Path) -> Outcome {
    let manifest = emit(place, "kubernetes")?;
    let file = place.join("jobs.yaml");
    fs::write(&file, &manifest).expect("a file");
    let judged = if let Some(program) = installed("kubernetes-validate") {
        let judge =
            |file: &Path| super::run(Command::new(&program).arg("--strict").arg(file)).map(|_| ());
        judge(&file)?;
        let wrong = place.join("wrong.yaml");
        fs::write(&wrong, manifest.replace("completions:", "completion:")).expect("a file");
        if judge(&wrong).is_ok() {
            return Err("the schemas take a key that there is not".into());
        }
        "valid by its schemas"
    } else {
        let _ = crate::left_out("kubernetes-validate is missing")?;
        "NOT judged by its schemas (.ci/run installs kubernetes-validate)"
    };
    let jobs = YamlLoader::load_from_str(&manifest).map_err(|error| error.to_string())?;
    let part = |name| jobs.iter().find(|job| job["metadata"]["labels"]["part"].as_str() == name);
    let (sweep, join) = (part(Some("sweep")), part(Some("join")));
    let (sweep, join) = sweep.zip(join).ok_or("the parts `sweep` and `join`")?;
    if jobs.len() != 2 || sweep["metadata"]["name"] == join["metadata"]["name"] {
        return Err("expected two jobs of different names".into());
    }
    let killed = indexed_job(sweep, place)?;
    let _ = super::run(&mut pod(join, place)?)?;
    is_as_in_one_process(place)?;
    Ok(format!("{judged}; 4 pods, {killed} killed and run again; the same bytes as in one process"))
}

/// Runs the pods of an Indexed Job, all at once; returns how many of them were killed.
fn indexed_job(job: &Yaml, place: &Path) -> Result<usize, String> {
    let spec = &job["spec"];
    let completions = spec["completions"].as_i64().ok_or("completions")?;
    let retries = spec["backoffLimitPerIndex"].as_i64().ok_or("backoffLimitPerIndex")?;
    let is_indexed = spec["completionMode"].as_str() == Some("Indexed");
    // The API server takes a limit per index with this policy only.
    let policy = spec["template"]["spec"]["restartPolicy"].as_str();
    let all_at_once = spec["parallelism"].as_i64() == Some(completions);
    if !is_indexed || policy != Some("Never") || !all_at_once {
        return Err("expected an Indexed Job, restartPolicy Never, all pods at once".into());
    }
    let start = |index: i64| -> Result<Child, String> {
        let mut pod = pod(job, place)?;
        let _ = pod.env("JOB_COMPLETION_INDEX", index.to_string());
        let _ = pod.stdout(Stdio::null()).stderr(Stdio::null());
        pod.spawn().map_err(|cause| cause.to_string())
    };
    let mut pods = (0..completions).map(|at| Ok((at, start(at)?))).collect::<Result<Vec<_>, _>>();
    let pods = pods.as_mut().map_err(|cause: &mut String| cause.clone())?;
    kill(&mut pods[KILLED].1, place)?;
    let mut killed = 0;
    for (index, pod) in pods {
        let mut status = pod.wait().map_err(|cause| cause.to_string())?;
        for _ in 0..retries {
            if status.success() {
                break;
            }
            killed += usize::from(status.signal().is_some());
            status = start(*index)?.wait().map_err(|cause| cause.to_string())?;
        }
        if !status.success() {
            return Err(format!("index {index}: {status}"));
        }
    }
    if killed == 1 { Ok(killed) } else { Err(format!("{killed} pods were killed, not one")) }
}

/// Whether a pod has stored a run, so that another may be killed in the middle.
fn has_kept_something(place: &Path) -> bool {
    let cache = fs::read_dir(place.join("joined-shards/.cache"));
    let mut segments = cache.into_iter().flatten().flatten();
    segments.any(|entry| entry.file_name().to_string_lossy().starts_with("runs-"))
}

/// Kills a pod once some run of the sweep is stored.
fn kill(pod: &mut Child, place: &Path) -> Result<(), String> {
    while !has_kept_something(place) && pod.try_wait().map_err(|at| at.to_string())?.is_none() {
        thread::sleep(Duration::from_millis(5));
    }
    pod.kill().map_err(|cause| cause.to_string())
}

/// The container of a job, as a process: with only its command, arguments and environment.
fn pod(job: &Yaml, place: &Path) -> Result<Command, String> {
    let container = &job["spec"]["template"]["spec"]["containers"][0];
    let all: Vec<&str> = ["command", "args"]
        .into_iter()
        .flat_map(|key| container[key].as_vec().into_iter().flatten())
        .map(|word| word.as_str().ok_or(format!("{word:?} is no text")))
        .collect::<Result<_, _>>()?;
    let [program, arguments @ ..] = &all[..] else { return Err("an empty command".into()) };
    // The volume is mounted where the container works.
    let mount = &container["volumeMounts"][0];
    let volume = &job["spec"]["template"]["spec"]["volumes"][0];
    if *program != "updraft"
        || mount["mountPath"] != container["workingDir"]
        || mount["name"] != volume["name"]
    {
        return Err(format!("{all:?} does not run updraft on the volume"));
    }
    let mut pod = Command::new(PROGRAM);
    let _ = pod.current_dir(place).args(arguments).env_clear();
    for set in container["env"].as_vec().map(Vec::as_slice).unwrap_or_default() {
        let text = |key: &str| set[key].as_str().ok_or(format!("env: {set:?}"));
        let _ = pod.env(text("name")?, text("value")?);
    }
    Ok(pod)
}
