//! A table of values by small reusable index.

/// Names no entry.
pub(crate) const NIL: u32 = u32::MAX;

/// An empty table keeps room for this many entries; the memory of a larger backlog goes back to the allocator.
const RETAINED: usize = 1024;

/// Inserts, removes and finds in O(1); an index is reused after its value was removed.
#[derive(Debug)]
pub(crate) struct Slab<T> {
    entries: Vec<Entry<T>>,
    free: u32,
    len: u32,
}

#[derive(Debug)]
enum Entry<T> {
    Taken(T),
    Free { next: u32 },
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self { entries: Vec::new(), free: NIL, len: 0 }
    }
}

impl<T> Slab<T> {
    pub(crate) fn insert(&mut self, value: T) -> u32 {
        self.len += 1;
        if self.free == NIL {
            self.entries.push(Entry::Taken(value));
            return u32::try_from(self.entries.len() - 1).expect("fewer than 2^32 entries");
        }
        let index = self.free;
        let entry = &mut self.entries[index as usize];
        if let Entry::Free { next } = *entry {
            self.free = next;
        }
        *entry = Entry::Taken(value);
        index
    }

    /// Takes the value at `index` out.
    pub(crate) fn remove(&mut self, index: u32) -> Option<T> {
        let entry = self.entries.get_mut(index as usize)?;
        if matches!(entry, Entry::Free { .. }) {
            return None;
        }
        let taken = std::mem::replace(entry, Entry::Free { next: self.free });
        self.free = index;
        self.len -= 1;
        if self.len == 0 && self.entries.capacity() > RETAINED {
            self.entries = Vec::new();
            self.free = NIL;
        }
        match taken {
            Entry::Taken(value) => Some(value),
            Entry::Free { .. } => None,
        }
    }

    pub(crate) fn get(&self, index: u32) -> Option<&T> {
        match self.entries.get(index as usize) {
            Some(Entry::Taken(value)) => Some(value),
            Some(Entry::Free { .. }) | None => None,
        }
    }

    pub(crate) fn get_mut(&mut self, index: u32) -> Option<&mut T> {
        match self.entries.get_mut(index as usize) {
            Some(Entry::Taken(value)) => Some(value),
            Some(Entry::Free { .. }) | None => None,
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Taken(value) => Some(value),
            Entry::Free { .. } => None,
        })
    }

    pub(crate) fn len(&self) -> u32 {
        self.len
    }
}

impl<T> std::ops::Index<u32> for Slab<T> {
    type Output = T;

    fn index(&self, index: u32) -> &T {
        self.get(index).expect("the index names an entry")
    }
}

impl<T> std::ops::IndexMut<u32> for Slab<T> {
    fn index_mut(&mut self, index: u32) -> &mut T {
        self.get_mut(index).expect("the index names an entry")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_reused_after_its_value_was_removed() {
        let mut slab = Slab::default();
        let first = slab.insert('a');
        let second = slab.insert('b');
        assert_eq!(slab.remove(first), Some('a'));
        assert_eq!(slab.get(first), None);
        assert_eq!(slab.insert('c'), first);
        assert_eq!((slab[first], slab[second], slab.len()), ('c', 'b', 2));
    }

    #[test]
    fn the_memory_of_a_large_backlog_is_given_back() {
        let mut slab = Slab::default();
        let indices: Vec<u32> = (0..5_000).map(|value| slab.insert(value)).collect();
        for index in indices {
            slab.remove(index);
        }
        assert_eq!(slab.entries.capacity(), 0);
        assert_eq!(slab.insert(7), 0);
    }

    #[test]
    fn removing_twice_removes_once() {
        let mut slab = Slab::default();
        let index = slab.insert(1);
        assert_eq!(slab.remove(index), Some(1));
        assert_eq!(slab.remove(index), None);
        assert_eq!(slab.len(), 0);
    }
}
