//! One stylesheet from many: `main.css` names the others in their order, and comments and indentation stay at home.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Context, Result, bail};

use crate::{paths_below, relative_name};

/// The files that `main.css` imports, in order, then the rest of `main.css` itself. Empty when there is no such folder.
///
/// A file that nobody imports is an error, since its rules would be missing without a word.
pub fn bundle(folder: &Path) -> Result<Vec<u8>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let read = |name: &str| {
        fs::read_to_string(folder.join(name)).with_context(|| format!("cannot read {}", folder.join(name).display()))
    };
    let main = read("main.css")?;
    let (imports, rest) = split_imports(&main)?;

    let mut forgotten: BTreeSet<String> =
        paths_below(folder)?.iter().map(|path| relative_name(folder, path)).collect::<Result<_>>()?;
    forgotten.retain(|name| name.ends_with(".css") && name != "main.css");
    let mut bundle = String::new();
    for name in imports {
        let text = read(name)?;
        if !split_imports(&text)?.0.is_empty() {
            bail!("{}: only main.css imports", folder.join(name).display());
        }
        bundle.push_str(&text);
        bundle.push('\n');
        forgotten.remove(name);
    }
    if let Some(name) = forgotten.first() {
        bail!("{} is not imported by main.css", folder.join(name).display());
    }
    bundle.push_str(&rest);
    Ok(without_comments(&bundle).into_bytes())
}

/// The names in `@import "name";` lines, and the text without those lines.
fn split_imports(text: &str) -> Result<(Vec<&str>, String)> {
    let mut names = Vec::new();
    let mut rest = String::new();
    for line in text.lines() {
        match line.trim().strip_prefix("@import") {
            Some(import) => {
                let name = import.trim().strip_prefix('"').and_then(|import| import.strip_suffix("\";"));
                names.push(name.with_context(|| {
                    format!("write `@import \"name.css\";` alone on its line, not `{}`", line.trim())
                })?);
            }
            None => {
                rest.push_str(line);
                rest.push('\n');
            }
        }
    }
    Ok((names, rest))
}

/// Comments gone and runs of white space shortened to one character. Strings and bare `url(…)` are copied as they are.
fn without_comments(css: &str) -> String {
    let mut short = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(first) = rest.chars().next() {
        let taken = if rest.starts_with("/*") {
            // A comment separates words, as a blank does.
            push_space(&mut short, ' ');
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if first == '"' || first == '\'' {
            let end = end_of_string(rest, first);
            short.push_str(&rest[..end]);
            end
        } else if is_bare_url(rest) {
            let end = rest.find(')').map_or(rest.len(), |end| end + 1);
            short.push_str(&rest[..end]);
            end
        } else if first.is_ascii_whitespace() {
            push_space(&mut short, if first == '\n' { '\n' } else { ' ' });
            first.len_utf8()
        } else {
            short.push(first);
            first.len_utf8()
        };
        rest = &rest[taken..];
    }
    short.trim_start().to_owned()
}

/// At most one white-space character in a row; a line break wins, so that the result stays readable.
fn push_space(text: &mut String, space: char) {
    match text.chars().last() {
        Some('\n') => {}
        Some(' ') if space == '\n' => {
            text.pop();
            text.push('\n');
        }
        Some(' ') => {}
        _ => text.push(space),
    }
}

fn end_of_string(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (index, character) in text.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if character == quote => return index + 1,
            _ => {}
        }
    }
    text.len()
}

/// `url(` whose content is not a string: there, `/*` begins no comment.
fn is_bare_url(text: &str) -> bool {
    let Some(start) = text.get(..4) else {
        return false;
    };
    start.eq_ignore_ascii_case("url(") && !text[4..].trim_start().starts_with(['"', '\''])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundled(files: &[(&str, &str)]) -> Result<String> {
        let folder = tempfile::tempdir()?;
        for (name, text) in files {
            fs::write(folder.path().join(name), text)?;
        }
        Ok(String::from_utf8(bundle(folder.path())?)?)
    }

    #[test]
    fn files_follow_in_the_order_of_the_imports() -> Result<()> {
        let css = bundled(&[
            ("main.css", "@import \"b.css\";\n@import \"a.css\";\nmain {}\n"),
            ("a.css", "a {}"),
            ("b.css", "b {}"),
        ])?;
        assert_eq!(css, "b {}\na {}\nmain {}\n");
        Ok(())
    }

    #[test]
    fn mistakes_are_named() {
        let check = |files: &[(&str, &str)], expected: &str| {
            let message = format!("{:#}", bundled(files).expect_err(expected));
            assert!(message.contains(expected), "{message}");
        };
        check(&[("main.css", ""), ("a.css", "")], "a.css is not imported");
        check(&[("main.css", "@import \"a.css\";")], "cannot read");
        check(&[("main.css", "@import url(a.css);")], "alone on its line");
        check(&[("main.css", "@import \"a.css\";"), ("a.css", "@import \"b.css\";")], "only main.css imports");
    }

    #[test]
    fn no_folder_is_an_empty_stylesheet() -> Result<()> {
        assert!(bundle(Path::new("/missing/style"))?.is_empty());
        Ok(())
    }

    #[test]
    fn only_comments_and_white_space_are_lost() {
        let check = |css: &str, expected: &str| assert_eq!(without_comments(css), expected);
        check("/* head */\na {\n    color: red;\n\n    top: 0\n}\n", "a {\ncolor: red;\ntop: 0\n}\n");
        check("a/**/b", "a b");
        check("a { content: \"/* kept */  \\\"  \" }", "a { content: \"/* kept */  \\\"  \" }");
        check("a { content: '  ' }", "a { content: '  ' }");
        check("a { background: url(x/*y) } /* gone */", "a { background: url(x/*y) } ");
        check("a { background: url( \"x\" /* gone */ ) }", "a { background: url( \"x\" ) }");
        check("p::before { content: '→  ü' } /* unclosed", "p::before { content: '→  ü' } ");
    }
}
