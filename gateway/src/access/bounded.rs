//! A map that forgets what was not used lately instead of growing.

use std::{collections::HashMap, hash::Hash};

/// Two halves: what is used moves to the young one; when that is full the old one is dropped.
/// Holds at most `capacity` entries, and never fewer than half of it once it was full.
#[derive(Debug)]
pub struct Bounded<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
    half: usize,
}

impl<K: Hash + Eq, V> Bounded<K, V> {
    pub fn new(capacity: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), half: (capacity / 2).max(1) }
    }

    pub fn get(&mut self, key: &K) -> Option<&V> {
        if !self.young.contains_key(key) {
            let (key, value) = self.old.remove_entry(key)?;
            self.insert(key, value);
        }
        self.young.get(key)
    }

    pub fn insert(&mut self, key: K, value: V) {
        self.old.remove(&key);
        if self.young.len() >= self.half && !self.young.contains_key(&key) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, value);
    }

    pub fn retain(&mut self, mut keep: impl FnMut(&V) -> bool) {
        self.young.retain(|_, value| keep(value));
        self.old.retain(|_, value| keep(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn len(map: &Bounded<u32, u32>) -> usize {
        map.young.len() + map.old.len()
    }

    #[test]
    fn it_never_holds_more_than_it_may() {
        let mut map = Bounded::new(10);
        for n in 0..1000 {
            map.insert(n, n);
            assert!(len(&map) <= 10);
        }
        assert_eq!(map.get(&999), Some(&999));
        assert_eq!(map.get(&0), None);
    }

    #[test]
    fn what_is_used_stays() {
        let mut map = Bounded::new(10);
        map.insert(0, 0);
        for n in 1..1000 {
            map.insert(n, n);
            assert_eq!(map.get(&0), Some(&0), "after {n}");
        }
    }

    #[test]
    fn a_key_has_one_value() {
        let mut map = Bounded::new(4);
        for n in 0..3 {
            map.insert(n, n);
        }
        map.insert(0, 7);
        assert_eq!(map.get(&0), Some(&7));
        map.retain(|value| *value != 7);
        assert_eq!(map.get(&0), None);
    }
}
