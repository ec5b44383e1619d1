//! Variables that name a pool get its words. What is kept and hashed so holds all it needs, and is filled the same under every edition.

use std::collections::HashMap;

use super::{At, Draft};
use crate::curriculum::check::{Fault, Trouble};
use crate::curriculum::model::{Item, Practice, Variable, Variables};

/// Puts the words of pools in the place of their names. A pool that is not there is a fault.
pub(super) fn fetch_words(draft: &mut Draft, faults: &mut Vec<Fault>) {
    let pools: HashMap<&str, &[String]> =
        draft.pools.iter().map(|pool| (pool.value.id.as_str(), pool.value.words.as_slice())).collect();
    for course in &mut draft.courses {
        for item in &mut course.items {
            let vars = fetched(item, &item.value.vars, &pools, faults);
            if vars != item.value.vars {
                let json = Item { vars, ..item.value.clone() }.to_json();
                item.value = Item::from_json(&json).unwrap_or_else(|| item.value.clone());
            }
        }
        if let Some(practice) = &mut course.practice {
            let vars = fetched(&practice.head, &practice.head.value.vars, &pools, faults);
            practice.head.value = Practice { vars, ..practice.head.value.clone() };
        }
    }
}

fn fetched<T>(at: &At<T>, vars: &Variables, pools: &HashMap<&str, &[String]>, faults: &mut Vec<Fault>) -> Variables {
    let mut fetched = vars.clone();
    for (name, variable) in &mut fetched {
        let Variable::Pool { pool } = variable else { continue };
        match pools.get(pool.as_str()) {
            Some(words) => *variable = Variable::Words(words.to_vec()),
            None => faults.push(at.fault_at(at.lines.part("vars").part(name), Trouble::UnknownPool(pool.clone()))),
        }
    }
    fetched
}
