//! E-mail, when the operator has named a server for it.

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use std::{fmt, time::Duration};

/// How long a mail server may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Why no mail can be sent at all, or this one was not.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The address of the server cannot be read. It is not shown: it may hold a password.
    #[error("the address of the mail server must look like smtps://user:password@host or smtp://host:port")]
    Server,
    /// The sender is none.
    #[error("the sender of mail must look like 'Heirloom <heirloom@example.org>'")]
    Sender,
    /// The receiver is none.
    #[error("the receiver is no mail address")]
    Receiver,
    /// The server did not take it.
    #[error("the mail server did not take it: {0}")]
    Refused(String),
}

/// Hands mail to one server.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    sender: Mailbox,
}

impl fmt::Debug for Mailer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Mailer({})", self.sender)
    }
}

impl Mailer {
    /// A mailer for `server`, such as `smtps://user:password@host`, in the name of `sender`.
    pub fn new(server: &str, sender: &str) -> Result<Self, MailError> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(server).map_err(|_| MailError::Server)?;
        let sender = sender.parse().map_err(|_| MailError::Sender)?;
        Ok(Self { transport: transport.timeout(Some(TIMEOUT)).build(), sender })
    }

    /// Sends plain text to one person.
    pub async fn send(&self, receiver: &str, subject: &str, text: String) -> Result<(), MailError> {
        let message = Message::builder()
            .from(self.sender.clone())
            .to(receiver.parse().map_err(|_| MailError::Receiver)?)
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(text)
            .map_err(|error| MailError::Refused(error.to_string()))?;
        self.transport.send(message).await.map_err(|error| MailError::Refused(error.to_string()))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_server_or_no_sender_is_refused_without_showing_it() {
        let error = Mailer::new("user:secret@host", "a@b.example").unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
        assert!(matches!(Mailer::new("smtp://localhost:1025", "nobody"), Err(MailError::Sender)));
        assert!(Mailer::new("smtps://user:secret@mail.example", "Heirloom <heirloom@example.org>").is_ok());
    }
}
