//! Makes the site that the server embeds: browser code bound to JavaScript, one stylesheet and the public files, named by their content and compressed.

mod command_line;
mod compress;
mod output;
mod sizes;
mod stylesheet;
mod version;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use crate::command_line::Arguments;

/// The files of the site by their name relative to its root, with `/` between folders.
type Files = BTreeMap<String, Vec<u8>>;

fn main() -> ExitCode {
    match command_line::parse(std::env::args().skip(1)).and_then(|arguments| build(&arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("heirloom-site: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn build(arguments: &Arguments) -> Result<()> {
    version::check(&arguments.lock)?;

    let mut files = public_files(&arguments.public)?;
    let Code { javascript, wasm, snippets } = bind(&arguments.wasm, &arguments.out, arguments.fast)?;
    let css = stylesheet::bundle(&arguments.style)?;

    // One name for all three, because the pages know only one: it changes when any of them does.
    let stem = format!("heirloom-{}", content_hash([&javascript, &wasm, &css]));
    files.extend(snippets.into_iter().map(|(name, bytes)| (format!("pkg/snippets/{name}"), bytes)));
    files.insert(format!("pkg/{stem}.js"), javascript);
    // Leptos' `HydrationScripts` asks for this ending, which is also wasm-bindgen's own.
    files.insert(format!("pkg/{stem}_bg.wasm"), wasm);
    files.insert(format!("pkg/{stem}.css"), css);

    if arguments.fast {
        output::write(&arguments.out, &files)?;
        println!("site: {} files in {}, not compressed", files.len(), arguments.out.display());
        return Ok(());
    }
    let copies = compress::all(&arguments.out, &files)?;
    let table = sizes::Table::new(&files, &copies);
    let complete = files.into_iter().chain(copies).collect();
    output::write(&arguments.out, &complete)?;
    print!("{table}");
    arguments.limit_kb.map_or(Ok(()), |limit| table.check_code(limit))
}

struct Code {
    javascript: Vec<u8>,
    wasm: Vec<u8>,
    snippets: Files,
}

/// Runs wasm-bindgen in a folder beside the site and takes its files into memory.
fn bind(wasm: &Path, out: &Path, with_names: bool) -> Result<Code> {
    let workplace = out.with_extension("wasm-bindgen");
    remove_folder(&workplace)?;
    Bindgen::new()
        .input_path(wasm)
        .out_name("heirloom")
        .web(true)?
        .typescript(false)
        // Function names help while developing and are a tenth of the download.
        .remove_name_section(!with_names)
        .remove_producers_section(!with_names)
        .demangle(with_names)
        .generate(&workplace)
        .with_context(|| format!("cannot bind {}", wasm.display()))?;

    let code = Code {
        javascript: read(&workplace.join("heirloom.js"))?,
        wasm: read(&workplace.join("heirloom_bg.wasm"))?,
        snippets: read_folder(&workplace.join("snippets"))?,
    };
    remove_folder(&workplace)?;
    Ok(code)
}

fn public_files(folder: &Path) -> Result<Files> {
    let files = read_folder(folder)?;
    if let Some(name) = files.keys().find(|name| name.starts_with("pkg/")) {
        anyhow::bail!("{}/{name}: the folder pkg/ belongs to the generated files", folder.display());
    }
    Ok(files)
}

fn content_hash(parts: [&[u8]; 3]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize()[..6].iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// All files below a folder, hidden ones left out; empty when there is no such folder.
fn read_folder(root: &Path) -> Result<Files> {
    let mut files = Files::new();
    if root.exists() {
        for path in paths_below(root)? {
            files.insert(relative_name(root, &path)?, read(&path)?);
        }
    }
    Ok(files)
}

fn paths_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    let entries = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot list {}", folder.display()))?;
        let path = entry.path();
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        if path.is_dir() {
            paths.extend(paths_below(&path)?);
        } else {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn relative_name(root: &Path, path: &Path) -> Result<String> {
    let parts: Option<Vec<&str>> = path.strip_prefix(root)?.iter().map(|part| part.to_str()).collect();
    Ok(parts.with_context(|| format!("{}: the name is not UTF-8", path.display()))?.join("/"))
}

fn remove_folder(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_has_twelve_digits_and_depends_on_every_part() {
        let hash = content_hash([b"a", b"b", b"c"]);
        assert_eq!(hash, "ba7816bf8f01", "the first digits of the SHA-256 of abc");
        assert_ne!(hash, content_hash([b"a", b"b", b"d"]));
    }

    #[test]
    fn public_files_keep_their_folders_and_leave_hidden_ones_behind() -> Result<()> {
        let folder = tempfile::tempdir()?;
        fs::create_dir(folder.path().join("icons"))?;
        fs::write(folder.path().join("icons/a.svg"), "a")?;
        fs::write(folder.path().join(".hidden"), "b")?;
        let names: Vec<String> = public_files(folder.path())?.into_keys().collect();
        assert_eq!(names, ["icons/a.svg"]);
        assert!(public_files(&folder.path().join("missing"))?.is_empty());
        Ok(())
    }

    #[test]
    fn public_files_may_not_pose_as_generated_ones() -> Result<()> {
        let folder = tempfile::tempdir()?;
        fs::create_dir(folder.path().join("pkg"))?;
        fs::write(folder.path().join("pkg/heirloom.js"), "")?;
        assert!(public_files(folder.path()).is_err());
        Ok(())
    }
}
