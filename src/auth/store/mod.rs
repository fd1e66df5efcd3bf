//! SQL for people and their credentials.

pub mod actors;
pub mod invitations;
pub mod members;
pub mod organizations;
pub mod sessions;
pub mod tokens;
pub mod users;
