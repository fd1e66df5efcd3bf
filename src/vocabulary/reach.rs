//! Into which projects an actor may go, when that is not all of them.

use super::{ProjectId, Role};

/// The narrowing of an actor: a token may be bound to one project, and a member's role may be smaller in some projects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// The one project that a token is bound to.
    pub only: Option<ProjectId>,
    /// Projects in which the role is at most this one; nothing means that the project does not exist for the actor.
    pub narrowed: Vec<(ProjectId, Option<Role>)>,
}

impl Reach {
    /// Whether every project is open as the role allows.
    pub fn is_everywhere(&self) -> bool {
        self.only.is_none() && self.narrowed.is_empty()
    }

    /// What remains of `role` in `project`; nothing when the project is out of reach.
    pub fn role_in(&self, project: ProjectId, role: Role) -> Option<Role> {
        if self.only.is_some_and(|only| only != project) {
            return None;
        }
        match self.narrowed.iter().find(|(narrowed, _)| *narrowed == project) {
            Some((_, at_most)) => at_most.map(|at_most| at_most.min(role)),
            None => Some(role),
        }
    }

    /// The part of a statement, beginning with ` AND`, that leaves out what is out of reach; `column` holds project ids. Ids are made by
    /// the server and typed, so they may stand in the text.
    pub fn condition(&self, column: &str) -> String {
        let only = self.only.map(|only| format!(" AND {column} = '{only}'")).unwrap_or_default();
        let hidden: Vec<String> = self
            .narrowed
            .iter()
            .filter(|(_, role)| role.is_none())
            .map(|(project, _)| format!("'{project}'"))
            .collect();
        match hidden.is_empty() {
            true => only,
            false => format!("{only} AND {column} NOT IN ({})", hidden.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrowed_role_is_never_larger_than_the_members_own() {
        let [open, watched, hidden] = [(); 3].map(|()| ProjectId::generate());
        let reach = Reach {
            only: None,
            narrowed: vec![(watched, Some(Role::Viewer)), (hidden, None), (open, Some(Role::Owner))],
        };
        assert_eq!(reach.role_in(open, Role::Editor), Some(Role::Editor));
        assert_eq!(reach.role_in(watched, Role::Editor), Some(Role::Viewer));
        assert_eq!(reach.role_in(hidden, Role::Editor), None);
        assert_eq!(reach.role_in(ProjectId::generate(), Role::Viewer), Some(Role::Viewer));
        assert_eq!(reach.condition("id"), format!(" AND id NOT IN ('{hidden}')"));
    }

    #[test]
    fn a_token_of_one_project_reaches_no_other_and_does_not_widen_it() {
        let [mine, other] = [(); 2].map(|()| ProjectId::generate());
        let reach = Reach { only: Some(mine), narrowed: vec![(mine, Some(Role::Viewer))] };
        assert_eq!(reach.role_in(mine, Role::Editor), Some(Role::Viewer));
        assert_eq!(reach.role_in(other, Role::Editor), None);
        assert_eq!(reach.condition("p"), format!(" AND p = '{mine}'"));
        assert!(Reach::default().is_everywhere() && Reach::default().condition("p").is_empty());
    }
}
