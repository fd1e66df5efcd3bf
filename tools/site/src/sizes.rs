//! What a visitor downloads, as a table, and the limit for the code in it.

use std::fmt;

use anyhow::{Result, bail};

use crate::Files;

pub struct Table {
    rows: Vec<Row>,
}

struct Row {
    name: String,
    raw: usize,
    gzip: usize,
    brotli: usize,
}

impl Table {
    /// Files without compressed copies count with their plain size in every column.
    pub fn new(files: &Files, copies: &Files) -> Self {
        let rows = files
            .iter()
            .map(|(name, bytes)| {
                let size_of = |ending: &str| copies.get(&format!("{name}{ending}")).map_or(bytes.len(), Vec::len);
                Row { name: name.clone(), raw: bytes.len(), gzip: size_of(".gz"), brotli: size_of(".br") }
            })
            .collect();
        Table { rows }
    }

    /// Refuses more than `limit_kb` kB of JavaScript and WebAssembly in Brotli.
    pub fn check_code(&self, limit_kb: u64) -> Result<()> {
        let size_bytes = self.code().brotli;
        if size_bytes as u64 > limit_kb * 1000 {
            bail!(
                "JavaScript and WebAssembly are {:.1} kB in Brotli, more than the {limit_kb} kB allowed: look for what the browser does not need",
                kilobytes(size_bytes)
            );
        }
        Ok(())
    }

    fn code(&self) -> Row {
        let mut sum = Row { name: "JavaScript and WebAssembly".to_owned(), raw: 0, gzip: 0, brotli: 0 };
        for row in self.rows.iter().filter(|row| row.name.ends_with(".js") || row.name.ends_with(".wasm")) {
            sum.raw += row.raw;
            sum.gzip += row.gzip;
            sum.brotli += row.brotli;
        }
        sum
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<40} {:>9} {:>9} {:>9}", "kB", "raw", "gzip", "brotli")?;
        for row in self.rows.iter().chain([&self.code()]) {
            writeln!(
                f,
                "{:<40} {:>9.1} {:>9.1} {:>9.1}",
                row.name,
                kilobytes(row.raw),
                kilobytes(row.gzip),
                kilobytes(row.brotli)
            )?;
        }
        Ok(())
    }
}

fn kilobytes(bytes: usize) -> f64 {
    bytes as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_counts_code_only() {
        let file = |name: &str, size: usize| (name.to_owned(), vec![0; size]);
        let files = Files::from([file("a.js", 4000), file("a.wasm", 9000), file("a.css", 9000), file("b.png", 9000)]);
        let copies = Files::from([file("a.js.br", 400), file("a.wasm.br", 601), file("a.css.br", 3000)]);
        let table = Table::new(&files, &copies);
        assert!(table.check_code(2).is_ok());
        let message = table.check_code(1).expect_err("1,001 bytes are more than 1 kB").to_string();
        assert!(message.contains("1.0 kB in Brotli"), "{message}");
    }
}
