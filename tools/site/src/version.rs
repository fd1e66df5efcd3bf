//! wasm-bindgen's two halves talk in a private format, so the one compiled into the site must be the one compiled in here.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};

pub fn check(lock: &Path) -> Result<()> {
    let text = fs::read_to_string(lock).with_context(|| format!("cannot read {}", lock.display()))?;
    compare(&text, &wasm_bindgen_shared::version())
        .with_context(|| format!("{} does not fit tools/site/Cargo.toml", lock.display()))
}

fn compare(lock: &str, ours: &str) -> Result<()> {
    let theirs = locked_version(lock).context("it names no wasm-bindgen")?;
    if theirs != ours {
        bail!(
            "the application is compiled with wasm-bindgen {theirs}, this tool with {ours}: write the same version into both Cargo.toml files \
             (wasm-bindgen in the main one; wasm-bindgen-cli-support and wasm-bindgen-shared in tools/site) and run cargo update there"
        );
    }
    Ok(())
}

fn locked_version(lock: &str) -> Option<&str> {
    let mut lines = lock.lines().skip_while(|line| *line != "name = \"wasm-bindgen\"");
    lines.next()?;
    lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";

    #[test]
    fn equal_versions_pass() {
        assert!(compare(LOCK, "0.2.130").is_ok());
    }

    #[test]
    fn another_version_is_refused_with_both_numbers() {
        let message = compare(LOCK, "0.2.131").expect_err("the versions differ").to_string();
        assert!(message.contains("0.2.130") && message.contains("0.2.131"), "{message}");
    }

    #[test]
    fn a_lock_file_without_wasm_bindgen_is_refused() {
        assert!(compare("", "0.2.130").is_err());
    }

    #[test]
    fn the_repository_has_one_version() -> Result<()> {
        check(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock"))
    }
}
