//! Signals that end the program. Before a command watches for them, a signal ends the program at once. While it
//! watches, the first signal takes effect at the next sample, so that finished work can be kept; a second one ends the
//! program at once.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use super::exit::Exit;
use super::host::Host;

/// Ctrl-C and SIGTERM. The signal for a closed terminal is left to `nohup`, which a handler would override.
const SIGNALS: [i32; 2] = [SIGINT, SIGTERM];

/// Whether a signal ends the program at once.
static ENDS_AT_ONCE: LazyLock<Arc<AtomicBool>> = LazyLock::new(|| Arc::new(AtomicBool::new(true)));

/// Makes signals end the program at once, with the exit code of an interruption, until a command watches for them.
pub(in crate::cli) fn end_at_once() {
    for number in SIGNALS {
        let exit = exit_after(number) as i32;
        let _ = flag::register_conditional_shutdown(number, exit, Arc::clone(&ENDS_AT_ONCE));
    }
}

/// Whether the program has been told to end, and by which signal.
#[derive(Debug)]
pub(in crate::cli) struct Interruption {
    is_asked: Arc<AtomicBool>,
    signal: Arc<AtomicUsize>,
}

impl Interruption {
    /// Watches from now on; inside another program for its flag. A signal that cannot be watched for ends the program at
    /// once, as by default.
    pub(in crate::cli) fn watch() -> Self {
        if let Some(is_asked) = Host::current().stop() {
            return Self { is_asked, signal: Arc::default() };
        }
        // As if one had arrived already: a signal that arrives while the handlers are installed, before any work is
        // done, ends the program and is not lost.
        let (is_asked, signal) = (Arc::new(AtomicBool::new(true)), Arc::default());
        for number in SIGNALS {
            // In this order: the program ends if an earlier signal has set the flag.
            let exit = exit_after(number) as i32;
            let _ = flag::register_conditional_shutdown(number, exit, Arc::clone(&is_asked));
            let value = usize::try_from(number).unwrap_or_default();
            let _ = flag::register_usize(number, Arc::clone(&signal), value);
            let _ = flag::register(number, Arc::clone(&is_asked));
        }
        is_asked.store(false, Ordering::SeqCst);
        ENDS_AT_ONCE.store(false, Ordering::SeqCst);
        Self { is_asked, signal }
    }

    /// The flag that a signal sets.
    pub(in crate::cli) fn flag(&self) -> &AtomicBool {
        &self.is_asked
    }

    /// Whether a signal has arrived.
    pub(in crate::cli) fn is_asked(&self) -> bool {
        self.is_asked.load(Ordering::SeqCst)
    }

    /// The exit of a program that stops at a signal.
    pub(in crate::cli) fn exit(&self) -> Exit {
        match self.signal.load(Ordering::SeqCst) {
            // An embedding program stops a command as Ctrl-C does.
            0 => Exit::Interrupted,
            signal => exit_after(i32::try_from(signal).unwrap_or(SIGINT)),
        }
    }
}

/// The exit code for a signal: Ctrl-C is an interruption, SIGTERM leaves the work incomplete.
fn exit_after(signal: i32) -> Exit {
    if signal == SIGINT { Exit::Interrupted } else { Exit::Incomplete }
}
