//! `updraft replay` of flows as other programs log them, end to end.
//!
//! One link of 8 kbit/s carries 1,000 B in a second, so every finish is worked out by hand.

use std::fs;

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use predicates::prelude::*;
use predicates::str::contains;

const NETWORK: &str = "[network]\nmodel = \"fluid\"\n[[network.node]]\nname = \"hq\"\n\
    [[network.node]]\nname = \"branch\"\n[[network.link]]\nfrom = \"hq\"\nto = \"branch\"\n\
    bandwidth = \"8 kbit/s\"\n";

const PREFIXES: &str =
    "prefix,node\n10.0.0.0/8,hq\n10.2.0.0/16,branch\n2001:db8:2::/48,branch\n2001:db8::/32,hq\n";

/// Replays `flows`, with finishes on standard output.
fn replay(flows: &str, more: &[&str]) -> Assert {
    let place = tempfile::tempdir().expect("a temporary folder");
    let files = [("network.toml", NETWORK), ("prefixes.csv", PREFIXES), ("flows", flows)];
    for (name, text) in files {
        fs::write(place.path().join(name), text).expect("a file");
    }
    let mut command = Command::cargo_bin("updraft").expect("the program is built");
    command.current_dir(place.path());
    command.args(["replay", "network.toml", "flows", "-o", "-", "--no-progress"]).args(more);
    command.assert()
}

const MAPPED: [&str; 2] = ["--nodes", "prefixes.csv"];

#[test]
fn clock_times_with_zones_count_from_the_first() {
    // Both at once from 9:00 UTC on: 1,000 B and 3,000 B share 1,000 B/s. The first ends after 2 s, the second has
    // 2,000 B left and ends after 4 s.
    let flows = "id,start_s,from,to,bytes\n\
                 a,2026-11-02T10:00:00+01:00,hq,branch,1000\n\
                 b,2026-11-02T09:00:00Z,hq,branch,3000\n\
                 c,2026-11-02T09:00:10.000000001Z,hq,branch,1000\n";
    replay(flows, &[])
        .success()
        .stdout(
            "id,start_s,finish_s,bytes,mean_bps\n\
             a,0.000000000,2.000000000,1000,4000.000\n\
             b,0.000000000,4.000000000,3000,6000.000\n\
             c,10.000000001,11.000000001,1000,8000.000\n",
        )
        .stderr(contains("0 s is 2026-11-02 09:00:00 UTC"));
    // Seconds among times, and times without a zone among those with one, are not guessed at.
    for other in ["12.5", "2026-11-02T09:00:10"] {
        let mixed = flows.replace("2026-11-02T09:00:10.000000001Z", other);
        replay(&mixed, &[])
            .code(3)
            .stderr(contains("flows:4:3").and(contains("as in the first row")));
    }
}

#[test]
fn addresses_are_mapped_by_the_longest_prefix() {
    let flows = "when;src;dst;octets;proto\n\
                 0;10.0.0.1;10.2.7.7;1000;6\n\
                 5;2001:db8::1;2001:db8:2::9;2000;6\n\
                 6;10.2.7.7;10.2.7.8;2000;6\n";
    let columns = [
        "--column",
        "id=",
        "--column",
        "start_s=when",
        "--column",
        "from=src",
        "--column",
        "to=dst",
    ];
    let more = [&MAPPED[..], &columns[..], &["--column", "bytes=octets"]].concat();
    replay(flows, &more)
        .success()
        .stdout(
            "id,start_s,finish_s,bytes,mean_bps\n\
             1,0.000000000,1.000000000,1000,8000.000\n\
             2,5.000000000,7.000000000,2000,8000.000\n",
        )
        .stderr(contains("ignored columns: `proto`").and(contains("left out: 1 within one node")));
    // Without the table, the message says how to map them.
    replay(flows, &more[2..]).code(3).stderr(contains("--nodes FILE"));
    let unknown = flows.replace("10.0.0.1", "192.168.0.1");
    replay(&unknown, &more).code(3).stderr(contains("no prefix contains 192.168.0.1"));
    let more = [&more[..], &["--skip-bad-rows"]].concat();
    replay(&unknown, &more).success().stderr(
        contains("left out: 1 wrong").and(contains("flows:2:3")).and(contains("192.168.0.1")),
    );
}

#[test]
fn a_w3c_log_is_a_transfer_for_each_request() {
    // Written at 09:00:02 after 2,000 ms: it starts at 09:00:00. The second starts at 09:00:01.
    let log = "#Software: Microsoft Internet Information Services 10.0\n\
               #Fields: date time s-ip cs-method cs-uri-stem c-ip sc-status sc-bytes time-taken\n\
               2026-11-02 09:00:02 10.0.0.9 GET /x.zip 10.2.0.4 200 1000 2000\n\
               2026-11-02 09:00:03 10.0.0.9 GET /x.zip 10.2.0.5 304 0 1\n\
               2026-11-02 09:00:11 10.0.0.9 GET /x.zip 10.2.0.4 200 1000 10000\n";
    // 1,000 B alone to 1 s, where it ends; so each is alone.
    let finishes = "id,start_s,finish_s,bytes,mean_bps\n\
                    1,0.000000000,1.000000000,1000,8000.000\n\
                    2,1.000000000,2.000000000,1000,8000.000\n";
    replay(log, &MAPPED).success().stdout(finishes).stderr(
        contains("read as an access log")
            .and(contains("ignored columns: `cs-method`, `cs-uri-stem`, `sc-status`"))
            .and(contains("left out: 1 without bytes")),
    );
    replay(log, &[]).code(3).stderr(contains("--nodes FILE"));
    // A server behind a proxy has another address than its node.
    let named = [&MAPPED[..], &["--server", "hq"]].concat();
    replay(&log.replace("10.0.0.9", "10.2.0.9"), &named).success().stdout(finishes);
    let named = [&MAPPED[..], &["--server", "brunch"]].concat();
    replay(log, &named).code(3).stderr(contains("did you mean `branch`?"));
}

#[test]
fn the_example_of_the_documentation_is_replayed() {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/replay.md"));
    let page = page.expect("the page");
    let shown = |file: &str| {
        let (_, after) = page.split_once(&format!("{file}\n")).expect("the file");
        after.split_once("$ ").expect("the next command").0.to_string()
    };
    // Written after 2,000 ms, it starts at 0 and takes a second on the link of the tests.
    let node_table = shown("$ cat prefixes.csv");
    let place = tempfile::tempdir().expect("a temporary folder");
    let prefixes = place.path().join("prefixes.csv");
    fs::write(&prefixes, node_table).expect("a file");
    let prefixes = prefixes.to_str().expect("a path");
    replay(&shown("$ head -3 u_ex261102.log"), &["--nodes", prefixes])
        .success()
        .stdout("id,start_s,finish_s,bytes,mean_bps\n1,0.000000000,1.000000000,1000,8000.000\n");
}

#[test]
fn a_request_with_a_number_that_cannot_be_read_is_an_error() {
    let log = "#Fields: date time s-ip c-ip cs-uri-stem sc-bytes time-taken\n\
               2026-11-02 09:00:02 10.0.0.9 10.2.0.4 /a 1000 2000\n";
    let cases = [
        ("1000 2000", "1000x 2000", "flows:2:42", "sc-bytes is not a whole number"),
        ("1000 2000", "1000 abc", "flows:2:47", "time-taken is not a number"),
        ("1000 2000", "1000 2000 more", "flows:2:52", "more words than #Fields names"),
        ("1000 2000", "1000", "flows:2:1", "fewer words than #Fields names"),
        ("sc-bytes", "cs-bytes", "flows:2:1", "#Fields names no sc-bytes"),
    ];
    for (right, wrong, place, said) in cases {
        let log = log.replace(right, wrong);
        replay(&log, &MAPPED).code(3).stderr(contains(place).and(contains(said)));
        let skipping = [&MAPPED[..], &["--skip-bad-rows"]].concat();
        replay(&log, &skipping).success().stderr(contains("left out: 1 wrong"));
    }
    let named = [&MAPPED[..], &["--server", "hq"]].concat();
    for bytes in ["1,000", "12345678901234567890123"] {
        let log = format!(
            "10.2.0.4 - - [02/Nov/2026:09:00:00 +0100] \"GET /a HTTP/1.1\" 200 {bytes} \"-\" \"a\"\n"
        );
        replay(&log, &named)
            .code(3)
            .stderr(contains("flows:1:65").and(contains("the bytes are not a whole number")));
    }
    // `-` stands for no value.
    let log = log.replace("1000 2000", "- -");
    replay(&log, &MAPPED).success().stderr(contains("left out: 1 without bytes"));
}

#[test]
fn a_combined_log_names_no_server() {
    let log = "10.2.0.4 - - [02/Nov/2026:09:00:00 +0100] \"GET /x.zip HTTP/1.1\" 200 1000 \"-\" \"a\"\n\
               10.2.0.4 - - [02/Nov/2026:08:00:07 +0000] \"GET /x.zip HTTP/1.1\" 200 2000 \"-\" \"a\" rt=2.000\n";
    replay(log, &MAPPED).code(3).stderr(contains("--server NODE"));
    replay(log, &[&MAPPED[..], &["--server", "hq"]].concat()).success().stdout(
        "id,start_s,finish_s,bytes,mean_bps\n\
         1,0.000000000,1.000000000,1000,8000.000\n\
         2,5.000000000,7.000000000,2000,8000.000\n",
    );
}

#[test]
fn flows_of_nfdump_end_at_their_summary() {
    let v16 = "ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt\n\
               2026-11-02 09:00:00.250,2026-11-02 09:00:01,0.750,10.0.0.9,10.2.0.4,80,5555,TCP,.AP.,0,0,3,1000,0,0\n\
               2026-11-02 09:00:05.250,2026-11-02 09:00:06,0.750,10.0.0.9,10.2.0.4,80,5555,TCP,.AP.,0,0,3,1000,0,0\n\
               Summary\nflows,bytes,packets,avg_bps,avg_pps,avg_bpp\n2,2000,6,0,0,0\n";
    let v17 = "firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,packets,bytes,bps,bpp,flows\n\
               2026-11-02 09:00:00.250,0.750,6,10.0.0.9,80,10.2.0.4,5555,3,1000,0,0,1\n\
               2026-11-02 09:00:05.250,0.750,6,10.0.0.9,80,10.2.0.4,5555,3,1000,0,0,1\n";
    let quoted = v17.replace("firstSeen", "\"firstSeen\"").replace("bytes", "\" bytes\"");
    for flows in [v16, v17, &quoted] {
        replay(flows, &MAPPED)
            .success()
            .stdout(
                "id,start_s,finish_s,bytes,mean_bps\n\
                 1,0.000000000,1.000000000,1000,8000.000\n\
                 2,5.000000000,6.000000000,1000,8000.000\n",
            )
            .stderr(contains("read as flows of nfdump").and(contains("2026-11-02 09:00:00.25,")));
    }
    // The names of its columns do not make flows of nfdump of a table in which they are one cell.
    let unclosed = v17.replace("srcAddr", "\"srcAddr");
    replay(&unclosed, &MAPPED).code(3).stderr(contains("this quote is not closed"));
}

#[test]
fn a_flow_file_of_hpcc_states_its_number_of_flows() {
    let flows = "2\nhq branch 3 100 1000 2.0\nbranch hq 3 100 2000 2.5\n";
    // Full duplex: each direction has 1,000 B/s to itself.
    replay(flows, &[]).success().stdout(
        "id,start_s,finish_s,bytes,mean_bps\n\
         1,2.000000000,3.000000000,1000,8000.000\n\
         2,2.500000000,4.500000000,2000,8000.000\n",
    );
    replay(&flows.replacen('2', "3", 1), &[])
        .code(3)
        .stderr(contains("as many flows as the first line"));
    replay(&flows.replace("1000", "1.5"), &[])
        .code(3)
        .stderr(contains("flows:2").and(contains("a fraction of a byte")));
    replay(&flows.replace("branch hq", "brnch hq"), &[])
        .code(3)
        .stderr(contains("flows:3").and(contains("did you mean `branch`?")));
}

#[test]
fn text_in_utf_16_is_called_that() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let wide = |text: &str| -> Vec<u8> {
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    let flows = "id,start_s,from,to,bytes\na,0,hq,branch,1000\n";
    let files = [
        ("network.toml", NETWORK.as_bytes().to_vec()),
        ("prefixes.csv", wide(PREFIXES)),
        ("flows.csv", flows.as_bytes().to_vec()),
        ("wide.csv", wide(flows)),
    ];
    for (name, bytes) in files {
        fs::write(place.path().join(name), bytes).expect("a file");
    }
    for files in [&["wide.csv"][..], &["flows.csv", "--nodes", "prefixes.csv"]] {
        let mut command = Command::cargo_bin("updraft").expect("the program is built");
        command.current_dir(place.path()).args(["replay", "network.toml"]).args(files);
        command
            .args(["-o", "-"])
            .assert()
            .code(3)
            .stderr(contains("this is a text in UTF-16").and(contains("save it as UTF-8")));
    }
}

#[test]
fn an_unknown_list_of_transfers_is_reported() {
    let place = tempfile::tempdir().expect("a temporary folder");
    fs::write(place.path().join("network.toml"), NETWORK).expect("a file");
    fs::write(place.path().join("flows.gz"), b"\x1f\x8b\x08\x00rest").expect("a file");
    let mut command = Command::cargo_bin("updraft").expect("the program is built");
    command.current_dir(place.path()).args(["replay", "network.toml", "flows.gz", "-o", "-"]);
    command.assert().code(3).stderr(contains("a gzip archive").and(contains("unpack it first")));
}
