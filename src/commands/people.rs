//! Commands for people and their credentials. Whoever has the data folder may do everything.

use crate::{DataArgs, open_for_command};
use clap::{Args, Subcommand};
use heirloom::{
    auth::{AuthError, NewMember, NewToken, TokenOwner, operations as auth, secret, secret::Secret},
    error::Failure,
    server::start::StartError,
    vocabulary::{ProjectId, Role, Scopes},
};
use std::io::{IsTerminal, Read};

/// `heirloom user ...`
#[derive(Subcommand)]
pub enum UserCommand {
    /// Create a person in an organization, which is created if it is new. The password is read from standard input; at a terminal
    /// one is made and printed.
    Create {
        #[command(flatten)]
        data: DataArgs,
        /// The organization's name.
        #[arg(long)]
        organization: String,
        /// The person's e-mail address, to sign in with.
        #[arg(long)]
        email: String,
        /// What the person may do.
        #[arg(long)]
        role: Role,
        /// Adds a person who exists already to the organization; no password is asked for.
        #[arg(long)]
        existing: bool,
    },
    /// Shut a person out of every organization; sessions end and tokens do not work.
    Deactivate(PersonArgs),
    /// Let a person in again.
    Reactivate(PersonArgs),
    /// Print a link with which the person sets a new password, once, within an hour.
    ResetPassword {
        #[command(flatten)]
        person: PersonArgs,
        /// The address under which people reach the server.
        #[arg(long, env = "HEIRLOOM_PUBLIC_URL", default_value = "http://127.0.0.1:3000")]
        public_url: String,
    },
}

/// Whom a command is about.
#[derive(Args)]
pub struct PersonArgs {
    #[command(flatten)]
    data: DataArgs,
    /// The person's e-mail address.
    #[arg(long)]
    email: String,
}

/// `heirloom token ...`
#[derive(Subcommand)]
pub enum TokenCommand {
    /// Make an API token for a person and print it, alone on its line. It cannot be shown again.
    Create {
        #[command(flatten)]
        person: PersonArgs,
        /// What the token is for.
        #[arg(long, default_value = "command line")]
        name: String,
        /// What it may do, with commas between: read, write, export, admin.
        #[arg(long, default_value = "read,write,export,admin")]
        scopes: Scopes,
        /// The id of the only project that it reaches; all unless given.
        #[arg(long)]
        project: Option<ProjectId>,
        /// After how many days the token stops working; never unless given.
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=3650))]
        expires: Option<u32>,
    },
}

impl UserCommand {
    /// Does it.
    pub async fn run(self) -> Result<(), StartError> {
        match self {
            Self::Create { data, organization, email, role, existing } => {
                create(data, &organization, &email, role, existing).await
            }
            Self::Deactivate(person) => set_deactivated(person, true).await,
            Self::Reactivate(person) => set_deactivated(person, false).await,
            Self::ResetPassword { person, public_url } => reset_password(person, &public_url).await,
        }
    }
}

async fn create(
    data: DataArgs,
    organization: &str,
    email: &str,
    role: Role,
    is_existing: bool,
) -> Result<(), StartError> {
    let data = open_for_command(data).await?;
    let (password, is_made) = match is_existing {
        true => (None, false),
        false => {
            let typed = if std::io::stdin().is_terminal() { String::new() } else { read_password()? };
            let is_made = typed.is_empty();
            (Some(if is_made { secret::password() } else { Secret::from(typed) }), is_made)
        }
    };
    let new = NewMember { organization, email, role, password: password.clone() };
    auth::create_user(&data.services, new).await?;
    if let Some(password) = password.filter(|_| is_made) {
        println!("{}", password.expose());
    }
    data.services.database.close().await;
    Ok(())
}

fn read_password() -> Result<String, StartError> {
    let mut text = String::new();
    std::io::stdin().take(2_000).read_to_string(&mut text).map_err(Failure::Io)?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

async fn set_deactivated(person: PersonArgs, is_deactivated: bool) -> Result<(), StartError> {
    let data = open_for_command(person.data).await?;
    auth::deactivate_everywhere(&data.services.database, &person.email, is_deactivated).await?;
    data.services.database.close().await;
    Ok(())
}

async fn reset_password(person: PersonArgs, public_url: &str) -> Result<(), StartError> {
    let data = open_for_command(person.data).await?;
    let key = auth::reset_link_by_operator(&data.services.database, &person.email).await?;
    let (_, key) = key.ok_or_else(|| Failure::from(AuthError::UnknownUser))?;
    println!("{}/reset-password?key={}", public_url.trim_end_matches('/'), key.expose());
    data.services.database.close().await;
    Ok(())
}

impl TokenCommand {
    /// Does it.
    pub async fn run(self) -> Result<(), StartError> {
        let Self::Create { person, name, scopes, project, expires } = self;
        let data = open_for_command(person.data).await?;
        let database = &data.services.database;
        let actor = auth::find_user(database, &person.email).await?;
        let new = NewToken { name, scopes, project_id: project, days: expires };
        let (_, text) = auth::create_token(database, &actor, TokenOwner::Own, &new).await?;
        println!("{}", text.expose());
        database.close().await;
        Ok(())
    }
}
