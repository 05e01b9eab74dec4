//! Text in aligned columns.

/// The alignment of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Left, for words.
    Left,
    /// Right, for numbers; the last column contains words.
    Right,
}

/// A wider cell takes the room that it needs without widening its column.
const WIDEST: usize = 32;

/// A line for each row, all with the same number of cells, separated by two spaces.
pub fn aligned(rows: &[Vec<String>], side: Side) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let widest = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> =
        (0..columns).filter_map(widest).map(|width| width.min(WIDEST)).collect();
    let line = |row: &Vec<String>| {
        let cell = |(place, (text, width)): (usize, (&String, &usize))| match side {
            Side::Right if place + 1 < columns => format!("{text:>width$}"),
            _ => format!("{text:width$}"),
        };
        let cells: Vec<String> = row.iter().zip(&widths).enumerate().map(cell).collect();
        cells.join("  ").trim_end().to_string() + "\n"
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_one_below_the_other_and_a_sentence_keeps_nobody_waiting() {
        let sentence = "as long as it takes to say what there is to be said";
        let rows = [["μ*", "1", "a"], ["12 s", sentence, "b"]];
        let rows = rows.map(|row| row.map(String::from).to_vec());
        let [left, right] = [Side::Left, Side::Right].map(|side| aligned(&rows, side));
        assert_eq!(left, format!("μ*    {:32}  a\n12 s  {sentence}  b\n", "1"));
        assert_eq!(right, format!("  μ*  {:>32}  a\n12 s  {sentence}  b\n", "1"));
        assert_eq!(aligned(&[], Side::Left), "");
    }
}
