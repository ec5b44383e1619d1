//! What a preview adds to every page: the faults at the top of it, the way to all courses and the script at its end.

use askama::filters::{Html, escape};

use super::stand::State;
use crate::i18n::Lang;
use crate::web::assets;

/// Faults that stand on every page, those first that may have caused the rest. All stand on the first page of the preview.
const MOST: usize = 3;

/// What stands at the top of a page's main part; nothing where nothing is wrong.
pub(super) fn top(state: &State, lang: Lang) -> String {
    if state.faults.is_empty() {
        return String::new();
    }
    let lines = state.faults.iter().take(MOST).map(|fault| {
        let (place, words) = (plain(&format!("{}:{}", fault.file, fault.line)), plain(&fault.trouble.to_string()));
        format!("<li><b>{place}</b> {words}</li>")
    });
    let lines: String = lines.collect();
    let title = plain(&lang.fill("preview-faults", &[("count", &state.faults.len().to_string())]));
    let below = plain(&lang.t(if state.was_sound { "preview-below" } else { "preview-below-own" }));
    let more = if state.faults.len() > MOST {
        format!("<p><a href=\"/preview\">{}</a></p>", plain(&lang.t("preview-faults-all")))
    } else {
        String::new()
    };
    format!(
        "<section class=\"notice look\" role=\"alert\" id=\"preview-faults\"><p><b>{title}</b></p><ul lang=\"zh-CN\">{lines}</ul>{more}<p>{below}</p></section>"
    )
}

/// What stands at the end of a page.
pub(super) fn end(state: &State, lang: Lang) -> String {
    let (script, words) = (assets::path_of("preview.js"), plain(&lang.t("preview-all")));
    format!(
        "<nav class=\"pager\" aria-label=\"{words}\"><a class=\"plain\" href=\"/preview\">{words}</a></nav><script src=\"{script}\" data-seen=\"{}\" defer></script>",
        state.number
    )
}

fn plain(text: &str) -> String {
    escape(text, Html).map(|text| text.to_string()).unwrap_or_default()
}
