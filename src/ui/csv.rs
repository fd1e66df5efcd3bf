//! Tables as CSV files (RFC 4180), safe to open in a spreadsheet.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

use super::attachment::attachment;
use crate::error::Failure;

/// A table that is saved as a file.
#[derive(Debug)]
pub struct CsvFile {
    /// What the file is called, without its extension; only letters, digits and dashes of it are kept.
    pub name: String,
    /// The first row.
    pub head: Vec<String>,
    /// The other rows, as wide as the first.
    pub rows: Vec<Vec<String>>,
}

impl CsvFile {
    /// The answer that a browser saves.
    pub fn into_answer(self) -> Result<Response, Failure> {
        let bytes = lines(std::iter::once(&self.head).chain(&self.rows))?;
        let disposition = attachment(&self.name, "csv");
        let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, &disposition)];
        Ok((headers, bytes).into_response())
    }
}

/// Rows as the lines of a CSV file, every cell harmless; a long file can be written in such parts.
pub fn lines<Row: IntoIterator<Item: AsRef<str>>>(rows: impl IntoIterator<Item = Row>) -> Result<Vec<u8>, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        let cells = row.into_iter().map(|cell| harmless(cell.as_ref()));
        writer.write_record(cells).map_err(|error| Failure::Broken(error.to_string()))?;
    }
    writer.into_inner().map_err(|error| Failure::Broken(error.to_string()))
}

/// Keeps spreadsheets from running a cell as a formula (OWASP, "CSV Injection"): text that begins like one gets an apostrophe.
pub fn harmless(cell: &str) -> String {
    let is_number = cell.parse::<f64>().is_ok();
    // A byte-order mark disappears at the beginning of a file.
    let begins = cell.trim_start_matches('\u{feff}');
    match begins.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number {
        true => format!("'{cell}"),
        false => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula_and_numbers_stay_numbers() {
        for (cell, shown) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
            ("-0.5", "-0.5"),
            ("+1e-3", "+1e-3"),
            ("plain", "plain"),
            ("", ""),
        ] {
            assert_eq!(harmless(cell), shown);
        }
    }
}
