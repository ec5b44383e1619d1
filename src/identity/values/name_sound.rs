//! How a name may sound. 桂英 and 贵英 sound alike; 曾 is read ceng and, as a surname, zeng; and in many dialects nobody hears whether a
//! syllable begins with zh or z, with n or l, or ends in -n or -ng. What is written so or so is one sound here.

use std::collections::BTreeSet;

use pinyin::ToPinyinMulti;

use super::PersonName;

/// Ways of reading one name that are kept. Names of many characters with many readings each would have thousands.
const MOST: usize = 16;

/// The sounds of `name`, in a form that is only ever compared; the same name always has the same ones. Never empty.
#[must_use]
pub(in crate::identity) fn sounds(name: &PersonName) -> Vec<String> {
    let mut sounds = vec![String::new()];
    for character in name.as_str().chars().filter(|c| c.is_alphanumeric()) {
        let readings = readings(character);
        // Once there are too many ways, of each further character only the first reading counts.
        let most = if sounds.len() * readings.len() > MOST { 1 } else { readings.len() };
        sounds =
            sounds.iter().flat_map(|sound| readings.iter().take(most).map(move |reading| format!("{sound}{reading} "))).collect();
    }
    sounds
}

/// The readings of one character without tones, folded; its lower case where it is no Chinese one.
fn readings(character: char) -> Vec<String> {
    let Some(readings) = character.to_pinyin_multi() else { return vec![character.to_lowercase().collect()] };
    let folded: BTreeSet<String> = readings.into_iter().map(|reading| folded(reading.plain())).collect();
    folded.into_iter().collect()
}

/// What ears that do not tell certain sounds apart hear.
fn folded(syllable: &str) -> String {
    let begun = match syllable.split_at_checked(2) {
        Some((start @ ("zh" | "ch" | "sh"), rest)) => format!("{}{rest}", start.replace('h', "")),
        _ => match syllable.strip_prefix('n') {
            Some(rest) if !rest.is_empty() => format!("l{rest}"),
            _ => syllable.to_owned(),
        },
    };
    match begun.strip_suffix("ng") {
        // -ong has no short brother.
        Some(rest) if !rest.ends_with('o') => format!("{rest}n"),
        _ => begun,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str) -> Vec<String> {
        sounds(&PersonName::parse(name).unwrap())
    }

    fn meet(one: &str, other: &str) -> bool {
        of(one).iter().any(|sound| of(other).contains(sound))
    }

    #[test]
    fn names_that_are_written_otherwise_and_sound_alike_meet() {
        let pairs = [
            ("王桂英", "王贵英"),
            ("王桂英", "汪桂英"),
            ("陈建国", "程建国"),
            ("李秀兰", "李秀蓝"),
            ("刘美芳", "刘梅芳"),
            ("曾祥林", "增祥林"),
            ("单国庆", "山国庆"),
            ("仇玉珍", "裘玉珍"),
            ("解放军", "谢放军"),
            ("查桂香", "扎桂香"),
            ("区小妹", "欧小妹"),
            ("牛金花", "刘金花"),
            ("古丽·阿依", "古丽阿依"),
            ("Anna Li", "anna li"),
            ("买买提·吐尔逊", "买买提 吐尔逊"),
        ];
        for (one, other) in pairs {
            assert!(meet(one, other), "{one} {:?} and {other} {:?}", of(one), of(other));
        }
    }

    #[test]
    fn names_that_sound_otherwise_do_not_meet() {
        for (one, other) in [("王桂英", "王桂花"), ("王桂英", "李桂英"), ("李英", "李桂英"), ("张三", "张山水")]
        {
            assert!(!meet(one, other), "{one} {:?} and {other} {:?}", of(one), of(other));
        }
    }

    #[test]
    fn a_name_has_a_bounded_number_of_sounds_and_never_none() {
        for name in ["重重重重重重重重重重", "𬭚㼆", "·王·", "乐和行长朝都单曾仇查", "买"] {
            let sounds = of(name);
            assert!((1..=MOST).contains(&sounds.len()), "{name}: {}", sounds.len());
        }
    }
}
