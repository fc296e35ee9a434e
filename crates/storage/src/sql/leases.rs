//! Leases: one conditional write takes or prolongs, and its count of rows says who holds.

use super::{
    Everywhere,
    entity::lease::{Column, Entity, Model},
    error::failed,
};
use async_trait::async_trait;
use domain::{clock::Timestamp, id::NodeId, lease::Leases, stores::Stored};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict},
};

#[async_trait]
impl Leases for Everywhere {
    async fn take(&self, name: &str, node: NodeId, now: Timestamp, until: Timestamp) -> Stored<bool> {
        // Most of the time another node holds it, and the writer need not hear of it.
        let held_elsewhere = Entity::find_by_id(name.to_owned())
            .filter(Column::Holder.ne(node.as_uuid()))
            .filter(Column::LeaseUntil.gt(now.micros()))
            .select_only()
            .column(Column::LeaseUntil)
            .into_tuple::<i64>()
            .one(&self.0.reading)
            .await
            .map_err(failed)?;
        if held_elsewhere.is_some() {
            return Ok(false);
        }
        let row = Model {
            name: name.to_owned(),
            holder: node.as_uuid(),
            lease_until: until.micros(),
        };
        let may_take = Condition::any()
            .add(Expr::col((Entity, Column::Holder)).eq(node.as_uuid()))
            .add(Expr::col((Entity, Column::LeaseUntil)).lte(now.micros()));
        let mut take = OnConflict::column(Column::Name);
        take.update_columns([Column::Holder, Column::LeaseUntil])
            .action_cond_where(may_take);
        self.0
            .act(move |act| {
                Box::pin(async move {
                    let rows = Entity::insert(row.into_active_model())
                        .on_conflict(take)
                        .exec_without_returning(act.tx())
                        .await?;
                    Ok(rows == 1)
                })
            })
            .await
    }

    async fn release(&self, node: NodeId) -> Stored<()> {
        self.0
            .act(move |act| {
                Box::pin(async move {
                    Entity::delete_many()
                        .filter(Column::Holder.eq(node.as_uuid()))
                        .exec(act.tx())
                        .await?;
                    Ok(())
                })
            })
            .await
    }
}
