//! The engine of updraft for the live page, as WebAssembly without imports.
//!
//! A page writes a request into the memory at `place(length)`, calls `ask()`, and reads the reply: `length()` bytes at
//! `reply()`. Requests and replies are JSON ([`updraft::answer::live`]). If a call traps, the reply is the panic's message.

#![expect(unsafe_code, reason = "exports have unmangled names; nothing else is unsafe")]

use std::sync::{Mutex, MutexGuard, PoisonError};

use updraft::answer::live::Engine;

/// The request, or the reply.
static TEXT: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static ENGINE: Mutex<Option<Engine>> = Mutex::new(None);

fn text() -> MutexGuard<'static, Vec<u8>> {
    TEXT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes room for a request of `length` bytes and answers where.
#[unsafe(no_mangle)]
pub extern "C" fn place(length: usize) -> *mut u8 {
    let mut text = text();
    text.clear();
    text.resize(length, 0);
    text.as_mut_ptr()
}

/// Carries the request out.
#[unsafe(no_mangle)]
pub extern "C" fn ask() {
    let request = std::mem::take(&mut *text());
    let mut engine = ENGINE.lock().unwrap_or_else(PoisonError::into_inner);
    let engine = engine.get_or_insert_with(|| {
        std::panic::set_hook(Box::new(|panic| *text() = panic.to_string().into_bytes()));
        Engine::default()
    });
    let reply = engine.ask(&String::from_utf8_lossy(&request));
    *text() = reply.into_bytes();
}

/// Where the reply is.
#[unsafe(no_mangle)]
pub extern "C" fn reply() -> *const u8 {
    text().as_ptr()
}

/// The length of the reply in bytes.
#[unsafe(no_mangle)]
pub extern "C" fn length() -> usize {
    text().len()
}
