//! Tells cargo when the server must be compiled again because of files that are not Rust: the site that it embeds and the migrations.

use std::{env, fs, path::Path};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // The browser's build must not depend on the site: the site is made from it, so it would never be up to date.
    if env::var_os("CARGO_FEATURE_SSR").is_none() {
        return;
    }

    let package = env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR for build scripts");
    let site = Path::new(&package).join("target/site");
    // An empty folder is enough to compile: checks and tests work before the site was ever built.
    if let Err(error) = fs::create_dir_all(&site) {
        panic!("cannot create {}: {error}", site.display());
    }
    // Debug builds read the site from disk at run time, so that a new stylesheet costs them no compilation.
    if env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo:rerun-if-changed=target/site");
    }
    if Path::new(&package).join("migrations").exists() {
        println!("cargo:rerun-if-changed=migrations");
    }
}
