//! Any JSON-LD in the bundled contexts as the one canonical text it has: quads by `oxjsonld`, their canonical form (RDFC-1.0) by `oxrdf`. What of a
//! document would not reach its quads is refused, and so is what would take long.

use std::collections::{BTreeMap, BTreeSet};

use oxjsonld::{JsonLdParser, JsonLdRemoteDocument};
use oxrdf::dataset::{CanonicalizationAlgorithm, CanonicalizationHashAlgorithm};
use oxrdf::{
    Dataset, GraphName, GraphNameRef, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Quad, QuadRef, Term, TermRef,
};
use serde_json::{Value, json};

use super::problem::{Kind, Problem};
use super::shape;
use crate::credentials;

/// Quads of a document.
const MOST_QUADS: usize = 2_000;
/// Nodes without a name whose own quads look alike. RDFC-1.0 tells them apart by trying their permutations, and `oxrdf` sets that no bound of its own;
/// six of them, in a few dozen quads, are some thousands of hashes. Nodes that differ in their own quads cost one hash each, however many there are.
const MOST_ALIKE: usize = 6;
/// Quads in which those stand, each node's counted for itself.
const MOST_ALIKE_QUADS: usize = 64;

/// With what an address begins that no context has defined. Before the document's own contexts stands one that makes each undefined term and each
/// relative address such a one: a reader of JSON-LD would pass over the former and leave out the latter.
const UNDEFINED: &str = "x-undefined:";
const UNDEFINED_TERMS: &str = "x-undefined:term#";
const UNDEFINED_BASE: &str = "x-undefined://none/";

/// The canonical N-Quads of a document.
///
/// # Errors
/// Where anything of it would be lost; where it is too large, or made to take long.
pub(super) fn canonical(document: &Value) -> Result<String, Problem> {
    shape::check(document)?;
    let text = marked(document).to_string();
    // A lenient reader keeps what is no address and no language; the strict one leaves it out.
    let all = read(parser()?.lenient(), &text)?;
    if let Some(address) = all.iter().flat_map(addresses).find(|address| is_undefined(address)) {
        let shown = address.strip_prefix(UNDEFINED_TERMS).or_else(|| address.strip_prefix(UNDEFINED_BASE)).unwrap_or(address);
        return Err(Problem::malformed(format!("no context defines it, and it is no whole address: {shown}")));
    }
    let quads = read(parser()?, &text)?;
    if quads.len() != all.len() {
        return Err(Problem::malformed("a part of it would not be signed"));
    }
    if quads.len() > MOST_QUADS {
        return Err(Problem::malformed("it has more quads than are read here"));
    }
    let mut dataset: Dataset = quads.into_iter().collect();
    bounded(&dataset)?;
    dataset.canonicalize(CanonicalizationAlgorithm::Rdfc10 { hash_algorithm: CanonicalizationHashAlgorithm::Sha256 });
    let mut lines: Vec<String> = dataset.iter().map(|quad| format!("{quad} .\n")).collect();
    lines.sort_unstable();
    Ok(lines.concat())
}

/// The document behind a context by which whatever is not defined is known again.
fn marked(document: &Value) -> Value {
    let mut document = document.clone();
    if let Some(contexts) = document.get_mut("@context").and_then(Value::as_array_mut) {
        contexts.insert(0, json!({ "@vocab": UNDEFINED_TERMS }));
    }
    document
}

fn parser() -> Result<JsonLdParser, Problem> {
    JsonLdParser::new().with_base_iri(UNDEFINED_BASE).map_err(|error| Problem::new(Kind::Parsing, error.to_string()))
}

fn read(parser: JsonLdParser, text: &str) -> Result<Vec<Quad>, Problem> {
    let parser = parser.for_slice(text.as_bytes()).with_load_document_callback(|address, _| {
        let context = credentials::context_of(address).ok_or("not one of the bundled contexts")?;
        Ok(JsonLdRemoteDocument { document: context.as_bytes().to_vec(), document_url: address.to_owned() })
    });
    parser.collect::<Result<Vec<Quad>, _>>().map_err(|error| Problem::malformed(error.to_string()))
}

/// All addresses in a quad, the datatype of its literal too.
fn addresses(quad: &Quad) -> Vec<&str> {
    let mut all = vec![quad.predicate.as_str()];
    if let NamedOrBlankNode::NamedNode(subject) = &quad.subject {
        all.push(subject.as_str());
    }
    match &quad.object {
        Term::NamedNode(object) => all.push(object.as_str()),
        Term::Literal(literal) => all.push(literal.datatype().as_str()),
        Term::BlankNode(_) => {}
    }
    if let GraphName::NamedNode(graph) = &quad.graph_name {
        all.push(graph.as_str());
    }
    all
}

fn is_undefined(address: &str) -> bool {
    address.starts_with(UNDEFINED) || NamedNodeRef::new(address).is_err()
}

/// Whether few enough nodes look alike.
fn bounded(dataset: &Dataset) -> Result<(), Problem> {
    let mut own: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for quad in dataset.iter() {
        for node in nameless(quad) {
            own.entry(node.to_owned()).or_default().push(line(quad, node));
        }
    }
    let mut alike: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for mut lines in own.into_values() {
        lines.sort_unstable();
        *alike.entry(lines).or_default() += 1;
    }
    let several = || alike.iter().filter(|(_, nodes)| **nodes > 1);
    let nodes: usize = several().map(|(_, nodes)| nodes).sum();
    let quads: usize = several().map(|(lines, nodes)| lines.len() * nodes).sum();
    if nodes > MOST_ALIKE || quads > MOST_ALIKE_QUADS {
        return Err(Problem::malformed("too many of its nodes without an id look alike"));
    }
    Ok(())
}

/// The nodes without a name in a quad.
fn nameless(quad: QuadRef<'_>) -> BTreeSet<&str> {
    let mut nodes = BTreeSet::new();
    if let NamedOrBlankNodeRef::BlankNode(node) = quad.subject {
        nodes.insert(node.as_str());
    }
    if let TermRef::BlankNode(node) = quad.object {
        nodes.insert(node.as_str());
    }
    if let GraphNameRef::BlankNode(node) = quad.graph_name {
        nodes.insert(node.as_str());
    }
    nodes
}

/// A quad as it counts for one of its nodes (RDFC-1.0, 4.6).
fn line(quad: QuadRef<'_>, of: &str) -> String {
    let called = |node: &str| if node == of { "_:a".to_owned() } else { "_:z".to_owned() };
    let subject = match quad.subject {
        NamedOrBlankNodeRef::BlankNode(node) => called(node.as_str()),
        NamedOrBlankNodeRef::NamedNode(node) => node.to_string(),
    };
    let object = match quad.object {
        TermRef::BlankNode(node) => called(node.as_str()),
        other => other.to_string(),
    };
    let graph = match quad.graph_name {
        GraphNameRef::BlankNode(node) => called(node.as_str()),
        other => other.to_string(),
    };
    format!("{subject} {} {object} {graph}", quad.predicate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::shape::FIRST_CONTEXT;
    use crate::kernel::sha256_of;

    const EXAMPLES: &str = "https://www.w3.org/ns/credentials/examples/v2";

    fn credential(subject: Value) -> Value {
        json!({
            "@context": [FIRST_CONTEXT, EXAMPLES],
            "type": ["VerifiableCredential"],
            "issuer": "https://issuer.example/1",
            "credentialSubject": subject,
        })
    }

    #[test]
    fn a_credential_has_its_quads_whatever_the_order_of_its_members() {
        let one = canonical(&credential(json!({ "id": "urn:a", "alumniOf": "学校" }))).unwrap();
        assert_eq!(one.lines().count(), 4, "{one}");
        assert!(one.contains("<urn:a> <https://www.w3.org/ns/credentials/examples#alumniOf> \"学校\" .\n"), "{one}");
        assert!(!one.contains(UNDEFINED), "{one}");
    }

    #[test]
    fn what_would_be_lost_is_refused() {
        let plain = |member: &str, value: Value| {
            let mut document = json!({
                "@context": [FIRST_CONTEXT],
                "type": ["VerifiableCredential"],
                "issuer": "https://issuer.example/1",
                "credentialSubject": { "id": "urn:a" },
            });
            document[member] = value;
            canonical(&document)
        };
        assert!(plain("name", json!("x")).is_ok());
        for (member, value) in [
            ("unknown", json!("x")),
            ("credentialSubject", json!({ "id": "urn:a", "unknown": "x" })),
            ("type", json!(["VerifiableCredential", "UnknownCredential"])),
            ("id", json!("relative")),
            ("id", json!("")),
            ("id", json!("//host/path")),
            ("id", json!("https://not an address")),
            ("issuer", json!("not an address")),
            ("issuer", json!({ "id": "https://issuer.example/1", "unknown": 1 })),
            ("_:x", json!("y")),
            ("evidence", json!({ "type": "Unknown" })),
        ] {
            assert!(plain(member, value.clone()).is_err(), "{member} {value}");
        }
        assert!(
            canonical(&credential(json!({ "id": "relative", "alumniOf": "x" }))).is_err(),
            "terms are defined, addresses are not"
        );
    }

    #[test]
    fn many_nodes_are_read_and_many_that_look_alike_are_not() {
        let differing: Vec<Value> = (0..60).map(|number| json!({ "n": number })).collect();
        assert!(canonical(&credential(json!({ "all": differing }))).is_ok());
        let alike = |many: usize| canonical(&credential(json!({ "all": vec![json!({ "n": 1 }); many] })));
        assert!(alike(MOST_ALIKE).is_ok() && alike(MOST_ALIKE + 1).is_err());
        // Each of ten knows each other one.
        let know: Vec<Value> = (0..10).map(|other| json!({ "id": format!("_:b{other}") })).collect();
        let poison: Vec<Value> = (0..10).map(|own| json!({ "id": format!("_:b{own}"), "knows": know })).collect();
        assert!(canonical(&credential(json!({ "all": poison }))).is_err());
    }

    /// The digest is that of what jsonld.js makes of it.
    #[test]
    fn a_presentation_has_the_quads_that_others_make_of_it_each_credential_in_a_graph_of_its_own() {
        let mut held = credential(json!({ "id": "urn:a", "alumniOf": "学校", "since": 1999.5 }));
        held["proof"] = json!({
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-rdfc-2022",
            "created": "2023-02-24T23:36:38Z",
            "verificationMethod": "https://issuer.example/1#key",
            "proofPurpose": "assertionMethod",
            "proofValue": "z21EVs3",
        });
        let text = canonical(&json!({
            "@context": [FIRST_CONTEXT],
            "type": ["VerifiablePresentation"],
            "holder": "did:example:h",
            "verifiableCredential": [held],
        }))
        .unwrap();
        let inner = text.lines().find(|line| line.contains("#alumniOf")).unwrap();
        assert!(inner.ends_with(" \"学校\" _:c14n3 ."), "{inner}");
        let digest = sha256_of(text.as_bytes()).unwrap().0.to_string();
        assert_eq!(digest, "c57225cfab3d8850f72bbaa6672abfd1bc2396bc46dabc7b2e7003727c11332c", "{text}");
    }
}
