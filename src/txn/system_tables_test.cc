// SPDX-License-Identifier: Apache-2.0
// The tables a database describes itself with: what is there from the start, what create_table adds, what comes back.
#include <gtest/gtest.h>

#include "txn/schema_rows.h"
#include "txn/system_rows.h"
#include "txn/test_store.h"

namespace lightcone::txn {
namespace {

using namespace testing;

TEST(SystemTables, rows_from_the_start) {
    auto store = std::move(*Datastore::create());
    Content content = content_of(*store);
    EXPECT_EQ(content.size(), 20u);
    EXPECT_EQ(content["st_table"].size(), 20u);
    EXPECT_EQ(content["st_index"].size(), 29u);
    EXPECT_EQ(content["st_constraint"].size(), 25u);
    EXPECT_EQ(content["st_sequence"].size(), 7u);
    size_t columns = 0;
    store->for_each_table([&](storage::Table& table) { columns += table.schema().columns.size(); });
    EXPECT_EQ(content["st_column"].size(), columns);
    EXPECT_EQ(columns, 74u);
    for (const char* empty : {"st_module", "st_client", "st_scheduled", "st_event_table", "st_table_accessor",
                              "st_index_accessor", "st_column_accessor", "st_view", "st_row_level_security"}) {
        EXPECT_TRUE(content[empty].empty()) << empty;
    }
    EXPECT_EQ(store->next_offset().value, 0u);
    EXPECT_EQ(store->find_table("st_table")->id(), TableId(1));
    EXPECT_EQ(store->find_index("st_column_accessor_table_name_accessor_name_idx_btree"), IndexId(29));
    EXPECT_EQ(store->find_index("st_view_sub_view_id_arg_id_identity_idx_btree"), IndexId(20));
}

TEST(SystemTables, their_rows_describe_their_schemas) {
    DatastoreImpl store;
    ASSERT_TRUE(store.bootstrap());
    Catalog catalog;
    for (const schema::TableSchema& schema : system_table_schemas()) {
        std::vector<Sequence> none;
        ASSERT_TRUE(catalog.add(std::make_shared<const schema::TableSchema>(schema), none));
        store.table(schema.id)->for_each_row(
            [&](RowId, ByteView row) { catalog.table(schema.id)->table->insert(row); });
    }
    for (const schema::TableSchema& schema : system_table_schemas()) {
        auto stored = read_schema(catalog, schema.id);
        ASSERT_TRUE(stored) << stored.error().message;
        for (schema::IndexSchema& index : stored->schema.indexes) index.alias = index.name;
        EXPECT_EQ(stored->schema, schema) << schema.name;
    }
}

TEST(SystemTables, a_new_database_is_small) {
    auto store = std::move(*Datastore::create());
    uint64_t bytes = 0;
    store->for_each_table([&](storage::Table& table) {
        storage::MemoryUse use = table.memory_use();
        bytes += use.pages + use.indexes;
    });
    EXPECT_LT(bytes, 128u * 1024);
}

schema::TableSchema rich_table() {
    schema::TableSchema table = make_table(
        "jobs", {{"id", type(TypeKind::U64)},
                 {"when", AlgebraicType::sum({{"Interval", type(TypeKind::I64)}, {"Time", type(TypeKind::I64)}})},
                 {"owner", AlgebraicType::option_of(type(TypeKind::String))},
                 {"weight", type(TypeKind::F32)}});
    table.accessor = "Jobs";
    table.columns[2].accessor = "theOwner";
    table.access = schema::TableAccess::Private;
    table.primary_key = ColumnId(0);
    add_index(table, {3, 2}, false, schema::IndexAlgorithm::Hash);
    add_index(table, {0}, true, schema::IndexAlgorithm::Direct);
    add_index(table, {2, 0}, true);
    table.indexes[0].alias = "Jobs_weight_theOwner_idx_hash";
    table.indexes[1].alias.clear();
    add_sequence(table, 0);
    table.schedule = schema::ScheduleSchema{ScheduleId(0), "jobs_sched", "run_job", ColumnId(1)};
    return table;
}

TEST(SystemTables, create_table_assigns_ids_in_name_order) {
    TestStore store;
    TableId id = store.create(rich_table());
    EXPECT_EQ(id, TableId(4096));
    const schema::TableSchema& schema = store->table(id)->schema();
    ASSERT_EQ(schema.indexes.size(), 3u);
    EXPECT_EQ(schema.indexes[0].name, "jobs_id_idx_btree");
    EXPECT_EQ(schema.indexes[0].id, IndexId(4096));
    EXPECT_TRUE(schema.indexes[0].unique);
    EXPECT_EQ(schema.indexes[1].name, "jobs_owner_id_idx_btree");
    EXPECT_TRUE(schema.indexes[1].unique);
    EXPECT_EQ(schema.indexes[2].id, IndexId(4098));
    EXPECT_FALSE(schema.indexes[2].unique);
    EXPECT_EQ(schema.constraints[0].id, ConstraintId(4096));
    EXPECT_EQ(schema.sequences[0].id, SequenceId(4096));
    EXPECT_EQ(schema.schedule->id, ScheduleId(4096));
    EXPECT_EQ(store.create(accounts_table()), TableId(4097));

    Content content = content_of(*store);
    EXPECT_EQ(content["st_table"].size(), 22u);
    EXPECT_TRUE(content["st_table_accessor"].contains(row_of("jobs", "Jobs")));
    EXPECT_TRUE(content["st_column_accessor"].contains(row_of("jobs", "owner", "theOwner")));
    EXPECT_TRUE(
        content["st_index_accessor"].contains(row_of("jobs_weight_owner_idx_btree", "Jobs_weight_theOwner_idx_hash")));
    EXPECT_EQ(content["st_index_accessor"].size(), 3u);
    EXPECT_EQ(content["st_scheduled"].size(), 1u);
    for (const Bytes& row : content["st_sequence"]) {
        SequenceRow sequence = *decode_sequence_row(row);
        if (sequence.sequence.name != "st_table_table_id_seq") continue;
        EXPECT_EQ(static_cast<int>(sequence.allocated), 8192);
    }
}

TEST(SystemTables, look_ups_by_name_and_alias) {
    TestStore store;
    TableId id = store.create(rich_table());
    EXPECT_EQ(store->find_table("jobs")->id(), id);
    EXPECT_EQ(store->find_table("Jobs")->id(), id);
    EXPECT_EQ(store->find_table("JOBS"), nullptr);
    EXPECT_EQ(store->find_index("jobs_weight_owner_idx_btree"), IndexId(4098));
    EXPECT_EQ(store->find_index("Jobs_weight_theOwner_idx_hash"), IndexId(4098));
    EXPECT_EQ(store->find_index("nothing"), std::nullopt);
    EXPECT_EQ(store->table(TableId(4097)), nullptr);
    EXPECT_EQ(store->table(TableId(UINT32_MAX)), nullptr);
    std::vector<uint32_t> ids;
    store->for_each_table([&](storage::Table& table) { ids.push_back(table.id().value); });
    EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
    EXPECT_EQ(ids.back(), id.value);
}

TEST(SystemTables, schemas_come_back) {
    TestStore store;
    schema::TableSchema event = make_table("event", {{"x", type(TypeKind::U8)}});
    event.is_event = true;
    std::vector<TableId> ids{store.create(rich_table()), store.create(accounts_table()), store.create(event)};
    auto copy = store.replayed();
    for (TableId id : ids) {
        ASSERT_NE(copy->table(id), nullptr);
        EXPECT_EQ(copy->table(id)->schema(), store->table(id)->schema());
    }
    EXPECT_EQ(copy->find_index("Jobs_weight_theOwner_idx_hash"), store->find_index("Jobs_weight_theOwner_idx_hash"));
    Transaction& tx = copy->begin();
    EXPECT_EQ(tx.create_table(make_table("later", {})), TableId(8192)) << "ids go on at the persisted mark";
}

TEST(SystemTables, create_table_refuses_what_does_not_fit_and_leaves_nothing) {
    TestStore store;
    store.create(rich_table());
    Content before = content_of(*store);
    auto expect_refused = [&](schema::TableSchema table, ErrorCode code) {
        auto created = store.transaction().create_table(table);
        ASSERT_FALSE(created) << table.name;
        EXPECT_EQ(created.error().code, code) << created.error().message;
        Content after = content_of(*store);
        after.erase("st_sequence");
        Content expected = before;
        expected.erase("st_sequence");
        EXPECT_EQ(after, expected) << created.error().message;
    };
    expect_refused(rich_table(), ErrorCode::AlreadyExists);
    schema::TableSchema alias = make_table("other", {});
    alias.accessor = "Jobs";
    expect_refused(alias, ErrorCode::AlreadyExists);
    schema::TableSchema column = accounts_table();
    column.indexes[0].columns = {ColumnId(2)};
    expect_refused(column, ErrorCode::InvalidArgument);
    schema::TableSchema unbacked = accounts_table();
    unbacked.indexes.clear();
    expect_refused(unbacked, ErrorCode::InvalidArgument);
    schema::TableSchema twice = accounts_table();
    twice.indexes[0].columns = {ColumnId(0), ColumnId(0)};
    expect_refused(twice, ErrorCode::InvalidArgument);
    schema::TableSchema text_sequence = make_table("texts", {{"t", type(TypeKind::String)}});
    add_sequence(text_sequence, 0);
    expect_refused(text_sequence, ErrorCode::InvalidArgument);
    schema::TableSchema unresolved = make_table("refs", {{"r", AlgebraicType::make_ref(0)}});
    expect_refused(unresolved, ErrorCode::InvalidArgument);
    schema::TableSchema direct = accounts_table();
    direct.indexes[0].columns = {ColumnId(0), ColumnId(1)};
    direct.indexes[0].algorithm = schema::IndexAlgorithm::Direct;
    direct.constraints.clear();
    expect_refused(direct, ErrorCode::InvalidArgument);
    store.commit();
    EXPECT_EQ(content_of(*store.replayed()), content_of(*store));
}

TEST(SystemTables, fixed_part_of_a_row_is_limited) {
    auto of_bytes = [](size_t bytes) {
        schema::TableSchema table = make_table("wide" + std::to_string(bytes), {});
        for (size_t i = 0; i < bytes / 32; ++i) {
            std::string name = "c" + std::to_string(i);
            table.columns.push_back({name, name, type(TypeKind::U256)});
        }
        return table;
    };
    TestStore store;
    EXPECT_TRUE(store.transaction().create_table(of_bytes(65'472 - 32)));
    EXPECT_TRUE(store.transaction().create_table(of_bytes(65'472)));
    auto refused = store.transaction().create_table(of_bytes(65'472 + 32));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::LimitExceeded);
    EXPECT_EQ(store.insert(TableId(4097), Bytes(65'472)), TxStatus::Ok);
    store.commit();
    EXPECT_EQ(content_of(*store.replayed()), content_of(*store));
}

TEST(SystemRows, program) {
    TestStore store;
    EXPECT_FALSE(program(*store));
    sats::Identity database;
    database.le[0] = 1;
    sats::Identity owner;
    owner.le[31] = 2;
    Bytes wasm(100'000, 0x5A);
    Hash32 hash = keccak256(wasm);
    set_program(store.transaction(), database, owner, hash, wasm);
    store.commit();
    for (Datastore* each : {&*store, store.replayed().release()}) {
        auto found = program(*each);
        ASSERT_TRUE(found);
        EXPECT_EQ(found->database, database);
        EXPECT_EQ(found->owner, owner);
        EXPECT_EQ(found->kind, ProgramKind::Wasm);
        EXPECT_EQ(found->hash, hash);
        EXPECT_TRUE(bytes_equal(found->bytes, wasm));
        if (each != &*store) delete each;
    }
    Bytes next(10, 1);
    set_program(store.transaction(), database, owner, keccak256(next), next);
    store->rollback();
    EXPECT_EQ(program(*store)->hash, hash);
    set_program(store.transaction(), database, owner, keccak256(next), next);
    store.commit();
    EXPECT_TRUE(bytes_equal(program(*store)->bytes, next));
    EXPECT_EQ(store->table(kStModule)->row_count(), 1u);
}

TEST(SystemRows, clients) {
    TestStore store;
    sats::Identity ann;
    ann.le[0] = 1;
    sats::ConnectionId first;
    first.le[0] = 1;
    sats::ConnectionId second;
    second.le[0] = 2;
    insert_client(store.transaction(), ann, first, R"({"iss":"a"})");
    insert_client(store.transaction(), ann, first, R"({"iss":"b"})");
    insert_client(store.transaction(), ann, second, "");
    insert_client(store.transaction(), ann, second, "\xFF");
    store.commit();
    EXPECT_EQ(clients(*store), (std::vector<ClientRow>{{ann, first}, {ann, second}}));
    EXPECT_EQ(client_claims(*store, first), R"({"iss":"b"})");
    EXPECT_EQ(client_claims(*store, second), std::nullopt);
    EXPECT_EQ(clients(*store.replayed()).size(), 2u);
    EXPECT_TRUE(delete_client(store.transaction(), ann, first));
    EXPECT_FALSE(delete_client(store.transaction(), ann, first));
    store.commit();
    EXPECT_EQ(clients(*store), (std::vector<ClientRow>{{ann, second}}));
    EXPECT_EQ(client_claims(*store, first), std::nullopt);
}

}  // namespace
}  // namespace lightcone::txn
