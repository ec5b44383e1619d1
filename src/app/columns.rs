//! Tables at the terminal: columns that line up, also where a character takes the room of two.

use unicode_width::UnicodeWidthStr;

const GAP: usize = 2;

/// One line for each row; the first column begins at the left, the others end at the right.
pub(super) fn lines(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width_of = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.width()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width_of).collect();
    rows.iter().map(|row| line(row, &widths)).collect()
}

fn line(row: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (at, (cell, width)) in row.iter().zip(widths).enumerate() {
        let room = " ".repeat(width.saturating_sub(cell.width()));
        let parts = if at == 0 { [cell.as_str(), &room] } else { [room.as_str(), cell] };
        line.push_str(&" ".repeat(if at == 0 { 0 } else { GAP }));
        parts.into_iter().for_each(|part| line.push_str(part));
    }
    line.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_whatever_stands_in_them() {
        let rows = [["课程", "题"], ["T01", "128"], ["一共", "✓"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(lines(&rows), ["课程   题", "T01   128", "一共    ✓"]);
    }
}
