//! Internal errors: a panic ends the program with exit code 1 and a message that says what to report.

use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};

use super::exit::Exit;
use super::terminal::complain;

/// Runs `work`. If it panics, on any thread, the first panic is reported and the exit code is that of a failure. With
/// `RUST_BACKTRACE` set, the backtrace follows.
pub(in crate::cli) fn report(work: impl FnOnce() -> Exit) -> Exit {
    static IS_TOLD: AtomicBool = AtomicBool::new(false);
    let with_backtrace = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        // Other threads may fail for the same reason.
        if IS_TOLD.swap(true, Ordering::SeqCst) {
            return;
        }
        let cause = info.payload_as_str().unwrap_or("no message");
        complain(&message(&info.location().map(ToString::to_string).unwrap_or_default(), cause));
        if std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0") {
            with_backtrace(info);
        }
    }));
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or(Exit::Failed)
}

/// Runs `work` inside another program, whose own hook says where a panic was. If it panics, that is reported and the
/// exit code is that of a failure.
pub(in crate::cli) fn contain(work: impl FnOnce() -> Exit) -> Exit {
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|cause| {
        let text = cause.downcast_ref::<&str>().copied();
        let text = text.or_else(|| cause.downcast_ref::<String>().map(String::as_str));
        complain(&message("a place on standard error", text.unwrap_or("no message")));
        Exit::Failed
    })
}

/// The error, its position, and advice.
fn message(place: &str, cause: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let commit =
        option_env!("UPDRAFT_COMMIT").map_or(String::new(), |commit| format!(", commit {commit}"));
    format!(
        "error: internal error at {place}: {cause}\n\
         This is a fault of updraft {version}{commit}. Report it to the project with this message, the command line \
         and its input files.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_failure_on_whichever_thread() {
        let hook = panic::take_hook();
        let here = report(|| panic!("planted"));
        let elsewhere = report(|| {
            let thread = std::thread::spawn(|| panic!("planted"));
            thread.join().map_or_else(|cause| panic::resume_unwind(cause), |()| Exit::Done)
        });
        let none = report(|| Exit::NotMet);
        panic::set_hook(hook);
        assert_eq!([here, elsewhere, none], [Exit::Failed, Exit::Failed, Exit::NotMet]);
    }

    #[test]
    fn the_message_says_where_and_what_to_report() {
        let told = message("src/network/roster.rs:234:9", "attempt to subtract with overflow");
        assert!(
            told.starts_with("error: internal error at src/network/roster.rs:234:9: attempt to")
        );
        let version = concat!("updraft ", env!("CARGO_PKG_VERSION"));
        for words in [version, "Report it", "command line", "input files"] {
            assert!(told.contains(words), "{words}: {told}");
        }
        assert_eq!(told.lines().count(), 2);
    }
}
