//! Numbers that are given out, given back and given out again.

use std::collections::VecDeque;

/// Numbers given out in order and given back, of which the one that has been free longest is given out first. They are
/// kept in runs, so that numbers given back in order take no memory.
#[derive(Clone, Debug, Default)]
pub(super) struct FreeNumbers {
    /// The first number of each run, and how many follow it, itself included.
    free: VecDeque<(u32, u32)>,
    /// How many numbers have been given out for the first time.
    given: u32,
}

impl FreeNumbers {
    /// The next numbers, as many as follow each other, at most `wanted`: the first, and how many.
    ///
    /// # Panics
    /// If 2³² numbers are in use.
    pub(super) fn give(&mut self, wanted: u32) -> (u32, u32) {
        let Some((first, count)) = self.free.front_mut() else {
            let number = self.given;
            self.given = number.checked_add(wanted).expect("fewer than 2³² in use");
            return (number, wanted);
        };
        let (number, given) = (*first, wanted.min(*count));
        (*first, *count) = (number + given, *count - given);
        if *count == 0 {
            let _ = self.free.pop_front();
        }
        (number, given)
    }

    /// Gives a number back.
    pub(super) fn give_back(&mut self, number: u32) {
        match self.free.back_mut() {
            Some((first, count)) if *first + *count == number => *count += 1,
            _ => self.free.push_back((number, 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_that_has_been_free_longest_is_given_first() {
        let mut numbers = FreeNumbers::default();
        assert_eq!([2, 4].map(|wanted| numbers.give(wanted)), [(0, 2), (2, 4)]);
        for number in [3, 4, 0, 1] {
            numbers.give_back(number);
        }
        assert_eq!(numbers.free.len(), 2);
        let given = [1, 5, 5, 2].map(|wanted| numbers.give(wanted));
        assert_eq!(given, [(3, 1), (4, 1), (0, 2), (6, 2)]);
    }
}
