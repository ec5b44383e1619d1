//! Phrases of a title or a button: each is kept on one line where it fits, so that a word is never broken over lines.

/// Marks after which a Chinese line may well break.
const ENDS: [char; 7] = ['，', '。', '！', '？', '；', '：', '、'];
/// Marks that belong to what stands before them.
const CLOSERS: [char; 6] = ['」', '』', '）', '》', '”', '’'];

/// `text` in its phrases, in order; together they are the text.
#[must_use]
pub fn phrases(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = vec![String::new()];
    let mut is_over = false;
    for c in text.chars() {
        let stays = ENDS.contains(&c) || CLOSERS.contains(&c);
        if is_over && !stays {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
        is_over = ENDS.contains(&c) || (is_over && stays);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_split_after_its_marks_and_loses_nothing() {
        let cases: [(&str, &[&str]); 5] = [
            ("有人说，投一万，月月返一千。", &["有人说，", "投一万，", "月月返一千。"]),
            ("「96110 打来的电话要接。」这句话对吗？", &["「96110 打来的电话要接。」", "这句话对吗？"]),
            ("不知道", &["不知道"]),
            ("真的？！是。", &["真的？！", "是。"]),
            ("", &[""]),
        ];
        for (text, parts) in cases {
            assert_eq!(phrases(text), parts, "{text}");
            assert_eq!(phrases(text).concat(), text);
        }
    }
}
