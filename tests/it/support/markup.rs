//! What is wrong with the markup of a page: read as a browser reads it, held to what every page of ours keeps.

use std::collections::BTreeSet;

use credit_bank::i18n::Lang;
use credit_bank::web::Font;
use scraper::{ElementRef, Html, Selector};

/// Everything that is wrong with `page`, which should be in this language and text size.
pub fn faults(page: &str, lang: Lang, font: Font) -> Vec<String> {
    let html = Html::parse_document(page);
    let mut faults: Vec<String> = html.errors.iter().map(|error| format!("is no HTML: {error}")).collect();
    faults.extend(frame(&html, lang, font));
    faults.extend(outline(&html));
    faults.extend(ids(&html));
    faults.extend(controls(&html));
    faults.extend(forbidden(&html));
    faults.extend(words(&html, lang));
    faults
}

fn all<'h>(html: &'h Html, selector: &str) -> Vec<ElementRef<'h>> {
    html.select(&Selector::parse(selector).unwrap()).collect()
}

fn text_of(element: &ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The start tag, to find the place by.
fn tag_of(element: &ElementRef<'_>) -> String {
    element.html().split_inclusive('>').next().unwrap_or_default().to_owned()
}

/// Language and text size stand at the top, the heading in the title, and what is to be mended before it.
fn frame(html: &Html, lang: Lang, font: Font) -> Vec<String> {
    let root = html.root_element();
    let mut faults = Vec::new();
    if (root.attr("lang"), root.attr("data-font")) != (Some(lang.tag()), Some(font.code())) {
        faults.push(format!("is in another language or size: {}", tag_of(&root)));
    }
    let title: String = all(html, "head > title").iter().map(text_of).collect();
    let (prefix, site) = (lang.t("error-prefix"), lang.t("site-short"));
    let own = title.strip_suffix(&format!(" · {site}")).unwrap_or_default();
    let is_wrong = !all(html, ".errors[role=alert]").is_empty();
    if is_wrong != own.starts_with(prefix.trim()) {
        faults.push(format!("the title does not say whether something is to be mended: {title}"));
    }
    let headings: Vec<String> = all(html, "h1").iter().map(text_of).collect();
    let own = own.strip_prefix(prefix.trim()).unwrap_or(own).trim();
    if headings.len() != 1 {
        faults.push(format!("has {} main headings: {headings:?}", headings.len()));
    } else if headings[0].is_empty() || headings[0].replace(' ', "") != own.replace(' ', "") {
        faults.push(format!("the title 「{title}」 is not the heading 「{}」", headings[0]));
    }
    if all(html, "[data-primary]").len() > 1 {
        faults.push("has more than one primary action".to_owned());
    }
    faults
}

/// No level of headings is skipped. What is to be mended stands above everything, under a heading of its own.
fn outline(html: &Html) -> Vec<String> {
    let mut faults = Vec::new();
    let mut before = 0;
    for heading in all(html, "h1, h2:not(#errors-title), h3, h4, h5, h6") {
        let level: usize = heading.value().name()[1..].parse().unwrap();
        if level > before + 1 {
            faults.push(format!("goes from heading {before} to {level}: {}", text_of(&heading)));
        }
        before = level;
    }
    faults
}

/// Every id stands once, and whatever points at one finds it.
fn ids(html: &Html) -> Vec<String> {
    let mut faults = Vec::new();
    let mut known = BTreeSet::new();
    for element in all(html, "[id]") {
        if !known.insert(element.attr("id").unwrap_or_default()) {
            faults.push(format!("an id stands twice: {}", tag_of(&element)));
        }
    }
    let pointing = ["for", "aria-describedby", "aria-labelledby", "aria-controls", "list", "headers"];
    for element in all(html, "body *") {
        let named = pointing.iter().filter_map(|name| element.attr(name)).flat_map(str::split_whitespace);
        let linked = element.attr("href").and_then(|href| href.strip_prefix('#'));
        if named.chain(linked).any(|id| !known.contains(id)) {
            faults.push(format!("points at nothing: {}", tag_of(&element)));
        }
    }
    faults
}

/// Fields have labels; buttons, links and pictures have words.
fn controls(html: &Html) -> Vec<String> {
    let mut faults = Vec::new();
    let targets: BTreeSet<&str> = all(html, "label[for]").iter().filter_map(|label| label.attr("for")).collect();
    let has_name = |element: &ElementRef<'_>| {
        element.attr("aria-label").is_some_and(|label| !label.trim().is_empty()) || element.attr("aria-labelledby").is_some()
    };
    for field in all(html, "input:not([type=hidden]), select, textarea") {
        let in_label = field.ancestors().filter_map(ElementRef::wrap).any(|outer| outer.value().name() == "label");
        if !in_label && !has_name(&field) && !field.attr("id").is_some_and(|id| targets.contains(id)) {
            faults.push(format!("a field has no label: {}", tag_of(&field)));
        }
    }
    for element in all(html, "button, a[href], label, legend, summary, th, option, caption") {
        if text_of(&element).is_empty() && !has_name(&element) {
            faults.push(format!("says nothing: {}", tag_of(&element)));
        }
    }
    let title = Selector::parse("title").unwrap();
    for picture in all(html, "img, svg") {
        let is_titled = || picture.select(&title).any(|title| !text_of(&title).is_empty());
        let is_said = match picture.value().name() {
            "img" => picture.attr("alt").is_some(),
            _ => picture.attr("role") == Some("img") && (has_name(&picture) || is_titled()),
        };
        if !is_said && picture.attr("aria-hidden") != Some("true") {
            faults.push(format!("a picture has no words: {}", tag_of(&picture)));
        }
    }
    for form in all(html, "form[method=post]") {
        let inputs = Selector::parse("input[type=hidden][name=csrf]").unwrap();
        if form.select(&inputs).count() != 1 {
            faults.push(format!("a form has no token: {}", tag_of(&form)));
        }
    }
    faults
}

/// Nothing in the page is a style or a script of its own, opens a new tab or jumps the queue of the keyboard.
fn forbidden(html: &Html) -> Vec<String> {
    let mut faults = Vec::new();
    for element in all(html, "*") {
        let value = element.value();
        let wrong = value.attrs().find(|(name, value)| {
            name.starts_with("on")
                || matches!(*name, "style" | "autofocus" | "disabled" | "target")
                || (*name == "tabindex" && *value != "-1" && *value != "0")
                || (matches!(*name, "href" | "src" | "action") && value.trim_start().to_lowercase().starts_with("javascript:"))
        });
        let is_own = value.name() == "script" && element.attr("src").is_none() && !is_data(&element);
        if wrong.is_some() || value.name() == "style" || is_own {
            faults.push(format!("is not allowed in a page: {}", tag_of(&element)));
        }
    }
    faults
}

/// Whether it is a block of data, which no browser runs: its type says so, and JSON stands in it.
fn is_data(element: &ElementRef<'_>) -> bool {
    let text: String = element.text().collect();
    element.attr("type") == Some("application/ld+json") && serde_json::from_str::<serde_json::Value>(&text).is_ok()
}

/// Words are words: no key of a message, no blank that was not filled.
fn words(html: &Html, lang: Lang) -> Vec<String> {
    let mut faults = Vec::new();
    let spoken = ["aria-label", "data-label", "alt", "title", "placeholder"];
    let attributes = all(html, "*");
    let attributes = attributes.iter().flat_map(|element| spoken.iter().filter_map(|name| element.attr(name)));
    let read = all(html, "*").into_iter().filter(|element| element.value().name() != "script");
    let own = read.flat_map(|element| element.children().filter_map(|child| child.value().as_text().map(|text| &**text)));
    for words in own.chain(attributes) {
        if words.contains(['{', '}']) {
            faults.push(format!("a blank was not filled: {}", words.trim()));
        }
        let is_key = |word: &&str| {
            word.starts_with(|c: char| c.is_ascii_lowercase())
                && word.trim_end_matches('-').contains('-')
                && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        // In English a word may have a hyphen: there only what stands alone is taken for a key.
        let key = match lang {
            Lang::Chinese => {
                words.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '.' | '/' | ':')).find(is_key)
            }
            Lang::English => Some(words.trim()).filter(is_key),
        };
        faults.extend(key.map(|key| format!("a message is missing: {key}")));
    }
    faults
}

#[test]
fn a_page_with_faults_is_found_out() {
    let page = |head: &str, body: &str| {
        format!(
            "<!DOCTYPE html><html lang=\"zh-CN\" data-font=\"large\"><head><title>{head} · 学分银行</title></head><body>{body}</body></html>"
        )
    };
    let found = |page: &str| faults(page, Lang::Chinese, Font::Large);
    let sound = "<h1>字太小</h1><h2>怎么办</h2><label for=\"a\">手机号</label><input id=\"a\" aria-describedby=\"b\"><p id=\"b\">11 位</p>";
    assert_eq!(found(&page("字太小", sound)), Vec::<String>::new());
    let cases = [
        ("<p><div></p>", "is no HTML"),
        ("<h1>又一个</h1>", "main headings"),
        ("<h4>太低</h4>", "goes from heading"),
        ("<p id=\"b\"></p>", "stands twice"),
        ("<a href=\"#c\">去</a>", "points at nothing"),
        ("<label for=\"c\">字</label>", "points at nothing"),
        ("<input type=\"text\">", "has no label"),
        ("<button></button>", "says nothing"),
        ("<img src=\"/a.png\">", "has no words"),
        ("<svg role=\"img\"></svg>", "has no words"),
        ("<form method=\"post\"></form>", "has no token"),
        ("<p style=\"color:red\">红</p>", "not allowed"),
        ("<p onclick=\"go()\">点</p>", "not allowed"),
        ("<script>go()</script>", "not allowed"),
        ("<script type=\"application/ld+json\">go()</script>", "not allowed"),
        ("<a href=\"javascript:go()\">点</a>", "not allowed"),
        ("<p>还有 {$count} 处</p>", "was not filled"),
        ("<p>identity-phone-title</p>", "is missing"),
        ("<p aria-label=\"tab-learn\">学</p>", "is missing"),
        ("<i data-primary></i><i data-primary></i>", "more than one primary"),
        ("<div class=\"errors\" role=\"alert\">看</div>", "to be mended"),
    ];
    for (wrong, expected) in cases {
        let found = found(&page("字太小", &format!("{sound}{wrong}")));
        assert!(found.iter().any(|fault| fault.contains(expected)), "{wrong}: {found:?}");
    }
    assert!(found(&page("别的", sound))[0].contains("is not the heading"));
    assert!(faults(&page("字太小", sound), Lang::English, Font::Large)[0].contains("another language"));
}
