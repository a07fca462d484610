//! A table of values by small reusable index.

/// Names no entry.
pub(crate) const NIL: u32 = u32::MAX;

/// Entries that are allocated together. What is larger than one chunk grows by chunks, so that no entry is ever copied and no
/// outgrown copy is left in the memory, which WebAssembly never gives back.
const CHUNK: usize = 128;

/// Inserts, removes and finds in O(1); an index is reused after its value was removed.
#[derive(Debug)]
pub(crate) struct Slab<T> {
    chunks: Vec<Vec<Entry<T>>>,
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
        Self { chunks: Vec::new(), free: NIL, len: 0 }
    }
}

impl<T> Slab<T> {
    pub(crate) fn insert(&mut self, value: T) -> u32 {
        self.len += 1;
        let index = self.free;
        let Some(entry) = self.entry_mut(index) else { return self.append(value) };
        let free = std::mem::replace(entry, Entry::Taken(value));
        if let Entry::Free { next } = free {
            self.free = next;
        }
        index
    }

    /// Takes the value at `index` out.
    pub(crate) fn remove(&mut self, index: u32) -> Option<T> {
        let next = self.free;
        let entry = self.entry_mut(index)?;
        if matches!(entry, Entry::Free { .. }) {
            return None;
        }
        let taken = std::mem::replace(entry, Entry::Free { next });
        self.free = index;
        self.len -= 1;
        if self.len == 0 && self.chunks.len() > 1 {
            (self.chunks, self.free) = (Vec::new(), NIL);
        }
        match taken {
            Entry::Taken(value) => Some(value),
            Entry::Free { .. } => None,
        }
    }

    pub(crate) fn get(&self, index: u32) -> Option<&T> {
        let (chunk, at) = place(index);
        match self.chunks.get(chunk)?.get(at)? {
            Entry::Taken(value) => Some(value),
            Entry::Free { .. } => None,
        }
    }

    pub(crate) fn get_mut(&mut self, index: u32) -> Option<&mut T> {
        match self.entry_mut(index)? {
            Entry::Taken(value) => Some(value),
            Entry::Free { .. } => None,
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.chunks.iter().flatten().filter_map(|entry| match entry {
            Entry::Taken(value) => Some(value),
            Entry::Free { .. } => None,
        })
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.chunks.iter_mut().flatten().filter_map(|entry| match entry {
            Entry::Taken(value) => Some(value),
            Entry::Free { .. } => None,
        })
    }

    pub(crate) fn len(&self) -> u32 {
        self.len
    }

    fn entry_mut(&mut self, index: u32) -> Option<&mut Entry<T>> {
        let (chunk, at) = place(index);
        self.chunks.get_mut(chunk)?.get_mut(at)
    }

    /// Adds a value behind the last entry; answers its index.
    fn append(&mut self, value: T) -> u32 {
        if self.chunks.last().is_none_or(|last| last.len() == CHUNK) {
            // The first chunk grows, because most tables stay small.
            let room = if self.chunks.is_empty() { 0 } else { CHUNK };
            self.chunks.push(Vec::with_capacity(room));
        }
        let before = (self.chunks.len() - 1) * CHUNK;
        let last = self.chunks.last_mut().expect("there is a chunk");
        last.push(Entry::Taken(value));
        u32::try_from(before + last.len() - 1).expect("fewer than 2^32 entries")
    }
}

/// The chunk of an index, and the place in it. There is none for [`NIL`].
fn place(index: u32) -> (usize, usize) {
    (index as usize / CHUNK, index as usize % CHUNK)
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
        assert_eq!(indices, (0..5_000).collect::<Vec<_>>());
        for index in indices {
            slab.remove(index);
        }
        assert_eq!(slab.chunks.capacity(), 0);
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
