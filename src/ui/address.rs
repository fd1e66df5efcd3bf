//! Text inside addresses.

/// Percent-encodes `text` as one segment of a path, or one value of a query; what RFC 3986 calls unreserved stays.
pub fn encoded_segment(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// Percent-encodes a relative path, segment by segment.
pub fn encoded_path(path: &str) -> String {
    path.split('/').map(encoded_segment).collect::<Vec<_>>().join("/")
}

/// The text of [`encoded_segment`]; none if it is not percent-encoded UTF-8.
pub fn decoded_segment(encoded: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        if first == b'%' {
            let digits = std::str::from_utf8(behind.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &behind[2..];
        } else {
            bytes.push(first);
            rest = behind;
        }
    }
    String::from_utf8(bytes).ok()
}

/// `path` with those pairs in its query that have a value.
pub fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
    let query: Vec<String> =
        pairs.map(|(key, value)| format!("{}={}", encoded_segment(key), encoded_segment(value))).collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_stay_inside_their_segment() {
        for (path, encoded) in [
            ("model/a b.bin", "model/a%20b.bin"),
            ("Größe 100%?.png", "Gr%C3%B6%C3%9Fe%20100%25%3F.png"),
            ("a#b/\"<c>&", "a%23b/%22%3Cc%3E%26"),
        ] {
            assert_eq!(encoded_path(path), encoded);
        }
        assert_eq!(encoded_segment("a/../b"), "a%2F..%2Fb");
        assert_eq!(decoded_segment("a%2F..%2Fb Gr%C3%B6").as_deref(), Some("a/../b Grö"));
        assert_eq!((decoded_segment("%"), decoded_segment("%zz"), decoded_segment("%FF")), (None, None, None));
    }

    #[test]
    fn a_query_holds_what_has_a_value() {
        assert_eq!(with_query("/", &[("search", ""), ("cursor", "")]), "/");
        assert_eq!(with_query("/p", &[("search", "a&b=c"), ("x", "")]), "/p?search=a%26b%3Dc");
    }
}
