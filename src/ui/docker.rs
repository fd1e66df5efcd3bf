//! A container image, and the command that runs it.

use super::parts::{CodeBlock, Copyable};
use crate::vocabulary::DockerImage;
use leptos::prelude::*;

/// The reference, how it was run, and a command to paste.
#[component]
pub fn DockerDetails(
    /// The image.
    image: DockerImage,
) -> impl IntoView {
    let command = image.docker_run_command();
    let flags = (!image.run_flags.is_empty())
        .then(|| view! { <div><dt>"Run flags"</dt><dd><code>{image.run_flags.join(" ")}</code></dd></div> });
    let environment = (!image.environment.is_empty())
        .then(|| view! { <div><dt>"Environment"</dt><dd><code>{image.environment.join(", ")}</code></dd></div> });
    view! {
        <div class="stack">
            <dl class="details">
                <div><dt>"Image"</dt><dd><Copyable text=image.reference what="image reference".to_owned() /></dd></div>
                {flags}
                {environment}
            </dl>
            <CodeBlock text=command label="command that runs the image".to_owned() />
        </div>
    }
}
