//! The table of pages, and the frame around every page: head, navigation, content, scripts.

use crate::{
    audit,
    auth::{
        self,
        gate::{Need, Pages},
        request::cookie,
    },
    compat, dataset,
    error::AppError,
    experiment,
    export::{self, server_fns::ExportAsModel},
    lineage,
    model::{self, server_fns::SearchModels},
    search,
    server::{api_docs, assets, door, panics},
    services::Services,
    tag,
    ui::{
        field::as_content,
        icon::Icon,
        page::{Done, Page, PageSlot},
        parts::Notice,
        shortcuts::{SEARCH_FIELD, SHORTCUTS, Shortcuts},
        theme::{Theme, ThemeSwitch},
    },
    vocabulary::Actor,
};
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{Html, IntoResponse, Response},
};
use hydration_context::SsrSharedContext;
use leptos::{
    config::LeptosOptions,
    hydration::HydrationScripts,
    nonce::{provide_nonce, use_nonce},
    prelude::*,
};
use std::sync::Arc;

/// Every page and server function, with what it demands.
pub fn pages() -> Pages {
    Pages::new()
        .merge(auth::pages::routes())
        .merge(experiment::pages::routes())
        .merge(dataset::pages::routes())
        .merge(model::pages::routes())
        .merge(lineage::pages::routes())
        .merge(audit::pages::routes())
        .merge(export::pages::routes())
        .merge(compat::pages::pages())
        .merge(tag::pages::routes())
        .get("/search", Need::Read, search::pages::search)
        .get("/help/shortcuts", Need::Read, shortcuts_page)
        .get("/api/docs", Need::Read, api_docs::page)
        .server_function::<ExportAsModel, _, _>(Need::Export, door::server_function)
        .server_function::<SearchModels, _, _>(Need::Read, door::server_function)
}

/// The pages behind their doors. A server function that is not among [`pages`] has no address.
pub fn router(services: Services) -> Router {
    let (for_members, open) = pages().into_routers();
    let for_members = for_members
        .fallback(nowhere)
        .layer(from_fn(frame))
        .layer(from_fn_with_state(services.clone(), auth::request::require_session))
        .layer(from_fn_with_state(services.clone(), frame_for_ended_session));
    open.layer(from_fn(frame)).merge(for_members).with_state(services)
}

async fn nowhere() -> Page {
    not_found_page("There is nothing at this address. It may have been mistyped, or what was here is gone.")
}

/// Lets somebody sign in again without losing what they had typed.
async fn frame_for_ended_session(State(services): State<Services>, request: Request, next: Next) -> Response {
    let theme = Theme::from_cookie(cookie(request.headers(), Theme::COOKIE));
    let mut response = next.run(request).await;
    match response.extensions_mut().remove::<auth::request::EndedSession>() {
        Some(ended) => framed(auth::pages::sign_in_again(&services, ended), None, theme, None),
        None => response,
    }
}

/// Draws the frame around the page, or around the error, that a handler has answered.
async fn frame(request: Request, next: Next) -> Response {
    let theme = Theme::from_cookie(cookie(request.headers(), Theme::COOKIE));
    let actor = request.extensions().get::<Actor>().cloned();
    let place = search::Place::of_path(request.uri().path());
    let recent = search::Recent::from_cookie(cookie(request.headers(), search::Recent::COOKIE));
    let done = cookie(request.headers(), Done::COOKIE).and_then(Done::message);
    let is_for_programs = request.uri().path().starts_with("/fn/");
    let mut response = panics::caught(next.run(request)).await;
    let page = response.extensions_mut().remove::<PageSlot>().and_then(|slot| slot.take());
    let page =
        page.or_else(|| response.extensions_mut().remove::<AppError>().filter(|_| !is_for_programs).map(error_page));
    match page {
        Some(page) => {
            let (status, was_done) = (page.status, done.is_some());
            let mut framed = framed(page, actor, theme, done);
            for kept in [header::SET_COOKIE, header::RETRY_AFTER] {
                for value in response.headers().get_all(&kept) {
                    framed.headers_mut().append(&kept, value.clone());
                }
            }
            if was_done {
                set_cookie(&mut framed, Done::COOKIE, "", 0);
            }
            if let Some(place) = place.filter(|_| status == StatusCode::OK) {
                set_cookie(&mut framed, search::Recent::COOKIE, &recent.with(place).to_cookie(), RECENT_SECONDS);
            }
            framed
        }
        None => response,
    }
}

fn framed(page: Page, actor: Option<Actor>, theme: Theme, done: Option<String>) -> Response {
    let status = page.status;
    let (html, policy) = draw(page, actor, theme, done);
    let mut framed = (status, Html(html)).into_response();
    framed.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    framed.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    framed
}

/// How long a browser remembers what was opened last: 90 days.
const RECENT_SECONDS: u32 = 90 * 86_400;

fn set_cookie(response: &mut Response, name: &str, value: &str, age_seconds: u32) {
    let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age_seconds}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

async fn shortcuts_page() -> Page {
    Page::new("", "Keyboard shortcuts", || {
        view! {
            <header class="page-header"><div class="page-title"><h1>"Keyboard shortcuts"</h1></div></header>
            <section class="card"><ShortcutList /></section>
        }
    })
}

fn not_found_page(detail: &'static str) -> Page {
    error_page(AppError::new(crate::error::ErrorKind::NotFound, "not_found", detail))
}

fn error_page(error: AppError) -> Page {
    let status = StatusCode::from_u16(error.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let title = status.canonical_reason().unwrap_or("Error");
    Page::new("", title, move || {
        view! {
            <div class="error-page">
                <p class="muted">{status.as_u16()}</p>
                <h1>{title}</h1>
                <p>{error.detail}</p>
                <p class="row">
                    <a class="button primary" href="/">"Go to the projects"</a>
                    <a class="button" href="/registry">"Open the registry"</a>
                </p>
            </div>
        }
    })
    .with_status(status)
}

/// The whole document as text, and the policy that lets its own scripts run and no other.
fn draw(page: Page, actor: Option<Actor>, theme: Theme, done: Option<String>) -> (String, HeaderValue) {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let drawn = owner.with(|| {
        provide_nonce();
        let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
        let html = document(page, actor, theme, done).to_html();
        (format!("<!DOCTYPE html>{html}"), content_security_policy(&nonce))
    });
    owner.unset_with_forced_cleanup();
    drawn
}

fn content_security_policy(nonce: &str) -> HeaderValue {
    let policy = format!(
        "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"))
}

fn document(page: Page, actor: Option<Actor>, theme: Theme, done: Option<String>) -> impl IntoView {
    let options = LeptosOptions::builder().output_name(assets::output_name()).site_pkg_dir("pkg").build();
    let body = (page.body)();
    let content = match actor {
        Some(actor) => view! {
            <body class="app">
                <a class="skip-link" href="#main">"Skip to content"</a>
                <SiteHeader actor theme section=page.section />
                <main class="page" id="main" tabindex="-1">{body}</main>
                <Shortcuts>
                    <div class="dialog-head"><h2 id="shortcuts-title">"Keyboard shortcuts"</h2></div>
                    <div class="dialog-body"><ShortcutList /></div>
                    <form class="dialog-foot" method="dialog"><button class="button" type="submit">"Close"</button></form>
                </Shortcuts>
                {done.map(|message| view! { <Toast message /> })}
            </body>
        }
        .into_any(),
        None => {
            let done = done.map(|message| view! { <div role="status"><Notice kind="success"><p>{message}</p></Notice></div> });
            view! { <body class="standalone"><main id="main">{done}{body}</main></body> }.into_any()
        }
    };
    view! {
        <html lang="en" data-theme=theme.attribute()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <title inner_html=as_content(&format!("{} · Heirloom", page.title))></title>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href=assets::stylesheet_path() />
                <HydrationScripts options islands=true />
            </head>
            {content}
        </html>
    }
}

#[component]
fn SiteHeader(actor: Actor, theme: Theme, section: &'static str) -> impl IntoView {
    const LINKS: [(&str, &str, &str); 3] = [
        ("/", "projects", "Projects"),
        ("/datasets", "dataset", "Datasets"),
        ("/registry", "registry", "Private registry"),
    ];
    let links = LINKS.map(|(href, icon, label)| {
        view! {
            <li>
                <a href=href aria-current=(href == section).then_some("page")>
                    <Icon name=icon />
                    {label}
                </a>
            </li>
        }
    });
    let trail = actor.is_owner().then(|| {
        view! { <a class="menu-item" href=audit::pages::PATH><Icon name="lock" />"Audit trail"</a> }
    });
    let initials: String = actor.email.chars().take(2).flat_map(char::to_uppercase).collect();
    view! {
        <header class="site-header">
            <a class="brand" href="/"><img src="/favicon.svg" alt="" width="28" height="28" />"Heirloom"</a>
            <p class="site-org"><bdi>{actor.organization_name.clone()}</bdi></p>
            <form class="site-search" role="search" method="get" action="/search">
                <Icon name="search" />
                <input class="input" type="search" id=SEARCH_FIELD name="q" aria-label="Search everything" aria-keyshortcuts="/" placeholder="Search" />
            </form>
            <nav class="site-nav" aria-label="Main"><ul>{links}</ul></nav>
            <details class="menu site-account">
                <summary>
                    <span class="avatar" aria-hidden="true">{initials}</span>
                    <span class="account-name" aria-hidden="true">{actor.email.clone()}</span>
                    <span class="visually-hidden">{format!("Account of {}", actor.email)}</span>
                    <Icon name="up" />
                </summary>
                <div class="menu-panel">
                    <p>{actor.email.clone()}<br />{format!("{} of ", capitalized(actor.role.as_str()))}<bdi>{actor.organization_name}</bdi></p>
                    <ThemeSwitch theme />
                    <a class="menu-item" href="/settings"><Icon name="settings" />"Settings"</a>
                    <a class="menu-item" href="/tags"><Icon name="label" />"Tags"</a>
                    {trail}
                    <a class="menu-item" href="/help/shortcuts"><Icon name="info" />"Keyboard shortcuts"</a>
                    <form method="post" action="/sign-out">
                        <button class="menu-item" type="submit"><Icon name="sign-out" />"Sign out"</button>
                    </form>
                </div>
            </details>
        </header>
    }
}

#[component]
fn ShortcutList() -> impl IntoView {
    let rows = SHORTCUTS.map(|(keys, what)| {
        let keys = keys.split(' ').map(|key| view! { <kbd>{key.to_owned()}</kbd>" " }).collect_view();
        view! { <div><dt>{keys}</dt><dd>{what}</dd></div> }
    });
    view! { <dl class="details">{rows}</dl> }
}

/// Says what was done, and fades away by itself.
#[component]
fn Toast(message: String) -> impl IntoView {
    view! {
        <div class="toasts" role="status">
            <p class="toast passing" data-kind="success"><Icon name="succeeded" /><span dir="auto">{message}</span></p>
        </div>
    }
}

fn capitalized(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
