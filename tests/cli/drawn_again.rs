//! Folders of sweeps and of sensitivity analyses, redrawn from their files alone.

use std::fs;
use std::path::Path;

use crate::small::{SMALL, files, place};
use assert_cmd::Command;
use predicates::prelude::*;

/// Runs `updraft` with `words` in `place`.
fn run(place: &Path, words: &[&str]) -> assert_cmd::assert::Assert {
    Command::cargo_bin("updraft")
        .expect("the program is built")
        .current_dir(place)
        .args(words)
        .assert()
}

fn with<'a>(words: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    words.iter().chain(more).copied().collect()
}

const SLOTS: [&str; 4] = ["sweep", "small.toml", "--vary", "server.slots=1,9"];
const RANKING: [&str; 6] = [
    "sensitivity",
    "small.toml",
    "--vary",
    "server.report_size=1 kB..4 kB",
    "--vary",
    "network.model=fluid,tcp",
];

/// Names that are markup, formulas and lists, in a scenario and as levels.
const HOSTILE: &str = "title = \"</script><script>alert(1)</script>\"\n";

#[test]
fn drawn_again_the_folder_of_a_sweep_is_the_same_to_the_byte() {
    let place = place(&format!("{HOSTILE}{SMALL}"));
    fs::write(
        place.path().join("points.csv"),
        "server.slots,headquarters.name,option\n3,=1+1,server\n9,'a,server ua\n5,@b,ua\n",
    )
    .unwrap();
    let sampled = ["--vary", "site.branch.bandwidth=1 Mbit/s..64 Mbit/s log", "--sample", "lhs"];
    for more in [
        &["--vary", "server.slots=1,9", "--vary", "duration=20 min,2 h", "--option", "all"][..],
        &with(&sampled, &["--points", "3", "--replications", "3", "--metric", "protected_all_s"]),
        &["--design", "points.csv", "--set", "title=again", "--tables", "csv,jsonl"],
        &["--vary", "server.slots=1..6 step 1", "--where", "server.slots > 2", "--only", "2,4"],
    ] {
        let sweep = with(&["sweep", "small.toml", "-o", "out"], more);
        run(place.path(), &sweep).success();
        let before = files(&place.path().join("out"));
        // Nothing is run: neither the scenario nor the cache is present.
        fs::rename(place.path().join("small.toml"), place.path().join("gone")).unwrap();
        fs::remove_dir_all(place.path().join("out/.cache")).unwrap();
        run(place.path(), &["report", "out"]).success();
        for ((name, kept), found) in before.iter().zip(files(&place.path().join("out"))) {
            assert!((name, kept) == (&found.0, &found.1), "{name} differs after {more:?}");
        }
        fs::rename(place.path().join("gone"), place.path().join("small.toml")).unwrap();
    }
}

#[test]
fn drawing_again_keeps_what_is_remembered_and_heals_pictures() {
    let place = place(SMALL);
    for shard in ["1/2", "2/2"] {
        run(place.path(), &with(&SLOTS, &["-o", "shards", "--shard", shard])).success();
    }
    run(place.path(), &["merge", "shards", "-o", "joined"]).success();
    run(place.path(), &with(&SLOTS, &["-o", "one"])).success();
    let (one, joined) = (place.path().join("one"), place.path().join("joined"));
    let before = files(&one);
    for folder in [&one, &joined] {
        fs::write(folder.join("trade-off.svg"), "scribbled over").unwrap();
        fs::remove_file(folder.join("report.html")).unwrap();
        run(place.path(), &["report", folder.to_str().unwrap()]).success();
        assert_eq!(files(folder), before);
    }
    run(place.path(), &with(&SLOTS, &["-o", "one"]))
        .success()
        .stdout(predicate::str::contains("2 of them cached"));
}

#[test]
fn a_damaged_folder_of_a_sweep_is_told_and_left_as_it_is() {
    let place = place(SMALL);
    run(place.path(), &with(&SLOTS, &["-o", "out"])).success();
    let out = place.path().join("out");
    let whole = files(&out);
    let text = |name: &str| String::from_utf8(whole[name].clone()).expect("a text");
    let hash = |text: &str| blake3::hash(text.as_bytes()).to_hex().to_string();
    let refused = |said: &str| {
        let before = files(&out);
        run(place.path(), &["report", "out"]).code(3).stderr(predicate::str::contains(said));
        assert_eq!(files(&out), before, "{said}");
    };
    let (manifest, table) = (text("manifest.json"), text("sweep.csv"));
    fs::write(out.join("sweep.csv"), table.replace(",17,", ",18,")).unwrap();
    refused("sweep.csv: it was changed after it was written");
    // Even if its hash was adjusted, the file must be a valid table.
    for (name, from, to, said) in [
        (
            "sweep.csv",
            "1,server-ua,1,agents,count,17",
            "1,server-ua,1,agents,count,x",
            "sweep.csv:2: ",
        ),
        (
            "sweep.csv",
            "1,server-ua,1,agents,",
            "3,server-ua,1,agents,",
            "sweep.csv:2: expected agents",
        ),
        (
            "sweep.csv",
            "1,server-ua,1,agents,",
            "1,udp,1,agents,",
            "sweep.csv:2: there is no option `udp`",
        ),
        ("points.csv", "2,server-ua,9", "1,server-ua,9", "points.csv:3: expected a point after 1"),
        ("points.csv", "2,server-ua,9", "2,udp,9", "points.csv:3: there is no option `udp`"),
        ("points.csv", "\n2,server-ua,9", "", "manifest.json: points: 2, but"),
    ] {
        let kept = text(name);
        let wrong = kept.replacen(from, to, 1);
        assert!(wrong != kept, "{from}");
        fs::write(out.join("sweep.csv"), &table).unwrap();
        fs::write(out.join(name), &wrong).unwrap();
        fs::write(out.join("manifest.json"), manifest.replace(&hash(&kept), &hash(&wrong)))
            .unwrap();
        refused(said);
        fs::write(out.join(name), &kept).unwrap();
    }
    for (from, to, said) in [
        ("\"points\": 2", "\"points\": 3", "points: 3, but"),
        ("\"runs\": 2", "\"runs\": 4", "runs: 4, but"),
        ("\"replications\": 1", "\"replications\": 0", "replications"),
        ("\"replications\": 1", "\"replications\": 4294967295", ""),
        ("\"protected_p95_s\"", "\"protected_p96_s\"", "there is no metric `protected_p96_s`"),
        ("\"metrics\"", "\"drawn\"", "missing field `metrics`"),
    ] {
        let wrong = manifest.replacen(from, to, 1);
        assert!(wrong != manifest, "{from}");
        fs::write(out.join("manifest.json"), wrong).unwrap();
        refused(said);
    }
    fs::write(out.join("manifest.json"), &manifest).unwrap();
    fs::write(out.join("notes.txt"), "mine").unwrap();
    run(place.path(), &["report", "out"]).code(1).stderr(predicate::str::contains("notes.txt"));
    assert_eq!(fs::read_to_string(out.join("notes.txt")).unwrap(), "mine");
}

#[test]
fn drawn_again_the_folder_of_a_ranking_is_the_same_to_the_byte() {
    let place = place(SMALL);
    let never = [
        "sensitivity",
        "small.toml",
        "--vary",
        "duration=20 min,2 h",
        "--vary",
        "server.slots=1,9",
    ];
    let metrics = ["--metric", "protected_all_s", "--metric", "exposure_agent_hours"];
    for words in [
        with(&RANKING, &["--option", "all", "--trajectories", "3"]),
        with(&RANKING, &["--method", "sobol", "--samples", "16", "--replications", "2"]),
        with(&never, &metrics),
        with(
            &["sensitivity", "small.toml", "--assumptions", "--trajectories", "2"],
            &["--set", "sources.stale=accept"],
        ),
    ] {
        run(place.path(), &with(&words, &["-o", "out", "--no-cache"])).success();
        let before = files(&place.path().join("out"));
        run(place.path(), &["report", "out"]).success();
        for ((name, kept), found) in before.iter().zip(files(&place.path().join("out"))) {
            assert!((name, kept) == (&found.0, &found.1), "{name} differs after {words:?}");
        }
    }
}

#[test]
fn a_damaged_folder_of_a_ranking_is_told_and_left_as_it_is() {
    let place = place(SMALL);
    run(place.path(), &with(&RANKING, &["--trajectories", "2", "-o", "out", "--quiet"])).success();
    let out = place.path().join("out");
    let text = |name: &str| fs::read_to_string(out.join(name)).expect("a text");
    let manifest = text("manifest.json");
    let hash = |text: &str| blake3::hash(text.as_bytes()).to_hex().to_string();
    for (name, from, to, said) in [
        ("sensitivity.csv", ",mu,", ",nu,", "sensitivity.csv:2: expected mu of protected_p95_s"),
        ("sensitivity.csv", ",mu,", ",mu,x", "sensitivity.csv:2: value: "),
        ("factors.csv", "server.report_size", "server.slots", "factors.csv: other keys"),
    ] {
        let kept = text(name);
        let wrong = kept.replacen(from, to, 1);
        fs::write(out.join(name), &wrong).expect("a file");
        run(place.path(), &["report", "out"])
            .code(3)
            .stderr(predicate::str::contains("it was changed after"));
        let fits = manifest.replace(&hash(&kept), &hash(&wrong));
        fs::write(out.join("manifest.json"), fits).expect("a file");
        let before = files(&out);
        run(place.path(), &["report", "out"]).code(3).stderr(predicate::str::contains(said));
        assert_eq!(files(&out), before);
        fs::write(out.join(name), &kept).expect("a file");
        fs::write(out.join("manifest.json"), &manifest).expect("a file");
    }
    run(place.path(), &["verify", "out"])
        .code(3)
        .stderr(predicate::str::contains("the folder of a sensitivity analysis: expected"));
}

#[test]
fn plots_have_the_formats_the_width_and_the_letters_that_are_asked_for() {
    let place = place(SMALL);
    let size = ["--plots", "svg,pdf", "--plot-width", "85 mm", "--plot-font", "6 pt", "-o", "out"];
    for words in [&["compare", "small.toml", "--replications", "1"][..], &SLOTS, &RANKING] {
        let words = with(words, &size);
        let first = with(&words, &["--force"]);
        run(place.path(), &first).success();
        let before = files(&place.path().join("out"));
        let of =
            |ending: &'static str| before.iter().filter(move |(name, _)| name.ends_with(ending));
        assert!(of(".png").next().is_none() && of(".pdf").next().is_some(), "{words:?}");
        assert!(of(".pdf").all(|(_, content)| content.starts_with(b"%PDF-1.")), "{words:?}");
        for (name, content) in of(".svg") {
            let text = String::from_utf8(content.clone()).expect("a text");
            assert!(text.contains("<svg width=\"85mm\" height=\""), "{name}");
            // 1600 · 85 / 90 · 7 / 6 = 1762.96 pixels across.
            assert!(text.contains("viewBox=\"0 0 1763 "), "{name}");
        }
        run(place.path(), &["report", "out"]).success();
        assert!(before == files(&place.path().join("out")), "{words:?}: drawn again the same");
    }
    for (flag, value) in [
        ("--plots", "jpg"),
        ("--plot-width", "85"),
        ("--plot-width", "8 m"),
        ("--plot-font", "20 pt"),
    ] {
        run(place.path(), &["run", "small.toml", flag, value]).code(2);
    }
}
