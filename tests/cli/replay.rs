//! `updraft replay`, end to end: files in, a file and an exit code out.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use predicates::prelude::*;
use tempfile::TempDir;

use crate::workloads::{Workload, downloads};

const NETWORK: &str = r#"[network]
model = "fluid"
[[network.node]]
name = "hq"
[[network.node]]
name = "core"
[[network.node]]
name = "branch"
[[network.node]]
name = "moon"
[[network.link]]
from = "hq"
to = "core"
bandwidth = "8 kbit/s"
latency = "10 ms"
[[network.link]]
from = "core"
to = "branch"
bandwidth = "4 kbit/s"
latency = "20 ms"
"#;

const HEADER: &str = "id,start_s,from,to,bytes,cap_bps\n";

/// A folder with a network and a list of transfers.
struct Place(TempDir);

impl Place {
    fn new(network: &str, transfers: &str) -> Self {
        let place = Self(tempfile::tempdir().expect("a temporary folder"));
        place.put("network.toml", network.as_bytes());
        place.put("transfers.csv", transfers.as_bytes());
        place
    }

    fn put(&self, name: &str, content: &[u8]) {
        fs::write(self.path(name), content).expect("a file");
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn replay(&self, more: &[&str]) -> Assert {
        let mut command = Command::cargo_bin("updraft").expect("the program is built");
        command.current_dir(self.0.path());
        command.args(["replay", "network.toml", "transfers.csv", "-o", "out.csv"]);
        command.args(more).assert()
    }

    fn out(&self) -> String {
        fs::read_to_string(self.path("out.csv")).expect("it was written")
    }

    /// Only the two inputs exist.
    fn is_untouched(&self) -> bool {
        fs::read_dir(self.0.path()).expect("a folder").count() == 2
    }
}

/// The finish column, in order.
fn finishes(out: &str) -> Vec<f64> {
    let cell = |line: &str| line.split(',').nth(2).and_then(|cell| cell.parse().ok());
    out.lines().skip(1).map(|line| cell(line).expect("it finishes")).collect()
}

/// A network with this many segments, as in the workloads, as a file.
fn written_network(segments: usize) -> String {
    let mut text = String::from("[network]\n[[network.node]]\nname = \"core\"\n");
    let mut link = |from: &str, to: &str, megabits: usize| {
        let _ = write!(text, "[[network.node]]\nname = \"{from}\"\n");
        let _ = write!(
            text,
            "[[network.link]]\nfrom = \"{from}\"\nto = \"{to}\"\nbandwidth = \"{megabits} Mbit/s\"\n"
        );
    };
    link("hq", "core", 1000);
    (0..segments).for_each(|i| link(&format!("s{i}"), "core", 2 + 2 * (i % 10)));
    text
}

/// The transfers of a workload, as a file, with an empty rate cap.
fn written_transfers(workload: Workload, n: usize, segments: usize) -> String {
    let mut text = String::from(HEADER);
    for (k, download) in downloads(workload, n).iter().enumerate() {
        let (start, bytes) = (download.start, download.bytes);
        let (whole, part) = (start / 1_000_000_000, start % 1_000_000_000);
        let _ = writeln!(text, "{k},{whole}.{part:09},hq,s{},{bytes},", k % segments);
    }
    text
}

#[test]
fn no_input_is_overwritten() {
    let place = Place::new(NETWORK, HEADER);
    for input in ["transfers.csv", "./network.toml"] {
        let before = fs::read(place.path(input)).expect("an input");
        let mut command = Command::cargo_bin("updraft").expect("the program is built");
        command.current_dir(place.0.path());
        command.args(["replay", "network.toml", "transfers.csv", "-o", input]);
        let _ = command.assert().code(2).stderr(predicate::str::contains("an input"));
        assert_eq!(fs::read(place.path(input)).expect("an input"), before);
    }
}

#[test]
fn transfers_share_and_are_answered_in_their_order() {
    // 400 and 600 of 1000 bytes per second at hq would be available: `late` is alone in its direction.
    let transfers = "id,start_s,from,to,bytes,cap_bps\n\
                     late,2,branch,hq,500,\n\
                     \"a, b\",0.5,hq,branch,500,\n\
                     7,0.5,hq,core,1000,2e3\n\
                     none,1,core,hq,0,\n";
    let place = Place::new(NETWORK, transfers);
    let said = "model fluid: 4 nodes, 2 links\n4 transfers, 4 finished, the last at 00:00:04.500 \
                (4.500000000 s)\n";
    place.replay(&[]).success().stdout(predicate::str::starts_with(said));
    let expected = "id,start_s,finish_s,bytes,mean_bps\n\
                    late,2.000000000,3.000000000,500,4000.000\n\
                    \"a, b\",0.500000000,1.500000000,500,4000.000\n\
                    7,0.500000000,4.500000000,1000,2000.000\n\
                    none,1.000000000,1.000000000,0,0.000\n";
    assert_eq!(place.out(), expected);
    place.replay(&["--check", "--quiet"]).success().stdout("").stderr("");
    assert_eq!(place.out(), expected);
}

#[test]
fn the_dialects_of_csv_are_understood() {
    let expected = "id,start_s,finish_s,bytes,mean_bps\nx,1.000000001,2.000000001,500,4000.000\n";
    for transfers in [
        "id,start_s,from,to,bytes\nx,1.0000000006,hq,branch,500\n",
        "id,start_s,from,to,bytes\r\nx,1.000000001,hq,branch,500\r\n",
        "\u{feff}id,start_s,from,to,bytes\n\n\nx,1.000000001,hq,branch,5e2",
        "to,from,cap_bps,\"bytes\",start_s,id\n\"branch\",hq,, 500 ,1.000000001,\"x\"\n\r\n",
        "id,start_s,from,to,bytes,cap_bps\nx,+0.1000000001e1,hq,branch,500.0,1e15\n",
    ] {
        let place = Place::new(NETWORK, transfers);
        place.replay(&[]).success();
        assert_eq!(place.out(), expected, "{transfers}");
    }
    let place = Place::new(NETWORK, HEADER);
    place.replay(&[]).success().stdout(predicate::str::contains("0 transfers, 0 finished"));
    assert_eq!(place.out(), "id,start_s,finish_s,bytes,mean_bps\n");
}

#[test]
fn wrong_cells_are_reported_with_their_position() {
    for (row, place, said) in [
        ("x,-1,hq,branch,5,", "3:3", "negative"),
        ("x,nan,hq,branch,5,", "3:3", "`nan` is not a number"),
        ("x,inf,hq,branch,5,", "3:3", "`inf` is not a number"),
        ("x,1e11,hq,branch,5,", "3:3", "too late"),
        ("x,1e39,hq,branch,5,", "3:3", "too large"),
        ("x,15000000000,hq,branch,5,", "3:3", "too late"),
        ("x,,hq,branch,5,", "3:3", "no value"),
        ("x,1,hx,branch,5,", "3:5", "did you mean `hq`?"),
        ("x,1,hq,brunch,5,", "3:8", "did you mean `branch`?"),
        ("\"x,\"\"\",1,hq,brunch,5,", "3:13", "did you mean `branch`?"),
        ("é,1,hq,brunch,5,", "3:8", "did you mean `branch`?"),
        ("x,1,hq,hq,5,", "3:8", "from a node to itself"),
        ("x,1,hq,branch,-5,", "3:15", "negative"),
        ("x,1,hq,branch,5.5,", "3:15", "a fraction of a byte"),
        ("x,1,hq,branch,100.000,", "3:15", "write 100000 if the point separates thousands"),
        ("x,1,hq,branch,1.500,", "3:15", "`1.500` is ambiguous"),
        ("x,1,hq,branch,5,256.000", "3:17", "write 256000 if the point separates thousands"),
        ("x,1,hq,branch,1e16,", "3:15", "too large"),
        ("x,1,hq,branch,five,", "3:15", "`five` is not a number"),
        ("x,1,hq,branch,5,0", "3:17", "nothing can move"),
        ("x,1,hq,branch,5,-8", "3:17", "negative"),
        ("x,1,hq,branch,5,NaN", "3:17", "`NaN` is not a number"),
        ("x,1,hq,branch,5", "3:1", "a row with 5 cells"),
        ("x,1,hq,branch,5,,", "3:1", "a row with 7 cells"),
        ("good,1,hq,branch,5,", "3:1", "transfer 1 has the same id"),
        (
            "\"x,1,hq,branch,5,",
            "3:1",
            "this quote is not closed: the line below belongs to its cell",
        ),
        ("x,2026-11-02T09:00:00:250,hq,branch,5,", "3:3", "not a time"),
    ] {
        let transfers = format!("{HEADER}good,1,hq,branch,5,\n{row}\ngood too,1,hq,branch,5,\n");
        let at = format!("transfers.csv:{place}");
        let folder = Place::new(NETWORK, &transfers);
        let stderr = predicate::str::contains(&at).and(predicate::str::contains(said));
        folder
            .replay(&[])
            .code(3)
            .stdout("")
            .stderr(stderr.and(predicate::str::contains("expected")));
        assert!(folder.is_untouched(), "{row}");
    }
}

#[test]
fn all_problems_are_reported_at_once() {
    let transfers = format!("{HEADER}a,-1,hq,brunch,5,\r\n\r\nb,1,hq,branch,x,\r\n");
    Place::new(NETWORK, &transfers).replay(&[]).code(3).stderr(
        predicate::str::contains("transfers.csv:2:3")
            .and(predicate::str::contains("transfers.csv:2:9"))
            .and(predicate::str::contains("transfers.csv:4:15"))
            .and(predicate::str::contains("2 wrong rows")),
    );
    let many = "a,x,hq,branch,5,\n".repeat(500);
    let place = Place::new(NETWORK, &format!("{HEADER}{many}"));
    place.replay(&[]).code(3).stderr(
        predicate::str::contains("500 wrong rows")
            .and(predicate::str::contains("transfers.csv:21:3"))
            .and(predicate::str::contains("transfers.csv:22:3").not()),
    );
}

#[test]
fn wrong_columns_are_reported() {
    for (header, place, said) in [
        ("id,start_s,from,to", "1:1", "the column `bytes` is missing"),
        ("id,start,from,to,bytes", "1:4", "did you mean `start_s`?"),
        ("id,start_s,from,to,bytes,to", "1:26", "two columns `to`"),
        ("", "1:1", "the column `id` is missing"),
    ] {
        let folder = Place::new(NETWORK, header);
        let at = format!("transfers.csv:{place}");
        folder
            .replay(&[])
            .code(3)
            .stderr(predicate::str::contains(at).and(predicate::str::contains(said)));
        assert!(folder.is_untouched(), "{header}");
    }
}

#[test]
fn a_wrong_network_yields_diagnostics() {
    for (from, to, place, said) in [
        ("to = \"core\"", "to = \"cor\"", "network.toml:13:6", "did you mean `core`?"),
        (
            "latency = \"10 ms\"",
            "latncy = \"10 ms\"",
            "network.toml:15:1",
            "did you mean `latency`?",
        ),
        ("\"8 kbit/s\"", "\"8 kb/s\"", "network.toml:14:13", "did you mean `kbit/s`?"),
        ("\"fluid\"", "\"liquid\"", "network.toml:2:9", "\"fluid\", \"tcp\""),
        // Links of a network file have no cost, and transfers have no agents that alternate between routes.
        (
            "\"fluid\"\n",
            "\"fluid\"\nroutes_by = \"cost\"\n",
            "network.toml:3:13",
            "`routes_by` has no effect here",
        ),
        (
            "\"fluid\"\n",
            "\"fluid\"\nequal_routes = \"shared\"\n",
            "network.toml:3:16",
            "`equal_routes` has no effect here",
        ),
    ] {
        let folder = Place::new(&NETWORK.replacen(from, to, 1), HEADER);
        folder
            .replay(&[])
            .code(3)
            .stderr(predicate::str::contains(place).and(predicate::str::contains(said)));
        assert!(folder.is_untouched(), "{to}");
    }
}

#[test]
fn files_that_cannot_be_used_are_failures() {
    let place = Place::new(NETWORK, HEADER);
    fs::remove_file(place.path("transfers.csv")).expect("it was there");
    place.replay(&[]).code(1).stderr(predicate::str::contains("cannot read transfers.csv"));
    fs::create_dir(place.path("transfers.csv")).expect("a folder");
    place.replay(&[]).code(1).stderr(predicate::str::contains("cannot read transfers.csv"));
    let place = Place::new(NETWORK, HEADER);
    fs::create_dir(place.path("out.csv")).expect("a folder");
    place.replay(&[]).code(1).stderr(predicate::str::contains("cannot write out.csv"));
    place.replay(&["--seed", "x"]).code(2);
}

#[test]
fn an_unfinished_transfer_has_an_empty_cell() {
    let transfers = format!("{HEADER}a,0,hq,branch,500,\nlost,0,hq,moon,500,\nb,0,hq,core,0,\n");
    let place = Place::new(NETWORK, &transfers);
    let said = "incomplete: 1 of 3 transfers can never finish, the first is `lost`";
    place.replay(&["--quiet"]).code(5).stdout("").stderr(predicate::str::starts_with(said));
    let out = place.out();
    assert_eq!(out.lines().nth(2), Some("lost,0.000000000,,500,"));
    assert_eq!(out.lines().nth(1), Some("a,0.000000000,1.000000000,500,4000.000"));
}

#[test]
fn the_tcp_model_is_said_and_seeded() {
    let network = NETWORK.replace("fluid", "tcp").replace("kbit", "Mbit");
    let mut transfers = String::from(HEADER);
    (0..20).for_each(|k| {
        let _ = writeln!(transfers, "{k},0.{k},hq,branch,500000,");
    });
    let place = Place::new(&network, &transfers);
    let said = "model tcp, checked against the reference solver: 4 nodes";
    place.replay(&["--check"]).success().stdout(predicate::str::starts_with(said));
    let first = place.out();
    place.replay(&["--seed", "1", "--quiet"]).success();
    assert_eq!(place.out(), first);
    place.replay(&["--seed", "2", "--quiet"]).success();
    assert_ne!(place.out(), first);
    // 10 MB at 4 Mbit/s of frames: the last needs at least 20 s and the framing, whatever the seed.
    let last = finishes(&place.out()).into_iter().fold(0.0, f64::max);
    assert!((20.9..22.5).contains(&last), "{last}");
}

#[test]
fn starts_within_a_round_trip_are_cautioned() {
    let rows = |spread: u64| {
        let rows = (0..60).map(|k| {
            format!("{k},{}.{:03},hq,core,500000,\n", k * spread / 1000, k * spread % 1000)
        });
        format!("{HEADER}{}", rows.collect::<String>())
    };
    // 60 first windows are 908 kB; 50 ms of queue and 20 ms of way at 9.6 Mbit/s hold 84 kB.
    let network = NETWORK.replace("8 kbit", "10 Mbit");
    let caution =
        "caution: transfers that began within one round trip exceeded a link's queue 10.8";
    for (model, spread, is_cautioned) in
        [("tcp", 0, true), ("tcp", 1000, false), ("fluid", 0, false)]
    {
        let place = Place::new(&network.replace("fluid", model), &rows(spread));
        let output = place.replay(&[]).success().get_output().stdout.clone();
        let said = String::from_utf8(output).expect("UTF-8");
        assert_eq!(said.contains(caution), is_cautioned, "{said}");
        assert_eq!(said.contains("caution"), is_cautioned, "{said}");
    }
}

/// Finish times by SimGrid, of the files in `tests/data/simgrid`.
fn simgrid(file: &str) -> Vec<f64> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/simgrid").join(file);
    let packed = fs::File::open(path).expect("the data are in the repository");
    let text = std::io::read_to_string(flate2::read::GzDecoder::new(packed)).expect("a text");
    let cell = |line: &str| line.split(',').nth(3).and_then(|cell| cell.parse().ok());
    text.lines().skip(1).map(|line| cell(line).expect("a time")).collect()
}

#[test]
fn finish_times_are_those_of_simgrid() {
    for (workload, file, n) in [
        (Workload::Direct, "W1_N1000.csv.gz", 1_000),
        (Workload::Direct, "W1_N10000.csv.gz", 10_000),
        (Workload::AllAtOnce, "W3_N1000.csv.gz", 1_000),
    ] {
        let segments = crate::workloads::segments(n);
        let place =
            Place::new(&written_network(segments), &written_transfers(workload, n, segments));
        place.replay(&["--quiet"]).success();
        for (ours, theirs) in finishes(&place.out()).into_iter().zip(simgrid(file)) {
            assert!((ours - theirs).abs() <= 1e-7 * theirs, "{file}: {ours} {theirs}");
        }
    }
}

#[test]
fn a_checked_replay_writes_the_same() {
    let segments = crate::workloads::segments(300);
    let transfers = written_transfers(Workload::Direct, 300, segments);
    let place = Place::new(&written_network(segments), &transfers);
    place.replay(&["--quiet"]).success();
    let fast = place.out();
    place.replay(&["--quiet", "--check"]).success();
    assert_eq!(place.out(), fast);
}

#[test]
fn a_checked_replay_accepts_ends_and_starts_of_one_instant() {
    // An empty transfer, and one that ends at the instant of starts, out of order.
    let transfers = format!(
        "{HEADER}a,2,hq,branch,500,\nb,1,hq,core,0,\nc,1,hq,branch,500,\nd,1,hq,branch,0,\n\
         e,1,hq,core,250,\nf,2,core,hq,0,\ng,0,hq,core,1000,\nh,1,branch,hq,1000,\n"
    );
    let place = Place::new(NETWORK, &transfers);
    place.replay(&["--quiet"]).success();
    let fast = place.out();
    place.replay(&["--quiet", "--check"]).success();
    assert_eq!(place.out(), fast);
}

#[test]
fn hundreds_of_thousands_of_rows_stream_through() {
    let n = 200_000;
    let place = Place::new(&written_network(1000), &written_transfers(Workload::Direct, n, 1000));
    place
        .replay(&[])
        .success()
        .stdout(predicate::str::contains("200000 transfers, 200000 finished"));
    let out = place.out();
    assert_eq!(out.lines().count(), n + 1);
    for (k, line) in out.lines().skip(1).enumerate() {
        assert!(line.split(',').next() == Some(&k.to_string()), "{line}");
    }
}
