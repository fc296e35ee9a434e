//! The work of an act, whatever it holds: what carries acts out is compiled once for each kind of answer, not once for
//! each act.

use crate::sql::{act::Act, error::Sql};
use futures::future::BoxFuture;

/// Work that can be begun anew.
pub struct Work<T>(Box<dyn Repeatable<T>>);

impl<T> Work<T> {
    /// Of what `work` does.
    pub fn new<F>(work: F) -> Self
    where
        F: for<'a> FnOnce(&'a mut Act) -> BoxFuture<'a, Sql<T>> + Clone + Send + Sync + 'static,
    {
        Self(Box::new(work))
    }

    /// Begins it in the transaction of `act`.
    pub fn begin<'a>(&self, act: &'a mut Act) -> BoxFuture<'a, Sql<T>> {
        self.0.begin(act)
    }
}

trait Repeatable<T>: Send + Sync {
    fn begin<'a>(&self, act: &'a mut Act) -> BoxFuture<'a, Sql<T>>;
}

impl<T, F> Repeatable<T> for F
where
    F: for<'a> FnOnce(&'a mut Act) -> BoxFuture<'a, Sql<T>> + Clone + Send + Sync,
{
    fn begin<'a>(&self, act: &'a mut Act) -> BoxFuture<'a, Sql<T>> {
        self.clone()(act)
    }
}
