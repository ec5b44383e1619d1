//! Days and times of the clock as people write them: 3 月 9 日, 明天, 9 点半, 下午 2:30. Read, never said.

use unicode_normalization::UnicodeNormalization;

use crate::kernel::Day;

/// What may stand between times.
const BETWEEN: &str = " -~,;\u{2013}\u{2014}到至、，；和分";
/// Parts of the day: from which on hours below twelve are those of the afternoon.
const MORNING: [&str; 3] = ["上午", "早上", "早晨"];
const AFTERNOON: [&str; 3] = ["下午", "晚上", "傍晚"];
/// A date more than so many days back is meant for the next year.
const LOOKS_BACK_DAYS: i64 = 180;

/// The times in `text`, in minutes after midnight, as they come; `None` where anything else stands in it.
#[must_use]
pub fn times_in(text: &str) -> Option<Vec<u32>> {
    let text: String = text.nfkc().collect();
    let (mut rest, mut times, mut is_afternoon) = (text.as_str(), Vec::new(), false);
    while let Some(first) = rest.chars().next() {
        if let Some(after) = MORNING.iter().find_map(|word| rest.strip_prefix(word)) {
            (rest, is_afternoon) = (after, false);
        } else if let Some(after) = AFTERNOON.iter().find_map(|word| rest.strip_prefix(word)) {
            (rest, is_afternoon) = (after, true);
        } else if first.is_ascii_digit() {
            let (minute, after) = time_at(rest)?;
            times.push(if is_afternoon && minute < 12 * 60 { minute + 12 * 60 } else { minute });
            rest = after;
        } else if BETWEEN.contains(first) || first.is_whitespace() {
            rest = rest.get(first.len_utf8()..)?;
        } else {
            return None;
        }
    }
    Some(times)
}

/// The time that `text` begins with, and what stands behind it.
fn time_at(text: &str) -> Option<(u32, &str)> {
    let (hour, rest) = number_at(text)?;
    let (minute, rest) = if let Some(after) = rest.strip_prefix(':') {
        number_at(after)?
    } else if let Some(after) = rest.strip_prefix(['点', '时']) {
        match after.strip_prefix('半') {
            Some(after) => (30, after),
            None => number_at(after).unwrap_or((0, after)),
        }
    } else {
        (0, rest)
    };
    (hour <= 24 && minute < 60 && hour * 60 + minute <= 24 * 60).then_some((hour * 60 + minute, rest))
}

/// The number of one to four digits that `text` begins with.
fn number_at(text: &str) -> Option<(u32, &str)> {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(end)?;
    let number = digits.parse().ok().filter(|_| end <= 4)?;
    Some((number, rest))
}

/// The one time in `text`.
#[must_use]
pub fn time_in(text: &str) -> Option<u32> {
    match times_in(text)?.as_slice() {
        [time] => Some(*time),
        _ => None,
    }
}

/// The day that `text` names: with its year or without, or today, tomorrow, the day after.
#[must_use]
pub fn day_in(text: &str, today: Day) -> Option<Day> {
    let text: String = text.nfkc().collect();
    match text.trim() {
        "今天" => return Some(today),
        "明天" => return Some(today.plus_days(1)),
        "后天" => return Some(today.plus_days(2)),
        _ => {}
    }
    let is_part = |c: char| c.is_ascii_digit() || c.is_whitespace() || "-./年月日号".contains(c);
    if !text.chars().all(is_part) {
        return None;
    }
    let numbers: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let day = |year: i32, month: &str, day: &str| {
        let (month, day): (u32, u32) = (month.parse().ok()?, day.parse().ok()?);
        Day::parse(&format!("{year:04}-{month:02}-{day:02}"))
    };
    match numbers.as_slice() {
        [year, month, date] if year.len() == 4 => day(year.parse().ok()?, month, date),
        [month, date] => {
            let this_year = day(today.year(), month, date);
            match this_year {
                Some(this) if today.days_since(this) <= LOOKS_BACK_DAYS => Some(this),
                _ => day(today.year() + 1, month, date),
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_however_they_are_written() {
        let cases: [(&str, Option<&[u32]>); 12] = [
            ("8:30-11:30 14:00-17:00", Some(&[510, 690, 840, 1020])),
            ("8：30到11：30、14点到17点", Some(&[510, 690, 840, 1020])),
            ("上午 9 点 半", None),
            ("上午9点半", Some(&[570])),
            ("下午2点到下午4:30", Some(&[840, 990])),
            ("9点05分", Some(&[545])),
            ("９", Some(&[540])),
            ("", Some(&[])),
            ("25:00", None),
            ("9:60", None),
            ("早点来", None),
            ("24:00", Some(&[1440])),
        ];
        for (text, expected) in cases {
            assert_eq!(times_in(text).as_deref(), expected.map(<[u32]>::as_ref), "{text}");
        }
        assert_eq!((time_in("9点"), time_in("9点10点"), time_in("")), (Some(540), None, None));
    }

    #[test]
    fn days_are_read_with_their_year_or_without() {
        let today = Day::parse("2026-11-26").unwrap();
        let cases = [
            ("2026-12-01", Some("2026-12-01")),
            ("2026 年 12 月 1 日", Some("2026-12-01")),
            ("12月1日", Some("2026-12-01")),
            ("11-20", Some("2026-11-20")),
            ("3/9", Some("2027-03-09")),
            ("明天", Some("2026-11-27")),
            ("2月30日", None),
            ("下周", None),
            ("12", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(day_in(text, today), expected.and_then(Day::parse), "{text}");
        }
    }
}
