//! What the caller says: where the parts are and where the site goes.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

const USAGE: &str = "usage: heirloom-site --wasm FILE [--style FOLDER] [--public FOLDER] [--out FOLDER] [--lock FILE] [--limit-kb N] [--fast]";

#[derive(Debug, PartialEq)]
pub struct Arguments {
    /// The compiled library, not yet bound.
    pub wasm: PathBuf,
    pub style: PathBuf,
    pub public: PathBuf,
    pub out: PathBuf,
    /// The lock file that says which wasm-bindgen the library was compiled with.
    pub lock: PathBuf,
    /// How many kB (1,000 bytes) of Brotli the JavaScript and the WebAssembly may have together.
    pub limit_kb: Option<u64>,
    /// Leaves compression and the limit out, and function names in.
    pub fast: bool,
}

pub fn parse(words: impl Iterator<Item = String>) -> Result<Arguments> {
    let mut arguments = Arguments {
        wasm: PathBuf::new(),
        style: "style".into(),
        public: "public".into(),
        out: "target/site".into(),
        lock: "Cargo.lock".into(),
        limit_kb: None,
        fast: false,
    };
    let mut words = words;
    while let Some(word) = words.next() {
        let mut value = || words.next().with_context(|| format!("{word} needs a value\n{USAGE}"));
        match word.as_str() {
            "--wasm" => arguments.wasm = value()?.into(),
            "--style" => arguments.style = value()?.into(),
            "--public" => arguments.public = value()?.into(),
            "--out" => arguments.out = value()?.into(),
            "--lock" => arguments.lock = value()?.into(),
            "--limit-kb" => arguments.limit_kb = Some(value()?.parse().context("--limit-kb needs a whole number")?),
            "--fast" => arguments.fast = true,
            _ => bail!("{word} is not known\n{USAGE}"),
        }
    }
    if arguments.wasm.as_os_str().is_empty() {
        bail!("--wasm is missing\n{USAGE}");
    }
    Ok(arguments)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Arguments> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn the_folders_of_the_repository_are_the_defaults() -> Result<()> {
        let arguments = parsed("--wasm a.wasm --limit-kb 180")?;
        assert_eq!(arguments.out, PathBuf::from("target/site"));
        assert_eq!((arguments.limit_kb, arguments.fast), (Some(180), false));
        Ok(())
    }

    #[test]
    fn mistakes_are_named() {
        let check = |line: &str, expected: &str| {
            let message = format!("{:#}", parsed(line).expect_err(line));
            assert!(message.contains(expected), "{message}");
        };
        check("", "--wasm is missing");
        check("--wasm", "--wasm needs a value");
        check("--wasm a --limit-kb many", "whole number");
        check("--wasm a --quick", "--quick is not known");
    }
}
