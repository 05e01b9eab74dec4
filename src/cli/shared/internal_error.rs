//! Internal errors: a panic ends the program with exit code 1 and a message that says what to report.

use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::atomic::{AtomicBool, Ordering};

use super::exit::Exit;
use super::terminal::complain;

/// Runs `work`. If it panics, on whichever thread, the first panic is told and the exit code is that of a failure.
/// With `RUST_BACKTRACE` set, the backtrace follows.
pub(in crate::cli) fn report(work: impl FnOnce() -> Exit) -> Exit {
    static IS_TOLD: AtomicBool = AtomicBool::new(false);
    let with_backtrace = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        // Other threads may fail of the same cause.
        if IS_TOLD.swap(true, Ordering::SeqCst) {
            return;
        }
        complain(&message(info));
        if std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0") {
            with_backtrace(info);
        }
    }));
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or(Exit::Failed)
}

/// What happened, where, and what to do.
fn message(info: &PanicHookInfo<'_>) -> String {
    let cause = info.payload_as_str().unwrap_or("no message");
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let version = env!("CARGO_PKG_VERSION");
    let commit =
        option_env!("UPDRAFT_COMMIT").map_or(String::new(), |commit| format!(", commit {commit}"));
    format!(
        "error: internal error at {place}: {cause}\n\
         This is a fault of updraft {version}{commit}. Report it to the project with this message, the command line \
         and its input files.\n"
    )
}
