//! Placement of labels next to their curves without overlap.

use super::canvas::{SMALL, TEXT, width};

/// A position in pixels.
type Point = (i32, i32);

/// A box: left, top, right, bottom.
pub(in crate::report) type Frame = (i32, i32, i32, i32);

/// The distance between a curve and its label.
const GAP: i32 = 14;
/// The minimum distance of a label to any other curve.
const CLEAR: i32 = 32;
/// Beyond this distance, more is not better.
const FAR: i32 = 130;
/// The distance between candidate positions along a curve.
const STEP: i32 = 16;

/// The frame of each curve's label inside `plot`; `None` if not all can be placed: then a legend is needed.
pub(in crate::report) fn place(curves: &[(&str, Vec<Point>)], plot: Frame) -> Option<Vec<Frame>> {
    let dense: Vec<Vec<Point>> = curves.iter().map(|(_, points)| densely(points)).collect();
    let mut placed: Vec<Frame> = Vec::new();
    for (own, (text, _)) in curves.iter().enumerate() {
        let size = (width(text, TEXT), TEXT * 7 / 10);
        let mut best: Option<(i32, Frame)> = None;
        for point in dense[own].iter().step_by(2) {
            for frame in around(*point, size) {
                let Some(score) = score(frame, own, &dense, &placed, plot) else { continue };
                if best.is_none_or(|(most, _)| score > most) {
                    best = Some((score, frame));
                }
            }
        }
        placed.push(best?.1);
    }
    Some(placed)
}

/// The quality of a position, its distance to other elements; `None` if it is impossible.
fn score(
    frame: Frame,
    own: usize,
    curves: &[Vec<Point>],
    placed: &[Frame],
    plot: Frame,
) -> Option<i32> {
    if !is_inside(frame, plot) || placed.iter().any(|other| meets(frame, *other)) {
        return None;
    }
    let mut nearest = FAR;
    for (curve, points) in curves.iter().enumerate() {
        let least = points.iter().map(|point| distance(*point, frame)).min().unwrap_or(FAR);
        if curve == own && least < GAP / 2 || curve != own && least < CLEAR {
            return None;
        }
        if curve != own {
            nearest = nearest.min(least);
        }
    }
    Some(nearest)
}

/// The top left corner of a word at each dot inside `plot`, diagonally if possible, such that it covers no dot and no
/// earlier word; `None` if that is impossible.
pub(in crate::report) fn beside(dots: &[(Point, &str)], plot: Frame) -> Vec<Option<Point>> {
    let mut placed: Vec<Frame> = Vec::new();
    let place = |(dot, word): &(Point, &str)| {
        let corners = around(*dot, (width(word, SMALL), SMALL * 7 / 10));
        let order = [6, 5, 4, 7, 0, 1, 2, 3].map(|corner: usize| corners[corner]);
        let is_free = |frame: &Frame| {
            is_inside(*frame, plot)
                && dots.iter().all(|(other, _)| distance(*other, *frame) > 0)
                && !placed.iter().any(|other| meets(*frame, *other))
        };
        let frame = order.into_iter().find(is_free)?;
        placed.push(frame);
        Some((frame.0, frame.1))
    };
    dots.iter().map(place).collect()
}

fn is_inside(frame: Frame, plot: Frame) -> bool {
    frame.0 >= plot.0 + GAP
        && frame.1 >= plot.1 + GAP
        && frame.2 <= plot.2
        && frame.3 <= plot.3 - GAP
}

/// Whether two boxes are nearer than permitted.
fn meets(one: Frame, other: Frame) -> bool {
    one.0 < other.2 + GAP && other.0 < one.2 + GAP && one.1 < other.3 + GAP && other.1 < one.3 + GAP
}

/// Boxes of a given size next to a point: right, left, above, below and between.
fn around((x, y): Point, (wide, high): (i32, i32)) -> [Frame; 8] {
    let at = |left: i32, top: i32| (left, top, left + wide, top + high);
    let (right, left) = (x + GAP, x - GAP - wide);
    let (above, below) = (y - GAP - high, y + GAP);
    [
        at(right, y - high / 2),
        at(left, y - high / 2),
        at(x - wide / 2, above),
        at(x - wide / 2, below),
        at(right, below),
        at(left, above),
        at(right, above),
        at(left, below),
    ]
}

/// The distance of a point to a box along the farther axis, 0 inside.
fn distance((x, y): Point, (left, top, right, bottom): Frame) -> i32 {
    let dx = (left - x).max(x - right).max(0);
    let dy = (top - y).max(y - bottom).max(0);
    dx.max(dy)
}

/// The points with interpolated ones, at most half a step apart.
fn densely(points: &[Point]) -> Vec<Point> {
    let mut dense: Vec<Point> = points.first().copied().into_iter().collect();
    for pair in points.windows(2) {
        let (dx, dy) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
        let parts = (dx.abs().max(dy.abs()) / (STEP / 2)).max(1);
        dense.extend(
            (1..=parts).map(|part| (pair[0].0 + dx * part / parts, pair[0].1 + dy * part / parts)),
        );
    }
    dense
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLOT: Frame = (0, 0, 1000, 600);

    #[test]
    fn labels_stand_clear_of_all_curves_and_of_each_other() {
        let curves = [
            ("server", vec![(0, 590), (500, 590), (520, 20), (990, 20)]),
            ("direct", vec![(0, 590), (900, 20), (990, 20)]),
        ];
        let frames = place(&curves, PLOT).expect("there is room");
        for (own, frame) in frames.iter().enumerate() {
            for (curve, (_, points)) in curves.iter().enumerate() {
                let least = densely(points).iter().map(|at| distance(*at, *frame)).min();
                let least = least.expect("points");
                assert!(if curve == own { least <= GAP } else { least >= CLEAR }, "{least}");
            }
        }
        assert!(
            frames[0].2 < frames[1].0
                || frames[1].2 < frames[0].0
                || frames[0].3 < frames[1].1
                || frames[1].3 < frames[0].1
        );
    }

    #[test]
    fn curves_that_coincide_have_a_legend() {
        let flat = vec![(0, 590), (990, 590)];
        assert_eq!(place(&[("server", flat.clone()), ("direct", flat)], PLOT), None);
    }

    #[test]
    fn labels_of_points_overlap_nothing_or_are_omitted() {
        let alone = beside(&[((500, 500), "7")], PLOT);
        assert!(alone[0].is_some_and(|(left, top)| left > 500 && top < 500), "{alone:?}");
        let crowd = beside(&[((500, 500), "1"), ((502, 500), "2"), ((900, 500), "3")], PLOT);
        assert_eq!(crowd[2].map(|at| at.0 - 900), alone[0].map(|at| at.0 - 500));
        let frames: Vec<Frame> = crowd
            .iter()
            .flatten()
            .map(|(left, top)| (*left, *top, left + width("1", SMALL), top + SMALL * 7 / 10))
            .collect();
        for (nth, one) in frames.iter().enumerate() {
            assert!(frames[..nth].iter().all(|other| !meets(*one, *other)), "{crowd:?}");
        }
        let heap: Vec<(Point, &str)> = vec![((500, 500), "12"); 6];
        assert_eq!(beside(&heap, PLOT).iter().flatten().count(), 4, "one at each corner");
        let corner = beside(&[((0, 600), "4"), ((0, 600), "5")], PLOT);
        assert_eq!(corner.iter().flatten().count(), 1, "nothing stands on the axes: {corner:?}");
    }
}
