//! Names in the source of places that are compared and never shown.

/// Whether a node's name says nothing to a reader: some provinces have formal nodes in the place of a city.
#[must_use]
pub fn is_formal(name: &str) -> bool {
    matches!(name, "市辖区" | "县" | "省直辖县级行政区划" | "自治区直辖县级行政区划")
}
