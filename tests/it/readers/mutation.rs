//! Small changes of inputs, like those of a fuzzer, from a fixed seed and without feedback.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Fragments that readers treat specially.
const PIECES: &[&[u8]] = &[
    b"\"",
    b"\\",
    b"[",
    b"]]",
    b"{",
    b"}",
    b"=",
    b",",
    b";",
    b"\n",
    b"\r\n",
    b"\t",
    b"\0",
    b"#",
    b"0",
    b"-1",
    b"9223372036854775807",
    b"18446744073709551616",
    b"1e400",
    b"nan",
    b"inf",
    b"0.0000000000000000001",
    b"\xef\xbb\xbf",
    b"\xff",
    b"\xc2\xa0",
    b"\xe2\x80\xae",
    b"%",
    b"\x1b[2J",
    b"10.0.0.0/0",
    b"255.255.255.255/32",
    b"::/0",
    b"true",
    b"null",
    b"&lt;",
    b"<!ENTITY a \"b\">",
    b"]]>",
];

/// A source of mutations.
pub(crate) struct Mutation(ChaCha8Rng);

impl Mutation {
    /// The mutations of `seed`.
    pub(crate) fn from_seed(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    fn below(&mut self, end: usize) -> usize {
        let number = self.0.next_u64() % (end.max(1) as u64);
        usize::try_from(number).expect("below a length")
    }

    /// One of `inputs`, changed in up to four places.
    pub(crate) fn of(&mut self, inputs: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = inputs[self.below(inputs.len())].clone();
        for _ in 0..=self.below(4) {
            self.change(&mut bytes, inputs);
        }
        bytes
    }

    fn change(&mut self, bytes: &mut Vec<u8>, inputs: &[Vec<u8>]) {
        let at = self.below(bytes.len() + 1);
        let span = at..(at + 1 + self.below(12)).min(bytes.len()).max(at);
        match self.below(7) {
            0 => {
                bytes.drain(span);
            }
            1 => {
                let piece = PIECES[self.below(PIECES.len())];
                bytes.splice(at..at, piece.iter().copied());
            }
            2 => {
                let piece = PIECES[self.below(PIECES.len())];
                bytes.splice(span, piece.iter().copied());
            }
            3 if !bytes.is_empty() => {
                let at = self.below(bytes.len());
                bytes[at] ^= 1 << self.below(8);
            }
            4 => {
                // A repeated line, or a part of another input.
                let other = &inputs[self.below(inputs.len())];
                let from = self.below(other.len() + 1);
                let part = other[from..(from + self.below(80)).min(other.len())].to_vec();
                bytes.splice(at..at, part);
            }
            5 => bytes.truncate(at),
            _ => {
                let part = bytes[span].to_vec();
                let times = 1 + self.below(20);
                bytes.splice(at..at, part.repeat(times));
            }
        }
    }
}
