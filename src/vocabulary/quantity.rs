//! Quantities in the words that people read.

/// `1.5 MB`, with decimal units.
pub fn bytes_for_people(bytes: i64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let exponent = (0..UNITS.len() - 1)
        .find(|&exponent| (bytes as f64) < 999.5 * 1000_f64.powi(exponent as i32))
        .unwrap_or(UNITS.len() - 1);
    let scaled = bytes as f64 / 1000_f64.powi(exponent as i32);
    let digits = usize::from(exponent > 0 && scaled < 99.95);
    format!("{scaled:.digits$} {}", UNITS[exponent])
}

/// A narrow space that no line breaks at. It parts thousands in every language (ISO 80000-1, 7.3.1); commas and points do not.
const THIN_SPACE: char = '\u{202F}';

/// `1 437`.
pub fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = if number < 0 { "-".to_owned() } else { String::new() };
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(THIN_SPACE);
        }
        text.push(digit);
    }
    text
}

/// `1 file`, `1 437 files`: for nouns whose plural takes an `s`.
pub fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(i64::try_from(count).unwrap_or(i64::MAX)))
}

/// `4.2 s`, `1 min 42 s`, `3 h 5 min`, `2 d 4 h`.
pub fn duration_for_people(seconds: f64) -> String {
    let whole = seconds.max(0.0).round() as i64;
    match whole {
        _ if seconds < 9.95 => format!("{:.1} s", seconds.max(0.0)),
        0..60 => format!("{whole} s"),
        60..3_600 => format!("{} min {} s", whole / 60, whole % 60),
        3_600..86_400 => format!("{} h {} min", whole / 3_600, whole % 3_600 / 60),
        _ => format!("{} d {} h", whole / 86_400, whole % 86_400 / 3_600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_shown_in_decimal_units() {
        for (bytes, shown) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (999_950, "1.0 MB"),
            (52_300_000, "52.3 MB"),
            (i64::MAX, "9223372 TB"),
        ] {
            assert_eq!(bytes_for_people(bytes), shown);
        }
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (number, shown) in
            [(0, "0"), (999, "999"), (1_437, "1\u{202F}437"), (-1_000_000, "-1\u{202F}000\u{202F}000")]
        {
            assert_eq!(grouped(number), shown);
        }
        assert_eq!(
            (counted(1, "file"), counted(1_000, "file")),
            ("1 file".to_owned(), "1\u{202F}000 files".to_owned())
        );
    }

    #[test]
    fn durations_have_two_units_at_most() {
        for (seconds, shown) in [
            (-1.0, "0.0 s"),
            (4.24, "4.2 s"),
            (59.4, "59 s"),
            (59.6, "1 min 0 s"),
            (102.0, "1 min 42 s"),
            (11_100.0, "3 h 5 min"),
            (187_200.0, "2 d 4 h"),
        ] {
            assert_eq!(duration_for_people(seconds), shown, "{seconds}");
        }
    }
}
