// SPDX-License-Identifier: Apache-2.0
#include "subscription/registry.h"

#include <algorithm>
#include <map>

#include "base/assert.h"
#include "storage/table.h"
#include "subscription/row_list.h"
#include "subscription/watched_query.h"

namespace lightcone::subscription {

namespace {

using QueryPtr = std::shared_ptr<const query::Query>;

// A query of a set: its text, for schema changes, and what it became.
struct SetQuery {
    std::string sql;
    WatchedQuery* watched = nullptr;
};

struct QuerySet {
    std::vector<SetQuery> queries;  // distinct by key, in the order subscribed
};

struct Client {
    bool is_active = false;
    query::Reader reader;
    std::map<uint32_t, QuerySet> sets;  // ordered: whatever walks it must be repeatable
};

struct CompiledQuery {
    std::string sql;
    QueryPtr query;
};

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlank = " \t\n\v\f\r";
    size_t first = text.find_first_not_of(kBlank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

Error with_sql(Error error, std::string_view sql) {
    error.message += fmt::format(", executing: `{}`", sql);
    return error;
}

class RegistryImpl final : public Registry {
  public:
    explicit RegistryImpl(txn::Datastore& store) : store_(store) {}

    ClientId add_client(const query::Reader& reader) override;
    void remove_client(ClientId client) override;
    Result<std::vector<TableRows>> subscribe(ClientId client, uint32_t query_set_id,
                                             const std::vector<std::string_view>& queries) override;
    Result<std::vector<TableRows>> unsubscribe(ClientId client, uint32_t query_set_id, bool want_rows) override;
    Result<TableRows> one_off(ClientId client, std::string_view sql) override;
    std::span<const ClientChange> match(txn::Delta delta) override;
    std::vector<DroppedSet> rebind() override;

  private:
    Client& client_at(ClientId id);
    Result<std::vector<CompiledQuery>> compile_set(const query::Reader& reader,
                                                   const std::vector<std::string_view>& queries);
    void watch(ClientId client, uint32_t query_set_id, std::vector<CompiledQuery> compiled);
    void unwatch(ClientId client, uint32_t query_set_id, QuerySet& set);
    WatchedQuery& watched_query(const QueryPtr& query);
    void drop_query(WatchedQuery& watched);
    TableWatch* watch_of(TableId table) {
        return table.value < watches_.size() ? watches_[table.value].get() : nullptr;
    }
    Result<TableRows> current_rows(const query::Query& query);
    Result<std::vector<TableRows>> current_rows(const std::vector<QueryPtr>& queries);

    txn::Datastore& store_;
    std::vector<Client> clients_;  // by ClientId
    std::vector<ClientId> free_clients_;
    boost::unordered_flat_map<std::string, std::unique_ptr<WatchedQuery>> queries_;  // by key
    std::vector<std::unique_ptr<TableWatch>> watches_;  // by table id; null: nobody watches
    PendingChanges pending_;
    ChangeGrouping grouping_;
    std::vector<ByteView> row_views_;  // scratch
};

ClientId RegistryImpl::add_client(const query::Reader& reader) {
    ClientId id;
    if (free_clients_.empty()) {
        id = static_cast<ClientId>(clients_.size());
        clients_.emplace_back();
    } else {
        id = free_clients_.back();
        free_clients_.pop_back();
    }
    clients_[id].is_active = true;
    clients_[id].reader = reader;
    return id;
}

Client& RegistryImpl::client_at(ClientId id) {
    ASSERT(id < clients_.size() && clients_[id].is_active, "client {}", id);
    return clients_[id];
}

void RegistryImpl::remove_client(ClientId id) {
    Client& client = client_at(id);
    for (auto& [query_set_id, set] : client.sets) unwatch(id, query_set_id, set);
    client = Client();
    free_clients_.push_back(id);
}

Result<std::vector<CompiledQuery>> RegistryImpl::compile_set(const query::Reader& reader,
                                                             const std::vector<std::string_view>& queries) {
    std::vector<CompiledQuery> compiled;
    boost::unordered_flat_map<std::string_view, size_t> seen;
    for (std::string_view text : queries) {
        std::string_view sql = trimmed(text);
        if (sql.empty()) {
            return std::unexpected(with_sql({ErrorCode::InvalidArgument, "SubscriptionError: Empty string"}, sql));
        }
        auto found = query::compile_subscription(sql, store_, reader);
        if (!found) return std::unexpected(with_sql(std::move(found.error()), sql));
        for (QueryPtr& query : *found) {
            if (!seen.emplace(query->key(), compiled.size()).second) continue;
            // `SELECT * FROM *` stands for several texts; each is kept by its own.
            compiled.push_back({query->sql(), std::move(query)});
        }
    }
    return compiled;
}

WatchedQuery& RegistryImpl::watched_query(const QueryPtr& query) {
    auto& slot = queries_[query->key()];
    if (slot) return *slot;
    slot = std::make_unique<WatchedQuery>();
    slot->query = query;
    size_t table = query->table().value;
    if (table >= watches_.size()) watches_.resize(table + 1);
    if (!watches_[table]) watches_[table] = std::make_unique<TableWatch>();
    watches_[table]->add(*slot);
    return *slot;
}

void RegistryImpl::drop_query(WatchedQuery& watched) {
    auto& table_watch = watches_[watched.query->table().value];
    table_watch->remove(watched);
    if (table_watch->empty()) table_watch.reset();
    queries_.erase(std::string(watched.query->key()));
}

void RegistryImpl::watch(ClientId id, uint32_t query_set_id, std::vector<CompiledQuery> compiled) {
    QuerySet& set = client_at(id).sets[query_set_id];
    for (CompiledQuery& entry : compiled) {
        WatchedQuery& watched = watched_query(entry.query);
        Subscriber subscriber{id, query_set_id, static_cast<uint32_t>(set.queries.size())};
        auto& list = watched.subscribers;
        list.insert(std::upper_bound(list.begin(), list.end(), subscriber), subscriber);
        set.queries.push_back({std::move(entry.sql), &watched});
    }
}

void RegistryImpl::unwatch(ClientId id, uint32_t query_set_id, QuerySet& set) {
    for (uint32_t position = 0; position < set.queries.size(); ++position) {
        WatchedQuery& watched = *set.queries[position].watched;
        auto& list = watched.subscribers;
        Subscriber subscriber{id, query_set_id, position};
        auto found = std::lower_bound(list.begin(), list.end(), subscriber);
        ASSERT(found != list.end() && *found == subscriber, "client {} set {}", id, query_set_id);
        list.erase(found);
        if (list.empty()) drop_query(watched);
    }
    set.queries.clear();
}

Result<TableRows> RegistryImpl::current_rows(const query::Query& query) {
    row_views_.clear();
    query.run(store_, [&](ByteView row) { row_views_.push_back(row); });
    return TableRows{query.table_name(), query.table().value, TRY(encode_rows(row_views_))};
}

Result<std::vector<TableRows>> RegistryImpl::current_rows(const std::vector<QueryPtr>& queries) {
    std::vector<TableRows> rows;
    for (const QueryPtr& query : queries) {
        storage::Table* table = store_.table(query->table());
        if (table == nullptr || table->row_count() == 0) continue;
        rows.push_back(TRY(current_rows(*query)));
    }
    return rows;
}

Result<std::vector<TableRows>> RegistryImpl::subscribe(ClientId id, uint32_t query_set_id,
                                                       const std::vector<std::string_view>& queries) {
    Client& client = client_at(id);
    if (client.sets.contains(query_set_id)) {
        return fail(ErrorCode::AlreadyExists, "Subscription with id {} already exists for this client", query_set_id);
    }
    std::vector<CompiledQuery> compiled = TRY(compile_set(client.reader, queries));
    std::vector<QueryPtr> distinct;
    for (const CompiledQuery& entry : compiled) distinct.push_back(entry.query);
    std::vector<TableRows> rows = TRY(current_rows(distinct));
    watch(id, query_set_id, std::move(compiled));
    return rows;
}

Result<std::vector<TableRows>> RegistryImpl::unsubscribe(ClientId id, uint32_t query_set_id, bool want_rows) {
    Client& client = client_at(id);
    auto found = client.sets.find(query_set_id);
    if (found == client.sets.end()) {
        return fail(ErrorCode::NotFound, "Subscription not found: this client has no query set {}", query_set_id);
    }
    std::vector<QueryPtr> queries;
    for (const SetQuery& entry : found->second.queries) queries.push_back(entry.watched->query);
    unwatch(id, query_set_id, found->second);
    client.sets.erase(found);
    if (!want_rows) return std::vector<TableRows>();
    return current_rows(queries);
}

Result<TableRows> RegistryImpl::one_off(ClientId id, std::string_view sql) {
    QueryPtr query = TRY(query::compile(sql, store_, client_at(id).reader));
    return current_rows(*query);
}

std::span<const ClientChange> RegistryImpl::match(txn::Delta delta) {
    grouping_.clear();
    for (const txn::DeltaTable& table : delta) {
        TableWatch* watch = watch_of(table.id);
        if (watch == nullptr) [[likely]]
            continue;
        watch->match(table, pending_);
        for (const PendingChanges::Entry& entry : pending_.entries()) {
            const query::Query& query = *entry.watched->query;
            RowsChangePtr rows = encode_change(entry.inserts, entry.deletes, query.is_event());
            grouping_.add(query.table_name(), table.id.value, std::move(rows), entry.watched->subscribers);
        }
        pending_.clear();
    }
    return grouping_.finish();
}

std::vector<Registry::DroppedSet> RegistryImpl::rebind() {
    grouping_.clear();
    queries_.clear();
    watches_.clear();
    std::vector<DroppedSet> dropped;
    for (ClientId id = 0; id < clients_.size(); ++id) {
        auto sets = std::move(clients_[id].sets);
        clients_[id].sets.clear();
        for (auto& [query_set_id, set] : sets) {
            std::vector<std::string_view> texts;
            for (const SetQuery& entry : set.queries) texts.push_back(entry.sql);
            auto compiled = compile_set(clients_[id].reader, texts);
            if (compiled) {
                watch(id, query_set_id, std::move(*compiled));
            } else {
                dropped.push_back({id, query_set_id, std::move(compiled.error().message)});
            }
        }
    }
    return dropped;
}

}  // namespace

std::unique_ptr<Registry> Registry::create(txn::Datastore& store) {
    return std::make_unique<RegistryImpl>(store);
}

}  // namespace lightcone::subscription
