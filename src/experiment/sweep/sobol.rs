//! The Sobol' sequence.
//!
//! Direction numbers: S. Joe and F. Y. Kuo, "Constructing Sobol sequences with better two-dimensional
//! projections", SIAM J. Sci. Comput. 30 (2008) 2635–2654, table `new-joe-kuo-6.21201`.

/// A primitive polynomial over GF(2): its degree, its inner coefficients, and the first numbers.
type Row = (u32, u32, &'static [u32]);

/// Dimensions 2 to 21; the first is the van der Corput sequence.
const TABLE: [Row; 20] = [
    (1, 0, &[1]),
    (2, 1, &[1, 3]),
    (3, 1, &[1, 3, 1]),
    (3, 2, &[1, 1, 1]),
    (4, 1, &[1, 1, 3, 3]),
    (4, 4, &[1, 3, 5, 13]),
    (5, 2, &[1, 1, 5, 5, 17]),
    (5, 4, &[1, 1, 5, 5, 5]),
    (5, 7, &[1, 1, 7, 11, 19]),
    (5, 11, &[1, 1, 5, 1, 1]),
    (5, 13, &[1, 1, 1, 3, 11]),
    (5, 14, &[1, 3, 5, 5, 31]),
    (6, 1, &[1, 3, 3, 9, 7, 49]),
    (6, 13, &[1, 1, 1, 15, 21, 21]),
    (6, 16, &[1, 3, 1, 13, 27, 49]),
    (6, 19, &[1, 1, 1, 15, 7, 5]),
    (6, 22, &[1, 3, 1, 15, 13, 25]),
    (6, 25, &[1, 1, 5, 5, 19, 61]),
    (7, 1, &[1, 3, 7, 11, 23, 15, 103]),
    (7, 4, &[1, 3, 7, 13, 13, 15, 69]),
];

/// The number of dimensions of the table.
pub(in crate::experiment) const DIMENSIONS: usize = TABLE.len() + 1;

/// Direction numbers of a dimension (from 0), the first in the highest bit.
pub(super) fn directions(dimension: usize) -> [u32; 32] {
    let mut all = [0; 32];
    let Some((degree, inner, first)) = dimension.checked_sub(1).map(|row| TABLE[row]) else {
        return std::array::from_fn(|place| 1 << (31 - place));
    };
    let degree = degree as usize;
    for place in 0..32 {
        if let Some(number) = first.get(place) {
            all[place] = number << (31 - place);
            continue;
        }
        // The recurrence of the polynomial: x^s + a_1 x^(s−1) + … + 1.
        let mut next = all[place - degree] ^ (all[place - degree] >> degree);
        for term in 1..degree {
            if inner >> (degree - 1 - term) & 1 == 1 {
                next ^= all[place - term];
            }
        }
        all[place] = next;
    }
    all
}

/// Number `index` of the sequence in the dimension with these direction numbers, as a fraction of 2³².
pub(super) fn number(directions: &[u32; 32], index: u32) -> u32 {
    let set = (0..32).filter(|place| index >> place & 1 == 1);
    set.fold(0, |number, place| number ^ directions[place])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_points_are_the_known_ones() {
        // In eighths, by the bits of the index and not by its Gray code.
        let first = |dimension| {
            let of = directions(dimension);
            (0..8).map(|index| number(&of, index) >> 29).collect::<Vec<_>>()
        };
        assert_eq!(first(0), [0, 4, 2, 6, 1, 5, 3, 7]);
        assert_eq!(first(1), [0, 4, 6, 2, 5, 1, 3, 7]);
        assert_eq!(first(2), [0, 4, 6, 2, 3, 7, 5, 1]);
    }

    #[test]
    fn each_dimension_alone_is_stratified() {
        for dimension in 0..DIMENSIONS {
            let of = directions(dimension);
            for bits in 1..=10 {
                let mut seen: Vec<u32> =
                    (0..1 << bits).map(|index| number(&of, index) >> (32 - bits)).collect();
                seen.sort_unstable();
                assert!(seen.iter().copied().eq(0..1 << bits), "{dimension}, {bits} bits");
            }
        }
    }

    #[test]
    fn the_first_two_dimensions_are_a_net() {
        let [x, y] = [directions(0), directions(1)];
        // A (0, 10, 2)-net: every box of area 2⁻¹⁰ holds exactly one of 2¹⁰ points.
        for across in 0..=10 {
            let mut boxes = vec![0; 1 << 10];
            for index in 0..1 << 10 {
                let column = u64::from(number(&x, index)) >> (32 - across);
                let row = u64::from(number(&y, index)) >> (22 + across);
                boxes[usize::try_from((column << (10 - across)) | row).unwrap()] += 1;
            }
            assert!(boxes.iter().all(|count| *count == 1), "{across} bits across");
        }
    }
}
