//! Answers that a browser saves as a file.

/// The value of `Content-Disposition` for a file; only letters, digits and dashes of its name are kept.
pub fn attachment(name: &str, extension: &str) -> String {
    format!("attachment; filename=\"{}.{extension}\"", plain(name))
}

/// A name that every system can keep.
pub fn plain(name: &str) -> String {
    name.chars().map(|character| if character.is_ascii_alphanumeric() { character } else { '-' }).collect()
}
