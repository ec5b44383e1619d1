//! The columns of a list: which there may be, and which an organisation's lists have.

use super::words::HEADINGS;

/// A column of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// The name; always there.
    Name,
    /// The year or the day of birth; always there. Only the year is kept.
    Birth,
    /// The phone.
    Phone,
    /// The village or community, where it is not the list's own place.
    Place,
    /// The reading list.
    Group,
    /// The text size.
    Font,
    /// The identity number, of those who want it kept.
    Document,
}

impl Column {
    /// All of them, in the order of an empty form.
    pub const ALL: [Self; 7] = [Self::Name, Self::Birth, Self::Phone, Self::Place, Self::Group, Self::Font, Self::Document];

    /// Those that an organisation may take or leave.
    pub const OPTIONAL: [Self; 5] = [Self::Phone, Self::Place, Self::Group, Self::Font, Self::Document];

    /// The code in tables and messages.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Birth => "birth",
            Self::Phone => "phone",
            Self::Place => "place",
            Self::Group => "group",
            Self::Font => "font",
            Self::Document => "document",
        }
    }

    /// The column that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.code() == code)
    }

    /// The heading that we write.
    #[must_use]
    pub fn heading(self) -> &'static str {
        HEADINGS.iter().find(|(column, _)| *column == self).and_then(|(_, words)| words.first()).copied().unwrap_or_default()
    }

    /// The column whose heading this is.
    #[must_use]
    pub fn from_heading(heading: &str) -> Option<Self> {
        let heading = heading.trim();
        HEADINGS.iter().find(|(_, words)| words.contains(&heading)).map(|(column, _)| *column)
    }
}

/// The columns of an organisation's lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Format(Vec<Column>);

impl Default for Format {
    /// Name, birth, phone and place.
    fn default() -> Self {
        Self(vec![Column::Name, Column::Birth, Column::Phone, Column::Place])
    }
}

impl Format {
    /// A list with these columns beside name and birth.
    #[must_use]
    pub fn with(optional: &[Column]) -> Self {
        let is_in = |column: &Column| matches!(column, Column::Name | Column::Birth) || optional.contains(column);
        Self(Column::ALL.into_iter().filter(is_in).collect())
    }

    /// The format that a row of the table holds.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        Self::with(&text.split(',').filter_map(Column::from_code).collect::<Vec<_>>())
    }

    /// For the table.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.0.iter().map(|column| column.code()).collect::<Vec<_>>().join(",")
    }

    /// Its columns in order.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.0
    }
}

/// What is wrong with the first line of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WrongHead {
    /// A column that the format asks for is missing.
    Missing(Column),
    /// A heading is none that the format knows.
    Unknown(String),
    /// A column stands there twice.
    Twice(Column),
}

/// Which column each place of a line holds, by its first line. Their order is free; an empty heading is passed over.
///
/// # Errors
/// [`WrongHead`].
pub fn read_head(format: &Format, head: &[String]) -> Result<Vec<Option<Column>>, WrongHead> {
    let mut read = Vec::new();
    for heading in head {
        if heading.trim().is_empty() {
            read.push(None);
            continue;
        }
        let known = Column::from_heading(heading).filter(|column| format.columns().contains(column));
        let column = known.ok_or_else(|| WrongHead::Unknown(heading.trim().to_owned()))?;
        if read.contains(&Some(column)) {
            return Err(WrongHead::Twice(column));
        }
        read.push(Some(column));
    }
    match format.columns().iter().find(|column| !read.contains(&Some(**column))) {
        Some(missing) => Err(WrongHead::Missing(*missing)),
        None => Ok(read),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn a_first_line_is_read_in_any_order_and_what_is_wrong_with_it_is_named() {
        let format = Format::with(&[Column::Phone]);
        let read = read_head(&format, &head(&[" 手机 ", "姓名", "", "出生日期"])).unwrap();
        assert_eq!(read, [Some(Column::Phone), Some(Column::Name), None, Some(Column::Birth)]);
        assert_eq!(read_head(&format, &head(&["姓名", "出生年份"])), Err(WrongHead::Missing(Column::Phone)));
        assert_eq!(read_head(&format, &head(&["姓名", "民族"])), Err(WrongHead::Unknown("民族".to_owned())));
        assert_eq!(read_head(&format, &head(&["姓名", "名字"])), Err(WrongHead::Twice(Column::Name)));
        assert_eq!(
            read_head(&format, &head(&["姓名", "身份证号"])),
            Err(WrongHead::Unknown("身份证号".to_owned())),
            "not declared"
        );
    }

    #[test]
    fn a_format_comes_back_from_its_text_and_always_has_name_and_birth() {
        for format in [Format::default(), Format::with(&[]), Format::with(&Column::OPTIONAL)] {
            assert_eq!(Format::from_text(&format.to_text()), format);
        }
        assert_eq!(Format::from_text("document,nothing").to_text(), "name,birth,document");
    }

    #[test]
    fn every_column_has_a_heading_of_its_own() {
        for column in Column::ALL {
            assert_eq!(Column::from_heading(column.heading()), Some(column));
        }
    }
}
