//! What a token may be used for, at most.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{fmt, str::FromStr};

/// One thing that a token may be used for. Reading is always allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Create and change what the registry keeps.
    Write,
    /// Export experiments as model versions.
    Export,
    /// Manage people, deletion and settings.
    Admin,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Scope; 3] = [Self::Write, Self::Export, Self::Admin];

    /// The word that is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Write => "write",
            Self::Export => "export",
            Self::Admin => "admin",
        }
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A set of scopes. Its text is `read`, followed by the others with commas between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scopes(u8);

impl Scopes {
    /// Nothing but reading.
    pub const READ: Scopes = Scopes(0);
    /// Whatever the role allows: what people in a browser have.
    pub const ALL: Scopes = Scopes(0b111);

    /// Whether the set holds `scope`.
    pub fn has(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// The set with one more.
    #[must_use]
    pub fn with(self, scope: Scope) -> Self {
        Self(self.0 | scope.bit())
    }

    fn of_words<'a>(words: impl Iterator<Item = &'a str>) -> Result<Self, String> {
        words
            .filter(|word| *word != "read")
            .map(|word| {
                let scope = Scope::ALL.into_iter().find(|scope| scope.as_str() == word);
                scope.ok_or_else(|| format!("unknown scope {word:?}; there are read, write, export and admin"))
            })
            .collect()
    }

    /// What both sets hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        scopes.into_iter().fold(Self::READ, Self::with)
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("read")?;
        Scope::ALL
            .into_iter()
            .filter(|scope| self.has(*scope))
            .try_for_each(|scope| write!(formatter, ",{}", scope.as_str()))
    }
}

impl FromStr for Scopes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::of_words(text.split(',').map(str::trim))
    }
}

impl Serialize for Scopes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(
            std::iter::once("read").chain(Scope::ALL.into_iter().filter(|scope| self.has(*scope)).map(Scope::as_str)),
        )
    }
}

impl<'de> Deserialize<'de> for Scopes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let words = Vec::<String>::deserialize(deserializer)?;
        if words.is_empty() {
            return Err(D::Error::custom("name at least one scope"));
        }
        Self::of_words(words.iter().map(String::as_str)).map_err(D::Error::custom)
    }
}

impl utoipa::PartialSchema for Scopes {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        use utoipa::openapi::{ArrayBuilder, ObjectBuilder, Type};
        let item =
            ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["read", "write", "export", "admin"]));
        ArrayBuilder::new().items(item).min_items(Some(1)).into()
    }
}

impl utoipa::ToSchema for Scopes {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_reads_its_own_text_back() {
        for bits in 0..8 {
            let scopes = Scopes(bits);
            assert_eq!(scopes.to_string().parse(), Ok(scopes));
            assert_eq!(serde_json::from_str::<Scopes>(&serde_json::to_string(&scopes).unwrap()).unwrap(), scopes);
        }
        assert_eq!("read".parse(), Ok(Scopes::READ));
        assert_eq!("write, export".parse(), Ok(Scopes::READ.with(Scope::Write).with(Scope::Export)));
        assert!("read,delete".parse::<Scopes>().is_err());
        assert_eq!(Scopes::ALL, Scope::ALL.into_iter().collect());
    }
}
