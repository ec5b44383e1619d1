//! What the two contexts make of each member that a document of ours has: its type's name in full, the predicate, how the value is read. Written by
//! hand from `contexts/`; tests hold every row against those files, and all that is made of them against a reader of JSON-LD that others wrote.

/// A name in full: its vocabulary and what stands behind.
macro_rules! iri {
    (badges $name:literal) => {
        concat!("https://purl.imsglobal.org/spec/vc/ob/vocab.html#", $name)
    };
    (credentials $name:literal) => {
        concat!("https://www.w3.org/2018/credentials#", $name)
    };
    (schema $name:literal) => {
        concat!("https://schema.org/", $name)
    };
    (security $name:literal) => {
        concat!("https://w3id.org/security#", $name)
    };
    (status $name:literal) => {
        concat!("https://www.w3.org/ns/credentials/status#", $name)
    };
    (xsd $name:literal) => {
        concat!("http://www.w3.org/2001/XMLSchema#", $name)
    };
    // The context of Open Badges has it with an s.
    (xsd_of_badges $name:literal) => {
        concat!("https://www.w3.org/2001/XMLSchema#", $name)
    };
}

/// How a value is read.
pub(super) enum As {
    /// A text as it stands.
    Text,
    /// A text of this datatype.
    Typed(&'static str),
    /// An address.
    Address,
    /// This word, which stands for this name.
    Word(&'static str, &'static str),
    /// True or false.
    Flag,
    /// A whole number.
    Count,
    /// A number, as a float.
    Amount,
    /// A node of this shape.
    Node(&'static Shape),
}

/// A member: its name, its predicate, its value.
pub(super) type Member = (&'static str, &'static str, As);

/// A node: its types by name and in full, all of which it has in this order, and the members that it may have.
pub(super) struct Shape {
    pub(super) types: &'static [(&'static str, &'static str)],
    pub(super) members: &'static [Member],
}

pub(super) const RDF_TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
pub(super) const BOOLEAN: &str = iri!(xsd_of_badges "boolean");
pub(super) const INTEGER: &str = iri!(xsd "integer");
pub(super) const FLOAT: &str = iri!(xsd_of_badges "float");

const ADDRESS: As = As::Typed(iri!(xsd_of_badges "anyURI"));
const INSTANT: As = As::Typed(iri!(xsd "dateTime"));
const MULTIBASE: As = As::Typed(iri!(security "multibase"));

const DESCRIPTION: Member = ("description", iri!(schema "description"), As::Text);
const NAME: Member = ("name", iri!(schema "name"), As::Text);
const NARRATIVE: Member = ("narrative", iri!(badges "narrative"), As::Text);
const PURPOSE: Member = ("statusPurpose", iri!(status "statusPurpose"), As::Text);
const VALID_FROM: Member = ("validFrom", iri!(credentials "validFrom"), INSTANT);
const OTHER_IDENTIFIER: Member = ("otherIdentifier", iri!(badges "otherIdentifier"), As::Node(&IDENTIFIER));

/// A certificate.
pub(super) static CERTIFICATE: Shape = Shape {
    types: &[
        ("VerifiableCredential", iri!(credentials "VerifiableCredential")),
        ("AchievementCredential", iri!(badges "OpenBadgeCredential")),
    ],
    members: &[
        NAME,
        DESCRIPTION,
        ("issuer", iri!(credentials "issuer"), As::Node(&PROFILE)),
        VALID_FROM,
        ("credentialSubject", iri!(credentials "credentialSubject"), As::Node(&SUBJECT)),
        ("evidence", iri!(credentials "evidence"), As::Node(&EVIDENCE)),
        ("credentialStatus", iri!(credentials "credentialStatus"), As::Node(&ENTRY)),
    ],
};

/// A status list.
pub(super) static LIST: Shape = Shape {
    types: &[
        ("VerifiableCredential", iri!(credentials "VerifiableCredential")),
        ("BitstringStatusListCredential", iri!(status "BitstringStatusListCredential")),
    ],
    members: &[
        ("issuer", iri!(credentials "issuer"), As::Address),
        VALID_FROM,
        ("validUntil", iri!(credentials "validUntil"), INSTANT),
        ("credentialSubject", iri!(credentials "credentialSubject"), As::Node(&BITS)),
    ],
};

/// What a proof says beside its value.
pub(super) static PROOF: Shape = Shape {
    types: &[("DataIntegrityProof", iri!(security "DataIntegrityProof"))],
    members: &[
        ("cryptosuite", iri!(security "cryptosuite"), As::Typed(iri!(security "cryptosuiteString"))),
        ("created", "http://purl.org/dc/terms/created", INSTANT),
        ("verificationMethod", iri!(security "verificationMethod"), As::Address),
        ("proofPurpose", iri!(security "proofPurpose"), As::Word("assertionMethod", iri!(security "assertionMethod"))),
    ],
};

static PROFILE: Shape = Shape {
    types: &[("Profile", iri!(badges "Profile"))],
    members: &[NAME, ("url", iri!(schema "url"), ADDRESS), OTHER_IDENTIFIER],
};

static IDENTIFIER: Shape = Shape {
    types: &[("IdentifierEntry", iri!(badges "IdentifierEntry"))],
    members: &[("identifier", iri!(badges "identifier"), As::Text), ("identifierType", iri!(badges "identifierType"), As::Text)],
};

static SUBJECT: Shape = Shape {
    types: &[("AchievementSubject", iri!(badges "AchievementSubject"))],
    members: &[
        ("identifier", iri!(badges "identifier"), As::Node(&IDENTITY)),
        ("licenseNumber", iri!(badges "licenseNumber"), As::Text),
        ("creditsEarned", iri!(badges "creditsEarned"), As::Amount),
        ("achievement", iri!(badges "achievement"), As::Node(&ACHIEVEMENT)),
        ("result", iri!(badges "result"), As::Node(&RESULT)),
    ],
};

static IDENTITY: Shape = Shape {
    types: &[("IdentityObject", iri!(badges "IdentityObject"))],
    members: &[
        ("hashed", iri!(badges "hashed"), As::Flag),
        ("identityHash", iri!(badges "identityHash"), As::Text),
        ("identityType", iri!(badges "identityType"), As::Text),
    ],
};

static ACHIEVEMENT: Shape = Shape {
    types: &[("Achievement", iri!(badges "Achievement"))],
    members: &[
        NAME,
        DESCRIPTION,
        ("achievementType", iri!(badges "achievementType"), As::Text),
        ("humanCode", iri!(badges "humanCode"), As::Text),
        OTHER_IDENTIFIER,
        ("inLanguage", iri!(schema "inLanguage"), As::Text),
        ("version", iri!(badges "version"), As::Text),
        ("criteria", iri!(badges "Criteria"), As::Node(&CRITERIA)),
        ("resultDescription", iri!(badges "resultDescription"), As::Node(&RESULT_DESCRIPTION)),
    ],
};

/// It has no type.
static CRITERIA: Shape = Shape { types: &[], members: &[NARRATIVE] };

static RESULT_DESCRIPTION: Shape = Shape {
    types: &[("ResultDescription", iri!(badges "ResultDescription"))],
    members: &[
        NAME,
        ("resultType", iri!(badges "resultType"), As::Text),
        ("valueMin", iri!(badges "valueMin"), As::Text),
        ("valueMax", iri!(badges "valueMax"), As::Text),
    ],
};

static RESULT: Shape = Shape {
    types: &[("Result", iri!(badges "Result"))],
    members: &[
        ("resultDescription", iri!(badges "resultDescription"), ADDRESS),
        ("value", iri!(schema "value"), As::Text),
        ("status", iri!(badges "status"), As::Text),
    ],
};

static EVIDENCE: Shape = Shape {
    types: &[("Evidence", iri!(badges "Evidence"))],
    members: &[
        NAME,
        ("genre", iri!(schema "genre"), As::Text),
        ("digestMultibase", iri!(security "digestMultibase"), MULTIBASE),
        NARRATIVE,
    ],
};

static ENTRY: Shape = Shape {
    types: &[("BitstringStatusListEntry", iri!(status "BitstringStatusListEntry"))],
    members: &[
        PURPOSE,
        ("statusListIndex", iri!(status "statusListIndex"), As::Text),
        ("statusListCredential", iri!(status "statusListCredential"), As::Address),
    ],
};

static BITS: Shape = Shape {
    types: &[("BitstringStatusList", iri!(status "BitstringStatusList"))],
    members: &[PURPOSE, ("encodedList", iri!(status "encodedList"), MULTIBASE), ("ttl", iri!(status "ttl"), As::Count)],
};

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value};

    use super::*;
    use crate::credentials::contexts::{self, CREDENTIALS, OPEN_BADGES};

    /// The terms of a context; of a type's, where one is named.
    fn terms(address: &str, scope: Option<&str>) -> Map<String, Value> {
        let context: Value = serde_json::from_str(contexts::text_of(address).unwrap()).unwrap();
        let terms = &context["@context"];
        let terms = scope.map_or(terms, |scope| &terms[scope]["@context"]);
        terms.as_object().cloned().unwrap_or_default()
    }

    /// What a term stands for and how its value is read.
    fn meaning(term: &Value, all: &Map<String, Value>) -> (String, Option<String>) {
        let id = term.as_str().or_else(|| term["@id"].as_str()).unwrap();
        // One term is named by another.
        let id = all.get(id).and_then(|other| other["@id"].as_str()).unwrap_or(id);
        (id.to_owned(), term["@type"].as_str().map(str::to_owned))
    }

    fn walk(shape: &Shape, contexts: &[&str], rows: &mut usize) {
        let mut known = Map::new();
        contexts.iter().for_each(|address| known.extend(terms(address, None)));
        for (name, full) in shape.types {
            assert_eq!(meaning(&known[*name], &known).0, *full, "{name}");
        }
        for (name, _) in shape.types {
            contexts.iter().for_each(|address| known.extend(terms(address, Some(name))));
        }
        for (name, predicate, value) in shape.members {
            *rows += 1;
            let (id, coercion) = meaning(&known[*name], &known);
            assert_eq!(id, *predicate, "{name}");
            let coerced = |to: &str| assert_eq!(coercion.as_deref(), Some(to), "{name}");
            match value {
                As::Text | As::Count => assert_eq!(coercion, None, "{name}"),
                As::Typed(datatype) => coerced(datatype),
                As::Address => coerced("@id"),
                As::Word(word, full) => {
                    coerced("@vocab");
                    assert_eq!(known[*name]["@context"][*word]["@id"], **full);
                }
                As::Flag => coerced(BOOLEAN),
                As::Amount => coerced(FLOAT),
                As::Node(shape) => walk(shape, contexts, rows),
            }
        }
    }

    #[test]
    fn every_row_says_what_the_bundled_contexts_say() {
        let mut rows = 0;
        walk(&CERTIFICATE, &[CREDENTIALS, OPEN_BADGES], &mut rows);
        walk(&LIST, &[CREDENTIALS], &mut rows);
        walk(&PROOF, &[CREDENTIALS, OPEN_BADGES], &mut rows);
        walk(&PROOF, &[CREDENTIALS], &mut rows);
        assert!(rows > 50, "{rows}");
    }
}
