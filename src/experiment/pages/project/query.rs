//! The state of a project's list, as the address holds it. What cannot be read counts as absent.

use crate::{
    experiment::{Column, Condition, ExperimentFilter, Order, Sort, Status},
    ui::address::with_query,
    vocabulary::{ProjectId, paging::DEFAULT_LIMIT},
};

/// More columns than this are not shown.
pub const MAX_COLUMNS: usize = 20;
/// More conditions than this are not asked for.
const MAX_CONDITIONS: usize = 10;

/// Search, filters, sorting and columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProjectQuery {
    pub search: String,
    pub status: Option<Status>,
    /// As they were typed, with commas between them.
    pub tags: String,
    pub conditions: Vec<Condition>,
    /// Whether archived experiments are listed instead.
    pub is_archived: bool,
    pub sort: Sort,
    pub order: Order,
    /// None were chosen: then the page chooses.
    pub columns: Vec<Column>,
    pub cursor: Option<String>,
}

impl ProjectQuery {
    /// Reads the pairs of an address.
    pub fn of(pairs: &[(String, String)]) -> Self {
        let mut query = Self::default();
        // A condition comes from the form in three parts, and from links as one.
        let part = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value.trim());
        let new = format!("{}{}{}", part("where_what"), part("where_is"), part("where_value"));
        let conditions = pairs.iter().filter(|(name, _)| name == "where").map(|(_, value)| value.as_str());
        for condition in conditions.chain([new.as_str()]).filter_map(|text| text.parse::<Condition>().ok()) {
            if query.conditions.len() < MAX_CONDITIONS && !query.conditions.contains(&condition) {
                query.conditions.push(condition);
            }
        }
        for (name, value) in pairs {
            match name.as_str() {
                "search" => query.search = value.trim().to_owned(),
                "status" => query.status = value.parse().ok(),
                "tags" => query.tags = value.trim().to_owned(),
                "archived" => query.is_archived = value == "yes",
                "sort" => query.sort = value.parse().unwrap_or_default(),
                "order" if value == "asc" => query.order = Order::Asc,
                "column" if query.columns.len() < MAX_COLUMNS => query.columns.extend(value.parse::<Column>()),
                "cursor" => query.cursor = Some(value.clone()),
                _ => {}
            }
        }
        query
    }

    /// What the list is asked for.
    pub fn filter(&self, project: ProjectId) -> ExperimentFilter {
        let tags = self.tags.split(',').map(str::trim).filter(|tag| !tag.is_empty());
        ExperimentFilter {
            project: Some(project),
            status: self.status,
            search: self.search.clone(),
            tags: tags.map(str::to_owned).collect(),
            conditions: self.conditions.clone(),
            is_archived: self.is_archived,
            sort: self.sort.clone(),
            order: self.order,
            cursor: self.cursor.clone(),
            limit: DEFAULT_LIMIT,
        }
    }

    /// Whether experiments may be left out.
    pub fn is_filtered(&self) -> bool {
        !self.search.is_empty()
            || !self.tags.is_empty()
            || self.status.is_some()
            || self.is_archived
            || !self.conditions.is_empty()
    }

    /// The pairs of the address, without the page.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let order = if self.order == Order::Asc { "asc" } else { "" };
        let sort = if self.sort == Sort::default() { String::new() } else { self.sort.to_string() };
        let mut pairs = vec![
            ("search", self.search.clone()),
            ("status", self.status.map(|status| status.as_str().to_owned()).unwrap_or_default()),
            ("tags", self.tags.clone()),
            ("archived", if self.is_archived { "yes".to_owned() } else { String::new() }),
            ("sort", sort),
            ("order", order.to_owned()),
        ];
        pairs.extend(self.conditions.iter().map(|condition| ("where", condition.to_string())));
        pairs.extend(self.columns.iter().map(|column| ("column", column.to_string())));
        pairs
    }

    /// The address of this state below `path`.
    pub fn address(&self, path: &str) -> String {
        let pairs = self.pairs();
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        with_query(path, &pairs)
    }

    /// The same list without one of its conditions.
    pub fn without(&self, condition: &Condition) -> Self {
        let mut rest = Self { cursor: None, ..self.clone() };
        rest.conditions.retain(|kept| kept != condition);
        rest
    }

    /// The same list sorted by `sort`; once more turns it around. Text begins at A, everything else with the highest.
    pub fn sorted_by(&self, sort: &Sort) -> Self {
        let first = if matches!(sort, Sort::Name | Sort::Status) { Order::Asc } else { Order::Desc };
        let order = match (self.sort == *sort, self.order) {
            (true, Order::Asc) => Order::Desc,
            (true, Order::Desc) => Order::Asc,
            (false, _) => first,
        };
        Self { sort: sort.clone(), order, cursor: None, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> ProjectQuery {
        let pairs: Vec<_> = text.split('&').filter_map(|pair| pair.split_once('=')).collect();
        ProjectQuery::of(
            &pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>(),
        )
    }

    #[test]
    fn the_address_reproduces_the_state() {
        let query = read(
            "search=x&status=failed&tags=a,b&sort=metric:val/loss&order=asc&column=parameter:lr&column=metric:val/loss",
        );
        assert_eq!(
            query.address("/p"),
            "/p?search=x&status=failed&tags=a%2Cb&sort=metric%3Aval%2Floss&order=asc&column=parameter%3Alr&column=metric%3Aval%2Floss"
        );
        assert_eq!(read("status=odd&sort=odd&column=odd&other=1"), ProjectQuery::default());
        assert_eq!(ProjectQuery::default().address("/p"), "/p");
    }

    #[test]
    fn a_condition_comes_in_parts_and_stays_in_the_address() {
        let query = read("where=metric:loss>1&where_what=parameter:lr&where_is=<&where_value=0.1&archived=yes");
        assert_eq!(query.address("/p"), "/p?archived=yes&where=metric%3Aloss%3E1&where=parameter%3Alr%3C0.1");
        assert_eq!(query.without(&query.conditions[0]).address("/p"), "/p?archived=yes&where=parameter%3Alr%3C0.1");
        assert_eq!(read("where_what=parameter:lr&where_is=<&where_value="), ProjectQuery::default());
    }

    #[test]
    fn sorting_again_turns_the_list_around() {
        let once = ProjectQuery::default().sorted_by(&Sort::Name);
        assert_eq!((once.order, once.sorted_by(&Sort::Name).order), (Order::Asc, Order::Desc));
        let metric = Sort::Column(Column::Metric("loss".to_owned()));
        assert_eq!(once.sorted_by(&metric).order, Order::Desc);
    }
}
