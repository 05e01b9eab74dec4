//! Sweeps from the command line: designs, caches, interruptions, shards and their merge.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::small::{SMALL, files, place};
use assert_cmd::Command;
use predicates::prelude::*;

fn updraft() -> Command {
    Command::cargo_bin("updraft").expect("the program is built")
}

/// Runs `updraft` with `words` in `place`.
fn run(place: &Path, words: &[&str]) -> assert_cmd::assert::Assert {
    updraft().current_dir(place).args(words).assert()
}

/// Rows of a table that begin with `start`.
fn rows(folder: &Path, table: &str, start: &str) -> Vec<String> {
    let text = fs::read_to_string(folder.join(table)).expect("a table");
    text.lines().filter(|line| line.starts_with(start)).map(String::from).collect()
}

const SLOTS: [&str; 4] = ["sweep", "small.toml", "--vary", "server.slots=1,9"];

fn with<'a>(words: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    words.iter().chain(more).copied().collect()
}

#[test]
fn a_sweep_has_the_numbers_of_its_runs_and_their_factors() {
    let place = place(SMALL);
    let more = [
        "--vary",
        "site.branch.bandwidth=2 Mbit/s,8 Mbit/s",
        "--vary",
        "option=server,ua",
        "--replications",
        "2",
        "-o",
        "out",
    ];
    run(place.path(), &with(&SLOTS, &more)).success().stdout(predicate::str::contains("16 runs"));
    let out = place.path().join("out");
    assert_eq!(
        rows(&out, "sweep.csv", "point,"),
        ["point,option,replication,metric,unit,value,server.slots,site.branch.bandwidth_bps"]
    );
    assert_eq!(
        rows(&out, "points.csv", ""),
        [
            "point,option,server.slots,site.branch.bandwidth",
            "1,server ua,1,2 Mbit/s",
            "2,server ua,1,8 Mbit/s",
            "3,server ua,9,2 Mbit/s",
            "4,server ua,9,8 Mbit/s"
        ]
    );
    // The same numbers as those of a run of that point alone: random numbers depend on the replication only.
    let set = ["--set", "server.slots=9", "--set", "site.branch.bandwidth=2 Mbit/s"];
    let alone = ["run", "small.toml", "--option", "ua", "--replications", "2", "-o", "alone"];
    run(place.path(), &with(&alone, &set)).success();
    let alone_folder = place.path().join("alone");
    // A sweep contains the headlines, without the column of releases.
    let headline = |row: String, place: usize| -> Option<String> {
        let mut cells: Vec<&str> = row.split(',').collect();
        cells.remove(place).is_empty().then(|| cells.join(","))
    };
    let headlines = |name: &str, place: usize| -> Vec<String> {
        let rows = rows(&alone_folder, name, "ua,");
        rows.into_iter().filter_map(|row| headline(row, place)).collect()
    };
    let expected = headlines("summary.csv", 2);
    let expected: Vec<String> = expected.iter().map(|row| format!("3,{row},9,2000000")).collect();
    assert_eq!(rows(&out, "sweep.csv", "3,ua,"), expected);
    let means = headlines("estimates.csv", 1);
    let means: Vec<String> = means.iter().map(|row| format!("3,{row},9,2000000")).collect();
    assert_eq!(rows(&out, "estimates.csv", "3,ua,"), means);
}

#[test]
fn costs_have_rows_where_there_are_prices() {
    let place = place(SMALL);
    let priced = ["sweep", "small.toml", "--vary", "cost.per_gb=1,2", "-o", "priced"];
    run(place.path(), &priced).success();
    let out = place.path().join("priced");
    for table in ["sweep.csv", "estimates.csv"] {
        let rows = rows(&out, table, "");
        let of = |metric: &str| rows.iter().filter(|row| row.contains(metric)).count();
        assert_eq!([",wan_cost,", ",cost_per_year,", ",carried_agents,"].map(of), [2, 2, 0]);
    }
    let before = files(&out);
    run(place.path(), &["report", "priced"]).success();
    assert_eq!(before, files(&out));
}

#[test]
fn a_grid_is_a_heat_map_one_key_a_curve_and_both_a_page() {
    let place = place(SMALL);
    let two = ["--vary", "duration=2 h,3 h", "-o", "two", "--metric", "wan_bytes"];
    run(place.path(), &with(&SLOTS, &two)).success();
    let one = ["-o", "one", "--set", "title=<script>&"];
    run(place.path(), &with(&SLOTS, &one)).success();
    let (one, two) = (files(&place.path().join("one")), files(&place.path().join("two")));
    let svg = |files: &BTreeMap<String, Vec<u8>>, name: &str| {
        assert!(files[&format!("{name}.png")].starts_with(b"\x89PNG"), "{name}");
        String::from_utf8(files[&format!("{name}.svg")].clone()).expect("a text")
    };
    let heat = svg(&two, "heat-wan_bytes");
    assert!(heat.contains("across: server.slots; upward: duration") && heat.contains("3 h"));
    assert!(!two.contains_key("trade-off.svg"), "one metric is no trade-off");
    assert!(svg(&one, "response-protected_p95_s-server.slots").contains("server.slots"));
    assert!(svg(&one, "trade-off").contains("server_egress_peak_bps"));
    let page = String::from_utf8(one["report.html"].clone()).expect("a text");
    assert!(page.contains("&lt;script&gt;&amp;") && !page.contains("<script>&"), "{page}");
    // Curves over one key are drawn by the page's scripts.
    assert_eq!(page.matches("<img src=\"data:image/").count(), 1);
    assert!(page.contains("<code>response-protected_p95_s-server.slots.svg</code>"));
    let grid = String::from_utf8(two["report.html"].clone()).expect("a text");
    assert!(
        grid.contains(
            "alt=\"How many bytes cross links between places and to the Internet? Over two"
        )
    );
    assert!(page.contains("server.slots = 9") || page.contains("server.slots = 1"));
}

#[test]
fn threads_and_what_is_known_change_no_byte() {
    let place = place(SMALL);
    let sweep = with(&SLOTS, &["--replications", "3", "--option", "all"]);
    run(place.path(), &with(&sweep, &["-o", "one", "--threads", "1"])).success();
    run(place.path(), &with(&sweep, &["-o", "two", "--threads", "3", "--no-cache"])).success();
    assert!(!place.path().join("two/.cache").exists());
    let one = files(&place.path().join("one"));
    assert_eq!(one, files(&place.path().join("two")));
    // A repetition, with more points: cached runs are not repeated.
    run(place.path(), &with(&sweep, &["-o", "one"]))
        .success()
        .stdout(predicate::str::contains("24 runs, 24 of them cached"));
    assert_eq!(one, files(&place.path().join("one")));
    run(place.path(), &with(&sweep, &["-o", "one", "--vary", "duration=2 h,3 h"]))
        .success()
        .stdout(predicate::str::contains("48 runs, 24 of them cached"));
    run(place.path(), &with(&sweep, &["-o", "third", "--cache", "one/.cache"]))
        .success()
        .stdout(predicate::str::contains("24 of them cached"));
    assert_eq!(one, files(&place.path().join("third")));
}

#[test]
fn the_points_that_are_written_are_a_design() {
    let place = place(SMALL);
    let sampled = [
        "sweep",
        "small.toml",
        "--sample",
        "lhs",
        "--points",
        "5",
        "--vary",
        "site.branch.bandwidth=1 Mbit/s..64 Mbit/s log",
        "--vary",
        "server.slots=2..40",
        "-o",
        "out",
    ];
    run(place.path(), &sampled).success();
    let again = ["sweep", "small.toml", "--design", "out/points.csv", "-o", "again"];
    run(place.path(), &again).success();
    let (out, again) = (place.path().join("out"), place.path().join("again"));
    for table in ["sweep.csv", "estimates.csv", "points.csv"] {
        assert_eq!(rows(&out, table, ""), rows(&again, table, ""), "{table}");
    }
}

#[test]
fn a_list_runs_nothing() {
    let place = place(SMALL);
    let list = with(&SLOTS, &["--list", "--option", "all", "--shard", "1/3"]);
    run(place.path(), &list).success().stdout(
        predicate::str::contains("2 points, 1 replication each: 8 runs")
            .and(predicate::str::contains("shard 1/3: 3 runs")),
    );
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
}

#[test]
fn a_list_estimates_the_cost_of_the_sweep() {
    let place = place(SMALL);
    let sweep = with(&SLOTS, &["--option", "all", "--replications", "1"]);
    let list = run(place.path(), &with(&sweep, &["--list", "--format", "json"])).success();
    let list: serde_json::Value = serde_json::from_slice(&list.get_output().stdout).unwrap();
    let foretold = |key: &str| list["estimate"][key].as_f64().unwrap();
    run(place.path(), &with(&sweep, &["-o", "out"])).success();
    let manifest = fs::read(place.path().join("out/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    let within = |foretold: f64, real: f64, factor: f64| {
        assert!(foretold <= real * factor && real <= foretold * factor, "{foretold} {real}");
    };
    assert_eq!((&list["estimate"]["runs"], &list["estimate"]["pilots"]), (&8.into(), &5.into()));
    within(foretold("events"), manifest["work"]["events"].as_f64().unwrap(), 1.3);
    let size = |path: &Path| fs::metadata(path).unwrap().len();
    let out = place.path().join("out");
    let tables = size(&out.join("sweep.csv")) + size(&out.join("estimates.csv"));
    let real = tables + size(&out.join(".cache/runs-000001"));
    within(foretold("disk_bytes"), f64::from(u32::try_from(real).unwrap()), 2.0);
    assert!(foretold("core_s") > 0.0 && foretold("memory_bytes") > 1e6);
}

#[test]
fn points_are_left_out_by_conditions_and_picked_by_number() {
    let place = place(SMALL);
    let vary = ["--vary", "server.slots=5,10,20", "--vary", "notification.threads=5,10,20"];
    let sweep = ["sweep", "small.toml"];
    let condition =
        ["--where", "server.slots >= notification.threads", "--where", "server.slots < 20"];
    let met = with(&with(&sweep, &vary), &condition);
    run(place.path(), &with(&met, &["--list"])).success().stdout(
        predicate::str::contains("3 excluded by --where 'server.slots >= notification.threads'")
            .and(predicate::str::contains("3 excluded by --where 'server.slots < 20'"))
            .and(predicate::str::contains("3 points, 1 replication each: 3 runs")),
    );
    run(place.path(), &with(&met, &["-o", "met"]))
        .success()
        .stdout(predicate::str::contains("3 points (6 excluded by --where), 3 runs"));
    let points = ["1,server-ua,5,5", "2,server-ua,10,5", "3,server-ua,10,10"];
    assert_eq!(rows(&place.path().join("met"), "points.csv", "")[1..], points);
    let manifest = fs::read(place.path().join("met/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    let applied = &manifest["conditions"];
    assert_eq!(
        (&applied[0]["where"], &applied[0]["points_left_out"]),
        (&condition[1].into(), &3.into())
    );
    let words = manifest["command_line"].as_array().unwrap();
    assert_eq!(words.iter().filter(|word| *word == "--where").count(), 2);
    // A subset of the points has their numbers and their rows; its shards merge to the same.
    let part = with(&met, &["--only", "1,3-3"]);
    run(place.path(), &with(&part, &["-o", "part"])).success();
    let (met, own) = (place.path().join("met"), place.path().join("part"));
    assert_eq!(rows(&own, "points.csv", "")[1..], [points[0], points[2]]);
    assert_eq!(rows(&own, "sweep.csv", "3,"), rows(&met, "sweep.csv", "3,"));
    for shard in ["1/2", "2/2"] {
        run(place.path(), &with(&part, &["-o", "shards", "--shard", shard])).success();
    }
    run(place.path(), &["merge", "shards", "-o", "joined"]).success();
    assert_eq!(files(&place.path().join("joined")), files(&own));
    // A sample is not refilled.
    let sampled = ["--sample", "sobol", "--points", "8", "--vary", "server.slots=1..40"];
    let sampled = with(&sweep, &with(&sampled, &["--list", "--where", "server.slots > 20"]));
    run(place.path(), &sampled).success().stdout(predicate::str::contains("4 excluded"));
}

#[test]
fn an_invalid_sweep_is_refused_and_nothing_is_written() {
    let place = place(SMALL);
    fs::write(place.path().join("empty.csv"), "server.slots\n").unwrap();
    fs::write(place.path().join("wrong.csv"), "server.slot\n5\n").unwrap();
    fs::write(place.path().join("slots.csv"), "server.slots\n5\n").unwrap();
    let sweep = ["sweep", "small.toml"];
    for (more, code, said) in [
        (vec![], 2, "an empty design"),
        (vec!["--vary", "server.slots"], 2, "expected KEY="),
        (vec!["--vary", "server.slot=1,2"], 3, "did you mean `server.slots`?"),
        (vec!["--vary", "server.slots=1,-2"], 3, "point 2 (server.slots = -2)"),
        (vec!["--vary", "site.brunch.count=1,2"], 3, "did you mean `branch`?"),
        (vec!["--vary", "server.slots=1..9"], 2, "needs --sample"),
        (vec!["--vary", "seed=1,2"], 2, "cannot be varied"),
        (vec!["--vary", "option=server,udp"], 2, "unknown option in"),
        (vec!["--vary", "server.slots=1,2", "--set", "server.slots=9"], 2, "set with --set"),
        (vec!["--vary", "option=server,ua", "--set", "option=direct"], 2, "set with --set"),
        (vec!["--design", "slots.csv", "--set", "server.slots=9"], 2, "set with --set"),
        (vec!["--design", "slots.csv", "--points", "5"], 2, "cannot be used with"),
        (vec!["--design", "empty.csv"], 3, "without points"),
        (vec!["--design", "wrong.csv"], 3, "wrong.csv:1:1"),
        (vec!["--design", "missing.csv"], 1, "cannot read"),
        (vec!["--vary", "server.slots=1,2", "--shard", "3/2"], 2, "no shard 3 of 2"),
        (vec!["--vary", "server.slots=1,2", "--shard", "0/2"], 2, "no shard 0 of 2"),
        (vec!["--vary", "server.slots=1,2", "--shard", "two"], 2, "I/N such as 3/16"),
        (vec!["--vary", "server.slots=1,2", "--shards", "4"], 2, "--shards has no effect"),
        (vec!["--vary", "server.slots=1,2", "--shard", "1/2", "--shards", "5"], 2, "no effect"),
        (vec!["--vary", "server.slots=1,2", "--list", "--shards", "4"], 2, "no effect"),
        (vec!["--vary", "server.slots=1,2", "--metric", "rouns"], 2, "did you mean `rounds`?"),
        (vec!["--sample", "lhs", "--vary", "server.slots=1..9"], 2, "--points"),
        (vec!["--vary", "server.slots=1,2", "--where", "server.slots"], 2, "expected KEY, one of"),
        (vec!["--vary", "server.slots=1,2", "--where", "server.slot > 1"], 3, "did you mean"),
        (vec!["--vary", "server.slots=1,2", "--where", "server.slots > 2"], 2, "leaves no point"),
        (vec!["--vary", "server.slots=1,2", "--only", "2-3"], 2, "there is no point 3"),
        (vec!["--vary", "server.slots=1,2", "--only", "2-1"], 2, "such as 3 or 7-12"),
    ] {
        let words = with(&sweep, &more);
        run(place.path(), &words).code(code).stderr(predicate::str::contains(said));
    }
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 4);
}

#[test]
fn a_damaged_cache_is_told_and_left_as_it_is() {
    let place = place(SMALL);
    let sweep = with(&SLOTS, &["-o", "out"]);
    run(place.path(), &sweep).success();
    let before = files(&place.path().join("out"));
    let segment = place.path().join("out/.cache/runs-000001");
    let whole = fs::read(&segment).unwrap();
    let mut damaged = whole.clone();
    damaged[100] ^= 4;
    fs::write(&segment, &damaged).unwrap();
    run(place.path(), &sweep).code(3).stderr(
        predicate::str::contains("runs-000001")
            .and(predicate::str::contains("line 2"))
            .and(predicate::str::contains("--no-cache")),
    );
    assert_eq!(fs::read(&segment).unwrap(), damaged);
    assert_eq!(files(&place.path().join("out")), before);
    run(place.path(), &with(&sweep, &["--no-cache"])).success();
    assert_eq!(files(&place.path().join("out")), before);
    // A truncated line belongs to a run that did not finish.
    fs::write(&segment, &whole[..whole.len() - 9]).unwrap();
    run(place.path(), &sweep).success().stdout(predicate::str::contains("1 of them cached"));
    assert_eq!(files(&place.path().join("out")), before);
}

#[test]
fn shards_join_to_what_one_process_writes() {
    let place = place(SMALL);
    let sweep = with(&SLOTS, &["--option", "all", "--replications", "2"]);
    run(place.path(), &with(&sweep, &["-o", "one"])).success();
    let one = files(&place.path().join("one"));
    for of in [1, 2, 3, 7, 20] {
        let folder = format!("shards-{of}");
        for number in 1..=of {
            let shard = format!("{number}/{of}");
            run(place.path(), &with(&sweep, &["-o", &folder, "--shard", &shard])).success();
        }
        let joined = format!("joined-{of}");
        run(place.path(), &["merge", &folder, "-o", &joined]).success();
        assert_eq!(files(&place.path().join(joined)), one, "{of} shards");
    }
}

#[test]
fn a_join_reports_holes_strangers_and_differences() {
    let place = place(SMALL);
    let shard = |words: &[&str], folder: &str, shard: &str| {
        let words = with(words, &["-o", folder, "--shard", shard, "--quiet"]);
        run(place.path(), &words).success();
        place.path().join(folder).join(format!("shard-{}", shard.replace('/', "-of-")))
    };
    let merge = |places: &[&str], code: i32, said: &str| {
        let words = with(&["merge", "-o", "out"], places);
        run(place.path(), &words).code(code).stderr(predicate::str::contains(said));
        assert_eq!(place.path().join("out").exists(), code == 0, "{said}");
    };
    let sweep = with(&SLOTS, &["--replications", "3"]);
    let first = shard(&sweep, "a", "1/2");
    merge(&["a"], 5, "3 of 6 runs are missing");
    merge(&["b"], 1, "cannot read b");
    merge(&["small.toml"], 3, "not a shard of updraft");
    fs::create_dir(place.path().join("b")).unwrap();
    merge(&["b"], 3, "there are no shards");
    // Another sweep.
    let _ = shard(&with(&sweep, &["--seed", "9"]), "c", "2/2");
    merge(&["a", "c"], 3, "a shard of another sweep");
    // Damage anywhere: a changed letter, a missing end, a missing line.
    let whole = fs::read(&first).unwrap();
    let changed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut content = whole.clone();
        change(&mut content);
        fs::write(&first, content).unwrap();
    };
    changed(&|content| content[200] ^= 1);
    merge(&["a"], 3, "checksum");
    changed(&|content| content.truncate(content.len() - 47));
    merge(&["a"], 3, "truncated");
    changed(&|content| content.truncate(content.len() - 5));
    merge(&["a"], 3, "checksum");
    changed(&|_| {});
    // Duplicate shards are accepted and reported.
    let _ = shard(&sweep, "d", "2/2");
    let _ = shard(&sweep, "d", "1/3");
    let words = ["merge", "a", "d", "-o", "out"];
    run(place.path(), &words)
        .success()
        .stdout(predicate::str::contains("2 of them repeated with the same result"));
}

#[cfg(unix)]
mod interrupted {
    use std::process::{Child, Command, Stdio};

    use super::*;

    /// Some dozens of milliseconds per run, so that there is time for an interruption.
    fn slow() -> String {
        SMALL
            .replace("duration = \"2 h\"", "duration = \"4 d\"\nsample_every = \"20 s\"")
            .replace("agents = 5\n", "agents = 200\n")
    }

    const SWEEP: [&str; 8] = [
        "sweep",
        "small.toml",
        "--vary",
        "server.slots=1..10 step 1",
        "--replications",
        "4",
        "-o",
        "out",
    ];

    /// A sweep that received `signal` once three of its runs were stored: its exit.
    fn interrupt(place: &Path, signal: &str) -> Option<i32> {
        let program = assert_cmd::cargo::cargo_bin("updraft");
        let mut sweep = Command::new(program);
        let _ = sweep.current_dir(place).args(SWEEP).stderr(Stdio::null()).stdout(Stdio::null());
        let mut child = sweep.spawn().expect("the program is built");
        while kept(place) < 3 && child.try_wait().expect("a child").is_none() {
            std::thread::yield_now();
        }
        send(&child, signal);
        child.wait().expect("a child").code()
    }

    fn send(child: &Child, signal: &str) {
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status();
        assert!(sent.expect("kill is there").success());
    }

    /// The number of runs in the cache.
    fn kept(place: &Path) -> usize {
        let segment = fs::read(place.join("out/.cache/runs-000001")).unwrap_or_default();
        segment.split(|byte| *byte == b'\n').count().saturating_sub(2)
    }

    #[test]
    fn finished_runs_are_kept_and_the_others_are_the_same() {
        let whole = place(&slow());
        run(whole.path(), &SWEEP).success();
        for (signal, code) in [("-INT", Some(130)), ("-TERM", Some(5)), ("-KILL", None)] {
            let place = place(&slow());
            assert_eq!(interrupt(place.path(), signal), code, "{signal}");
            let kept = kept(place.path());
            assert!((3..40).contains(&kept), "{signal}: {kept} runs");
            assert!(!place.path().join("out/sweep.csv").exists());
            run(place.path(), &with(&SWEEP, &["--resume"]))
                .success()
                .stderr(predicate::str::contains(format!("{kept} of 40 runs are cached")));
            assert_eq!(files(&place.path().join("out")), files(&whole.path().join("out")));
            assert_eq!(fs::read_dir(place.path()).unwrap().count(), 2, "nothing is left aside");
        }
    }
}

/// 100,000 points of 100,000 replications.
#[test]
fn more_runs_than_can_be_done_are_refused_with_their_number() {
    let place = place(SMALL);
    let points: Vec<String> = (0..100_000).map(|at| (1 + at % 900).to_string()).collect();
    let points = points.join("\n");
    let design = format!("server.slots\n{points}");
    fs::write(place.path().join("design.csv"), design).expect("a design");
    let words = ["sweep", "small.toml", "--design", "design.csv", "--replications", "100000"];
    let number = predicate::str::contains("10,000,000,000 runs");
    run(place.path(), &words).failure().stderr(number);
}
