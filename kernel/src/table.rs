//! Values by number: numbers count up and are never given twice, and their values are found in O(1).

use crate::slab::Slab;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// An empty table keeps room for this many numbers; the memory of a larger backlog goes back to the allocator.
const RETAINED: usize = 4096;

/// Values with their numbers. Code that holds a value's index reaches it without looking the number up.
#[derive(Debug)]
pub(crate) struct Table<T> {
    values: Slab<T>,
    indices: HashMap<u32, u32, BuildHasherDefault<NumberHasher>>,
    next: u32,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { values: Slab::default(), indices: HashMap::default(), next: 0 }
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
        self.indices.insert(self.next, index);
        self.next = self.next.wrapping_add(1);
        index
    }

    /// The index of the value with this number.
    pub(crate) fn find(&self, number: u32) -> Option<u32> {
        self.indices.get(&number).copied()
    }

    pub(crate) fn get(&self, number: u32) -> Option<&T> {
        self.values.get(self.find(number)?)
    }

    pub(crate) fn get_mut(&mut self, number: u32) -> Option<&mut T> {
        self.values.get_mut(self.find(number)?)
    }

    pub(crate) fn remove(&mut self, number: u32) -> Option<T> {
        let index = self.indices.remove(&number)?;
        if self.indices.is_empty() && self.indices.capacity() > RETAINED {
            self.indices = HashMap::default();
        }
        self.values.remove(index)
    }

    pub(crate) fn len(&self) -> u32 {
        self.values.len()
    }

    /// Every value, in no order that means anything.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.values.iter()
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

/// Spreads consecutive numbers by Fibonacci hashing. Numbers are the kernel's own, so nobody can aim at a bucket.
#[derive(Default)]
struct NumberHasher(u64);

impl Hasher for NumberHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u32(u32::from(byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.0 = (self.0 ^ u64::from(number)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
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
    fn the_memory_of_a_large_backlog_is_given_back() {
        let mut table = Table::default();
        for number in 0..10_000 {
            table.insert(number);
        }
        for number in 0..10_000 {
            table.remove(number);
        }
        assert_eq!((table.len(), table.indices.capacity()), (0, 0));
    }
}
