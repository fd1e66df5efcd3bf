//! Named files as a table, each with its digest and its download.

use super::{
    icon::Icon,
    parts::{Copyable, TableBox},
};
use crate::vocabulary::{Digest, quantity::bytes_for_people};
use leptos::prelude::*;

/// A file as the table shows it.
#[derive(Clone, Debug)]
pub struct FileRow {
    /// The whole name, which may be a path.
    pub name: String,
    /// Its size.
    pub size_bytes: i64,
    /// What addresses its bytes.
    pub sha256: Digest,
    /// The type that it is served with.
    pub content_type: String,
    /// Where it is downloaded.
    pub href: String,
    /// A remark under the name.
    pub note: Option<String>,
}

/// Names, sizes, digests, downloads.
#[component]
pub fn FileTable(
    /// In their order.
    files: Vec<FileRow>,
) -> impl IntoView {
    let rows: Vec<_> = files.into_iter().map(|file| view! { <Row file /> }).collect();
    view! {
        <TableBox label="Files table".to_owned()>
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col" class="num">"Size"</th>
                        <th scope="col">"SHA-256"</th>
                        <th scope="col" class="actions"><span class="visually-hidden">"Download"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </TableBox>
    }
}

#[component]
fn Row(file: FileRow) -> impl IntoView {
    let what = format!("digest of {}", file.name);
    let note = file.note.map(|note| view! { <span class="sub">{note}</span> });
    let warning = can_run_code(&file.name).then(|| view! { <span class="sub">"Loading it can run code."</span> });
    view! {
        <tr>
            <th scope="row" class="name">
                <span class="file-name"><Icon name=icon_of(&file.name, &file.content_type) /><bdi>{file.name.clone()}</bdi></span>
                {note}
                {warning}
            </th>
            <td class="num nowrap">{bytes_for_people(file.size_bytes)}</td>
            <td class="nowrap"><Copyable text=file.sha256.to_string() shown=format!("{}…", file.sha256.short()) what /></td>
            <td class="actions">
                <a class="button small" href=file.href download=file_name(&file.name)>
                    <Icon name="download" />
                    "Download"
                    <span class="visually-hidden">" "{file.name.clone()}</span>
                </a>
            </td>
        </tr>
    }
}

fn icon_of(name: &str, content_type: &str) -> &'static str {
    match name.rsplit_once('.') {
        _ if content_type.starts_with("image/") => "image",
        Some((_, "csv" | "tsv" | "parquet")) => "table",
        _ => "file",
    }
}

/// Whether the format can hold a program that runs when the file is loaded: what is built on Python's pickle (see the warning in its
/// documentation), and Keras' with their Lambda layers.
fn can_run_code(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let endings = ["pkl", "pickle", "joblib", "dill", "pt", "pth", "ckpt", "keras", "h5", "hdf5"];
    ending.is_some_and(|ending| endings.contains(&ending.as_str()))
}

fn file_name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_that_can_hold_a_program_are_known_by_their_ending() {
        for name in ["best.pt", "model/digits.JOBLIB", "a.b.pkl"] {
            assert!(can_run_code(name), "{name}");
        }
        for name in ["model.safetensors", "model.onnx", "pt", "labels.json", "pkl/readme.md"] {
            assert!(!can_run_code(name), "{name}");
        }
    }
}
