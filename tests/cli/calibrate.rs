//! `calibrate`: the estimates recover the known values of a company from its logs, and a wrong model is refused.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use predicates::str::contains;
use tempfile::TempDir;

/// A company with known values: 4 threads, 1.5 s a call, 4 % unanswered, half of the agents with office hours.
const WEEK: &str = include_str!("../data/command_line/week.toml");

fn updraft(place: &TempDir, words: &[&str]) -> Assert {
    let mut command = Command::cargo_bin("updraft").expect("the program is built");
    command.current_dir(place.path()).args(words).assert()
}

/// A folder with the logs of that company.
fn logged(scenario: &str) -> TempDir {
    let place = tempfile::tempdir().expect("a temporary folder");
    fs::write(place.path().join("week.toml"), scenario).expect("a scenario");
    let words = ["run", "week.toml", "--log-as", "ptndp,iis,csv", "-o", "run", "--quiet"];
    let _ = updraft(&place, &words).success();
    place
}

/// The scenario with values that differ from those that wrote the logs.
fn guess(place: &TempDir, replaced: &[(&str, &str)]) {
    let guess = replaced.iter().fold(WEEK.to_string(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    });
    fs::write(place.path().join("guess.toml"), guess).expect("a scenario");
}

const LOGS: [&str; 2] = ["run/server_PtnDP.log", "run/server_u_ex.log"];

fn calibrate(place: &TempDir, scenario: &str, logs: &[&str], more: &[&str]) -> Assert {
    let words = [&["calibrate", scenario], logs, &["--members", "20", "-o", "out"], more].concat();
    updraft(place, &words)
}

/// The estimate of a key and its interval in `calibration.csv`.
fn estimate(place: &Path, key: &str) -> [f64; 3] {
    let table = fs::read_to_string(place.join("out/calibration.csv")).expect("a table");
    let row = table.lines().find(|line| line.starts_with(&format!("{key},"))).expect("an estimate");
    let cells: Vec<&str> = row.split(',').collect();
    [cells[3], cells[4], cells[5]].map(|cell| cell.parse().expect("a number"))
}

#[test]
fn what_is_known_of_a_company_is_found_again_in_its_logs() {
    let place = logged(WEEK);
    guess(
        &place,
        &[
            ("threads = 4", "threads = 20"),
            ("unanswered = \"4 %\"", "unanswered = \"0 %\""),
            ("connect_time = \"1500 ms\"", "connect_time = \"100 ms\""),
            ("[{ share = 70, at = 0 }, { share = 30, at = [1, 8] }]", "0"),
        ],
    );
    let _ = calibrate(&place, "guess.toml", &LOGS, &[])
        .success()
        .stdout(contains("the model reproduces them"));
    let threads = estimate(place.path(), "notification.threads").map(|number| number.to_string());
    assert_eq!(threads, ["4", "4", "4"]);
    for (key, truth) in [
        ("notification.unanswered", 0.04),
        ("notification.connect_timeout", 20.0),
        ("sizes.index", 16_384.0),
        ("agents.releases_behind", 0.7),
        ("agents.presence", 0.5),
    ] {
        let [value, low, high] = estimate(place.path(), key);
        assert!((low..=high).contains(&truth), "{key}: {low} to {high}");
        assert!((low..=high).contains(&value), "{key}: {value} of {low} to {high}");
    }
    let [connect_time, ..] = estimate(place.path(), "notification.connect_time");
    assert!((connect_time - 1.5).abs() < 0.001, "{connect_time}");
    // The value written is the estimate.
    let [unanswered, ..] = estimate(place.path(), "notification.unanswered");
    let overlay = fs::read_to_string(place.path().join("out/overlay.toml")).expect("an overlay");
    let written = format!("unanswered = \"{:.4} %\"", 100.0 * unanswered);
    assert!(overlay.contains(&written), "{written} in {overlay}");
    // Its folder has no runs.
    for words in [&["report", "out"][..], &["verify", "out"], &["diff", "out", "out"]] {
        let is_of = contains("out/manifest.json: this is the folder of a calibration");
        let _ = updraft(&place, words).code(3).stderr(is_of);
    }
    // The overlay and its ensemble are valid layers of the scenario.
    for overlay in ["out/overlay.toml", "out/ensemble/001.toml", "out/ensemble/020.toml"] {
        let _ = updraft(&place, &["check", "guess.toml", "--overlay", overlay]).success();
    }
    // A repetition gives the same bytes, on one thread, too.
    let table = || fs::read(place.path().join("out/held_out.csv")).expect("a table");
    let before = table();
    let _ = calibrate(&place, "guess.toml", &LOGS, &["--threads", "1"]).success();
    assert_eq!(table(), before);
}

/// The lines about the events in `account.txt`.
fn events(place: &TempDir) -> Vec<String> {
    let account = fs::read_to_string(place.path().join("out/account.txt")).expect("an account");
    account.lines().filter(|line| line.contains("event")).map(String::from).collect()
}

#[test]
fn an_event_in_several_logs_counts_once() {
    let place = logged(WEEK);
    let path = |name: &str| place.path().join(name);
    let log = fs::read_to_string(path("run/server_u_ex.log")).expect("a log");
    // A rotated log that overlaps the next one.
    let lines: Vec<&str> = log.lines().collect();
    let header = lines.iter().take_while(|line| line.starts_with('#'));
    let later = header.chain(&lines[1000..]).copied().collect::<Vec<_>>().join("\n") + "\n";
    fs::write(path("a.log"), lines[..2000].join("\n") + "\n").expect("a log");
    fs::write(path("b.log"), later).expect("a log");
    let _ = calibrate(&place, "week.toml", &["a.log", "b.log"], &[]);
    let [all, repeated] = &events(&place)[..] else { panic!("{:?}", events(&place)) };
    assert_eq!(all, "4303 events of 240 agents at 3 sites");
    assert_eq!(repeated, "1000 events are also in another of these logs: counted once");
    let estimates = || fs::read_to_string(path("out/calibration.csv")).expect("a table");
    let overlapping = estimates();
    let _ = calibrate(&place, "week.toml", &["run/server_u_ex.log"], &[]);
    assert_eq!(events(&place).len(), 1);
    assert_eq!(overlapping, estimates());
    // All three logs of a run say the same in different words.
    let three = [LOGS[0], LOGS[1], "run/events.csv"];
    let _ = calibrate(&place, "week.toml", &three, &[]).success();
    let [threads, ..] = estimate(place.path(), "notification.threads");
    assert_eq!(threads.to_string(), "4");
}

#[test]
fn agents_in_ranges_that_the_scenario_does_not_state_are_told() {
    let place = logged(WEEK);
    let said = "240 agents placed by ranges that updraft allots";
    let _ = calibrate(&place, "week.toml", &LOGS, &[]).success();
    let account = || fs::read_to_string(place.path().join("out/account.txt")).expect("an account");
    assert!(account().contains(said), "{}", account());
    let stated = WEEK
        .replace("agents = 120\n", "agents = 120\nsubnet = \"10.0.0.0/24\"\n")
        .replace("agents = 60\n", "agents = 60\nsubnet = \"10.0.2.0/23\"\n");
    fs::write(place.path().join("week.toml"), stated).expect("a scenario");
    let _ = calibrate(&place, "week.toml", &LOGS, &[]);
    assert!(!account().contains("that updraft allots"), "{}", account());
}

#[test]
fn a_table_of_events_may_have_quotes() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let quoted = "\u{feff}\"agent\",\"time\",\"event\",\"source\",\"bytes\"\n\
                  \"10.0.0.1\",\"2026-11-02T10:00:00Z\",\"updated\",\"server\",\"16\"\n";
    fs::write(place.path().join("week.toml"), WEEK).expect("a scenario");
    fs::write(place.path().join("events.csv"), quoted).expect("a table");
    let told = calibrate(&place, "week.toml", &["events.csv"], &[]).code(4);
    let _ = told.stdout(contains("a table of events, 1 line, 1 read"));
}

#[test]
fn a_model_that_is_wrong_is_refused_and_says_where() {
    // The logs have Update Agents.
    let with_update_agents = WEEK
        .replace("option = \"server\"", "option = \"server-ua\"")
        .replace("agents = 60\n", "agents = 60\nupdate_agents = 1\n");
    let place = logged(&with_update_agents);
    let told = calibrate(&place, "week.toml", &LOGS, &["--option", "server"]).code(4);
    let _ = told.stdout(contains("the model does not reproduce them"));
    let table = fs::read_to_string(place.path().join("out/held_out.csv")).expect("a table");
    let row = table.lines().find(|line| line.contains("from_update_agents_share,branch"));
    let cells: Vec<&str> = row.expect("a row").split(',').collect();
    let column = |name: &str| {
        let header = table.lines().next().expect("a header");
        cells[header.split(',').position(|column| column == name).expect("a column")]
    };
    let observed: f64 = column("observed").parse().expect("a share");
    assert!(observed > 0.9, "{row:?}");
    assert_eq!((column("model_p95"), column("is_inside")), ("0", "false"), "{row:?}");
    // With them the model reproduces the days.
    let _ = calibrate(&place, "week.toml", &LOGS, &[]).success();
    // Another schedule of the server is visible in the hourly numbers.
    let other = ["--set", "server.schedule=every 3 h"];
    let told = calibrate(&place, "week.toml", &LOGS, &other).code(4);
    let _ = told.stdout(contains("agents that have updated"));
}

/// The values of a key that are left after the last wave, and their share.
fn left(place: &TempDir, key: &str) -> (String, f64) {
    let table = fs::read_to_string(place.path().join("out/history_matching.csv")).expect("a table");
    let mut rows = csv_rows(&table);
    let row = rows.rfind(|row| row[1] == key).expect("a key");
    (row[2].clone(), row[3].parse().expect("a share"))
}

/// The rows of a table whose cells may have commas in quotes.
fn csv_rows(table: &str) -> impl DoubleEndedIterator<Item = Vec<String>> {
    let rows: Vec<Vec<String>> = table
        .lines()
        .map(|line| {
            let mut cells = vec![String::new()];
            let mut is_quoted = false;
            for letter in line.chars() {
                match letter {
                    '"' => is_quoted = !is_quoted,
                    ',' if !is_quoted => cells.push(String::new()),
                    _ => cells.last_mut().expect("a cell").push(letter),
                }
            }
            cells
        })
        .collect();
    rows.into_iter()
}

#[test]
fn what_no_line_says_is_found_in_what_it_does() {
    // With 20 threads and fast calls, agents wait for eight slots; the guess has 250.
    let fast = WEEK.replace("threads = 4", "threads = 20").replace("1500 ms", "100 ms");
    let fast = fast.replace("bandwidth = \"4 Mbit/s\"", "bandwidth = \"1 Mbit/s\"");
    let place = logged(&fast.replace("[notification]", "[server]\nslots = 8\n[notification]"));
    fs::write(place.path().join("fast.toml"), &fast).expect("a scenario");
    let _ =
        calibrate(&place, "fast.toml", &LOGS, &[]).success().stdout(contains("History matching"));
    let (slots, share) = left(&place, "server.slots");
    let (low, high) = slots.trim_end_matches(" log").split_once("..").expect("a range");
    let (low, high): (u32, u32) = (low.parse().expect("low"), high.parse().expect("high"));
    assert!((low..=high).contains(&8) && high < 100 && share < 0.5, "{slots}");
    // Nothing was refused, so overflow stays open.
    assert_eq!(left(&place, "server.overflow").0, "refuse,queue");
    let overlay = fs::read_to_string(place.path().join("out/overlay.toml")).expect("an overlay");
    assert!(overlay.contains("\n[server]\n") && overlay.contains("\nslots = "), "{overlay}");
    assert!(overlay.contains("# server.slots: "), "{overlay}");
    let page = fs::read_to_string(place.path().join("out/report.html")).expect("a page");
    assert!(page.contains("What the logs do not identify"));
    for number in ["001", "020"] {
        let member = format!("out/ensemble/{number}.toml");
        let member = fs::read_to_string(place.path().join(member)).expect("an overlay");
        let slots = member.lines().find_map(|line| line.strip_prefix("slots = ")).expect("slots");
        assert!((low..=high).contains(&slots.parse().expect("a number")), "{member}");
    }
    let tables = || {
        ["history_matching.csv", "history_points.csv", "ensemble/020.toml"]
            .map(|file| fs::read(place.path().join("out").join(file)).expect("a file"))
    };
    let before = tables();
    let _ = calibrate(&place, "fast.toml", &LOGS, &["--threads", "1"]).success();
    assert_eq!(tables(), before);
    // The ensemble is one for every command.
    let run = ["run", "fast.toml", "--ensemble", "out/ensemble", "-o", "plausible", "--quiet"];
    let _ = updraft(&place, &run).success();
    // Without matching the model waits for nothing, and the held-out days say so.
    let told = calibrate(&place, "fast.toml", &LOGS, &["--no-match"]).code(4);
    let _ = told.stdout(contains("does not reproduce"));
    assert!(!place.path().join("out/history_matching.csv").exists());
}

#[test]
fn background_traffic_is_matched_where_the_scenario_has_some() {
    let traffic = |share: &str| {
        format!(
            "{WEEK}[[background]]\nsites = \"branch\"\nhours = [8, 9, 10, 11, 12, 13, 14, 15, 16, 17]\n\
             share = \"{share}\"\n"
        )
        .replace("bandwidth = \"4 Mbit/s\"", "bandwidth = \"1 Mbit/s\"")
    };
    let place = logged(&traffic("70 %"));
    fs::write(place.path().join("guess.toml"), traffic("10 %")).expect("a scenario");
    let only = ["--match", "background.0.share=0 %..90 %"];
    let _ = calibrate(&place, "guess.toml", &LOGS, &only).success();
    let (shares, left) = left(&place, "background.0.share");
    let (low, high) = shares.split_once("..").expect("a range");
    let percent =
        |text: &str| -> f64 { text.trim_end_matches(" %").parse().expect("a percentage") };
    assert!((percent(low)..=percent(high)).contains(&70.0) && left < 0.6, "{shares}");
    let overlay = fs::read_to_string(place.path().join("out/overlay.toml")).expect("an overlay");
    assert!(overlay.contains("[[background]]\nsites = \"branch\"\n"), "{overlay}");
    let _ = updraft(&place, &["check", "guess.toml", "--overlay", "out/overlay.toml"]).success();
}

#[test]
fn keys_that_cannot_be_matched_are_refused() {
    let place = logged(WEEK);
    let refused = |words: &[&str], said: &str| {
        let told = calibrate(&place, "week.toml", &LOGS, words).code(2);
        let _ = told.stderr(contains(said));
    };
    refused(&["--match", "server.slotz=1..9"], "did you mean `server.slots`?");
    refused(&["--match", "server.slots=4"], "one value leaves nothing to match");
    refused(&["--match", "server.slots=4,5", "--no-match"], "--no-match");
    refused(&["--match", "server.slots=4,5", "--match", "server.slots=6,7"], "twice");
    refused(&["--match", "background.3.share=0 %..9 %"], "no overlay can set");
    let set = ["--match", "server.slots=4,5", "--set", "server.slots=4"];
    refused(&set, "is set with --set and cannot be matched");
}

#[test]
fn one_day_alone_is_not_checked() {
    let (monday, _) = WEEK.split_once("[[release]]\nname = \"tuesday\"").expect("two days");
    let place = logged(&monday.replace("duration = \"120 h\"", "duration = \"24 h\""));
    let _ = calibrate(&place, "week.toml", &LOGS, &[]).code(4).stdout(contains("not checked"));
}

#[test]
fn what_is_no_log_of_updates_is_refused_and_what_cannot_be_read_is_counted() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| {
        fs::write(place.path().join(name), text).expect("a file");
    };
    write("week.toml", WEEK);
    let other = "#Fields: date time c-ip cs-uri-stem sc-status\n\
                 2026-11-02 10:00:00 10.0.0.5 /index.html 200\n";
    for (text, said) in [
        ("", "this is an empty file, not a log that is known"),
        ("%PDF-1.7", "this is a PDF"),
        ("name,salary\nA,1\n", "this is a table, not a log that is known"),
        (other, "without any line about an update: 1 line, none of them about updates"),
        ("1700000000,10.0.0.1,A,#OK_Notify,1,#NA\n", "no line is within the scenario's span"),
    ] {
        write("other.log", text);
        let _ = calibrate(&place, "week.toml", &["other.log"], &[]).code(3).stderr(contains(said));
    }
    let _ = calibrate(&place, "week.toml", &["none.log"], &[]).code(1).stderr(contains("none.log"));
    // 1793613600 is 2 November 2026, 10:00 UTC.
    let log = "1793613600,#NA,A,#BEGIN_Notify,#NA,#NA\n\
               1793613700,10.0.0.1,A,#OK_Notify,8.000000,#NA\n\
               1793613600,192.168.1.1,B,#OK_Notify,8.000000,#NA\n\
               garbage\n\
               1700000000,10.0.0.1,A,#OK_Notify,1,#NA\n\
               1793613800,,A,#OK_Upd";
    write("server_PtnDP.log", log);
    let told = calibrate(&place, "week.toml", &["server_PtnDP.log"], &[]).code(4);
    let mut told = told.stdout(contains("6 lines, 3 read"));
    for said in [
        "1 line cannot be read; the first is line 4: expected seconds since 1970 in the first field",
        "truncated in line 6",
        "1 line outside the scenario's span",
        "its clock goes back 2 times",
        "1 agent in no subnet of the scenario, such as `192.168.1.1`",
    ] {
        told = told.stdout(contains(said));
    }
    // A request whose bytes or status cannot be read is none of zero bytes or of status 200.
    let log = "#Fields: date time c-ip cs-uri-stem sc-status sc-bytes time-taken\n\
               2026-11-02 10:00:00 10.0.0.1 /officescan/cgi/cgiOnStart.exe 200 1000 20\n\
               2026-11-02 10:00:01 10.0.0.1 /officescan/cgi/cgiOnStart.exe 200 1,000 20\n\
               2026-11-02 10:00:02 10.0.0.1 /officescan/cgi/cgiOnStart.exe OK 1000 20\n";
    write("access.log", log);
    let _ = calibrate(&place, "week.toml", &["access.log"], &[])
        .code(4)
        .stdout(contains("3 lines, 1 read"))
        .stdout(contains("2 lines cannot be read; the first is line 3: sc-bytes is not a whole"));
    // Zones are distinguished, and a time without one is in the company's clock.
    let events = "agent,time,event,source,bytes\n\
                  10.0.0.1,2026-11-02T10:00:00Z,updated,server,\n\
                  10.0.0.1,2026-11-02T12:00:00+01:00,updated,server,\n\
                  10.0.0.1,2026-11-02 12:00:00,updated,server,\n";
    write("events.csv", events);
    let more = ["--utc-offset", "+01:00"];
    let _ = calibrate(&place, "week.toml", &["events.csv"], &more)
        .code(4)
        .stdout(contains("several time zones"))
        .stdout(contains("1 line without a time zone, read in the company's clock"));
}

/// Cells beyond the header, a quote that takes in lines, parts of a time that are none, and sources of no company.
#[test]
fn lines_of_which_a_part_would_be_lost_are_counted() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| {
        fs::write(place.path().join(name), text).expect("a file");
    };
    write("week.toml", WEEK);
    let events = "agent,time,event,source,bytes\n\
                  10.0.0.1,2026-11-02T10:00:00Z,updated,server,16\n\
                  10.0.0.1,2026-11-02T10:01:00Z,components,server,16,384\n\
                  10.0.0.1,2026-11-02T10:02:00:250,updated,server,16\n\
                  10.0.0.1,2026-11-02T10:03:00Z,updated,srever,16\n\
                  10.0.0.1,2026-11-02T10:04:00Z,updated,\"server,16\n\
                  10.0.0.1,2026-11-02T10:05:00Z,updated,server,16\n";
    for (events, count, why) in [
        (
            events.to_string(),
            "5 lines, 2 read",
            "3 lines cannot be read; the first is line 3: expected no more cells",
        ),
        (
            events.replace("16,384", "16,"),
            "5 lines, 3 read",
            "2 lines cannot be read; the first is line 4: expected a time",
        ),
        (
            events.replace("16,384", "16").replace(":250", "Z"),
            "5 lines, 4 read",
            "1 line cannot be read; the first is line 6: its quote is not closed",
        ),
    ] {
        write("events.csv", &events);
        let _ = calibrate(&place, "week.toml", &["events.csv"], &[])
            .code(4)
            .stdout(contains(count))
            .stdout(contains(why))
            .stdout(contains(
                "1 line of sources that the scenario does not have, such as `srever`",
            ));
    }
    // A comma in a duration is no field.
    let log =
        "1793613600,10.0.0.1,A,#OK_Notify,0.5,#NA\n1793613700,10.0.0.1,A,#OK_Notify,0,5,#NA\n";
    write("server_PtnDP.log", log);
    let _ = calibrate(&place, "week.toml", &["server_PtnDP.log"], &[])
        .code(4)
        .stdout(contains("1 line cannot be read; the first is line 2: expected six fields"));
}
