//! How a long command is ended from outside: by the user, or by a scheduler.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use super::exit::Exit;

/// Whether and how the process was asked to end.
#[derive(Debug)]
pub(super) struct Interruption {
    raised: Arc<AtomicBool>,
    signal: Arc<AtomicUsize>,
}

impl Interruption {
    /// Listens to Ctrl-C and to the signal of schedulers; a second Ctrl-C ends the process at once.
    ///
    /// # Errors
    /// If the system does not let us.
    pub(super) fn listen() -> io::Result<Self> {
        let raised = Arc::new(AtomicBool::new(false));
        let signal = Arc::new(AtomicUsize::new(0));
        flag::register_conditional_shutdown(SIGINT, Exit::Interrupted as i32, raised.clone())?;
        for (which, number) in [(SIGINT, 1), (SIGTERM, 2)] {
            flag::register_usize(which, signal.clone(), number)?;
            flag::register(which, raised.clone())?;
        }
        Ok(Self { raised, signal })
    }

    /// Raised once the process was asked to end.
    pub(super) fn flag(&self) -> &AtomicBool {
        &self.raised
    }

    /// How to exit: a scheduler's signal leaves something to go on with.
    pub(super) fn exit(&self) -> Exit {
        if self.signal.load(Ordering::Relaxed) == 2 { Exit::Incomplete } else { Exit::Interrupted }
    }
}
