//! What the operator says about mail and about the identity provider.

use clap::Args;
use heirloom::{
    auth::{
        provider::{Provider, ProviderSettings},
        secret::Secret,
    },
    error::Failure,
    mail::Mailer,
    server::start::StartError,
    vocabulary::Role,
};

/// Mail, for invitations and forgotten passwords.
#[derive(Args)]
#[command(next_help_heading = "Mail")]
pub struct MailArgs {
    /// The mail server, such as smtps://user:password@mail.example.org.
    #[arg(long, env = "HEIRLOOM_SMTP_URL", hide_env_values = true, requires = "mail_from")]
    smtp_url: Option<String>,
    /// In whose name mail is sent, such as 'Heirloom <heirloom@example.org>'.
    #[arg(long, env = "HEIRLOOM_MAIL_FROM")]
    mail_from: Option<String>,
}

/// Signing in by OpenID Connect, beside passwords.
#[derive(Args)]
#[command(next_help_heading = "Identity provider")]
pub struct ProviderArgs {
    /// The provider's address, such as https://login.example.org.
    #[arg(long, env = "HEIRLOOM_OIDC_ISSUER", requires_all = ["oidc_client_id", "oidc_client_secret"])]
    oidc_issuer: Option<String>,
    /// Who this server is at the provider.
    #[arg(long, env = "HEIRLOOM_OIDC_CLIENT_ID")]
    oidc_client_id: Option<String>,
    /// The proof of it; better in the environment than on the command line, which others can see.
    #[arg(long, env = "HEIRLOOM_OIDC_CLIENT_SECRET", hide_env_values = true)]
    oidc_client_secret: Option<String>,
    /// What the button on the sign-in page says after "Sign in with".
    #[arg(long, env = "HEIRLOOM_OIDC_NAME", default_value = "your organization's account")]
    oidc_name: String,
    /// The claim that holds a person's groups; it is asked for as a scope, too.
    #[arg(long, env = "HEIRLOOM_OIDC_GROUPS_CLAIM", default_value = "groups")]
    oidc_groups_claim: String,
    /// Which group gives which role, such as ml-team=editor; the highest counts. Repeat it, or put commas between.
    #[arg(long, env = "HEIRLOOM_OIDC_ROLES", value_parser = read_group, value_delimiter = ',')]
    oidc_role: Vec<(String, Role)>,
    /// The role of people in none of these groups; without it they are kept out.
    #[arg(long, env = "HEIRLOOM_OIDC_DEFAULT_ROLE")]
    oidc_default_role: Option<Role>,
    /// The organization that people enter; not needed when there is only one.
    #[arg(long, env = "HEIRLOOM_OIDC_ORGANIZATION")]
    oidc_organization: Option<String>,
}

fn read_group(text: &str) -> Result<(String, Role), String> {
    let (group, role) = text.rsplit_once('=').ok_or("a group and its role look like ml-team=editor")?;
    Ok((group.to_owned(), role.parse()?))
}

fn unusable(error: impl std::fmt::Display) -> StartError {
    Failure::Broken(error.to_string()).into()
}

impl MailArgs {
    /// The mailer, if a server was named.
    pub fn mailer(self) -> Result<Option<Mailer>, StartError> {
        match (self.smtp_url, self.mail_from) {
            (Some(server), Some(sender)) => Ok(Some(Mailer::new(&server, &sender).map_err(unusable)?)),
            _ => Ok(None),
        }
    }
}

impl ProviderArgs {
    /// The provider, if one was named.
    pub fn provider(self, public_url: &str) -> Result<Option<Provider>, StartError> {
        let (Some(issuer), Some(client_id), Some(secret)) =
            (self.oidc_issuer, self.oidc_client_id, self.oidc_client_secret)
        else {
            return Ok(None);
        };
        let settings = ProviderSettings {
            name: self.oidc_name,
            issuer,
            client_id,
            client_secret: Secret::from(secret),
            groups_claim: self.oidc_groups_claim,
            roles: self.oidc_role,
            default_role: self.oidc_default_role,
            organization: self.oidc_organization,
        };
        Ok(Some(Provider::new(settings, public_url).map_err(unusable)?))
    }
}
