// SPDX-License-Identifier: Apache-2.0
//! The chat room of ../module-cpp, in Rust with the official crate: same tables, same reducers, same clients.
use spacetimedb::{reducer, table, Identity, ReducerContext, Table, Timestamp};

#[table(accessor = user, public)]
pub struct User {
    #[primary_key]
    identity: Identity,
    name: Option<String>,
    online: bool,
}

#[table(accessor = message, public)]
pub struct Message {
    #[primary_key]
    #[auto_inc]
    id: u64,
    sender: Identity,
    sent: Timestamp,
    text: String,
}

const NAME_BYTES_MAX: usize = 64;
const TEXT_BYTES_MAX: usize = 2000;

#[reducer]
pub fn set_name(ctx: &ReducerContext, name: String) -> Result<(), String> {
    if name.is_empty() {
        return Err("a name must not be empty".into());
    }
    if name.len() > NAME_BYTES_MAX {
        return Err(format!("a name has at most {NAME_BYTES_MAX} bytes, this one has {}", name.len()));
    }
    let Some(user) = ctx.db.user().identity().find(ctx.sender()) else {
        return Err("only connected users have a name".into());
    };
    ctx.db.user().identity().update(User { name: Some(name), ..user });
    Ok(())
}

#[reducer]
pub fn send_message(ctx: &ReducerContext, text: String) -> Result<(), String> {
    if text.is_empty() {
        return Err("a message must not be empty".into());
    }
    if text.len() > TEXT_BYTES_MAX {
        return Err(format!("a message has at most {TEXT_BYTES_MAX} bytes, this one has {}", text.len()));
    }
    log::info!("{}: {text}", ctx.sender());
    ctx.db.message().insert(Message { id: 0, sender: ctx.sender(), sent: ctx.timestamp, text });
    Ok(())
}

#[reducer(client_connected)]
pub fn client_connected(ctx: &ReducerContext) {
    match ctx.db.user().identity().find(ctx.sender()) {
        Some(user) => {
            ctx.db.user().identity().update(User { online: true, ..user });
        }
        None => {
            ctx.db.user().insert(User { identity: ctx.sender(), name: None, online: true });
        }
    }
}

#[reducer(client_disconnected)]
pub fn client_disconnected(ctx: &ReducerContext) {
    match ctx.db.user().identity().find(ctx.sender()) {
        Some(user) => {
            ctx.db.user().identity().update(User { online: false, ..user });
        }
        None => log::warn!("{} left without having been there", ctx.sender()),
    }
}
