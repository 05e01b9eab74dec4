//! Runs a command of the command line in this process.

use std::ffi::OsString;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

/// How often Python's signals are looked at and progress is passed on.
const PERIOD: Duration = Duration::from_millis(50);

/// What a command has told.
#[pyclass(frozen, get_all, module = "updraft._native")]
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The exit code.
    exit: u8,
    /// What the command line prints to standard output.
    answer: String,
    /// What the command line prints to standard error.
    messages: String,
}

/// Runs the command `words`, such as `["updraft", "check", "-"]`, without the interpreter's lock. `input` is the name
/// and the text of standard input. `progress` is called on this thread with the last line of `--progress json`.
/// A signal whose handler raises, such as Ctrl-C, stops the command, which keeps what the command line would keep.
#[pyfunction]
#[pyo3(signature = (words, input=None, progress=None))]
pub(crate) fn carry_out(
    py: Python<'_>,
    words: Vec<OsString>,
    input: Option<(String, String)>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Outcome> {
    let stop = Arc::new(AtomicBool::new(false));
    let (tell, mut told) = mpsc::channel();
    let by = updraft::Embedding {
        input,
        stop: Arc::clone(&stop),
        progress: Box::new(move |line| {
            // Nobody listens once the call was given up.
            let _ = tell.send(line.to_string());
        }),
    };
    let working = thread::Builder::new().spawn(move || updraft::embedded(words, by))?;
    let mut raised = None;
    // The channel closes when the command ends, because its end is a part of the command.
    while let ControlFlow::Continue(line) = py.detach(|| last_within_a_period(&mut told)) {
        let passed_on = match (progress, line) {
            (Some(progress), Some(line)) => progress.call1((line,)).map(drop),
            _ => Ok(()),
        };
        if let Err(error) = passed_on.and_then(|()| py.check_signals()) {
            stop.store(true, Ordering::SeqCst);
            raised.get_or_insert(error);
        }
    }
    let ended = py.detach(|| working.join());
    match (raised, ended) {
        (Some(error), _) => Err(error),
        (None, Ok(updraft::Told { exit, answer, messages })) => {
            Ok(Outcome { exit, answer, messages })
        }
        (None, Err(_)) => Err(PyRuntimeError::new_err("the command's thread panicked")),
    }
}

/// The last line that arrives within a period, if one does, until the command has ended.
fn last_within_a_period(told: &mut mpsc::Receiver<String>) -> ControlFlow<(), Option<String>> {
    let first = match told.recv_timeout(PERIOD) {
        Ok(line) => line,
        Err(RecvTimeoutError::Timeout) => return ControlFlow::Continue(None),
        Err(RecvTimeoutError::Disconnected) => return ControlFlow::Break(()),
    };
    ControlFlow::Continue(told.try_iter().last().or(Some(first)))
}

/// Runs the program with `words`, the program's name first; returns its exit code.
#[pyfunction]
pub(crate) fn program(py: Python<'_>, words: Vec<OsString>) -> u8 {
    py.detach(|| updraft::program(words))
}

/// The version of updraft.
#[pyfunction]
pub(crate) fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}
