//! The state of a project's list, as the address holds it. What cannot be read counts as absent.

use crate::{
    experiment::{Column, ExperimentFilter, Order, Sort, Status},
    ui::address::with_query,
    vocabulary::{ProjectId, paging::DEFAULT_LIMIT},
};

/// More columns than this are not shown.
pub const MAX_COLUMNS: usize = 20;

/// Search, filters, sorting and columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProjectQuery {
    pub search: String,
    pub status: Option<Status>,
    /// As they were typed, with commas between them.
    pub tags: String,
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
        for (name, value) in pairs {
            match name.as_str() {
                "search" => query.search = value.trim().to_owned(),
                "status" => query.status = value.parse().ok(),
                "tags" => query.tags = value.trim().to_owned(),
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
            sort: self.sort.clone(),
            order: self.order,
            cursor: self.cursor.clone(),
            limit: DEFAULT_LIMIT,
        }
    }

    /// Whether experiments may be left out.
    pub fn is_filtered(&self) -> bool {
        !self.search.is_empty() || !self.tags.is_empty() || self.status.is_some()
    }

    /// The pairs of the address, without the page.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let order = if self.order == Order::Asc { "asc" } else { "" };
        let sort = if self.sort == Sort::default() { String::new() } else { self.sort.to_string() };
        let mut pairs = vec![
            ("search", self.search.clone()),
            ("status", self.status.map(|status| status.as_str().to_owned()).unwrap_or_default()),
            ("tags", self.tags.clone()),
            ("sort", sort),
            ("order", order.to_owned()),
        ];
        pairs.extend(self.columns.iter().map(|column| ("column", column.to_string())));
        pairs
    }

    /// The address of this state below `path`.
    pub fn address(&self, path: &str) -> String {
        let pairs = self.pairs();
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        with_query(path, &pairs)
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
    fn sorting_again_turns_the_list_around() {
        let once = ProjectQuery::default().sorted_by(&Sort::Name);
        assert_eq!((once.order, once.sorted_by(&Sort::Name).order), (Order::Asc, Order::Desc));
        let metric = Sort::Column(Column::Metric("loss".to_owned()));
        assert_eq!(once.sorted_by(&metric).order, Order::Desc);
    }
}
