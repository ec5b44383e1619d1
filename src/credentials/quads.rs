//! A document of ours as quads, and quads as the one canonical text they have (RDFC-1.0).
//!
//! The terms are those of `terms`, and what is not among them is no document of ours: unlike a reader of any JSON-LD, this one passes over nothing.

use std::collections::BTreeMap;

use oxrdf::{LiteralRef, NamedNodeRef};
use serde_json::{Number, Value};
use sha2::{Digest as _, Sha256};

use super::contexts::{CREDENTIALS, OPEN_BADGES};
use super::proof::{MOST_BYTES, NotCanonical};
use super::terms::{self, As, Shape};

/// A document of more quads is not made canonical.
pub(super) const MOST_QUADS: usize = 5_000;

/// A node: its address in angle brackets, or which of those without a name it is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Named(String),
    Nameless(usize),
}

/// What a quad says of its subject: a node, or a literal as N-Quads write it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Object {
    Node(Node),
    Literal(String),
}

/// Subject, predicate, object; all of them are in the default graph.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Quad {
    subject: Node,
    predicate: &'static str,
    object: Object,
}

impl Quad {
    /// As a line, nodes without a name by what `name` calls them.
    fn line(&self, name: impl Fn(usize) -> String) -> String {
        let called = |node: &Node| match node {
            Node::Named(text) => text.clone(),
            Node::Nameless(at) => name(*at),
        };
        let subject = called(&self.subject);
        let (node, literal) = match &self.object {
            Object::Node(node) => (called(node), ""),
            Object::Literal(text) => (String::new(), text.as_str()),
        };
        [subject.as_str(), " <", self.predicate, "> ", &node, literal, " .\n"].concat()
    }

    /// The nodes without a name that it names.
    fn nameless(&self) -> [Option<usize>; 2] {
        let subject = match self.subject {
            Node::Nameless(at) => Some(at),
            Node::Named(_) => None,
        };
        let object = match self.object {
            Object::Node(Node::Nameless(at)) if Some(at) != subject => Some(at),
            _ => None,
        };
        [subject, object]
    }
}

/// The canonical N-Quads of a certificate, a status list or the options of a proof.
///
/// # Errors
/// [`NotCanonical::NoJsonLd`] where it has a member, a type or a value that no document of ours has, or stands in other contexts;
/// [`NotCanonical::TooLarge`].
pub(super) fn canonical(document: &Value) -> Result<String, NotCanonical> {
    let quads = quads_of(document)?;
    let names = names_of(&quads)?;
    let name = |at: usize| names.get(&at).map_or_else(String::new, |number| format!("_:c14n{number}"));
    let mut lines: Vec<String> = quads.iter().map(|quad| quad.line(name)).collect();
    lines.sort_unstable();
    Ok(lines.concat())
}

/// The canonical numbers of the nodes without a name: as RDFC-1.0 has it (4.4.3, steps 3 and 4), in the order of the hashes of the quads in which each
/// stands. Two whose hashes are the same would be told apart by what hangs from them, at a cost that grows with their permutations; in a document of
/// ours no two are, and one in which they are is refused.
fn names_of(quads: &[Quad]) -> Result<BTreeMap<usize, usize>, NotCanonical> {
    let mut own: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for quad in quads {
        for node in quad.nameless().into_iter().flatten() {
            let line = quad.line(|other| (if other == node { "_:a" } else { "_:z" }).to_owned());
            own.entry(node).or_default().push(line);
        }
    }
    let mut hashes: BTreeMap<[u8; 32], usize> = BTreeMap::new();
    for (node, mut lines) in own {
        lines.sort_unstable();
        if hashes.insert(Sha256::digest(lines.concat().as_bytes()).into(), node).is_some() {
            return Err(NotCanonical::TooLarge);
        }
    }
    Ok(hashes.into_values().enumerate().map(|(number, node)| (node, number)).collect())
}

/// The quads of a document, none twice: each member as its context has it.
fn quads_of(document: &Value) -> Result<Vec<Quad>, NotCanonical> {
    let shape = shape_of(document).ok_or(NotCanonical::NoJsonLd)?;
    let mut writer = Writer::default();
    writer.node(document, shape, true)?;
    writer.quads.sort_unstable();
    writer.quads.dedup();
    Ok(writer.quads)
}

/// Which of the three documents it says to be.
fn shape_of(document: &Value) -> Option<&'static Shape> {
    let contexts: Option<Vec<&str>> = document.get("@context")?.as_array()?.iter().map(Value::as_str).collect();
    let is_badge = match contexts?.as_slice() {
        [CREDENTIALS, OPEN_BADGES] => true,
        [CREDENTIALS] => false,
        _ => return None,
    };
    let is_proof = document.get("type").is_some_and(Value::is_string);
    Some(match (is_proof, is_badge) {
        (true, _) => &terms::PROOF,
        (false, true) => &terms::CERTIFICATE,
        (false, false) => &terms::LIST,
    })
}

#[derive(Default)]
struct Writer {
    quads: Vec<Quad>,
    nameless: usize,
    bytes: usize,
}

impl Writer {
    /// Writes what stands in a node; the document itself names its contexts.
    fn node(&mut self, value: &Value, shape: &Shape, is_whole: bool) -> Result<Node, NotCanonical> {
        let members = value.as_object().ok_or(NotCanonical::NoJsonLd)?;
        let node = match members.get("id") {
            Some(id) => self.address(id)?,
            None => {
                self.nameless += 1;
                Node::Nameless(self.nameless)
            }
        };
        let types: Vec<&Value> = members.get("type").into_iter().flat_map(each).collect();
        let is_its = |(value, (name, _)): (&&Value, &(&str, &str))| value.as_str() == Some(*name);
        if types.len() != shape.types.len() || !types.iter().zip(shape.types).all(is_its) {
            return Err(NotCanonical::NoJsonLd);
        }
        for (_, full) in shape.types {
            self.push(&node, terms::RDF_TYPE, Object::Node(Node::Named(format!("<{full}>"))))?;
        }
        for (name, value) in members {
            if matches!(name.as_str(), "id" | "type") || (is_whole && name == "@context") {
                continue;
            }
            let member = shape.members.iter().find(|(own, ..)| own == name);
            let (_, predicate, read) = member.ok_or(NotCanonical::NoJsonLd)?;
            for value in each(value) {
                let object = self.object(value, read)?;
                self.push(&node, predicate, object)?;
            }
        }
        Ok(node)
    }

    fn object(&mut self, value: &Value, read: &As) -> Result<Object, NotCanonical> {
        let literal = match (read, value) {
            (As::Node(shape), _) => return Ok(Object::Node(self.node(value, shape, false)?)),
            (As::Address, _) => return Ok(Object::Node(self.address(value)?)),
            (As::Word(word, full), Value::String(text)) if text == word => {
                return Ok(Object::Node(Node::Named(format!("<{full}>"))));
            }
            (As::Text, Value::String(text)) => LiteralRef::new_simple_literal(self.text(text)?).to_string(),
            (As::Typed(datatype), Value::String(text)) => typed(self.text(text)?, datatype),
            (As::Flag, Value::Bool(is_so)) => typed(if *is_so { "true" } else { "false" }, terms::BOOLEAN),
            (As::Count, Value::Number(number)) => typed(&count_of(number)?, terms::INTEGER),
            (As::Amount, Value::Number(number)) => typed(&amount_of(number)?, terms::FLOAT),
            _ => return Err(NotCanonical::NoJsonLd),
        };
        Ok(Object::Literal(literal))
    }

    /// An address as a document of ours has them: of the web or a DID, and whole.
    fn address(&mut self, value: &Value) -> Result<Node, NotCanonical> {
        let text = value.as_str().filter(|text| text.starts_with("https://") || text.starts_with("did:"));
        let text = self.text(text.ok_or(NotCanonical::NoJsonLd)?)?;
        let node = NamedNodeRef::new(text).map_err(|_| NotCanonical::NoJsonLd)?;
        Ok(Node::Named(node.to_string()))
    }

    fn text<'a>(&mut self, text: &'a str) -> Result<&'a str, NotCanonical> {
        self.bytes += text.len();
        if self.bytes > MOST_BYTES { Err(NotCanonical::TooLarge) } else { Ok(text) }
    }

    fn push(&mut self, subject: &Node, predicate: &'static str, object: Object) -> Result<(), NotCanonical> {
        if self.quads.len() >= MOST_QUADS {
            return Err(NotCanonical::TooLarge);
        }
        self.quads.push(Quad { subject: subject.clone(), predicate, object });
        Ok(())
    }
}

/// A value that stands alone, or each of a list: JSON-LD has them mean the same.
fn each(value: &Value) -> impl Iterator<Item = &Value> {
    match value {
        Value::Array(values) => values.as_slice(),
        value => std::slice::from_ref(value),
    }
    .iter()
}

fn typed(text: &str, datatype: &str) -> String {
    LiteralRef::new_typed_literal(text, NamedNodeRef::new_unchecked(datatype)).to_string()
}

fn count_of(number: &Number) -> Result<String, NotCanonical> {
    number.as_u64().filter(|count| *count < 1_000_000_000_000_000).map(|count| count.to_string()).ok_or(NotCanonical::NoJsonLd)
}

/// A number as JSON-LD writes it: whole ones `4`, others `7.5E-1`. At most fifteen digits, so that all that read it as a float write the same again.
fn amount_of(number: &Number) -> Result<String, NotCanonical> {
    let text = number.to_string();
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let is_plain = |digits: &str| digits.bytes().all(|b| b.is_ascii_digit());
    if !is_plain(whole) || !is_plain(rest) || whole.len() + rest.len() > 15 {
        return Err(NotCanonical::NoJsonLd);
    }
    let rest = rest.trim_end_matches('0');
    if rest.is_empty() {
        return Ok(whole.to_owned());
    }
    let (digits, power) = if whole == "0" {
        let digits = rest.trim_start_matches('0');
        (digits.to_owned(), format!("-{}", rest.len() - digits.len() + 1))
    } else {
        (format!("{whole}{rest}"), (whole.len() - 1).to_string())
    };
    let (first, others) = digits.split_at_checked(1).ok_or(NotCanonical::NoJsonLd)?;
    Ok(format!("{first}.{}E{power}", if others.is_empty() { "0" } else { others }))
}

#[cfg(test)]
mod tests;
