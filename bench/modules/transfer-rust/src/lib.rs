// SPDX-License-Identifier: Apache-2.0
//! Workload W1 in Rust with the official crate: the same as ../transfer-cpp.
use spacetimedb::{reducer, table, ReducerContext, Table};

#[table(accessor = accounts, public)]
pub struct Account {
    #[primary_key]
    id: u32,
    balance: i64,
}

/// Replaces whatever is there by accounts 0 to n - 1.
#[reducer]
pub fn seed(ctx: &ReducerContext, n: u32, initial_balance: i64) {
    ctx.db.accounts().clear();
    for id in 0..n {
        ctx.db.accounts().insert(Account { id, balance: initial_balance });
    }
}

#[reducer]
pub fn transfer(ctx: &ReducerContext, from: u32, to: u32, amount: i64) -> Result<(), String> {
    if from == to {
        return Err("cannot transfer from an account to itself".into());
    }
    if amount <= 0 {
        return Err("amount must be positive".into());
    }
    let Some(payer) = ctx.db.accounts().id().find(from) else {
        return Err(format!("account {from} does not exist"));
    };
    let Some(payee) = ctx.db.accounts().id().find(to) else {
        return Err(format!("account {to} does not exist"));
    };
    if payer.balance < amount {
        return Err("insufficient funds".into());
    }
    ctx.db.accounts().id().update(Account { balance: payer.balance - amount, ..payer });
    ctx.db.accounts().id().update(Account { balance: payee.balance + amount, ..payee });
    Ok(())
}
