//! A database's language, as far as looking at it needs it. Pure: tested without a server.

/// Knowledge of one database's language.
pub trait Dialect: std::fmt::Debug + Send + Sync {
    /// Writes a name so that the database reads exactly that name, whatever is in it.
    fn quote(&self, identifier: &str) -> String;

    /// Whether a database (a schema, where there are such) belongs to the product, not to a user.
    fn is_system(&self, database: &str) -> bool;

    /// An object's full name.
    fn qualified(&self, database: &str, object: &str) -> String {
        format!("{}.{}", self.quote(database), self.quote(object))
    }
}

/// Encloses a name and doubles the mark inside it, as SQL does with either mark.
pub(crate) fn enclosed(identifier: &str, mark: char) -> String {
    let mut text = String::with_capacity(identifier.len() + 2);
    text.push(mark);
    for c in identifier.chars() {
        if c == mark {
            text.push(mark);
        }
        text.push(c);
    }
    text.push(mark);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Reads one quoted name at the start of `text`: the name and what follows.
    fn read(text: &str, mark: char) -> Option<(String, &str)> {
        let mut name = String::new();
        let mut rest = text.strip_prefix(mark)?;
        loop {
            let at = rest.find(mark)?;
            name.push_str(&rest[..at]);
            rest = &rest[at + mark.len_utf8()..];
            match rest.strip_prefix(mark) {
                Some(more) => {
                    name.push(mark);
                    rest = more;
                }
                None => return Some((name, rest)),
            }
        }
    }

    #[test]
    fn marks_inside_a_name_are_doubled() {
        assert_eq!(enclosed("a`b", '`'), "`a``b`");
        assert_eq!(enclosed("\"", '"'), "\"\"\"\"");
        assert_eq!(enclosed("a.b'c\nd", '`'), "`a.b'c\nd`");
    }

    proptest! {
        #[test]
        fn any_name_reads_back_as_itself_and_nothing_more(
            name in "([`\"'.\\\\]|\\PC){0,64}", after in "[`\"]?[a-z ]{0,5}",
        ) {
            for mark in ['`', '"'] {
                prop_assume!(!after.starts_with(mark));
                let text = enclosed(&name, mark) + &after;
                prop_assert_eq!(read(&text, mark), Some((name.clone(), after.as_str())));
            }
        }
    }
}
