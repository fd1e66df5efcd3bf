//! The compressed copies that travel instead of the files, made once here instead of for every visitor.

use std::{fs, io::Write, path::Path};

use anyhow::Result;
use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};

use crate::Files;

/// Endings of formats that are compressed already.
const DENSE: [&str; 8] = [".png", ".jpg", ".jpeg", ".webp", ".avif", ".woff", ".woff2", ".gz"];

/// A `.br` and a `.gz` for every file that gains by it. Copies of files that did not change since the last build are taken from `site`,
/// because the best compression is slow.
pub fn all(site: &Path, files: &Files) -> Result<Files> {
    let mut copies = Files::new();
    for (name, bytes) in files.iter().filter(|(name, _)| is_compressible(name)) {
        let is_unchanged = fs::read(site.join(name)).is_ok_and(|present| present == *bytes);
        for (ending, compress) in [(".br", brotli as fn(&[u8]) -> Result<Vec<u8>>), (".gz", gzip)] {
            let copy = format!("{name}{ending}");
            let present = if is_unchanged { fs::read(site.join(&copy)).ok() } else { None };
            let compressed = present.map_or_else(|| compress(bytes), Ok)?;
            copies.insert(copy, compressed);
        }
    }
    Ok(copies)
}

fn is_compressible(name: &str) -> bool {
    !DENSE.iter().any(|ending| name.ends_with(ending))
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let parameters = BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: bytes.len(), ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut compressed, &parameters)?;
    Ok(compressed)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn copies_hold_the_same_bytes() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let text = b"body { color: red }".repeat(100);
        let files = Files::from([("a.css".to_owned(), text.clone()), ("b.png".to_owned(), text.clone())]);
        let copies = all(folder.path(), &files)?;
        assert_eq!(copies.keys().collect::<Vec<_>>(), ["a.css.br", "a.css.gz"]);

        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut &*copies["a.css.br"], &mut unpacked)?;
        assert_eq!(unpacked, text);
        unpacked.clear();
        flate2::read::GzDecoder::new(&*copies["a.css.gz"]).read_to_end(&mut unpacked)?;
        assert_eq!(unpacked, text);
        Ok(())
    }

    #[test]
    fn a_changed_file_does_not_keep_its_old_copies() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let first = Files::from([("a.css".to_owned(), b"first".to_vec())]);
        let mut complete = first.clone();
        complete.extend(all(folder.path(), &first)?);
        crate::output::write(folder.path(), &complete)?;

        let second = Files::from([("a.css".to_owned(), b"second".to_vec())]);
        assert_ne!(all(folder.path(), &second)?["a.css.br"], complete["a.css.br"]);
        assert_eq!(all(folder.path(), &first)?["a.css.br"], complete["a.css.br"]);
        Ok(())
    }
}
