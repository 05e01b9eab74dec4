//! A command inside another program, as Python runs it: what it tells is collected, and a flag stops it.

use std::ffi::OsString;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use updraft::{Embedding, Told, embedded};

const SCENARIO: &str = include_str!("../../examples/small.toml");

/// The outcome of `command` with `input` on standard input, its lines of progress, and the flag that stops it.
fn told(command: &str, input: &str, stop: &Arc<AtomicBool>) -> (Told, Vec<String>) {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&lines);
    let by = Embedding {
        input: Some(("<text>".into(), input.into())),
        stop: Arc::clone(stop),
        progress: Box::new(move |line| heard.lock().expect("no panic").push(line.to_string())),
    };
    let told = embedded(command.split(' ').map(OsString::from), by);
    let lines = lines.lock().expect("no panic").clone();
    (told, lines)
}

#[test]
fn answers_problems_and_progress_are_collected() {
    let never = Arc::default();
    let (ran, lines) = told("updraft run - -o - --progress json --seed 7", SCENARIO, &never);
    assert_eq!((ran.exit, ran.messages.as_str()), (0, ""));
    assert!(ran.answer.starts_with("option,replication,release,metric,unit,value\n"));
    assert!(lines.len() > 10 && lines.iter().all(|line| line.starts_with('{')), "{lines:?}");
    let (wrong, _) = told("updraft check - --format json", "nmae = 1\n", &never);
    assert_eq!((wrong.exit, wrong.messages.as_str()), (3, ""));
    assert!(wrong.answer.contains("\"<text>\""), "{}", wrong.answer);
    let (misused, _) = told("updraft run --replications 0 -", "", &never);
    assert_eq!((misused.exit, misused.answer.as_str()), (2, ""));
    assert!(misused.messages.contains("--replications"), "{}", misused.messages);
}

#[test]
fn a_flag_stops_it_as_an_interruption_does() {
    let stop = Arc::new(AtomicBool::new(true));
    let (stopped, _) = told("updraft run - -o -", SCENARIO, &stop);
    assert_eq!((stopped.exit, stopped.answer.as_str()), (130, ""));
    assert!(stopped.messages.starts_with("interrupted"), "{}", stopped.messages);
    stop.store(false, Ordering::SeqCst);
    assert_eq!(told("updraft run - -o -", SCENARIO, &stop).0.exit, 0);
}
