//! The hand-off: commands that fetch a version from anywhere with only a token (R42).

use crate::{
    model::ModelVersion,
    ui::{address::encoded_path, parts::CodeBlock, sections::Card},
    vocabulary::docker_image::shell_quoted,
};
use leptos::prelude::*;

/// How to fetch the files and check them.
#[component]
pub fn UseIt(
    /// The version.
    version: ModelVersion,
    /// The address of this server.
    public_url: String,
) -> impl IntoView {
    let api = format!("{public_url}/api/v1/model-versions/{}", version.id);
    let content = match download_command(&version, &api) {
        Some(command) => view! {
            <p>"Fetch the largest file with nothing but a token, and check that every byte is right. After a break, the same command goes on where it stopped:"</p>
            <CodeBlock text=command label="command that downloads a file".to_owned() />
            <p>"The same in Python, without a package:"</p>
            <CodeBlock text=python(&version, &api).unwrap_or_default() label="Python that downloads a file".to_owned() />
        }
        .into_any(),
        None => view! {
            <p>"This version has no files. Its label map, parameters and sources can be read all the same."</p>
        }
        .into_any(),
    };
    let bundle = format!(
        "curl --fail -H \"Authorization: Bearer $HEIRLOOM_TOKEN\" {api}/bundle | tar -x\nsha256sum --check SHA256SUMS"
    );
    let manifest = format!("curl -H \"Authorization: Bearer $HEIRLOOM_TOKEN\" {api}");
    view! {
        <Card id="use-it" title="Use it">
            <div class="stack">
                {content}
                <p>"Everything at once: all files, the manifest, the label map, and digests to check:"</p>
                <CodeBlock text=bundle label="command that downloads everything".to_owned() />
                <p>"Everything on this page for programs, as JSON: label map, parameters, digests and sources:"</p>
                <CodeBlock text=manifest label="command that reads the version".to_owned() />
                <p class="muted small">
                    <code>"heirloom token create"</code>" makes a token. "<a href="/help/export">"What a version holds, and what for"</a>" · "
                    <a href="/api/docs">"API description"</a>
                </p>
            </div>
        </Card>
    }
}

/// For the largest file, which is the model in most cases.
fn download_command(version: &ModelVersion, api: &str) -> Option<String> {
    let file = version.files.iter().max_by_key(|file| file.size_bytes)?;
    let name = file.name.rsplit('/').next().unwrap_or(&file.name);
    // A name with a dash in front must not become an option.
    let saved = shell_quoted(&format!("./{name}"));
    let check = shell_quoted(&format!("{}  ./{name}", file.sha256));
    Some(format!(
        "curl --fail --location --continue-at - -H \"Authorization: Bearer $HEIRLOOM_TOKEN\" \\\n  -o {saved} {api}/files/{}\necho {check} | sha256sum --check",
        encoded_path(&file.name)
    ))
}

/// Python that needs nothing but its standard library.
fn python(version: &ModelVersion, api: &str) -> Option<String> {
    let file = version.files.iter().max_by_key(|file| file.size_bytes)?;
    let name = file.name.rsplit('/').next().unwrap_or(&file.name);
    let saved = serde_json::Value::from(name);
    Some(format!(
        "import hashlib, os, urllib.request\n\n\
         request = urllib.request.Request(\n    \"{api}/files/{}\",\n    headers={{\"Authorization\": \"Bearer \" + os.environ[\"HEIRLOOM_TOKEN\"]}},\n)\n\
         digest = hashlib.sha256()\n\
         with urllib.request.urlopen(request) as answer, open({saved}, \"wb\") as file:\n    \
         while chunk := answer.read(1 << 20):\n        digest.update(chunk)\n        file.write(chunk)\n\
         assert digest.hexdigest() == \"{}\"",
        encoded_path(&file.name),
        file.sha256
    ))
}
