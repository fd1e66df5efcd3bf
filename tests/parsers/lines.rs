//! What stands in addresses, tables and pages.

use super::hostile::{settings, text};
use heirloom::{
    database::DatabaseUrl,
    lineage::Extent,
    ui::{
        address::{decoded_segment, encoded_path, encoded_segment},
        csv::{harmless, lines},
        label_rows::RowAction,
        markdown::to_html,
        page::Done,
    },
};
use proptest::prelude::*;

/// The tags of HTML that ammonia has written: lower case, every attribute in double quotes.
fn tags(html: &str) -> Vec<&str> {
    html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or_default()).collect()
}

/// RFC 3986, section 3.1. What has other characters before the colon is a relative address.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

proptest! {
    #![proptest_config(settings())]

    #[test]
    fn notes_never_become_a_script(text in text(&[
        "# Title\n\n[a](https://example.org) <b>x</b>",
        "[x](javascript:alert(1))",
        "<img src=x onerror=alert(1)>",
        "| a | b |\n|---|---|\n| <script>1</script> | `x` |",
        "<svg><style><a title='</style><img onerror=1>'>",
        "![x](data:text/html,<script>)",
    ])) {
        let html = to_html(&text);
        for tag in tags(&html) {
            let name = tag.trim_start_matches('/').split([' ', '\n']).next().unwrap_or_default();
            prop_assert!(!["script", "style", "iframe", "object", "embed", "svg", "math", "img", "form", "input", "base", "meta", "link"].contains(&name), "{}", html);
            prop_assert!(!tag.contains(" on") || !tag.split('"').step_by(2).any(|part| part.contains(" on")), "{}", html);
            if let Some(address) = tag.split("href=\"").nth(1).and_then(|rest| rest.split('"').next()) {
                let scheme = address.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase()).filter(|scheme| is_scheme(scheme));
                prop_assert!(scheme.is_none_or(|scheme| ["http", "https", "mailto"].contains(&scheme.as_str())), "{}", html);
            }
        }
    }

    #[test]
    fn a_part_of_an_address_is_read_as_it_was(text in text(&["a b", "größe/1", "100%"])) {
        let encoded = encoded_segment(&text);
        prop_assert!(encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte)), "{}", encoded);
        prop_assert_eq!(decoded_segment(&encoded), Some(text.clone()));
        prop_assert_eq!(encoded_path(&text).matches('/').count(), text.matches('/').count());
        _ = decoded_segment(&text);
        prop_assert!(Done::message(&text).is_none_or(|message| !message.is_empty()));
    }

    #[test]
    fn a_cell_is_never_a_formula_and_a_table_reads_back(row in prop::collection::vec(text(&["=1+1", "-2.5", "@x", "a,b", "a\"b"]), 1..5)) {
        for cell in &row {
            let shown = harmless(cell);
            let begins = shown.trim_start_matches('\u{feff}');
            prop_assert!(!begins.starts_with(['=', '+', '-', '@', '\t', '\r']) || shown.parse::<f64>().is_ok(), "{:?}", shown);
        }
        // Every file begins with a row of heads.
        let heads: Vec<String> = row.iter().map(|_| "head".to_owned()).collect();
        let bytes = lines([&heads, &row]).unwrap();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
        let read: Vec<String> = reader.records().nth(1).unwrap().unwrap().iter().map(str::to_owned).collect();
        prop_assert_eq!(read, row.iter().map(|cell| harmless(cell)).collect::<Vec<_>>());
    }

    #[test]
    fn what_a_query_or_a_button_says_is_read_or_not(text in text(&["up:3", "remove:0", "down:18446744073709551616", "0192f3a0,,x", "postgres://a:b@c/d", "sqlite:x"])) {
        if let Some(action) = RowAction::parse(&text) {
            let mut rows = vec!["one".to_owned(), "two".to_owned()];
            action.apply(&mut rows);
            prop_assert!(rows.contains(&"one".to_owned()) || rows == ["two"]);
        }
        prop_assert!(Extent::read_opened(&text).iter().all(|id| !id.is_empty() && !id.contains(',')));
        _ = text.parse::<DatabaseUrl>();
    }
}
