//! A column that keeps the pages in use.

use std::marker::PhantomData;

use crate::ids::RowId;

/// The number of rows of a page.
const PAGE: usize = 64;

/// A column of which few rows are in use at a time, near each other: only their pages are in memory.
#[derive(Clone, Debug)]
pub(super) struct PagedColumn<I, T> {
    pages: Vec<Option<Box<Page<T>>>>,
    /// A page without rows, kept for the next use.
    spare: Option<Box<Page<T>>>,
    id: PhantomData<fn(I)>,
}

/// Neighbouring rows, and how many of them are in use.
#[derive(Clone, Debug)]
struct Page<T> {
    rows: [Option<T>; PAGE],
    used: usize,
}

impl<I: RowId, T> PagedColumn<I, T> {
    /// No rows.
    pub(super) const fn new() -> Self {
        Self { pages: Vec::new(), spare: None, id: PhantomData }
    }

    /// The row of `id` for modification, if it is in use.
    pub(super) fn get_mut(&mut self, id: I) -> Option<&mut T> {
        let page = self.pages.get_mut(id.index() / PAGE)?.as_mut()?;
        page.rows[id.index() % PAGE].as_mut()
    }

    /// Sets the row of `id`, which need not be in use.
    pub(super) fn set(&mut self, id: I, row: T) {
        let number = id.index() / PAGE;
        if self.pages.len() <= number {
            self.pages.resize_with(number + 1, || None);
        }
        let new = || Box::new(Page { rows: [const { None }; PAGE], used: 0 });
        let page = self.pages[number].get_or_insert_with(|| self.spare.take().unwrap_or_else(new));
        let before = page.rows[id.index() % PAGE].replace(row);
        page.used += usize::from(before.is_none());
    }

    /// Takes the row of `id` out, if it is in use.
    pub(super) fn take(&mut self, id: I) -> Option<T> {
        let number = id.index() / PAGE;
        let page = self.pages.get_mut(number)?.as_mut()?;
        let row = page.rows[id.index() % PAGE].take()?;
        page.used -= 1;
        if page.used == 0 {
            self.spare = self.pages[number].take();
        }
        Some(row)
    }

    /// The rows in use with their ids, in order.
    pub(super) fn rows(&self) -> impl Iterator<Item = (I, &T)> {
        let pages = self.pages.iter().enumerate();
        pages.filter_map(|(number, page)| Some((number, page.as_ref()?))).flat_map(
            |(number, page)| {
                let ids = (number * PAGE..).map(I::from_index);
                ids.zip(&page.rows).filter_map(|(id, row)| Some((id, row.as_ref()?)))
            },
        )
    }
}

impl<I: RowId, T> Default for PagedColumn<I, T> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::ids::AgentId;

    #[test]
    fn a_paged_column_holds_what_was_set_and_not_taken() {
        let mut column: PagedColumn<AgentId, u32> = PagedColumn::new();
        let mut map = BTreeMap::new();
        for step in 0..4000_u32 {
            let id = step.wrapping_mul(2_654_435_761) >> 22;
            if step % 3 == 0 {
                assert_eq!(column.take(AgentId(id)), map.remove(&AgentId(id)));
            } else {
                column.set(AgentId(id), step);
                let _ = map.insert(AgentId(id), step);
            }
            assert_eq!(column.get_mut(AgentId(id)), map.get_mut(&AgentId(id)));
        }
        assert!(column.rows().eq(map.iter().map(|(id, row)| (*id, row))));
        for id in map.keys() {
            let _ = column.take(*id);
        }
        assert_eq!(column.pages.iter().flatten().count(), 0);
    }
}
