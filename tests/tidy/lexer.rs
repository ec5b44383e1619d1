//! Rust source as tokens with their lines. Comments fall away; what belongs to tests is marked.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A name or keyword.
    Word,
    /// One sign.
    Sign,
    /// The content of a string or character literal.
    Text,
    /// A number or a lifetime: nothing any rule asks for.
    Other,
}

/// One token.
#[derive(Clone, Debug)]
pub struct Token {
    pub kind: Kind,
    pub text: String,
    pub line: usize,
    /// Inside `#[cfg(test)]` or `#[test]`.
    pub in_test: bool,
}

impl Token {
    pub fn is(&self, text: &str) -> bool {
        self.kind != Kind::Text && self.text == text
    }
}

/// The tokens of `source`.
pub fn tokens(source: &str) -> Vec<Token> {
    let mut lexer = Lexer { chars: source.chars().collect(), at: 0, line: 1, tokens: Vec::new() };
    while lexer.step() {}
    mark_tests(&mut lexer.tokens);
    lexer.tokens
}

/// The index after the group that opens at `open` (`{`, `(` or `[`).
pub fn after_group(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        if token.kind == Kind::Sign && matches!(token.text.as_str(), "{" | "(" | "[") {
            depth += 1;
        } else if token.kind == Kind::Sign && matches!(token.text.as_str(), "}" | ")" | "]") {
            depth -= 1;
            if depth == 0 {
                return at + 1;
            }
        }
    }
    tokens.len()
}

/// The index after the item that begins at `start`: past its attributes, then to its `;` or its closing brace.
pub fn after_item(tokens: &[Token], start: usize) -> usize {
    let mut at = start;
    while tokens.get(at).is_some_and(|token| token.is("#")) {
        at = after_group(tokens, at + 1);
    }
    while let Some(token) = tokens.get(at) {
        match token {
            token if token.is(";") => return at + 1,
            token if token.is("{") => return after_group(tokens, at),
            token if token.is("(") || token.is("[") => at = after_group(tokens, at),
            _ => at += 1,
        }
    }
    at
}

fn mark_tests(tokens: &mut [Token]) {
    let mut at = 0;
    while at < tokens.len() {
        let attribute = tokens[at].is("#") && tokens.get(at + 1).is_some_and(|token| token.is("["));
        if !attribute {
            at += 1;
            continue;
        }
        let end = after_group(tokens, at + 1);
        let words: Vec<&str> = tokens[at..end].iter().map(|token| token.text.as_str()).collect();
        let of_test = words == ["#", "[", "test", "]"] || words == ["#", "[", "cfg", "(", "test", ")", "]"];
        let item_end = if of_test { after_item(tokens, end) } else { end };
        if of_test {
            tokens[at..item_end].iter_mut().for_each(|token| token.in_test = true);
        }
        at = item_end;
    }
}

struct Lexer {
    chars: Vec<char>,
    at: usize,
    line: usize,
    tokens: Vec<Token>,
}

impl Lexer {
    fn peek(&self, ahead: usize) -> char {
        self.chars.get(self.at + ahead).copied().unwrap_or('\0')
    }

    fn take(&mut self) -> char {
        let c = self.peek(0);
        self.at += 1;
        if c == '\n' {
            self.line += 1;
        }
        c
    }

    fn push(&mut self, kind: Kind, text: String, line: usize) {
        self.tokens.push(Token { kind, text, line, in_test: false });
    }

    fn step(&mut self) -> bool {
        if self.at >= self.chars.len() {
            return false;
        }
        let line = self.line;
        match (self.peek(0), self.peek(1)) {
            (c, _) if c.is_whitespace() => {
                self.take();
            }
            ('/', '/') => self.line_comment(),
            ('/', '*') => self.block_comment(),
            ('"', _) => self.string(),
            ('\'', _) => self.character_or_lifetime(),
            (c, _) if c.is_alphabetic() || c == '_' => self.word(),
            (c, _) if c.is_ascii_digit() => {
                let mut text = String::new();
                while self.peek(0).is_alphanumeric() || self.peek(0) == '_' {
                    text.push(self.take());
                }
                self.push(Kind::Other, text, line);
            }
            _ => {
                let c = self.take();
                self.push(Kind::Sign, c.to_string(), line);
            }
        }
        true
    }

    fn line_comment(&mut self) {
        while self.at < self.chars.len() && self.peek(0) != '\n' {
            self.take();
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        while self.at < self.chars.len() {
            match (self.peek(0), self.peek(1)) {
                ('/', '*') => (depth, self.at) = (depth + 1, self.at + 2),
                ('*', '/') => (depth, self.at) = (depth - 1, self.at + 2),
                _ => {
                    self.take();
                }
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// A string with escapes. `\u{…}` and the like stay as they are written: they show no letter in the source.
    fn string(&mut self) {
        let line = self.line;
        self.take();
        let mut text = String::new();
        while self.at < self.chars.len() {
            match self.take() {
                '"' => break,
                '\\' => {
                    let escaped = self.take();
                    if !matches!(escaped, '\n') {
                        text.extend(['\\', escaped]);
                    }
                }
                c => text.push(c),
            }
        }
        self.push(Kind::Text, text, line);
    }

    fn raw_string(&mut self) {
        let line = self.line;
        let mut hashes = 0;
        while self.peek(0) == '#' {
            self.take();
            hashes += 1;
        }
        self.take();
        let mut text = String::new();
        while self.at < self.chars.len() {
            if self.peek(0) == '"' && (1..=hashes).all(|n| self.peek(n) == '#') {
                self.at += 1 + hashes;
                break;
            }
            text.push(self.take());
        }
        self.push(Kind::Text, text, line);
    }

    fn character_or_lifetime(&mut self) {
        let line = self.line;
        let is_character = self.peek(1) == '\\' || self.peek(2) == '\'';
        self.take();
        let mut text = String::new();
        if is_character {
            loop {
                match self.take() {
                    '\\' => text.extend(['\\', self.take()]),
                    '\'' | '\0' => break,
                    c => text.push(c),
                }
            }
            self.push(Kind::Text, text, line);
        } else {
            while self.peek(0).is_alphanumeric() || self.peek(0) == '_' {
                text.push(self.take());
            }
            self.push(Kind::Other, text, line);
        }
    }

    fn word(&mut self) {
        let line = self.line;
        let mut text = String::new();
        while self.peek(0).is_alphanumeric() || self.peek(0) == '_' {
            text.push(self.take());
        }
        let raw = matches!(text.as_str(), "r" | "br" | "cr");
        match self.peek(0) {
            '"' if raw => self.raw_string(),
            '#' if raw && (self.peek(1) == '"' || self.peek(1) == '#') => self.raw_string(),
            '"' if matches!(text.as_str(), "b" | "c") => self.string(),
            '\'' if text == "b" => self.character_or_lifetime(),
            '#' if text == "r" => {
                self.take();
                self.word();
            }
            _ => self.push(Kind::Word, text, line),
        }
    }
}

#[test]
fn the_lexer_sees_through_comments_strings_lifetimes_and_tests() {
    let source = r##"
        // crate::a /* "
        /* crate::b /* nested */ */
        fn f<'a>(x: &'a str) -> char { let s = r#"say "crate::c""#; let t = "\"crate::d"; let q = b'\''; '"' }
        #[cfg(test)]
        mod tests { use crate::e; }
        use crate::g;
    "##;
    let tokens = tokens(source);
    let words: Vec<_> =
        tokens.iter().filter(|token| token.kind == Kind::Word && !token.in_test).map(|t| t.text.as_str()).collect();
    assert_eq!(words, ["fn", "f", "x", "str", "char", "let", "s", "let", "t", "let", "q", "use", "crate", "g"]);
    let texts: Vec<_> = tokens.iter().filter(|token| token.kind == Kind::Text).map(|token| token.text.as_str()).collect();
    assert_eq!(texts, ["say \"crate::c\"", "\\\"crate::d", "\\'", "\""]);
    assert!(tokens.iter().any(|token| token.in_test && token.is("e") && token.line == 6));
}
