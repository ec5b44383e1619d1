//! The contexts a document of ours stands in, by their addresses. What they make of a document is written in `terms`; their text is what tests hold
//! that against, and what documents of others are read by in runs of conformance (`crate::conformance`).

/// W3C Verifiable Credentials 2.0.
pub(super) const CREDENTIALS: &str = "https://www.w3.org/ns/credentials/v2";
/// Open Badges 3.0, third edition.
pub(super) const OPEN_BADGES: &str = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json";
/// Keys as multibase.
pub(super) const MULTIKEY: &str = "https://w3id.org/security/multikey/v1";
/// DID documents.
pub(super) const DID: &str = "https://www.w3.org/ns/did/v1";

/// What examples and test vectors of W3C stand in beside the first: whatever term is not defined is one of its name space.
pub(super) const EXAMPLES: &str = "https://www.w3.org/ns/credentials/examples/v2";
/// The same for terms that nobody has defined (VC Data Model 2.0, 5.2).
const UNDEFINED: &str = "https://www.w3.org/ns/credentials/undefined-terms/v2";

/// The context at an address; none for any other. Nothing is fetched: these are in the binary.
#[must_use]
pub fn text_of(address: &str) -> Option<&'static str> {
    match address {
        CREDENTIALS => Some(include_str!("contexts/credentials-v2.json")),
        OPEN_BADGES => Some(include_str!("contexts/ob-v3p0-context-3.0.3.json")),
        MULTIKEY => Some(include_str!("contexts/multikey-v1.json")),
        DID => Some(include_str!("contexts/did-v1.json")),
        EXAMPLES => Some(r#"{"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}}"#),
        UNDEFINED => Some(r#"{"@context": {"@vocab": "https://www.w3.org/ns/credentials/undefined-term#"}}"#),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::sha256_of;

    /// The first three digests are those that the VC Data Model 2.0, Controlled Identifiers 1.0 and openbadgeslib publish or pin.
    #[test]
    fn the_contexts_are_byte_by_byte_those_that_others_pin() {
        let pinned = [
            (CREDENTIALS, "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"),
            (MULTIKEY, "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597"),
            (OPEN_BADGES, "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84"),
            (DID, "62c1054bf404d6dd3a4b26b64f830fd72095f6a26edc4469908c94351352ce5f"),
        ];
        for (address, digest) in pinned {
            assert_eq!(sha256_of(text_of(address).unwrap().as_bytes()).unwrap().0.to_string(), digest, "{address}");
        }
    }

    #[test]
    fn no_other_address_is_answered() {
        for address in
            ["", "https://www.w3.org/2018/credentials/v1", "https://www.w3.org/ns/credentials/v2/", "file:///etc/hostname"]
        {
            assert_eq!(text_of(address), None);
        }
    }
}
