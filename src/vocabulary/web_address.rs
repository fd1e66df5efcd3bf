//! Addresses of pages elsewhere, which people open and the server never does.

/// The most characters of an address.
pub const MAX_CHARS: usize = 2_000;

/// What is wrong with an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidWebAddress {
    /// Not a page of the web.
    #[error("must begin with https:// or http:// and a host")]
    NotTheWeb,
    /// A name or a password would be shown to everybody.
    #[error("must not contain a name or password")]
    Credentials,
    /// Spaces, control characters, or what ends an address in text.
    #[error("must not contain spaces, quotes or angle brackets")]
    Unprintable,
    /// Longer than [`MAX_CHARS`].
    #[error("must have at most {MAX_CHARS} characters")]
    TooLong,
}

/// The address that somebody typed, if it leads to a page of the web.
pub fn checked(text: &str) -> Result<String, InvalidWebAddress> {
    let text = text.trim();
    if text.chars().count() > MAX_CHARS {
        return Err(InvalidWebAddress::TooLong);
    }
    let is_unfit =
        |character: char| character.is_whitespace() || character.is_control() || "\"<>\\`".contains(character);
    if text.chars().any(is_unfit) {
        return Err(InvalidWebAddress::Unprintable);
    }
    let (scheme, rest) = text.split_once("://").ok_or(InvalidWebAddress::NotTheWeb)?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_web = ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    if !is_web || !host.starts_with(|first: char| first.is_alphanumeric() || first == '[') {
        return Err(InvalidWebAddress::NotTheWeb);
    }
    match host.contains('@') {
        true => Err(InvalidWebAddress::Credentials),
        false => Ok(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_address_leads_to_a_page_of_the_web() {
        use InvalidWebAddress as E;
        for text in ["https://example.org/n.ipynb?x=1#y", "HTTP://[::1]:8888/lab", "https://münchen.example"] {
            assert_eq!(checked(&format!(" {text} ")), Ok(text.to_owned()));
        }
        for (text, expected) in [
            ("", E::NotTheWeb),
            ("javascript:alert(1)", E::NotTheWeb),
            ("javascript://x/%0aalert(1)", E::NotTheWeb),
            ("data:text/html,x", E::NotTheWeb),
            ("//example.org", E::NotTheWeb),
            ("https:///path", E::NotTheWeb),
            ("https://?x", E::NotTheWeb),
            ("https://user:secret@example.org", E::Credentials),
            ("https://exa mple.org", E::Unprintable),
            ("https://example.org/\"onclick", E::Unprintable),
        ] {
            assert_eq!(checked(text), Err(expected), "{text:?}");
        }
        assert_eq!(checked(&format!("https://e.example/{}", "x".repeat(MAX_CHARS))), Err(E::TooLong));
    }

    proptest! {
        #[test]
        fn what_is_accepted_is_http_or_https(text in "(https?|ftp|javascript|data|file)?:?/{0,3}\\PC{0,30}") {
            if let Ok(address) = checked(&text) {
                let lower = address.to_ascii_lowercase();
                prop_assert!(lower.starts_with("http://") || lower.starts_with("https://"));
            }
        }
    }
}
