//! Values by number: numbers count up and are never given twice, and their values are found in O(1).

use crate::collections::slab::{NIL, Slab};
use std::collections::VecDeque;

/// Numbers that share a page.
const PAGE: u32 = 256;

/// The last page; the first one follows it.
const LAST_PAGE: u32 = u32::MAX / PAGE;

/// Values with their numbers. Code that holds a value's index reaches it without looking the number up.
#[derive(Debug)]
pub(crate) struct Table<T> {
    values: Slab<T>,
    indices: Indices,
    next: u32,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { values: Slab::default(), indices: Indices::default(), next: 0 }
    }
}

impl<T> Table<T> {
    /// The number that the next value will have. Wraps around after 2^32 values.
    pub(crate) fn next(&self) -> u32 {
        self.next
    }

    /// Adds a value under the next number; answers its index.
    pub(crate) fn insert(&mut self, value: T) -> u32 {
        let index = self.values.insert(value);
        self.indices.append(self.next, index);
        self.next = self.next.wrapping_add(1);
        index
    }

    /// The index of the value with this number.
    pub(crate) fn find(&self, number: u32) -> Option<u32> {
        self.indices.find(number)
    }

    pub(crate) fn get(&self, number: u32) -> Option<&T> {
        self.values.get(self.find(number)?)
    }

    pub(crate) fn get_mut(&mut self, number: u32) -> Option<&mut T> {
        self.values.get_mut(self.find(number)?)
    }

    pub(crate) fn remove(&mut self, number: u32) -> Option<T> {
        self.values.remove(self.indices.remove(number)?)
    }

    pub(crate) fn len(&self) -> u32 {
        self.values.len()
    }

    /// Every value, in no order that means anything.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.values.iter()
    }

    /// Every value, in no order that means anything.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.values.iter_mut()
    }
}

impl<T> std::ops::Index<u32> for Table<T> {
    type Output = T;

    fn index(&self, index: u32) -> &T {
        &self.values[index]
    }
}

impl<T> std::ops::IndexMut<u32> for Table<T> {
    fn index_mut(&mut self, index: u32) -> &mut T {
        &mut self.values[index]
    }
}

/// Indices by number: a window from the oldest number that is in use to the newest one. A page in it whose numbers have
/// all been removed takes one word.
#[derive(Debug, Default)]
struct Indices {
    pages: VecDeque<Option<Box<Page>>>,
    /// The number of the first page.
    first: u32,
}

#[derive(Debug)]
struct Page {
    indices: [u32; PAGE as usize],
    /// Numbers that were not removed yet, those that were not given yet included.
    left: u32,
}

impl Indices {
    /// Adds the number that follows the last one.
    fn append(&mut self, number: u32, index: u32) {
        if self.pages.is_empty() {
            self.first = number / PAGE;
        }
        if self.page_of(number) == self.pages.len() {
            self.pages
                .push_back(Some(Box::new(Page { indices: [NIL; PAGE as usize], left: PAGE })));
        }
        if let Some(place) = self.place(number) {
            *place = index;
        }
    }

    fn find(&self, number: u32) -> Option<u32> {
        let page = self.pages.get(self.page_of(number))?.as_ref()?;
        Some(page.indices[(number % PAGE) as usize]).filter(|&index| index != NIL)
    }

    fn remove(&mut self, number: u32) -> Option<u32> {
        let index = std::mem::replace(self.place(number)?, NIL);
        if index == NIL {
            return None;
        }
        let at = self.page_of(number);
        let page = self.pages[at].as_mut()?;
        page.left -= 1;
        if page.left == 0 {
            self.pages[at] = None;
            while let Some(None) = self.pages.front() {
                self.pages.pop_front();
                self.first = (self.first + 1) & LAST_PAGE;
            }
        }
        Some(index)
    }

    /// Where the number's page stands. Beyond the last page for a number that has left the window.
    fn page_of(&self, number: u32) -> usize {
        ((number / PAGE).wrapping_sub(self.first) & LAST_PAGE) as usize
    }

    fn place(&mut self, number: u32) -> Option<&mut u32> {
        let at = self.page_of(number);
        let page = self.pages.get_mut(at)?.as_mut()?;
        Some(&mut page.indices[(number % PAGE) as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_not_given_again_though_its_index_is() {
        let mut table = Table::default();
        let index = table.insert('a');
        assert_eq!((table.find(0), table.get(0)), (Some(index), Some(&'a')));
        assert_eq!(table.remove(0), Some('a'));
        assert_eq!((table.find(0), table.remove(0), table.next()), (None, None, 1));
        assert_eq!((table.insert('b'), table.get(0), table.get(1)), (index, None, Some(&'b')));
    }

    #[test]
    fn values_are_found_and_removed_in_any_order() {
        let mut table = Table::default();
        for number in 0..10_000 {
            table.insert(number);
        }
        for number in (0..10_000).filter(|number| number % 3 != 0).rev() {
            assert_eq!((table.remove(number), table.remove(number)), (Some(number), None));
        }
        for number in 0..10_000 {
            assert_eq!(table.get(number), (number % 3 == 0).then_some(&number));
        }
        assert_eq!((table.len(), table.get(10_000), table.get(u32::MAX)), (3_334, None, None));
    }

    #[test]
    fn a_value_that_stays_keeps_its_own_page_and_one_word_for_each_later_one() {
        let mut table = Table::default();
        for number in 0..10_000 {
            table.insert(number);
            if number > 0 {
                table.remove(number);
            }
        }
        assert_eq!(table.indices.pages.iter().flatten().count(), 2);
        assert_eq!(table.remove(0), Some(0));
        assert_eq!(table.indices.pages.len(), 1);
    }

    #[test]
    fn numbers_start_again_after_the_last_one() {
        let mut table = Table { next: u32::MAX, ..Table::default() };
        let last = table.insert('a');
        let first = table.insert('b');
        assert_eq!((table.find(u32::MAX), table.find(0)), (Some(last), Some(first)));
        assert_eq!((table.remove(u32::MAX), table.remove(0)), (Some('a'), Some('b')));
    }
}
