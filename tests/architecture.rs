//! Who may use whom: reads every path in `src/` and names those that go against the order of the house.
//!
//! Slices use earlier slices, never later ones; inside a slice the doors use operations, and operations use stores. What carries the
//! product (`app`, `server`, `demo`, `main`) may use everything, and is used by nobody, but for the doors of `server`.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};

/// The nouns, each may use the ones before it.
const SLICES: [&str; 11] =
    ["audit", "auth", "dataset", "artifact", "model", "experiment", "export", "tag", "search", "lineage", "compat"];
/// What knows no slice, and what each of them may use.
const FOUNDATIONS: [(&str, &[&str]); 7] = [
    ("error", &[]),
    ("vocabulary", &["error"]),
    ("ui", &["error", "vocabulary"]),
    ("database", &["error", "vocabulary"]),
    ("storage", &["error", "vocabulary", "database"]),
    ("mail", &[]),
    ("services", &["error", "vocabulary", "database", "storage", "mail"]),
];
/// What carries the product.
const CARRIERS: [&str; 7] = ["app", "server", "demo", "commands", "main", "lib", "build"];

/// The few places that the rules above forbid, and why they are there. An entry that is not needed any more fails the test, too.
const EXCEPTIONS: [(&str, &str); 7] = [
    // Everybody writes the trail by one name, `audit::record`.
    ("audit", "audit::store"),
    // The pool of password checks belongs to what a server shares, and knows no member.
    ("services", "auth::password"),
    // Likewise the memory for failed attempts.
    ("services", "auth::throttle"),
    // And the identity provider.
    ("services", "auth::provider"),
    // Series and frozen summaries have the same columns; the row type stands with the summaries.
    ("experiment::store::metrics", "model::store::SummaryMetricRow"),
    // The server's half of the form turns text into what the operation takes.
    ("export::form", "export::operations"),
    // Addresses are made where the pages are.
    ("export::server_fns", "export::pages::address_after_export"),
];

#[test]
fn every_import_goes_down() {
    let mut files = Vec::new();
    collect(&source_folder(), &mut files);
    assert!(files.len() > 50, "only {} files were found", files.len());
    let mut used_exceptions = vec![false; EXCEPTIONS.len()];
    let mut violations = Vec::new();
    for file in &files {
        for (line, used) in references(file) {
            let Some(reason) = objection(&file.module, &used) else { continue };
            match EXCEPTIONS.iter().position(|(user, path)| *user == file.module.join("::") && starts_with(&used, path))
            {
                Some(exception) => used_exceptions[exception] = true,
                None => violations.push(Violation { file: &file.path, line, used, reason }),
            }
        }
    }
    let named: Vec<String> = violations.iter().map(Violation::to_string).collect();
    assert!(named.is_empty(), "{}", named.join("\n"));
    for ((user, path), was_used) in EXCEPTIONS.iter().zip(used_exceptions) {
        assert!(was_used, "{user} no longer uses {path}: remove the exception");
    }
}

struct Violation<'a> {
    file: &'a Path,
    line: usize,
    used: Vec<String>,
    reason: String,
}

impl fmt::Display for Violation<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "src/{}:{} uses crate::{}: {}",
            self.file.strip_prefix(source_folder()).unwrap_or(self.file).display(),
            self.line,
            self.used.join("::"),
            self.reason
        )
    }
}

/// The layers of a slice. Everything without a name of its own is types and pure rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layer {
    Pages,
    Islands,
    ServerFns,
    Rest,
    Gate,
    Operations,
    Store,
    Pure,
}

impl Layer {
    fn of(part: Option<&String>) -> Self {
        match part.map(String::as_str) {
            Some("pages") => Self::Pages,
            Some("islands") => Self::Islands,
            Some("server_fns") => Self::ServerFns,
            // What turns a request into an actor is a door, too.
            // And so are the calls of another protocol.
            Some("rest" | "request" | "picsellia") => Self::Rest,
            Some("gate") => Self::Gate,
            Some("operations") => Self::Operations,
            Some("store") => Self::Store,
            _ => Self::Pure,
        }
    }

    /// Inside a slice.
    fn may_use(self, other: Self) -> bool {
        use Layer::*;
        self == other
            || other == Pure
            || match self {
                Pages => matches!(other, Islands | ServerFns | Operations | Rest | Gate),
                Islands => other == ServerFns,
                Rest => matches!(other, Operations | Gate),
                ServerFns | Gate => other == Operations,
                Operations => other == Store,
                Store | Pure => false,
            }
    }

    /// In an earlier slice.
    fn may_use_of_earlier(self, other: Self) -> bool {
        use Layer::*;
        match self {
            Pages | Islands | ServerFns | Rest | Gate => self.may_use(other),
            Operations => matches!(other, Operations | Store | Pure),
            Store | Pure => other == Pure,
        }
    }

    /// In a later slice: only what is shown may be composed freely, and every door is registered at the one gate.
    fn may_use_of_later(self, other: Self) -> bool {
        use Layer::*;
        matches!(
            (self, other),
            (Pages, Pages | Islands | ServerFns | Pure) | (Islands, Islands | ServerFns | Pure) | (Pages | Rest, Gate)
        )
    }
}

/// What is wrong with `module` using `used`, if anything.
fn objection(module: &[String], used: &[String]) -> Option<String> {
    let (from, to) = (module[0].as_str(), used.first()?.as_str());
    if CARRIERS.contains(&from) || (from == to && !SLICES.contains(&from)) {
        return None;
    }
    if let Some((_, allowed)) = FOUNDATIONS.iter().find(|(name, _)| *name == from) {
        return (!allowed.contains(&to)).then(|| format!("{from} may use only {allowed:?}"));
    }
    let Some(place) = SLICES.iter().position(|slice| *slice == from) else {
        return Some(format!("{from} has no place in the order; give it one in tests/architecture.rs"));
    };
    let layer = Layer::of(module.get(1));
    if let Some(other) = SLICES.iter().position(|slice| *slice == to) {
        let other_layer = Layer::of(used.get(1));
        let (is_allowed, relation) = match other.cmp(&place) {
            std::cmp::Ordering::Equal => (layer.may_use(other_layer), "its own slice"),
            std::cmp::Ordering::Less => (layer.may_use_of_earlier(other_layer), "an earlier slice"),
            std::cmp::Ordering::Greater => (layer.may_use_of_later(other_layer), "a later slice"),
        };
        return (!is_allowed).then(|| format!("{layer:?} must not use {other_layer:?} of {relation}"));
    }
    let is_allowed = match to {
        "error" | "vocabulary" => true,
        "services" => !matches!(layer, Layer::Store | Layer::Islands | Layer::Pure),
        "ui" => matches!(layer, Layer::Pages | Layer::Islands),
        "mail" => matches!(layer, Layer::Operations | Layer::Pages),
        "database" => matches!(layer, Layer::Operations | Layer::Store),
        "storage" => matches!(layer, Layer::Operations | Layer::Store | Layer::Rest | Layer::Pages),
        "server" => match used.get(1).map(String::as_str) {
            Some("door") => layer == Layer::ServerFns,
            Some("extract" | "problem") => layer == Layer::Rest,
            _ => false,
        },
        _ => false,
    };
    (!is_allowed).then(|| format!("{layer:?} of a slice must not use {to}"))
}

fn starts_with(used: &[String], path: &str) -> bool {
    let path: Vec<&str> = path.split("::").collect();
    used.len() >= path.len() && path.iter().zip(used).all(|(expected, part)| expected == part)
}

struct SourceFile {
    path: PathBuf,
    /// Below the crate: `["export", "operations"]`.
    module: Vec<String>,
    /// Where `super` leads.
    parent: Vec<String>,
    /// Where modules that are declared here are.
    children: Vec<String>,
    text: String,
}

fn source_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn collect(folder: &Path, files: &mut Vec<SourceFile>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let relative = path.strip_prefix(source_folder()).unwrap().with_extension("");
            let mut module: Vec<String> = relative.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
            let is_root = matches!(module[..], [ref name] if name == "lib" || name == "main");
            if module.last().is_some_and(|last| last == "mod") {
                module.pop();
            }
            let parent = module[..module.len() - 1].to_vec();
            let children = if is_root { Vec::new() } else { module.clone() };
            let text = code_alone(&std::fs::read_to_string(&path).unwrap());
            files.push(SourceFile { path, module, parent, children, text });
        }
    }
}

/// The text without comments, literals and the tests at its end; lines keep their numbers.
fn code_alone(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(raw) = raw_literal(rest) {
            raw
        } else if first == '"' {
            let mut is_escaped = false;
            let end = rest[1..].find(|character| {
                let is_end = character == '"' && !is_escaped;
                is_escaped = character == '\\' && !is_escaped;
                is_end
            });
            end.map_or(rest.len(), |end| end + 2)
        } else if let Some(escaped) = rest.strip_prefix(r"'\") {
            escaped.chars().next().map_or(2, |escaped| 2 + escaped.len_utf8())
        } else if let Some(quoted) = rest.strip_prefix('\'').and_then(|rest| rest.chars().next())
            && rest[1 + quoted.len_utf8()..].starts_with('\'')
        {
            2 + quoted.len_utf8()
        } else {
            code.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        };
        code.extend(rest[..skipped].chars().filter(|character| *character == '\n'));
        code.push(' ');
        rest = &rest[skipped..];
    }
    code
}

/// The length of `r"..."` or `r#"..."#` at the beginning of `text`.
fn raw_literal(text: &str) -> Option<usize> {
    let hashes = text.strip_prefix('r')?.chars().take_while(|character| *character == '#').count();
    text[1 + hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let begin = hashes + 2;
    Some(text[begin..].find(&end).map_or(text.len(), |found| begin + found + end.len()))
}

/// Every path in the file that leads somewhere in the crate, and the line it is on.
fn references(file: &SourceFile) -> Vec<(usize, Vec<String>)> {
    let tokens = tokens(&file.text);
    let mut imports = BTreeMap::new();
    for pair in tokens.windows(3) {
        if pair[0].1 == "mod" && pair[2].1 == ";" {
            let child: Vec<String> = file.children.iter().cloned().chain([pair[1].1.clone()]).collect();
            imports.insert(pair[1].1.clone(), child);
        }
    }
    let mut found = Vec::new();
    let mut position = 0;
    while position < tokens.len() {
        if tokens[position].1 == "use" {
            let mut leaves = Vec::new();
            position = read_tree(&tokens, position + 1, &[], &mut leaves);
            for (line, path, name) in leaves {
                if let Some(path) = resolved(file, &imports, &path) {
                    imports.insert(name, path.clone());
                    found.push((line, path));
                }
            }
            continue;
        }
        let mut path = vec![tokens[position].1.clone()];
        let line = tokens[position].0;
        let follows_path = position > 0 && tokens[position - 1].1 == "::";
        position += 1;
        while is_word(&path[0])
            && position + 1 < tokens.len()
            && tokens[position].1 == "::"
            && is_word(&tokens[position + 1].1)
        {
            path.push(tokens[position + 1].1.clone());
            position += 2;
        }
        if path.len() > 1 && !follows_path {
            found.extend(resolved(file, &imports, &path).map(|path| (line, path)));
        }
    }
    found
}

fn is_word(token: &str) -> bool {
    token.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

fn tokens(text: &str) -> Vec<(usize, String)> {
    let mut tokens = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        let mut rest = text.trim_start();
        while let Some(first) = rest.chars().next() {
            let is_part = |character: char| character.is_alphanumeric() || character == '_';
            let length = if is_part(first) {
                rest.find(|character| !is_part(character)).unwrap_or(rest.len())
            } else if rest.starts_with("::") {
                2
            } else {
                first.len_utf8()
            };
            tokens.push((line, rest[..length].to_owned()));
            rest = rest[length..].trim_start();
        }
    }
    tokens
}

type Leaf = (usize, Vec<String>, String);

/// Reads one tree of a `use` item; returns the position behind it.
fn read_tree(tokens: &[(usize, String)], mut position: usize, prefix: &[String], leaves: &mut Vec<Leaf>) -> usize {
    let mut path = prefix.to_vec();
    let line = tokens[position].0;
    loop {
        match tokens[position].1.as_str() {
            "::" => position += 1,
            "{" => {
                position += 1;
                while tokens[position].1 != "}" {
                    position = read_tree(tokens, position, &path, leaves);
                    if tokens[position].1 == "," {
                        position += 1;
                    }
                }
                return position + 1;
            }
            "as" => {
                let name = tokens[position + 1].1.clone();
                leaves.push((line, path, name));
                return position + 2;
            }
            "self" if !path.is_empty() => position += 1,
            word if is_word(word) || word == "*" => {
                path.push(word.to_owned());
                position += 1;
            }
            _ => break,
        }
    }
    if let Some(name) = path.last().cloned() {
        leaves.push((line, path, name));
    }
    position
}

/// The path below the crate, if it is in the crate.
fn resolved(file: &SourceFile, imports: &BTreeMap<String, Vec<String>>, path: &[String]) -> Option<Vec<String>> {
    let (mut base, mut rest) = match path[0].as_str() {
        "crate" | "heirloom" => (Vec::new(), &path[1..]),
        "self" => (file.children.clone(), &path[1..]),
        "super" => (file.parent.clone(), &path[1..]),
        name => (imports.get(name)?.clone(), &path[1..]),
    };
    while rest.first().is_some_and(|part| part == "super") {
        base.pop();
        rest = &rest[1..];
    }
    base.extend(rest.iter().cloned());
    Some(base)
}

mod the_reader_of_sources {
    use super::*;

    fn found(module: &str, text: &str) -> Vec<String> {
        let module: Vec<String> = module.split("::").map(str::to_owned).collect();
        let parent = module[..module.len() - 1].to_vec();
        let file =
            SourceFile { path: PathBuf::new(), children: module.clone(), module, parent, text: code_alone(text) };
        references(&file).into_iter().map(|(line, path)| format!("{line} {}", path.join("::"))).collect()
    }

    #[test]
    fn follows_trees_names_and_parents() {
        let text = "use crate::{\n    artifact::{self, Artifact as Kept},\n    model,\n};\nuse super::store;\nfn f() { model::store::find(store::x, Kept::y); }";
        assert_eq!(
            found("export::operations", text),
            [
                "2 artifact",
                "2 artifact::Artifact",
                "3 model",
                "5 export::store",
                "6 model::store::find",
                "6 export::store::x",
                "6 artifact::Artifact::y"
            ]
        );
    }

    #[test]
    fn skips_comments_literals_and_tests() {
        let text = "//! crate::a\n/// [`crate::b`]\nconst A: &str = \"crate::c \\\" crate::d\";\nconst B: &str = r#\"crate::e\"#;\nconst C: char = '\"';\nuse crate::f;\n#[cfg(test)]\nmod tests {\n    use crate::g;\n}";
        assert_eq!(found("export", text), ["6 f"]);
    }

    #[test]
    fn sees_what_goes_up() {
        let check = |module: &str, used: &str, is_refused: bool| {
            let parts = |text: &str| text.split("::").map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(objection(&parts(module), &parts(used)).is_some(), is_refused, "{module} uses {used}");
        };
        check("model::operations", "experiment::Experiment", true);
        check("model::store", "model::operations::find", true);
        check("experiment::rest", "experiment::store::find", true);
        check("experiment::rest", "experiment::operations::find", false);
        check("export::operations", "model::store::insert", false);
        check("experiment::pages", "export::islands::ExportDialog", false);
        check("experiment::operations", "export::islands::ExportDialog", true);
        check("dataset::pages", "database::Database", true);
        check("vocabulary::name", "dataset::Dataset", true);
        check("storage::disk", "server::start", true);
        check("export::rest", "server::start::open", true);
        check("export::rest", "server::problem::answer", false);
        check("elsewhere::rest", "export::operations::export", true);
    }
}
