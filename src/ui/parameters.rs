//! Training parameters as a table.

use super::parts::TableBox;
use crate::vocabulary::{Parameters, parameters::kind_of};
use leptos::prelude::*;

/// Key, type and value; what is nested is shown as JSON.
#[component]
pub fn ParameterTable(
    /// In their order.
    parameters: Parameters,
) -> impl IntoView {
    let rows: Vec<_> = parameters
        .iter()
        .map(|(key, value)| {
            view! {
                <tr>
                    <th scope="row"><code>{key.clone()}</code></th>
                    <td><span class="type">{kind_of(value)}</span></td>
                    <td><span class="value" dir="auto">{value.to_string()}</span></td>
                </tr>
            }
        })
        .collect();
    view! {
        <TableBox label="Parameters table".to_owned()>
            <table class="table">
                <thead><tr><th scope="col">"Parameter"</th><th scope="col">"Type"</th><th scope="col">"Value"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </TableBox>
    }
}
