//! Notes that people write in Markdown, shown as safe HTML.

use leptos::prelude::*;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};
use std::collections::HashSet;

/// Notes as HTML: CommonMark with tables and strikethrough. Raw HTML, scripts, styles, pictures from elsewhere and addresses other
/// than http, https and mailto are left out.
#[component]
pub fn Markdown(
    /// What was typed.
    text: String,
) -> impl IntoView {
    view! { <div class="prose" dir="auto" inner_html=to_html(&text)></div> }
}

/// What [`Markdown`] shows.
pub fn to_html(text: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut raw = String::with_capacity(text.len() * 3 / 2);
    html::push_html(&mut raw, Parser::new_ext(text, options).map(below_the_page));
    ammonia::Builder::default()
        .rm_tags(["img", "map", "area"])
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .link_rel(Some("noopener noreferrer nofollow"))
        .clean(&raw)
        .to_string()
}

/// Notes stand in a card under a heading of the second level: their headings begin at the third.
fn below_the_page(event: Event<'_>) -> Event<'_> {
    let lower = |level: HeadingLevel| match level {
        HeadingLevel::H1 => HeadingLevel::H3,
        HeadingLevel::H2 => HeadingLevel::H4,
        HeadingLevel::H3 => HeadingLevel::H5,
        _ => HeadingLevel::H6,
    };
    match event {
        Event::Start(Tag::Heading { level, id, classes, attrs }) => {
            Event::Start(Tag::Heading { level: lower(level), id, classes, attrs })
        }
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(lower(level))),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_html() {
        let html = to_html(
            "# Why\n\n- *good* at night\n- [paper](https://example.org/a?b=c)\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
        );
        for part in ["<h3>Why</h3>", "<em>good</em>", "href=\"https://example.org/a?b=c\"", "<td>1</td>"] {
            assert!(html.contains(part), "{part} is not in {html}");
        }
    }

    #[test]
    fn nothing_that_runs_or_calls_home_comes_through() {
        for hostile in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "![x](https://example.org/pixel.png)",
            "[x](javascript:alert(1))",
            "[x](data:text/html;base64,PHNjcmlwdD4=)",
            "<a href=\"jAvAsCrIpT:alert(1)\" onclick=alert(1)>x</a>",
            "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
            "<style>body{display:none}</style>",
            "<iframe src=https://example.org></iframe>",
            "<form action=/x><input name=a></form>",
        ] {
            let html = to_html(hostile).to_lowercase();
            for part in
                ["script", "onerror", "onclick", "<img", "<svg", "<style", "<iframe", "<form", "data:", "<input"]
            {
                assert!(!html.contains(part), "{part} is in {html}");
            }
        }
    }
}
