//! What a subject keeps for one process beside the database: limits, pools, the mailbox of development. Lost with the process, and harmlessly so.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// One thing of each type, made when it is first asked for; cheap to clone.
#[derive(Clone, Default)]
pub struct Rooms {
    things: Arc<Mutex<HashMap<TypeId, Box<dyn Any + Send>>>>,
}

impl Rooms {
    /// The thing of this type.
    #[must_use]
    pub fn get<T: Clone + Default + Send + 'static>(&self) -> T {
        let mut things = self.things.lock().unwrap_or_else(PoisonError::into_inner);
        let thing = things.entry(TypeId::of::<T>()).or_insert_with(|| Box::new(T::default()));
        thing.downcast_ref::<T>().cloned().unwrap_or_default()
    }
}

impl std::fmt::Debug for Rooms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rooms")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_who_ask_get_the_same_thing() {
        let rooms = Rooms::default();
        let first = rooms.get::<Arc<Mutex<u32>>>();
        *first.lock().unwrap() = 7;
        assert_eq!(*rooms.clone().get::<Arc<Mutex<u32>>>().lock().unwrap(), 7);
    }
}
