// SPDX-License-Identifier: Apache-2.0
// A module on a real datastore: look-ups by name, updates, errors and rollback.
#include <gtest/gtest.h>

#include "module/guest_script.h"
#include "module/transfer_module.h"
#include "txn/system_rows.h"

namespace lightcone::module {
namespace {

class Transfer : public testing::Test {
  protected:
    Transfer() {
        guest.environment.datastore = store.get();
        guest.renew();
    }
    CallOutcome transfer(uint32_t from, uint32_t to, int64_t amount) {
        uint8_t args[16];
        write_transfer_args(args, from, to, amount);
        txn::Transaction& tx = store->begin();
        CallOutcome outcome = guest.instance->call_reducer(
            tx, {.id = ReducerId{0}, .name = "transfer", .caller = {}, .connection = {}, .args = args});
        if (outcome.status == CallStatus::Ok) {
            delta_rows = 0;
            for (const txn::DeltaTable& table : store->commit({}).delta)
                delta_rows += table.inserts.size() + table.deletes.size();
        } else {
            store->rollback();
        }
        return outcome;
    }
    int64_t balance(uint32_t id) {
        Bytes key;
        ByteWriter(key).u32(id);
        txn::RowBuffer rows;
        EXPECT_EQ(store->begin().index_point(*store->find_index(kAccountsIndex), key, rows), txn::TxStatus::Ok);
        store->rollback();
        return load_le<int64_t>(rows.bytes.data() + 4);
    }

    std::unique_ptr<txn::Datastore> store = create_accounts(10, 100);
    Guest guest{kTransferModule};
    size_t delta_rows = 0;
};

TEST_F(Transfer, moves_money) {
    EXPECT_EQ(transfer(1, 2, 30).status, CallStatus::Ok);
    EXPECT_EQ(delta_rows, 4u);
    EXPECT_EQ(balance(1), 70);
    EXPECT_EQ(balance(2), 130);
}

TEST_F(Transfer, refusals_change_nothing) {
    EXPECT_EQ(transfer(1, 2, 101).message, "no funds");
    EXPECT_EQ(transfer(1, 99, 1).message, "no account");
    EXPECT_EQ(balance(1), 100);
    EXPECT_TRUE(guest.instance->alive());
    EXPECT_EQ(transfer(1, 2, 1).status, CallStatus::Ok);
}

TEST_F(Transfer, a_trap_rolls_back_and_a_new_instance_works) {
    uint8_t args[16];
    write_transfer_args(args, 1, 2, 30);
    txn::Transaction& tx = store->begin();
    ReducerCall call{.id = ReducerId{0}, .name = "transfer", .caller = {}, .connection = {}, .args = args};
    EXPECT_EQ(guest.instance->call_reducer(tx, call).status, CallStatus::Ok);
    call.args = {};  // reading source 0 fails, which this module answers with `unreachable`
    EXPECT_EQ(guest.instance->call_reducer(tx, call).status, CallStatus::Trap);
    EXPECT_FALSE(guest.instance->alive());
    store->rollback();
    EXPECT_EQ(balance(1), 100);
    guest.renew();
    EXPECT_EQ(transfer(1, 2, 30).status, CallStatus::Ok);
    EXPECT_EQ(balance(2), 130);
}

TEST_F(Transfer, names_resolve_to_the_tables_ids) {
    Guest script{script_module_text()};
    script.environment.datastore = store.get();
    Script commands;
    commands.put(32, as_bytes("accounts"));
    uint32_t command = commands.add("table_id_from_name", {kData + 32, 8, kData});
    EXPECT_EQ(commands.run(script).status, CallStatus::Ok);
    EXPECT_EQ(commands.result(command), 0);
    EXPECT_EQ(commands.u32(0), store->find_table("accounts")->id().value);
}

TEST_F(Transfer, tokens_of_connections_are_found) {
    Guest script{script_module_text()};
    script.environment.datastore = store.get();
    script.renew();
    sats::ConnectionId connection;
    connection.le.fill(0xC0);
    txn::Transaction& tx = store->begin();
    txn::insert_client(tx, {}, connection, "{\"iss\":\"me\"}");

    Script commands;
    commands.put(32, Bytes(16, 0xC0));
    commands.put_u32(0, 64);
    commands.add("get_jwt", {kData + 32, kData + 16});
    commands.add("bytes_source_read", {2, kData + 64, kData});
    commands.add("console_log", {2, 0, 0, 0, 0, 0, kData + 64, 12});
    ReducerCall call{.id = ReducerId{0}, .name = "r", .caller = {}, .connection = {}, .args = commands.image};
    EXPECT_EQ(script.instance->call_reducer(tx, call).status, CallStatus::Ok);
    store->rollback();
    ASSERT_EQ(script.log.lines.size(), 1u);
    EXPECT_EQ(script.log.lines[0].message, "{\"iss\":\"me\"}");
}

}  // namespace
}  // namespace lightcone::module
