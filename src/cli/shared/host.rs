//! Where a command runs: in the program, with standard streams and signals, or inside another program that embeds it,
//! which receives what the command tells and may stop it.

use std::cell::RefCell;
use std::fmt;
use std::io::{self, Read, Write};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

thread_local! {
    /// The program that embeds the command of this thread.
    static EMBEDDING: RefCell<Option<Arc<Embedded>>> = const { RefCell::new(None) };
}

/// What a program that embeds a command provides.
pub struct Embedding {
    /// Standard input: its name in messages, and its text.
    pub input: Option<(String, String)>,
    /// Stops the command when it is set, as Ctrl-C does.
    pub stop: Arc<AtomicBool>,
    /// Receives the lines of `--progress json`, on any thread.
    pub progress: Box<dyn Fn(&str) + Send + Sync>,
}

/// What an embedded command has told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The exit code.
    pub exit: u8,
    /// What the program would print to standard output.
    pub answer: String,
    /// What the program would print to standard error, without progress.
    pub messages: String,
}

/// A program that embeds a command, and what it was told so far.
struct Embedded {
    by: Embedding,
    answer: Mutex<Vec<u8>>,
    messages: Mutex<Vec<u8>>,
}

/// The host of a command.
#[derive(Clone)]
pub(in crate::cli) struct Host(Option<Arc<Embedded>>);

impl Host {
    /// The host of the command that this thread carries out.
    pub(in crate::cli) fn current() -> Self {
        Self(EMBEDDING.with_borrow(Clone::clone))
    }

    /// Writes a message.
    pub(in crate::cli) fn complain(&self, text: &str) {
        // If the reader has gone, the work continues.
        let _ = match &self.0 {
            None => io::stderr().lock().write_all(text.as_bytes()),
            Some(embedded) => locked(&embedded.messages).write_all(text.as_bytes()),
        };
    }

    /// Writes what `fill` writes to standard output.
    pub(in crate::cli) fn answer(
        &self,
        fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        match &self.0 {
            None => fill(&mut io::stdout().lock()),
            Some(embedded) => fill(&mut *locked(&embedded.answer)),
        }
    }

    /// Writes a line about progress.
    pub(in crate::cli) fn report_progress(&self, line: &str) {
        match &self.0 {
            None => self.complain(&format!("{line}\n")),
            Some(embedded) => (embedded.by.progress)(line),
        }
    }

    /// The name of standard input in messages.
    pub(in crate::cli) fn input_name(&self) -> String {
        match self.0.as_ref().and_then(|embedded| embedded.by.input.as_ref()) {
            None => "<stdin>".into(),
            Some((name, _)) => name.clone(),
        }
    }

    /// The content of standard input; an embedded command without one has an empty input.
    pub(in crate::cli) fn input(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        match &self.0 {
            None => {
                let _ = io::stdin().read_to_end(&mut bytes)?;
            }
            Some(embedded) => {
                bytes.extend(embedded.by.input.iter().flat_map(|(_, text)| text.bytes()));
            }
        }
        Ok(bytes)
    }

    /// The flag that stops an embedded command.
    pub(in crate::cli) fn stop(&self) -> Option<Arc<AtomicBool>> {
        self.0.as_ref().map(|embedded| Arc::clone(&embedded.by.stop))
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "embedded" } else { "program" })
    }
}

impl fmt::Debug for Embedding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { input, stop, progress: _ } = self;
        f.debug_struct("Embedding")
            .field("input", input)
            .field("stop", stop)
            .finish_non_exhaustive()
    }
}

/// Runs `work`, which returns an exit code, on this thread with its host.
pub(in crate::cli) fn embed(by: Embedding, work: impl FnOnce() -> u8) -> Told {
    let embedded = Arc::new(Embedded { by, answer: Mutex::default(), messages: Mutex::default() });
    let outer = EMBEDDING.replace(Some(Arc::clone(&embedded)));
    let exit = work();
    EMBEDDING.set(outer);
    let text = |bytes: &Mutex<Vec<u8>>| String::from_utf8_lossy(&locked(bytes)).into_owned();
    Told { exit, answer: text(&embedded.answer), messages: text(&embedded.messages) }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
