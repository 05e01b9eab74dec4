//! Signals that ask the program to end. The first is obeyed at the next sample, so that what is done
//! can be kept; a second ends the program at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use super::exit::Exit;

/// Ctrl-C and a request to end. That a terminal is closed is left to `nohup`, which a handler would
/// override.
const SIGNALS: [i32; 2] = [SIGINT, SIGTERM];

/// Whether the program has been asked to end, and by which signal.
#[derive(Debug)]
pub(super) struct Interruption {
    is_asked: Arc<AtomicBool>,
    signal: Arc<AtomicUsize>,
}

impl Interruption {
    /// Listens from now on. A signal that cannot be listened to ends the program at once, as it does
    /// without this.
    pub(super) fn watch() -> Self {
        let (is_asked, signal) = (Arc::new(AtomicBool::new(false)), Arc::default());
        for number in SIGNALS {
            // In this order: what ends the program is that an earlier signal has asked.
            let exit = exit_after(number) as i32;
            let _ = flag::register_conditional_shutdown(number, exit, Arc::clone(&is_asked));
            let value = usize::try_from(number).unwrap_or_default();
            let _ = flag::register_usize(number, Arc::clone(&signal), value);
            let _ = flag::register(number, Arc::clone(&is_asked));
        }
        Self { is_asked, signal }
    }

    /// The flag that a signal raises.
    pub(super) fn flag(&self) -> &AtomicBool {
        &self.is_asked
    }

    /// Whether it was asked to end.
    pub(super) fn is_asked(&self) -> bool {
        self.is_asked.load(Ordering::SeqCst)
    }

    /// How the program ends that obeys.
    pub(super) fn exit(&self) -> Exit {
        let signal = i32::try_from(self.signal.load(Ordering::SeqCst)).unwrap_or(SIGINT);
        exit_after(signal)
    }
}

/// How the program ends after a signal: people interrupt, schedulers take away.
fn exit_after(signal: i32) -> Exit {
    if signal == SIGINT { Exit::Interrupted } else { Exit::Incomplete }
}
