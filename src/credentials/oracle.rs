//! What others make of a document: `oxjsonld`, which reads any JSON-LD by the contexts themselves, and `oxrdf`, which makes any quads canonical. Tests
//! hold our own against them, and sign with them what no writer of ours writes.

use oxjsonld::{JsonLdParser, JsonLdRemoteDocument};
use oxrdf::Dataset;
use oxrdf::dataset::{CanonicalizationAlgorithm, CanonicalizationHashAlgorithm};
use serde_json::Value;

use super::contexts;
use super::proof::{NotCanonical, ProofOptions, joined, stated, without_proof};

/// The canonical N-Quads of any JSON-LD document in the bundled contexts.
pub fn canonical(document: &Value) -> Result<String, NotCanonical> {
    let text = document.to_string();
    let parser = JsonLdParser::new().for_slice(text.as_bytes()).with_load_document_callback(|address, _| {
        let context = contexts::text_of(address).ok_or("not one of the known contexts")?;
        Ok(JsonLdRemoteDocument { document: context.as_bytes().to_vec(), document_url: address.to_owned() })
    });
    let mut dataset: Dataset = parser.collect::<Result<_, _>>().map_err(|_| NotCanonical::NoJsonLd)?;
    dataset.canonicalize(CanonicalizationAlgorithm::Rdfc10 { hash_algorithm: CanonicalizationHashAlgorithm::Sha256 });
    let mut lines: Vec<String> = dataset.iter().map(|quad| format!("{quad} .\n")).collect();
    lines.sort_unstable();
    Ok(lines.concat())
}

/// What Ed25519 signs of any JSON-LD document.
pub fn hash_data(document: &Value, options: &ProofOptions) -> Result<[u8; 64], NotCanonical> {
    Ok(joined(&canonical(&stated(options, document))?, &canonical(&without_proof(document))?))
}
