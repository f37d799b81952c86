// SPDX-License-Identifier: Apache-2.0
// A chat room: who is there, and what was said.
#include <lightcone/module.h>

using namespace lightcone;

struct User {
    Identity identity;
    std::optional<std::string> name;
    bool online;
};
Table<User, Public, PrimaryKey<&User::identity>> users("user");

struct Message {
    uint64_t id;
    Identity sender;
    Timestamp sent;
    std::string text;
};
Table<Message, Public, PrimaryKey<&Message::id>, AutoInc<&Message::id>> messages("message");

constexpr size_t kNameBytesMax = 64;
constexpr size_t kTextBytesMax = 2000;

Outcome set_name(ReducerContext& ctx, std::string name) {
    if (name.empty()) return error("a name must not be empty");
    if (name.size() > kNameBytesMax)
        return error("a name has at most {} bytes, this one has {}", kNameBytesMax, name.size());
    auto user = ctx.db[users].find(ctx.sender);
    if (!user) return error("only connected users have a name");
    user->name = name;
    ctx.db[users].update(*user);
    return ok();
}
LIGHTCONE_REDUCER(set_name, name);

Outcome send_message(ReducerContext& ctx, std::string text) {
    if (text.empty()) return error("a message must not be empty");
    if (text.size() > kTextBytesMax)
        return error("a message has at most {} bytes, this one has {}", kTextBytesMax, text.size());
    ctx.log.info("{}: {}", ctx.sender, text);
    ctx.db[messages].insert({0, ctx.sender, ctx.timestamp, text});
    return ok();
}
LIGHTCONE_REDUCER(send_message, text);

void client_connected(ReducerContext& ctx) {
    if (auto user = ctx.db[users].find(ctx.sender)) {
        user->online = true;
        ctx.db[users].update(*user);
    } else {
        ctx.db[users].insert({ctx.sender, std::nullopt, true});
    }
}
LIGHTCONE_CLIENT_CONNECTED(client_connected);

void client_disconnected(ReducerContext& ctx) {
    if (auto user = ctx.db[users].find(ctx.sender)) {
        user->online = false;
        ctx.db[users].update(*user);
    } else {
        ctx.log.warn("{} left without having been there", ctx.sender);
    }
}
LIGHTCONE_CLIENT_DISCONNECTED(client_disconnected);
