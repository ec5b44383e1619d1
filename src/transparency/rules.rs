//! How C2SP's tlog-tiles names tiles. Pure.

/// Hashes in a full tile.
pub(super) const FULL: u64 = 256;

/// The tile named by `level/index` or `level/index.p/width`, where the index is written in groups of three digits, all but the last with an
/// `x` before them: `x001/x234/067`. Its level, its index, and how many of its hashes are asked for.
pub(super) fn tile_named(path: &str) -> Option<(u32, u64, u64)> {
    let (path, width) = match path.split_once(".p/") {
        Some((path, width)) => (path, plain(width).filter(|width| (1..FULL).contains(width))?),
        None => (path, FULL),
    };
    let (level, index) = path.split_once('/')?;
    let level = plain(level).and_then(|level| u32::try_from(level).ok()).filter(|level| *level < 64)?;
    let groups: Vec<&str> = index.split('/').collect();
    let (last, others) = groups.split_last()?;
    let mut number = 0_u64;
    for (at, group) in others.iter().map(|group| group.strip_prefix('x')).chain([Some(*last)]).enumerate() {
        let group = group.filter(|group| group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit()))?;
        if at == 0 && group == "000" && !others.is_empty() {
            return None;
        }
        number = number.checked_mul(1000)?.checked_add(group.parse().ok()?)?;
    }
    Some((level, number, width))
}

/// A number in its only form.
fn plain(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_have_one_name_each() {
        let named = [
            ("0/000", (0, 0, 256)),
            ("0/067.p/12", (0, 67, 12)),
            ("2/x001/x234/067", (2, 1_234_067, 256)),
            ("63/x018/x446/x744/x073/x709/x551/615", (63, u64::MAX, 256)),
        ];
        for (path, tile) in named {
            assert_eq!(tile_named(path), Some(tile), "{path}");
        }
        let wrong = "|0|0/|0/1|0/0001|00/000|+0/000|64/000|0/x000/001|0/001/002|0/x001|0/000.p/0|0/000.p/256|0/000.p/01|0/000.p/|-1/000|\
            0/x018/x446/x744/x073/x709/x551/616|0/\u{ff10}\u{ff10}\u{ff10}|entries/000";
        for path in wrong.split('|') {
            assert_eq!(tile_named(path), None, "{path}");
        }
    }
}
